"""A real virus scanner that knows one thing: the test file of the antivirus industry."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.run import missing

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test"
STREAM_LIMIT_MB = 1
START_S = 60.0


@contextmanager
def clamd() -> Iterator[Path]:
    """Start clamd with a database of its own; gives the path of its socket."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        missing("clamd (clamav-daemon)")
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="sahut-clamd-") as name:
        folder = Path(name)
        digest = hashlib.md5(EICAR, usedforsecurity=False).hexdigest()
        (folder / "db").mkdir()
        (folder / "db" / "test.hdb").write_text(f"{digest}:{len(EICAR)}:{SIGNATURE}\n")
        socket, config = folder / "socket", folder / "clamd.conf"
        config.write_text(
            f"Foreground yes\nDatabaseDirectory {folder}/db\nLocalSocket {socket}\n"
            f"StreamMaxLength {STREAM_LIMIT_MB}M\nTemporaryDirectory {folder}\n"
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program, "--config-file", config], stdout=log, stderr=log)
            try:
                deadline = time.monotonic() + START_S
                while not socket.exists():
                    words = (folder / "log").read_text()
                    assert process.poll() is None, f"clamd ended: {words}"
                    assert time.monotonic() < deadline, f"clamd does not answer: {words}"
                    time.sleep(0.05)
                yield socket
            finally:
                process.terminate()
                process.wait()
