"""Which complaints an assessment of a year is about, and what of each stands in a report."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, Complaint
from app.queries.history import CaseAt
from app.queries.visibility import counted_for, visible_to
from app.queries.wbk_clocks import ClockAt, decision_due_at
from reports.rows import AnonymisedCaseRow
from workflows.snapshot import Actor
from workflows.vocabulary import PUBLIC_STATE, ClosureReason


def in_reach(agency: Agency, year: int, actor: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint``: received in the year, or before it and not ended by then.

    It may let a few more through: `reports.wbk.proposals.standing.in_period` says which of them count.
    Every figure of an assessment and every list behind one rests on this condition. The reader's tasks narrow
    the list alone (:func:`visible_numbers`); an interest takes the case out of both (:func:`counted_for`).
    """
    start, end = year_bounds(year, agency.timezone)
    left_over = or_(
        Complaint.closed_at >= start,
        Complaint.closed_at.is_(None)
        & or_(Complaint.imported.is_(False), Complaint.substate.not_like("closed%")),
    )
    return (
        (Complaint.agency_id == agency.id)
        & counted_for(actor)
        & (Complaint.received_at < end)
        & or_(Complaint.received_at >= start, left_over)
    )


def year_bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """First instant of a local year, and of the one after it, in UTC."""
    first, after = (datetime(y, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for y in (year, year + 1))
    return first, after


def visible_numbers(session: Session, agency: Agency, year: int, actor: Actor) -> frozenset[str]:
    """Numbers of the complaints in reach that exist for the actor."""
    return frozenset(
        session.scalars(select(Complaint.number).where(in_reach(agency, year, actor), visible_to(actor)))
    )


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The day of an instant in a zone."""
    return at.astimezone(zone).date()


def case_row(case: CaseAt, clocks: Sequence[ClockAt], zone: ZoneInfo) -> AnonymisedCaseRow:
    """One case for reports: codes, numbers and local dates."""

    def on(at: datetime | None) -> date | None:
        return local_date(at, zone) if at is not None else None

    channel = get_law().channels.get(case.channel)
    return AnonymisedCaseRow(
        number=case.number,
        received_on=local_date(case.received_at, zone),
        channel=channel.label_id if channel else case.channel,
        service=case.service or "",
        complaint_class=case.complaint_class,
        classified=case.classified,
        state=PUBLIC_STATE[case.substate],
        substate=case.substate,
        finding=case.finding,
        closure_reason=case.closure_reason,
        duplicate=case.closure_reason == ClosureReason.DUPLICATE,
        complete_on=on(case.complete_at),
        decided_on=on(case.decided_at),
        ended_on=on(case.ended_at),
        decision_due_on=on(decision_due_at(case, clocks)),
        has_recorded_action=case.acted,
        imported=case.imported,
    )
