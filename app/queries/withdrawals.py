"""Withdrawals that were announced and not yet settled, and the policy of their cooling-off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, or_, select, text
from sqlalchemy.orm import Session

from app.law import get_table
from app.models import Agency, CaseEvent, Complaint, Setting, Withdrawal
from workflows.vocabulary import Event

COOLING_OFF_KEY = "withdrawal.cooling_off_days"
"""Setting: days, for one agency or for all."""
COOLING_OFF_DAYS = 3
"""Local policy where no setting says otherwise: the law knows no cooling-off."""
LONGEST_COOLING_OFF_DAYS = 30

IS_PENDING = text("withdrawal.settled_at IS NULL")
"""Literally as in the partial indexes."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A withdrawal that can still be undone."""

    id: int
    announced_at: datetime
    takes_effect_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """The withdrawal that a link leads to; its number is for the service, not for the page."""

    number: str
    agency_name: str
    zone: str
    takes_effect_at: datetime
    outcome: str | None


_PENDING = select(Withdrawal.id, Withdrawal.announced_at, Withdrawal.takes_effect_at).where(IS_PENDING)
_PENDING_OF_CASE = _PENDING.where(Withdrawal.complaint_id == bindparam("case"))


def find_pending(session: Session, complaint_id: int) -> Pending | None:
    """The announced withdrawal of a case, if one is pending."""
    row = session.connection().execute(_PENDING_OF_CASE, {"case": complaint_id}).first()
    return None if row is None else Pending(*row)


def find_linked(session: Session, undo_digest: str) -> Linked | None:
    """The withdrawal whose notice brought a token of this digest."""
    row = session.execute(
        select(Complaint.number, Agency.name, Agency.timezone, Withdrawal.takes_effect_at, Withdrawal.outcome)
        .join(Complaint, Complaint.id == Withdrawal.complaint_id)
        .join(Agency, Agency.id == Complaint.agency_id)
        .where(Withdrawal.undo_digest == undo_digest)
    ).first()
    return None if row is None else Linked(*row)


def list_to_settle(session: Session, at: datetime) -> list[tuple[int, str]]:
    """Pending withdrawals (id, number) whose time has come, or whose case can't be withdrawn any more."""
    sources = [state.value for state in get_table().sources_of(Event.WITHDRAW)]
    rows = session.execute(
        select(Withdrawal.id, Complaint.number)
        .join(Complaint, Complaint.id == Withdrawal.complaint_id)
        .where(
            IS_PENDING,
            or_(Withdrawal.takes_effect_at <= at, Complaint.substate.not_in(sources)),
        )
        .order_by(Withdrawal.takes_effect_at, Withdrawal.id)
    )
    return [(row[0], row[1]) for row in rows]


def has_ended_since(session: Session, complaint_id: int, after_event: int) -> bool:
    """Whether a case was anywhere, after this event, from where it couldn't be withdrawn.

    A case that was decided and then opened again by an objection goes on: who objects doesn't withdraw.
    """
    sources = [state.value for state in get_table().sources_of(Event.WITHDRAW)]
    found = session.scalar(
        select(CaseEvent.id)
        .where(
            CaseEvent.complaint_id == complaint_id,
            CaseEvent.seq > after_event,
            CaseEvent.after.not_in(sources),
        )
        .limit(1)
    )
    return found is not None


def get_cooling_off(session: Session, agency_id: int) -> timedelta:
    """How long a withdrawal can be undone at this agency: its own setting, else that of all, else ours."""
    found: dict[int | None, object] = {
        row.agency_id: row.value
        for row in session.execute(
            select(Setting.agency_id, Setting.value).where(
                Setting.key == COOLING_OFF_KEY,
                or_(Setting.agency_id == agency_id, Setting.agency_id.is_(None)),
            )
        )
    }
    days = found.get(agency_id, found.get(None, COOLING_OFF_DAYS))
    is_days = isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= LONGEST_COOLING_OFF_DAYS
    return timedelta(days=days if is_days and isinstance(days, int) else COOLING_OFF_DAYS)
