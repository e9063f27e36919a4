"""Reading the log: entries in order, checkpoints, and the stored nodes of its tree."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, Checkpoint, LogTile
from workflows.checkpoint import SignedCheckpoint
from workflows.log_verification import LogEntry
from workflows.merkle import NodeRun

ROWS_AT_ONCE = 2000


def stream_log(session: Session) -> Iterator[LogEntry]:
    """Every entry: sealed ones by position, then unsealed ones in the order of writing."""
    sealed = (
        select(AuditEntry.body, AuditSeal.position, AuditEntry.digest, AuditSeal.leaf)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .order_by(AuditSeal.position)
    )
    for row in session.execute(sealed.execution_options(yield_per=ROWS_AT_ONCE)):
        yield LogEntry(row.body.encode(), row.position, row.digest, row.leaf)
    unsealed = (
        select(AuditEntry.body, AuditEntry.digest)
        .where(~exists().where(AuditSeal.entry_id == AuditEntry.id))
        .order_by(AuditEntry.id)
    )
    for body, digest in session.execute(unsealed.execution_options(yield_per=ROWS_AT_ONCE)):
        yield LogEntry(body.encode(), None, digest)


def stream_chain(session: Session, chain: str) -> Iterator[LogEntry]:
    """The entries of one chain by number, with their places in the log."""
    rows = session.execute(
        select(AuditEntry.body, AuditSeal.position, AuditEntry.digest, AuditSeal.leaf)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in rows:
        yield LogEntry(row.body.encode(), row.position, row.digest, row.leaf)


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
