"""What a case looks like to its complainant: plain words for where it stands and what happened.

What is drafted, proposed or routed inside stays inside; the deciding steps are all named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.i18n import lazy_gettext as _l
from workflows.vocabulary import Event, Substate


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands.

    :ivar headline: in one sentence
    :ivar next: what happens next
    """

    headline: Any
    next: Any


_RECEIVED = Standing(
    _l("Pengaduan Anda sudah kami terima"),
    _l("Petugas memeriksa apakah isi pengaduan lengkap, lalu memberi tahu Anda secara tertulis."),
)
_ASSIGNED = Standing(
    _l("Pengaduan Anda sudah diserahkan kepada pemeriksa"),
    _l("Pemeriksa yang tidak berkepentingan membaca pengaduan Anda dan memulai pemeriksaan."),
)
_EXAMINED = Standing(
    _l("Pengaduan Anda sedang diperiksa"),
    _l("Pemeriksa mendengar pihak yang terkait dan memeriksa bukti. Setelah itu pimpinan memutus."),
)

STANDINGS: dict[Substate, Standing] = {
    Substate.SUBMITTED: _RECEIVED,
    Substate.ACKNOWLEDGED: _RECEIVED,
    Substate.VERIFYING: _RECEIVED,
    Substate.AWAITING_COMPLETION: Standing(
        _l("Kami menunggu kelengkapan dari Anda"),
        _l("Lengkapi pengaduan Anda. Petugas lalu memeriksanya kembali dan memberi tahu Anda."),
    ),
    Substate.COMPLETE: Standing(
        _l("Pengaduan Anda dinyatakan lengkap"),
        _l("Kepala pengawasan menentukan siapa yang memeriksa. Batas waktu keputusan sudah berjalan."),
    ),
    Substate.CLASSIFIED: Standing(
        _l("Pengaduan Anda sudah ditelaah"), _l("Pengaduan diserahkan kepada unit yang memeriksa.")
    ),
    Substate.DISPOSITIONED: _ASSIGNED,
    Substate.ACCEPTED_BY_UNIT: _ASSIGNED,
    Substate.REASSIGNED: _ASSIGNED,
    Substate.TRANSFER_PENDING: _ASSIGNED,
    Substate.CLARIFICATION: _EXAMINED,
    Substate.AWAITING_COMPLAINANT_INFO: Standing(
        _l("Pemeriksa menunggu jawaban Anda"),
        _l("Jawab pertanyaan pemeriksa. Setelah itu pemeriksaan berlanjut."),
    ),
    Substate.HEARING: _EXAMINED,
    Substate.SEPARATE_HEARING: _EXAMINED,
    Substate.FIELD_CHECK: _EXAMINED,
    Substate.REVIEW: _EXAMINED,
    Substate.DECISION_DRAFTED: _EXAMINED,
    Substate.DECIDED: Standing(
        _l("Pengaduan Anda sudah diputus"), _l("Keputusan tertulis disampaikan kepada Anda di halaman ini.")
    ),
    Substate.DECISION_DELIVERED: Standing(
        _l("Keputusan sudah disampaikan kepada Anda"),
        _l("Keputusan dilaksanakan, lalu kami memberi tahu Anda apa yang sudah dilakukan."),
    ),
    Substate.FOLLOW_UP_RUNNING: Standing(
        _l("Keputusan sedang dilaksanakan"), _l("Kami memberi tahu Anda apa yang sudah dilakukan.")
    ),
    Substate.CLOSED: Standing(
        _l("Pengaduan Anda selesai"),
        _l("Tidak ada langkah lagi dari kami. Surat dan keputusannya tetap dapat Anda baca."),
    ),
    Substate.CLOSED_WITHDRAWN: Standing(
        _l("Pengaduan ini Anda cabut"),
        _l("Jika ada dugaan pelanggaran, pimpinan masih dapat melanjutkan pemeriksaan."),
    ),
    Substate.CLOSED_LAPSED: Standing(
        _l("Pengaduan ini dianggap dicabut"),
        _l("Batas 30 hari untuk melengkapi sudah lewat. Anda dapat membuat pengaduan baru kapan saja."),
    ),
    Substate.CLOSED_REJECTED: Standing(
        _l("Pengaduan Anda ditolak dengan alasan tertulis"),
        _l("Alasannya ada pada surat yang kami kirim."),
    ),
    Substate.CLOSED_TRANSFERRED: Standing(
        _l("Pengaduan Anda diteruskan ke instansi lain"),
        _l("Ke mana diteruskan, dan nomornya di sana jika diketahui, tertulis pada surat kami."),
    ),
    Substate.CLOSED_ARCHIVED: Standing(
        _l("Pengaduan Anda sudah dijawab"),
        _l("Jawabannya ada pada surat yang kami kirim."),
    ),
}
"""Every substate; what is internal shows as the step that it belongs to."""

