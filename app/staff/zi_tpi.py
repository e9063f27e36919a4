"""The TPI's answers, entered by the station from the TPI's sheet or by the Polda above it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.worksheet_words import answer_words, part_indicators, part_keys, part_name
from app.models import Agency
from app.queries.assessment_work import (
    TpiEntry,
    count_tpi_answers,
    latest_tpi_answers,
    list_subordinate_assessments,
)
from app.queries.assessments import (
    AssessmentFacts,
    Standing,
    find_agency,
    find_assessment,
    get_standing,
)
from app.services.assessment_access import AssessmentRefused
from app.services.tpi_answers import PARENT, enter_tpi_answer, tpi_place
from app.staff.blueprint import blueprint, signed_in
from app.staff.zi_desk import open_worksheet
from app.staff.zi_forms import refusal_text, tpi_form
from reports.wbk.errors import AnswersError
from reports.wbk.worksheet import Worksheet
from workflows.snapshot import Actor
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class TpiDesk:
    """One request about the TPI's answers to a station's worksheet.

    :ivar is_parent: the reader is of the Polda above the station
    """

    actor: Actor
    station: Agency
    assessment: AssessmentFacts
    worksheet: Worksheet
    at: datetime
    today: date
    session: Session
    is_parent: bool

    def standing(self) -> Standing:
        """The unit's answers and evidence now."""
        return get_standing(self.session, self.assessment.id, self.at, self.today)

    def entries(self) -> dict[str, TpiEntry]:
        """What was entered last for each indicator."""
        return latest_tpi_answers(self.session, self.assessment.id, self.at)


def open_tpi(code: str, year: int) -> TpiDesk:
    """The desk of somebody who may enter the TPI's answers to this worksheet; others find nothing."""
    actor, at, session = current_actor(), clock.now(), db.session()
    station = find_agency(session, code)
    place = tpi_place(station, actor) if station is not None else None
    if station is None or place is None:
        abort(404)
    assessment = find_assessment(session, station.id, year) or abort(404)
    today = at.astimezone(ZoneInfo(station.timezone)).date()
    worksheet = open_worksheet(assessment, year)
    return TpiDesk(actor, station, assessment, worksheet, at, today, session, place == PARENT)


@blueprint.get("/zi/tpi")
def zi_tpi_list() -> str:
    """Worksheets of the stations below a Polda, for its coordinator."""
    account, actor, at, session = signed_in(), current_actor(), clock.now(), db.session()
    agency = find_agency(session, account.agency_code)
    if agency is None or agency.kind == "polres" or Role.COORDINATOR not in actor.roles:
        abort(404)
    listed = list_subordinate_assessments(session, agency.id)
    counts = count_tpi_answers(session, [assessment_id for _agency, _year, assessment_id in listed], at)
    return render_template("staff/zi/tpi_list.html", listed=listed, counts=counts)


@blueprint.get("/zi/tpi/<code>/<int:year>")
def zi_tpi(code: str, year: int) -> str:
    """The indicators of a component, the first if none is named, with the unit's answer and the TPI's."""
    desk = open_tpi(code, year)
    parts = part_keys(desk.worksheet)
    part = request.args.get("bagian", parts[0])
    if part not in parts:
        abort(404)
    return render_template(
        "staff/zi/tpi.html",
        desk=desk,
        part=part,
        parts=[(key, part_name(desk.worksheet, key)) for key in parts],
        indicators=part_indicators(desk.worksheet, part),
        standing=desk.standing(),
        entries={key: one for key, one in desk.entries().items() if not one.is_empty},
        answer_words=answer_words,
    )


@blueprint.route("/zi/tpi/<code>/<int:year>/<indicator_id>", methods=["GET", "POST"])
def zi_tpi_indicator(code: str, year: int, indicator_id: str) -> ResponseReturnValue:
    """Enter what the TPI's sheet says of an indicator."""
    desk = open_tpi(code, year)
    indicator = desk.worksheet.by_id.get(indicator_id) or abort(404)
    entry = desk.entries().get(indicator_id)
    token = entry.token if entry is not None else ""
    form = tpi_form(
        indicator,
        value=entry.value if entry is not None else None,
        note=entry.note if entry is not None else "",
        sheet_on=entry.sheet_on if entry is not None and not entry.is_empty else None,
        seen=token,
        today=desk.today,
    )
    if form.validate_on_submit() and form.sheet_on.data is not None:
        try:
            enter_tpi_answer(
                desk.assessment.id,
                indicator_id,
                form.answer,
                form.note.data or "",
                sheet_on=form.sheet_on.data,
                seen=form.seen.data or "",
                actor=desk.actor,
                at=desk.at,
            )
        except AnswersError as error:
            form.lay_problems(error)
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused), refused.field)
            form.seen.data = token
        else:
            flash(_("Jawaban TPI untuk %(id)s tercatat.", id=indicator_id), "success")
            part = desk.worksheet.home_of[indicator_id]
            return redirect(url_for("staff.zi_tpi", code=code, year=year, bagian=part))
    page = render_template(
        "staff/zi/tpi_indicator.html",
        desk=desk,
        indicator=indicator,
        form=form,
        entry=entry if entry is not None and not entry.is_empty else None,
        unit=desk.standing().answers.get(indicator_id),
        answer_words=answer_words,
    )
    return page, 422 if form.errors else 200
