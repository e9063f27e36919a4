"""The log that anyone can verify: entries, their place in the log, signed checkpoints.

Triggers (see the migrations) refuse UPDATE and DELETE on entries, seals and checkpoints, on
both databases. ``audit_chain`` and ``log_tile`` are caches that verification rebuilds.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk, Prose


class AuditEntry(Model):
    """One act, as canonical JSON; the other columns repeat parts of it for look-ups."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_audit_entry_agency", "agency_id", "at", "id"),
        Index("ix_audit_entry_complaint", "complaint_id", "seq"),
    )

    id: Mapped[Pk]
    chain: Mapped[str] = mapped_column(String(60))
    seq: Mapped[int]
    body: Mapped[Prose]
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(60))
    actor: Mapped[str] = mapped_column(String(40))
    actor_role: Mapped[Code]
    at: Mapped[datetime]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))


class AuditChain(Model):
    """Head of each chain; locking its row orders the entries of one case."""

    __tablename__ = "audit_chain"

    chain: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_seq: Mapped[int]
    last_digest: Mapped[str] = mapped_column(String(64))


class AuditSeal(Model):
    """The place of an entry in the one log; position counts from 0 without gaps."""

    __tablename__ = "audit_seal"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), unique=True)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class LogTile(Model):
    """Digests of complete subtrees of the Merkle tree, at every eighth level."""

    __tablename__ = "log_tile"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column("tile_index", primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Checkpoint(Model):
    """A signed head of the log (RFC 9162 root)."""

    __tablename__ = "checkpoint"

    id: Mapped[Pk]
    size: Mapped[int] = mapped_column(unique=True)
    root: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(40))
    body: Mapped[Prose]
    signature: Mapped[str] = mapped_column(String(200))
    peaks: Mapped[Prose]
    """Compact range after the last leaf, so that the next sealing costs only the new ones."""
