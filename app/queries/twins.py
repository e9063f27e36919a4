"""Complaints that are likely the same one sent twice: from two browsers, or after a lost connection.

Filing keeps no digest for this (docs/adr/0013): the desks are shown it when they open a case, by the same
rule of what exists for them.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Complaint
from app.queries.visibility import visible_to
from workflows.snapshot import Actor

APART = timedelta(days=1)
"""Further apart, the same words are taken for another day's complaint."""
SHOWN = 5


def list_twins(session: Session, complaint: Complaint, actor: Actor) -> tuple[str, ...]:
    """Numbers of the station's cases with the same story, received within a day of this one; oldest first."""
    return tuple(
        session.scalars(
            select(Complaint.number)
            .where(
                Complaint.agency_id == complaint.agency_id,
                Complaint.received_at.between(complaint.received_at - APART, complaint.received_at + APART),
                Complaint.id != complaint.id,
                func.lower(Complaint.narrative) == func.lower(complaint.narrative),
                visible_to(actor),
            )
            .order_by(Complaint.received_at, Complaint.id)
            .limit(SHOWN)
        )
    )
