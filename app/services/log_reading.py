"""Looking at the log is an act as well: who read which stretch of it, took it along, or had it sealed.

One entry for one page, written before the page is shown: it stands on the next one, and there the chase ends.
A view of one agency or case stands in the chain of that agency, which so learns of it; a view across the
mandate in the chain of the reviewer's own office. An export leaves an entry at every agency that it covers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency
from app.queries.audit_view import EntryFilter, LogRow, stream_entries
from app.queries.review import Station
from app.services.audit_log import acting_role, append_agency_entry
from app.services.sealing import seal
from reports.csv_file import csv_bytes
from workflows.audit import Fact
from workflows.canonical import instant_text
from workflows.checkpoint import SignedCheckpoint
from workflows.snapshot import Actor

READ = "log.read"
EXPORTED = "export.log"
SEALED = "log.seal"
"""Kinds of the entries."""
MOST_ROWS = 50_000
"""Entries in one export; whoever needs more narrows by date."""
HEADER = (
    "Posisi",
    "Rantai",
    "Nomor",
    "Waktu (UTC)",
    "Kode",
    "Perbuatan",
    "Peran",
    "Pelaku",
    "Nama",
    "Sidik jari (SHA-256)",
    "Catatan (JSON kanonik)",
)
"""The digest is that of the last column, so that anybody can compute it again."""


@dataclass(frozen=True, slots=True)
class LogExport:
    """Entries on their way out.

    :ivar is_whole: False where the filter matches more than `MOST_ROWS`
    """

    name: str
    content: bytes
    sha256: str
    rows: int
    is_whole: bool


def record_log_read(agency_id: int, facts: Mapping[str, Fact], *, actor: Actor, at: datetime) -> None:
    """Write that the actor looks at entries of the log.

    :param facts: what the view is narrowed to, in codes and ids
    """
    _enter([agency_id], READ, facts, actor, at)


def export_log(
    reach: Sequence[Station],
    wanted: EntryFilter,
    facts: Mapping[str, Fact],
    *,
    words: Callable[[str], str],
    actor: Actor,
    at: datetime,
) -> LogExport:
    """Entries as CSV, the newest first, with an entry ``export.log`` at every agency that it covers.

    Reading comes first, outside the transaction: only the entries are written in it.

    :param words: what a kind of entry is called
    """
    covered = [one for one in reach if wanted.agency_id in (None, one.id)]
    rows = list(stream_entries(db.session(), covered, wanted, MOST_ROWS + 1))
    content = csv_bytes(HEADER, (_cells(row, words) for row in rows[:MOST_ROWS]))
    digest = hashlib.sha256(content).hexdigest()
    count = min(len(rows), MOST_ROWS)
    _enter(
        [one.id for one in covered],
        EXPORTED,
        {**facts, "rows": count, "sha256": digest, "size": len(content)},
        actor,
        at,
    )
    code = covered[0].code if len(covered) == 1 else "semua"
    return LogExport(f"catatan-audit-{code}-{at:%Y%m%d}.csv", content, digest, count, len(rows) <= MOST_ROWS)


def seal_on_demand(agency_id: int, *, actor: Actor, at: datetime) -> SignedCheckpoint | None:
    """Seal the log now; that it was asked for is the last entry that the checkpoint covers.

    :returns: None while a long transaction keeps the log from being sealed
    :raises app.services.sealing.LogDamaged: the end of the log was altered
    """
    _enter([agency_id], SEALED, {"asked_at": instant_text(at)}, actor, at)
    return seal(at)


def _enter(
    agency_ids: Iterable[int], kind: str, facts: Mapping[str, Fact], actor: Actor, at: datetime
) -> None:
    def work(session: Session) -> None:
        for agency_id in sorted(agency_ids):
            append_agency_entry(
                session,
                session.get_one(Agency, agency_id),
                kind=kind,
                actor=actor,
                role=acting_role(actor),
                at=at,
                facts=facts,
            )

    run_in_unit(work)


def _cells(row: LogRow, words: Callable[[str], str]) -> tuple[str | int, ...]:
    return (
        "" if row.position is None else row.position,
        row.chain,
        row.seq,
        instant_text(row.at),
        row.kind,
        words(row.kind),
        row.role,
        row.actor,
        row.by.words if row.by else "",
        row.digest,
        row.body,
    )
