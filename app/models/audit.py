"""The log that anyone can verify: entries, their place in the log, signed checkpoints.

Triggers (see the migrations) refuse UPDATE and DELETE on entries, seals and checkpoints, on
both databases. ``audit_chain`` and ``log_tile`` are caches that verification rebuilds, ``witness_delivery``
a note of ours: what a witness has, only the witness can prove.
"""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk, Prose, in_words


class AuditEntry(Model):
    """One act, as canonical JSON; the other columns repeat parts of it for look-ups."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_audit_entry_agency", "agency_id", "at", "id"),
        Index("ix_audit_entry_complaint", "complaint_id", "seq"),
        Index("ix_audit_entry_actor", "agency_id", "actor", "at", "id"),
        Index("ix_audit_entry_kind", "agency_id", "kind", "at", "id"),
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


class WitnessKind(enum.StrEnum):
    """Ways to an outside witness that leave no row elsewhere (letters stand in the outbox)."""

    FOLDER = "folder"
    HTTP = "http"


_WAITING = "delivered_at IS NULL"


class WitnessDelivery(Model):
    """A checkpoint on its way to an outside witness: tried until it is there, once."""

    __tablename__ = "witness_delivery"
    __table_args__ = (
        UniqueConstraint("witness", "size"),
        CheckConstraint(in_words("witness", WitnessKind), name="witness"),
        CheckConstraint("attempts >= 1", name="attempts"),
        CheckConstraint(
            "(delivered_at IS NULL) = (next_attempt_at IS NOT NULL)", name="delivered_or_waiting"
        ),
        Index(
            "ix_witness_delivery_waiting",
            "witness",
            "size",
            sqlite_where=text(_WAITING),
            postgresql_where=text(_WAITING),
        ),
    )

    id: Mapped[Pk]
    witness: Mapped[Code]
    size: Mapped[int]
    """Of the checkpoint."""
    start: Mapped[int]
    """Position of the first leaf hash that went with it."""
    attempts: Mapped[int]
    tried_at: Mapped[datetime]
    """The last attempt."""
    delivered_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(40), default="")
    """What the last attempt brought: ``written``, an HTTP status, or a kind of fault; never an address."""
