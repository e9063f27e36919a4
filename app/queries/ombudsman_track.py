"""The Ombudsman's track as its readers may see it: what is owed, what was found, what became of it.

A track of a case exists for those for whom the case exists (`app.queries.visibility`); one without a case for
the reviewers of the mandate and the people of the agency. Who only leads a unit is shown its own actions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session

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
from app.queries.visibility import visible_to
from reports.rows import ActionStatus, CorrectiveActionRow
from workflows.errors import CaseNotVisible
from workflows.ombudsman import (
    STATION_ANSWERS,
    ActionState,
    Compliance,
    Conclusion,
    RequestFacts,
    RequestKind,
    StepKind,
    TrackFacts,
    owns_action,
)
from workflows.permissions import can_see
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, Role


@dataclass(frozen=True, slots=True)
class OpenActions:
    """Corrective actions of an agency that no reviewer has found done.

    :ivar open: all of them
    :ivar overdue: those not reported done by their day
    :ivar reported: those that wait for the reviewer
    """

    open: int = 0
    overdue: int = 0
    reported: int = 0


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
    return or_(of_case, and_(OmbudsmanTrack.complaint_id.is_(None), _reaches_agency(actor)))


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
    found = session.get(OmbudsmanRequest, request_id)
    if found is None or not _reads_track(actor):
        raise CaseNotVisible("ori.request")
    get_track(session, found.track_id, actor)
    return found


def get_recommendation(session: Session, recommendation_id: int, actor: Actor) -> OmbudsmanRecommendation:
    """A recommendation, for reviewers and those who answer for the station.

    :raises CaseNotVisible: not for this actor
    """
    found = session.get(OmbudsmanRecommendation, recommendation_id)
    if found is None or not _reads_track(actor):
        raise CaseNotVisible("ori.recommendation")
    get_track(session, found.track_id, actor)
    return found


def get_lhp(session: Session, lhp_id: int, actor: Actor) -> ExaminationReport:
    """An LHP, for reviewers and those who answer for the station.

    :raises CaseNotVisible: not for this actor
    """
    found = session.get(ExaminationReport, lhp_id)
    if found is None or not _reads_track(actor):
        raise CaseNotVisible("ori.lhp")
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
    """Officers of the agency who can carry an action out: those for whom the case (if any) exists."""
    people = session.scalars(
        select(User)
        .where(
            User.agency_id == track.agency_id,
            User.is_active,
            User.id.in_(
                select(UserRole.user_id).where(UserRole.role.in_([role.value for role in CASE_ROLES]))
            ),
        )
        .order_by(User.title, User.id)
    ).all()
    return [one for one in people if can_carry_out(session, track, one)]


def can_carry_out(session: Session, track: OmbudsmanTrack, user: User) -> bool:
    """Whether an action of this track may be put on somebody: in the agency, and without an interest."""
    if user.agency_id != track.agency_id or not user.is_active:
        return False
    actor = get_actor(session, user)
    if track.complaint is None:
        return bool(actor.roles & CASE_ROLES)
    return can_see(get_snapshot(session, track.complaint), actor)


def open_actions(session: Session, agency_id: int, at: datetime) -> OpenActions:
    """How many corrective actions of an agency are not verified, and how many of them are late."""
    return open_actions_by_agency(session, (agency_id,), at).get(agency_id, OpenActions())


def open_actions_by_agency(
    session: Session, agency_ids: Sequence[int], at: datetime
) -> dict[int, OpenActions]:
    """As `open_actions`, for many agencies in one statement; agencies without any are left out."""
    late = CorrectiveAction.state.in_((ActionState.OPEN, ActionState.SENT_BACK)) & (
        CorrectiveAction.due_at < at
    )
    rows = session.execute(
        select(
            OmbudsmanTrack.agency_id,
            func.count(),
            func.count().filter(late),
            func.count().filter(CorrectiveAction.state == ActionState.REPORTED),
        )
        .select_from(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(OmbudsmanTrack.agency_id.in_(agency_ids), CorrectiveAction.state != ActionState.VERIFIED)
        .group_by(OmbudsmanTrack.agency_id)
    )
    return {row[0]: OpenActions(*row[1:]) for row in rows}


def corrective_action_rows(
    session: Session, agency_id: int, year: int, as_of: datetime
) -> tuple[CorrectiveActionRow, ...]:
    """Corrective actions of LHPs issued in a year, as they stood at the cut-off, by LHP and place in it.

    What was recorded after the cut-off is not there; what was judged after it is not judged yet.
    """
    actions = session.scalars(
        select(CorrectiveAction)
        .join(ExaminationReport, ExaminationReport.id == CorrectiveAction.lhp_id)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == ExaminationReport.track_id)
        .where(
            OmbudsmanTrack.agency_id == agency_id,
            CorrectiveAction.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
            ExaminationReport.received_at <= as_of,
        )
        .order_by(CorrectiveAction.issued_on, CorrectiveAction.lhp_id, CorrectiveAction.seq)
    ).all()
    return tuple(_row_at(action, as_of) for action in actions)


def _row_at(action: CorrectiveAction, as_of: datetime) -> CorrectiveActionRow:
    """The row from the steps up to an instant: the columns know only the present."""
    zone = ZoneInfo(action.lhp.track.agency.timezone)
    done_at: datetime | None = None
    verified_at: datetime | None = None
    for step in action.steps:
        if step.at > as_of or step.kind == StepKind.NOTE:
            continue
        if step.kind == StepKind.REPORT:
            done_at = step.at
        elif step.kind == StepKind.SENT_BACK:
            done_at = None
        else:
            verified_at = step.at
    if verified_at is not None:
        status = ActionStatus.VERIFIED
    elif done_at is not None:
        status = ActionStatus.REPORTED
    else:
        status = ActionStatus.OVERDUE if as_of > action.due_at else ActionStatus.OPEN
    return CorrectiveActionRow(
        number=action.number,
        issued_on=action.issued_on,
        due_on=action.due_on,
        done_on=done_at.astimezone(zone).date() if done_at else None,
        verified_on=verified_at.astimezone(zone).date() if verified_at else None,
        status=status,
        source=action.lhp.number,
    )
