"""The web server as `make run` starts it, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config import Settings
from scripts.serve import ROOT, answers, web_command

START_S = 90.0


@dataclass(frozen=True)
class Server:
    """A running server.

    :ivar pid: of the process that supervises the workers
    """

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def worker(self) -> int:
        """Process that answers requests."""
        (worker,) = children_of(self.pid)
        return worker


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """Serve the database and files of `settings` with one worker on a free port of the loopback."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = os.environ | {
        "SAHUT_ENV": settings.environment.value,
        "SAHUT_INSTANCE": str(settings.instance_path),
        "DATABASE_URL": settings.database_url,
    }
    process = subprocess.Popen(web_command("127.0.0.1", port, 1), cwd=ROOT, env=environ)
    server = Server(port, process.pid)
    try:
        deadline = time.monotonic() + START_S
        while not answers(server.url):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait()


def children_of(pid: int) -> list[int]:
    """Child processes, of any thread."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def memory_kb(pid: int, what: str) -> int:
    """``VmRSS`` or ``VmHWM`` of a process, in kilobytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(what)))


def forget_peak(pid: int) -> None:
    """Let ``VmHWM`` begin anew from what the process holds now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
