"""Leaving an unfinished complaint and coming back: by a code from anywhere, or in this browser after an exit.

The answer for every code that opens nothing is the same: never given out, mistyped, replaced or expired.
"""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from app import clock
from app.extensions import db, limiter
from app.forms import SahutForm
from app.public import grants, recent
from app.public.blueprint import (
    DRAFT,
    HIDDEN,
    SHOWN,
    WRITING_LIMIT,
    blueprint,
    draft_token,
    forget_draft,
)
from app.public.filling import Filling
from app.public.forms import ResumeForm
from app.public.ways import RESUME_CODE, save_for_later
from app.queries.catalogue import list_stations
from app.security.codes import format_code, normalise_code
from app.services.drafts import KEPT_FOR, Content, DraftAlreadyFiled, find_draft
from app.services.resuming import find_resumed
from app.templating import to_local

ADDRESS_LIMIT = "20 per 10 minutes; 100 per day"
"""Wrong codes from one address."""


def _by_address() -> str:
    return f"resume {get_remote_address()}"


def _is_failure(response: Response) -> bool:
    return response.status_code != 303


@blueprint.get("/lapor/simpan")
def saved() -> ResponseReturnValue:
    """The code for coming back, the first time that this page arrives; later, a way to a new one."""
    found = find_draft(db.session(), draft_token(), clock.now())
    if not isinstance(found, Content):
        return redirect(url_for("public.begin"))
    code = session.pop(RESUME_CODE, None)
    stations = list_stations(db.session())
    zone = Filling(stations, (), found).station.zone if stations else "Asia/Jakarta"
    return render_template(
        "public/lapor/saved.html",
        code=format_code(code) if code else None,
        until=to_local(clock.now() + KEPT_FOR, zone).date(),
    )


@blueprint.post("/lapor/simpan")
@limiter.limit(WRITING_LIMIT)
def save() -> ResponseReturnValue:
    """A new code; the one before stops working."""
    found = find_draft(db.session(), draft_token(), clock.now())
    stations = list_stations(db.session())
    if not isinstance(found, Content) or not stations:
        return redirect(url_for("public.begin"), 303)
    try:
        return save_for_later(Filling(stations, (), found))
    except DraftAlreadyFiled:
        return redirect(url_for("public.filed"), 303)


@blueprint.post("/lapor/simpan/keluar")
def put_away() -> ResponseReturnValue:
    """Let go of the draft in this browser; the code still opens it."""
    forget_draft()
    return redirect(url_for("public.start"), 303)


@blueprint.get("/lapor/lanjut")
def resume() -> ResponseReturnValue:
    """Asks for the code."""
    return _ask(ResumeForm(formdata=None))


@blueprint.post("/lapor/lanjut")
@limiter.limit(ADDRESS_LIMIT, key_func=_by_address, deduct_when=_is_failure)
def reopen() -> ResponseReturnValue:
    """Opens the draft, or says that no draft opens by this code."""
    form = ResumeForm()
    if not form.validate_on_submit():
        return _ask(form), 422
    code = normalise_code(form.code.data)
    token = find_resumed(db.session(), code, clock.now()) if code else None
    if token is None:
        form.lay_error(_("Kode ini tidak membuka apa pun. Periksa lagi; kode berlaku 30 hari."), "code")
        return _ask(form), 422
    forget_draft()
    session[DRAFT] = token
    return redirect(url_for("public.begin"), 303)


@blueprint.post("/lapor/lanjut/di-sini")
def reopen_hidden() -> ResponseReturnValue:
    """What was being written here when somebody left by the quick exit."""
    token = session.pop(HIDDEN, None)
    if isinstance(token, str):
        session[DRAFT] = token
    return redirect(url_for("public.begin"), 303)


@blueprint.get("/keluar-cepat")
def quick_exit() -> ResponseReturnValue:
    """Out, at once: to a harmless page; whoever comes back here finds neither draft nor case.

    The draft isn't lost: `/lapor/lanjut` brings it back; one that was filed doesn't come back, for its page
    would show the tracking code. The page that was open is emptied by the script of the button, and no page
    of ours is stored, so going back asks for it anew. The cookie alone is asked, so that the way out is open
    whatever else stands still.
    """
    token = draft_token()
    is_filed = token is not None and (SHOWN in session or recent.was_filed(token))
    forget_draft()
    grants.revoke()
    if token is not None and not is_filed:
        session[HIDDEN] = token
    return redirect(current_app.config["SAHUT_SETTINGS"].quick_exit_url, 303)


def _ask(form: SahutForm) -> str:
    return render_template("public/lapor/resume.html", form=form, has_hidden=HIDDEN in session)
