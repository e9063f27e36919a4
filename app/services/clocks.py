"""Keep the stored deadlines of a case equal to what the rules compute from its clock points."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple, Protocol

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
    return binding_classes(ComplaintClass(complaint.complaint_class), in_danger=complaint.in_danger)


def binding_classes(own: ComplaintClass, *, in_danger: bool) -> tuple[ComplaintClass, ...]:
    """As :func:`classes_of`, for a case that is not stored yet."""
    return (own, ComplaintClass.URGENT) if in_danger else (own,)


def get_facts(session: Session, complaint: Complaint) -> sla.ClockFacts:
    """Everything that the clocks of a case hang on, from its points and its history."""
    points: dict[str, list[datetime]] = {}
    for row in session.execute(
        select(ClockPoint.code, ClockPoint.at)
        .where(ClockPoint.complaint_id == complaint.id)
        .order_by(ClockPoint.at, ClockPoint.id)
    ):
        points.setdefault(row.code, []).append(row.at)
    moves = session.execute(
        select(CaseEvent.before, CaseEvent.after, CaseEvent.at)
        .where(CaseEvent.complaint_id == complaint.id)
        .order_by(CaseEvent.seq)
    )
    return sla.ClockFacts(
        points={code: tuple(instants) for code, instants in points.items()},
        waits=waits_of(Move(*row) for row in moves),
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
    for name, value in queue_columns(deadlines).items():
        setattr(complaint, name, value)


def queue_columns(clocks: Iterable["Clock"]) -> dict[str, Any]:
    """The columns of a case that repeat its clocks."""
    duties = [clock for clock in clocks if clock.effective and clock.party == Party.STATION]
    running = [clock for clock in duties if clock.met_at is None and clock.void_at is None]
    nearest = min(running, key=lambda clock: (clock.due_at, clock.stage), default=None)
    return {
        "queue_due_at": nearest.due_at if nearest else FAR_FUTURE,
        "queue_due_stage": nearest.stage if nearest else None,
        "breached_stages": sum(1 for clock in duties if clock.breached_at is not None),
    }


class Clock(Protocol):
    """What the queue asks of a clock, stored or not."""

    stage: Any
    party: Any
    effective: Any
    due_at: Any
    met_at: Any
    void_at: Any
    breached_at: Any


class Span(Protocol):
    """Something that runs from one instant to another."""

    @property
    def triggered_at(self) -> datetime: ...

    @property
    def due_at(self) -> datetime: ...


def next_alert(deadline: Span, after: int) -> tuple[int, datetime] | None:
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
    """Write into a row what the rules computed, as seen at an instant; see `deadline_columns`."""
    columns = deadline_columns(
        deadline, at, imported=imported, flagged_at=row.flagged_at, alerted_percent=row.alerted_percent or 0
    )
    for name, value in columns.items():
        setattr(row, name, value)


def deadline_columns(
    deadline: sla.Deadline,
    at: datetime,
    *,
    imported: bool = False,
    flagged_at: datetime | None = None,
    alerted_percent: int = 0,
) -> dict[str, Any]:
    """The columns of a clock that the rules computed, as seen at an instant.

    Of imported history a breach is only claimed where the register tells when the thing was done: that it
    tells nothing doesn't mean that nothing was done.

    :param flagged_at: when its breach was seen, if it was
    :param alerted_percent: share of the limit up to which everybody has been told
    """
    told = not imported or deadline.met_at is not None
    breached_at = deadline.breached_at(at) if told else None
    alerted = alerted_percent if breached_at else min(alerted_percent, 99)
    watched = not imported and deadline.is_running and deadline.effective and deadline.party == Party.STATION
    upcoming = next_alert(deadline, alerted) if watched else None
    return {
        "complaint_class": deadline.complaint_class.value,
        "policy_version": deadline.policy_version,
        "stage": deadline.stage,
        "step": deadline.step,
        "occurrence": deadline.occurrence,
        "party": deadline.party.value,
        "limit_value": deadline.limit,
        "unit": deadline.unit.value,
        "binding": deadline.binding.value,
        "confidence": deadline.confidence.value,
        "sources": list(deadline.sources),
        "trigger": deadline.trigger,
        "triggered_at": deadline.triggered_at,
        "due_at": deadline.due_at,
        "pauses": [
            [pause.start.isoformat(), pause.end.isoformat() if pause.end else None]
            for pause in deadline.pauses
        ],
        "effective": deadline.effective,
        "provisional_calendar": deadline.provisional_calendar,
        "met_at": deadline.met_at,
        "void_at": deadline.void_at,
        "breached_at": breached_at,
        "flagged_at": (flagged_at or at) if breached_at else None,
        "alerted_percent": alerted,
        "next_alert": upcoming[0] if upcoming else None,
        "next_alert_at": upcoming[1] if upcoming else None,
    }


class Move(NamedTuple):
    """One event of the history of a case, as far as waiting goes."""

    before: str | None
    after: str
    at: datetime


def waits_of(moves: Iterable[Move]) -> tuple[sla.Wait, ...]:
    """The times in which a case waited for its complainant.

    :param moves: its history, in order
    """
    waits: list[sla.Wait] = []
    entered: tuple[str, datetime] | None = None
    for move in moves:
        if move.before == move.after:
            continue
        if entered is not None:
            waits.append(sla.Wait(entered[0], entered[1], move.at))
            entered = None
        if move.after in _PAUSING:
            entered = (move.after, move.at)
    if entered is not None:
        waits.append(sla.Wait(entered[0], entered[1], None))
    return tuple(waits)
