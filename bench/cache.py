"""Loaded demos that are kept from run to run, since playing a year of complaints takes minutes.

They stand in the machine's folder for passing files, where PostgreSQL's own user can reach them. A demo is
loaded anew when the tables or the demo itself have changed; a run gets a copy and may write into it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.doors import Doors, read_doors
from bench.servers import ROOT, Databases, run

MARK = "complete"
SOURCES = ("migrations/versions", "app/demo", "app/models", "bench/openings.py")
"""What a loaded demo depends on; a change elsewhere that matters is met by ``--fresh``."""


class CacheUnusableError(RuntimeError):
    """The cache belongs to somebody else, or is in use."""


@contextmanager
def cache_folder(kind: str) -> Iterator[Path]:
    """The folder for databases of this kind, held until the end of the block.

    :raises CacheUnusableError: another bench holds it, or it is not this user's
    """
    folder = Path(tempfile.gettempdir()) / f"sahut-bench-{os.getuid()}"
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise CacheUnusableError(f"{folder} belongs to somebody else")
    mine = folder / kind
    mine.mkdir(exist_ok=True)
    with (mine / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CacheUnusableError(f"another bench uses {mine}") from None
        yield mine


def loaded_demo(databases: Databases, cases: int, *, fresh: bool) -> tuple[str, Path, Doors | None]:
    """A database with so many cases to use up: its URL, its instance folder, and ways into its cases.

    :param fresh: load the demo even if one is kept
    """
    kept, used = f"kept_{cases}", f"used_{cases}"
    source, target = databases.folder / kept, databases.folder / used
    digest = _digest()
    mark = source / MARK
    if fresh or not mark.exists() or mark.read_text() != digest:
        shutil.rmtree(source, ignore_errors=True)
        _load(databases.make(kept), source, cases)
        mark.write_text(digest)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return databases.make(used, like=kept), target, read_doors(target) if cases else None


def _load(url: str, instance: Path, cases: int) -> None:
    flask = ("-m", "flask", "--app", "wsgi")
    run(*flask, "db", "upgrade", url=url, instance=instance)
    if cases:
        run(*flask, "demo", "load", "--complaints", str(cases), url=url, instance=instance)
        run("-m", "bench.openings", url=url, instance=instance)


def _digest() -> str:
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes())
    return digest.hexdigest()
