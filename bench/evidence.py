"""``python -m bench.evidence N FOLDER``: N documents of 1 MB packed as evidence, against plain zipping.

The documents are made first, sealed as evidence and plain in FOLDER; then both are packed in turns, at the
same level. Printed as JSON: seconds of each turn, and the most memory held before and after (MB of 2**20).
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import run_in_unit
from app.demo.agencies import STATION
from app.models import Agency, Assessment, EvidenceItem, EvidenceLink
from app.queries.assessments import get_worksheet
from app.services.evidence_files import rows_of, seal_content
from app.services.evidence_packs import make_pack
from workflows.snapshot import SYSTEM
from wsgi import app

MEGABYTE = 1_000_000
LIKE_A_PHOTO = 700_000
"""Bytes of a document that can't be packed; the rest is text."""


def fill(count: int, folder: Path) -> None:
    """Make the documents, seal and attach them to an indicator."""
    folder.mkdir()
    chance, now = random.Random(1), clock.now()  # noqa: S311 (bytes to measure with)
    words = b"Bukti zona integritas. " * (MEGABYTE // 20)

    def work(session: Session) -> None:
        station = session.scalars(select(Agency).where(Agency.code == STATION)).one()
        year = session.scalars(
            select(Assessment).where(Assessment.agency_id == station.id, Assessment.year == now.year)
        ).one_or_none()
        if year is None:
            year = Assessment(
                agency_id=station.id, year=now.year, worksheet_version=get_worksheet().version, created_at=now
            )
            session.add(year)
            session.flush()
        for number in range(count):
            data = (chance.randbytes(LIKE_A_PHOTO) + words)[:MEGABYTE]
            (folder / f"{number:03}.pdf").write_bytes(data)
            sealed = seal_content("ukur.pdf", "application/pdf", data)
            item = EvidenceItem(
                agency_id=station.id,
                number=f"UKUR/{number}",
                title="Dokumen untuk diukur",
                signed_on=now.date().replace(month=1, day=5),
                created_at=now,
            )
            session.add(item)
            session.flush()
            session.add(EvidenceLink(evidence_id=item.id, assessment_id=year.id, indicator="A1.P.i.a"))
            session.add_all(rows_of(item, sealed, SYSTEM, now))

    run_in_unit(work)


def zipped(folder: Path, out: Path) -> float:
    """Seconds that plain zipping takes."""
    begun = time.perf_counter()
    with zipfile.ZipFile(out, "x", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return time.perf_counter() - begun


def packed(out: Path) -> float:
    """Seconds that the pack takes, with workbook, annexes and proofs."""
    begun, now = time.perf_counter(), clock.now()
    make_pack(STATION, now.year, out=out, as_of=now, actor=SYSTEM, at=now)
    return time.perf_counter() - begun


def peak_mb() -> float:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare(count: int, folder: Path, turns: int = 3) -> dict[str, Any]:
    """Both, one right after the other."""
    packed(folder.parent / "first.zip")  # what a first use loads is no matter of the files
    fill(count, folder)
    before = peak_mb()
    pairs = [
        (zipped(folder, folder.parent / f"plain{turn}.zip"), packed(folder.parent / f"pack{turn}.zip"))
        for turn in range(turns)
    ]
    return {"pairs": pairs, "before_mb": before, "after_mb": peak_mb()}


if __name__ == "__main__":
    with app.app_context():
        print(json.dumps(compare(int(sys.argv[1]), Path(sys.argv[2]))))
