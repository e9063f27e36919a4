"""What a complaint tells beyond its story, asked only where the matter calls for it.

Part of how the service fell short (UU 25/2009 Pasal 42 ayat (3) huruf b), so the receipt commits to it: see
``workflows.particulars``.
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, in_words
from workflows.particulars import Attorney, Known, Payment, Refusal, SaidToBe


class FeeClaim(Model):
    """Money that was asked or paid, beside the lawful fee of the product."""

    __tablename__ = "fee_claim"
    __table_args__ = (
        CheckConstraint(in_words("payment", Payment), name="payment"),
        CheckConstraint(in_words("said_to_be", SaidToBe), name="said_to_be"),
        CheckConstraint(in_words("proof", Known), name="proof"),
        CheckConstraint("amount_idr IS NULL OR amount_idr > 0", name="amount_positive"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    payment: Mapped[Code]
    amount_idr: Mapped[int | None] = mapped_column(BigInteger)
    paid_to: Mapped[str] = mapped_column(String(300))
    said_to_be: Mapped[Code]
    proof: Mapped[Code]
    tariff_idr: Mapped[int | None]
    """What the catalogue said at filing; later changes of the catalogue don't change what was compared."""
    tariff_confidence: Mapped[str] = mapped_column(String(20))


class Circumstance(Model):
    """When it was applied for, what was refused and how, who saw it, whether somebody acts for another."""

    __tablename__ = "circumstance"
    __table_args__ = (
        CheckConstraint(f"refusal IS NULL OR {in_words('refusal', Refusal)}", name="refusal"),
        CheckConstraint(f"witnessed IS NULL OR {in_words('witnessed', Known)}", name="witnessed"),
        CheckConstraint(f"attorney IS NULL OR {in_words('attorney', Attorney)}", name="attorney"),
    )

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    applied_on: Mapped[date | None]
    promised_on: Mapped[date | None]
    refused_report: Mapped[str] = mapped_column(String(500))
    refusal: Mapped[str | None] = mapped_column(String(40))
    witnessed: Mapped[str | None] = mapped_column(String(40))
    witnesses: Mapped[str] = mapped_column(String(500))
    attorney: Mapped[str | None] = mapped_column(String(40))
