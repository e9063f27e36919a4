"""Proof that an entry stands in the log, read from seals, tiles and checkpoints."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, Checkpoint, LogTile
from app.security.receipts import Inclusion
from workflows.canonical import parse_canonical
from workflows.checkpoint import Checkpoint as LogCheckpoint
from workflows.checkpoint import SignedCheckpoint
from workflows.merkle import NodeRun, inclusion_proof


def find_inclusion(session: Session, entry_id: int) -> Inclusion | None:
    """The entry under the first checkpoint that covers it; None while it is not sealed."""
    seal = session.scalar(select(AuditSeal).where(AuditSeal.entry_id == entry_id))
    if seal is None:
        return None
    checkpoint = session.scalar(
        select(Checkpoint).where(Checkpoint.size > seal.position).order_by(Checkpoint.size).limit(1)
    )
    if checkpoint is None:
        return None
    entry = session.get_one(AuditEntry, entry_id)
    proof = inclusion_proof(stored_nodes(session), seal.position, checkpoint.size)
    signed = SignedCheckpoint(
        LogCheckpoint.from_json(parse_canonical(checkpoint.body.encode("ascii"))),
        bytes.fromhex(checkpoint.signature),
    )
    return Inclusion(entry.body.encode("ascii"), seal.position, tuple(proof), signed)


def stored_nodes(session: Session) -> NodeRun:
    """Reader of the stored levels of the tree: leaves from the seals, every eighth level from the tiles."""

    def run(level: int, start: int, stop: int) -> Sequence[bytes]:
        if level == 0:
            return session.scalars(
                select(AuditSeal.leaf)
                .where(AuditSeal.position >= start, AuditSeal.position < stop)
                .order_by(AuditSeal.position)
            ).all()
        return session.scalars(
            select(LogTile.digest)
            .where(LogTile.level == level, LogTile.index >= start, LogTile.index < stop)
            .order_by(LogTile.index)
        ).all()

    return run
