"""The stage of the demo: ids and actors of everybody who acts, and when people are at work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.demo import agencies, people, services
from app.models import Agency
from app.queries.actors import get_actor
from app.queries.calendars import get_calendar
from workflows.calendar import WorkingCalendar
from workflows.snapshot import Actor

OPENS, CLOSES = time(8, 0), time(15, 30)


@dataclass(frozen=True, slots=True)
class Product:
    """A product that somebody complains about."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Station:
    """A station: ids by code, actors by the keys of their posts."""

    code: str
    agency_id: int
    units: Mapping[str, int]
    actors: Mapping[str, Actor]
    products: Mapping[str, tuple[Product, ...]]

    def actor(self, key: str, fallback: str = "") -> Actor:
        """Somebody of the station; a small one has only the first of each role."""
        return self.actors[key] if key in self.actors else self.actors[fallback]


@dataclass(frozen=True, slots=True)
class World:
    """All stations and the calendar they share."""

    stations: Mapping[str, Station]
    calendar: WorkingCalendar

    @property
    def zone(self) -> ZoneInfo:
        """The zone of Banten."""
        return ZoneInfo("Asia/Jakarta")

    def at_work(self, after: datetime, days: int, rng: Random) -> datetime:
        """An instant in office hours, so many working days after another one.

        With 0 days it's the same day, if enough of it is left, else the next working day.
        """
        local = after.astimezone(self.zone)
        on = local.date()
        if days == 0 and self.calendar.is_working(on):
            earliest = max(local, datetime.combine(on, OPENS, self.zone)) + timedelta(minutes=5)
            left = (datetime.combine(on, CLOSES, self.zone) - earliest).total_seconds()
            if left > 600:
                return (earliest + timedelta(seconds=rng.randint(0, min(int(left), 7200)))).astimezone(UTC)
        on = self.calendar.add_working_days(on, max(1, days))
        span = (CLOSES.hour - OPENS.hour) * 3600
        return (
            datetime.combine(on, OPENS, self.zone) + timedelta(seconds=rng.randint(300, span))
        ).astimezone(UTC)

    def local_midnight(self, at: datetime, days: int) -> datetime:
        """Ten past midnight, so many days after the date of an instant: when the nightly jobs have run."""
        on = at.astimezone(self.zone).date() + timedelta(days=days)
        return datetime.combine(on, time(0, 10), self.zone).astimezone(UTC)


def make_world(session: Session, *, at: datetime) -> World:
    """Write agencies, units, people, services and decrees; `at` is when they were entered."""
    made = agencies.make_agencies(session)
    agencies.make_decrees(session)
    people.make_reviewer(session, made[agencies.OFFICE], at=at)
    stations = {
        code: _make_station(session, agency, at) for code, agency in made.items() if agency.kind == "polres"
    }
    return World(stations, get_calendar(session, made[agencies.STATION]))


def _make_station(session: Session, agency: Agency, at: datetime) -> Station:
    units = agencies.make_units(session, agency)
    staff = people.make_people(session, agency, units, at=at)
    made = services.make_services(session, agency, units)
    return Station(
        code=agency.code,
        agency_id=agency.id,
        units={code: unit.id for code, unit in units.items()},
        actors={key: get_actor(session, user) for key, user in staff.items()},
        products={
            code: tuple(Product(product.code, product.label_id) for product in service.products)
            for code, service in made.items()
        },
    )
