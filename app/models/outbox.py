"""What is still to be told: template and case, never an address or a text."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, JsonMap, Pk


class OutboxItem(Model):
    """One message to deliver at least once, under one Message-ID."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("recipient IN ('complainant', 'user', 'witness')", name="recipient"),
        CheckConstraint("status IN ('waiting', 'sent', 'dropped', 'failed')", name="status"),
        CheckConstraint("(recipient = 'user') = (user_id IS NOT NULL)", name="user_named"),
        UniqueConstraint("dedupe_key"),
        Index(
            "ix_outbox_waiting",
            "next_attempt_at",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    template: Mapped[Code]
    recipient: Mapped[Code]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    params: Mapped[JsonMap] = mapped_column(default=dict)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    """The same fact is told once, however often a job runs."""
    message_id: Mapped[str] = mapped_column(String(120))
    status: Mapped[Code] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(String(100), default="")
    """Class and code of the fault, never an address."""

    @property
    def channel(self) -> str:
        """Through which door it goes: a word of `app.services.channels.Channel`."""
        return str(self.params.get("channel", "email"))
