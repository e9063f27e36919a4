"""Evidence of a complaint that is being written: files are stored at once, each on its own.

The page is a plain form that takes any number of files. Where scripts run (`static/js/upload.js`) each file
comes in a request of its own that asks for JSON, so that it has a progress, can be called off, and is sent
again after a lost connection; a file that came twice is kept once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from app import clock
from app.content.errors import FileRefused
from app.content.names import shown_name
from app.errors import TOO_LARGE, answer, wants_json
from app.extensions import limiter
from app.forms.refusals import refusal_words
from app.public.blueprint import WRITING_LIMIT, blueprint, draft_token
from app.public.filing import keep_answers, local_today, open_filling, show_question
from app.public.filling import Filling
from app.public.questions import Question, find_question, first_open
from app.public.ways import back_to_check, leave_question, leaves_question, to_question
from app.services import drafts
from app.services.drafts import DraftAlreadyFiled, DraftGone
from app.services.files import StoredFile, discard, store_file

SLUG = "bukti"
EVIDENCE_LIMIT = "300 per hour"
"""Turns of files from one address; a script sends each file in a turn of its own."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of the files of one turn.

    :ivar stored: part of the draft now, those that were so before included
    :ivar refused: name to show, and why
    """

    stored: list[StoredFile]
    refused: list[tuple[str, str]]


@blueprint.post(f"/lapor/{SLUG}")
@limiter.limit(WRITING_LIMIT)
def take_evidence() -> ResponseReturnValue:
    """Store what was chosen, and go on or stay for more."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    question = find_question(SLUG, filling)
    token = draft_token()
    if question is None or token is None:
        return to_question(first_open(filling))
    form = question.make_form(filling, today=local_today(filling), fresh=False)
    if not form.validate_on_submit():
        return show_question(question, filling, form), 422
    leaves = leaves_question()
    if form.add.data and not form.files.data and not leaves:
        form.files.errors = [_("Pilih berkas lebih dulu, atau lanjutkan tanpa berkas.")]
        return show_question(question, filling, form), 422
    try:
        turn = _take(form.files.data, filling, token)
    except (DraftGone, DraftAlreadyFiled):
        return redirect(url_for("public.begin"), 303)
    if wants_json():
        return _tell(turn)
    if leaves and not turn.refused:
        return leave_question(question, filling)
    return _go_on(turn, question, filling, form)


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
    if wants_json():
        return jsonify({})
    return redirect(url_for("public.ask", slug=SLUG, **back_to_check()), 303)


@blueprint.errorhandler(RequestEntityTooLarge)
def say_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """More than is even read: said beside the field, where there is one, without reading it."""
    filling = open_filling() if request.endpoint == "public.take_evidence" and not wants_json() else None
    question = find_question(SLUG, filling) if isinstance(filling, Filling) else None
    if question is None or not isinstance(filling, Filling):
        return answer(TOO_LARGE)
    form = question.make_form(filling, today=local_today(filling))
    form.files.errors = [" ".join(str(words) for words in TOO_LARGE.body)]
    return show_question(question, filling, form), 413


@limiter.limit(EVIDENCE_LIMIT, exempt_when=lambda: not request.files.getlist("files"))
def _take(chosen: list[FileStorage], filling: Filling, token: str) -> Turn:
    """Store each file and add it to the draft; one that is refused does not hold up the others.

    :raises DraftGone: there is no draft any more
    :raises DraftAlreadyFiled: it was filed meanwhile
    """
    held = {one.sha256: one for one in filling.content.files}
    turn = Turn([], [])
    for file in chosen:
        try:
            turn.stored.append(_keep(file, held, filling.content.case_key, token))
        except FileRefused as refusal:
            turn.refused.append((shown_name(file.filename or ""), refusal_words(refusal)))
    return turn


def _keep(file: FileStorage, held: dict[str, StoredFile], case_key: bytes, token: str) -> StoredFile:
    """Store one file; gives the one that is there already where it came before."""
    stored = store_file(cast(BinaryIO, file.stream), file.filename or "", case_key)
    if stored.sha256 in held:
        discard(stored)
        return held[stored.sha256]
    try:
        drafts.add_files(token, [stored], at=clock.now())
    except (FileRefused, DraftGone, DraftAlreadyFiled):
        discard(stored)
        raise
    held[stored.sha256] = stored
    return stored


def _tell(turn: Turn) -> ResponseReturnValue:
    """What the script puts into the page: a row for each file, and words for each refusal."""
    rows = [
        render_template(
            "public/lapor/evidence_row.html", id=drafts.file_id(one), file=one, change=back_to_check()
        )
        for one in turn.stored
    ]
    refused = [{"name": name, "message": words} for name, words in turn.refused]
    return jsonify({"rows": rows, "refused": refused}), 422 if refused else 200


def _go_on(turn: Turn, question: Question, filling: Filling, form: Any) -> ResponseReturnValue:
    """The next page, or this one with what was refused beside the field."""
    if turn.refused:
        form.files.errors = [*form.files.errors, *(f"{name}: {words}" for name, words in turn.refused)]
        again = open_filling()
        return again if isinstance(again, Response) else (show_question(question, again, form), 422)
    if form.add.data and not form.forward.data:
        return redirect(url_for("public.ask", slug=question.slug, **back_to_check()), 303)
    return keep_answers(question, filling, {"seen": True})
