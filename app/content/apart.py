"""Strangers' files are opened in a process of their own, which may fail without harm.

Decoding a picture, unpacking an archive or rewriting a PDF takes far more memory than the file has bytes, and
hands hostile input to large libraries written in C. So a web process never does it: it starts a bare
interpreter that knows neither settings, keys, database nor network addresses of ours, bounds its own memory,
time and output (`app.content.child`), looks into one file, and ends. The file is passed as an open
descriptor; no path, and nothing of the file's name, ever leaves this process.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.content.errors import BY_CODE, ExaminerBusy, FileUnpacksTooLarge
from app.content.kinds import Kind, kind_of

WALL_S = 30.0
"""Longest that a file is looked into; the child's own limit of computing time is lower."""
MOST_FINDINGS_BYTES = 4096

_ROOT = Path(__file__).resolve().parents[2]
_BOOT = """
import sys, types
sys.path[:0] = sys.argv[2:]
# The package of this name would load the whole application; here it is only a folder.
app = types.ModuleType("app")
app.__path__ = [sys.argv[2] + "/app"]
sys.modules["app"] = app
from app.content.child import main
main()
"""

_turn = threading.Lock()
"""One at a time in each web process: what all of them together may take stays known."""
MOST_AT_ONCE = 8
"""Files that are looked into or wait for it, in each web process: half of its threads (``scripts/serve.py``),
so that whoever sends files that take long holds up other files, and never all other pages."""
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a file is.

    :ivar copy: kind of the cleaned copy; None where none could be made
    """

    kind: Kind
    copy: Kind | None


def examine_apart(original: BinaryIO, view: BinaryIO) -> Examined:
    """Look into `original` and write a cleaned copy into `view`; both are real files, at unspecified places.

    A picture or PDF whose copy would take too much time or memory gets none, and stays what it is.

    :raises app.content.errors.FileRefused: one of its kinds; a file whose very kind takes too much to tell
        counts as one that unpacks too large; `ExaminerBusy` where too many wait already
    """
    if not _places.acquire(blocking=False):
        raise ExaminerBusy
    try:
        findings = _findings(original, view)
    finally:
        _places.release()
    refused = findings.get("refused")
    if refused is not None:
        raise BY_CODE[refused]
    told = findings.get("kind")
    if told is None:
        raise FileUnpacksTooLarge
    copy = findings.get("copy")
    return Examined(kind_of(told), None if copy is None else kind_of(copy))


def _findings(original: BinaryIO, view: BinaryIO) -> dict[str, str | None]:
    """What the child said until it ended or was ended."""
    command = [sys.executable, "-I", "-c", _BOOT, str(view.fileno()), str(_ROOT)]
    with tempfile.TemporaryFile() as said, _turn:
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 (our own interpreter, our own words)
                command,
                stdin=original,
                stdout=said,
                stderr=subprocess.DEVNULL,
                pass_fds=(view.fileno(),),
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
                cwd="/",
                timeout=WALL_S,
                check=False,
            )
        said.seek(0)
        lines = said.read(MOST_FINDINGS_BYTES).splitlines()
    return {name: value for line in lines for name, value in json.loads(line).items()}
