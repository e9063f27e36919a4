"""Ways between the questions: on, back, to the last look, into the other language, out and back in later.

All but "on" are buttons of the question's form, so that what was typed comes along: right or wrong, it is
sealed into the draft and stands in its fields when the page is shown again.
"""

from __future__ import annotations

from typing import Any

from flask import g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from app import clock
from app.extensions import db
from app.i18n import LOCALES
from app.public.blueprint import DRAFT, begin_draft, draft_token
from app.public.filling import Filling
from app.public.questions import Question, neighbours
from app.public.summary import CHANGE
from app.services import drafts, resuming
from app.services.drafts import DraftAlreadyFiled

RESUME_CODE = "resume"
"""Session key of a fresh code, until the page that shows it has arrived."""

BUTTONS = ("lang", "back", "save", "keep")
"""Names of the buttons that leave a question without an answer; ``keep`` is pressed by a script."""

MOST_KEPT = 200_000
"""Characters of one page that are kept as typed: ten times what a field takes, so that no paste is lost."""

_NOT_TYPED = frozenset({*BUTTONS, "csrf_token", "draft", "forward", "add", "nik", "sure"})


def to_question(question: Question | None) -> Response:
    """To a question, or to the last look when none is open."""
    if question is None:
        return redirect(url_for("public.check"), 303)
    return redirect(url_for("public.ask", slug=question.slug, **back_to_check()), 303)


def back_to_check() -> dict[str, Any]:
    """What the address carries when somebody came from the last look to change an answer."""
    return {CHANGE: 1} if request.args.get(CHANGE) else {}


def other_language() -> str:
    """The language that was asked for, else the usual one."""
    wanted = request.form.get("lang", "")
    return wanted if wanted in LOCALES else LOCALES[0]


def leaves_question() -> bool:
    """Whether another button than "on" was pressed."""
    return any(name in request.form for name in BUTTONS)


def leave_question(question: Question, filling: Filling) -> Response:
    """Keep what was typed and go where the button leads."""
    try:
        _keep_typed(question, filling)
        if "save" in request.form:
            return save_for_later(filling)
    except DraftAlreadyFiled:
        return redirect(url_for("public.filed"), 303)
    if "keep" in request.form:
        return Response(status=204)
    if "back" in request.form:
        return redirect(address_before(question, filling), 303)
    return redirect(url_for("public.ask", slug=question.slug, lang=other_language(), **back_to_check()), 303)


def address_before(question: Question, filling: Filling) -> str:
    """Where "back" leads: the question before, the last look for who came from there, or the first page."""
    if back_to_check():
        return url_for("public.check")
    before, _after = neighbours(question, filling)
    return url_for("public.ask", slug=before.slug) if before else url_for("public.start")


def save_for_later(filling: Filling) -> Response:
    """A code for coming back; the page after this one shows it."""
    token, at = draft_token() or begin_draft(), clock.now()
    if drafts.find_draft(db.session(), token, at) is None:
        drafts.keep_typed(token, filling.station.id, "jenis", {}, at=at)
    session[RESUME_CODE] = resuming.make_resume_code(token, at=at)
    return redirect(url_for("public.saved"), 303)


def has_valid_csrf() -> bool:
    """Whether the form was sent by a page of this session.

    A session ends with the browser or after twelve hours; the page that stood open meanwhile still holds the
    draft's token. It is taken back where the browser itself vouches that the page is ours
    (``Sec-Fetch-Site``): else a foreign page could make somebody write into a draft that it can read.

    :raises CSRFError: a foreign page sent it, or no page at all: ours always carry a token, be it an old one
    """
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError as error:
        came_from = request.headers.get("Sec-Fetch-Site")
        if came_from in ("cross-site", "same-site") or not request.form.get("csrf_token"):
            raise CSRFError(error.args[0]) from None
        token = request.form.get("draft", "")
        if token and draft_token() is None and came_from == "same-origin":
            session[DRAFT] = token
        return False
    g.csrf_valid = True  # as the library's own guard notes it, so that the form doesn't check it again
    return True


def _keep_typed(question: Question, filling: Filling) -> None:
    typed = {name: request.form.getlist(name) for name in request.form if name not in _NOT_TYPED}
    size = sum(len(value.strip()) for values in typed.values() for value in values)
    if 0 < size <= MOST_KEPT:
        token = draft_token() or begin_draft()
        drafts.keep_typed(token, filling.station.id, question.slug, typed, at=clock.now())
