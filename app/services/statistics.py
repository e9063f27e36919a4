"""Freezing the counts of finished months, which the public statistics are made of.

A month is counted once, when it has ended in the station's zone, and then stands for good: so nobody can load
the page before and after an act and see what it changed. Twice is as once; after an outage it catches up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, insert, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.database import run_in_unit
from app.models import Agency, Complaint, Deadline, Service, StatisticsCount, StatisticsMonth
from app.queries.settings import get_threshold
from app.queries.wbk_clocks import LAWFUL
from app.services.lease import Fence, unfenced
from reports.statistics.measures import (
    CLOCK_STAGES,
    DECIDED,
    IMPORTED,
    IN_TIME,
    LATE,
    LAW,
    NO_SERVICE,
    RECEIVED,
    TARGET,
    UNDECIDED,
)
from workflows.vocabulary import Party


@dataclass(frozen=True, slots=True)
class _Span:
    """A local month: its first day, and the instants between which it lies."""

    month: date
    start: datetime
    end: datetime


def freeze_months(at: datetime, *, fence: Fence = unfenced) -> int:
    """Count every month of every station that has ended at `at` and isn't frozen; gives how many months.

    Each station is a transaction of its own.
    """
    frozen = 0
    agencies = run_in_unit(lambda session: list(_stations(session)))
    for agency_id, zone in agencies:

        def freeze(session: Session, agency_id: int = agency_id, zone: str = zone) -> int:
            fence(session)
            return _freeze(session, agency_id, ZoneInfo(zone), at)

        frozen += run_in_unit(freeze)
    return frozen


def _stations(session: Session) -> Iterator[tuple[int, str]]:
    rows = session.execute(
        select(Agency.id, Agency.timezone).where(Agency.kind == "polres").order_by(Agency.id)
    )
    yield from ((agency_id, zone) for agency_id, zone in rows)


def _freeze(session: Session, agency_id: int, zone: ZoneInfo, at: datetime) -> int:
    spans = _open_spans(session, agency_id, zone, at)
    if not spans:
        return 0
    services = {row.id: row.code for row in session.execute(select(Service.id, Service.code))}
    counts: dict[tuple[date, str, str, str], int] = defaultdict(int)
    for month, measure, category, service_id, n in _counted(session, agency_id, zone, spans):
        counts[(spans[month].month, measure, category, services.get(service_id, NO_SERVICE))] += n
    thresholds = _thresholds(session, agency_id, spans)
    session.execute(
        insert(StatisticsMonth),
        [
            {
                "agency_id": agency_id,
                "month": span.month,
                "threshold": thresholds[span.month.year],
                "frozen_at": at,
            }
            for span in spans
        ],
    )
    if counts:
        session.execute(
            insert(StatisticsCount),
            [
                {
                    "agency_id": agency_id,
                    "month": month,
                    "measure": measure,
                    "category": category,
                    "service": service,
                    "n": n,
                }
                for (month, measure, category, service), n in sorted(counts.items())
            ],
        )
    return len(spans)


def _open_spans(session: Session, agency_id: int, zone: ZoneInfo, at: datetime) -> list[_Span]:
    """Months after the last frozen one (else from January of the first record on) that have ended."""
    last = session.scalar(
        select(func.max(StatisticsMonth.month)).where(StatisticsMonth.agency_id == agency_id)
    )
    if last is not None:
        month = _next(last)
    else:
        first = session.scalar(
            select(func.min(Complaint.recorded_at)).where(Complaint.agency_id == agency_id)
        )
        if first is None:
            return []
        month = date(first.astimezone(zone).year, 1, 1)
    spans = []
    while (end := _instant(_next(month), zone)) <= at:
        spans.append(_Span(month, _instant(month, zone), end))
        month = _next(month)
    return spans


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _instant(on: date, zone: ZoneInfo) -> datetime:
    return datetime(on.year, on.month, on.day, tzinfo=zone).astimezone(UTC)


def _thresholds(session: Session, agency_id: int, spans: list[_Span]) -> dict[int, int]:
    """A year keeps the threshold that it began with: tables of two thresholds could be subtracted."""
    known: dict[int, int] = {}
    for row in session.execute(
        select(StatisticsMonth.month, StatisticsMonth.threshold).where(StatisticsMonth.agency_id == agency_id)
    ):
        known[row.month.year] = row.threshold
    chosen = get_threshold(session, agency_id)
    return {span.month.year: known.get(span.month.year, chosen) for span in spans}


_Counted = tuple[int, str, str, int | None, int]
"""Position of the span, measure, category, id of the service, count."""
_Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def _counted(session: Session, agency_id: int, zone: ZoneInfo, spans: list[_Span]) -> Iterator[_Counted]:
    own = Complaint.agency_id == agency_id
    lived = and_(own, Complaint.imported.is_(False))
    recorded, delivered, closed = Complaint.recorded_at, Complaint.delivered_at, Complaint.closed_at
    for at, _none, service_id, n in _grouped(session, spans, recorded, lived, literal("")):
        yield at, RECEIVED, "", service_id, n
    for at, finding, service_id, n in _grouped(session, spans, delivered, lived, Complaint.finding):
        yield at, DECIDED, finding, service_id, n
    undelivered = and_(lived, Complaint.delivered_at.is_(None))
    for at, reason, service_id, n in _grouped(session, spans, closed, undelivered, Complaint.closure_reason):
        yield at, UNDECIDED, reason, service_id, n
    history = and_(own, Complaint.imported)
    for at, year, service_id, n in _grouped(
        session, spans, recorded, history, _local_year(session, history, zone)
    ):
        yield at, IMPORTED, year, service_id, n
    yield from _clocks(session, lived, spans)


def _grouped(
    session: Session,
    spans: list[_Span],
    column: _Instant,
    condition: ColumnElement[bool],
    category: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> list[tuple[int, str, int | None, int]]:
    """Cases by span, category and service.

    Grouped outside of what computes the groups: PostgreSQL doesn't see that two bound parameters are alike.
    """
    inner = (
        select(
            _position(column, spans).label("position"),
            category.label("kind"),
            Complaint.service_id.label("service_id"),
        )
        .where(condition, column >= spans[0].start, column < spans[-1].end)
        .subquery()
    )
    keys = (inner.c.position, inner.c.kind, inner.c.service_id)
    rows = session.execute(select(*keys, func.count()).group_by(*keys))
    return [(at, str(kind), service_id, n) for at, kind, service_id, n in rows]


def _position(column: _Instant, spans: list[_Span]) -> ColumnElement[int]:
    """In which of the spans, which follow each other, the column lies."""
    return case(*((column < span.end, at) for at, span in enumerate(spans)), else_=-1)


def _local_year(session: Session, history: ColumnElement[bool], zone: ZoneInfo) -> ColumnElement[str]:
    """The local year in which an old register says that the case was received."""
    first = session.scalar(select(func.min(Complaint.received_at)).where(history))
    last = session.scalar(select(func.max(Complaint.received_at)).where(history))
    if first is None or last is None:
        return literal("")
    years = range(first.astimezone(zone).year, last.astimezone(zone).year + 1)
    return case(
        *((Complaint.received_at < _instant(date(year + 1, 1, 1), zone), str(year)) for year in years),
        else_="",
    )


def _clocks(session: Session, lived: ColumnElement[bool], spans: list[_Span]) -> Iterator[_Counted]:
    """Clocks by the month in which they fell due; one that became void before that was no duty any more."""
    inner = (
        select(
            _position(Deadline.due_at, spans).label("position"),
            Deadline.stage.label("stage"),
            Deadline.binding.in_(LAWFUL).label("lawful"),
            func.coalesce(Deadline.met_at <= Deadline.due_at, false()).label("in_time"),
            Complaint.service_id.label("service_id"),
        )
        .join(Complaint, Complaint.id == Deadline.complaint_id)
        .where(
            lived,
            Deadline.party == Party.STATION.value,
            Deadline.stage.in_(CLOCK_STAGES),
            or_(Deadline.effective, Deadline.binding.in_(LAWFUL)),
            Deadline.due_at >= spans[0].start,
            Deadline.due_at < spans[-1].end,
            or_(Deadline.void_at.is_(None), Deadline.void_at > Deadline.due_at),
        )
        .subquery()
    )
    keys = (inner.c.position, inner.c.stage, inner.c.lawful, inner.c.in_time, inner.c.service_id)
    for at, stage, lawful, in_time, service_id, n in session.execute(
        select(*keys, func.count()).group_by(*keys)
    ):
        yield at, f"{stage}{LAW if lawful else TARGET}", IN_TIME if in_time else LATE, service_id, n
