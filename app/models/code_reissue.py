"""Lost tracking codes: what is asked online, and what two officers do at the desk.

No row holds a code. The claim secret of the desk is kept as a keyed digest, like a code itself.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk

LEAST_DELAY_HOURS = 24
PROOFS = ("ktp", "sim", "passport", "receipt", "known_contact")
"""What the officer saw; never its number."""

_OPEN = "claimed_at IS NULL AND stopped_at IS NULL"
REISSUE_IS_OPEN = "code_reissue.claimed_at IS NULL AND code_reissue.stopped_at IS NULL"
"""Literally as in the partial index, for statements."""


class CodeRequest(Model):
    """Somebody asked online for a new code; looked at by a job, so that the answer's time tells nothing.

    The contact is sealed under a key of its own. A row lives for seconds.
    """

    __tablename__ = "code_request"

    id: Mapped[Pk]
    number: Mapped[str] = mapped_column(String(40))
    vault_key_id: Mapped[str] = mapped_column(String(40))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    contact_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]


class CodeReissue(Model):
    """A new code by way of the desk: asked for by one officer, approved by another, after a delay."""

    __tablename__ = "code_reissue"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("proof IN ('" + "', '".join(PROOFS) + "')", name="proof"),
        CheckConstraint("approved_by_id IS NULL OR approved_by_id <> requested_by_id", name="two_officers"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL) AND (approved_at IS NULL) = (ready_at IS NULL) "
            "AND (approved_at IS NULL) = (expires_at IS NULL)",
            name="approval_whole",
        ),
        CheckConstraint("approved_at IS NULL OR approved_at >= requested_at", name="approved_after_request"),
        CheckConstraint(f"delay_hours >= {LEAST_DELAY_HOURS}", name="least_delay"),
        CheckConstraint("ready_at IS NULL OR ready_at > approved_at", name="ready_after_approval"),
        CheckConstraint(
            "claimed_at IS NULL OR (ready_at IS NOT NULL AND claimed_at >= ready_at "
            "AND claimed_at <= expires_at)",
            name="claimed_when_ready",
        ),
        CheckConstraint("claimed_at IS NULL OR stopped_at IS NULL", name="claimed_or_stopped"),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stop_whole"),
        CheckConstraint("stopped_by IN ('complainant', 'staff', 'system')", name="stopped_by"),
        CheckConstraint(
            "stopped_by IS NULL OR (stopped_by = 'staff') = (stopped_by_id IS NOT NULL)",
            name="stopping_officer",
        ),
        Index(
            "ix_code_reissue_open",
            "complaint_id",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        Index("ix_code_reissue_complaint", "complaint_id"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    claim_digest: Mapped[str] = mapped_column(String(120))
    """Keyed hash of the secret on the slip that the person took home."""
    reason: Mapped[str] = mapped_column(String(500))
    proof: Mapped[Code]
    delay_hours: Mapped[int]
    requested_at: Mapped[datetime]
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    ready_at: Mapped[datetime | None]
    """From then on the person may take the code: approval and delay."""
    expires_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None] = mapped_column(String(20))
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
