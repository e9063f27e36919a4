"""Letters as facts: what kind, which number, when sent, when received, on what proof."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, Pk, Prose, in_words
from app.models.message import Attachment
from workflows.vocabulary import NoticeKind


class Notice(Model):
    """A notice sent to the complainant. Receipt unknown stays unknown."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(in_words("kind", NoticeKind), name="kind"),
        CheckConstraint("received_at IS NULL OR received_at >= sent_at", name="received_after_sent"),
        CheckConstraint("received_at IS NULL OR proof <> ''", name="receipt_has_proof"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[Code]
    number: Mapped[str] = mapped_column(String(80), default="")
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    proof: Mapped[str] = mapped_column(String(300), default="")
    """``status_page`` (opened there), or what the officer saw: a signature, a tracking slip."""
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[Prose] = mapped_column(default="")
    attachment_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))

    attachment: Mapped[Attachment | None] = relationship()
