"""What reviewers look at: stations with their figures, and the cases behind each figure.

A figure and the list behind it are one condition, so they can't tell different stories. Everything is bounded
by a year of receipt or by a page: nothing here costs more as history grows.
"""

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from app.models import Agency, Complaint, Deadline, Service, Unit
from app.models.complaint import FAR_FUTURE
from app.queries.patterns import Pattern, condition_of_pattern
from app.queries.queue import COUNT_CAP, Count, Cursor, candidates
from app.queries.visibility import visible_to
from app.queries.wbk_cases import year_bounds
from app.queries.wbk_clocks import DECIDING_STAGES, LAWFUL
from workflows.snapshot import Actor
from workflows.vocabulary import ComplaintClass, Party, PublicState

PAGE_SIZE = 25


class Figure(enum.StrEnum):
    """One count of the desk; the code stands in the address of the list behind it."""

    OPEN = "open"
    OVERDUE = "overdue"
    BREACHED = "breached"
    IN_TIME = "in_time"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Station:
    """An agency of the mandate."""

    id: int
    code: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over the cases received in one local year.

    :ivar breaches: duties of the station that were ever breached, in ``breached`` cases
    :ivar in_time: decided within the limit of law (UU 25/2009 Pasal 50, UU 14/2008 Pasal 22)
    :ivar late: decided after it, or undecided when it had passed
    """

    received: int = 0
    open: int = 0
    overdue: int = 0
    breached: int = 0
    breaches: int = 0
    in_time: int = 0
    late: int = 0

    @property
    def share_in_time(self) -> float | None:
        """Share decided in time (0 to 1), None while nothing fell due."""
        due = self.in_time + self.late
        return self.in_time / due if due else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f) + getattr(other, f) for f in Figures.__slots__))


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to.

    :ivar year: local year of receipt, None for all
    :ivar search: a number of ours or of another register, as typed; looks past everything else
    """

    agency_code: str = ""
    year: int | None = None
    figure: Figure | None = None
    pattern: Pattern | None = None
    state: PublicState | None = None
    complaint_class: ComplaintClass | None = None
    imported: bool | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list."""

    id: int
    number: str
    external_number: str | None
    agency_code: str
    zone: str
    public_state: str
    substate: str
    complaint_class: str
    class_is_provisional: bool
    received_at: datetime
    closed_at: datetime | None
    queue_due_at: datetime
    queue_due_stage: str | None
    breached_stages: int
    imported: bool
    service_id_label: str | None
    service_en_label: str | None
    unit_name: str | None

    @property
    def due_at(self) -> datetime | None:
        """When the station's next duty ends; None where none runs."""
        return None if self.queue_due_at >= FAR_FUTURE or self.imported else self.queue_due_at


@dataclass(frozen=True, slots=True)
class CasePage:
    """Some rows, and the keys of the pages around them."""

    rows: tuple[CaseRow, ...]
    before: Cursor | None = None
    after: Cursor | None = None


def list_mandate(session: Session, actor: Actor) -> list[Station]:
    """Stations that the reviewer may read, by name."""
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name, Agency.timezone)
        .where(Agency.id.in_(sorted(actor.mandate)))
        .order_by(Agency.name, Agency.id)
    )
    return [Station(*row) for row in rows]


def list_years(session: Session, stations: Sequence[Station], now: datetime) -> list[int]:
    """Years in which cases were received, the present one first."""
    if not stations:
        return []
    firsts = select(
        *(
            select(func.min(Complaint.received_at)).where(Complaint.agency_id == station.id).scalar_subquery()
            for station in stations
        )
    )
    first = min((at for at in session.execute(firsts).one() if at is not None), default=now)
    zone = ZoneInfo(stations[0].zone)
    return list(range(now.astimezone(zone).year, first.astimezone(zone).year - 1, -1))


