"""Things that can be true of a complaint in the performance report, as conditions of the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, FromClause, cast, exists, extract, func, or_, select
from sqlalchemy.orm import aliased

from app.models import CaseEvent, Message, Respondent
from reports.performance.rows import Fact
from workflows.vocabulary import ClosureReason, ComplaintClass, Event

DAY = 86_400
LAST_DAYS = (13, 14)
"""Calendar days after receipt that count as the end of the 14 days of UU 25/2009 Pasal 44 ayat (3)."""


def list_facts(cohort: FromClause, offset: int) -> list[tuple[Fact, tuple[Any, ...]]]:
    """Each thing with the conditions on the cohort under which it is true.

    :param cohort: complaints, with the columns that `app.queries.performance` gives it
    :param offset: seconds by which the local clock is ahead of UTC
    """
    c = cohort.c
    waited = _local_day(c.declared_complete_at, offset) - _local_day(c.received_at, offset)
    paused = (
        select(CaseEvent.complaint_id)
        .where(CaseEvent.event == Event.ASK_INFO.value)
        .group_by(CaseEvent.complaint_id)
        .having(func.count() >= 2)
    )
    reopened = select(CaseEvent.complaint_id).where(
        CaseEvent.before.like("closed%"), CaseEvent.after.not_like("closed%")
    )
    objected = select(CaseEvent.complaint_id).where(CaseEvent.event == Event.OBJECT.value)
    question, reply = aliased(Message), aliased(Message)
    unanswered = exists(
        select(question.id).where(
            question.complaint_id == c.id,
            question.direction == "from_complainant",
            question.kind.in_(("message", "question")),
            ~exists(
                select(reply.id).where(
                    reply.complaint_id == question.complaint_id,
                    reply.direction == "to_complainant",
                    reply.at >= question.at,
                )
            ),
        )
    )
    own_unit = exists(
        select(Respondent.id).where(
            # the sum keeps SQLite from the index by unit: a unit has thousands, a case a few
            Respondent.complaint_id == c.id,
            Respondent.unit_id + 0 == c.owner_unit_id,
        )
    )
    names_officer = exists(
        select(Respondent.id).where(Respondent.complaint_id == c.id, Respondent.user_id.isnot(None))
    )
    # as `CaseSnapshot.concerns_own_service` has it: there the unit answers for its own service
    apart = or_(c.complaint_class != ComplaintClass.SERVICE.value, names_officer)
    lapsed = c.closure_reason == ClosureReason.LAPSED.value
    decided = c.finding.isnot(None)
    return [
        (Fact.OPEN, (c.substate.not_like("closed%"),)),
        (Fact.IMPORTED, (c.imported.is_(True),)),
        (Fact.BREACHED, (c.breached_stages > 0,)),
        (Fact.OBJECTED, (c.id.in_(objected),)),
        (Fact.REOPENED, (c.id.in_(reopened),)),
        (Fact.LAPSED, (lapsed,)),
        (Fact.LAPSED_UNANSWERED, (lapsed, unanswered)),
        (Fact.COMPLETE, (c.declared_complete_at.isnot(None),)),
        (Fact.LATE_COMPLETE, (waited.in_(LAST_DAYS),)),
        (Fact.PAUSED, (c.id.in_(paused),)),
        (Fact.DECIDED, (decided,)),
        (Fact.DECIDED_APART, (decided, apart)),
        (Fact.OWN_UNIT, (decided, apart, own_unit)),
    ]


def _local_day(column: Any, offset: int) -> Any:
    """Running number of the local day; no zone of Indonesia changes its clocks."""
    return (epoch(column) + offset) // DAY


def epoch(column: Any) -> Any:
    """Whole seconds of an instant since 1970, on either database."""
    return cast(extract("epoch", column), BigInteger)
