"""One indicator: its question, the unit's answer with its history, the TPI's beside it, its evidence."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.forms import Choice
from app.forms.evidence_words import FINDINGS, STATUSES
from app.forms.worksheet_words import answer_words
from app.queries.assessment_work import get_duties, get_tpi_answers, list_earlier_answers
from app.queries.assessments import GivenAnswer, Standing
from app.queries.carry_over import find_earlier_answer
from app.queries.evidence import view_agency_evidence
from app.services.assessment_access import AssessmentRefused
from app.services.assessment_duties import give_duty
from app.services.assessments import answer_indicator
from app.staff.blueprint import blueprint
from app.staff.zi import duty_form
from app.staff.zi_desk import ZiDesk, open_for_assessor, open_zi
from app.staff.zi_forms import AnswerForm, LinkForm, answer_form, refusal_text
from reports.wbk.errors import AnswersError
from reports.wbk.worksheet import Indicator

LAST_YEAR = "lalu"
"""Value of ``dari``: the form is filled with last year's answer, which is a suggestion until it is sent."""


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>", methods=["GET", "POST"])
def zi_indicator(year: int, indicator_id: str) -> ResponseReturnValue:
    """Answer one indicator; an answer that the worksheet doesn't allow comes back with what was typed."""
    desk = open_zi(year)
    indicator, assessment_id = desk.indicator(indicator_id), desk.assessment_id
    standing = desk.standing()
    given = standing.answers.get(indicator_id)
    earlier = find_earlier_answer(desk.session, desk.agency.id, year, indicator_id, desk.at)
    shown = earlier[1] if request.args.get("dari") == LAST_YEAR and earlier is not None else given
    form = answer_form(
        indicator,
        value=shown.value if shown else None,
        note=shown.note if shown else "",
        seen=given.token if given else "",
    )
    if form.validate_on_submit():
        try:
            answer_indicator(
                assessment_id,
                indicator_id,
                form.answer,
                form.note.data or "",
                seen=form.seen.data or "",
                actor=desk.actor,
                at=desk.at,
            )
        except AnswersError as error:
            form.lay_problems(error)
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused))
            form.seen.data = given.token if given else ""
        else:
            flash(_("Jawaban %(id)s tersimpan.", id=indicator_id), "success")
            return to_indicator(desk, indicator_id)
    return _indicator_page(desk, indicator, standing, earlier, form), 422 if form.errors else 200


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>/tugas", methods=["GET", "POST"])
def zi_duty(year: int, indicator_id: str) -> ResponseReturnValue:
    """Who sees to an indicator, and until when."""
    desk = open_for_assessor(year)
    indicator, assessment_id = desk.indicator(indicator_id), desk.assessment_id
    duty = get_duties(desk.session, assessment_id).get(indicator_id)
    owner = ""
    if duty is not None:
        owner = f"u{duty.user_id}" if duty.user_id is not None else f"n{duty.unit_id}"
    form = duty_form(desk, data={"owner": owner, "due_on": duty.due_on if duty is not None else None})
    if form.validate_on_submit():
        try:
            give_duty(
                assessment_id,
                (indicator_id,),
                form.chosen_owner,
                form.due_on.data,
                actor=desk.actor,
                at=desk.at,
            )
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused), refused.field)
        else:
            flash(_("Penanggung jawab %(id)s tersimpan.", id=indicator_id), "success")
            return to_indicator(desk, indicator_id)
    page = render_template("staff/zi/duty.html", desk=desk, indicator=indicator, form=form)
    return page, 422 if form.errors else 200


def _indicator_page(
    desk: ZiDesk,
    indicator: Indicator,
    standing: Standing,
    earlier: tuple[int, GivenAnswer] | None,
    form: AnswerForm,
) -> str:
    """The page of an indicator around a form of its answer.

    :param earlier: last year's answer, with the year
    """
    key = indicator.id
    evidence = standing.evidence.get(key, ())
    tied = {view.row.id for view in evidence}
    link = LinkForm()
    link.evidence.offer(
        [
            Choice(str(view.row.id), f"{view.row.number or '–'}: {view.row.title}")
            for view in view_agency_evidence(desk.session, desk.agency.id, desk.year, desk.at)
            if view.row.id not in tied and not view.facts.rejected
            if desk.is_assessor or not desk.mine.isdisjoint(view.row.indicator_ids)
        ]
    )
    return render_template(
        "staff/zi/indicator.html",
        desk=desk,
        indicator=indicator,
        part=desk.worksheet.home_of[key],
        points=desk.worksheet.points_of[key],
        form=form,
        link=link,
        answer=standing.answers.get(key),
        outcome=standing.score.outcomes[key],
        history=list_earlier_answers(desk.session, desk.assessment_id, key, desk.at),
        last_year=earlier,
        tpi=get_tpi_answers(desk.session, desk.assessment_id, desk.at).get(key),
        duty=get_duties(desk.session, desk.assessment_id).get(key),
        evidence=evidence,
        findings=FINDINGS,
        statuses=STATUSES,
        answer_words=answer_words,
    )


def to_indicator(desk: ZiDesk, indicator_id: str) -> ResponseReturnValue:
    """On to the page of an indicator."""
    return redirect(url_for("staff.zi_indicator", year=desk.year, indicator_id=indicator_id))
