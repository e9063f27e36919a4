"""What a complainant is told by e-mail, in which language and where; and the one click that ends it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.extensions import csrf, db, limiter
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.case import open_case
from app.public.contact_forms import AddressForm, NoticesForm
from app.queries.status import Status, find_complaint
from app.services import preferences
from app.services.preferences import Level, Preferences
from workflows.snapshot import complainant_of

ADDRESS_CHANGES = "10 per hour"


@blueprint.get("/status/kasus/pemberitahuan")
def notices() -> ResponseReturnValue:
    """What holds now."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    held = _read(status)
    return _page(status, held, _notices_form(held), AddressForm(formdata=None))


@blueprint.post("/status/kasus/pemberitahuan")
@limiter.limit(WRITING_LIMIT)
def choose_notices() -> ResponseReturnValue:
    """Chooses how much, and the language."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    held, form = _read(status), NoticesForm()
    if not form.validate_on_submit():
        return _page(status, held, form, AddressForm(formdata=None)), 422
    level = Level(form.level.data) if held.can_be_told else Level.NOTHING
    preferences.choose_notices(
        status.case.number,
        level,
        form.language.data,
        actor=complainant_of(status.case.number),
        at=clock.now(),
    )
    flash(_("Pilihan Anda disimpan."), "success")
    return redirect(url_for("public.notices"), 303)


@blueprint.post("/status/kasus/pemberitahuan/alamat")
@limiter.limit(ADDRESS_CHANGES)
def change_address() -> ResponseReturnValue:
    """Puts another address on file, or none."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    held, form = _read(status), AddressForm()
    is_fine = form.validate_on_submit()
    if is_fine and not form.remove.data and not form.email.data:
        form.lay_error(_("Tulis alamat surel yang baru, atau pilih menghapusnya."), "email")
    elif is_fine and form.remove.data and form.email.data:
        form.lay_error(_("Pilih salah satu: alamat baru, atau hapus alamat."), "email")
    if form.errors or not held.can_be_told:
        return _page(status, held, _notices_form(held), form), 422
    preferences.change_address(
        status.case.number,
        "" if form.remove.data else form.email.data or "",
        actor=complainant_of(status.case.number),
        at=clock.now(),
    )
    flash(_("Alamat surel diganti."), "success")
    return redirect(url_for("public.notices"), 303)


@blueprint.get("/pemberitahuan/berhenti/<token>")
def stop_notices_page(token: str) -> ResponseReturnValue:
    """One button; opening the page writes nothing, for mail programs open links too."""
    if not preferences.is_stop_link(db.session(), token, clock.now()):
        return render_template("public/preferences_stop.html", token=None, stopped=False), 404
    return render_template("public/preferences_stop.html", token=token, stopped=False)


@blueprint.post("/pemberitahuan/berhenti/<token>")
@csrf.exempt
@limiter.limit(WRITING_LIMIT)
def stop_notices(token: str) -> ResponseReturnValue:
    """Stops all notices of a case.

    Mail programs post here by themselves (RFC 8058), without cookie or form; the token is the authority, and
    all that a stranger could do with it is to stop letters.
    """
    if not preferences.stop_by_link(token, at=clock.now()):
        return render_template("public/preferences_stop.html", token=None, stopped=False), 404
    return render_template("public/preferences_stop.html", token=token, stopped=True)


def _read(status: Status) -> Preferences:
    complaint = find_complaint(db.session(), status.case.number)
    assert complaint is not None
    return preferences.read_preferences(db.session(), complaint)


def _notices_form(held: Preferences) -> NoticesForm:
    return NoticesForm(formdata=None, data={"level": held.level.value, "language": held.language})


def _page(status: Status, held: Preferences, form: Any, address_form: Any) -> str:
    return render_template(
        "public/preferences.html",
        case=status.case,
        held=held,
        form=form,
        address_form=address_form,
        suggest_nothing=status.case.in_danger and held.level is not Level.NOTHING,
        agency_name=status.case.agency_name,
        zone=status.case.zone,
    )
