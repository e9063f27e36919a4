"""Words for codes that the law data names but does not spell: substates, stages of clocks, roles, units.

Everything else (events, classes, channels, findings, letters) has its label in the law data.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.forms.particulars import particular_rows
from app.i18n import lazy_gettext as _l
from app.law import get_law
from app.templating import label
from workflows.vocabulary import ComplaintClass, Event, IdentityMode, LimitUnit, PublicState, Role, Substate

SUBSTATES: dict[Substate, Any] = {
    Substate.SUBMITTED: _l("Baru masuk"),
    Substate.ACKNOWLEDGED: _l("Tanda terima terbit"),
    Substate.VERIFYING: _l("Diverifikasi"),
    Substate.AWAITING_COMPLETION: _l("Menunggu kelengkapan"),
    Substate.COMPLETE: _l("Berkas lengkap"),
    Substate.CLASSIFIED: _l("Ditelaah"),
    Substate.DISPOSITIONED: _l("Didisposisi"),
    Substate.ACCEPTED_BY_UNIT: _l("Diterima unit"),
    Substate.REASSIGNED: _l("Dialihkan"),
    Substate.TRANSFER_PENDING: _l("Diusulkan diteruskan"),
    Substate.CLARIFICATION: _l("Klarifikasi"),
    Substate.AWAITING_COMPLAINANT_INFO: _l("Menunggu keterangan pelapor"),
    Substate.HEARING: _l("Dengar pendapat"),
    Substate.SEPARATE_HEARING: _l("Dengar pendapat terpisah"),
    Substate.FIELD_CHECK: _l("Pemeriksaan lapangan"),
    Substate.REVIEW: _l("Reviu Kasiwas"),
    Substate.DECISION_DRAFTED: _l("Konsep keputusan"),
    Substate.DECIDED: _l("Diputus"),
    Substate.DECISION_DELIVERED: _l("Keputusan disampaikan"),
    Substate.FOLLOW_UP_RUNNING: _l("Tindak lanjut"),
    Substate.CLOSED: _l("Ditutup"),
    Substate.CLOSED_WITHDRAWN: _l("Dicabut pelapor"),
    Substate.CLOSED_LAPSED: _l("Dianggap dicabut"),
    Substate.CLOSED_REJECTED: _l("Ditolak"),
    Substate.CLOSED_TRANSFERRED: _l("Diteruskan"),
    Substate.CLOSED_ARCHIVED: _l("Diarsipkan dengan jawaban"),
}

STAGES: dict[str, Any] = {
    "filing_window": _l("Jangka waktu mengadu"),
    "acknowledgement": _l("Tanda terima"),
    "verification": _l("Verifikasi dan penelaahan"),
    "completeness_notice": _l("Pemberitahuan lengkap atau belum"),
    "info_request_wait": _l("Pelapor melengkapi berkas"),
    "routing": _l("Disposisi ke unit"),
    "first_response": _l("Tanggapan pertama"),
    "investigation": _l("Pemeriksaan"),
    "info_wait_in_examination": _l("Pelapor memberi keterangan"),
    "result_notice": _l("Pemberitahuan hasil klarifikasi"),
    "resolution": _l("Keputusan"),
    "decision_delivery": _l("Penyampaian keputusan"),
    "objection_review": _l("Penyelesaian keberatan"),
    "reply_window": _l("Pelapor menanggapi keputusan"),
    "appeal_window": _l("Pelapor mengajukan keberatan"),
    "external_window": _l("Pelapor melapor ke Ombudsman"),
    "escalation": _l("Pemberitahuan darurat kepada Kapolresta"),
    "resolution_kip": _l("Jawaban permintaan informasi"),
    "extension_kip": _l("Perpanjangan jawaban informasi"),
    "objection_window": _l("Pelapor mengajukan keberatan"),
    "objection_decision": _l("Keputusan atas keberatan"),
    "appeal_reply": _l("Jawaban atas keberatan"),
    "appeal_decision": _l("Keputusan atas banding"),
    "written_explanation": _l("Penjelasan tertulis kepada Ombudsman"),
    "written_explanation_second": _l("Penjelasan tertulis kedua kepada Ombudsman"),
    "corrective_action": _l("Tindakan korektif"),
    "recommendation_report": _l("Laporan pelaksanaan rekomendasi"),
    "complainant_comment_before_lhp": _l("Tanggapan pelapor sebelum LHP"),
    "ori_completion_wait": _l("Pelapor melengkapi laporan Ombudsman"),
    "ori_no_jurisdiction_notice": _l("Pemberitahuan bukan kewenangan Ombudsman"),
    "ori_rejection_or_recommendation_notice": _l("Pemberitahuan penolakan atau rekomendasi Ombudsman"),
    "kompolnas_initial_check": _l("Pemeriksaan awal Kompolnas"),
    "kompolnas_notice": _l("Pemberitahuan Kompolnas"),
    "our_reply": _l("Jawaban satuan"),
    "access": _l("Akses data pribadi"),
    "correction": _l("Perbaikan data pribadi"),
    "restriction": _l("Pembatasan pemrosesan data pribadi"),
    "stop_after_consent_withdrawn": _l("Penghentian pemrosesan data pribadi"),
    "breach_notice": _l("Pemberitahuan kegagalan pelindungan data"),
}
"""Stages of the clocks; a test holds them equal to those of the law data."""

ROLES: dict[Role, Any] = {
    Role.COMPLAINANT: _l("Pelapor"),
    Role.SYSTEM: _l("Sistem"),
    Role.INTAKE: _l("Petugas pengaduan"),
    Role.COORDINATOR: _l("Koordinator (Siwas)"),
    Role.APPROVER: _l("Pimpinan"),
    Role.UNIT_HEAD: _l("Kepala unit"),
    Role.INVESTIGATOR_LEAD: _l("Kepala pemeriksa"),
    Role.INVESTIGATOR: _l("Pemeriksa"),
    Role.INFORMATION_OFFICER: _l("PPID"),
    Role.PRIVACY_OFFICER: _l("Pejabat pelindungan data pribadi"),
    Role.EXTERNAL_SUPERVISOR: _l("Pengawas luar"),
    Role.OMBUDSMAN: _l("Ombudsman RI"),
    Role.ADMIN: _l("Pengelola akun"),
}

IDENTITY_MODES: dict[IdentityMode, Any] = {
    IdentityMode.OPEN: _l("Terbuka"),
    IdentityMode.WITHHELD: _l("Dirahasiakan"),
    IdentityMode.ANONYMOUS: _l("Tanpa nama"),
}

LIMIT_UNITS: dict[LimitUnit, Any] = {
    LimitUnit.WORKING_DAY: _l("hari kerja"),
    LimitUnit.CALENDAR_DAY: _l("hari kalender"),
    LimitUnit.HOUR: _l("jam"),
    LimitUnit.YEAR: _l("tahun"),
}


def substate_words(code: str) -> str:
    """Where a case stands, in a few words."""
    return str(SUBSTATES[Substate(code)])


def stage_words(code: str | None) -> str:
    """What a clock is about; the code itself where the law data has a stage of its own making."""
    return str(STAGES.get(code or "", code or ""))


def role_words(code: str) -> str:
    """In which role somebody acted."""
    return str(ROLES[Role(code)])


def state_words(code: str) -> str:
    """The public state, as citizens see it."""
    return label(get_law().public_states[PublicState(code)])


def class_words(code: str) -> str:
    """The class of a complaint, from the law data."""
    return label(get_law().policies[ComplaintClass(code)])


SHORT_EVENTS: dict[Event, Any] = {
    Event.RECORD_NOTICE: _l("Surat atau pemberitahuan dicatat"),
    Event.DECLINE_TRANSFER: _l("Usul penerusan ditolak"),
}
"""Events whose label in the law data explains the rule at length."""


def event_words(code: str) -> str:
    """What happened, from the law data."""
    event = Event(code)
    return str(SHORT_EVENTS[event]) if event in SHORT_EVENTS else label(get_law().events[event])


def category_words(code: str | None) -> str:
    """What the complainant chose: an issue, a conduct, or a kind of request; empty where nothing."""
    law = get_law()
    if code is None:
        return ""
    for listed in (law.issues, law.conduct, law.report_types):
        if code in listed:
            return label(listed[code])
    return code


def identity_words(code: str) -> str:
    """How the complainant stands in the case."""
    return str(IDENTITY_MODES[IdentityMode(code)])


FILTERS = (
    substate_words,
    stage_words,
    role_words,
    state_words,
    class_words,
    event_words,
    category_words,
    identity_words,
    particular_rows,
)


def init_words(app: Flask) -> None:
    """Gives the templates of `app` these words as filters, by the names of the functions."""
    for function in FILTERS:
        app.add_template_filter(function)
