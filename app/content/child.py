"""The inside of `app.content.apart`: a short-lived process that looks into one file and ends.

It bounds itself before it reads a byte. Standard input is the file, standard output takes the findings, a
line of JSON each; the descriptor named by the first argument takes the copy.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from typing import BinaryIO

from app.content.errors import FileRefused
from app.content.kinds import Kind

MEMORY_BYTES = 1024 * 1024 * 1024
"""Address space; a picture of `images.MOST_PIXELS` takes less than half of it."""
CPU_S = 15
MOST_WRITTEN_BYTES = 256 * 1024 * 1024
"""A cleaned PDF may be larger than its original, whose streams were packed otherwise."""


def bound_itself() -> None:
    """Give up memory, time, disk and descriptors beyond what one honest file takes."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def say(**finding: str | None) -> None:
    """Tell the parent, at once."""
    os.write(1, json.dumps(finding).encode() + b"\n")


def main() -> None:
    """Look into the file; whatever goes wrong beyond a refusal ends the process, and says nothing more."""
    bound_itself()
    from app.content.examine import examine  # its libraries are loaded inside the bounds

    original: BinaryIO = io.FileIO(0, closefd=False)
    with os.fdopen(int(sys.argv[1]), "wb") as view:
        try:
            copy = examine(original, view, told)
        except FileRefused as refusal:
            say(refused=refusal.code)
        else:
            view.flush()
            say(copy=None if copy is None else copy.content_type)


def told(kind: Kind) -> None:
    """The kind of the original is known, whatever becomes of its copy."""
    say(kind=kind.content_type)
