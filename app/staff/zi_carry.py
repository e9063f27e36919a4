"""Documents of last year's assessment, each asked "valid still?" before it counts for this year's."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.forms.evidence_words import FINDINGS
from app.queries.carry_over import find_previous, list_undecided
from app.services.assessment_access import AssessmentRefused
from app.services.carry_over import decide_carry_over
from app.staff.blueprint import blueprint
from app.staff.zi_desk import ZiDesk, open_for_assessor
from app.staff.zi_evidence_forms import VerdictForm
from app.staff.zi_forms import refusal_text


@blueprint.get("/zi/<int:year>/lanjutan")
def zi_carry(year: int) -> str:
    """What of last year's documents nobody decided on yet."""
    desk = open_for_assessor(year)
    return _page(desk, None, None)


@blueprint.post("/zi/<int:year>/lanjutan/<int:evidence_id>")
def zi_carry_decide(year: int, evidence_id: int) -> ResponseReturnValue:
    """Say of one document whether it is valid still; what was typed comes back where it is refused."""
    desk, form = open_for_assessor(year), VerdictForm()
    if form.validate_on_submit():
        try:
            count = decide_carry_over(
                desk.assessment_id,
                evidence_id,
                form.is_accepted,
                form.reason.data or "",
                actor=desk.actor,
                at=desk.at,
            )
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused), refused.field)
        else:
            if form.is_accepted:
                flash(_("Dokumen dilanjutkan pada %(count)s indikator.", count=count), "success")
            else:
                flash(_("Dokumen ditandai tidak berlaku lagi."), "success")
            return redirect(url_for("staff.zi_carry", year=year))
    return _page(desk, evidence_id, form), 422


def _page(desk: ZiDesk, evidence_id: int | None, form: VerdictForm | None) -> str:
    assert desk.assessment_id
    undecided = list_undecided(desk.session, desk.agency.id, desk.year, desk.at)
    return render_template(
        "staff/zi/carry.html",
        desk=desk,
        previous=find_previous(desk.session, desk.agency.id, desk.year),
        asked=[
            (view, form if view.row.id == evidence_id and form else _form_of(view.row.id))
            for view in undecided
        ],
        refused=form,
        findings=FINDINGS,
    )


def _form_of(evidence_id: int) -> VerdictForm:
    """A form of its own for each document; only ids of its inputs are set apart."""
    form = VerdictForm(formdata=None)
    for field in form:
        field.id = f"{field.id}-{evidence_id}"
    return form
