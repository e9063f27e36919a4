"""A database that the bench uses up is a whole copy of the one that is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.servers import Databases


def test_a_copy_holds_what_stands_in_the_log_alone(tmp_path: Path) -> None:
    made = Databases(tmp_path)
    with closing(sqlite3.connect(tmp_path / "kept.sqlite3", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE door (code TEXT)")
        writer.execute("INSERT INTO door VALUES ('open')")
        assert (tmp_path / "kept.sqlite3-wal").stat().st_size
        made.make("used", like="kept")
    with closing(sqlite3.connect(tmp_path / "used.sqlite3")) as reader:
        assert reader.execute("SELECT code FROM door").fetchall() == [("open",)]
