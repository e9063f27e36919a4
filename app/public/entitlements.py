"""What a passed limit entitles a complainant to, and what an own window means: by the stage of the clock.

No legal advice: the page says what the law gives and who may be told, not what somebody should do. Whether
the Ombudsman can be gone to at once is read both ways (UU 25/2009 Pasal 46 ayat (2); UU 37/2008 Pasal 36
ayat (1)), so the page names both and leaves it to the Ombudsman. Sanctions for the office don't stand here.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from workflows.vocabulary import Binding, Confidence

LATE: dict[str, Any] = {
    "verification": _l("Anda berhak mengetahui apakah pengaduan sudah ditelaah."),
    "completeness_notice": _l(
        "Anda berhak atas jawaban tertulis: lengkap atau belum. Anda tidak perlu mengirim ulang pengaduan."
    ),
    "routing": _l("Anda berhak mengetahui unit mana yang memeriksa."),
    "first_response": _l("Anda berhak mengetahui perkembangan penanganan secara tertulis."),
    "investigation": _l("Anda berhak mengetahui mengapa pemeriksaan belum selesai."),
    "result_notice": _l("Anda berhak atas hasil klarifikasi secara tertulis."),
    "resolution": _l("Anda berhak atas keputusan tertulis."),
    "resolution_kip": _l("Anda berhak atas jawaban atau penolakan tertulis dengan alasan."),
    "extension_kip": _l("Anda berhak atas jawaban atau penolakan tertulis dengan alasan."),
    "decision_delivery": _l("Anda berhak menerima keputusan beserta salinannya."),
    "objection_review": _l("Anda berhak atas keputusan tertulis tentang keberatan Anda."),
    "appeal_reply": _l("Anda berhak atas tanggapan tertulis atas keberatan Anda."),
}
"""What may be asked for when the station let this limit pass."""

BINDINGS: dict[str, Any] = {
    Binding.STATUTE: _l("Batas undang-undang."),
    Binding.REGULATION: _l("Batas peraturan Polri."),
    Binding.GUIDELINE: _l("Batas pedoman pelayanan, bukan batas undang-undang."),
    Binding.LOCAL: _l("Batas kebijakan setempat, bukan batas undang-undang."),
}

BINDING_NAMES: dict[Binding, Any] = {
    Binding.STATUTE: _l("undang-undang"),
    Binding.REGULATION: _l("peraturan"),
    Binding.GUIDELINE: _l("pedoman"),
}
"""How strongly a limit binds; a local one is cited as such already."""

MINE: dict[str, Any] = {
    "info_request_wait": _l(
        "Menurut undang-undang, pengaduan yang tidak dilengkapi sampai batas ini dianggap dicabut. "
        "Anda tetap boleh membuat pengaduan baru."
    ),
    "info_wait_in_examination": _l(
        "Kebijakan setempat, bukan undang-undang. Jika lewat, pengaduan tidak dianggap dicabut: pemeriksaan "
        "berlanjut dengan bahan yang ada. Keterangan yang datang kemudian tetap dibaca."
    ),
    "reply_window": _l(
        "Jika Anda tidak menanggapi, pengaduan dapat ditutup. Keberatan tetap dapat diajukan."
    ),
    "appeal_window": _l("Sesudah batas ini keberatan tidak dapat diajukan lagi di sini."),
    "external_window": _l("Ombudsman yang menilai apakah laporan dapat diterima."),
}
"""What happens when a window of the complainant's own is over."""


READING = _l("Batas peraturan; sejak kapan dihitung adalah pembacaan kami.")
"""Where the number stands in a rule and the start is reconstructed."""


def late_note(stage: str, binding: str, confidence: str) -> str:
    """What a passed limit entitles to, and how strong that limit is."""
    entitled = LATE.get(stage)
    is_reading = binding == Binding.REGULATION and confidence == Confidence.RECONSTRUCTED
    bound = READING if is_reading else BINDINGS[Binding(binding)]
    return f"{entitled} {bound}" if entitled else str(bound)


def own_note(stage: str) -> str | None:
    """What happens when an own window closes."""
    words = MINE.get(stage)
    return str(words) if words else None
