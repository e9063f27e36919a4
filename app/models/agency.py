"""Agencies as a tree (Polda over Polresta), their units, and what a reviewer may read."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, Name, Pk


class Agency(Model):
    """A police station, the Polda above it, or an Ombudsman office."""

    __tablename__ = "agency"
    __table_args__ = (CheckConstraint("kind IN ('polda', 'polres', 'ombudsman')", name="kind"),)

    id: Mapped[Pk]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Stands in complaint numbers, as in ``SRG-2026-000123``."""
    name: Mapped[Name]
    kind: Mapped[Code]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"), index=True)
    timezone: Mapped[str] = mapped_column(String(40), default="Asia/Jakarta")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    """Name of the person responsible for complaints (UU 25/2009 Pasal 36 ayat (4))."""
    contact_title: Mapped[str] = mapped_column(String(200), default="")

    parent: Mapped["Agency | None"] = relationship(remote_side="Agency.id")


class Unit(Model):
    """A part of an agency that owns cases or services."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    code: Mapped[Code]
    name: Mapped[Name]
    examines: Mapped[bool] = mapped_column(default=True)
    """Cases can be routed to it."""

    agency: Mapped[Agency] = relationship()


class ReviewMandate(Model):
    """An Ombudsman office may read the cases of an agency."""

    __tablename__ = "review_mandate"

    reviewer_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True, index=True)
