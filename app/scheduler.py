"""The scheduler: a job table, run as a process of its own and never by `create_app`.

Any number of these processes may run; the lease lets one of them work (`app.services.lease`). A job asks what
is due, so that a missed run is made up for by the next, and being killed at any line loses nothing. Each run
logs its start, its end and what it did; a job that fails says so and is tried again at its next turn.
"""

from __future__ import annotations

import secrets
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.services.assessment_duties import remind_of_duties
from app.services.delivery import deliver
from app.services.lapsing import lapse_overdue, purge_drafts
from app.services.lease import Fence, Held, LeaseLost, acquire_lease, check_term, release_lease
from app.services.link_checks import check_links
from app.services.lost_codes import answer_requests
from app.services.sealing import seal
from app.services.statistics import freeze_months
from app.services.sweep import sweep
from app.services.track_sweep import sweep_tracks
from app.services.withdrawing import settle_withdrawals
from app.services.witnesses import hand_to_witnesses

LEASE = "scheduler"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

_log = structlog.get_logger(__name__)

Counts = Mapping[str, int]
Work = Callable[[datetime, Fence], Counts]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the job table.

    :ivar every: time between two starts
    :ivar run: does the work that is due at an instant, and says how much it was
    """

    name: str
    every: timedelta
    run: Work


class Stopping(Exception):
    """The process was asked to stop: a job ends before its next transaction."""


def _sweep(at: datetime, fence: Fence) -> Counts:
    counts = sweep(at, fence=fence)
    return {"warned": counts.warned, "breached": counts.breached, "count": counts.escalated}


def _sweep_tracks(at: datetime, fence: Fence) -> Counts:
    counts = sweep_tracks(at, fence=fence)
    return {"warned": counts.warned, "breached": counts.breached}


def _freeze(at: datetime, fence: Fence) -> Counts:
    return {"count": freeze_months(at, fence=fence)}


def _lapse(at: datetime, fence: Fence) -> Counts:
    counts = lapse_overdue(at, fence=fence)
    return {"warned": counts.warned, "count": counts.lapsed}


def _deliver(at: datetime, fence: Fence) -> Counts:
    counts = asdict(deliver(at, fence=fence))
    return {"sent": counts["sent"], "failed": counts["failed"], "count": sum(map(int, counts.values()))}


def _seal(at: datetime, fence: Fence) -> Counts:
    signed = seal(at, fence=fence)
    return {} if signed is None else {"count": signed.checkpoint.size}


def _witness(at: datetime, fence: Fence) -> Counts:
    return {"count": hand_to_witnesses(at, fence=fence)}


def _withdraw(at: datetime, fence: Fence) -> Counts:
    counts = settle_withdrawals(at, fence=fence)
    return {"count": counts.effective + counts.void}


def _lost_codes(at: datetime, fence: Fence) -> Counts:
    looked, sent = answer_requests(at, fence=fence)
    return {"count": looked, "sent": sent}


def _purge(at: datetime, fence: Fence) -> Counts:
    return {"count": purge_drafts(at, fence=fence)}


def _remind(at: datetime, fence: Fence) -> Counts:
    return {"count": remind_of_duties(at, fence=fence)}


def _check_links(at: datetime, fence: Fence) -> Counts:
    return {"count": check_links(at, fence=fence)}


JOBS = (
    Job("lost_codes", timedelta(seconds=10), _lost_codes),
    Job("delivery", timedelta(seconds=10), _deliver),
    Job("sweep", timedelta(minutes=1), _sweep),
    Job("ombudsman", timedelta(minutes=1), _sweep_tracks),
    Job("sealing", timedelta(minutes=1), _seal),
    Job("witness", timedelta(minutes=1), _witness),
    Job("withdrawal", timedelta(minutes=1), _withdraw),
    Job("lapse", timedelta(minutes=10), _lapse),
    Job("assessment", timedelta(minutes=10), _remind),
    Job("evidence_links", timedelta(minutes=10), _check_links),
    Job("purge", timedelta(hours=1), _purge),
    Job("statistics", timedelta(hours=1), _freeze),
)
"""Every job. All start at once, then at their own pace; a run longer than its pace is not doubled."""


class Worker:
    """Runs jobs for one process, under the lease.

    :ivar holder: name of the process in the lease, unlike any other's
    """

    def __init__(self, app: Flask) -> None:
        self._app = app
        self.holder = secrets.token_hex(16)
        self.stopping = threading.Event()
        self._held: Held | None = None

    def renew(self) -> Held | None:
        """The lease, taken or kept for some time more; None while another process holds it."""
        with self._app.app_context():
            self._held = acquire_lease(LEASE, self.holder, at=clock.now())
            return self._held

    def release(self) -> None:
        """Let another process in at once."""
        if self._held is not None:
            with self._app.app_context():
                release_lease(self._held, at=clock.now())

    def run(self, job: Job) -> bool:
        """Run a job once, if this process holds the lease; tells whether it did.

        :raises Exception: whatever the job raised, after it was logged
        """
        if self.stopping.is_set():
            return False
        held = self.renew()
        if held is None:
            _log.debug("job left to the holder of the lease", job=job.name)
            return False

        def fence(session: Session) -> None:
            if self.stopping.is_set():
                raise Stopping
            check_term(session, held)

        started = time.monotonic()
        _log.info("job started", job=job.name)
        try:
            with self._app.app_context():
                counts = job.run(clock.now(), fence)
        except (LeaseLost, Stopping) as stopped:
            _log.warning("job stopped", job=job.name, error=type(stopped).__name__)
            return False
        except Exception:
            _log.exception("job failed", job=job.name)
            raise
        _log.info("job ended", job=job.name, duration_ms=_ms_since(started), **counts)
        return True


def run_scheduler(app: Flask, jobs: tuple[Job, ...] = JOBS) -> None:
    """Run the jobs until SIGTERM or SIGINT; those under way end before their next transaction."""
    worker = Worker(app)
    scheduler = BlockingScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(jobs))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    worker.renew()
    for job in jobs:
        scheduler.add_job(
            worker.run,
            "interval",
            seconds=job.every.total_seconds(),
            args=[job],
            id=job.name,
            next_run_time=clock.now(),
        )

    def stop(number: int, _frame: FrameType | None) -> None:
        _log.info("scheduler stopping", signal=signal.Signals(number).name)
        worker.stopping.set()
        # Waiting for the jobs would block the thread that a signal interrupts.
        threading.Thread(target=scheduler.shutdown, name="shutdown").start()

    previous = {number: signal.signal(number, stop) for number in STOP_SIGNALS}
    _log.info("scheduler started", count=len(jobs))
    try:
        scheduler.start()
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        worker.release()
        _log.info("scheduler stopped")


def _ms_since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
