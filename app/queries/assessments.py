"""WBK assessments: whose, for which year, with which answers and evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agency, Answer, Assessment, PastAnswer, User
from app.queries.evidence import EvidenceView, view_evidence
from reports.rows import AgencyInfo
from reports.wbk import official_worksheet_text
from reports.wbk.answers import validate_answers
from reports.wbk.criteria import parse_worksheet
from reports.wbk.score import Score, score
from reports.wbk.worksheet import Indicator, Worksheet


@cache
def get_worksheet(version: str | None = None) -> Worksheet:
    """A worksheet that ships with the reports, read once a process.

    :param version: that an assessment was begun on; the newest if not given
    :raises reports.wbk.errors.WorksheetError: the file is not what it should be
    :raises reports.wbk.errors.WorksheetVersionUnknown: no file is of that version
    """
    return parse_worksheet(official_worksheet_text(version))


@dataclass(frozen=True, slots=True)
class AssessmentFacts:
    """An agency's worksheet for one year."""

    id: int
    agency_id: int
    agency_code: str
    agency_name: str
    year: int
    worksheet_version: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """The answer of a person, with what tells it from a later one.

    :ivar value: option code, index, or counts by input key
    :ivar basis: ``manual`` or ``proposal``
    :ivar by_name: for the agency's own pages; never in a workbook
    """

    indicator_id: str
    value: Any
    note: str
    basis: str
    by_title: str
    by_name: str
    at: datetime

    @property
    def token(self) -> str:
        """What a form remembers of the answer that it shows."""
        return self.at.isoformat()


@dataclass(frozen=True, slots=True)
class Gap:
    """An indicator that still costs points.

    :ivar stake: points: all of an unanswered one's, the earned ones of an answer without evidence
    """

    indicator: Indicator
    answered: bool
    stake: float


@dataclass(frozen=True, slots=True)
class Standing:
    """An assessment as it stands at an instant: answers, evidence, both totals, and what is missing.

    :ivar evidence: documents by the indicator that they support
    :ivar gaps: the most points at stake first
    """

    answers: dict[str, GivenAnswer]
    evidence: dict[str, tuple[EvidenceView, ...]]
    score: Score
    gaps: tuple[Gap, ...]


def get_standing(session: Session, assessment_id: int | None, as_of: datetime, on: date) -> Standing:
    """How an assessment stands; one that was not begun has no answers.

    :param on: the local date of `as_of`, on which evidence must be valid
    """
    worksheet = get_worksheet(_version(session, assessment_id))
    answers = get_answers(session, assessment_id, as_of) if assessment_id is not None else {}
    documents = view_evidence(session, assessment_id, as_of) if assessment_id is not None else ()
    evidence: dict[str, list[EvidenceView]] = {}
    for view in documents:
        for indicator_id in view.row.indicator_ids:
            evidence.setdefault(indicator_id, []).append(view)
    valid = validate_answers(worksheet, {key: answer.value for key, answer in answers.items()})
    found = score(worksheet, valid)
    sound = {key for key, views in evidence.items() if any(view.row.counts_on(on) for view in views)}
    return Standing(
        answers, {key: tuple(views) for key, views in evidence.items()}, found, _gaps(worksheet, found, sound)
    )


def _version(session: Session, assessment_id: int | None) -> str | None:
    if assessment_id is None:
        return None
    return session.scalar(select(Assessment.worksheet_version).where(Assessment.id == assessment_id))


def _gaps(worksheet: Worksheet, found: Score, sound: set[str]) -> tuple[Gap, ...]:
    gaps = []
    for indicator in worksheet.indicators:
        points, earned = worksheet.points_of[indicator.id], found.outcomes[indicator.id].score
        if earned is None:
            gaps.append(Gap(indicator, False, points))
        elif indicator.id not in sound and earned > 0:
            gaps.append(Gap(indicator, True, earned * points))
    return tuple(sorted(gaps, key=lambda gap: -gap.stake))


def find_agency(session: Session, code: str) -> Agency | None:
    """The agency of a code; codes are written in capitals."""
    return session.scalar(select(Agency).where(Agency.code == code))


def agency_info(session: Session, agency: Agency) -> AgencyInfo:
    """The agency as a report names it, with the Polda above it."""
    parent = session.get(Agency, agency.parent_id) if agency.parent_id is not None else None
    return AgencyInfo(
        name=agency.name,
        code=agency.code,
        polda=parent.name if parent is not None else "",
        zone=agency.timezone,
    )


def list_stations(session: Session, agency_ids: Iterable[int]) -> list[Agency]:
    """Stations among these agencies, by name."""
    statement = select(Agency).where(Agency.id.in_(sorted(agency_ids)), Agency.kind == "polres")
    return list(session.scalars(statement.order_by(Agency.name, Agency.id)))


def find_assessment(session: Session, agency_id: int, year: int) -> AssessmentFacts | None:
    """The assessment of an agency and year."""
    return next(iter(_assessments(session, Assessment.agency_id == agency_id, Assessment.year == year)), None)


def list_assessments(session: Session, agency_ids: Iterable[int]) -> list[AssessmentFacts]:
    """Assessments of these agencies, the newest year first, then by agency."""
    return _assessments(session, Assessment.agency_id.in_(sorted(agency_ids)))


def _assessments(session: Session, *conditions: Any) -> list[AssessmentFacts]:
    statement = (
        select(
            Assessment.id,
            Assessment.agency_id,
            Agency.code,
            Agency.name,
            Assessment.year,
            Assessment.worksheet_version,
        )
        .join(Agency, Agency.id == Assessment.agency_id)
        .where(*conditions)
        .order_by(Assessment.year.desc(), Agency.name, Agency.id)
    )
    return [AssessmentFacts(*row) for row in session.execute(statement)]


def get_answers(session: Session, assessment_id: int, as_of: datetime) -> dict[str, GivenAnswer]:
    """The answers that stood at an instant, by indicator: of one replaced since, the earlier."""
    return {
        **_answers(session, PastAnswer, assessment_id, as_of, PastAnswer.replaced_at > as_of),
        **_answers(session, Answer, assessment_id, as_of),
    }


def _answers(
    session: Session, model: Any, assessment_id: int, as_of: datetime, *conditions: Any
) -> dict[str, GivenAnswer]:
    rows = session.execute(
        select(
            model.indicator,
            model.value,
            model.note,
            model.basis,
            User.title,
            User.full_name,
            model.answered_at,
        )
        .outerjoin(User, User.id == model.answered_by_id)
        .where(model.assessment_id == assessment_id, model.answered_at <= as_of, *conditions)
        .order_by(model.indicator, model.id)
    )
    return {
        row.indicator: GivenAnswer(
            row.indicator,
            row.value,
            row.note,
            row.basis,
            row.title or "",
            row.full_name or "",
            row.answered_at,
        )
        for row in rows
    }
