"""The decision of a case as its complainant may read it, once the letter that brought it was opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models import Allegation, Complaint, Notice
from workflows.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, in the words of the decision.

    :ivar allegations: (category, finding) of each allegation, in their order; names and descriptions, which
        may speak of others, stay in the file
    """

    finding: str
    text: str
    remedies: Sequence[str]
    compensation_idr: int | None
    compensation_due_on: date | None
    decided_at: datetime
    delivered_at: datetime
    allegations: tuple[tuple[str, str | None], ...]


_OPENED = exists().where(
    Notice.complaint_id == Complaint.id,
    Notice.kind == NoticeKind.DECISION.value,
    Notice.sent_at >= Complaint.delivered_at,
    Notice.received_at.is_not(None),
)
"""The letter of this decision, not of one that an objection undid."""

_DECISION = (
    select(
        Complaint.finding,
        Complaint.decision_text,
        Complaint.remedies,
        Complaint.compensation_idr,
        Complaint.compensation_due_on,
        Complaint.decided_at,
        Complaint.delivered_at,
        Allegation.category,
        Allegation.finding.label("allegation_finding"),
    )
    .outerjoin(Allegation, Allegation.complaint_id == Complaint.id)
    .where(Complaint.finding.is_not(None), Complaint.delivered_at.is_not(None), _OPENED)
    .order_by(Allegation.id)
)


def find_decision(session: Session, complaint_id: int) -> Decision | None:
    """The decision that holds; None before it was delivered and its letter is known to be received."""
    rows = session.execute(_DECISION.where(Complaint.id == complaint_id)).all()
    if not rows:
        return None
    first = rows[0]
    allegations = tuple((row.category, row.allegation_finding) for row in rows if row.category is not None)
    return Decision(
        first.finding,
        first.decision_text or "",
        first.remedies,
        first.compensation_idr,
        first.compensation_due_on,
        first.decided_at,
        first.delivered_at,
        allegations,
    )
