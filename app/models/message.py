"""Messages between complainant and station, and the files of a case."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, Pk, Prose
from app.models.user import User


class Message(Model):
    """One message; what is ``internal`` never reaches the complainant."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("direction IN ('from_complainant', 'to_complainant', 'internal')", name="direction"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    direction: Mapped[Code]
    kind: Mapped[Code]
    """``message``, ``question``, ``answer``, ``completion``, ``objection``, ``withdrawal``, ``note``."""
    body: Mapped[Prose]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]

    author: Mapped[User | None] = relationship()
    attachments: Mapped[list["Attachment"]] = relationship(order_by="Attachment.id")


class Attachment(Model):
    """A file: the original sealed as evidence, a cleaned copy for viewing where one can be made."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size >= 1", name="not_empty"),
        CheckConstraint("purpose IN ('evidence', 'decision', 'letter', 'proof')", name="purpose"),
        CheckConstraint("uploaded_by IN ('complainant', 'staff')", name="uploaded_by"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    purpose: Mapped[Code]
    name: Mapped[str] = mapped_column(String(200))
    """Name as given, cleaned of paths and control characters; shown, never used as a path."""
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the original bytes, for commitments."""
    storage_key: Mapped[str] = mapped_column(String(200))
    view_storage_key: Mapped[str | None] = mapped_column(String(200))
    view_content_type: Mapped[str | None] = mapped_column(String(100))
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[Code]
    uploader_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    shared: Mapped[bool] = mapped_column(default=False)
    """The complainant may open it; their own files they always may."""
