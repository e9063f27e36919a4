"""Columns, connections and units of work, on both databases."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import psycopg.errors
import pytest
from flask import Flask
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from app import create_app
from app import database as subject
from app.database import (
    NaiveInstantError,
    UnitRefusedError,
    UtcDateTime,
    WriteOutsideUnitError,
    insert_if_absent,
    insert_rows,
    run_in_unit,
    sent_together,
    sqlite_text,
    unit_of_work,
    write_rows,
)
from app.extensions import db
from config import Settings
from tests.support.databases import dispose


class ProbeBase(DeclarativeBase):
    """A base of its own, so that the product's tables stay what its migrations say."""


class Tally(ProbeBase):
    __tablename__ = "probe_tally"
    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)


class Moment(ProbeBase):
    __tablename__ = "probe_moment"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime())


@pytest.fixture
def probes(app: Flask) -> Iterator[Flask]:
    """An application whose database also has the two probe tables, with one tally at zero."""
    with app.app_context():
        with db.engine.begin() as connection:
            ProbeBase.metadata.create_all(connection)
            connection.execute(insert(Tally).values(id=1, count=0))
        yield app
        db.session.rollback()
        with db.engine.begin() as connection:
            ProbeBase.metadata.drop_all(connection)


def _count() -> int:
    with db.engine.connect() as connection:
        return connection.execute(select(Tally.count).where(Tally.id == 1)).scalar_one()


# --- instants ---------------------------------------------------------------------------------------------


def test_an_instant_comes_back_aware_in_utc_whatever_zone_it_went_in_with(probes: Flask) -> None:
    jakarta = datetime(2026, 3, 9, 0, 30, 0, 123456, tzinfo=ZoneInfo("Asia/Jakarta"))
    with unit_of_work() as session:
        session.add(Moment(id=1, at=jakarta))
    found = db.session.scalars(select(Moment.at).where(Moment.id == 1)).one()
    assert found == jakarta
    assert found is not None
    assert found.isoformat() == "2026-03-08T17:30:00.123456+00:00"


def test_no_instant_stays_none(probes: Flask) -> None:
    with unit_of_work() as session:
        session.add(Moment(id=1, at=None))
    assert db.session.scalars(select(Moment.at)).one() is None


def test_a_naive_instant_is_refused_in_rows_and_in_queries(probes: Flask) -> None:
    naive = datetime(2026, 3, 9, 9, 0)  # noqa: DTZ001 (the point of the test)
    with pytest.raises(StatementError) as stored, unit_of_work() as session:
        session.add(Moment(id=1, at=naive))
    assert isinstance(stored.value.orig, NaiveInstantError)
    with pytest.raises(StatementError):
        db.session.scalars(select(Moment).where(Moment.at < naive))
    with pytest.raises(NaiveInstantError):
        sqlite_text(naive)


def test_instants_compare_and_sort_in_the_database(probes: Flask) -> None:
    start = datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    steps = [timedelta(0), timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=40)]
    wib = timezone(timedelta(hours=7))
    with unit_of_work() as session:
        session.add_all(Moment(id=n, at=(start + step).astimezone(wib)) for n, step in enumerate(steps))
    ascending = db.session.scalars(select(Moment.id).order_by(Moment.at)).all()
    assert ascending == [0, 1, 2, 3]
    later = db.session.scalars(select(Moment.id).where(Moment.at > start).order_by(Moment.id)).all()
    assert later == [1, 2, 3]


@pytest.mark.database("sqlite")
def test_sqlite_stores_the_very_text_that_hand_written_sql_uses(probes: Flask) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with unit_of_work() as session:
        session.add(Moment(id=1, at=at))
    stored = db.session.execute(text("SELECT at FROM probe_moment")).scalar_one()
    assert stored == sqlite_text(at) == "2026-01-02 03:04:05.000000"


# --- connections ------------------------------------------------------------------------------------------


@pytest.mark.database("sqlite")
def test_sqlite_is_durable_and_keeps_foreign_keys(settings: Settings) -> None:
    app = create_app(settings)  # the fixture's own forgoes durability
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    with app.app_context(), db.engine.connect() as connection:
        for pragma, value in expected.items():
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    dispose(app)


