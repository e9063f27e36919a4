"""Two at once, and a machine that dies half-way: one wins, the other is told, nothing is half-written."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import (
    Agency,
    AuditChain,
    AuditEntry,
    CaseEvent,
    Complaint,
    ComplaintCounter,
    OutboxItem,
)
from app.services import drafts, events
from app.services.audit_log import append_agency_entry
from app.services.drafts import Filed
from app.services.lodging import Lodged
from config import ROOT
from tests.factories import MONDAY, Station, complaint_of, filing, lodge, make_station, walk
from tests.security.world import count_rows, fingerprint
from tests.support.databases import Database
from workflows.audit import verify_chain
from workflows.errors import StaleVersion, WrongState
from workflows.snapshot import SYSTEM
from workflows.vocabulary import ComplaintClass, Event, Role, Substate

T = TypeVar("T")
LATER = MONDAY + timedelta(hours=3)


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


def at_once(app: Flask, *works: Callable[[], T]) -> list[T | Exception]:
    """What each work gave or raised, all begun at the same moment in threads of their own."""
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], T]) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[place] = work()
            except Exception as error:  # noqa: BLE001 (told to the test, whatever it is)
                results[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def succeeded(results: Sequence[Any]) -> list[Any]:
    return [one for one in results if not isinstance(one, Exception)]


def failed(results: Sequence[Any]) -> list[Exception]:
    return [one for one in results if isinstance(one, Exception)]


def assert_chain_verifies(number: str) -> None:
    bodies = db.session().scalars(
        select(AuditEntry.body).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq)
    )
    assert verify_chain([body.encode() for body in bodies], chain=f"case:{number}") is not None


def test_of_two_officers_one_wins_and_the_other_is_told(app: Flask, station: Station) -> None:
    with app.app_context():
        number = lodge(station).number
        walk(station, number, Event.DECLARE_COMPLETE)
        seen = complaint_of(number).version
        kasiwas, deputy = station.actor("kasiwas"), station.actor("kasiwas")
    results = at_once(
        app,
        lambda: events.classify(
            number, ComplaintClass.SUPERVISORY, actor=kasiwas, at=LATER, seen_version=seen
        ),
        lambda: events.classify(number, ComplaintClass.SERVICE, actor=deputy, at=LATER, seen_version=seen),
    )
    (won,), (lost,) = succeeded(results), failed(results)
    assert isinstance(lost, (StaleVersion, WrongState))
    with app.app_context():
        case = complaint_of(number)
        assert (case.substate, case.version) == (Substate.CLASSIFIED, won.version)
        fired = db.session().scalars(select(CaseEvent.event).where(CaseEvent.complaint_id == case.id)).all()
        assert fired.count(Event.CLASSIFY) == 1
        assert_chain_verifies(number)


def test_many_hands_on_one_case_leave_one_history(app: Flask, station: Station) -> None:
    """Without a version to compare, as jobs act: the event stands once, numbered without gap."""
    with app.app_context():
        number = lodge(station).number
        petugas = station.actor("petugas")
    results = at_once(app, *[lambda: events.verify_file(number, actor=petugas, at=LATER) for _ in range(6)])
    assert len(succeeded(results)) == 1
    assert all(isinstance(one, WrongState) for one in failed(results))
    with app.app_context():
        sequence = db.session().scalars(
            select(CaseEvent.seq)
            .where(CaseEvent.complaint_id == complaint_of(number).id)
            .order_by(CaseEvent.seq)
        )
        assert list(sequence) == [1, 2, 3]
        assert_chain_verifies(number)


def test_filings_at_once_get_numbers_without_a_gap(app: Flask, station: Station) -> None:
    """The first filings of a year, too, when no counter stands there yet."""
    results = at_once(app, *[lambda: lodge(station) for _ in range(6)])
    assert failed(results) == []
    numbers = sorted(one.number for one in succeeded(results))
    assert numbers == [f"SRG-2026-{counter:06d}" for counter in range(1, 7)]
    with app.app_context():
        assert db.session().scalars(select(ComplaintCounter.last)).all() == [6]
        for number in numbers:
            assert_chain_verifies(number)


def test_first_entries_of_a_chain_at_once_are_all_written(app: Flask, station: Station) -> None:
    with app.app_context():
        assert db.session().get(AuditChain, "agency:SRG") is None

    def write() -> None:
        def work(session: Session) -> None:
            append_agency_entry(
                session,
                session.get_one(Agency, station.agency_id),
                kind="export.csv",
                actor=SYSTEM,
                role=Role.SYSTEM,
                at=LATER,
                facts={},
            )
            time.sleep(0.02)  # hold the transaction, so that the others come while it is open

        run_in_unit(work)

    assert at_once(app, *[write] * 6) == [None] * 6
    with app.app_context():
        bodies = db.session().scalars(
            select(AuditEntry.body).where(AuditEntry.chain == "agency:SRG").order_by(AuditEntry.seq)
        )
        head = verify_chain([body.encode() for body in bodies])
        assert head is not None
        assert head.seq == 6


def test_a_filing_that_is_sent_twice_is_one_case(app: Flask, station: Station) -> None:
    token = drafts.new_token()
    with app.app_context():
        drafts.save_answers(token, station.agency_id, "kejadian", {"narrative": "x"}, at=MONDAY)

    def file() -> Filed | Lodged:
        return drafts.file_draft(token, lambda content: filing(station, case_key=content.case_key), at=LATER)

    results = at_once(app, file, file, file)
    assert failed(results) == []
    assert {one.number for one in succeeded(results)} == {"SRG-2026-000001"}
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Complaint)) == 1
        receipts = select(func.count()).select_from(OutboxItem).where(OutboxItem.template == "receipt")
        assert db.session().scalar(receipts) == 1


def test_a_refused_filing_takes_no_number(app: Flask, station: Station) -> None:
    """A number that was given out and lost would look like a complaint that was made to vanish."""
    with app.app_context():
        first = lodge(station, external_number="A/1", external_source="walk_in").number
        with pytest.raises(
            IntegrityError, match=r"uq_complaint_agency_id_import_source_external_number|UNIQUE"
        ):
            lodge(station, external_number="A/1", external_source="walk_in")
        db.session.rollback()
        second = lodge(station).number
    assert (first, second) == ("SRG-2026-000001", "SRG-2026-000002")


DIES = """
import os
from datetime import timedelta
from app import create_app
from app.services import casework
from app.services.lodging import lodge_complaint
from config import Settings
from tests.factories import MONDAY
from workflows.snapshot import Actor
from workflows.vocabulary import Event, Role

