"""Holidays by decree. A year known only from a library is provisional and never the base of a sanction."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code, Pk


class CalendarDecree(Model):
    """A year as a decree (or a library) gives it, for all agencies or one."""

    __tablename__ = "calendar_decree"
    __table_args__ = (
        UniqueConstraint("year", "agency_id"),
        CheckConstraint("status IN ('decreed', 'provisional')", name="status"),
    )

    id: Mapped[Pk]
    year: Mapped[int]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    status: Mapped[Code]
    basis: Mapped[str] = mapped_column(String(300))
    recorded_at: Mapped[datetime]


class CalendarDay(Model):
    """A day without work."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('national', 'joint_leave')", name="kind"),)

    decree_id: Mapped[int] = mapped_column(
        ForeignKey("calendar_decree.id", ondelete="CASCADE"), primary_key=True
    )
    on: Mapped[date] = mapped_column("day", primary_key=True)
    kind: Mapped[Code]
