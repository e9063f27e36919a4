"""The scheduler as a process: one of many works, a stop is clean, and a kill at any line loses nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, Complaint, Deadline, Lease, OutboxItem
from app.queries.log_check import check_log
from app.scheduler import JOBS, LEASE, Counts, Job, Worker
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.services.lease import Fence, acquire_lease
from config import ROOT, Settings
from tests import factories
from tests.app.services.copies import copy_case
from tests.support.databases import Database
from tests.support.mail import MailServer

SECOND = timedelta(seconds=1)


@pytest.fixture
def environ(database: Database, tmp_path: Path, smtp_server: MailServer) -> dict[str, str]:
    """What a scheduler process of this test is started with."""
    return {
        "SAHUT_ENV": "test",
        "SAHUT_INSTANCE": str(tmp_path / "instance"),
        "DATABASE_URL": database.url,
        "SMTP_URL": smtp_server.url,
        "AUDIT_WITNESS_DIR": str(tmp_path / "saksi"),
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return Settings.from_environ(environ)


@contextmanager
def scheduler(environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler process, killed at the end if it still runs."""
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler", "run"],
            cwd=ROOT,
            env={**os.environ, **environ},
            stderr=stream,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def logged(log: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in log.read_text().splitlines()
        if line.startswith("{") and line.endswith("}")
    ]


