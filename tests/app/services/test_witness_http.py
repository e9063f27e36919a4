"""Checkpoints by POST to a witness that is there, refuses, breaks down, or is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, WitnessDelivery
from app.queries.checkpoints import list_last_told, list_told
from app.services.audit_log import append_agency_entry
from app.services.sealing import seal
from app.services.witness_post import Poster
from app.services.witnesses import FIRST_WAIT, LONGEST_WAIT, hand_to_witnesses
from config import Settings
from tests import factories
from tests.factories import MONDAY, Station
from tests.support.databases import Database
from tests.support.witness import WitnessServer, witness_server
from workflows.checkpoint import Witness
from workflows.snapshot import SYSTEM
from workflows.vocabulary import Role

pytestmark = pytest.mark.database("sqlite")

MINUTE = timedelta(minutes=1)
TOKEN = "kata-sandi-saksi"


@pytest.fixture
def server() -> Iterator[WitnessServer]:
    with witness_server() as found:
        yield found


@pytest.fixture
def settings(database: Database, tmp_path: Path, server: WitnessServer) -> Settings:
    return Settings.from_environ(
        {
            "SAHUT_ENV": "test",
            "SAHUT_INSTANCE": str(tmp_path / "instance"),
            "DATABASE_URL": database.url,
            "AUDIT_WITNESS_URL": server.url,
            "AUDIT_WITNESS_TOKEN": TOKEN,
        }
    )


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def grow(station: Station, count: int, at: timedelta = timedelta()) -> int:
    """Add entries and seal them; gives the size of the log."""
    with unit_of_work() as unit:
        agency = unit.get_one(Agency, station.agency_id)
        for number in range(count):
            append_agency_entry(
                unit,
                agency,
                kind="export.csv",
                actor=SYSTEM,
                role=Role.SYSTEM,
                at=MONDAY,
                facts={"rows": number},
            )
    signed = seal(MONDAY + at)
    assert signed is not None
    return signed.checkpoint.size


def deliveries() -> list[tuple[int, int, int, bool, str]]:
    session = db.session()
    session.rollback()
    session.expire_all()
    rows = session.scalars(select(WitnessDelivery).order_by(WitnessDelivery.size))
    return [(row.size, row.start, row.attempts, row.delivered_at is not None, row.answer) for row in rows]


@pytest.mark.database("sqlite", "postgresql")
def test_each_checkpoint_is_posted_once_with_the_leaves_since_the_last(
    server: WitnessServer, station: Station
) -> None:
    assert hand_to_witnesses(MONDAY) == 0
    assert not server.posted, "nothing is sealed yet"
    first = grow(station, 3)
    assert hand_to_witnesses(MONDAY) == 1
    assert hand_to_witnesses(MONDAY + MINUTE) == 0, "twice is as once"
    second = grow(station, 4, MINUTE)
    assert hand_to_witnesses(MONDAY + 2 * MINUTE) == 1
    witnesses = [Witness.parse(one.content) for one in server.posted]
    assert [(one.start, one.size) for one in witnesses] == [(0, first), (first, second)]
    assert all(one.leaves and one.leaves_hold() for one in witnesses)
    log = witnesses[0].signed.checkpoint.log
    assert [one.headers["Idempotency-Key"] for one in server.posted] == [f"{log}/{first}", f"{log}/{second}"]
    assert {one.headers["Authorization"] for one in server.posted} == {f"Bearer {TOKEN}"}
    assert deliveries() == [(first, 0, 1, True, "201"), (second, first, 1, True, "201")]


def test_what_was_refused_is_sent_again_as_it_was_and_later_each_time(
    server: WitnessServer, station: Station
) -> None:
    first = grow(station, 3)
    server.answers = [403, 403]
    assert hand_to_witnesses(MONDAY) == 0
    second = grow(station, 2, MINUTE)
    before = MONDAY + FIRST_WAIT - timedelta(seconds=1)
    assert hand_to_witnesses(before) == 0
    assert len(server.posted) == 1, "not before its time, and nothing newer past it"
    assert hand_to_witnesses(MONDAY + FIRST_WAIT) == 0
    assert hand_to_witnesses(MONDAY + 2 * FIRST_WAIT) == 0
    assert len(server.posted) == 2, "the second wait is twice as long"
    assert hand_to_witnesses(MONDAY + 3 * FIRST_WAIT) == 2
    sizes = [Witness.parse(one.content).size for one in server.posted]
    assert sizes == [first, first, first, second]
    assert server.posted[0].content == server.posted[2].content
    assert deliveries() == [(first, 0, 3, True, "201"), (second, first, 1, True, "201")]


def test_no_wait_is_longer_than_an_hour(server: WitnessServer, station: Station) -> None:
    grow(station, 1)
    at = MONDAY
    for _ in range(12):
        server.answers = [404]
        assert hand_to_witnesses(at) == 0
        at += LONGEST_WAIT
    assert len(server.posted) == 12
    assert hand_to_witnesses(at) == 1


def test_a_fault_that_passes_is_tried_again_at_once(server: WitnessServer) -> None:
    server.answers = [503, 502]
    answer = Poster(server.url, pause_s=0).post(b"{}", size=1, log="x")
    assert (answer.taken, answer.words, len(server.posted)) == (True, "201", 3)
    server.answers = [500, 500, 500]
    answer = Poster(server.url, pause_s=0).post(b"{}", size=1, log="x")
    assert (answer.taken, answer.words, len(server.posted)) == (False, "500", 6)


def test_a_checkpoint_follows_no_redirect(server: WitnessServer) -> None:
    server.answers = [302]
    answer = Poster(server.url).post(b"{}", size=1, log="x")
    assert (answer.taken, answer.words, len(server.posted)) == (False, "302", 1)


def test_a_witness_that_is_gone_is_noted_without_its_address(station: Station, server: WitnessServer) -> None:
    with witness_server() as other:
        gone = other.url
    answer = Poster(gone, pause_s=0).post(b"{}", size=1, log="x")
    assert (answer.taken, answer.words) == (False, "ConnectionRefusedError")


def test_a_conflict_is_no_delivery(server: WitnessServer, station: Station) -> None:
    """A witness that holds another root for this size says 409: that is an alarm, not an arrival."""
    size = grow(station, 1)
    server.answers = [409]
    assert hand_to_witnesses(MONDAY) == 0
    (told,) = list_last_told(db.session())
    assert (told.size, told.is_there, told.answer) == (size, False, "409")
    assert list_told(db.session(), [size])[size] == [told]
