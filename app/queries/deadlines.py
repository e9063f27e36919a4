"""Deadlines across the cases that exist for the actor: what runs, by due date, and what was breached.

Running duties are read from the open cases of the agency (the partial index of the queue), breaches from one
year of receipts: neither grows with history.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, select, text, tuple_
from sqlalchemy.orm import Session

from app.models import Complaint, Deadline, Unit
from app.queries.queue import PAGE_SIZE, Cursor
from app.queries.visibility import visible_to
from workflows.snapshot import Actor
from workflows.vocabulary import Party


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """One duty of one case."""

    id: int
    number: str
    substate: str
    unit_name: str | None
    stage: str
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    breached_at: datetime | None
    sources: list[str]
    confidence: str
    binding: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class DeadlinePage:
    """Some duties, and the keys of the pages around them."""

    rows: tuple[DeadlineRow, ...]
    before: Cursor | None = None
    after: Cursor | None = None


def list_running(session: Session, actor: Actor, *, cursor: Cursor | None = None) -> DeadlinePage:
    """Duties of the station that run, nearest first; those that are over stand first of all."""
    no = "0" if session.get_bind().dialect.name == "sqlite" else "false"
    condition = and_(
        text(f"complaint.closed_at IS NULL AND complaint.imported = {no}"),
        Deadline.met_at.is_(None),
        Deadline.void_at.is_(None),
    )
    return _page(session, _rows(actor).where(condition), cursor, descending=False)


def list_breaches(
    session: Session, actor: Actor, *, year: int, zone: str, cursor: Cursor | None = None
) -> DeadlinePage:
    """Duties that were breached, of the cases received in a year; latest first. Imported history has none."""
    no = "0" if session.get_bind().dialect.name == "sqlite" else "false"
    first = datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    condition = and_(
        Complaint.received_at >= first,
        Complaint.received_at < first.replace(year=year + 1),
        text(f"complaint.imported = {no}"),
        Deadline.breached_at.isnot(None),
    )
    return _page(session, _rows(actor).where(condition), cursor, descending=True)


def get_deadline(session: Session, complaint_id: int, deadline_id: int) -> Deadline | None:
    """One clock of a case."""
    row = session.get(Deadline, deadline_id)
    return row if row is not None and row.complaint_id == complaint_id else None


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Deadline.id,
            Complaint.number,
            Complaint.substate,
            Unit.name,
            Deadline.stage,
            Deadline.due_at,
            Deadline.met_at,
            Deadline.void_at,
            Deadline.breached_at,
            Deadline.sources,
            Deadline.confidence,
            Deadline.binding,
            Deadline.provisional_calendar,
        )
        .select_from(Complaint)
        .join(Deadline, Deadline.complaint_id == Complaint.id)
        .outerjoin(Unit, Unit.id == Complaint.owner_unit_id)
        .where(visible_to(actor), Deadline.effective, Deadline.party == Party.STATION.value)
    )


def _page(
    session: Session, statement: Select[*tuple[Any, ...]], cursor: Cursor | None, *, descending: bool
) -> DeadlinePage:
    backward = cursor is not None and not cursor.forward
    down = descending != backward
    if cursor is not None:
        place, seen = tuple_(Deadline.due_at, Deadline.id), (cursor.at, cursor.id)
        statement = statement.where(place < seen if down else place > seen)
    order = (Deadline.due_at.desc(), Deadline.id.desc()) if down else (Deadline.due_at, Deadline.id)
    found = [DeadlineRow(*row) for row in session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1))]
    more, rows = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backward:
        rows.reverse()
    if not rows:
        return DeadlinePage(())
    has_before = more if backward else cursor is not None
    has_after = True if backward else more
    return DeadlinePage(
        tuple(rows),
        before=Cursor(rows[0].due_at, rows[0].id, forward=False) if has_before else None,
        after=Cursor(rows[-1].due_at, rows[-1].id) if has_after else None,
    )
