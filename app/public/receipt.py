"""After filing: the number, the code once, and the receipt to keep.

The code is shown by the page that follows the filing. That page brings a cookie that says so, hence a page
that never arrived leaves no mark and is asked for again; once it arrived, opening it anew shows no code.
For `drafts.HANDOVER` after the filing the code can be shown one last time by a button, which erases it.
"""

from __future__ import annotations

import io
from contextlib import suppress

import segno
from flask import current_app, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import clock
from app.extensions import db, limiter
from app.public import grants
from app.public.blueprint import SHOWN, WRITING_LIMIT, blueprint, draft_token, forget_draft
from app.queries.status import find_status
from app.security.codes import format_code
from app.services import drafts
from app.services.drafts import DraftGone, Filed


@blueprint.get("/lapor/terkirim")
def filed() -> ResponseReturnValue:
    """The receipt page; the code stands on it the first time that it arrives."""
    found = drafts.find_draft(db.session(), draft_token(), clock.now())
    if not isinstance(found, Filed):
        return redirect(url_for("public.begin"))
    may_show = found.may_show(clock.now())
    is_first = session.get(SHOWN) != found.number
    if may_show and is_first:
        session[SHOWN] = found.number
        return _page(found, code=found.code, is_last=False)
    return _page(found, code=None, is_last=not may_show)


@blueprint.post("/lapor/terkirim")
@limiter.limit(WRITING_LIMIT)
def show_code() -> ResponseReturnValue:
    """The code for the last time; from now on it is nowhere."""
    token = draft_token()
    try:
        taken = drafts.take_code(token or "", at=clock.now())
    except DraftGone:
        return redirect(url_for("public.begin"), 303)
    session[SHOWN] = taken.number
    return _page(taken, code=taken.code, is_last=True)


@blueprint.post("/lapor/selesai")
def leave() -> ResponseReturnValue:
    """Let go of everything that this browser holds of the complaint: for phones that are shared."""
    token = draft_token()
    if token is not None:
        with suppress(DraftGone):
            drafts.take_code(token, at=clock.now())
    forget_draft()
    grants.revoke()
    return redirect(url_for("public.start"), 303)


def status_url(number: str) -> str:
    """Where a receipt leads: the number alone, never the code."""
    return f"{current_app.config['PUBLIC_URL']}{url_for('public.status_door')}?nomor={number}"


def qr_svg(text: str, *, name: str) -> Markup:
    """A QR code as inline SVG.

    :param name: what it is, for those who don't see it
    """
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        buffer,
        kind="svg",
        xmldecl=False,
        svgns=True,
        svgclass="sahut-qr",
        lineclass=None,
        omitsize=True,
        border=2,
        dark="#14213d",
        title=name,
    )
    return Markup(buffer.getvalue().decode().strip())  # noqa: S704  (made here, of our own text)


def _page(found: Filed, *, code: str | None, is_last: bool) -> str:
    status = find_status(db.session().connection(), found.number)
    assert status is not None
    return render_template(
        "public/filed.html",
        filed=found,
        code=format_code(code) if code else None,
        is_last=is_last,
        case=status.case,
        clocks=[one for one in status.clocks if one.is_running and one.stage == "completeness_notice"],
        now=clock.now(),
        zone=status.case.zone,
        agency_name=status.case.agency_name,
        status_url=status_url(found.number),
        qr=qr_svg(status_url(found.number), name=found.number),
    )
