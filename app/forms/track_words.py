"""The Ombudsman's track in words that its reviewers and the station share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.law import get_law
from app.models import CorrectiveAction, OmbudsmanRecommendation, OmbudsmanTrack
from app.templating import label
from workflows.ombudsman import ActionState, Compliance, RequestKind, StepKind, compliance_at

ACTION_STATES: dict[ActionState, Any] = {
    ActionState.OPEN: _l("belum dilaporkan"),
    ActionState.SENT_BACK: _l("dikembalikan Ombudsman"),
    ActionState.REPORTED: _l("menunggu verifikasi Ombudsman"),
    ActionState.VERIFIED: _l("terverifikasi"),
}
STEPS: dict[StepKind, Any] = {
    StepKind.NOTE: _l("Catatan kemajuan"),
    StepKind.REPORT: _l("Dilaporkan selesai"),
    StepKind.SENT_BACK: _l("Dikembalikan"),
    StepKind.VERIFIED: _l("Terverifikasi"),
}
COMPLIANCE: dict[Compliance, Any] = {
    Compliance.NOT_DUE: _l("belum jatuh tempo"),
    Compliance.IMPLEMENTED: _l("dilaksanakan"),
    Compliance.PARTLY: _l("dilaksanakan sebagian"),
    Compliance.NOT: _l("tidak dilaksanakan"),
}
DOCUMENTS = _l("Permintaan dokumen")


def request_words(kind: str) -> str:
    """What was asked for or done, from the law data."""
    if kind == RequestKind.DOCUMENTS:
        return str(DOCUMENTS)
    return label(get_law().ombudsman_track[kind])


def conclusion_words(code: str) -> str:
    """How an examination ended."""
    return label(get_law().ombudsman_conclusions[code])


def maladministration_words(code: str) -> str:
    """A type of maladministration."""
    return label(get_law().maladministration[code])


def action_state_words(action: CorrectiveAction) -> str:
    """Where a corrective action stands."""
    return str(ACTION_STATES[ActionState(action.state)])


def step_words(kind: str) -> str:
    """A step of a corrective action."""
    return str(STEPS[StepKind(kind)])


def compliance_words(row: OmbudsmanRecommendation, at: Any) -> str:
    """How far a recommendation was followed, as seen at an instant."""
    verdict = Compliance(row.compliance) if row.compliance else None
    return str(COMPLIANCE[compliance_at(verdict, row.due_at, at)])


def track_words(track: OmbudsmanTrack) -> str:
    """What a track is about: its case by number, or its subject."""
    return track.complaint.number if track.complaint is not None else track.subject


WORDS = {
    function.__name__: function
    for function in (
        request_words,
        conclusion_words,
        maladministration_words,
        action_state_words,
        step_words,
        compliance_words,
        track_words,
    )
}
"""For the templates of both desks."""
