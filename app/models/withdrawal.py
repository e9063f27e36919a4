"""A withdrawal that was announced: it takes effect after a cooling-off, and can be undone until then."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Pk

_PENDING = "settled_at IS NULL"


class Withdrawal(Model):
    """One announcement. The case stands where it stood, and all clocks go on, until it takes effect."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        CheckConstraint("takes_effect_at >= announced_at", name="cools_off"),
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_has_outcome"),
        CheckConstraint("outcome IS NULL OR outcome IN ('undone', 'effective', 'void')", name="outcome"),
        Index(
            "ix_withdrawal_pending",
            "complaint_id",
            unique=True,
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
        Index(
            "ix_withdrawal_due",
            "takes_effect_at",
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    announced_at: Mapped[datetime]
    takes_effect_at: Mapped[datetime]
    after_event: Mapped[int]
    """Last event of the case at the announcement: a decision after it makes the announcement void."""
    undo_digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in the notice, which undoes and opens nothing (`app.services.withdrawing`)."""
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    """``undone`` by the complainant, ``effective``, or ``void`` where the case ended first."""
