"""The queue of a desk: open cases by due date, the archive by date of receipt, and how many there are.

Every list is read by key (the last row seen), never by offset, and every count stops at a cap, so that no
page costs more as history grows. The open queue states its condition as literal text: SQLite uses a partial
index only where the statement carries the very words of the index (``ix_complaint_queue``).
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, select, text, tuple_, union
from sqlalchemy.orm import Session

from app.models import Complaint, ImportBatch, Service, Unit, User
from app.models.complaint import FAR_FUTURE
from app.queries.visibility import visible_to
from workflows.snapshot import Actor
from workflows.vocabulary import ComplaintClass, PublicState, Substate

PAGE_SIZE = 25
COUNT_CAP = 1_000
"""Counts beyond are told as "more than"."""
SOON_DAYS = 3
"""A case is due soon if its duty ends within this many local dates, today included."""
SEARCHED_YEARS = 5
"""A bare counter is looked for in the numbers of this year and the four before."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Shelf(enum.StrEnum):
    """Which cases a list is about."""

    OPEN = "open"
    CLOSED = "closed"
    IMPORTED = "imported"


class Due(enum.StrEnum):
    """How near the next duty is."""

    OVERDUE = "overdue"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What a list is narrowed to; the default is every open case.

    :ivar state: a public state or a substate
    :ivar year: of receipt, for the archive; ignored for open cases
    :ivar search: the number of another register, as typed; looks on every shelf, whatever else is set
    :ivar numbers: complaint numbers that may be meant, from `candidates`
    """

    shelf: Shelf = Shelf.OPEN
    state: PublicState | Substate | None = None
    unit_id: int | None = None
    complaint_class: ComplaintClass | None = None
    due: Due | None = None
    mine: bool = False
    year: int | None = None
    search: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row seen, and which way to go on from it."""

    at: datetime
    id: int
    forward: bool = True

    def as_text(self) -> str:
        """For an address: microseconds since 1970, a dot, the id."""
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def from_text(cls, given: str, *, forward: bool) -> "Cursor | None":
        """What `as_text` gave; None for anything else."""
        at, _, row_id = given.partition(".")
        if not (at.isdecimal() and row_id.isdecimal() and len(at) < 18 and len(row_id) < 10):
            return None
        return cls(_EPOCH + timedelta(microseconds=int(at)), int(row_id), forward)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as a list shows it."""

    id: int
    number: str
    version: int
    external_number: str | None
    public_state: str
    substate: str
    complaint_class: str
    class_is_provisional: bool
    category: str | None
    in_danger: bool
    identity_mode: str
    received_at: datetime
    closed_at: datetime | None
    queue_due_at: datetime
    queue_due_stage: str | None
    breached_stages: int
    service_code: str | None
    unit_name: str | None
    officer_name: str | None

    @property
    def due_at(self) -> datetime | None:
        """When the station's next duty ends; None where none runs."""
        return None if self.queue_due_at >= FAR_FUTURE else self.queue_due_at


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some rows, and the keys of the pages around them."""

    rows: tuple[QueueRow, ...]
    before: Cursor | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many, up to a cap."""

    value: int
    is_capped: bool = False


def list_queue(
    session: Session,
    actor: Actor,
    wanted: QueueFilter,
    *,
    now: datetime,
    zone: str,
    cursor: Cursor | None = None,
    limit: int = PAGE_SIZE,
) -> QueuePage:
    """A page of the list: open cases by due date, nearest first; the archive by receipt, newest first."""
    condition = _condition(session, actor, wanted, now=now, zone=zone)
    descending = wanted.shelf is not Shelf.OPEN and not wanted.search
    key = Complaint.received_at if descending else Complaint.queue_due_at
    backward = cursor is not None and not cursor.forward
    statement = _rows(condition)
    if cursor is not None:
        place = tuple_(key, Complaint.id)
        seen = (cursor.at, cursor.id)
        statement = statement.where(place < seen if descending != backward else place > seen)
    order = [key, Complaint.id]
    statement = statement.order_by(*(c.desc() if descending != backward else c.asc() for c in order))
    found = [QueueRow(*row) for row in session.execute(statement.limit(limit + 1))]
    more, rows = len(found) > limit, found[:limit]
    if backward:
        rows.reverse()
    if not rows:
        return QueuePage(())

    def place_of(row: QueueRow, *, forward: bool) -> Cursor:
        return Cursor(row.received_at if descending else row.queue_due_at, row.id, forward)

    has_before = more if backward else cursor is not None
    has_after = more if not backward else True
    return QueuePage(
        rows=tuple(rows),
        before=place_of(rows[0], forward=False) if has_before else None,
        after=place_of(rows[-1], forward=True) if has_after else None,
    )


def list_chosen(session: Session, actor: Actor, numbers: tuple[str, ...]) -> tuple[QueueRow, ...]:
    """The cases of these numbers that exist for the actor, by due date."""
    statement = _rows(visible_to(actor) & Complaint.number.in_(numbers))
    ordered = statement.order_by(Complaint.queue_due_at, Complaint.id)
    return tuple(QueueRow(*row) for row in session.execute(ordered))


