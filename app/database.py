"""What the two databases must do alike: columns that hold instants, connections, and units of work.

SQLite serves one station, PostgreSQL a province or the nation (docs/adr/0006-two-databases.md). Everything
that differs between them and isn't plain SQL stands here, so that no other module asks which one it runs on.

Sessions are read-only by nature: a flush or a data-changing statement outside `unit_of_work()` is refused. So
a page can't write by accident, and each act is one transaction.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from sqlite3 import Connection as SqliteConnection
from typing import Any, TypeVar, cast

import psycopg
from flask import current_app
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    ExceptionContext,
    Executable,
    Insert,
    MetaData,
    Select,
    Table,
    Update,
    event,
    insert,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, ORMExecuteState, Session, registry
from sqlalchemy.types import TypeDecorator, TypeEngine

T = TypeVar("T")

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another before it gives up, on both databases."""

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that migrations can drop it and errors can be told apart."""


MOST_PREPARED = 400
"""Statements that psycopg keeps prepared on a connection: all that pages ask often; the usual 100 would be
thrown out and made again in turns."""


class NaiveInstantError(ValueError):
    """An instant without a zone was about to be stored or compared."""


class WriteOutsideUnitError(RuntimeError):
    """Something tried to change data outside `unit_of_work()`."""


class UnitRefusedError(RuntimeError):
    """A unit of work can't begin: one is under way already, or the session holds changes of its own."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database; a naive value is refused.

    PostgreSQL holds ``timestamptz``. SQLite holds text of fixed width, ``2026-03-20 16:59:59.000000``, so
    that comparing the text compares the instants; `sqlite_text` gives that form for hand-written SQL.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        utc = _to_instant(value)
        return utc.replace(tzinfo=None) if utc is not None and dialect.name == "sqlite" else utc

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """To the driver's value in one step: a filing writes sixty instants."""
        return _to_text if dialect.name == "sqlite" else _to_instant

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """From the driver's value in one step: a page reads a hundred instants."""
        return _from_text if dialect.name == "sqlite" else _from_instant


