"""The law, calendars and instants for tests of clocks."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import workflows
from workflows.calendar import CalendarYear, WorkingCalendar
from workflows.law import parse_law

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")

LAW_TEXT = (Path(workflows.__file__).parent / "data" / "complaint_rules.json").read_text("utf-8")
LAW = parse_law(LAW_TEXT)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def calendar(
    zone: ZoneInfo = WIB, extra: Iterable[date] = (), service_days: Iterable[int] = range(5)
) -> WorkingCalendar:
    """The calendar of the law data, with more national holidays where wanted."""
    years = {number: year.for_calendar(number) for number, year in LAW.calendar_years.items()}
    for on in extra:
        known = years[on.year]
        years[on.year] = CalendarYear(
            known.year, known.national | {on}, known.joint_leave, known.status, known.basis
        )
    return WorkingCalendar(years, frozenset(service_days), zone=zone)


def day(text: str) -> date:
    """``Fri 2026-03-20`` as a date; the weekday must be right."""
    name, _, iso = text.partition(" ")
    on = date.fromisoformat(iso)
    assert WEEKDAYS[on.weekday()] == name, f"{iso} is a {WEEKDAYS[on.weekday()]}"
    return on


def at(text: str, zone: ZoneInfo = WIB) -> datetime:
    """``Fri 2026-03-20 09:00`` as an instant of the zone; the weekday must be right."""
    on, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"{day(on)}T{clock}").replace(tzinfo=zone)


def spoken(instant: datetime, zone: ZoneInfo = WIB) -> str:
    """An instant as the tables write it."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M:%S}"
