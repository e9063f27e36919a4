"""Closure samples: what there is to draw from, what was drawn, and how often reviewer and station differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Agency, AuditEntry, ClosureReview, ClosureSample, Complaint, Message
from app.models.closure_sample import NO_DECISION
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Finding, Role, Substate

OUTCOME_OF_END = {
    Substate.CLOSED_ARCHIVED.value: Finding.ANSWERED.value,
    Substate.CLOSED_REJECTED.value: NO_DECISION,
    Substate.CLOSED_TRANSFERRED.value: NO_DECISION,
    Substate.CLOSED_LAPSED.value: NO_DECISION,
}
"""What an end without a finding comes to; a withdrawal was the complainant's own end, and is not drawn."""
SAMPLES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a sample is judged, and how often the reviewer would have ended a case otherwise.

    :ivar blind: judged by somebody who had not opened the case since its end
    :ivar differing: of those, with another outcome than the station's
    """

    drawn: int
    judged: int
    blind: int
    differing: int

    @property
    def disagreement(self) -> float | None:
        """Share of the blind judgements that differ (0 to 1), None while there is none."""
        return self.differing / self.blind if self.blind else None


def tally(reviews: Sequence[ClosureReview]) -> Tally:
    """Counts over the cases of a sample."""
    blind = [row for row in reviews if row.was_blind]
    return Tally(
        drawn=len(reviews),
        judged=sum(row.outcome is not None for row in reviews),
        blind=len(blind),
        differing=sum(row.outcome != row.station_outcome for row in blind),
    )


def list_closed(session: Session, agency: Agency, first: date, last: date) -> dict[str, tuple[int, str]]:
    """Cases that the station closed in a period, by number: their ids and outcomes.

    :param first: local day, inclusive; `last` likewise
    """
    zone = ZoneInfo(agency.timezone)
    rows = session.execute(
        select(Complaint.number, Complaint.id, Complaint.finding, Complaint.substate).where(
            Complaint.agency_id == agency.id,
            Complaint.imported.is_(False),
            Complaint.closed_at >= datetime.combine(first, time(), zone),
            Complaint.closed_at < datetime.combine(last + timedelta(days=1), time(), zone),
            Complaint.substate.in_((Substate.CLOSED.value, *OUTCOME_OF_END)),
        )
    )
    return {
        row.number: (row.id, row.finding or OUTCOME_OF_END.get(row.substate, NO_DECISION)) for row in rows
    }


def list_samples(session: Session, actor: Actor) -> list[ClosureSample]:
    """Samples of the mandate, the newest first."""
    return list(
        session.scalars(
            select(ClosureSample)
            .where(ClosureSample.agency_id.in_(sorted(actor.mandate)))
            .options(joinedload(ClosureSample.agency), selectinload(ClosureSample.reviews))
            .order_by(ClosureSample.id.desc())
            .limit(SAMPLES_SHOWN)
        )
    )


def get_sample(session: Session, sample_id: int, actor: Actor) -> ClosureSample:
    """A sample of the mandate with its cases.

    :raises CaseNotVisible: no such sample, or not for this actor
    """
    found = session.scalar(
        select(ClosureSample)
        .where(ClosureSample.id == sample_id, ClosureSample.agency_id.in_(sorted(actor.mandate)))
        .options(
            joinedload(ClosureSample.agency),
            joinedload(ClosureSample.drawn_by),
            selectinload(ClosureSample.reviews).joinedload(ClosureReview.complaint),
            selectinload(ClosureSample.reviews).joinedload(ClosureReview.judged_by),
        )
    )
    if found is None or Role.OMBUDSMAN not in actor.roles:
        raise CaseNotVisible("sample.read")
    return found


def get_review(session: Session, sample_id: int, place: int, actor: Actor) -> ClosureReview:
    """One case of a sample.

    :raises CaseNotVisible: no such sample or place, or not for this actor
    """
    found = next((row for row in get_sample(session, sample_id, actor).reviews if row.place == place), None)
    if found is None:
        raise CaseNotVisible("sample.read")
    return found


def list_blind_messages(session: Session, complaint: Complaint) -> list[Message]:
    """What complainant and station wrote to each other before the decision, oldest first; no inner notes."""
    end = complaint.decided_at or complaint.closed_at
    statement = select(Message).where(Message.complaint_id == complaint.id, Message.direction != "internal")
    if end is not None:
        statement = statement.where(Message.at < end)
    return list(session.scalars(statement.order_by(Message.at, Message.id)))


def has_opened_since_end(session: Session, complaint: Complaint, user_id: int) -> bool:
    """Whether somebody opened the case, and so its decision, since it was decided or closed."""
    ends = [at for at in (complaint.decided_at, complaint.closed_at) if at is not None]
    return bool(
        session.scalar(
            select(
                exists().where(
                    AuditEntry.complaint_id == complaint.id,
                    AuditEntry.kind == "case.read",
                    AuditEntry.actor == f"user:{user_id}",
                    AuditEntry.at >= min(ends),
                )
            )
        )
    )
