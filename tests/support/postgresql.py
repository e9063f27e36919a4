"""Copies of a PostgreSQL template for test after test, without paying for a new copy each time.

``CREATE DATABASE … TEMPLATE`` takes some 0.4 s with our tables; emptying the few tables that a test wrote to
takes hundredths. So each process keeps one copy and puts it back into the template's state: rows deleted with
triggers and foreign keys asleep, sequences at their start. If the test changed anything else (a table, a
trigger, rows that come with the migrations), the copy is dropped and the next test gets a new one.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import sql

SHAPE = """
SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT format('column %s %s %s %s %s', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull) AS line
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
    UNION ALL
    SELECT format('trigger %s %s %s', c.relname, t.tgname, t.tgenabled)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
    UNION ALL
    SELECT format('function %s %s', p.proname, md5(p.prosrc)) FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT format('constraint %s %s', c.conname, c.contype) FROM pg_constraint c
     WHERE c.connamespace = 'public'::regnamespace
) AS lines
"""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
USED_SEQUENCES = """
SELECT schemaname, sequencename, start_value FROM pg_sequences
 WHERE schemaname = 'public' AND last_value IS NOT NULL
"""

END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True)
class Baseline:
    """What a copy looks like before any test."""

    shape: str
    tables: tuple[str, ...]
    seeded: dict[str, str]
    """Tables that come with rows, with a digest of these."""


@dataclass(frozen=True)
class Rows:
    """All rows of a database.

    :ivar tables: what ``COPY`` gives of each table that has any
    :ivar sequences: the last value of each that was used
    """

    tables: dict[str, bytes]
    sequences: dict[str, int]


@dataclass
class _Copy:
    name: str
    baseline: Baseline
    in_use: bool = False


_kept: dict[str, _Copy] = {}
"""This process's copy, by the server's socket folder."""


def administer(server: str, statement: sql.Composed) -> None:
    """Run a statement about whole databases on the server that listens in the folder `server`."""
    with _connect(server, "postgres") as connection:
        connection.execute(statement)


@contextmanager
def reusable_copy(server: str, template: str) -> Iterator[str]:
    """Name of a database that equals `template`, for this block alone."""
    copy = _kept.get(server)
    if copy is None or copy.in_use:
        copy = _new_copy(server, template)
        _kept.setdefault(server, copy)
    copy.in_use = True
    try:
        yield copy.name
    finally:
        copy.in_use = False
        if not _restore(server, copy) or _kept.get(server) is not copy:
            administer(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(copy.name)))
            if _kept.get(server) is copy:
                del _kept[server]


def read_all(url: str) -> Rows:
    """Every row of the database at `url`."""
    with _connect_to(url) as connection:
        tables = {}
        for table in _with_rows(connection, tuple(row[0] for row in connection.execute(TABLES))):
            statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
            with connection.cursor().copy(statement) as copy:
                tables[table] = b"".join(map(bytes, copy))
        used = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        return Rows(tables, dict(connection.execute(used).fetchall()))


def fill(url: str, rows: Rows) -> None:
    """Give an otherwise empty database these rows, instead of those that came with its migrations."""
    with _connect_to(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for table, content in rows.tables.items():
            name = sql.Identifier(table)
            connection.execute(sql.SQL("DELETE FROM {}").format(name))
            with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(name)) as copy:
                copy.write(content)
        for sequence, last in rows.sequences.items():
            connection.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [sequence, last])


def _connect_to(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def _connect(server: str, name: str) -> psycopg.Connection:
    return psycopg.connect(host=server, user="postgres", dbname=name, autocommit=True)


def _new_copy(server: str, template: str) -> _Copy:
    name = f"sahut_{uuid.uuid4().hex}"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    administer(server, statement.format(sql.Identifier(name), sql.Identifier(template)))
    with _connect(server, name) as connection:
        tables = tuple(row[0] for row in connection.execute(TABLES))
        seeded = {table: _digest(connection, table) for table in _with_rows(connection, tables)}
        return _Copy(name, Baseline(_shape(connection), tables, seeded))


def _restore(server: str, copy: _Copy) -> bool:
    """Empty what the test filled; False if the copy can't be made like new that way."""
    with _connect(server, copy.name) as connection:
        connection.execute(END_OTHERS)
        if _shape(connection) != copy.baseline.shape:
            return False
        connection.execute("SET session_replication_role = replica")
        for table in _with_rows(connection, copy.baseline.tables):
            if table not in copy.baseline.seeded:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for schema, sequence, start in connection.execute(USED_SEQUENCES).fetchall():
            connection.execute(
                sql.SQL("SELECT setval({}, %s, false)").format(sql.Literal(f'"{schema}"."{sequence}"')),
                [start],
            )
        return all(_digest(connection, table) == rows for table, rows in copy.baseline.seeded.items())


def _shape(connection: psycopg.Connection) -> str:
    row = connection.execute(SHAPE).fetchone()
    assert row is not None
    return str(row[0])


def _with_rows(connection: psycopg.Connection, tables: tuple[str, ...]) -> list[str]:
    if not tables:
        return []
    one = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    union = sql.SQL(" UNION ALL ").join(one.format(sql.Literal(t), sql.Identifier(t)) for t in tables)
    return [row[0] for row in connection.execute(union)]


def _digest(connection: psycopg.Connection, table: str) -> str:
    statement = sql.SQL("SELECT md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM {} AS t")
    row = connection.execute(statement.format(sql.Identifier(table))).fetchone()
    assert row is not None
    return str(row[0])