HAPPENED: dict[Event, Any] = {
    Event.SUBMIT: _l("Pengaduan Anda kirim"),
    Event.ACKNOWLEDGE: _l("Tanda terima diterbitkan"),
    Event.VERIFY: _l("Petugas mulai memeriksa kelengkapan"),
    Event.REQUEST_COMPLETION: _l("Kami meminta Anda melengkapi pengaduan"),
    Event.COMPLETE_RECEIVED: _l("Kelengkapan dari Anda diterima"),
    Event.LAPSE: _l("Pengaduan dianggap dicabut karena tidak dilengkapi"),
    Event.DECLARE_COMPLETE: _l("Pengaduan dinyatakan lengkap"),
    Event.CLASSIFY: _l("Pengaduan ditelaah"),
    Event.DISPOSE: _l("Pengaduan diserahkan kepada unit yang memeriksa"),
    Event.ACCEPT: _l("Unit menerima pengaduan"),
    Event.REASSIGN: _l("Pengaduan dialihkan ke pemeriksa lain"),
    Event.TRANSFER_OUT: _l("Pengaduan diteruskan ke instansi lain"),
    Event.START_EXAMINATION: _l("Pemeriksaan dimulai"),
    Event.ASK_INFO: _l("Pemeriksa bertanya kepada Anda"),
    Event.INFO_RECEIVED: _l("Jawaban Anda diterima"),
    Event.HOLD_HEARING: _l("Para pihak didengar"),
    Event.SEPARATE_HEARING: _l("Anda didengar terpisah dari yang diadukan"),
    Event.FIELD_CHECK: _l("Pemeriksaan di tempat"),
    Event.GIVE_DOCUMENTS: _l("Dokumen diberikan kepada Anda"),
    Event.RESUME_WITHOUT_INFO: _l("Pemeriksaan dilanjutkan dengan bahan yang ada"),
    Event.DECIDE: _l("Pengaduan diputus"),
    Event.DELIVER_DECISION: _l("Keputusan disampaikan kepada Anda"),
    Event.FOLLOW_UP: _l("Tindak lanjut diberitahukan kepada Anda"),
    Event.CLOSE: _l("Pengaduan ditutup"),
    Event.WITHDRAW: _l("Pengaduan Anda cabut"),
    Event.REJECT: _l("Pengaduan ditolak dengan alasan tertulis"),
    Event.ARCHIVE: _l("Pengaduan dijawab dan diarsipkan"),
    Event.OBJECT: _l("Keberatan Anda diterima"),
    Event.CONTINUE_EX_OFFICIO: _l("Pimpinan melanjutkan pemeriksaan"),
}
"""Events that a complainant is shown."""

WITHIN = frozenset(
    {
        Event.SUBMIT_REVIEW,
        Event.DRAFT_DECISION,
        Event.PROPOSE_TRANSFER,
        Event.DECLINE_TRANSFER,
        Event.RECORD_NOTICE,
    }
)
"""Events that stay inside; letters have a part of the page of their own."""

HIDDEN_STAGES = frozenset({"filing_window", "escalation", "acknowledgement"})
"""Clocks that tell a complainant nothing to act on: over when the case begins, or inside the station."""

WINDOWS = {
    "info_request_wait": _l("Anda melengkapi pengaduan"),
    "info_wait_in_examination": _l("Anda menjawab pertanyaan pemeriksa"),
    "reply_window": _l("Anda menanggapi keputusan"),
    "appeal_window": _l("Anda dapat mengajukan keberatan"),
    "external_window": _l("Anda dapat melapor ke Ombudsman"),
}
"""The complainant's own windows, said to the complainant."""

WAITS = {
    "info_request_wait": Substate.AWAITING_COMPLETION,
    "info_wait_in_examination": Substate.AWAITING_COMPLAINANT_INFO,
}
"""Windows that matter only while the case waits for the complainant."""

LATER_WINDOWS = frozenset({"external_window"})
"""Windows shown once the station has answered or is late; before that they would only confuse."""

MESSAGE_KINDS = {
    "question": _l("Pertanyaan pemeriksa"),
    "answer": _l("Jawaban Anda"),
    "completion": _l("Kelengkapan dari Anda"),
    "objection": _l("Keberatan Anda"),
    "withdrawal": _l("Alasan Anda mencabut"),
}
"""Kinds of messages that have a name; others are just messages."""
