"""The Ombudsman's track as its readers may see it: what is owed, what was found, what became of it.

A track of a case exists for those for whom the case exists (`app.queries.visibility`); one without a case for
the reviewers of the mandate and the people of the agency. Who is to put something right is shown that action
and nothing else, also where the case is none of his; whoever has an interest in it never.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, selectinload

from app.models import (
    ActionStep,
    Complaint,
    CorrectiveAction,
    ExaminationReport,
    OmbudsmanRecommendation,
    OmbudsmanRequest,
    OmbudsmanTrack,
    TrackClock,
    TrackFile,
    Unit,
    User,
    UserRole,
)
from app.queries.actors import get_actor
from app.queries.snapshots import get_snapshot
from app.queries.visibility import visible_to, without_interest
from workflows.conflicts import conflict_of
from workflows.errors import CaseNotVisible
from workflows.ombudsman import (
    STATION_ANSWERS,
    UNIT_LEADERS,
    Compliance,
    Conclusion,
    RequestFacts,
    RequestKind,
    TrackFacts,
    owns_action,
)
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, Role

Paper = TypeVar("Paper", OmbudsmanRequest, OmbudsmanRecommendation, ExaminationReport)
"""What a track holds that concerns the whole station, not one unit of it."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty of the station: what, by whom, by when, on what ground. Exactly one of the three is there."""

    clock: TrackClock
    track: OmbudsmanTrack
    request: OmbudsmanRequest | None = None
    action: CorrectiveAction | None = None
    recommendation: OmbudsmanRecommendation | None = None


def sees_track(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``ombudsman_track``: those that exist for the actor."""
    of_case = exists(
        select(Complaint.id).where(Complaint.id == OmbudsmanTrack.complaint_id, visible_to(actor))
    )
    systemic = and_(OmbudsmanTrack.complaint_id.is_(None), _reaches_agency(actor))
    if actor.user_id is None or _reads_track(actor):
        return or_(of_case, systemic)
    return or_(of_case, systemic, _carries_out(actor))


def _carries_out(actor: Actor) -> ColumnElement[bool]:
    """Those with an action for the actor, who has no interest in the case that may not exist for him."""
    is_mine = CorrectiveAction.officer_id == actor.user_id
    if actor.unit_id is not None and actor.roles & UNIT_LEADERS:
        is_mine = or_(is_mine, CorrectiveAction.unit_id == actor.unit_id)
    action = (
        select(CorrectiveAction.id)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .where(ExaminationReport.track_id == OmbudsmanTrack.id, is_mine)
    )
    case = select(Complaint.id).where(Complaint.id == OmbudsmanTrack.complaint_id, without_interest(actor))
    return and_(exists(action), exists(case))


def _reaches_agency(actor: Actor) -> ColumnElement[bool]:
    if Role.SYSTEM in actor.roles:
        return true()
    if Role.OMBUDSMAN in actor.roles:
        return OmbudsmanTrack.agency_id.in_(sorted(actor.mandate)) if actor.mandate else false()
    if not actor.roles & CASE_ROLES or actor.agency_id is None:
        return false()
    return OmbudsmanTrack.agency_id == actor.agency_id


def answers_for_station(actor: Actor) -> bool:
    """Whether the actor answers the Ombudsman for the whole station."""
    return bool(actor.roles & STATION_ANSWERS)


def get_track(session: Session, track_id: int, actor: Actor) -> OmbudsmanTrack:
    """A track that exists for the actor.

    :raises CaseNotVisible: no such track, or not for this actor
    """
    found = session.scalar(select(OmbudsmanTrack).where(OmbudsmanTrack.id == track_id, sees_track(actor)))
    if found is None:
        raise CaseNotVisible("ori")
    return found


def find_track_of_case(session: Session, complaint_id: int) -> OmbudsmanTrack | None:
    """The track of a case that the caller may see."""
    return session.scalar(select(OmbudsmanTrack).where(OmbudsmanTrack.complaint_id == complaint_id))


def get_request(session: Session, request_id: int, actor: Actor) -> OmbudsmanRequest:
    """A request, for reviewers and those who answer for the station.

    :raises CaseNotVisible: not for this actor
    """
    return _get_paper(session, OmbudsmanRequest, request_id, actor, "ori.request")


def get_recommendation(session: Session, recommendation_id: int, actor: Actor) -> OmbudsmanRecommendation:
    """As `get_request`, a recommendation."""
    return _get_paper(session, OmbudsmanRecommendation, recommendation_id, actor, "ori.recommendation")


def get_lhp(session: Session, lhp_id: int, actor: Actor) -> ExaminationReport:
    """As `get_request`, an LHP."""
    return _get_paper(session, ExaminationReport, lhp_id, actor, "ori.lhp")


def _get_paper(session: Session, model: type[Paper], row_id: int, actor: Actor, refused: str) -> Paper:
    found = session.get(model, row_id)
    if found is None or not _reads_track(actor):
        raise CaseNotVisible(refused)
    get_track(session, found.track_id, actor)
    return found


def get_action(session: Session, action_id: int, actor: Actor) -> CorrectiveAction:
    """A corrective action, also for the unit or officer that carries it out.

    :raises CaseNotVisible: not for this actor
    """
    found = session.get(CorrectiveAction, action_id)
    if found is None:
        raise CaseNotVisible("ori.action")
    get_track(session, found.lhp.track_id, actor)
    if not _reads_track(actor) and not owns_action(actor, found.unit_id, found.officer_id):
        raise CaseNotVisible("ori.action")
    return found


def get_file(session: Session, file_id: int, actor: Actor) -> TrackFile:
    """A file of something that the actor may read.

    :raises CaseNotVisible: not for this actor
    """
    found = session.get(TrackFile, file_id)
    if found is None:
        raise CaseNotVisible("ori.file")
    if found.step_id is not None:
        get_action(session, session.get_one(ActionStep, found.step_id).action_id, actor)
    elif not _reads_track(actor):
        raise CaseNotVisible("ori.file")
    get_track(session, found.track_id, actor)
    return found


def _reads_track(actor: Actor) -> bool:
    return Role.OMBUDSMAN in actor.roles or answers_for_station(actor)


def get_facts(track: OmbudsmanTrack) -> TrackFacts:
    """The track as the rules see it."""
    return TrackFacts(
        requests=tuple(
            RequestFacts(RequestKind(one.kind), one.due_at, one.answered_at) for one in track.requests
        ),
        conclusions=tuple(Conclusion(one.conclusion) for one in track.lhps),
        verdicts=tuple(
            Compliance(one.compliance) if one.compliance else None for one in track.recommendations
        ),
        publications=sum(one.published_at is not None for one in track.recommendations),
    )


def list_owed(session: Session, actor: Actor) -> tuple[Owed, ...]:
    """Duties of the actor's station that still run, the nearest first; for a unit, its own actions."""
    return _owed(session, actor, met=False)


def list_settled(session: Session, actor: Actor) -> tuple[Owed, ...]:
    """Duties that were done, reported or lost, the last due first; at most fifty."""
    return _owed(session, actor, met=True)


def _owed(session: Session, actor: Actor, *, met: bool) -> tuple[Owed, ...]:
    is_over = or_(TrackClock.met_at.isnot(None), TrackClock.void_at.isnot(None))
    statement = (
        select(TrackClock, OmbudsmanTrack, OmbudsmanRequest, CorrectiveAction, OmbudsmanRecommendation)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == TrackClock.track_id)
        .outerjoin(OmbudsmanRequest, OmbudsmanRequest.id == TrackClock.request_id)
        .outerjoin(CorrectiveAction, CorrectiveAction.id == TrackClock.action_id)
        .outerjoin(OmbudsmanRecommendation, OmbudsmanRecommendation.id == TrackClock.recommendation_id)
        .where(TrackClock.agency_id == actor.agency_id, sees_track(actor))
        .where(is_over if met else ~is_over)
        .order_by(TrackClock.due_at.desc() if met else TrackClock.due_at, TrackClock.id)
        .limit(50 if met else 500)
    )
    rows = (Owed(*row) for row in session.execute(statement))
    if answers_for_station(actor):
        return tuple(rows)
    return tuple(
        row
        for row in rows
        if row.action is not None and owns_action(actor, row.action.unit_id, row.action.officer_id)
    )


