"""Statements are turned into SQL once a worker, not once for each test's engine.

SQLAlchemy keeps what it compiled by engine and dialect, and every test has an engine of its own: a sixth of a
test's work would be compiling what the test before compiled. Here dialects of one kind count as the same, and
their engines share what they keep.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from app.extensions import db

_compiled: dict[str, dict[Any, Any]] = {}


class _Alike:
    """All dialects of a class are equal: those of the tests are set up in one way."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class Sqlite(_Alike, SQLiteDialect_pysqlite):
    """SQLite's dialect."""

    supports_statement_cache = True


class Postgresql(_Alike, PGDialect_psycopg):
    """PostgreSQL's dialect."""

    supports_statement_cache = True


registry.register("sqlite", __name__, "Sqlite")
registry.register("postgresql.psycopg", __name__, "Postgresql")


def share_statements(app: Flask) -> None:
    """Let this application's engine use what engines of its kind compiled before it."""
    with app.app_context():
        kept = _compiled.setdefault(db.engine.dialect.name, {})
        db.engine.update_execution_options(compiled_cache=kept)
