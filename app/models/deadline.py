"""Deadlines are facts: stored with policy, trigger, due instant and what became of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, JsonList, Pk, in_words
from app.models.complaint import Complaint
from workflows.vocabulary import Binding, ComplaintClass, LimitUnit, Party

_OPEN = "met_at IS NULL AND void_at IS NULL"


class Deadline(Model):
    """One clock of one case. Rebuilt by the services from the clock points, never by hand."""

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("complaint_id", "complaint_class", "stage", "step", "occurrence"),
        CheckConstraint(in_words("party", Party), name="party"),
        CheckConstraint(in_words("unit", LimitUnit), name="unit"),
        CheckConstraint(in_words("binding", Binding), name="binding"),
        CheckConstraint(in_words("complaint_class", ComplaintClass), name="complaint_class"),
        CheckConstraint("due_at >= triggered_at", name="due_after_trigger"),
        CheckConstraint("breached_at IS NULL OR breached_at = due_at", name="breach_is_due"),
        Index(
            "ix_deadline_alert",
            "next_alert_at",
            "id",
            sqlite_where=text("next_alert_at IS NOT NULL"),
            postgresql_where=text("next_alert_at IS NOT NULL"),
        ),
        Index("ix_deadline_open", "due_at", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_deadline_complaint", "complaint_id"),
    )

    id: Mapped[Pk]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    complaint_class: Mapped[Code]
    policy_version: Mapped[str] = mapped_column(String(40))
    stage: Mapped[Code]
    step: Mapped[int]
    """Index of the step in the policy of its class."""
    occurrence: Mapped[int]
    party: Mapped[Code]
    limit_value: Mapped[int]
    unit: Mapped[Code]
    binding: Mapped[Code]
    confidence: Mapped[str] = mapped_column(String(20))
    sources: Mapped[JsonList]
    trigger: Mapped[Code]
    triggered_at: Mapped[datetime]
    due_at: Mapped[datetime]
    pauses: Mapped[JsonList] = mapped_column(default=list)
    """``[[start, end | null], …]`` ISO instants."""
    effective: Mapped[bool]
    """The earliest of the station's, the latest of the complainant's steps of one stage."""
    provisional_calendar: Mapped[bool] = mapped_column(default=False)
    met_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    """The due instant, once passed unmet; set by the sweep or by the late event."""
    flagged_at: Mapped[datetime | None]
    """When the sweep saw the breach."""
    warned_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    next_alert_at: Mapped[datetime | None]
    """When the sweep looks at this clock again; None when there is nothing more to say."""
    next_alert: Mapped[int | None]
    """Percent of the limit: 50, 80, 100 or 120."""
    alerted_percent: Mapped[int] = mapped_column(default=0)
    """Share of the limit up to which everybody has been told."""

    complaint: Mapped[Complaint] = relationship()
