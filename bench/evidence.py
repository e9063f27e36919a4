"""``python -m bench.evidence N FOLDER``: N documents of 1 MB, sealed as evidence and plain in FOLDER."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.database import run_in_unit
from app.demo.agencies import STATION
from app.models import Agency, Assessment, EvidenceFile, EvidenceItem, EvidenceLink
from app.queries.assessments import get_worksheet
from app.security.ring import get_keys
from app.security.vault import new_case_key, wrap_case_key
from app.storage import get_storage
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
            key = new_case_key()
            stored = get_storage().put(io.BytesIO(data), key)
            key_id, wrapped = wrap_case_key(get_keys(), key)
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
            session.add(
                EvidenceFile(
                    evidence_id=item.id,
                    name="ukur.pdf",
                    content_type="application/pdf",
                    size=stored.size,
                    sha256=stored.sha256,
                    storage_key=stored.key,
                    vault_key_id=key_id,
                    wrapped_key=wrapped,
                    uploaded_at=now,
                )
            )

    run_in_unit(work)


if __name__ == "__main__":
    with app.app_context():
        fill(int(sys.argv[1]), Path(sys.argv[2]))
