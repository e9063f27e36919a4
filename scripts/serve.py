"""Runs the web server and the scheduler together, as `make run` does; one dies, both end.

A terminal's Ctrl-C, SIGTERM or SIGHUP stops both, gently at first. In production a service manager runs the
two as services of their own instead: `web_command` and `scheduler_command` say how.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
GRACE_S = 15.0
"""How long a process may take to end by itself before it is killed."""
START_S = 60.0
"""How long the web server may take until it answers."""
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

THREADS = 16
"""Most requests that a worker has under way; answering takes milliseconds, receiving may take minutes."""

DEMO_PASSWORD = "sahut-demo"  # noqa: S105 (printed on purpose: the demo is open to all)
DEMO_ACCOUNTS = (
    "petugas",
    "kasiwas",
    "kasipropam",
    "penyidik",
    "kaspkt",
    "kasatintelkam",
    "kasatlantas",
    "kapolresta",
    "ombudsman",
    "admin",
)


@dataclass
class Supervisor:
    """Starts the commands, watches over them and stops them all.

    Each runs in a process group of its own, so that a Ctrl-C reaches this process alone and the order of the
    end is ours to say.
    """

    commands: Mapping[str, Sequence[str]]
    grace_s: float = GRACE_S
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    asked_to_stop: bool = False

    def run(self, when_started: Callable[[Supervisor], None] | None = None) -> int:
        """Run until a signal comes (returns 0) or one of the processes ends (returns 1)."""
        previous = {number: signal.signal(number, self._ask_to_stop) for number in STOP_SIGNALS}
        try:
            for name, command in self.commands.items():
                self.processes[name] = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
            if when_started is not None:
                when_started(self)
            while not self.asked_to_stop and not self.ended():
                time.sleep(0.1)
            for name in self.ended():
                print(f"sahut: {name} ended by itself; stopping.", file=sys.stderr, flush=True)
            return 0 if self.asked_to_stop else 1
        finally:
            self._stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def ended(self) -> list[str]:
        """Names of the processes that have ended."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop = True

    def _stop(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.grace_s
        for process in self.processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            # What is left of the group, too: a worker whose parent died must not keep the port.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def web_command(host: str, port: int, workers: int, target: str = "wsgi:app") -> list[str]:
    """granian with threads that mostly wait: a request holds one until its body has come in.

    With one thread a worker, two telephones with a slow connection that send a photo would be all that the
    site serves. Threads are started only when requests wait, so a quiet worker runs with one. (granian warns
    of so many threads, which would be too many if they computed; hence the log level.)
    """
    return [
        sys.executable,
        *("-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--workers-kill-timeout", "10", "--log-level", "error"),
        target,
    ]


def scheduler_command() -> list[str]:
    """The process that sends letters, flags breaches and seals the log."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler", "run"]


def announce(supervisor: Supervisor, url: str, *, demo: bool) -> None:
    """Say where Sahut is to be found, once it answers."""
    deadline = time.monotonic() + START_S
    while not answers(url):
        if supervisor.asked_to_stop or supervisor.ended():
            return
        if time.monotonic() > deadline:
            print(f"sahut: no answer at {url} after {START_S:.0f} s.", file=sys.stderr, flush=True)
            supervisor.asked_to_stop = True
            return
        time.sleep(0.2)
    lines = ["", f"  Sahut: {url}", f"  Staff: {url}/masuk"]
    if demo:
        lines += [f"  Demo accounts (password {DEMO_PASSWORD}):", f"    {', '.join(DEMO_ACCOUNTS)}"]
    print("\n".join([*lines, "  Ctrl-C stops it.", ""]), flush=True)


def answers(url: str) -> bool:
    """Whether a web server answers at `url` with our own health page."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def main() -> int:
    """Serve on HOST and PORT (127.0.0.1:8000) with WEB_WORKERS (2) processes."""
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT") or "8000"
    workers = os.environ.get("WEB_WORKERS") or "2"
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        print("sahut: PORT must be a number from 1 to 65535.", file=sys.stderr)
        return 2
    if not workers.isdecimal() or int(workers) < 1:
        print("sahut: WEB_WORKERS must be a number from 1.", file=sys.stderr)
        return 2
    url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104 (only how it is shown)
    if answers(url):
        print(f"sahut: something answers at {url} already; choose another PORT.", file=sys.stderr)
        return 1
    demo = (os.environ.get("SAHUT_ENV") or "demo") == "demo"
    supervisor = Supervisor(
        {"the web server": web_command(host, int(port), int(workers)), "the scheduler": scheduler_command()}
    )
    return supervisor.run(lambda started: announce(started, url, demo=demo))


if __name__ == "__main__":
    sys.exit(main())
