"""What the internal team (TPI) answers, entered beside the unit's answers and never over them.

The TPI works on its own sheet. Its answers come in by the station, which copies them and names the date of
the sheet, or by the Polda above it, whose team assists and pre-checks. What the Polda entered the station
can't change (local policy: who is assessed does not write the assessor's word).
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, Assessment, TpiAnswer
from app.queries.assessment_work import latest_tpi_answers
from app.services.assessment_access import (
    AnswerChanged,
    AssessmentRefused,
    check_indicators,
    facts_of,
    log_act,
    may_assess,
    worksheet_of,
)
from app.services.assessments import LONGEST_NOTE, answer_text, tidy_answer
from reports.wbk.answers import validate_answers
from workflows.canonical import instant_text
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role

UNIT, PARENT = "unit", "parent"


def enter_tpi_answer(
    assessment_id: int,
    indicator_id: str,
    value: object,
    note: str = "",
    *,
    sheet_on: date,
    seen: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Enter what the TPI's sheet says of an indicator; an empty answer without a note takes the entry back.

    :param sheet_on: date of the sheet, local
    :param seen: token of the entry on the form, empty where there was none
    :raises reports.wbk.errors.AnswersError: the worksheet does not allow the answer
    :raises AnswerChanged: somebody entered another meanwhile
    :raises AssessmentRefused: ``indicator_unknown``, ``sheet_in_future``, ``sheet_before_year``,
        ``entered_by_parent``
    :raises CaseNotVisible: neither the station's assessor nor the coordinator of the Polda above it
    """

    def work(session: Session) -> None:
        assessment, entered_as = get_for_tpi(session, assessment_id, actor)
        worksheet = worksheet_of(assessment)
        check_indicators(worksheet, (indicator_id,))
        validate_answers(worksheet, {indicator_id: value})
        _check_sheet(assessment, sheet_on, at)
        last = latest_tpi_answers(session, assessment_id, at).get(indicator_id)
        if (last.token if last is not None else "") != seen:
            raise AnswerChanged(indicator_id)
        if last is not None and last.by_parent and not last.is_empty and entered_as == UNIT:
            raise AssessmentRefused("entered_by_parent")
        given = tidy_answer(value)
        row = TpiAnswer(
            assessment_id=assessment.id,
            indicator=indicator_id,
            value=given,
            note=note.strip()[:LONGEST_NOTE],
            sheet_on=sheet_on,
            entered_as=entered_as,
            entered_by_id=actor.user_id,
            entered_at=at,
        )
        session.add(row)
        session.flush()
        facts = facts_of(assessment, indicator_id) | {
            "answer": answer_text(given),
            "entered_as": entered_as,
            "sheet_on": sheet_on.isoformat(),
            "entered_at": instant_text(at),
        }
        log_act(session, assessment.agency, "wbk.tpi_answer", actor, at, facts)

    run_in_unit(work)


def get_for_tpi(session: Session, assessment_id: int, actor: Actor) -> tuple[Assessment, str]:
    """An assessment, locked, and in which place the actor enters the TPI's answers.

    :raises CaseNotVisible: in none
    """
    found = session.scalar(select(Assessment).where(Assessment.id == assessment_id).with_for_update())
    place = tpi_place(found.agency, actor) if found is not None else None
    if found is None or place is None:
        raise CaseNotVisible("wbk")
    return found, place


def tpi_place(station: Agency, actor: Actor) -> str | None:
    """``unit`` for the station's assessors, ``parent`` for the Polda's coordinator; None for others."""
    if station.kind != "polres" or actor.user_id is None:
        return None
    if station.id == actor.agency_id and may_assess(actor):
        return UNIT
    if station.parent_id == actor.agency_id and Role.COORDINATOR in actor.roles:
        return PARENT
    return None


def _check_sheet(assessment: Assessment, sheet_on: date, at: datetime) -> None:
    if sheet_on > at.astimezone(ZoneInfo(assessment.agency.timezone)).date():
        raise AssessmentRefused("sheet_in_future", "sheet_on")
    if sheet_on < date(assessment.year, 1, 1):
        raise AssessmentRefused("sheet_before_year", "sheet_on")
