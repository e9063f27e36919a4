"""Public statistics of a station: frozen months of one year, never a live count.

A year is at most twelve months of some dozens of counts, read by primary key: it costs the same whatever the
station's history.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Service, StatisticsCount, StatisticsMonth
from reports.statistics.measures import (
    CLOCKS,
    DECIDED,
    DECISIONS,
    ENDINGS,
    IMPORTED,
    IN_TIME,
    LATE,
    NO_SERVICE,
    RECEIVED,
    UNDECIDED,
)
from reports.statistics.suppression import Cell
from reports.statistics.year import YearCounts, imported_by_year


def list_years(session: Session, agency_id: int) -> tuple[int, ...]:
    """Years that have frozen months, newest first."""
    own = StatisticsMonth.agency_id == agency_id
    first = session.scalar(select(func.min(StatisticsMonth.month)).where(own))
    last = session.scalar(select(func.max(StatisticsMonth.month)).where(own))
    if first is None or last is None:
        return ()
    return tuple(range(last.year, first.year - 1, -1))


def get_year(session: Session, agency_id: int, year: int) -> YearCounts:
    """Counts of a year from January to its last frozen month; without months where none is frozen."""
    months = session.execute(
        select(StatisticsMonth.month, StatisticsMonth.threshold)
        .where(StatisticsMonth.agency_id == agency_id, StatisticsMonth.month.between(*_bounds(year)))
        .order_by(StatisticsMonth.month)
    ).all()
    services = session.scalars(
        select(Service.code).where(Service.agency_id == agency_id).order_by(Service.id)
    )
    categories: dict[str, tuple[str, ...]] = {RECEIVED: ("",), DECIDED: DECISIONS, UNDECIDED: ENDINGS}
    categories |= dict.fromkeys(CLOCKS, (IN_TIME, LATE))
    units: dict[str, list[dict[Cell, int]]] = {measure: [{} for _ in months] for measure in categories}
    for row in session.execute(
        select(
            StatisticsCount.month,
            StatisticsCount.measure,
            StatisticsCount.category,
            StatisticsCount.service,
            StatisticsCount.n,
        ).where(StatisticsCount.agency_id == agency_id, StatisticsCount.month.between(*_bounds(year)))
    ):
        if row.measure in units:
            units[row.measure][row.month.month - 1][(row.category, row.service)] = row.n
    return YearCounts(
        year=year,
        threshold=months[0].threshold if months else 2,
        units=units,
        categories=categories,
        services=(*services, NO_SERVICE),
    )


def list_imported(session: Session, agency_id: int) -> dict[str, int]:
    """Cases of old registers by the year that the register tells, oldest first."""
    months = {
        month: at
        for at, month in enumerate(
            session.scalars(
                select(StatisticsMonth.month)
                .where(StatisticsMonth.agency_id == agency_id)
                .order_by(StatisticsMonth.month)
            )
        )
    }
    rows = session.execute(
        select(StatisticsCount.month, StatisticsCount.category, func.sum(StatisticsCount.n))
        .where(StatisticsCount.agency_id == agency_id, StatisticsCount.measure == IMPORTED)
        .group_by(StatisticsCount.month, StatisticsCount.category)
    )
    increments: dict[str, list[int]] = defaultdict(lambda: [0] * len(months))
    for month, year, n in rows:
        increments[year][months[month]] = n
    return imported_by_year(increments, _first_threshold(session, agency_id))


def _first_threshold(session: Session, agency_id: int) -> int:
    first = session.scalar(
        select(StatisticsMonth.threshold)
        .where(StatisticsMonth.agency_id == agency_id)
        .order_by(StatisticsMonth.month)
        .limit(1)
    )
    return first or 2


def _bounds(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)
