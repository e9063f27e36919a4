"""How a reviewer's act begins: on a track of the mandate, or on the case whose track it begins."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import (
    Complaint,
    OmbudsmanTrack,
)
from app.queries.case_file import get_visible_complaint
from app.queries.ombudsman_track import (
    find_track_of_case,
)
from app.services.track_acts import TrackAct, begin, log_track
from workflows.errors import GuardRefused
from workflows.ombudsman import (
    check_reviewer,
)
from workflows.snapshot import Actor

Place = int | str
"""A track by its id, or the number of a case, whose track begins with its first act."""


def begin_as_reviewer(session: Session, place: Place, actor: Actor, at: datetime, action: str) -> TrackAct:
    """Lock a track of the reviewer's mandate; that of a case begins with its first act.

    :raises CaseNotVisible: not a reviewer of the agency
    """
    if isinstance(place, str):
        complaint = get_visible_complaint(session, place, actor)
        check_reviewer(actor, complaint.agency_id, action)
        track_id = _track_of(session, complaint, actor, at)
    else:
        track_id = place
    act = begin(session, track_id, actor, at)
    check_reviewer(actor, act.track.agency_id, action)
    return act


def _track_of(session: Session, complaint: Complaint, actor: Actor, at: datetime) -> int:
    """The track of a case, begun where there is none; two reviewers at once begin one."""
    session.scalar(select(Complaint.id).where(Complaint.id == complaint.id).with_for_update())
    found = find_track_of_case(session, complaint.id)
    if found is None:
        found = OmbudsmanTrack(
            agency_id=complaint.agency_id,
            complaint_id=complaint.id,
            subject="",
            opened_at=at,
            opened_by_id=actor.user_id,
        )
        session.add(found)
        session.flush()
        log_track(session, found, "ori.opened", actor, at, {})
    return found.id


def local_day(act: TrackAct) -> date:
    """The local date of an act."""
    return act.at.astimezone(ZoneInfo(act.track.agency.timezone)).date()


def check_document(act: TrackAct, number: str, issued_on: date | None, action: str) -> date:
    """The day of a document, once number and day fit.

    :raises GuardRefused: ``number_missing``, ``issued_on_missing``, ``issued_in_future``
    """
    if not number.strip():
        raise GuardRefused(action, "number_missing", field="number")
    if issued_on is None:
        raise GuardRefused(action, "issued_on_missing", field="issued_on")
    if issued_on > local_day(act):
        raise GuardRefused(action, "issued_in_future", field="issued_on")
    return issued_on
