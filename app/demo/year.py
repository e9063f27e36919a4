"""Play all lives together, in the order of time, with the nightly jobs of a running station."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.demo.lives import Life, Step
from app.extensions import db
from app.services.sealing import seal
from app.services.sweep import sweep

SEAL_EVERY_DAYS = 7
NIGHT = time(0, 5)
"""When the sweep of the demo runs, local time."""


@dataclass(order=True)
class _Waiting:
    """A life that waits for its next step."""

    at: datetime
    order: int
    step: Step = field(compare=False)
    life: Life = field(compare=False)


def play(
    lives: Iterable[Life],
    *,
    until: datetime,
    zone: ZoneInfo,
    progress: Callable[[date], None] = lambda on: None,
) -> None:
    """Every step up to an instant; what would come later doesn't happen.

    All steps of a day are one transaction: the services can do one each, and nobody else is here.
    """
    waiting: list[_Waiting] = []
    for order, life in enumerate(lives):
        _push(waiting, order, life, next(life, None), until)
    if not waiting:
        return
    on = waiting[0].at.astimezone(zone).date()
    last = until.astimezone(zone).date()
    sealed_on = on
    while on <= last:
        _night(on, zone, until)
        _play_day(waiting, on, zone, until)
        if (on - sealed_on).days >= SEAL_EVERY_DAYS:
            seal(min(datetime.combine(on, time(23, 50), zone).astimezone(UTC), until))
            sealed_on = on
        progress(on)
        on += timedelta(days=1)
    sweep(until)
    seal(until)


def _night(on: date, zone: ZoneInfo, until: datetime) -> None:
    at = datetime.combine(on, NIGHT, zone).astimezone(UTC)
    if at <= until:
        sweep(at)


def _play_day(waiting: list[_Waiting], on: date, zone: ZoneInfo, until: datetime) -> None:
    def due() -> bool:
        return bool(waiting) and waiting[0].at.astimezone(zone).date() <= on

    while due():
        if waiting[0].step.alone:
            _take(waiting, until, db.session())
            continue
        with unit_of_work() as session:
            while due() and not waiting[0].step.alone:
                _take(waiting, until, session)


def _take(waiting: list[_Waiting], until: datetime, session: Session) -> None:
    """Do the next step and ask its life for the one after."""
    now = heapq.heappop(waiting)
    done = now.step.work(session)
    try:
        after = now.life.send(done)
    except StopIteration:
        return
    _push(waiting, now.order, now.life, after, until)


def _push(waiting: list[_Waiting], order: int, life: Life, step: Step | None, until: datetime) -> None:
    if step is not None and step.at <= until:
        heapq.heappush(waiting, _Waiting(step.at, order, step, life))
