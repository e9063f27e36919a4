"""The integrity zone: the agency's worksheet of a year, its progress, and one page for each component."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import current_actor
from app.extensions import db
from app.forms.worksheet_words import answer_words, part_indicators, part_keys, part_name
from app.queries.assessment_work import (
    get_duties,
    get_tpi_answers,
    list_possible_owners,
)
from app.queries.assessments import Standing, find_agency
from app.queries.carry_over import list_undecided
from app.services.assessment_access import AssessmentRefused
from app.services.assessment_duties import give_duty
from app.services.assessments import FIRST_YEAR, start_assessment
from app.staff.blueprint import blueprint, signed_in
from app.staff.zi_desk import (
    ZiDesk,
    open_for_assessor,
    open_zi,
)
from app.staff.zi_forms import DutyForm, PlainForm, refusal_text
from workflows.vocabulary import Role


@blueprint.get("/zi")
def zi() -> ResponseReturnValue:
    """The worksheet of a year: score, progress by component, what costs the most points.

    A Polda has none of its own; its coordinator goes on to the worksheets of the stations below.
    """
    typed = request.args.get("tahun", "")
    if _is_parent():
        return redirect(url_for("staff.zi_tpi_list"))
    desk = open_zi(int(typed) if typed.isdecimal() and len(typed) == 4 else None)
    standing = desk.standing()
    duties = get_duties(desk.session, desk.assessment.id) if desk.assessment else {}
    return render_template(
        "staff/zi/index.html",
        desk=desk,
        standing=standing,
        parts=[_progress(desk, standing, key) for key in part_keys(desk.worksheet)],
        years=[(str(y), str(y)) for y in range(desk.today.year + 1, FIRST_YEAR - 1, -1)],
        form=PlainForm(),
        duties=duties,
        mine=[one for one in desk.worksheet.indicators if one.id in desk.mine],
        open_ids={gap.indicator.id for gap in standing.gaps},
        undecided=len(list_undecided(desk.session, desk.agency.id, desk.year, desk.at))
        if desk.assessment and desk.is_assessor
        else 0,
    )


@blueprint.post("/zi/<int:year>/mulai")
def zi_start(year: int) -> ResponseReturnValue:
    """Begin the worksheet of a year."""
    desk = open_for_assessor(year)
    start_assessment(desk.agency.code, year, actor=desk.actor, at=desk.at)
    return redirect(url_for("staff.zi", tahun=year))


@blueprint.get("/zi/<int:year>/<part>")
def zi_part(year: int, part: str) -> ResponseReturnValue:
    """The indicators of one component with answer, TPI's answer, evidence and who sees to it."""
    return _part_page(open_for_assessor(year), part, None)


@blueprint.post("/zi/<int:year>/<part>/tugas")
def zi_part_duty(year: int, part: str) -> ResponseReturnValue:
    """Give everything of a component that nobody sees to, to a person or a unit."""
    desk = open_for_assessor(year)
    if desk.assessment is None or part not in part_keys(desk.worksheet):
        abort(404)
    form = duty_form(desk)
    if form.validate_on_submit():
        taken = get_duties(desk.session, desk.assessment_id)
        free = [one.id for one in part_indicators(desk.worksheet, part) if one.id not in taken]
        try:
            if free:
                give_duty(
                    desk.assessment_id,
                    free,
                    form.chosen_owner,
                    form.due_on.data,
                    actor=desk.actor,
                    at=desk.at,
                )
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused), refused.field)
        else:
            flash(_("%(count)s indikator mendapat penanggung jawab.", count=len(free)), "success")
            return redirect(url_for("staff.zi_part", year=year, part=part))
    return _part_page(desk, part, form)


def duty_form(desk: ZiDesk, **given: Any) -> DutyForm:
    """The form that names who sees to something, with everybody of the station to choose from."""
    form = DutyForm(today=desk.today, **given)
    form.offer(*list_possible_owners(desk.session, desk.agency.id))
    return form


def _part_page(desk: ZiDesk, part: str, form: DutyForm | None) -> ResponseReturnValue:
    if desk.assessment is None or part not in part_keys(desk.worksheet):
        abort(404)
    page = render_template(
        "staff/zi/part.html",
        desk=desk,
        part=part,
        name=part_name(desk.worksheet, part),
        indicators=part_indicators(desk.worksheet, part),
        standing=desk.standing(),
        tpi=get_tpi_answers(desk.session, desk.assessment_id, desk.at),
        duties=get_duties(desk.session, desk.assessment_id),
        answer_words=answer_words,
        duty_form=form or duty_form(desk),
    )
    return page, 422 if form is not None and form.errors else 200


def _is_parent() -> bool:
    account, actor, session = signed_in(), current_actor(), db.session()
    agency = find_agency(session, account.agency_code)
    return agency is not None and agency.kind != "polres" and Role.COORDINATOR in actor.roles


def _progress(desk: ZiDesk, standing: Standing, part: str) -> dict[str, Any]:
    """How a part stands: answered, points, those missing, and those without sound evidence."""
    indicators = part_indicators(desk.worksheet, part)
    points = sum(desk.worksheet.points_of[one.id] for one in indicators)
    earned = sum(
        (standing.score.outcomes[one.id].score or 0.0) * desk.worksheet.points_of[one.id]
        for one in indicators
    )
    unproved = sum(
        gap.stake
        for gap in standing.gaps
        if gap.answered and desk.worksheet.home_of[gap.indicator.id] == part
    )
    return {
        "key": part,
        "name": part_name(desk.worksheet, part),
        "answered": sum(standing.score.outcomes[one.id].score is not None for one in indicators),
        "count": len(indicators),
        "points": points,
        "earned": earned,
        "missing": points - earned,
        "unproved": unproved,
        "at_stake": points - earned + unproved,
    }
