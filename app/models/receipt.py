"""The signed receipt, as issued; it can be printed again at any time."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model


class Receipt(Model):
    """Full and bare editions, sealed under the case key: they name the complainant."""

    __tablename__ = "receipt"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    edition: Mapped[str] = mapped_column(String(20), primary_key=True)
    document_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    audit_entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"))
