"""What happened beside the events of a case: new tracking codes by way of the desk, announced withdrawals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models import CodeReissue, User, Withdrawal
from app.queries.case_log import Person


@dataclass(frozen=True, slots=True)
class Reissue:
    """A new code, asked for at the desk; the reason and the proof that the officer wrote down.

    :ivar proof: code of what was shown, never its number
    :ivar stopped_by: ``complainant``, ``staff``, ``system``, or None
    """

    requested_at: datetime
    requested_by: Person
    reason: str
    proof: str
    approved_at: datetime | None
    approved_by: Person | None
    claimed_at: datetime | None
    stopped_at: datetime | None
    stopped_by: str | None


@dataclass(frozen=True, slots=True)
class Announced:
    """A withdrawal that the complainant announced; outcome None while it can be undone."""

    announced_at: datetime
    takes_effect_at: datetime
    settled_at: datetime | None
    outcome: str | None


def list_reissues(session: Session, complaint_id: int) -> list[Reissue]:
    """New codes of a case, oldest first."""
    asking, approving = aliased(User), aliased(User)
    rows = session.execute(
        select(CodeReissue, asking, approving)
        .join(asking, asking.id == CodeReissue.requested_by_id)
        .outerjoin(approving, approving.id == CodeReissue.approved_by_id)
        .where(CodeReissue.complaint_id == complaint_id)
        .order_by(CodeReissue.id)
    )
    return [
        Reissue(
            requested_at=row.requested_at,
            requested_by=_person(asked),
            reason=row.reason,
            proof=row.proof,
            approved_at=row.approved_at,
            approved_by=_person(approved) if row.approved_by_id is not None else None,
            claimed_at=row.claimed_at,
            stopped_at=row.stopped_at,
            stopped_by=row.stopped_by,
        )
        for row, asked, approved in rows
    ]


def list_announced(session: Session, complaint_id: int) -> list[Announced]:
    """Announced withdrawals of a case, oldest first."""
    rows = session.execute(
        select(Withdrawal.announced_at, Withdrawal.takes_effect_at, Withdrawal.settled_at, Withdrawal.outcome)
        .where(Withdrawal.complaint_id == complaint_id)
        .order_by(Withdrawal.id)
    )
    return [Announced(*row) for row in rows]


def _person(user: User) -> Person:
    return Person(user.id, user.full_name, user.title)
