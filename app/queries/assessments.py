"""WBK assessments: whose, for which year, with which answers and evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agency, Answer, Assessment, EvidenceItem, EvidenceLink, User
from reports.rows import AgencyInfo, EvidenceRow
from reports.wbk import official_worksheet_text
from reports.wbk.criteria import parse_worksheet
from reports.wbk.worksheet import Worksheet


@cache
def get_worksheet() -> Worksheet:
    """The official worksheet that ships with the reports, read once a process.

    :raises reports.wbk.errors.WorksheetError: the file is not what it should be
    """
    return parse_worksheet(official_worksheet_text())


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
    """The answers that stood at an instant, by indicator.

    Of an answer changed since, the earlier text is gone (the log still names it): it counts as not given.
    """
    rows = session.execute(
        select(
            Answer.indicator,
            Answer.value,
            Answer.note,
            Answer.basis,
            User.title,
            User.full_name,
            Answer.answered_at,
        )
        .outerjoin(User, User.id == Answer.answered_by_id)
        .where(Answer.assessment_id == assessment_id, Answer.answered_at <= as_of)
        .order_by(Answer.indicator)
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


def list_evidence(session: Session, assessment_id: int, as_of: datetime) -> tuple[EvidenceRow, ...]:
    """Evidence items of an assessment with the indicators that each supports, by their ids."""
    rows = session.execute(
        select(EvidenceItem, EvidenceLink.indicator)
        .join(EvidenceLink, EvidenceLink.evidence_id == EvidenceItem.id)
        .where(EvidenceLink.assessment_id == assessment_id, EvidenceItem.created_at <= as_of)
        .order_by(EvidenceItem.id, EvidenceLink.indicator)
    )
    items: dict[int, EvidenceItem] = {}
    indicators: dict[int, list[str]] = {}
    for item, indicator in rows:
        items[item.id] = item
        indicators.setdefault(item.id, []).append(indicator)
    return tuple(
        EvidenceRow(
            id=item.id,
            indicator_ids=tuple(indicators[item.id]),
            number=item.number,
            title=item.title,
            signed_on=item.signed_on,
            signer=item.signer,
            url=item.url or None,
            valid_until=item.valid_until,
        )
        for item in items.values()
    )


def list_agency_evidence(session: Session, agency_id: int) -> list[EvidenceItem]:
    """All evidence items of an agency, the newest first."""
    statement = select(EvidenceItem).where(EvidenceItem.agency_id == agency_id)
    return list(session.scalars(statement.order_by(EvidenceItem.id.desc()).limit(500)))
