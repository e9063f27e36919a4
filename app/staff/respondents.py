"""Naming respondents and allegations: who is excluded from a case follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.law import get_law
from app.queries.case_file import list_respondents
from app.queries.case_log import Change
from app.queries.desk import list_colleagues
from app.queries.queue import list_units
from app.services.respondents import NAMING_ROLES, add_allegation, name_respondent
from app.staff.act import change_words, lay
from app.staff.actions import number_or_none
from app.staff.blueprint import blueprint
from app.staff.desk import Desk, open_desk
from app.staff.forms import AllegationForm, RespondentForm
from app.templating import label
from workflows.errors import CaseNotVisible, Refused, RoleNotPermitted
from workflows.vocabulary import Role


@blueprint.route("/pengaduan/<number>/terlapor", methods=["GET", "POST"])
def respondent(number: str) -> ResponseReturnValue:
    """Name an officer or a unit that is complained of."""
    desk = _desk(number)
    form = RespondentForm()
    form.user_id.offer(_people(desk))
    form.unit_id.offer((str(i), name) for i, name in list_units(desk.session, desk.complaint.agency_id))
    changes: Sequence[Change] = ()
    if form.validate_on_submit():
        if not (form.user_id.data or form.unit_id.data or form.description.data):
            form.lay_error(_("Pilih petugas atau unit, atau tulis cirinya."), "user_id")
        else:
            try:
                named = name_respondent(
                    number,
                    user_id=number_or_none(form.user_id.data),
                    unit_id=number_or_none(form.unit_id.data),
                    description=form.description.data or "",
                    **desk.by(form.seen or 0),
                )
            except (CaseNotVisible, RoleNotPermitted):
                raise
            except Refused as refusal:
                desk = open_desk(number, log=False)
                changes = lay(desk, form, refusal)
            else:
                return _named(number, named.owner_has_interest)
    return _page(desk, form, _("Catat terlapor"), changes)


@blueprint.route("/pengaduan/<number>/dugaan", methods=["GET", "POST"])
def allegation(number: str) -> ResponseReturnValue:
    """Write down one more allegation."""
    desk, law = _desk(number), get_law()
    form = AllegationForm()
    form.category.offer((code, label(kind)) for code, kind in {**law.conduct, **law.issues}.items())
    form.respondent_id.offer(
        (str(row.id), row.words) for row in list_respondents(desk.session, desk.complaint.id)
    )
    changes: Sequence[Change] = ()
    if form.validate_on_submit():
        try:
            add_allegation(
                number,
                category=form.category.data or "",
                respondent_id=number_or_none(form.respondent_id.data),
                description=form.description.data or "",
                **desk.by(form.seen or 0),
            )
        except (CaseNotVisible, RoleNotPermitted):
            raise
        except Refused as refusal:
            desk = open_desk(number, log=False)
            changes = lay(desk, form, refusal)
        else:
            flash(_("Dugaan dicatat."), "success")
            return redirect(url_for("staff.case", number=number, _anchor="terlapor"))
    return _page(desk, form, _("Catat dugaan"), changes)


def _desk(number: str) -> Desk:
    desk = open_desk(number, log=False)
    if not desk.actor.roles & NAMING_ROLES or desk.case.substate.is_closed:
        abort(404)
    return desk


def _people(desk: Desk) -> list[tuple[str, str]]:
    everybody = list_colleagues(desk.session, desk.complaint.agency_id, roles=frozenset(Role))
    return [(str(one.id), ", ".join(filter(None, (one.name, one.title, one.unit_name)))) for one in everybody]


def _named(number: str, owner_has_interest: bool) -> ResponseReturnValue:
    """After naming: whoever named somebody of the own unit may not see the case any more."""
    flash(_("Terlapor dicatat."), "success")
    if owner_has_interest:
        flash(_("Unit yang memegang perkara ini kini berkepentingan. Alihkan ke unit lain."), "warning")
    try:
        open_desk(number, log=False)
    except CaseNotVisible:
        return redirect(url_for("staff.queue"))
    return redirect(url_for("staff.case", number=number, _anchor="terlapor"))


def _page(desk: Desk, form: Any, title: str, changes: Sequence[Change]) -> ResponseReturnValue:
    if not form.is_submitted():
        form.seen_version.data = str(desk.complaint.version)
    return render_template(
        "staff/respondent.html",
        desk=desk,
        case=desk.complaint,
        form=form,
        title=title,
        changes=[change_words(one) for one in changes],
    ), (422 if form.errors else 200)
