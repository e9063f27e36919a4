"""Undoing an announced withdrawal: by a button on the page of the case, or by the link in the notice.

The link needs no code, so that who lost the code, or never announced anything, can still say no. It leads to
a page with a button, since opening a page writes nothing; it undoes, and tells nothing of the case.
"""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.extensions import db, limiter
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.case import open_case
from app.queries.status import Status
from app.queries.withdrawals import Linked, find_linked
from app.services.withdrawing import token_digest, undo_by_link, undo_withdrawal
from workflows.snapshot import complainant_of


@blueprint.post("/status/kasus/batal-cabut")
@limiter.limit(WRITING_LIMIT)
def undo() -> ResponseReturnValue:
    """Undo, with the case open in this browser."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    number = status.case.number
    if undo_withdrawal(number, actor=complainant_of(number), at=clock.now()):
        flash(_("Pencabutan dibatalkan. Pengaduan Anda berjalan terus."), "success")
    return redirect(url_for("public.case"), 303)


@blueprint.get("/status/batal-cabut/<token>")
def undo_page(token: str) -> ResponseReturnValue:
    """Asks once more, or says that there is nothing to undo."""
    linked = find_linked(db.session(), token_digest(token))
    return _page(linked, token, done=False)


@blueprint.post("/status/batal-cabut/<token>")
@limiter.limit(WRITING_LIMIT)
def undo_from_link(token: str) -> ResponseReturnValue:
    """Undo by the token alone."""
    done = undo_by_link(token, at=clock.now())
    return _page(find_linked(db.session(), token_digest(token)), token, done=done)


def _page(linked: Linked | None, token: str, *, done: bool) -> ResponseReturnValue:
    """One page for all: a token that never was looks like one that has nothing left to undo."""
    is_open = linked is not None and linked.outcome is None
    page = render_template("public/undo.html", linked=linked if is_open else None, token=token, done=done)
    return page, 200 if is_open or done else 410
