"""Coming back without the code: by a link to the address on file, or with the slip of the desk.

The page that takes number and contact answers alike to everybody and looks at nothing
(:mod:`app.services.lost_codes`). Opening the page of a link changes nothing: mail programs open links too.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from app import clock
from app.extensions import db, limiter
from app.public import grants
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.case import open_case
from app.public.contact_forms import ClaimForm, LostCodeForm
from app.public.status import ADDRESS_LIMIT, NUMBER_LIMIT, normalise_number
from app.queries.status import Status
from app.security.codes import format_code
from app.services import lost_codes, reissue
from app.services.lost_codes import LinkGone, NewCode
from app.services.reissue import ClaimRefused, ClaimTooEarly
from workflows.errors import GuardRefused
from workflows.snapshot import complainant_of

ASKS_BY_ADDRESS = "20 per hour; 60 per day"
ASKS_BY_NUMBER = "6 per hour"
"""Every request counts, since none says whether it was right."""


def _by_address() -> str:
    return f"lost {get_remote_address()}"


def _by_number() -> str:
    return f"lost {_typed_number() or 'none'}"


def _typed_number() -> str | None:
    return normalise_number(request.form.get("number", "")[:40])


def _is_failure(response: object) -> bool:
    return getattr(response, "status_code", 200) != 200


@blueprint.get("/status/kode-hilang")
def lost_code() -> ResponseReturnValue:
    """Asks for number and contact."""
    return render_template("public/lost_code.html", form=LostCodeForm(formdata=None))


@blueprint.post("/status/kode-hilang")
@limiter.limit(ASKS_BY_ADDRESS, key_func=_by_address)
@limiter.limit(ASKS_BY_NUMBER, key_func=_by_number)
def ask_for_code() -> ResponseReturnValue:
    """Puts the request aside; the same answer for all."""
    form = LostCodeForm()
    if not form.validate_on_submit():
        return render_template("public/lost_code.html", form=form), 422
    lost_codes.ask_for_code(normalise_number(form.number.data) or "", form.contact.data, at=clock.now())
    return redirect(url_for("public.code_asked"), 303)


@blueprint.get("/status/kode-hilang/terkirim")
def code_asked() -> ResponseReturnValue:
    """What happens now, whether or not the number exists."""
    return render_template("public/lost_code_asked.html")


@blueprint.get("/status/kode-baru/<token>")
def code_link(token: str) -> ResponseReturnValue:
    """The page of a link: one button; opening it writes nothing."""
    if not lost_codes.is_code_link(db.session(), token, clock.now()):
        return _gone()
    return render_template("public/lost_code_link.html", token=token)


@blueprint.post("/status/kode-baru/<token>")
@limiter.limit(WRITING_LIMIT)
def take_code(token: str) -> ResponseReturnValue:
    """Makes the new code and shows it, once."""
    try:
        made = lost_codes.take_code_by_link(token, at=clock.now())
    except LinkGone:
        return _gone()
    return _show(made)


@blueprint.get("/status/kode-baru")
def claim() -> ResponseReturnValue:
    """Asks for number and the secret of the slip."""
    return render_template("public/lost_code_claim.html", form=ClaimForm(formdata=None), until=None)


@blueprint.post("/status/kode-baru")
@limiter.limit(ADDRESS_LIMIT, key_func=_by_address, deduct_when=_is_failure)
@limiter.limit(NUMBER_LIMIT, key_func=_by_number, deduct_when=_is_failure)
def claim_code() -> ResponseReturnValue:
    """Makes the new code and shows it, once; or says that the two don't belong together."""
    form, until = ClaimForm(), None
    if form.validate_on_submit():
        try:
            return _show(
                reissue.claim_code(normalise_number(form.number.data) or "", form.secret.data, at=clock.now())
            )
        except ClaimRefused:
            form.lay_error(
                _("Nomor dan kode pengambilan ini tidak cocok, atau waktunya sudah lewat."), "number"
            )
        except ClaimTooEarly as early:
            until = early.until
            form.lay_error(_("Kode baru belum dapat diambil."), "secret")
    return render_template("public/lost_code_claim.html", form=form, until=until), 422


@blueprint.get("/status/hentikan-kode/<token>")
def stop_code_page(token: str) -> ResponseReturnValue:
    """The page of the link that stops a new code; opening it writes nothing."""
    if not reissue.is_stop_link(db.session(), token, clock.now()):
        return _gone()
    return render_template("public/lost_code_stop.html", token=token, stopped=False)


@blueprint.post("/status/hentikan-kode/<token>")
@limiter.limit(WRITING_LIMIT)
def stop_code(token: str) -> ResponseReturnValue:
    """Stops a new code that somebody asked for at the desk."""
    if not reissue.stop_by_link(token, at=clock.now()):
        return _gone()
    return render_template("public/lost_code_stop.html", token=token, stopped=True)


@blueprint.post("/status/kasus/kode/hentikan")
@limiter.limit(WRITING_LIMIT)
def stop_code_in_case() -> ResponseReturnValue:
    """The same from the page of the case, by whoever still has the code."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    number = status.case.number
    try:
        reissue.stop_reissue(number, actor=complainant_of(number), at=clock.now())
    except GuardRefused:
        flash(_("Tidak ada permintaan kode baru yang berjalan."), "info")
    else:
        flash(_("Permintaan kode baru dihentikan. Kode Anda tetap berlaku."), "success")
    return redirect(url_for("public.case"), 303)


def _show(made: NewCode) -> ResponseReturnValue:
    """The code, this once; the browser that took it may look at the case as well."""
    grants.grant(db.session(), made.number, clock.now())
    return render_template("public/lost_code_new.html", number=made.number, code=format_code(made.code))


def _gone() -> ResponseReturnValue:
    return render_template("public/lost_code_gone.html"), 404
