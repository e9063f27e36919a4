"""WBK assessments: start one, answer an indicator.

The system proposes, a person answers (``data_sistem`` of the worksheet): nothing here fills in an answer that
nobody gave. An answer that another replaces is kept with the time that it stood. Every act is an entry of
the agency's chain. Documents: :mod:`app.services.evidence_items`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Answer, Assessment, PastAnswer
from app.queries.assessments import get_worksheet
from app.services.assessment_access import (
    AnswerChanged,
    AssessmentRefused,
    facts_of,
    log_act,
    own_agency,
    own_assessment,
    worksheet_of,
)
from reports.wbk.answers import validate_answers
from workflows.audit import Fact
from workflows.snapshot import Actor

FIRST_YEAR, LAST_YEAR = 2021, 2099
"""PermenPANRB 90/2021 is the first that the worksheet rests on."""
LONGEST_NOTE = 2_000


def start_assessment(agency_code: str, year: int, *, actor: Actor, at: datetime) -> int:
    """Begin the worksheet of a year on the present version of the data; a second start finds the first.

    :raises CaseNotVisible: not the actor's agency, or not their task
    :raises AssessmentRefused: ``year_unfit``
    """

    def work(session: Session) -> int:
        agency = own_agency(session, agency_code, actor)
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise AssessmentRefused("year_unfit", "year")
        known = session.scalar(
            select(Assessment.id).where(Assessment.agency_id == agency.id, Assessment.year == year)
        )
        if known is not None:
            return known
        made = Assessment(
            agency_id=agency.id, year=year, worksheet_version=get_worksheet().version, created_at=at
        )
        session.add(made)
        session.flush()
        facts: dict[str, Fact] = {"year": year, "worksheet": made.worksheet_version}
        log_act(session, agency, "wbk.start", actor, at, facts)
        return made.id

    return run_in_unit(work)


def answer_indicator(
    assessment_id: int,
    indicator_id: str,
    value: object,
    note: str = "",
    *,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Record a person's answer; an empty one takes the answer back.

    :param value: option code, index, or counts by input key
    :param seen: token of the answer on the form (:attr:`GivenAnswer.token`), empty where there was none
    :raises reports.wbk.errors.AnswersError: the worksheet does not allow it, named by indicator or input
    :raises AnswerChanged: somebody else answered meanwhile
    :raises CaseNotVisible: not the actor's agency, or not their task
    """

    def work(session: Session) -> None:
        assessment = own_assessment(session, assessment_id, actor, (indicator_id,))
        validate_answers(worksheet_of(assessment), {indicator_id: value})
        record_answer(
            session, assessment, indicator_id, value, note=note, basis="manual", seen=seen, actor=actor, at=at
        )

    run_in_unit(work)


def answer_text(answer: Any) -> str:
    """An answer as the log has it: equal answers give equal texts."""
    value = dict(answer) if isinstance(answer, Mapping) else answer
    return json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def record_answer(
    session: Session,
    assessment: Assessment,
    indicator_id: str,
    value: object,
    *,
    note: str = "",
    basis: str,
    seen: str,
    actor: Actor,
    at: datetime,
) -> Answer | None:
    """Set or (with an empty value) take back an answer, in the transaction of an act that checked it.

    What stood until now is kept as a :class:`app.models.PastAnswer`.

    :param basis: ``manual``, or ``proposal`` where a person took up the system's
    :param seen: token of the answer that the person saw, empty where there was none
    :raises AnswerChanged: somebody answered meanwhile
    """
    tidy = tidy_answer(value)
    row = session.scalar(
        select(Answer)
        .where(Answer.assessment_id == assessment.id, Answer.indicator == indicator_id)
        .with_for_update()
    )
    if (row.answered_at.isoformat() if row else "") != seen:
        raise AnswerChanged(indicator_id)
    if row is not None:
        _keep(session, row, actor, at)
    facts = facts_of(assessment, indicator_id)
    if tidy is None:
        if row is not None:
            session.delete(row)
            log_act(session, assessment.agency, "wbk.answer_withdrawn", actor, at, facts)
        return None
    if row is None:
        row = Answer(assessment_id=assessment.id, indicator=indicator_id)
        session.add(row)
    row.value, row.note, row.basis = tidy, note.strip()[:LONGEST_NOTE], basis
    row.answered_by_id, row.answered_at = actor.user_id, at
    session.flush()
    facts |= {"answer": answer_text(tidy), "basis": basis}
    log_act(session, assessment.agency, "wbk.answer", actor, at, facts)
    return row


def _keep(session: Session, row: Answer, actor: Actor, at: datetime) -> None:
    session.add(
        PastAnswer(
            assessment_id=row.assessment_id,
            indicator=row.indicator,
            value=row.value,
            note=row.note,
            basis=row.basis,
            answered_by_id=row.answered_by_id,
            answered_at=row.answered_at,
            replaced_by_id=actor.user_id,
            replaced_at=max(at, row.answered_at),
        )
    )


def tidy_answer(value: object) -> Any:
    """The answer as it is stored: no blanks around it, empty inputs left out, None where nothing is left."""
    if isinstance(value, Mapping):
        kept = {str(key): part for key, part in value.items() if part not in (None, "")}
        return kept or None
    if isinstance(value, str):
        return value.strip() or None
    return value