app = create_app(Settings.from_environ(os.environ))
with app.app_context():
    officer = Actor(
        roles=frozenset({Role.INTAKE}),
        user_id=int(os.environ["OFFICER"]),
        agency_id=int(os.environ["AGENCY"]),
        unit_id=int(os.environ["UNIT"]),
    )
    casework.fire(
        os.environ["NUMBER"], Event.VERIFY, actor=officer, at=MONDAY + timedelta(hours=3),
        extra=lambda act: os._exit(9),
    )
"""


def test_a_process_that_dies_half_way_leaves_nothing(
    app: Flask, station: Station, database: Database, tmp_path: Any
) -> None:
    """Killed when everything is written and nothing committed; who comes next isn't held up."""
    with app.app_context():
        number = lodge(station).number
        before = fingerprint(db.session())
        db.session.remove()
    died = subprocess.run(
        [sys.executable, "-c", DIES],
        cwd=ROOT,
        env={
            "PATH": "/usr/bin:/bin",
            "SAHUT_ENV": "test",
            "SAHUT_INSTANCE": app.instance_path,
            "DATABASE_URL": database.url,
            "NUMBER": number,
            "OFFICER": str(station.people["petugas"]),
            "AGENCY": str(station.agency_id),
            "UNIT": str(station.units["siwas"]),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert died.returncode == 9, died.stderr
    with app.app_context():
        assert fingerprint(db.session()) == before
        events.verify_file(number, actor=station.actor("petugas"), at=LATER)
        assert complaint_of(number).substate == Substate.VERIFYING
        assert_chain_verifies(number)
        assert count_rows(db.session())["case_event"] == 3
