"""Keep the stored deadlines of a case equal to what the rules compute from its clock points."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import CaseEvent, ClockPoint, Complaint, Deadline
from app.models.complaint import FAR_FUTURE
from app.queries.calendars import get_calendar
from workflows import sla
from workflows.vocabulary import ComplaintClass, Party, Substate

_PAUSING = frozenset({Substate.AWAITING_COMPLETION, Substate.AWAITING_COMPLAINANT_INFO})


def add_points(session: Session, complaint: Complaint, points: Iterable[tuple[str, datetime]]) -> None:
    """Record instants that start or stop clocks."""
    session.add_all(ClockPoint(complaint_id=complaint.id, code=code, at=at) for code, at in points)
    session.flush()


def sync_deadlines(session: Session, complaint: Complaint, at: datetime) -> None:
    """Recompute the clocks of a case from their original triggers and store what changed.

    Reclassifying replaces the clocks of the old class; what the sweep already flagged on a
    clock that still exists is kept. Imported history gets its deadlines, but never an alert.
    """
    facts, calendar = get_facts(session, complaint), get_calendar(session, complaint.agency)
    computed = {
        (deadline.complaint_class.value, deadline.stage, deadline.step, deadline.occurrence): deadline
        for complaint_class in classes_of(complaint)
        for deadline in sla.compute_deadlines(get_law(), complaint_class, facts, calendar)
    }
    stored: dict[tuple[str, str, int, int], Deadline] = {}
    for row in session.scalars(select(Deadline).where(Deadline.complaint_id == complaint.id)):
        key = (row.complaint_class, row.stage, row.step, row.occurrence)
        if key in computed:
            stored[key] = row
        else:
            session.delete(row)
    session.flush()
    for key, deadline in computed.items():
        target = stored.get(key)
        if target is None:
            target = Deadline(complaint_id=complaint.id)
            session.add(target)
            stored[key] = target
        fill_deadline(target, deadline, at, imported=complaint.imported)
    session.flush()
    refresh_queue(complaint, stored.values())


def classes_of(complaint: Complaint) -> tuple[ComplaintClass, ...]:
    """The policies that bind: that of the class, and of ``urgent`` where somebody is in danger."""
    own = ComplaintClass(complaint.complaint_class)
    return (own, ComplaintClass.URGENT) if complaint.in_danger else (own,)


def get_facts(session: Session, complaint: Complaint) -> sla.ClockFacts:
    """Everything that the clocks of a case hang on, from its points and its history."""
    points: dict[str, list[datetime]] = {}
    for row in session.execute(
        select(ClockPoint.code, ClockPoint.at)
        .where(ClockPoint.complaint_id == complaint.id)
        .order_by(ClockPoint.at, ClockPoint.id)
    ):
        points.setdefault(row.code, []).append(row.at)
    return sla.ClockFacts(
        points={code: tuple(instants) for code, instants in points.items()},
        waits=_waits(session, complaint.id),
        closed_at=closed_at(complaint),
    )


def closed_at(complaint: Complaint) -> datetime | None:
    """Since when the case stands closed.

    A register that says "closed" without a date leaves every clock void from its start.
    """
    if complaint.imported and complaint.closed_at is None and Substate(complaint.substate).is_closed:
        return complaint.received_at
    return complaint.closed_at


def refresh_queue(complaint: Complaint, deadlines: Iterable[Deadline]) -> None:
    """Copy to the case what the queue sorts by: the nearest running duty of the station."""
    running = [
        row
        for row in deadlines
        if row.effective and row.party == Party.STATION and row.met_at is None and row.void_at is None
    ]
    nearest = min(running, key=lambda row: (row.due_at, row.stage), default=None)
    complaint.queue_due_at = nearest.due_at if nearest else FAR_FUTURE
    complaint.queue_due_stage = nearest.stage if nearest else None
    complaint.breached_stages = sum(
        1 for row in deadlines if row.effective and row.party == Party.STATION and row.breached_at is not None
    )


def next_alert(deadline: Deadline, after: int) -> tuple[int, datetime] | None:
    """The next share of the limit (percent) at which somebody is told, and its instant.

    :param after: percent already dealt with, 0 for none
    """
    law = get_law()
    rule = law.clock_rules["reminder"]
    shares = sorted({*rule.warn_percent, *(rule.escalate_percent or {}).values()})
    for percent in shares:
        if percent > after:
            length = deadline.due_at - deadline.triggered_at
            return percent, deadline.triggered_at + length * percent / 100
    return None


def fill_deadline(row: Deadline, deadline: sla.Deadline, at: datetime, *, imported: bool = False) -> None:
    """Write into a row what the rules computed, as seen at an instant.

    Of imported history a breach is only claimed where the register tells when the thing was done: that it
    tells nothing doesn't mean that nothing was done.
    """
    row.complaint_class = deadline.complaint_class.value
    row.policy_version = deadline.policy_version
    row.stage = deadline.stage
    row.step = deadline.step
    row.occurrence = deadline.occurrence
    row.party = deadline.party.value
    row.limit_value = deadline.limit
    row.unit = deadline.unit.value
    row.binding = deadline.binding.value
    row.confidence = deadline.confidence.value
    row.sources = list(deadline.sources)
    row.trigger = deadline.trigger
    row.triggered_at = deadline.triggered_at
    row.due_at = deadline.due_at
    row.pauses = [
        [pause.start.isoformat(), pause.end.isoformat() if pause.end else None] for pause in deadline.pauses
    ]
    row.effective = deadline.effective
    row.provisional_calendar = deadline.provisional_calendar
    row.met_at = deadline.met_at
    row.void_at = deadline.void_at
    told = not imported or deadline.met_at is not None
    row.breached_at = deadline.breached_at(at) if told else None
    row.flagged_at = (row.flagged_at or at) if row.breached_at else None
    watched = not imported and deadline.is_running and deadline.effective and deadline.party == Party.STATION
    if row.breached_at is None and row.alerted_percent is not None:
        row.alerted_percent = min(row.alerted_percent, 99)
    upcoming = next_alert(row, row.alerted_percent or 0) if watched else None
    row.next_alert, row.next_alert_at = upcoming or (None, None)


def _waits(session: Session, complaint_id: int) -> tuple[sla.Wait, ...]:
    waits: list[sla.Wait] = []
    entered: tuple[str, datetime] | None = None
    rows = session.execute(
        select(CaseEvent.before, CaseEvent.after, CaseEvent.at)
        .where(CaseEvent.complaint_id == complaint_id)
        .order_by(CaseEvent.seq)
    )
    for row in rows:
        if row.before == row.after:
            continue
        if entered is not None:
            waits.append(sla.Wait(entered[0], entered[1], row.at))
            entered = None
        if row.after in _PAUSING:
            entered = (row.after, row.at)
    if entered is not None:
        waits.append(sla.Wait(entered[0], entered[1], None))
    return tuple(waits)
