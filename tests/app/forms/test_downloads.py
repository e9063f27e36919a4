"""What is left of a pack when the process that made it dies."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from app.forms.downloads import MADE_WITHIN_S, clear_left_behind

DIES = """
import os, signal
from app.forms.downloads import send_pack
def make(path):
    path.write_bytes(b"isi surat")
    os.kill(os.getpid(), signal.SIGKILL)
send_pack(make)
"""


def test_a_pack_that_a_dead_process_left_goes_with_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-c", DIES], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    (left,) = tmp_path.iterdir()
    assert (left / "pack.zip").read_bytes() == b"isi surat"
    assert left.stat().st_mode & 0o077 == 0
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clear_left_behind()
    assert left.exists(), "it may be in the making"
    long_ago = time.time() - MADE_WITHIN_S - 1
    os.utime(left, (long_ago, long_ago))
    other = tmp_path / "sahut-lain"
    other.mkdir()
    os.utime(other, (long_ago, long_ago))
    clear_left_behind()
    assert [one.name for one in tmp_path.iterdir()] == ["sahut-lain"]
