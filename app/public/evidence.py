"""Evidence of a complaint that is being written: files are stored at once, each on its own."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.content.errors import FileRefused
from app.extensions import limiter
from app.forms.refusals import refusal_words
from app.public.blueprint import UPLOAD_LIMIT, WRITING_LIMIT, blueprint, draft_token
from app.public.filing import (
    back_to_check,
    in_other_language,
    keep_answers,
    local_today,
    open_filling,
    show_question,
    to_question,
)
from app.public.filling import Filling
from app.public.questions import Question, find_question, first_open
from app.services import drafts
from app.services.drafts import DraftAlreadyFiled, DraftGone
from app.services.files import store_file

SLUG = "bukti"


@blueprint.post(f"/lapor/{SLUG}")
@limiter.limit(WRITING_LIMIT)
def take_evidence() -> ResponseReturnValue:
    """Store what was chosen, and go on or stay for more."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    question = find_question(SLUG, filling)
    if question is None:
        return to_question(first_open(filling))
    if "lang" in request.form:
        return in_other_language(question, filling)
    form = question.make_form(filling, today=local_today(filling), fresh=False)
    return _take_files(question, filling, form)


@blueprint.post(f"/lapor/{SLUG}/hapus")
@limiter.limit(WRITING_LIMIT)
def remove_file() -> ResponseReturnValue:
    """Take a file off the draft again."""
    token = draft_token()
    if token is not None:
        try:
            drafts.remove_file(token, request.form.get("berkas", ""), at=clock.now())
        except (DraftGone, DraftAlreadyFiled):
            return redirect(url_for("public.begin"), 303)
    return redirect(url_for("public.ask", slug=SLUG, **back_to_check()), 303)


@limiter.limit(UPLOAD_LIMIT, exempt_when=lambda: not request.files.getlist("files"))
def _take_files(question: Question, filling: Filling, form: Any) -> ResponseReturnValue:
    """Store what was chosen; what is refused is said beside the field, the rest is kept."""
    if not form.validate_on_submit():
        return show_question(question, filling, form), 422
    if form.add.data and not form.files.data:
        form.files.errors = [_("Pilih berkas lebih dulu, atau lanjutkan tanpa berkas.")]
        return show_question(question, filling, form), 422
    token, at = draft_token(), clock.now()
    refused: list[str] = []
    for chosen in form.files.data if token is not None else ():
        try:
            stream = cast(BinaryIO, chosen.stream)
            stored = store_file(stream, chosen.filename or "", filling.content.case_key)
            drafts.add_files(token or "", [stored], at=at)
        except FileRefused as refusal:
            refused.append(f"{chosen.filename}: {refusal_words(refusal)}")
        except (DraftGone, DraftAlreadyFiled):
            return redirect(url_for("public.begin"), 303)
    if refused:
        form.files.errors = [*form.files.errors, *refused]
        again = open_filling()
        return again if isinstance(again, Response) else (show_question(question, again, form), 422)
    if form.add.data and not form.forward.data:
        return redirect(url_for("public.ask", slug=question.slug, **back_to_check()), 303)
    return keep_answers(question, filling, {"seen": True})