def _to_instant(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise NaiveInstantError(f"an instant needs its zone: {value!r}")
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    return None if value is None else sqlite_text(value)


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _from_instant(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def sqlite_text(at: datetime) -> str:
    """`at` as SQLite stores it, for SQL that is written by hand.

    :raises NaiveInstantError: for an instant without a zone.
    """
    if at.tzinfo is None:
        raise NaiveInstantError(f"an instant needs its zone: {at!r}")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class Base(DeclarativeBase):
    """Base of every model: named constraints, and ``Mapped[datetime]`` means `UtcDateTime`."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UtcDateTime()},
    )


UNIT = "sahut.unit"
"""Where a session keeps the connection of its unit of work, while there is one."""


class UnitSession(FlaskSession):
    """A session that reads at any time and writes only inside `unit_of_work()`."""

    @property
    def in_unit(self) -> bool:
        """Whether a unit of work is under way on this session."""
        return UNIT in self.info

    @property
    def holds_changes(self) -> bool:
        """Whether objects were added, changed or deleted and not yet written."""
        return bool(self.new or self.deleted or any(map(self.is_modified, self.dirty)))

    def end_reading(self) -> None:
        """Let go of a transaction that only read, and forget what it read; changes outside a unit go, too."""
        if self.in_transaction():
            self._commit_reading()
            self.rollback()
            self.expire_all()  # as a rollback does, and a commit here does not

    def close(self) -> None:
        """As any session's: what was read stays readable."""
        self._commit_reading()
        super().close()

    def _commit_reading(self) -> None:
        """End a transaction that only read with COMMIT, on PostgreSQL.

        After a ROLLBACK, psycopg throws away every statement that it had prepared on the connection, so that
        each page would have all its statements parsed and planned anew.
        """
        if not self.in_transaction() or self.in_unit or self.holds_changes:
            return
        if self.get_bind().dialect.name != "postgresql":
            return
        try:
            self.commit()
        except DBAPIError:  # the connection broke: nothing was to be kept
            self.rollback()


@event.listens_for(UnitSession, "before_flush")
def _refuse_flush_outside_unit(session: UnitSession, _context: object, _instances: object) -> None:
    if not session.in_unit and session.holds_changes:
        raise WriteOutsideUnitError("data changes only inside unit_of_work()")


@event.listens_for(UnitSession, "do_orm_execute")
def _refuse_statement_outside_unit(state: ORMExecuteState) -> None:
    if getattr(state.statement, "is_dml", False) and not cast(UnitSession, state.session).in_unit:
        raise WriteOutsideUnitError("data changes only inside unit_of_work()")


@event.listens_for(UnitSession, "after_begin")
def _only_read_outside_unit(_session: Session, _transaction: object, connection: Connection) -> None:
    """Let PostgreSQL itself refuse what changes data outside a unit; its BEGIN says so, at no cost."""
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        driver.read_only = not connection.get_execution_options().get("sahut_writes", False)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One transaction that may write: commits at the end of the block, rolls back if it raises.

    SQLite begins with ``BEGIN IMMEDIATE``: the right to write is taken first, so what the block reads can't
    change under it and it never fails half-way for a lock. PostgreSQL begins normally; lock the row you
    decide on with ``with_for_update()`` (SQLite ignores it). Whatever the session read before is forgotten,
    so that a decision never rests on an old row. Keep hashing and file work out of the block.

    :raises UnitRefusedError: inside another unit, or when the session holds changes already.
    """
    session = cast(UnitSession, current_app.extensions["sqlalchemy"].session())
    if session.in_unit:
        raise UnitRefusedError("a unit of work is one transaction: it can't hold another")
    if session.holds_changes:
        raise UnitRefusedError("the session holds changes made outside a unit of work")
    session.end_reading()
    try:
        session.info[UNIT] = session.connection(execution_options={"sahut_writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(UNIT, None)


def run_in_unit(work: Callable[[Session], T], *, attempts: int = 4) -> T:
    """What `work` returns, done in a unit of work; tried again when the database asks for it.

    This is the one retry policy: SQLite's "busy" after its own time-out, and PostgreSQL's serialization
    failure, deadlock and lock time-out. Between tries it waits 20 ms, 40 ms, 80 ms …, give or take half.
    `work` runs from the start each time: it may do nothing outside the database, and a refusal or any other
    error isn't tried again.
    """
    for attempt in range(1, attempts + 1):
        try:
            with unit_of_work() as session:
                return work(session)
        except DBAPIError as error:
            if attempt == attempts or not is_worth_retrying(error):
                raise
        spread = random.uniform(0.5, 1.5)  # noqa: S311 (no secret: it keeps two losers apart)
        time.sleep(0.02 * 2 ** (attempt - 1) * spread)
    raise AssertionError("attempts must be at least 1")


def insert_if_absent(session: Session, model: type[DeclarativeBase], **values: Any) -> bool:
    """Insert a row unless one with its key stands there; tells whether it did.

    A row that doesn't stand there yet can't be locked: of two who look for it and find none, the second would
    break the key. Here it waits for the first instead, and can then lock that row.

    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    connection = _writing(session)
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return connection.execute(insert(model).values(**values).on_conflict_do_nothing()).rowcount == 1


def reading() -> Connection:
    """A connection for reading alone, closed at the end of its ``with``; for a page that needs no objects.

    A session's bookkeeping around the same statements is a twelfth of what such a page costs. On SQLite all
    statements see one state of the database; on PostgreSQL each sees the newest, as in any transaction there
    (READ COMMITTED), so that none is begun and ended: two of eight ways to the server.
    """
    return _reader(cast(Engine, current_app.extensions["sqlalchemy"].engine)).connect()


@lru_cache(maxsize=4)
def _reader(engine: Engine) -> Engine:
    """The same pool of connections, as `reading` wants them."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="AUTOCOMMIT")
    return engine


def read_rows(session: Session, statement: Select[Any], **values: Any) -> CursorResult[Any]:
    """Rows of a statement on tables, read at a fifth of what the same costs as an ORM query.

    What the session still holds back is written first, as it would be for an ORM query. The gain comes from
    `statement` being made once, when its module is loaded, with a ``bindparam`` for each of `values`.
    """
    session.flush()
    connection = session.info.get(UNIT) or session.connection()
    return cast(Connection, connection).execute(statement, values)


def write_rows(session: Session, statement: Update | Delete, **values: Any) -> None:
    """Run a statement on tables that was made once, as `read_rows` does.

    Objects that the session holds already learn nothing of it.

    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    session.flush()
    _writing(session).execute(statement, values)


def insert_rows(session: Session, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows in one statement, none for none; at a fifth of what it costs to make and flush objects.

    All rows name the same columns; what they leave out gets the column's default. Objects that the session
    holds already learn nothing of it.

    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    if rows:
        _writing(session).execute(_insert_into(model), rows)


def insert_row(session: Session, model: type[DeclarativeBase], row: Mapping[str, Any]) -> int:
    """Insert one row as `insert_rows` does; the ``id`` that the database gave it.

    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    return cast(int, _writing(session).execute(_insert_with_id(model), row).scalar_one())


@contextmanager
def sent_together(session: Session) -> Iterator[None]:
    """A block of statements that give nothing back, which PostgreSQL gets without an answer to each.

    Each way to the server and back costs as much as the statement itself. What one of them is refused for is
    raised at the end of the block, as the error that it would have been. On SQLite there is no way to save.

    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    driver = _writing(session).connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        yield
        return
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as error:  # came at the end, past SQLAlchemy's own care
        error.args = (_first_line(error),)
        raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from None


def count_up(session: Session, counter: InstrumentedAttribute[int], **key: int) -> int:
    """The next number of a counter, from 1; whoever else wants one of the same key waits for us.

    :param key: the columns that tell this counter from others; together they are its table's key
    :raises WriteOutsideUnitError: outside `unit_of_work()`
    """
    connection = _writing(session)
    statement = _counting(connection.dialect.name == "postgresql", counter, tuple(key))
    return cast(int, connection.execute(statement, {**key, counter.key: 1}).scalar_one())


@cache
def _counting(is_postgresql: bool, counter: InstrumentedAttribute[int], key: tuple[str, ...]) -> Executable:
    table = cast(Table, counter.class_.__table__)
    column = table.c[counter.key]
    statement = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
    return statement.on_conflict_do_update(index_elements=list(key), set_={column: column + 1}).returning(
        column
    )


def _writing(session: Session) -> Connection:
    connection = session.info.get(UNIT)
    if connection is None:
        raise WriteOutsideUnitError("data changes only inside unit_of_work()")
    return cast(Connection, connection)


@cache
def _insert_into(model: type[DeclarativeBase]) -> Insert:
    return insert(cast(Table, model.__table__)).inline()


@cache
def _insert_with_id(model: type[DeclarativeBase]) -> Insert:
    return insert(cast(Table, model.__table__)).returning(model.__table__.c.id)


RETRIED_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialization failure, deadlock, lock not available."""
RETRIED_SQLITE_CODES = frozenset({5, 6})
"""SQLite: busy, locked (primary result codes)."""


def is_worth_retrying(error: DBAPIError) -> bool:
    """Whether the same work may succeed if it is done again from the start."""
    sqlite_code = getattr(error.orig, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return (sqlite_code & 0xFF) in RETRIED_SQLITE_CODES
    return getattr(error.orig, "sqlstate", None) in RETRIED_SQLSTATES


def engine_options(url: str) -> dict[str, Any]:
    """Options for `create_engine` that suit the database at `url`; errors repeat no statement's values."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "connect_args": {"options": f"-c timezone=UTC -c lock_timeout={BUSY_TIMEOUT_MS}"},
    }


def prepare_engine(engine: Engine) -> None:
    """Make errors tell no values; make a SQLite engine durable, strict and explicit about transactions.

    The driver's own guess of when to begin is switched off (``isolation_level = None``), since it lets reads
    run outside the transaction that decides on them; SQLAlchemy's "begin" event sends the BEGIN instead.
    """
    event.listen(engine, "handle_error", _withhold_values)
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _prepare_postgresql_connection)
        event.listen(engine, "checkin", _may_write_again)
        return
    event.listen(engine, "connect", _prepare_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite_connection(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_postgresql_connection(connection: psycopg.Connection, _record: object) -> None:
    connection.prepared_max = MOST_PREPARED


def _may_write_again(connection: psycopg.Connection | None, _record: object) -> None:
    if connection is not None and not connection.closed:
        connection.read_only = None


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("sahut_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


VALUES_IN_MESSAGE = "22"
"""SQLSTATE class (data exception) whose first line already holds a value: ``invalid input …: "Siti"``."""


def _withhold_values(context: ExceptionContext) -> None:
    """Take a row's values out of a database error before anybody can write it down.

    PostgreSQL adds the whole row: ``DETAIL:  Failing row contains (…)``. Its first line names constraint and
    table, which is enough; class and SQLSTATE stay on the error for those that decide by them.
    """
    told = _first_line(context.original_exception)
    context.original_exception.args = (told,)
    if context.sqlalchemy_exception is not None:
        kind = type(context.original_exception)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__qualname__}) {told}",)


def _first_line(error: BaseException) -> str:
    sqlstate = getattr(error, "sqlstate", None) or ""
    if sqlstate.startswith(VALUES_IN_MESSAGE):
        return f"data exception {sqlstate}"
    return str(error).partition("\n")[0]
