"""Cases as they stood at an instant: their history folded up to it, in one pass over all of them.

A workbook that is exported again for an earlier cut-off must say what it said then, so nothing here trusts
what a row of ``complaint`` says now where the history can tell. Imported history has no events: its register
tells how a case ended and when, and nothing in between.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from app.law import class_of_category
from app.models import CaseEvent, Complaint, Service
from workflows.sla import Wait
from workflows.transitions import CLOSURE
from workflows.vocabulary import (
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    Role,
    Substate,
)

_ROWS_AT_ONCE = 2_000
_FILING = frozenset({Event.SUBMIT.value, Event.ACKNOWLEDGE.value})
_NO_OFFICER = frozenset({Role.COMPLAINANT.value, Role.SYSTEM.value})
_PAUSING = frozenset({Substate.AWAITING_COMPLETION.value, Substate.AWAITING_COMPLAINANT_INFO.value})
REOPENING = frozenset({Event.OBJECT.value, Event.CONTINUE_EX_OFFICIO.value})
"""Events after which the decision before them stands no longer."""


_TELLING_DETAILS = sql_case(
    (
        or_(
            CaseEvent.event.in_((Event.CLASSIFY.value, Event.DECIDE.value)),
            CaseEvent.after.like("closed%"),
        ),
        CaseEvent.details,
    ),
    else_=None,
).label("details")
"""Details of the events whose details are folded: reading those of all others takes as long as the rest."""


@dataclass(slots=True)
class CaseAt:
    """One case at an instant. Codes, numbers and instants only: no person, no word of its text.

    :ivar complaint_class: provisional (from the citizen's category) while ``classified`` is False
    :ivar decided_at: of the decision that stands; None again after a reopening
    :ivar objected: reopened on an objection, and not decided anew
    :ivar acted: an officer recorded an act after the filing
    :ivar changed_later: something happened after the instant, so rows of now are no help
    """

    id: int
    number: str
    received_at: datetime
    channel: str
    service: str | None
    imported: bool
    in_danger: bool
    complaint_class: ComplaintClass
    classified: bool = False
    substate: Substate = Substate.SUBMITTED
    finding: Finding | None = None
    closure_reason: ClosureReason | None = None
    complete_at: datetime | None = None
    decided_at: datetime | None = None
    delivered_at: datetime | None = None
    closed_at: datetime | None = None
    objected: bool = False
    acted: bool = False
    changed_later: bool = False
    waits: list[Wait] = field(default_factory=list)
    waiting_since: tuple[str, datetime] | None = None

    @property
    def ended_at(self) -> datetime | None:
        """When it was closed, or its decision delivered, whichever came first."""
        return min((at for at in (self.closed_at, self.delivered_at) if at is not None), default=None)

    @property
    def all_waits(self) -> tuple[Wait, ...]:
        """Times of waiting for the complainant, the one still open included."""
        running = (Wait(*self.waiting_since, None),) if self.waiting_since else ()
        return (*self.waits, *running)


def list_cases_at(session: Session, condition: ColumnElement[bool], as_of: datetime) -> list[CaseAt]:
    """Cases received up to an instant, as they stood at it; by date received, then number.

    :param condition: on ``complaint``: whose, which period, and what the actor may see
    """
    within = condition & (Complaint.received_at <= as_of)
    cases = {row.id: _begin(row, as_of) for row in _complaints(session, within)}
    for event in _events(session, within):
        case = cases[event.complaint_id]
        if event.at <= as_of:
            _fold(case, event)
        else:
            case.changed_later = True
    return sorted(cases.values(), key=lambda case: (case.received_at, case.number))


def _complaints(session: Session, within: ColumnElement[bool]) -> Iterable[Row[Any]]:
    return session.execute(
        select(
            Complaint.id,
            Complaint.number,
            Complaint.received_at,
            Complaint.channel,
            Complaint.category,
            Complaint.complaint_class,
            Complaint.class_is_provisional,
            Complaint.substate,
            Complaint.finding,
            Complaint.closure_reason,
            Complaint.declared_complete_at,
            Complaint.decided_at,
            Complaint.delivered_at,
            Complaint.closed_at,
            Complaint.imported,
            Complaint.in_danger,
            Service.label_id.label("service"),
        )
        .outerjoin(Service, Service.id == Complaint.service_id)
        .where(within)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )


def _events(session: Session, within: ColumnElement[bool]) -> Iterator[Row[Any]]:
    """Events of all the cases, each case's in order."""
    statement = (
        select(
            CaseEvent.complaint_id,
            CaseEvent.event,
            CaseEvent.before,
            CaseEvent.after,
            CaseEvent.at,
            CaseEvent.actor_role,
            _TELLING_DETAILS,
        )
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(within, Complaint.imported.is_(False))
        .order_by(CaseEvent.complaint_id, CaseEvent.seq)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    return iter(session.execute(statement))


def _begin(row: Row[Any], as_of: datetime) -> CaseAt:
    """A case before its first event; a whole one where the register is all there is."""
    provisional = ComplaintClass(row.complaint_class)
    if not row.class_is_provisional:
        provisional = class_of_category(row.category)
    case = CaseAt(
        id=row.id,
        number=row.number,
        received_at=row.received_at,
        channel=row.channel,
        service=row.service,
        imported=row.imported,
        in_danger=row.in_danger,
        complaint_class=provisional,
    )
    if row.imported:
        _take_register(case, row, as_of)
    return case


def _take_register(case: CaseAt, row: Row[Any], as_of: datetime) -> None:
    """What an imported register says; a closing without a date counts from the date received."""
    case.complaint_class = ComplaintClass(row.complaint_class)
    case.classified = not row.class_is_provisional
    closed = Substate(row.substate).is_closed
    ended = row.closed_at or (row.received_at if closed else None)
    if ended is not None and ended > as_of:
        case.changed_later = True
        return
    case.substate = Substate(row.substate)
    case.finding = Finding(row.finding) if row.finding else None
    case.closure_reason = ClosureReason(row.closure_reason) if row.closure_reason else None
    case.complete_at = _up_to(row.declared_complete_at, as_of)
    case.decided_at = _up_to(row.decided_at, as_of)
    case.delivered_at = _up_to(row.delivered_at, as_of)
    case.closed_at = ended
    case.acted = case.finding is not None or closed


def _up_to(at: datetime | None, as_of: datetime) -> datetime | None:
    return at if at is not None and at <= as_of else None


def _fold(case: CaseAt, event: Row[Any]) -> None:
    """Take in one more event."""
    details: Mapping[str, Any] = event.details or {}
    if event.before != event.after:
        _move(case, event)
    if event.event not in _FILING and event.actor_role not in _NO_OFFICER:
        case.acted = True
    match event.event:
        case Event.CLASSIFY.value:
            case.complaint_class = ComplaintClass(details["complaint_class"])
            case.classified = True
        case Event.DECLARE_COMPLETE.value:
            case.complete_at = event.at
        case Event.DECIDE.value:
            case.finding, case.decided_at = Finding(details["finding"]), event.at
            case.objected = False
        case Event.DELIVER_DECISION.value:
            case.delivered_at = event.at
        case reopening if reopening in REOPENING:
            case.finding = case.decided_at = case.delivered_at = None
            case.objected = reopening == Event.OBJECT.value


def _move(case: CaseAt, event: Row[Any]) -> None:
    case.substate = Substate(event.after)
    if case.waiting_since is not None:
        case.waits.append(Wait(*case.waiting_since, event.at))
        case.waiting_since = None
    if event.after in _PAUSING:
        case.waiting_since = (event.after, event.at)
    if case.substate.is_closed:
        case.closed_at = event.at
        case.closure_reason = _reason(event)
    else:
        case.closed_at = case.closure_reason = None


def _reason(event: Row[Any]) -> ClosureReason:
    given = (event.details or {}).get("closure_reason")
    return ClosureReason(given) if given else CLOSURE[Event(event.event)]
