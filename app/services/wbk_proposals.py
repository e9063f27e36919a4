"""Taking up what the system proposes for an indicator, or giving another answer and saying why.

The system proposes, a person answers. Both acts keep the proposal with query, filter, instant and figures as
it stood in their own transaction, so that the workbook can cite it after the data went on. What a person saw
and what stands now must be the same: else the act is refused, and nothing is stored.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Assessment, TakenProposal
from app.queries.wbk_proposals import find_proposal
from app.services.assessment_access import (
    AssessmentRefused,
    ProposalChanged,
    facts_of,
    log_act,
    own_assessment,
    worksheet_of,
)
from app.services.assessments import record_answer
from reports.rows import Provenance
from reports.wbk.answers import validate_answers
from workflows.canonical import instant_text
from workflows.snapshot import Actor

LONGEST_REASON = 2_000
TAKEN = "wbk.proposal"
"""Kind of the log's entry: which figures somebody signed, so that no later hand can change what they were."""
ACCEPTED, CORRECTED = "proposal", "correction"
"""What the basis of an answer says."""


def figure_token(item: Provenance) -> str:
    """A proposal and its figures as a form sends them back, for comparing; hidden cases count in them."""
    value = dict(item.proposal) if isinstance(item.proposal, Mapping) else item.proposal
    return json.dumps(
        {"proposal": value, "counts": dict(item.counts)},
        sort_keys=True,
        ensure_ascii=True,
        separators=(",", ":"),
    )


def take_proposal(
    assessment_id: int, indicator_id: str, *, shown: str, seen: str, actor: Actor, at: datetime
) -> None:
    """Make the proposal that was shown the answer of a person.

    :param shown: :func:`figure_token` of what the page showed
    :param seen: token of the answer on the page (:attr:`GivenAnswer.token`), empty where there was none
    :raises ProposalChanged: the data say something else by now
    :raises AnswerChanged: somebody answered meanwhile
    :raises AssessmentRefused: ``no_proposal``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor, (indicator_id,))
        item = _shown(session, assessment, indicator_id, shown, actor, at)
        if item.proposal is None:
            raise AssessmentRefused("no_proposal")
        value = dict(item.proposal) if isinstance(item.proposal, Mapping) else item.proposal
        validate_answers(worksheet_of(assessment), {indicator_id: value})
        record_answer(session, assessment, indicator_id, value, basis=ACCEPTED, seen=seen, actor=actor, at=at)
        _keep(session, assessment, item, actor, at, accepted=True)

    run_in_unit(work)


def correct_proposal(
    assessment_id: int,
    indicator_id: str,
    value: object,
    reason: str,
    *,
    shown: str,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Answer otherwise than was proposed; the reason stands in the note for the evaluators, too.

    :param value: option code, or counts by input key
    :raises reports.wbk.errors.AnswersError: the worksheet does not allow it, named by indicator or input
    :raises ProposalChanged: the data say something else by now
    :raises AnswerChanged: somebody answered meanwhile
    :raises AssessmentRefused: ``no_proposal`` (there is no rule), ``reason_missing``, ``answer_missing``
    :raises CaseNotVisible: not the actor's agency, or not their task
    """
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise AssessmentRefused("reason_missing", "note")

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor, (indicator_id,))
        validate_answers(worksheet_of(assessment), {indicator_id: value})
        item = _shown(session, assessment, indicator_id, shown, actor, at)
        answer = record_answer(
            session,
            assessment,
            indicator_id,
            value,
            note=said,
            basis=CORRECTED,
            seen=seen,
            actor=actor,
            at=at,
        )
        if answer is None:
            raise AssessmentRefused("answer_missing")
        _keep(session, assessment, item, actor, at, accepted=False, reason=said)

    run_in_unit(work)


def _shown(
    session: Session, assessment: Assessment, indicator_id: str, shown: str, actor: Actor, at: datetime
) -> Provenance:
    """The proposal now, which must be the one that was shown."""
    found = find_proposal(session, assessment.agency, assessment.year, indicator_id, as_of=at, actor=actor)
    if found is None:
        raise AssessmentRefused("no_proposal")
    if figure_token(found) != shown:
        raise ProposalChanged(indicator_id)
    return found


def _keep(
    session: Session,
    assessment: Assessment,
    item: Provenance,
    actor: Actor,
    at: datetime,
    *,
    accepted: bool,
    reason: str = "",
) -> None:
    session.add(
        TakenProposal(
            assessment_id=assessment.id,
            indicator=item.indicator_id,
            proposed=dict(item.proposal) if isinstance(item.proposal, Mapping) else item.proposal,
            why=item.why,
            query=item.query,
            filter=item.filter,
            as_of=item.as_of,
            counts=dict(item.counts),
            accepted=accepted,
            reason=reason,
            given_by_id=actor.user_id,
            at=at,
        )
    )
    session.flush()
    facts = facts_of(assessment, item.indicator_id)
    facts |= {"accepted": accepted, "as_of": instant_text(item.as_of), "figures": figure_token(item)}
    log_act(session, assessment.agency, TAKEN, actor, at, facts)
