"""Sealing, witnesses, and what a check of the log finds after somebody was at it with the bare database."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymerkle import InmemoryTree
from pymerkle import verify_inclusion as pymerkle_verify
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, AuditEntry, AuditSeal, Checkpoint, LogTile
from app.queries import log
from app.queries.log_check import CaseCheck, check_case, check_log
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.services import sealing
from app.services.access import record_read
from app.services.audit_log import append_agency_entry
from app.services.lease import LeaseLost
from app.services.sealing import LogDamaged, seal
from app.services.witnesses import hand_to_witnesses, witness_of_range
from config import Settings
from tests import factories
from tests.factories import MONDAY, Station
from tests.support.databases import Database
from workflows.audit import canonical, entry_digest
from workflows.checkpoint import Witness
from workflows.log_report import LogReport, Reason
from workflows.merkle import inclusion_proof, leaf_hash, tree_root
from workflows.snapshot import SYSTEM
from workflows.vocabulary import Event, Role

MINUTE = timedelta(minutes=1)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.from_environ(
        {
            "SAHUT_ENV": "test",
            "SAHUT_INSTANCE": str(tmp_path / "instance"),
            "DATABASE_URL": database.url,
            "AUDIT_WITNESS_DIR": str(tmp_path / "saksi"),
        }
    )


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def write(station: Station, count: int) -> None:
    """Add entries to the station's own chain."""
    with unit_of_work() as unit:
        agency = unit.get_one(Agency, station.agency_id)
        for number in range(count):
            append_agency_entry(
                unit,
                agency,
                kind="export.csv",
                actor=SYSTEM,
                role=Role.SYSTEM,
                at=clock.now(),
                facts={"rows": number},
            )


def check(*witnesses: Witness) -> LogReport:
    session = db.session()
    session.rollback()
    return check_log(session, _signed_by_us(), witnesses)


def _signed_by_us() -> Callable[[Any], bool]:
    return partial(verify_checkpoint, PublishedKeys.of(get_keys()))


def leaves() -> list[bytes]:
    session = db.session()
    session.rollback()
    return [
        leaf_hash(body.encode()) for body in session.scalars(select(AuditEntry.body).order_by(AuditEntry.id))
    ]


# --- sealing -------------------------------------------------------------------------


def test_entries_get_their_places_in_the_order_of_writing(session: Session, station: Station) -> None:
    write(station, 5)
    now = clock.now()
    signed = seal(now)
    assert signed is not None
    assert (signed.checkpoint.size, signed.checkpoint.at, signed.checkpoint.previous) == (5, now, None)
    session.rollback()
    rows = session.execute(
        select(AuditSeal.position, AuditEntry.seq)
        .join(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .order_by(AuditSeal.position)
    ).all()
    assert [tuple(row) for row in rows] == [(place, place + 1) for place in range(5)]


def test_nothing_new_makes_no_checkpoint(station: Station) -> None:
    assert seal(clock.now()) is None
    write(station, 1)
    assert seal(clock.now()) is not None
    assert seal(clock.now()) is None


def test_each_checkpoint_names_the_one_before_and_the_tree_is_that_of_rfc_9162(
    session: Session, station: Station
) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    sealed = []
    for count in (1, 2, 253, 1, 300, 7):
        write(station, count)
        sealed.append(seal(clock.now()))
    session.rollback()
    for body in session.scalars(select(AuditEntry.body).order_by(AuditEntry.id)):
        oracle.append_entry(body.encode())
    sizes = [1, 3, 256, 257, 557, 564]
    assert [one.checkpoint.size for one in sealed if one] == sizes
    for before, one in zip([None, *sealed], sealed, strict=False):
        assert one is not None
        assert one.checkpoint.previous == (before.digest if before else None)
        assert one.checkpoint.root == oracle.get_root(one.checkpoint.size)
        assert verify_checkpoint(PublishedKeys.of(get_keys()), one)
    run = log.node_run(session)
    assert tree_root(run, 564) == oracle.get_root()
    assert session.scalar(select(func.count()).select_from(LogTile)) == 2
    theirs = oracle.prove_inclusion(100, 564)
    pymerkle_verify(leaves()[99], tree_root(run, 564), theirs)
    assert inclusion_proof(run, 99, 564) == theirs.path[1:]


def test_a_backlog_is_sealed_in_several_checkpoints(
    session: Session, station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 100)
    write(station, 250)
    signed = seal(clock.now())
    assert signed is not None
    session.rollback()
    assert session.scalars(select(Checkpoint.size).order_by(Checkpoint.size)).all() == [100, 200, 250]
    assert check().is_intact


def test_a_clock_that_went_back_makes_no_checkpoint_older_than_the_last(station: Station) -> None:
    write(station, 1)
    now = clock.now()
    seal(now)
    write(station, 1)
    signed = seal(now - timedelta(hours=1))
    assert signed is not None
    assert signed.checkpoint.at == now
    assert check().is_intact


def test_sealing_a_whole_case_verifies(session: Session, station: Station) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, Event.CLOSE)
    record_read(lodged.number, actor=station.actor("ombudsman"), at=MONDAY)
    seal(clock.now())
    report = check()
    assert report.is_intact
    assert report.unsealed == 0
    session.rollback()
    case = check_case(session, lodged.number, _signed_by_us())
    assert case is not None
    assert case.is_intact
    assert case.entries == case.sealed >= 14


