"""Load the demo into an empty database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import ops
from app.database import run_in_unit, unit_of_work
from app.demo.agencies import STATION, make_pledge
from app.demo.assessment import live_assessment, make_surveys
from app.demo.copies import make_copies
from app.demo.elsewhere import play_elsewhere
from app.demo.lives import live
from app.demo.ombudsman import live_track
from app.demo.plans import make_plans
from app.demo.surveys import make_responses
from app.demo.world import World, make_world
from app.demo.year import play
from app.extensions import db
from app.models import Agency, Complaint, OutboxItem, Setting
from app.services.statistics import freeze_months
from config import Settings

DEFAULT_COMPLAINTS = 300
DEFAULT_SEED = 1
MOST_PLAYED = 1_000
ORIGINALS = 500
"""How many are played where most are copies."""


class DemoRefused(Exception):
    """The demo isn't loaded.

    :ivar code: ``production``, ``half``, or ``not_empty``
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the database now.

    :ivar fresh: False where the demo stood there already
    """

    fresh: bool
    complaints: int


def load_demo(
    *,
    complaints: int = DEFAULT_COMPLAINTS,
    seed: int = DEFAULT_SEED,
    as_of: datetime,
    progress: Callable[[date], None] = lambda on: None,
    copied: Callable[[int], None] = lambda done: None,
    most_played: int = MOST_PLAYED,
    originals: int = ORIGINALS,
) -> Loaded:
    """Stations, people and a year of complaints up to an instant; the same for the same arguments.

    A second load finds the first and leaves it alone. Secrets (keys, codes) differ from load to load.

    :param most_played: up to so many are played; of more, all are copies of ``originals`` played ones
    :raises DemoRefused: in production, in a database that holds half a demo or anything else
    """
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    if settings.is_production:
        raise DemoRefused("production")
    mark = ops.demo_mark()
    if mark == ops.DEMO_COMPLETE:
        return Loaded(fresh=False, complaints=_count(db.session()))
    if mark is not None:
        raise DemoRefused("half")
    as_of = as_of.replace(microsecond=0)
    if complaints <= most_played:
        _play_year(complaints, seed, as_of, progress)
    else:
        played = play_elsewhere(lambda: _play_year(originals, seed, as_of, progress), as_of=as_of)
        world = _begin(as_of)
        make_copies(played, complaints, seed, as_of=as_of, zone=world.zone, progress=copied)
        play([live_assessment(world, seed, as_of=as_of, at_once=True)], until=as_of, zone=world.zone)
    run_in_unit(lambda session: _finish(session, seed, as_of))
    freeze_months(as_of)
    return Loaded(fresh=True, complaints=_count(db.session()))


def _play_year(complaints: int, seed: int, as_of: datetime, progress: Callable[[date], None]) -> None:
    world = _begin(as_of)
    lives = [live(plan, world, seed) for plan in make_plans(complaints, seed, as_of)]
    lives.append(live_assessment(world, seed, as_of=as_of))
    lives.append(live_track(world, as_of=as_of))
    play(lives, until=as_of, zone=world.zone, progress=progress)


def year_before(as_of: datetime) -> date:
    """The first day that a year up to an instant can touch."""
    return (as_of - timedelta(days=366)).date()


def _begin(as_of: datetime) -> World:
    """The mark that a load is under way, then everything that stands before the first complaint."""
    with unit_of_work() as session:
        if session.scalar(select(func.count()).select_from(Agency)):
            raise DemoRefused("not_empty")
        session.add(Setting(key=ops.DEMO_KEY, agency_id=None, value=ops.DEMO_LOADING, updated_at=as_of))
    entered_at = datetime.combine(year_before(as_of), time(1), UTC)
    with unit_of_work() as session:
        return make_world(session, at=entered_at)


def _finish(session: Session, seed: int, as_of: datetime) -> None:
    """Nothing of the demo's year is sent; later news is told like any other."""
    station = session.scalars(select(Agency).where(Agency.code == STATION)).one()
    make_surveys(session, station.id, as_of.astimezone(ZoneInfo(station.timezone)).date())
    make_responses(session, seed, as_of=as_of)
    make_pledge(session, station, as_of)
    session.execute(
        update(OutboxItem)
        .where(OutboxItem.status == "waiting")
        .values(status="dropped", done_at=as_of, last_error="demo")
    )
    session.execute(
        update(Setting)
        .where(Setting.key == ops.DEMO_KEY, Setting.agency_id.is_(None))
        .values(value=ops.DEMO_COMPLETE, updated_at=as_of)
    )


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Complaint)) or 0
