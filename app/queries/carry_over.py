"""What an earlier assessment offers to the next: documents to be judged anew, answers to compare."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Assessment, EvidenceLink
from app.queries.assessments import GivenAnswer, find_assessment, get_answers
from app.queries.evidence import EvidenceView, view_evidence


def find_previous(session: Session, agency_id: int, year: int) -> Assessment | None:
    """The last assessment of the agency before a year."""
    return session.scalar(
        select(Assessment)
        .where(Assessment.agency_id == agency_id, Assessment.year < year)
        .order_by(Assessment.year.desc())
        .limit(1)
    )


def find_earlier_answer(
    session: Session, agency_id: int, year: int, indicator_id: str, at: datetime
) -> tuple[int, GivenAnswer] | None:
    """The answer of the last assessment before a year, with that year; it only suggests."""
    previous = find_previous(session, agency_id, year)
    if previous is None:
        return None
    answer = get_answers(session, previous.id, at).get(indicator_id)
    return (previous.year, answer) if answer is not None else None


def list_undecided(session: Session, agency_id: int, year: int, at: datetime) -> list[EvidenceView]:
    """Documents of the last assessment of which nobody said yet whether they are valid still, by id.

    One that supports something of this year already was decided on, and so was one that was rejected.
    """
    previous, present = find_previous(session, agency_id, year), find_assessment(session, agency_id, year)
    if previous is None or present is None:
        return []
    taken = set(
        session.scalars(select(EvidenceLink.evidence_id).where(EvidenceLink.assessment_id == present.id))
    )
    return [
        view
        for view in view_evidence(session, previous.id, at)
        if view.row.id not in taken and not view.facts.rejected
    ]
