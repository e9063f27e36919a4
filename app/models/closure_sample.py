"""Closure sampling: closed cases drawn at random, and what a reviewer would have decided, seen blind."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agency import Agency
from app.models.base import Model
from app.models.columns import Pk, Prose
from app.models.complaint import Complaint
from app.models.user import User
from workflows.vocabulary import Finding

NO_DECISION = "no_decision"
"""Rejected, transferred or lapsed: the case ended without an answer to what it said."""
OUTCOMES = (*(finding.value for finding in Finding), NO_DECISION)

_OUTCOMES = "', '".join(OUTCOMES)


class ClosureSample(Model):
    """One draw; a period of an agency has one."""

    __tablename__ = "closure_sample"
    __table_args__ = (
        UniqueConstraint("agency_id", "first_on", "last_on"),
        CheckConstraint("last_on >= first_on", name="period"),
        CheckConstraint("population >= 1", name="population"),
    )

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    checkpoint_size: Mapped[int]
    """Of the checkpoint whose root made the seed."""
    seed: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    """Closed cases of the period from which it was drawn."""
    drawn_at: Mapped[datetime]
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))

    agency: Mapped[Agency] = relationship()
    drawn_by: Mapped[User] = relationship()
    reviews: Mapped[list["ClosureReview"]] = relationship(order_by="ClosureReview.place")


class ClosureReview(Model):
    """A case of a sample; outcome None until a reviewer judged it, once."""

    __tablename__ = "closure_review"
    __table_args__ = (
        UniqueConstraint("sample_id", "place"),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint(f"station_outcome IN ('{_OUTCOMES}')", name="station_outcome"),
        CheckConstraint(f"outcome IS NULL OR outcome IN ('{_OUTCOMES}')", name="outcome"),
        CheckConstraint(
            "(outcome IS NULL) = (judged_at IS NULL) AND (outcome IS NULL) = (judged_by_id IS NULL)"
            " AND (outcome IS NULL) = (was_blind IS NULL)",
            name="judged_whole",
        ),
    )

    id: Mapped[Pk]
    sample_id: Mapped[int] = mapped_column(ForeignKey("closure_sample.id"))
    place: Mapped[int]
    """Rank in the sample, from 1."""
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    station_outcome: Mapped[str] = mapped_column(String(40))
    """As it stood when the sample was drawn."""
    outcome: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[Prose] = mapped_column(default="")
    was_blind: Mapped[bool | None]
    """Whether the reviewer had not opened the case since its end."""
    judged_at: Mapped[datetime | None]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))

    sample: Mapped[ClosureSample] = relationship(back_populates="reviews")
    complaint: Mapped[Complaint] = relationship()
    judged_by: Mapped[User | None] = relationship()