def get_figures(
    session: Session, actor: Actor, stations: Sequence[Station], year: int, now: datetime
) -> dict[int, Figures]:
    """Figures of each station by its id, one statement for all of them."""

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    rows = session.execute(
        select(
            Complaint.agency_id,
            func.count(),
            counted(condition_of(Figure.OPEN, now)),
            counted(condition_of(Figure.OVERDUE, now)),
            counted(condition_of(Figure.BREACHED, now)),
            func.coalesce(func.sum(Complaint.breached_stages), 0),
            counted(condition_of(Figure.IN_TIME, now)),
            counted(condition_of(Figure.LATE, now)),
        )
        .where(visible_to(actor), or_(false(), *(_received_in(s, year) for s in stations)))
        .group_by(Complaint.agency_id)
    )
    found = {row[0]: Figures(*row[1:]) for row in rows}
    return {station.id: found.get(station.id, Figures()) for station in stations}


def condition_of(figure: Figure, now: datetime) -> ColumnElement[bool]:
    """Which cases a figure counts, as a condition on ``complaint``."""
    match figure:
        case Figure.OPEN:
            return Complaint.substate.not_like("closed%")
        case Figure.OVERDUE:
            running = Complaint.closed_at.is_(None) & Complaint.imported.is_(False)
            return running & (Complaint.queue_due_at < now)
        case Figure.BREACHED:
            return Complaint.breached_stages > 0
        case Figure.IN_TIME:
            return _decision_clock(Deadline.met_at <= Deadline.due_at) & ~_decided_late(now)
        case Figure.LATE:
            return _decided_late(now)


def list_cases(
    session: Session,
    actor: Actor,
    wanted: CaseFilter,
    *,
    now: datetime,
    cursor: Cursor | None = None,
    limit: int = PAGE_SIZE,
) -> CasePage:
    """A page of cases, the last received first.

    Each station gives its own first rows by index, and the best of them make the page: many stations cost
    no sorting of all their history.
    """
    stations = _chosen(list_mandate(session, actor), wanted)
    backward = cursor is not None and not cursor.forward
    place = tuple_(Complaint.received_at, Complaint.id)
    branches = []
    for station in stations:
        branch = select(Complaint.id, Complaint.received_at).where(
            *_conditions(actor, wanted, station, stations, now)
        )
        if cursor is not None:
            seen = (cursor.at, cursor.id)
            branch = branch.where(place > seen if backward else place < seen)
        branch = branch.order_by(*_order(Complaint.received_at, Complaint.id, up=backward)).limit(limit + 1)
        inner = branch.subquery()
        branches.append(select(inner.c.id, inner.c.received_at))
    if not branches:
        return CasePage(())
    pool = union_all(*branches).subquery()
    keys = session.execute(
        select(pool.c.id).order_by(*_order(pool.c.received_at, pool.c.id, up=backward)).limit(limit + 1)
    ).scalars()
    ids = list(keys)
    more, ids = len(ids) > limit, ids[:limit]
    rows = _rows(session, ids)
    if not rows:
        return CasePage(())
    has_before, has_after = (more, True) if backward else (cursor is not None, more)
    return CasePage(
        rows=rows,
        before=Cursor(rows[0].received_at, rows[0].id, forward=False) if has_before else None,
        after=Cursor(rows[-1].received_at, rows[-1].id) if has_after else None,
    )


def count_cases(session: Session, actor: Actor, wanted: CaseFilter, *, now: datetime) -> Count:
    """How many cases the list holds, up to the cap."""
    stations = _chosen(list_mandate(session, actor), wanted)
    total = 0
    for station in stations:
        capped: Select[Any] = (
            select(literal_column("1"))
            .select_from(Complaint)
            .where(*_conditions(actor, wanted, station, stations, now))
            .limit(COUNT_CAP + 1 - total)
        )
        total += session.scalar(select(func.count()).select_from(capped.subquery())) or 0
        if total > COUNT_CAP:
            return Count(COUNT_CAP, is_capped=True)
    return Count(total)


