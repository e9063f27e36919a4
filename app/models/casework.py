"""What happened to a case: its events, the clock points they fired, and who had it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Unit
from app.models.base import Model
from app.models.columns import Code, JsonMap, Pk, Prose, in_words
from app.models.user import User
from workflows.vocabulary import Event, Role


class CaseEvent(Model):
    """One fired event, in order; the working text of the timeline. The proof is the audit entry."""

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("complaint_id", "seq"),
        CheckConstraint(in_words("event", Event), name="event"),
        CheckConstraint(in_words("actor_role", Role), name="actor_role"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    seq: Mapped[int]
    event: Mapped[Code]
    before: Mapped[str | None] = mapped_column(String(40))
    after: Mapped[Code]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    actor_role: Mapped[Code]
    note: Mapped[Prose] = mapped_column(default="")
    """Reason or working note: for staff and reviewers only."""
    details: Mapped[JsonMap] = mapped_column(default=dict)
    """Codes, ids and dates of the act; never personal data."""

    actor: Mapped[User | None] = relationship()


class ClockPoint(Model):
    """An instant that starts or stops clocks: an event or a point of ``clock_points``."""

    __tablename__ = "clock_point"
    __table_args__ = (Index("ix_clock_point_case", "complaint_id", "code", "at"),)

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    code: Mapped[Code]
    at: Mapped[datetime]


class Assignment(Model):
    """A unit (and officer) had the case from then to then."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("ended_at IS NULL OR ended_at >= assigned_at", name="ends_after_start"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")

    unit: Mapped[Unit] = relationship()
    officer: Mapped[User | None] = relationship(foreign_keys=[officer_id])