@pytest.mark.database("postgresql")
def test_an_entry_that_commits_late_is_not_passed_over(app: Flask, station: Station) -> None:
    """Two writers: the first takes the lower id and commits last. Sealing waits for it."""
    first_wrote, let_go = threading.Event(), threading.Event()

    def slow() -> None:
        with app.app_context(), unit_of_work() as unit:
            append_entry(unit, "BTN")
            first_wrote.set()
            let_go.wait(20)

    thread = threading.Thread(target=slow)
    thread.start()
    assert first_wrote.wait(10)
    with unit_of_work() as unit:
        append_entry(unit, "ORI-BTN")
    assert seal(clock.now()) is None, "a lower id is still on its way"
    let_go.set()
    thread.join()
    signed = seal(clock.now())
    assert signed is not None
    assert signed.checkpoint.size == 2
    session = db.session()
    session.rollback()
    ids = session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.position)).all()
    assert list(ids) == sorted(ids)
    assert check().is_intact


def append_entry(session: Session, code: str) -> None:
    """Add an entry to the chain of an agency."""
    agency = session.scalars(select(Agency).where(Agency.code == code)).one()
    append_agency_entry(
        session, agency, kind="export.csv", actor=SYSTEM, role=Role.SYSTEM, at=clock.now(), facts={}
    )


def test_two_sealers_at_once_give_each_entry_one_place(app: Flask, station: Station) -> None:
    write(station, 300)
    gate = threading.Barrier(2)
    done: list[Any] = []

    def run() -> None:
        with app.app_context():
            gate.wait()
            done.append(seal(clock.now()))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 2
    assert [one for one in done if one is not None], "one of them sealed"
    report = check()
    assert (report.is_intact, report.sealed) == (True, 300)


def test_writers_go_on_while_entries_are_sealed(app: Flask, station: Station) -> None:
    stop = threading.Event()
    failures: list[BaseException] = []

    def keep_writing(code: str) -> None:
        try:
            with app.app_context():
                while not stop.is_set():
                    with unit_of_work() as unit:
                        append_entry(unit, code)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=keep_writing, args=(code,)) for code in ("SRG", "BTN", "ORI-BTN")]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(leaves()) < 60 and time.monotonic() < until and not failures:
        seal(clock.now())
    stop.set()
    for thread in threads:
        thread.join()
    seal(clock.now())
    report = check()
    assert failures == []
    assert report.is_intact
    assert report.entries == report.sealed >= 60


def test_a_sealer_that_lost_its_lease_seals_nothing(session: Session, station: Station) -> None:
    write(station, 1)

    def closed(_session: Session) -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        seal(clock.now(), fence=closed)
    session.rollback()
    assert log.find_last_checkpoint(session) is None


# --- tampering -----------------------------------------------------------------------


@contextmanager
def without_triggers() -> Iterator[Session]:
    """The power of somebody who owns the database: the guards of the log are off."""
    with unit_of_work() as unit:
        if unit.get_bind().dialect.name == "postgresql":
            unit.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            rows = unit.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for row in rows:
                unit.execute(text(f'DROP TRIGGER "{row.name}"'))
        yield unit


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "checkpoint"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_change(station: Station, table: str, statement: str) -> None:
    write(station, 1)
    seal(clock.now())
    column = {"audit_entry": "seq", "audit_seal": "position", "checkpoint": "size"}[table]
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work() as unit:
        unit.execute(text(statement.format(table, column, column)))


