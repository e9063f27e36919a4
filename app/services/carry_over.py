"""Documents of last year's assessment taken over, each after somebody said that it is valid still.

Answers are never taken over: last year's is shown beside the question, and a person answers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import EvidenceItem, EvidenceLink
from app.queries.carry_over import find_previous
from app.services.assessment_access import AssessmentRefused, own_assessment, worksheet_of
from app.services.evidence_items import give_verdict, tie
from workflows.snapshot import Actor


def decide_carry_over(
    assessment_id: int, evidence_id: int, accepted: bool, reason: str = "", *, actor: Actor, at: datetime
) -> int:
    """Say whether a document of the last assessment is valid still; gives how many indicators it supports.

    A valid one is tied to the same indicators, as far as this year's worksheet has them. One that isn't is
    marked so, from now on.

    :raises AssessmentRefused: ``reason_missing``, ``evidence_unknown``: not of the last assessment
    :raises CaseNotVisible: not the actor's agency, or not an assessor
    """

    def work(session: Session) -> int:
        assessment = own_assessment(session, assessment_id, actor)
        previous = find_previous(session, assessment.agency_id, assessment.year)
        if previous is None:
            raise AssessmentRefused("evidence_unknown", "evidence")
        supported = session.scalars(
            select(EvidenceLink.indicator)
            .where(EvidenceLink.evidence_id == evidence_id, EvidenceLink.assessment_id == previous.id)
            .order_by(EvidenceLink.indicator)
        ).all()
        item = session.get(EvidenceItem, evidence_id)
        if item is None or not supported:
            raise AssessmentRefused("evidence_unknown", "evidence")
        give_verdict(session, item, accepted, reason, actor, at)
        if not accepted:
            return 0
        known = [one for one in supported if one in worksheet_of(assessment).by_id]
        for indicator_id in known:
            tie(session, assessment, indicator_id, evidence_id, actor, at)
        return len(known)

    return run_in_unit(work)
