"""The working-day calendar of an agency: decrees in the database over the years of the law data."""

from typing import Any, Protocol
from zoneinfo import ZoneInfo

from holidays import country_holidays
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.database import read_rows
from app.law import get_law
from app.models import CalendarDay, CalendarDecree
from workflows.calendar import CalendarYear, WorkingCalendar

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIRST_LIBRARY_YEAR = 2000
YEARS_AHEAD = 3
"""Provisional years past the law data, so that no filing fails because a decree is late."""
_cache: dict[tuple[object, ...], WorkingCalendar] = {}


class Office(Protocol):
    """An agency, as far as its calendar goes."""

    @property
    def id(self) -> int: ...
    @property
    def timezone(self) -> str: ...


def get_calendar(session: Session, agency: Office) -> WorkingCalendar:
    """Calendar of the agency in its own zone; a decree of its own wins over one for all.

    Building one costs milliseconds, so it is kept until a decree changes.
    """
    decrees = read_rows(session, _DECREES, agency_id=agency.id).all()
    key = (session.get_bind().engine.url, agency.timezone, tuple(tuple(row) for row in decrees))
    if key not in _cache:
        _cache[key] = _build(session, agency, [row.id for row in decrees])
    return _cache[key]


def _decrees() -> Select[Any]:
    decree = CalendarDecree.__table__
    return (
        select(decree.c.id, decree.c.recorded_at)
        .where((decree.c.agency_id == bindparam("agency_id")) | decree.c.agency_id.is_(None))
        .order_by(decree.c.agency_id.isnot(None), decree.c.year)
    )


_DECREES = _decrees()


def _build(session: Session, agency: Office, decree_ids: list[int]) -> WorkingCalendar:
    years = _undecreed_years()
    for decree_id in decree_ids:
        decree = session.get_one(CalendarDecree, decree_id)
        days = session.execute(
            select(CalendarDay.on, CalendarDay.kind).where(CalendarDay.decree_id == decree_id)
        ).all()
        years[decree.year] = CalendarYear(
            year=decree.year,
            national=frozenset(day.on for day in days if day.kind == "national"),
            joint_leave=frozenset(day.on for day in days if day.kind == "joint_leave"),
            status="decreed" if decree.status == "decreed" else "provisional",
            basis=decree.basis,
        )
    return _calendar(years, agency.timezone)


def law_calendar(timezone: str) -> WorkingCalendar:
    """The calendar without any decree that was recorded in the database; asks none.

    :param timezone: IANA name
    """
    return _calendar(_undecreed_years(), timezone)


def _undecreed_years() -> dict[int, CalendarYear]:
    """Years of the law data, and around them those that only the library knows."""
    known = get_law().calendar_years
    years = library_years(FIRST_LIBRARY_YEAR, min(known) - 1)
    years |= {number: year.for_calendar(number) for number, year in known.items()}
    return years | library_years(max(known) + 1, max(known) + YEARS_AHEAD)


def _calendar(years: dict[int, CalendarYear], timezone: str) -> WorkingCalendar:
    service_days = frozenset(_WEEKDAYS.index(day) for day in get_law().working_calendar.service_days)
    return WorkingCalendar(years, service_days, zone=ZoneInfo(timezone))


def library_years(first: int, last: int) -> dict[int, CalendarYear]:
    """Years as the ``holidays`` library gives them, for imported history: provisional, all of them."""
    return {
        year: CalendarYear(
            year=year,
            national=frozenset(country_holidays("ID", years=year, categories=("public",))),
            joint_leave=frozenset(country_holidays("ID", years=year, categories=("government",))),
            status="provisional",
            basis="python-holidays (tanpa SKB)",
        )
        for year in range(first, last + 1)
    }
