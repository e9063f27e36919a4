"""What all processes of one test run share: a folder, and a lock for work that is done once a run."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = "SAHUT_TEST_RUN_FOLDER"
"""Set by the process that starts the run; pytest-xdist's workers inherit it."""
REQUIRE_ALL = "SAHUT_REQUIRE_ALL"
MEMORY = Path("/dev/shm")  # noqa: S108 (each run makes a folder of its own there)
ENOUGH_BYTES = 4 * 1024**3


def make_run_folder() -> Path:
    """Make the folder of this run and announce it to the workers to come.

    It lies in memory where there is enough, and so do the folders that pytest gives to tests: files of a
    database that nobody keeps need no disk.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    if roomy:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    folder = Path(tempfile.mkdtemp(prefix="sahut-test-", dir=MEMORY if roomy else None))
    folder.chmod(0o755)  # PostgreSQL, which never runs as root, must pass through
    os.environ[FOLDER] = str(folder)
    return folder


def run_folder() -> Path:
    """The folder that all processes of this run share."""
    return Path(os.environ[FOLDER])


def remove_run_folder() -> None:
    """Remove the folder of this run."""
    shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


@contextmanager
def once(name: str) -> Iterator[bool]:
    """A lock over all processes; True for the one that is to do the work, False when it has been done.

    If the work fails, the next to ask learns so at once instead of failing the same slow way.
    """
    done, failed = run_folder() / f"{name}.done", run_folder() / f"{name}.failed"
    with (run_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if failed.exists():
            pytest.fail(f"{name} failed earlier in this run: {failed.read_text()}")
        if done.exists():
            yield False
            return
        try:
            yield True
        except BaseException as error:
            failed.write_text(repr(error))
            raise
        done.touch()


def missing(tool: str) -> None:
    """Skip the test for want of `tool`, or fail it where the run promises to have everything."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(f"{tool} is missing, and {REQUIRE_ALL}=1 says that no test may be skipped")
    pytest.skip(f"needs {tool}")