def rewrite(unit: Session, number: int, **changes: Any) -> None:
    """Change an entry as somebody would who knows how digests, leaf hashes and columns are made."""
    row = unit.execute(select(AuditEntry.id, AuditEntry.body).where(AuditEntry.seq == number)).one()
    body = canonical({**json.loads(row.body), **changes})
    unit.execute(
        text("UPDATE audit_entry SET body = :body, digest = :digest, kind = :kind WHERE id = :id"),
        {"body": body.decode(), "digest": entry_digest(body), "kind": json.loads(body)["kind"], "id": row.id},
    )
    unit.execute(
        text("UPDATE audit_seal SET leaf = :leaf WHERE entry_id = :id"),
        {"leaf": leaf_hash(body), "id": row.id},
    )


def rewrite_from(unit: Session, seq: int, **changes: Any) -> None:
    """Change an entry and compute every later digest, leaf and link of the chain anew."""
    rows = unit.execute(
        select(AuditEntry.seq, AuditEntry.body).where(AuditEntry.seq >= seq).order_by(AuditEntry.seq)
    ).all()
    prev = json.loads(rows[0].body)["prev"]
    for row in rows:
        entry = {**json.loads(row.body), "prev": prev, **(changes if row.seq == seq else {})}
        rewrite(unit, row.seq, **entry)
        prev = entry_digest(canonical(entry))


def test_a_flipped_entry_is_named(station: Station) -> None:
    write(station, 20)
    seal(clock.now())
    with without_triggers() as unit:
        forged = {"old": '"rows":7', "new": '"rows":9'}
        unit.execute(text("UPDATE audit_entry SET body = replace(body, :old, :new)"), forged)
    report = check()
    assert report.first_bad is not None
    assert (report.first_bad.position, report.first_bad.is_exact) == (7, True)


def test_a_history_rewritten_from_the_middle_with_all_digests_is_exposed_by_the_witness(
    session: Session, station: Station
) -> None:
    write(station, 40)
    seal(clock.now())
    session.rollback()
    witness = witness_of_range(session, size=40, start=0)
    write(station, 10)
    seal(clock.now())
    with without_triggers() as unit:
        rewrite_from(unit, 15, kind="export.xlsx")
    report = check(witness)
    assert not report.is_intact
    assert report.first_bad is not None
    assert (report.first_bad.position, report.first_bad.is_exact) == (14, True)


def test_a_log_that_was_cut_and_sealed_anew_is_exposed_by_the_witness(
    session: Session, station: Station
) -> None:
    write(station, 30)
    seal(clock.now())
    session.rollback()
    witness = witness_of_range(session, size=30, start=0)
    with without_triggers() as unit:
        unit.execute(text("DELETE FROM checkpoint"))
        unit.execute(text("DELETE FROM audit_seal"))
        unit.execute(text("DELETE FROM log_tile"))
        unit.execute(text("DELETE FROM audit_entry WHERE seq > 20"))
        head = unit.execute(select(AuditEntry.digest).where(AuditEntry.seq == 20)).scalar_one()
        unit.execute(text("UPDATE audit_chain SET last_seq = 20, last_digest = :head"), {"head": head})
    seal(clock.now())
    assert check().is_intact, "without a witness nothing tells"
    report = check(witness)
    assert report.first_bad is not None
    assert report.first_bad.position == 20
    assert Reason.TRUNCATED in {found.reason for found in report.findings}


def test_a_dropped_seal_is_found(station: Station) -> None:
    write(station, 10)
    seal(clock.now())
    with without_triggers() as unit:
        unit.execute(text("DELETE FROM audit_seal WHERE position = 4"))
    report = check()
    assert report.first_bad is not None
    assert report.first_bad.position == 4


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE checkpoint SET peaks = '[]'",
        "UPDATE checkpoint SET peaks = 'x'",
        "UPDATE checkpoint SET root = replace(root, substr(root, 1, 1), 'z')",
        "DELETE FROM audit_seal WHERE position = 9",
    ],
)
def test_sealing_stops_at_a_damaged_end_instead_of_covering_it(station: Station, damage: str) -> None:
    write(station, 10)
    seal(clock.now())
    with without_triggers() as unit:
        unit.execute(text(damage))
    write(station, 1)
    with pytest.raises(LogDamaged):
        seal(clock.now())


