"""Proof that an entry stands in the log, read from seals, tiles and checkpoints."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, Checkpoint
from app.queries.log import node_run, signed_checkpoint
from app.security.receipts import Inclusion
from workflows.merkle import inclusion_proof


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
    proof = inclusion_proof(node_run(session), seal.position, checkpoint.size)
    return Inclusion(entry.body.encode("ascii"), seal.position, tuple(proof), signed_checkpoint(checkpoint))
