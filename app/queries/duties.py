"""Every duty of the station in a case, the strongest and the weakest alike, for the proof of complaint."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models import Deadline
from app.security.statements import Duty
from workflows.vocabulary import ComplaintClass, Party

INSIDE = ("escalation",)
"""Stages that are told inside the station only."""


def list_duties(session: Session, complaint_id: int, complaint_class: str) -> tuple[Duty, ...]:
    """Duties by their limits, the earliest first; of a stage that several rules limit, each limit."""
    rows = session.execute(
        select(
            Deadline.stage,
            Deadline.due_at,
            Deadline.met_at,
            Deadline.void_at,
            Deadline.binding,
            Deadline.sources,
            Deadline.provisional_calendar,
        )
        .where(
            Deadline.complaint_id == complaint_id,
            Deadline.party == Party.STATION.value,
            Deadline.stage.not_in(INSIDE),
            or_(
                Deadline.complaint_class == complaint_class,
                Deadline.complaint_class == ComplaintClass.URGENT.value,
            ),
        )
        .order_by(Deadline.due_at, Deadline.id)
    )
    return tuple(
        Duty(
            row.stage,
            row.due_at,
            row.met_at,
            row.void_at,
            row.binding,
            tuple(row.sources),
            row.provisional_calendar,
        )
        for row in rows
    )