def test_what_was_only_written_is_told_as_the_unsealed_tail(session: Session, station: Station) -> None:
    write(station, 10)
    seal(clock.now())
    session.rollback()
    witness = witness_of_range(session, size=10, start=0)
    write(station, 3)
    report = check(witness)
    assert (report.sealed, report.unsealed, report.witnessed, report.unwitnessed) == (10, 3, 10, 3)
    seal(clock.now())
    report = check(witness)
    assert (report.sealed, report.unsealed, report.witnessed, report.unwitnessed) == (13, 0, 10, 3)


# --- one case ------------------------------------------------------------------------


def check_one(number: str) -> CaseCheck:
    session = db.session()
    session.rollback()
    found = check_case(session, number, _signed_by_us())
    assert found is not None
    return found


def test_the_entries_of_one_case_are_checked_alone(session: Session, station: Station) -> None:
    one, other = factories.lodge(station).number, factories.lodge(station).number
    seal(clock.now())
    record_read(one, actor=station.actor("kasiwas"), at=MONDAY)
    good = check_one(one)
    assert (good.is_intact, good.entries, good.sealed) == (True, 3, 2)
    with without_triggers() as unit:
        unit.execute(
            text(
                "UPDATE audit_entry SET body = replace(body, 'web', 'bew') WHERE chain = :chain AND seq = 1"
            ),
            {"chain": f"case:{other}"},
        )
    assert check_one(one).is_intact
    bad = check_one(other)
    assert bad.bad_seq == 1
    assert check_case(session, "SRG-2026-999999", _signed_by_us()) is None


@pytest.mark.parametrize(
    ("damage", "bad_seq"),
    [
        ("DELETE FROM audit_entry WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 3", 3),
        ("UPDATE audit_seal SET position = position + 1000", 1),
        ("UPDATE audit_seal SET leaf = substr(leaf, 1, 31)", 1),
    ],
)
def test_a_fault_in_one_case_is_named(station: Station, damage: str, bad_seq: int) -> None:
    number = factories.lodge(station).number
    record_read(number, actor=station.actor("kasiwas"), at=MONDAY)
    seal(clock.now())
    with without_triggers() as unit:
        if damage.startswith("DELETE"):
            entry = damage.removeprefix("DELETE FROM audit_entry WHERE ")
            unit.execute(
                text(
                    f"DELETE FROM receipt WHERE audit_entry_id IN (SELECT id FROM audit_entry WHERE {entry})"
                )
            )
            unit.execute(
                text(f"DELETE FROM audit_seal WHERE entry_id IN (SELECT id FROM audit_entry WHERE {entry})")
            )
        unit.execute(text(damage))
    assert check_one(number).bad_seq == bad_seq


# --- the witness's folder ------------------------------------------------------------


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("checkpoint-*.json"))


def test_every_checkpoint_reaches_the_folder_whole_and_once(
    session: Session, station: Station, tmp_path: Path
) -> None:
    folder = tmp_path / "saksi"
    for count in (3, 4):
        write(station, count)
        seal(clock.now())
        assert hand_to_witnesses(clock.now()) == 1
    write(station, 5)
    seal(clock.now())
    write(station, 6)
    seal(clock.now() + MINUTE)
    assert hand_to_witnesses(clock.now()) == 2, "what an outage left out is made up for"
    assert hand_to_witnesses(clock.now()) == 0
    witnesses = [Witness.parse(path.read_bytes()) for path in files_in(folder)]
    assert [(one.start, one.size) for one in witnesses] == [(0, 3), (3, 7), (7, 12), (12, 18)]
    assert all(one.leaves_hold() for one in witnesses)
    report = check(*witnesses)
    assert (report.is_intact, report.witnessed) == (True, 18)
    assert not list(folder.rglob(".*")), "no half-written file is left"


def test_the_leaves_of_a_witness_lead_to_its_root_alone(session: Session, station: Station) -> None:
    write(station, 9)
    seal(clock.now())
    session.rollback()
    witness = witness_of_range(session, size=9, start=5)
    assert (witness.start, list(witness.leaves)) == (5, leaves()[5:])
    assert Witness.parse(witness.canonical()) == witness