@pytest.mark.database("postgresql")
def test_postgresql_speaks_utc(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_an_error_of_the_database_repeats_no_values(probes: Flask) -> None:
    penanda = datetime(1945, 8, 17, tzinfo=UTC)
    with pytest.raises(DBAPIError) as failed, unit_of_work() as session:
        session.execute(insert(Moment), [{"id": 1, "at": penanda}, {"id": 1, "at": penanda}])
    assert "1945" not in str(failed.value)


# --- units of work ----------------------------------------------------------------------------------------


def test_a_unit_commits_at_its_end_and_its_rows_stay_readable(probes: Flask) -> None:
    with unit_of_work() as session:
        tally = session.get_one(Tally, 1)
        tally.count = 7
        assert _count() == 0, "another connection saw what isn't committed"
    assert _count() == 7
    assert tally.count == 7


def test_a_unit_that_raises_changes_nothing(probes: Flask) -> None:
    def fail() -> None:
        with unit_of_work() as session:
            session.execute(update(Tally).values(count=9))
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert _count() == 0
    with unit_of_work() as session:
        session.execute(update(Tally).values(count=1))
    assert _count() == 1, "the session is usable after a failure"


@pytest.mark.parametrize(
    "statement",
    [update(Tally).values(count=5), delete(Tally), insert(Tally).values(id=2)],
    ids=["update", "delete", "insert"],
)
def test_statements_that_change_data_are_refused_outside_a_unit(probes: Flask, statement: object) -> None:
    with pytest.raises(WriteOutsideUnitError):
        db.session.execute(statement)  # type: ignore[call-overload]
    assert _count() == 0


@pytest.mark.database("postgresql")
def test_the_database_itself_refuses_to_write_outside_a_unit(probes: Flask) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"):
        db.session.execute(text("UPDATE probe_tally SET count = 9"))
    db.session.rollback()
    with unit_of_work() as session:
        session.execute(text("UPDATE probe_tally SET count = 1"))
    assert _count() == 1
    with db.engine.begin() as connection:
        connection.execute(update(Tally).values(count=2))
    assert _count() == 2, "the pool hands out connections that may write"


def test_objects_are_not_written_outside_a_unit(probes: Flask) -> None:
    tally = db.session.get_one(Tally, 1)
    tally.count = 5
    with pytest.raises(WriteOutsideUnitError):
        db.session.commit()
    with pytest.raises(UnitRefusedError), unit_of_work():
        pytest.fail("began with changes that nobody decided on")
    db.session.rollback()
    assert _count() == 0


def test_a_unit_holds_no_other(probes: Flask) -> None:
    with unit_of_work() as session:
        with pytest.raises(UnitRefusedError), unit_of_work():
            pytest.fail("a unit began inside another")
        session.execute(update(Tally).values(count=3))
    assert _count() == 3


def test_a_unit_reads_afresh_what_the_session_has_seen_before(probes: Flask) -> None:
    seen = db.session.get_one(Tally, 1)
    assert seen.count == 0
    with db.engine.connect() as other:
        other.execute(update(Tally).values(count=4))
        other.commit()
    with unit_of_work() as session:
        assert session.get_one(Tally, 1) is seen
        assert seen.count == 4, "what a page still holds is read anew, too"


# --- two writers at once ----------------------------------------------------------------------------------


def _in_threads(app: Flask, work: object, workers: int) -> list[BaseException]:
    """Run `work` in so many threads at once, each with its own session; the errors they ended with."""
    errors: list[BaseException] = []
    gate = threading.Barrier(workers)

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                work()  # type: ignore[operator]
            except BaseException as error:  # noqa: BLE001 (handed to the test)
                errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_two_writers_lose_nothing_when_they_lock_what_they_decide_on(probes: Flask) -> None:
    def add_one(session: Session) -> None:
        tally = session.scalars(select(Tally).where(Tally.id == 1).with_for_update()).one()
        tally.count += 1

    errors = _in_threads(probes, lambda: [run_in_unit(add_one) for _ in range(25)], workers=4)
    assert errors == []
    assert _count() == 100


def test_a_value_read_before_the_unit_loses_updates_and_that_is_why_services_read_inside(
    probes: Flask,
) -> None:
    both_have_read = threading.Barrier(2)

    def add_one_carelessly() -> None:
        seen = db.session.scalars(select(Tally.count).where(Tally.id == 1)).one()
        both_have_read.wait()
        with unit_of_work() as session:
            session.execute(update(Tally).where(Tally.id == 1).values(count=seen + 1))

    assert _in_threads(probes, add_one_carelessly, workers=2) == []
    assert _count() == 1, "one of the two updates is lost"


def test_a_writer_waits_for_the_one_before_it(probes: Flask) -> None:
    order: list[str] = []
    first_holds = threading.Event()

    def first() -> None:
        with unit_of_work() as session:
            session.scalars(select(Tally).with_for_update()).one().count = 1
            session.flush()
            first_holds.set()
            time.sleep(0.2)
            order.append("first")

    def second() -> None:
        first_holds.wait(5)
        with unit_of_work() as session:
            assert session.scalars(select(Tally).with_for_update()).one().count == 1
            order.append("second")

    turns = iter([first, second])
    assert _in_threads(probes, lambda: next(turns)(), workers=2) == []
    assert order == ["first", "second"]


def test_readers_go_on_while_somebody_writes(probes: Flask) -> None:
    with unit_of_work() as session:
        session.execute(update(Tally).values(count=2))
        errors = _in_threads(probes, lambda: db.session.scalars(select(Tally.count)).one(), workers=2)
        assert errors == []


# --- ways to the server -----------------------------------------------------------------------------------


def test_what_is_sent_together_is_written(probes: Flask) -> None:
    with unit_of_work() as session, sent_together(session):
        insert_rows(session, Tally, [{"id": number, "count": number} for number in (2, 3)])
        insert_rows(session, Moment, [{"id": 1}])
        write_rows(session, update(Tally).where(Tally.id == bindparam("number")), number=3, count=9)
    with db.engine.connect() as connection:
        assert connection.scalars(select(Tally.count).order_by(Tally.id)).all() == [0, 2, 9]
        assert connection.scalars(select(Moment.id)).all() == [1]


def test_what_is_refused_among_statements_sent_together_is_told_without_its_values(probes: Flask) -> None:
    penanda = datetime(1945, 8, 17, tzinfo=UTC)

    def send() -> None:
        with unit_of_work() as session, sent_together(session):
            insert_rows(session, Tally, [{"id": 2, "count": 2}])
            insert_rows(session, Moment, [{"id": 1, "at": penanda}, {"id": 1, "at": penanda}])
            insert_rows(session, Tally, [{"id": 3, "count": 3}])

    with pytest.raises(IntegrityError) as failed:
        send()
    assert "1945" not in str(failed.value)
    with unit_of_work() as session:
        assert session.scalars(select(Tally.id)).all() == [1], "the session is usable, and nothing was kept"


def test_nothing_is_sent_together_outside_a_unit(probes: Flask) -> None:
    with pytest.raises(WriteOutsideUnitError), sent_together(db.session()):
        pass


def test_no_row_is_inserted_where_absent_outside_a_unit(probes: Flask) -> None:
    with pytest.raises(WriteOutsideUnitError):
        insert_if_absent(db.session(), Tally, id=2, count=0)


@pytest.mark.database("postgresql")
def test_a_conflict_among_statements_sent_together_is_tried_again(probes: Flask) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(len(tries))
        with sent_together(session):
            session.execute(update(Tally).values(count=Tally.count + 1))
            if len(tries) == 1:
                session.execute(text("DO $$ BEGIN RAISE serialization_failure; END $$"))

    run_in_unit(work)
    assert len(tries) == 2
    assert _count() == 1


@pytest.mark.database("postgresql")
def test_pages_that_only_read_leave_their_statements_prepared(probes: Flask) -> None:
    for _page in range(8):
        db.session.scalars(select(Tally.count)).one()
        db.session.remove()
    prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("probe_tally" in statement for statement in prepared)


# --- trying again -----------------------------------------------------------------------------------------


@pytest.mark.database("postgresql")
def test_a_deadlock_is_tried_again(probes: Flask) -> None:
    with unit_of_work() as session:
        session.add(Tally(id=2, count=0))
    meet = threading.Barrier(2)
    tries: list[int] = []
    rows = iter([(1, 2), (2, 1)])

    def cross() -> None:
        mine, other = next(rows)
        met = False

        def work(session: Session) -> None:
            nonlocal met
            tries.append(mine)
            session.execute(update(Tally).where(Tally.id == mine).values(count=Tally.count + 1))
            if not met:
                met = True
                meet.wait(5)
            session.execute(update(Tally).where(Tally.id == other).values(count=Tally.count + 1))

        run_in_unit(work)

    assert _in_threads(probes, cross, workers=2) == []
    assert len(tries) >= 3, "two first tries, and the deadlock's victim went again, once or more often"
    assert _count() == 2


@pytest.mark.database("sqlite")
def test_a_busy_database_is_tried_again_and_given_up_at_last(
    probes: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subject, "BUSY_TIMEOUT_MS", 20)
    db.engine.dispose()  # new connections wait 20 ms instead of 10 s
    blocker = sqlite3.connect(str(db.engine.url.database), isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")

    def write(session: Session) -> None:
        session.execute(update(Tally).values(count=1))

    with pytest.raises(OperationalError, match="locked"):
        run_in_unit(write, attempts=2)
    release = threading.Timer(0.06, blocker.execute, ["ROLLBACK"])
    release.start()
    run_in_unit(write, attempts=12)
    release.join()
    blocker.close()
    assert _count() == 1


def test_what_is_no_lock_is_not_tried_again(probes: Flask) -> None:
    tries: list[int] = []

    def work(session: Session) -> None:
        tries.append(1)
        session.execute(insert(Tally).values(id=1, count=0))

    with pytest.raises(DBAPIError):
        run_in_unit(work)
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (psycopg.errors.SerializationFailure(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (psycopg.errors.LockNotAvailable(), True),
        (psycopg.errors.UniqueViolation(), False),
        (psycopg.errors.SyntaxError(), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_which_errors_of_postgresql_are_worth_another_try(error: psycopg.Error, again: bool) -> None:
    assert subject.is_worth_retrying(DBAPIError("", None, error)) is again
