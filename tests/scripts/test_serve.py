"""The supervisor of `make run`, with real processes and real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config import ROOT
from tests.support.mail import free_port

GENTLE = """
    import pathlib, signal, sys, time
    def end(*_):
        pathlib.Path(sys.argv[1]).write_text("gentle")
        sys.exit(0)
    signal.signal(signal.SIGTERM, end)
    pathlib.Path(sys.argv[1]).write_text("up")
    time.sleep(60)
"""
STUBBORN = """
    import pathlib, signal, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pathlib.Path(sys.argv[1]).write_text("up")
    time.sleep(60)
"""
SHORT = """
    import pathlib, sys, time
    pathlib.Path(sys.argv[1]).write_text("up")
    time.sleep(0.3)
"""
LEADER = """
    import subprocess, sys, time
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    open(sys.argv[1], "w").write(str(child.pid))
    time.sleep(60)
"""
MAIN = """
    import sys
    from scripts.serve import Supervisor
    names = sys.argv[1::3]
    commands = {name: [sys.executable, "-c", code, mark] for name, code, mark in
                zip(names, sys.argv[2::3], sys.argv[3::3])}
    sys.exit(Supervisor(commands, grace_s=1.0).run())
"""


class Running:
    """A supervisor in a process of its own, with two children that leave marks in a folder."""

    def __init__(self, folder: Path, first: str, second: str) -> None:
        self.marks = (folder / "first", folder / "second")
        arguments: list[str] = []
        for mark, code in zip(self.marks, (first, second), strict=True):
            arguments += [mark.name, textwrap.dedent(code), str(mark)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(MAIN), *arguments],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + 20
        while not all(mark.exists() and mark.read_text() for mark in self.marks):
            assert time.monotonic() < deadline, "the children did not start"
            time.sleep(0.02)

    def finish(self) -> tuple[int, str]:
        """Exit code and standard error, within ten seconds."""
        _out, error = self.process.communicate(timeout=10)
        return self.process.returncode, error

    def told(self) -> list[str]:
        return [mark.read_text() for mark in self.marks]


Start = Callable[[str, str], Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []

    def run(first: str, second: str) -> Running:
        started.append(Running(tmp_path, first, second))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_a_signal_stops_both_gently(start: Start, number: signal.Signals) -> None:
    running = start(GENTLE, GENTLE)
    running.process.send_signal(number)
    assert running.finish() == (0, "")
    assert running.told() == ["gentle", "gentle"]


def test_if_one_ends_by_itself_the_other_is_stopped_and_the_exit_code_says_so(start: Start) -> None:
    running = start(SHORT, GENTLE)
    code, error = running.finish()
    assert (code, error) == (1, "sahut: first ended by itself; stopping.\n")
    assert running.told() == ["up", "gentle"]


def test_one_that_will_not_stop_is_killed(start: Start) -> None:
    running = start(STUBBORN, GENTLE)
    began = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    assert running.finish()[0] == 0
    assert 1.0 <= time.monotonic() - began < 8
    assert running.told() == ["up", "gentle"]


def test_no_grandchild_outlives_its_group(start: Start) -> None:
    running = start(LEADER, GENTLE)
    grandchild = int(running.told()[0])
    os.kill(grandchild, 0)
    running.process.send_signal(signal.SIGTERM)
    assert running.finish()[0] == 0
    deadline = time.monotonic() + 5
    while Path(f"/proc/{grandchild}/stat").exists():
        if Path(f"/proc/{grandchild}/stat").read_text().split()[2] == "Z":
            break  # dead; only its new parent has not taken note yet
        assert time.monotonic() < deadline, "a grandchild is still alive"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"PORT": "eighty"}, "sahut: PORT must be a number from 1 to 65535.\n"),
        ({"PORT": "70000"}, "sahut: PORT must be a number from 1 to 65535.\n"),
        ({"WEB_WORKERS": "0"}, "sahut: WEB_WORKERS must be a number from 1.\n"),
    ],
)
def test_a_wrong_number_is_told_in_one_line(environ: dict[str, str], message: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.serve"],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, message)


def test_granian_serves_the_application(tmp_path: Path) -> None:
    port = free_port()
    code = (
        "import sys; from scripts.serve import Supervisor, announce, web_command\n"
        f"s = Supervisor({{'web': web_command('127.0.0.1', {port}, 2)}})\n"
        f"sys.exit(s.run(lambda s: announce(s, 'http://127.0.0.1:{port}', demo=False)))"
    )
    environ = {**os.environ, "SAHUT_INSTANCE": str(tmp_path), "SAHUT_ENV": "demo", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            told = [process.stdout.readline() for _ in range(2)]
            assert f"http://127.0.0.1:{port}" in told[1]
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