def count_queues(
    session: Session, actor: Actor, wanted: Mapping[str, QueueFilter], *, now: datetime, zone: str
) -> dict[str, Count]:
    """How many cases each filter finds, each count capped at `COUNT_CAP`; one statement for all."""
    if not wanted:
        return {}
    columns = []
    for name, one in wanted.items():
        condition = _condition(session, actor, one, now=now, zone=zone)
        capped: Select[*tuple[Any, ...]] = (
            select(literal_column("1")).select_from(Complaint).where(condition).limit(COUNT_CAP + 1)
        )
        columns.append(
            select(func.count()).select_from(capped.subquery()).scalar_subquery().label(f"count_{name}")
        )
    row = session.execute(select(*columns)).one()
    return {
        name: Count(min(value, COUNT_CAP), value > COUNT_CAP) for name, value in zip(wanted, row, strict=True)
    }


def list_units(session: Session, agency_id: int) -> list[tuple[int, str]]:
    """Units of an agency that cases can be routed to, by name."""
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.agency_id == agency_id, Unit.examines).order_by(Unit.name)
    )
    return [(row.id, row.name) for row in rows]


def soon_until(now: datetime, zone: str) -> datetime:
    """The instant before which a duty counts as due soon: local midnight, `SOON_DAYS` dates ahead."""
    local = now.astimezone(ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=SOON_DAYS)).astimezone(UTC)


def candidates(search: str, agency_code: str, year: int) -> tuple[str, ...]:
    """Complaint numbers that somebody may mean: the number itself, or a counter of recent years."""
    typed = search.strip().upper()
    if not typed.isdecimal() or len(typed) > 6:
        return (typed,)
    return tuple(f"{agency_code}-{year - back}-{int(typed):06d}" for back in range(SEARCHED_YEARS))


def _rows(condition: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Complaint.id,
            Complaint.number,
            Complaint.version,
            Complaint.external_number,
            Complaint.public_state,
            Complaint.substate,
            Complaint.complaint_class,
            Complaint.class_is_provisional,
            Complaint.category,
            Complaint.in_danger,
            Complaint.identity_mode,
            Complaint.received_at,
            Complaint.closed_at,
            Complaint.queue_due_at,
            Complaint.queue_due_stage,
            Complaint.breached_stages,
            Service.code,
            Unit.name,
            User.full_name,
        )
        .select_from(Complaint)
        .outerjoin(Service, Service.id == Complaint.service_id)
        .outerjoin(Unit, Unit.id == Complaint.owner_unit_id)
        .outerjoin(User, User.id == Complaint.case_officer_id)
        .where(condition)
    )


def _condition(
    session: Session, actor: Actor, wanted: QueueFilter, *, now: datetime, zone: str
) -> ColumnElement[bool]:
    condition = visible_to(actor)
    if wanted.search:
        return condition & _named(wanted)
    condition = and_(condition, _on_shelf(session, actor, wanted, now=now, zone=zone))
    if isinstance(wanted.state, Substate):
        condition = condition & (Complaint.substate == wanted.state.value)
    elif wanted.state is not None:
        condition = condition & (Complaint.public_state == wanted.state.value)
    if wanted.unit_id is not None:
        condition = condition & (Complaint.owner_unit_id == wanted.unit_id)
    if wanted.complaint_class is not None:
        condition = condition & (Complaint.complaint_class == wanted.complaint_class.value)
    if wanted.mine:
        condition = condition & (Complaint.case_officer_id == actor.user_id)
    if wanted.due is Due.OVERDUE:
        condition = condition & (Complaint.queue_due_at < now)
    elif wanted.due is Due.SOON:
        condition = condition & Complaint.queue_due_at.between(now, soon_until(now, zone))
    return condition


def _on_shelf(
    session: Session, actor: Actor, wanted: QueueFilter, *, now: datetime, zone: str
) -> ColumnElement[bool]:
    """Condition of the shelf; an archive is one year of receipts, so that a page never walks through all."""
    no, yes = ("0", "1") if session.get_bind().dialect.name == "sqlite" else ("false", "true")
    if wanted.shelf is Shelf.OPEN:
        return and_(text(f"complaint.closed_at IS NULL AND complaint.imported = {no}"))
    if wanted.shelf is Shelf.IMPORTED and not _has_imports(session, actor):
        return false()
    year = wanted.year or now.astimezone(ZoneInfo(zone)).year
    first = datetime(year, 1, 1, tzinfo=ZoneInfo(zone))
    in_year = (Complaint.received_at >= first) & (Complaint.received_at < first.replace(year=year + 1))
    if wanted.shelf is Shelf.CLOSED:
        return and_(in_year, text(f"complaint.closed_at IS NOT NULL AND complaint.imported = {no}"))
    return and_(in_year, text(f"complaint.imported = {yes}"))


def _has_imports(session: Session, actor: Actor) -> bool:
    agencies = sorted(actor.mandate) if actor.mandate else [actor.agency_id]
    found = select(ImportBatch.id).where(ImportBatch.agency_id.in_(agencies)).limit(1)
    return session.scalar(found) is not None


def _named(wanted: QueueFilter) -> ColumnElement[bool]:
    """Cases of this number: two look-ups by index, joined, never an OR over the table."""
    by_number = select(Complaint.id.label("id")).where(Complaint.number.in_(wanted.numbers))
    by_other = select(Complaint.id.label("id")).where(Complaint.external_number == wanted.search.strip())
    return Complaint.id.in_(select(union(by_number, by_other).subquery().c.id))