def wait_for(what: str, condition: Any, seconds: float = 40.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"never came: {what}"
        time.sleep(0.05)


def events_of(log: Path, event: str, job: str | None = None) -> list[dict[str, Any]]:
    return [line for line in logged(log) if line["event"] == event and job in (None, line.get("job"))]


# --- the process ---------------------------------------------------------------------


@pytest.mark.database("sqlite")
def test_every_job_of_the_table_runs_and_sigterm_ends_it_cleanly(
    app: Flask, environ: dict[str, str], tmp_path: Path, smtp_server: MailServer
) -> None:
    with app.app_context():
        factories.lodge(factories.make_station(), at=clock.now())
    log = tmp_path / "scheduler.log"
    with scheduler(environ, log) as process:
        names = {job.name for job in JOBS}
        wait_for("every job", lambda: {one["job"] for one in events_of(log, "job ended")} == names)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert len(smtp_server.letters) == 2
    assert events_of(log, "scheduler stopped")
    assert not events_of(log, "job failed")
    assert len(events_of(log, "job started")) == len(events_of(log, "job ended"))
    with app.app_context():
        lease = db.session().get_one(Lease, LEASE)
        assert lease.expires_at <= clock.now(), "the next process may start at once"
    text = log.read_text()
    assert "siti" not in text.lower()


@pytest.mark.database("sqlite")
def test_of_two_processes_one_works_and_the_other_takes_over(
    app: Flask, environ: dict[str, str], tmp_path: Path
) -> None:
    first_log, second_log = tmp_path / "first.log", tmp_path / "second.log"
    with scheduler(environ, first_log) as first:
        wait_for("the first at work", lambda: events_of(first_log, "job ended", "delivery"))
        with scheduler(environ, second_log) as second:
            wait_for("the second up", lambda: events_of(second_log, "scheduler started"))
            time.sleep(1)
            assert not events_of(second_log, "job started")
            first.send_signal(signal.SIGTERM)
            assert first.wait(20) == 0
            wait_for("the second at work", lambda: events_of(second_log, "job ended", "delivery"))
            second.send_signal(signal.SIGTERM)
            assert second.wait(20) == 0


def test_killed_again_and_again_it_loses_nothing(
    app: Flask, environ: dict[str, str], tmp_path: Path, smtp_server: MailServer
) -> None:
    """Cases past their deadlines; processes that are killed in the midst of flagging, mailing and sealing."""
    with app.app_context():
        station = factories.make_station()
        lodged = factories.lodge(station)
        copies = copy_case(db.session(), lodged.complaint_id, 150)
    cases = len(copies) + 1
    chance = random.Random(7)
    broken_off = 0
    for number in range(8):
        log = tmp_path / f"killed{number}.log"
        with scheduler(environ, log) as process:
            wait_for("work begun", lambda log=log: events_of(log, "job started"))
            time.sleep(chance.uniform(0.0, 0.6))
            process.kill()
            process.wait()
        broken_off += len(events_of(log, "job started")) - len(events_of(log, "job ended"))
        _expire_lease_and_claims(app)
        if broken_off > 1:
            break
    assert broken_off > 0, "no kill came in the midst of work"
    log = tmp_path / "last.log"
    with scheduler(environ, log) as process:
        wait_for("everything told", lambda: _is_all_told(app), 90)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert not events_of(log, "job failed")
    with app.app_context():
        session = db.session()
        _assert_each_breach_is_recorded_once(session, cases)
        _assert_each_letter_arrived(session, smtp_server)
        Worker(app).run(next(job for job in JOBS if job.name == "sealing"))
        report = check_log(session, partial(verify_checkpoint, PublishedKeys.of(get_keys())))
        assert report.is_intact
        assert report.entries >= 2 * cases


def _expire_lease_and_claims(app: Flask) -> None:
    """Let time pass: what a killed process held runs out."""
    with app.app_context(), unit_of_work() as unit:
        for lease in unit.scalars(select(Lease)):
            lease.expires_at = clock.now() - SECOND
        for item in unit.scalars(select(OutboxItem).where(OutboxItem.status == "waiting")):
            item.next_attempt_at = clock.now() - SECOND


def _is_all_told(app: Flask) -> bool:
    with app.app_context():
        session = db.session()
        waiting = session.scalar(select(func.count()).where(OutboxItem.status == "waiting"))
        due = session.scalar(select(func.count()).where(Deadline.next_alert_at < clock.now()))
        return waiting == due == 0


def _assert_each_breach_is_recorded_once(session: Session, cases: int) -> None:
    breaches = session.scalars(select(AuditEntry.body).where(AuditEntry.kind == "sla.breach")).all()
    per_clock = Counter((json.loads(body)["chain"], json.loads(body)["facts"]["stage"]) for body in breaches)
    assert set(per_clock.values()) == {1}
    assert len(per_clock) == 2 * cases
    assert session.scalar(select(func.count()).where(Complaint.breached_stages == 2)) == cases


def _assert_each_letter_arrived(session: Session, smtp_server: MailServer) -> None:
    arrived = Counter(str(letter.message["Message-ID"]) for letter in smtp_server.letters)
    owed = session.scalars(select(OutboxItem.message_id)).all()
    assert set(arrived) == set(owed)
    assert set(session.scalars(select(OutboxItem.status))) == {"sent"}
    content: dict[str, set[bytes]] = {}
    for letter in smtp_server.letters:
        content.setdefault(str(letter.message["Message-ID"]), set()).add(letter.message.as_bytes())
    assert {len(versions) for versions in content.values()} == {1}, "a repeat is the same letter"


# --- the worker ----------------------------------------------------------------------


def job(run: Any) -> Job:
    return Job("trial", SECOND, run)


def test_a_worker_without_the_lease_leaves_the_job_alone(app: Flask) -> None:
    with app.app_context():
        acquire_lease(LEASE, "somebody else", at=clock.now())
    ran: list[datetime] = []

    def work(at: datetime, _fence: Fence) -> Counts:
        ran.append(at)
        return {}

    worker = Worker(app)
    assert worker.run(job(work)) is False
    with app.app_context():
        acquire_lease(LEASE, "somebody else", at=clock.now() - timedelta(hours=1))
    assert worker.run(job(work)) is True
    assert len(ran) == 1


def test_a_worker_that_slept_past_its_lease_is_stopped_by_the_fence(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    written: list[str] = []

    def slow(at: datetime, fence: Fence) -> Counts:
        with unit_of_work() as unit:
            fence(unit)
            written.append("first")
        acquire_lease(LEASE, "the next", at=at + timedelta(hours=1))
        with unit_of_work() as unit:
            fence(unit)
            written.append("second")
        return {}

    assert Worker(app).run(job(slow)) is False
    assert written == ["first"]
    assert "LeaseLost" in capfd.readouterr().err


def test_a_stop_reaches_a_job_between_two_transactions(app: Flask) -> None:
    worker = Worker(app)
    under_way, passed = threading.Event(), []

    def endless(_at: datetime, fence: Fence) -> Counts:
        while True:
            with unit_of_work() as unit:
                fence(unit)
                passed.append(1)
            under_way.set()

    thread = threading.Thread(target=worker.run, args=(job(endless),))
    thread.start()
    assert under_way.wait(10)
    worker.stopping.set()
    thread.join(10)
    assert not thread.is_alive()
    assert passed
    assert worker.run(job(endless)) is False, "nothing begins any more"


def test_a_job_that_fails_says_so_and_swallows_nothing(app: Flask, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(_at: datetime, _fence: Fence) -> Counts:
        raise ZeroDivisionError("alamat: siti@example.id")

    with pytest.raises(ZeroDivisionError):
        Worker(app).run(job(broken))
    line = next(json.loads(one) for one in capfd.readouterr().err.splitlines() if "job failed" in one)
    assert (line["job"], line["error"]) == ("trial", "builtins.ZeroDivisionError")
    assert "siti" not in str(line)
