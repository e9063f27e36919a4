"""Reading the log: entries in order, checkpoints, and the stored nodes of its tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, Select, exists, func, null, select
from sqlalchemy.orm import Session

from app.models import Agency, AuditEntry, AuditSeal, Checkpoint, Complaint, LogTile
from workflows.checkpoint import SignedCheckpoint
from workflows.log_copies import Copies
from workflows.log_verification import LogEntry
from workflows.merkle import NodeRun

ROWS_AT_ONCE = 2000


def stream_log(session: Session) -> Iterator[LogEntry]:
    """Every entry: sealed ones by position, then unsealed ones in the order of writing."""
    sealed = (
        _entries(AuditSeal.position, AuditSeal.leaf)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .order_by(AuditSeal.position)
    )
    unsealed = (
        _entries(null().label("position"), null().label("leaf"))
        .where(~exists().where(AuditSeal.entry_id == AuditEntry.id))
        .order_by(AuditEntry.id)
    )
    for part in (sealed, unsealed):
        for row in session.execute(part.execution_options(yield_per=ROWS_AT_ONCE)):
            yield _log_entry(row)


def stream_chain(session: Session, chain: str) -> Iterator[LogEntry]:
    """The entries of one chain by number, with their places in the log."""
    rows = session.execute(
        _entries(AuditSeal.position, AuditSeal.leaf)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in rows:
        yield _log_entry(row)


def _entries(*places: Any) -> Select[*tuple[Any, ...]]:
    """Entries with everything that is stored beside them, and what their references lead to."""
    return (
        select(
            AuditEntry.body,
            AuditEntry.digest,
            AuditEntry.chain,
            AuditEntry.seq,
            AuditEntry.at,
            AuditEntry.kind,
            AuditEntry.actor,
            AuditEntry.actor_role,
            AuditEntry.complaint_id,
            Agency.code,
            Complaint.number,
            (Complaint.agency_id == AuditEntry.agency_id).label("belongs"),
            *places,
        )
        .outerjoin(Agency, Agency.id == AuditEntry.agency_id)
        .outerjoin(Complaint, Complaint.id == AuditEntry.complaint_id)
    )


def _log_entry(row: Row[*tuple[Any, ...]]) -> LogEntry:
    subject = f"agency:{row.code}" if row.complaint_id is None else ""
    if row.belongs:
        subject = f"case:{row.number}"
    copies = Copies(row.chain, row.seq, row.at, row.kind, row.actor, row.actor_role, subject)
    return LogEntry(row.body.encode(), row.position, row.digest, row.leaf, copies)


def count_entries(session: Session) -> int:
    """How many entries there are; reads them all."""
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def find_place(session: Session, position: int) -> tuple[str, int] | None:
    """Chain and number of the entry at a position of the whole log, unsealed tail included."""
    sealed = session.execute(
        select(AuditEntry.chain, AuditEntry.seq)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditSeal.position == position)
    ).first()
    if sealed is not None:
        return sealed.chain, sealed.seq
    behind = position - (session.scalar(select(func.count()).select_from(AuditSeal)) or 0)
    if behind < 0:
        return None
    row = session.execute(
        select(AuditEntry.chain, AuditEntry.seq)
        .where(~exists().where(AuditSeal.entry_id == AuditEntry.id))
        .order_by(AuditEntry.id)
        .offset(behind)
        .limit(1)
    ).first()
    return None if row is None else (row.chain, row.seq)


def find_last_checkpoint(session: Session) -> Checkpoint | None:
    """The newest checkpoint's row."""
    return session.scalar(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1))


def find_checkpoint(session: Session, size: int) -> Checkpoint | None:
    """The row of the checkpoint that covers so many entries."""
    return session.scalar(select(Checkpoint).where(Checkpoint.size == size))


def list_checkpoints(session: Session, *, above: int = -1, most: int | None = None) -> list[SignedCheckpoint]:
    """Checkpoints of more than `above` entries, the oldest first."""
    rows = session.execute(
        select(Checkpoint.body, Checkpoint.signature)
        .where(Checkpoint.size > above)
        .order_by(Checkpoint.size)
        .limit(most)
    )
    return [_signed(row.body, row.signature) for row in rows]


def signed_checkpoint(row: Checkpoint) -> SignedCheckpoint:
    """The checkpoint that a row holds.

    :raises workflows.canonical.NotCanonical: the row was altered
    """
    return _signed(row.body, row.signature)


def node_run(session: Session) -> NodeRun:
    """Access to the stored nodes of the tree: leaf hashes on level 0, tiles above."""

    def run(level: int, start: int, stop: int) -> Sequence[bytes]:
        if level == 0:
            found = select(AuditSeal.leaf).where(AuditSeal.position.between(start, stop - 1))
            return [bytes(leaf) for leaf in session.scalars(found.order_by(AuditSeal.position))]
        tiles = select(LogTile.digest).where(LogTile.level == level, LogTile.index.between(start, stop - 1))
        return [bytes(digest) for digest in session.scalars(tiles.order_by(LogTile.index))]

    return run


def list_leaves(session: Session, start: int, stop: int) -> list[bytes]:
    """Stored leaf hashes from `start` up to, not including, `stop`."""
    return list(node_run(session)(0, start, stop))


def _signed(body: str, signature: str) -> SignedCheckpoint:
    return SignedCheckpoint.from_json({"checkpoint": json.loads(body), "signature": signature})


def get_body(session: Session, entry_id: int) -> str:
    """Canonical form of an entry, as it is stored.

    :raises sqlalchemy.exc.NoResultFound: there is no such entry
    """
    return session.execute(select(AuditEntry.body).where(AuditEntry.id == entry_id)).scalar_one()
