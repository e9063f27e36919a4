"""Two annexes of the WBK workbook: the survey by element, and what was asked for until it is done.

Both stand as they stood at the cut-off. Survey answers keep no more than their month, so a month counts only
once it has ended: the same cut-off then says the same for ever.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, OmbudsmanRecommendation, OmbudsmanTrack, Recommendation, SurveyRound
from app.queries.corrective_actions import corrective_action_rows
from app.queries.settings import find_setting
from app.queries.survey import FEWEST, ROUNDED_WEIGHT_SETTING, SkmResults, services_to_withhold, skm_results
from app.queries.wbk_cases import local_date
from reports.rows import (
    SurveyAnnex,
    SurveyElementRow,
    SurveyRoundRow,
    SurveyServiceRow,
    TrackedOrigin,
    TrackedRow,
)
from workflows.ombudsman import Compliance

OTHER_SERVICES = "Tanpa layanan"


def get_survey_annex(session: Session, agency: Agency, year: int, as_of: datetime) -> SurveyAnnex:
    """The survey over the months of a year that ended by the cut-off."""
    zone = ZoneInfo(agency.timezone)
    first, last = date(year, 1, 1), last_whole_month(year, local_date(as_of, zone))
    found = skm_results(session, agency.id, first, last) if last else None
    respondents = found.overall.respondents if found else 0
    shown = found if found is not None and respondents >= FEWEST else None
    grades = sorted(get_law().skm.conversion_table.values(), key=lambda grade: -grade.ikm_min)
    return SurveyAnnex(
        first=first,
        last=last,
        respondents=respondents,
        fewest=FEWEST,
        rounded_weight=find_setting(session, ROUNDED_WEIGHT_SETTING, agency.id) is True,
        elements=tuple(_elements(shown)) if shown else (),
        services=tuple(_services(shown)) if shown else (),
        rounds=tuple(list_rounds(session, agency, year, local_date(as_of, zone))),
        grades=tuple(grades),
    )


def last_whole_month(year: int, day: date) -> date | None:
    """Last day of the last month of a year that is over on a day; the day itself counts as over only then."""
    if day.year > year:
        return date(year, 12, 31)
    if day.year < year:
        return None
    is_last = day.day == monthrange(day.year, day.month)[1]
    month_end = day if is_last else day.replace(day=1) - timedelta(days=1)
    return month_end if month_end.year == year else None


def _elements(found: SkmResults) -> Iterator[SurveyElementRow]:
    names = get_law().skm.elements
    for element in found.overall.elements:
        total = int(element.nrr * element.answered) if element.nrr is not None else 0
        yield SurveyElementRow(element.code, names[element.code].label_id, element.answered, total)


def _services(found: SkmResults) -> Iterator[SurveyServiceRow]:
    withheld = services_to_withhold(found.services)
    for one in found.services:
        index = one.result.index if one.service_id not in withheld else None
        yield SurveyServiceRow(
            one.label_id or OTHER_SERVICES,
            one.result.respondents,
            float(index) if index is not None else None,
        )


def list_rounds(session: Session, agency: Agency, year: int, cut_off: date) -> Iterator[SurveyRoundRow]:
    """Rounds of the survey that reach into a year, as they stood at the cut-off, by the day they opened."""
    rows = session.scalars(
        select(SurveyRound)
        .where(
            SurveyRound.agency_id == agency.id,
            SurveyRound.opened_on <= min(cut_off, date(year, 12, 31)),
            or_(SurveyRound.closed_on.is_(None), SurveyRound.closed_on >= date(year, 1, 1)),
        )
        .order_by(SurveyRound.opened_on, SurveyRound.id)
    )
    for row in rows:
        yield SurveyRoundRow(
            number=row.report_number or f"SKM-{row.id}",
            closed_on=_by(row.closed_on, cut_off),
            reported_on=_by(row.reported_on, cut_off),
            opened_on=row.opened_on,
            respondents=row.respondents,
        )


def _by(day: date | None, cut_off: date) -> date | None:
    """A date, or nothing where it came after the cut-off."""
    return day if day is not None and day <= cut_off else None


def list_tracked(session: Session, agency: Agency, year: int, as_of: datetime) -> tuple[TrackedRow, ...]:
    """All that was asked of an agency in a year, by who asked, then by date."""
    zone = ZoneInfo(agency.timezone)
    found = [
        *_own(session, agency, year, local_date(as_of, zone)),
        *(
            TrackedRow(
                TrackedOrigin.EXAMINATION,
                row.number,
                row.source,
                row.issued_on,
                row.due_on,
                row.done_on,
                row.verified_on,
            )
            for row in corrective_action_rows(session, agency.id, year, as_of)
        ),
        *_of_the_ombudsman(session, agency, year, as_of),
    ]
    order = list(TrackedOrigin)
    return tuple(sorted(found, key=lambda row: (order.index(row.origin), row.issued_on)))


def _own(session: Session, agency: Agency, year: int, cut_off: date) -> Iterator[TrackedRow]:
    rows = session.scalars(
        select(Recommendation)
        .where(
            Recommendation.agency_id == agency.id,
            Recommendation.issued_on.between(date(year, 1, 1), min(cut_off, date(year, 12, 31))),
        )
        .order_by(Recommendation.issued_on, Recommendation.id)
    )
    for row in rows:
        yield TrackedRow(
            TrackedOrigin(row.origin),
            row.number or f"REK-{row.id}",
            "",
            row.issued_on,
            row.due_on,
            _by(row.done_on, cut_off),
        )


def _of_the_ombudsman(session: Session, agency: Agency, year: int, as_of: datetime) -> Iterator[TrackedRow]:
    """Recommendations of the Ombudsman; a report that was found not to comply fully counts no longer."""
    zone = ZoneInfo(agency.timezone)
    rows = session.scalars(
        select(OmbudsmanRecommendation)
        .join(OmbudsmanTrack, OmbudsmanTrack.id == OmbudsmanRecommendation.track_id)
        .where(
            OmbudsmanTrack.agency_id == agency.id,
            OmbudsmanRecommendation.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
            OmbudsmanRecommendation.received_at <= as_of,
        )
        .order_by(OmbudsmanRecommendation.issued_on, OmbudsmanRecommendation.id)
    )
    for row in rows:
        reported = row.reported_at if row.reported_at and row.reported_at <= as_of else None
        judged = row.assessed_at if row.assessed_at and row.assessed_at <= as_of else None
        full = judged is not None and row.compliance == Compliance.IMPLEMENTED
        yield TrackedRow(
            TrackedOrigin.OMBUDSMAN,
            row.number,
            "",
            row.issued_on,
            local_date(row.due_at, zone),
            local_date(reported, zone) if reported and (full or judged is None) else None,
            local_date(judged, zone) if judged and full else None,
        )