def list_tracks(session: Session, actor: Actor, agency_id: int | None = None) -> Sequence[OmbudsmanTrack]:
    """Tracks of the mandate, the last begun first; at most two hundred."""
    statement = select(OmbudsmanTrack).where(sees_track(actor))
    if agency_id is not None:
        statement = statement.where(OmbudsmanTrack.agency_id == agency_id)
    return session.scalars(
        statement.order_by(OmbudsmanTrack.opened_at.desc(), OmbudsmanTrack.id.desc()).limit(200)
    ).all()


def list_clocks(session: Session, track_id: int) -> dict[tuple[str, int], TrackClock]:
    """Clocks of a track by what they are about: ``("request", 3)``, ``("action", 7)``."""
    found: dict[tuple[str, int], TrackClock] = {}
    for row in session.scalars(select(TrackClock).where(TrackClock.track_id == track_id)):
        for name in ("request", "action", "recommendation"):
            subject = getattr(row, f"{name}_id")
            if subject is not None:
                found[name, subject] = row
    return found


def list_units(session: Session, agency_id: int) -> Sequence[Unit]:
    """Units that may have to put something right, by name."""
    return session.scalars(select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.name, Unit.id)).all()


def list_owners(session: Session, track: OmbudsmanTrack) -> list[User]:
    """Officers of the agency who can carry an action out: those without an interest in the case (if any)."""
    people = session.scalars(
        select(User)
        .where(
            User.agency_id == track.agency_id,
            User.is_active,
            User.id.in_(
                select(UserRole.user_id).where(UserRole.role.in_([role.value for role in CASE_ROLES]))
            ),
        )
        .options(selectinload(User.roles))
        .order_by(User.title, User.id)
    ).all()
    return who_can_carry_out(session, track, people)


def who_can_carry_out(session: Session, track: OmbudsmanTrack, people: Iterable[User]) -> list[User]:
    """Those on whom an action of this track may be put: in the agency, and without an interest."""
    case = get_snapshot(session, track.complaint) if track.complaint is not None else None

    def can(user: User) -> bool:
        if user.agency_id != track.agency_id or not user.is_active:
            return False
        actor = get_actor(session, user)
        return bool(actor.roles & CASE_ROLES) and (case is None or conflict_of(case, actor) is None)

    return [one for one in people if can(one)]
