"""One request about the worksheet of a year: whose, which part of it is the reader's, and as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import abort, make_response, render_template
from sqlalchemy.orm import Session

from app import clock
from app.access import current_actor
from app.extensions import db
from app.models import Agency
from app.queries.accounts import Account
from app.queries.assessment_work import list_own_duties
from app.queries.assessments import (
    AssessmentFacts,
    Standing,
    find_agency,
    find_assessment,
    get_standing,
    get_worksheet,
)
from app.services.assessment_access import may_assess
from app.services.assessments import FIRST_YEAR
from app.staff.blueprint import signed_in
from reports.wbk.errors import WorksheetVersionUnknown
from reports.wbk.worksheet import Indicator, Worksheet
from workflows.snapshot import Actor


@dataclass(frozen=True, slots=True)
class ZiDesk:
    """One request about the worksheet of a year.

    :ivar worksheet: the one that the assessment is on; the newest where none was begun
    :ivar mine: indicators that the reader was given to see to
    """

    account: Account
    actor: Actor
    agency: Agency
    at: datetime
    today: date
    session: Session
    year: int
    assessment: AssessmentFacts | None
    worksheet: Worksheet
    mine: frozenset[str]

    @property
    def is_assessor(self) -> bool:
        """Whether the whole worksheet is the reader's task."""
        return may_assess(self.actor)

    @property
    def assessment_id(self) -> int:
        """Id of the assessment; a page of its parts doesn't exist before it was begun."""
        if self.assessment is None:
            abort(404)
        return self.assessment.id

    def standing(self) -> Standing:
        """Answers, evidence, score and gaps now."""
        known = self.assessment.id if self.assessment is not None else None
        return get_standing(self.session, known, self.at, self.today)

    def may(self, indicator_id: str) -> bool:
        """Whether an indicator is the reader's to work on."""
        return self.is_assessor or indicator_id in self.mine

    def indicator(self, indicator_id: str) -> Indicator:
        """An indicator of the worksheet that is the reader's to work on, else not found."""
        found = self.worksheet.by_id.get(indicator_id)
        if found is None or not self.may(indicator_id):
            abort(404)
        return found


def open_zi(year: int | None = None) -> ZiDesk:
    """The desk of an assessor, or of somebody who was given a part; others find nothing.

    :param year: the present local year if not given
    """
    account, actor, at, session = signed_in(), current_actor(), clock.now(), db.session()
    agency = find_agency(session, account.agency_code)
    if agency is None or agency.kind != "polres":
        abort(404)
    today = at.astimezone(ZoneInfo(account.zone)).date()
    wanted = year if year is not None else today.year
    if not FIRST_YEAR <= wanted <= today.year + 1:
        abort(404)
    assessment = find_assessment(session, agency.id, wanted)
    mine = list_own_duties(session, assessment.id, actor) if assessment is not None else frozenset()
    if not may_assess(actor) and not mine:
        abort(404)
    worksheet = open_worksheet(assessment, wanted)
    return ZiDesk(account, actor, agency, at, today, session, wanted, assessment, worksheet, mine)


def open_for_assessor(year: int | None = None) -> ZiDesk:
    """The desk of somebody whose task the whole worksheet is."""
    desk = open_zi(year)
    if not desk.is_assessor:
        abort(404)
    return desk


def open_worksheet(assessment: AssessmentFacts | None, year: int) -> Worksheet:
    """The worksheet of an assessment; where its version isn't installed, a page that names it (409)."""
    try:
        return get_worksheet(assessment.worksheet_version if assessment is not None else None)
    except WorksheetVersionUnknown as unknown:
        abort(make_response(render_template("staff/zi/version.html", year=year, unknown=unknown), 409))
