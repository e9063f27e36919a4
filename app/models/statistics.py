"""Counts of one finished month, frozen when it had ended, so that no published figure ever changes.

Raw counts: what of them may be shown is decided by ``reports.statistics``. No case and no person here.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Model
from app.models.columns import Code


class StatisticsMonth(Model):
    """A local calendar month of a station whose counts stand for good."""

    __tablename__ = "statistics_month"
    __table_args__ = (CheckConstraint("threshold >= 2", name="threshold"),)

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    threshold: Mapped[int]
    """No smaller group is shown of the year that this month began."""
    frozen_at: Mapped[datetime]


class StatisticsCount(Model):
    """How often something happened in a frozen month; what never happened has no row."""

    __tablename__ = "statistics_count"
    __table_args__ = (
        ForeignKeyConstraint(
            ["agency_id", "month"], ["statistics_month.agency_id", "statistics_month.month"]
        ),
        CheckConstraint("n > 0", name="positive"),
    )

    agency_id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    measure: Mapped[Code] = mapped_column(primary_key=True)
    """``received``, ``ended``, ``imported``, or a clock: ``resolution.law``."""
    category: Mapped[Code] = mapped_column(primary_key=True)
    """Of endings the outcome, of clocks ``in_time`` or ``late``, of imported history the register's year."""
    service: Mapped[Code] = mapped_column(primary_key=True)
    """Code of the service; ``none`` where the complaint is about no service."""
    n: Mapped[int]
