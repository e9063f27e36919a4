"""The sweep over the duties towards the Ombudsman: who must be told, and which have run out.

It asks what is due at an instant, so running it twice is running it once (`app.services.sweep` does the same
for the clocks of cases, by the same shares). A missed second explanation loses the right to answer, which
ends its clock (UU 37/2008 Pasal 33 ayat (3)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import OmbudsmanRequest, OmbudsmanTrack, TrackClock
from app.services.clocks import next_alert
from app.services.lease import Fence, unfenced
from app.services.track_acts import log_track
from app.services.track_notices import BREACH_PERCENT, tell
from workflows.audit import Fact
from workflows.canonical import instant_text
from workflows.ombudsman import RequestKind
from workflows.snapshot import SYSTEM

BATCH = 100
_HAS_ALERT = text("ombudsman_clock.next_alert_at IS NOT NULL")
"""Literally as in the partial index."""


@dataclass(frozen=True, slots=True)
class TrackCounts:
    """How many duties were warned of, and how many were found breached."""

    warned: int = 0
    breached: int = 0

    def __add__(self, other: TrackCounts) -> TrackCounts:
        return TrackCounts(self.warned + other.warned, self.breached + other.breached)


def sweep_tracks(at: datetime, *, fence: Fence = unfenced) -> TrackCounts:
    """Warn of and flag whatever is due at `at` and was not yet."""
    counts = TrackCounts()
    while True:
        found = run_in_unit(lambda session: _sweep_batch(session, at, fence))
        if found is None:
            return counts
        counts += found


def _sweep_batch(session: Session, at: datetime, fence: Fence) -> TrackCounts | None:
    fence(session)
    due = select(TrackClock).where(_HAS_ALERT, TrackClock.next_alert_at < at)
    wanted = session.scalars(due.order_by(TrackClock.next_alert_at, TrackClock.id).limit(BATCH)).all()
    if not wanted:
        return None
    tracks = {one.track_id for one in wanted}
    session.scalars(
        select(OmbudsmanTrack.id)
        .where(OmbudsmanTrack.id.in_(tracks))
        .order_by(OmbudsmanTrack.id)
        .with_for_update()
    ).all()
    clocks = session.scalars(
        due.where(TrackClock.track_id.in_(tracks))
        .order_by(TrackClock.track_id, TrackClock.due_at, TrackClock.id)
        .execution_options(populate_existing=True)
    ).all()
    counts = TrackCounts()
    for clock in clocks:
        counts += _judge(session, clock, at)
    session.flush()
    return counts


def _judge(session: Session, clock: TrackClock, at: datetime) -> TrackCounts:
    reached = told = clock.alerted_percent
    upcoming = next_alert(clock, reached)
    while upcoming is not None and upcoming[1] < at:
        reached = upcoming[0]
        upcoming = next_alert(clock, reached)
    runs = clock.met_at is None and clock.void_at is None
    clock.alerted_percent = reached
    clock.next_alert, clock.next_alert_at = (upcoming if runs and upcoming else None) or (None, None)
    if not runs or reached == told:
        return TrackCounts()
    if reached < BREACH_PERCENT:
        tell(session, clock.track, clock, "ori_warning", reached, at)
        return TrackCounts(warned=1)
    if told >= BREACH_PERCENT:
        tell(session, clock.track, clock, "ori_breach", reached, at)
        return TrackCounts()
    _flag(session, clock, at)
    tell(session, clock.track, clock, "ori_breach", reached, at)
    return TrackCounts(breached=1)


def _flag(session: Session, clock: TrackClock, at: datetime) -> None:
    is_new = clock.breached_at is None
    clock.breached_at = clock.due_at
    clock.flagged_at = clock.flagged_at or at
    request = session.get(OmbudsmanRequest, clock.request_id) if clock.request_id is not None else None
    lost = request is not None and request.kind == RequestKind.CLARIFICATION_2
    if lost:
        clock.void_at = clock.due_at
        clock.next_alert = clock.next_alert_at = None
    if is_new:
        facts: dict[str, Fact] = {
            "stage": clock.stage,
            "clock": clock.id,
            "due_at": instant_text(clock.due_at),
            "binding": clock.binding,
            "policy": clock.policy_version,
            "right_to_answer_lost": lost,
        }
        log_track(session, clock.track, "ori.breach", SYSTEM, at, facts)