def _chosen(stations: list[Station], wanted: CaseFilter) -> list[Station]:
    if not wanted.agency_code or wanted.search:
        return stations
    return [station for station in stations if station.code == wanted.agency_code]


def _conditions(
    actor: Actor, wanted: CaseFilter, station: Station, stations: Iterable[Station], now: datetime
) -> list[ColumnElement[bool]]:
    conditions = [Complaint.agency_id == station.id, visible_to(actor)]
    if wanted.search:
        return [*conditions, _named(wanted.search, stations, now)]
    if wanted.year is not None:
        conditions.append(_received_in(station, wanted.year))
    if wanted.figure is not None:
        conditions.append(condition_of(wanted.figure, now))
    if wanted.pattern is not None:
        conditions.append(condition_of_pattern(wanted.pattern, station.zone, now))
    if wanted.state is not None:
        conditions.append(Complaint.public_state == wanted.state.value)
    if wanted.complaint_class is not None:
        conditions.append(Complaint.complaint_class == wanted.complaint_class.value)
    if wanted.imported is not None:
        conditions.append(Complaint.imported.is_(wanted.imported))
    return conditions


def _received_in(station: Station, year: int) -> ColumnElement[bool]:
    first, after = year_bounds(year, station.zone)
    return and_(
        Complaint.agency_id == station.id, Complaint.received_at >= first, Complaint.received_at < after
    )


def _named(search: str, stations: Iterable[Station], now: datetime) -> ColumnElement[bool]:
    """Cases of this number: two look-ups by index, joined, never an OR over the table."""
    year = now.year
    numbers = {number for station in stations for number in candidates(search, station.code, year)}
    by_number = select(Complaint.id.label("id")).where(Complaint.number.in_(sorted(numbers)))
    by_other = select(Complaint.id.label("id")).where(Complaint.external_number == search.strip())
    return Complaint.id.in_(select(union(by_number, by_other).subquery().c.id))


def _order(at: Any, row_id: Any, *, up: bool) -> tuple[Any, Any]:
    return (at.asc(), row_id.asc()) if up else (at.desc(), row_id.desc())


def _decision_clock(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """True for a case whose decision has a limit of law that stands so."""
    return exists(
        select(Deadline.id).where(
            Deadline.complaint_id == Complaint.id,
            Deadline.party == Party.STATION.value,
            Deadline.stage.in_(DECIDING_STAGES),
            Deadline.binding.in_(LAWFUL),
            condition,
        )
    )


def _decided_late(now: datetime) -> ColumnElement[bool]:
    """Decided after the limit, or not at all; of imported history only what its register tells."""
    told = or_(Complaint.imported.is_(False), Deadline.met_at.isnot(None))
    stopped = func.coalesce(Deadline.met_at, Deadline.void_at, now)
    return _decision_clock(and_(true(), told, stopped > Deadline.due_at))


def _rows(session: Session, ids: Sequence[int]) -> tuple[CaseRow, ...]:
    statement = (
        select(
            Complaint.id,
            Complaint.number,
            Complaint.external_number,
            Agency.code,
            Agency.timezone,
            Complaint.public_state,
            Complaint.substate,
            Complaint.complaint_class,
            Complaint.class_is_provisional,
            Complaint.received_at,
            Complaint.closed_at,
            Complaint.queue_due_at,
            Complaint.queue_due_stage,
            Complaint.breached_stages,
            Complaint.imported,
            Service.label_id,
            Service.label_en,
            Unit.name,
        )
        .select_from(Complaint)
        .join(Agency, Agency.id == Complaint.agency_id)
        .outerjoin(Service, Service.id == Complaint.service_id)
        .outerjoin(Unit, Unit.id == Complaint.owner_unit_id)
        .where(Complaint.id.in_(ids))
        .order_by(Complaint.received_at.desc(), Complaint.id.desc())
    )
    return tuple(CaseRow(*tuple(row)) for row in session.execute(statement))
