"""``python -m bench.reports``: how long the exports take, and how much memory, each as a command of its own.

Every figure holds the whole command: start of Python, application, database. Memory is the most that the
process ever held (``ru_maxrss``). The pack alone is measured inside one process, against plain zipping of the
same files at the same level, one right after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import create_engine, text

from bench.cache import cache_folder, loaded_demo
from bench.servers import ROOT, Databases, databases, environment, run

STATION = "SRG"
"""The demo's first station. Importing it would import the application, whose memory each command below would
seem to have held: what a process held before it became another counts as well."""
FLASK = ("-m", "flask", "--app", "wsgi")
FEW_CASES, YEAR_CASES, ALL_CASES, STATIONS, DOCUMENTS = 100, 12_000, 100_000, 30, 500


class Cost(NamedTuple):
    """What a command took: seconds by the wall, seconds of processor, megabytes (2**20) at most."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def line(self, name: str, limit: str) -> str:
        """One line of the table."""
        return f"{name:<52} {self.wall_s:>7.1f} {self.cpu_s:>7.1f} {self.peak_mb:>7.0f}   {limit}"


def cost(*arguments: str, url: str, instance: Path) -> Cost:
    """Run a command of the project's Python and see what it takes.

    :raises subprocess.CalledProcessError: it did not end well
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(url, instance),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


@contextmanager
def scratch(place: Databases) -> Iterator[Path]:
    """A folder for what is written, gone afterwards."""
    folder = place.folder / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def counted(url: str) -> tuple[int, int]:
    """How many cases the demo's first station has, and entries the log."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        cases = connection.scalar(text("SELECT count(*) FROM complaint WHERE number LIKE 'SRG-%'"))
        entries = connection.scalar(text("SELECT count(*) FROM audit_entry"))
    engine.dispose()
    return int(cases or 0), int(entries or 0)


def measure_year(place: Databases, out: Path, *, fresh: bool) -> Iterator[str]:
    """Workbook, log and pack of a station with a year of cases."""
    url, instance, _doors = loaded_demo(place, YEAR_CASES, fresh=fresh)
    year = str(datetime.now(UTC).year)
    of_year = ("--agency", STATION, "--year", year, "--out")
    book = cost(*FLASK, "wbk", "export", *of_year, str(out / "w.xlsx"), url=url, instance=instance)
    cases, entries = counted(url)
    yield book.line(f"workbook, {cases:,} cases of a station", "10,000 below 10 s and 250 MB")
    log = cost(*FLASK, "audit", "verify", url=url, instance=instance)
    yield log.line(f"audit verify, {entries:,} entries", "100,000 entries below 6 s")


def measure_pack(place: Databases, out: Path, *, fresh: bool) -> Iterator[str]:
    """A pack with many documents against plain zipping of the same, in one process, in turns."""
    url, instance, _doors = loaded_demo(place, FEW_CASES, fresh=fresh)
    told = subprocess.run(
        [sys.executable, "-m", "bench.evidence", str(DOCUMENTS), str(out / "plain")],
        cwd=ROOT,
        env=environment(url, instance),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    found = json.loads(told.stdout.splitlines()[-1])
    ratios = sorted(pack / plain for plain, pack in found["pairs"])
    grown = found["after_mb"] - found["before_mb"]
    times = f"{median(ratios):.2f} ({ratios[0]:.2f}…{ratios[-1]:.2f}) times plain zipping"
    yield f"pack of {DOCUMENTS} files of 1 MB: {times}, {grown:.0f} MB more   at most 1.5 times, memory flat"


def measure_performance(place: Databases, out: Path, *, fresh: bool) -> Iterator[str]:
    """The report over many stations, in both forms."""
    url, instance, _doors = loaded_demo(place, ALL_CASES, fresh=fresh)
    run("-m", "bench.spread", str(STATIONS), url=url, instance=instance)
    last = datetime.now(UTC).date() - timedelta(days=1)
    period = ("--from", (last - timedelta(days=364)).isoformat(), "--to", last.isoformat(), "--out")
    for form in ("xlsx", "pdf"):
        made = cost(
            *FLASK, "performance", "export", *period, str(out / f"r.{form}"), url=url, instance=instance
        )
        name = f"performance, {ALL_CASES:,} cases, {STATIONS} stations, {form}"
        yield made.line(name, "below 10 s")


PARTS = {"year": measure_year, "pack": measure_pack, "performance": measure_performance}


def main() -> None:
    """Measure on one database, SQLite unless told otherwise."""
    options = argparse.ArgumentParser(prog="bench.reports", description=__doc__)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--only", choices=PARTS, help="one part of it")
    options.add_argument("--fresh", action="store_true", help="load the demos anew")
    chosen = options.parse_args()
    print(f"{'on ' + chosen.database:<52} {'wall s':>7} {'cpu s':>7} {'MB':>7}   wanted")
    with (
        cache_folder(chosen.database) as folder,
        databases(chosen.database, folder) as place,
        scratch(place) as out,
    ):
        for name, part in PARTS.items():
            if chosen.only in (None, name):
                for line in part(place, out, fresh=chosen.fresh):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
