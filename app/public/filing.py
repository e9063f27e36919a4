"""The way through a complaint: one question a page, the last look, and sending.

Nothing is written by opening a page. Each accepted answer goes into the sealed draft at once, so that
leaving, going back, a lost connection or another language lose nothing.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app import clock
from app.extensions import db, limiter
from app.forms import SahutForm
from app.i18n import LOCALES, current_language
from app.public import grants
from app.public.blueprint import (
    FILING_LIMIT,
    WRITING_LIMIT,
    begin_draft,
    blueprint,
    draft_token,
    forget_draft,
)
from app.public.filling import Filling, read_filling
from app.public.forms import SendForm, question_data
from app.public.lodgement import filing_of
from app.public.questions import QUESTIONS, Question, asked, find_question, first_open, neighbours
from app.public.summary import CHANGE, rows_of
from app.services import drafts
from app.services.drafts import Content, DraftAlreadyFiled, Filed
from app.templating import to_local


@blueprint.get("/lapor")
def begin() -> ResponseReturnValue:
    """To where the writer left off; a new one to the first question."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    return to_question(first_open(filling))


@blueprint.post("/lapor/baru")
def begin_anew() -> ResponseReturnValue:
    """Let go of what was written or filed, and begin another."""
    forget_draft()
    return redirect(url_for("public.begin"), 303)


@blueprint.get("/lapor/<slug>")
def ask(slug: str) -> ResponseReturnValue:
    """The page of a question; whoever skips one is led back to it."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    question = find_question(slug, filling)
    if question is None:
        return to_question(first_open(filling)) if _is_known(slug) else abort(404)
    if _is_ahead(question, filling):
        return to_question(first_open(filling))
    return show_question(question, filling, question.make_form(filling, today=local_today(filling)))


@blueprint.post("/lapor/<slug>")
@limiter.limit(WRITING_LIMIT)
def answer(slug: str) -> ResponseReturnValue:
    """Keep an answer and go on; what can't be accepted comes back with what is wrong."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    question = find_question(slug, filling)
    if question is None:
        return to_question(first_open(filling)) if _is_known(slug) else abort(404)
    if "lang" in request.form:
        return in_other_language(question, filling)
    form = question.make_form(filling, today=local_today(filling), fresh=False)
    if not form.validate_on_submit():
        return show_question(question, filling, form), 422
    return keep_answers(question, filling, question_data(form))


@blueprint.get("/lapor/periksa")
def check() -> ResponseReturnValue:
    """Everything that will be sent, with a way to change each part."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    missing = first_open(filling)
    return to_question(missing) if missing else _show_check(filling, SendForm(formdata=None))


@blueprint.post("/lapor/periksa")
@limiter.limit(FILING_LIMIT)
def send() -> ResponseReturnValue:
    """File the complaint, once; a second click leads to the receipt of the first."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    missing = first_open(filling)
    if missing:
        return to_question(missing)
    if "lang" in request.form:
        return redirect(url_for("public.check", lang=_other_language()), 303)
    form = SendForm()
    if not form.validate_on_submit():
        return _show_check(filling, form), 422
    token, language = draft_token(), current_language()
    assert token is not None
    filed = drafts.file_draft(
        token, lambda content: filing_of(filling, content, language=language), at=clock.now()
    )
    grants.grant(db.session(), filed.number, clock.now())
    return redirect(url_for("public.filed"), 303)


def open_filling() -> Filling | Response:
    """The complaint being written, or where to go instead."""
    found = drafts.find_draft(db.session(), draft_token(), clock.now())
    if isinstance(found, Filed):
        return redirect(url_for("public.filed"), 303)
    filling = read_filling(db.session(), found or Content())
    if filling is None:
        abort(503)
    return filling


def to_question(question: Question | None) -> Response:
    """To a question, or to the last look when none is open."""
    if question is None:
        return redirect(url_for("public.check"), 303)
    return redirect(url_for("public.ask", slug=question.slug, **back_to_check()), 303)


def _is_known(slug: str) -> bool:
    return any(question.slug == slug for question in QUESTIONS)


def _is_ahead(question: Question, filling: Filling) -> bool:
    """Whether a question before it still waits for its answer."""
    missing = first_open(filling)
    if missing is None:
        return False
    order = list(asked(filling))
    return order.index(question) > order.index(missing)


def keep_answers(question: Question, filling: Filling, data: dict[str, Any]) -> ResponseReturnValue:
    """Put answers into the draft, and go on to the next question."""
    at = clock.now()
    token = draft_token()
    if token is None or drafts.find_draft(db.session(), token, at) is None:
        token = begin_draft()
    station_id = _station_id(question, filling, data)
    try:
        drafts.save_answers(token, station_id, question.slug, data, at=at)
    except DraftAlreadyFiled:
        return redirect(url_for("public.filed"), 303)
    kept = drafts.find_draft(db.session(), token, at)
    assert isinstance(kept, Content)
    after = Filling(filling.stations, filling.services, kept)
    if question.slug == "satuan":
        after = read_filling(db.session(), kept) or after
    if back_to_check():
        return to_question(first_open(after))
    return to_question(neighbours(question, after)[1])


def _station_id(question: Question, filling: Filling, data: dict[str, Any]) -> int:
    if question.slug != "satuan":
        return filling.station.id
    return next(one.id for one in filling.stations if one.code == data["station"])


def in_other_language(question: Question, filling: Filling) -> ResponseReturnValue:
    """The same page in the other language, with everything typed still in its fields."""
    at = clock.now()
    skipped = ("csrf_token", "lang", "forward", "add")
    typed = {name: request.form.getlist(name) for name in request.form if name not in skipped}
    if typed:
        token = draft_token() or begin_draft()
        try:
            drafts.keep_typed(token, filling.station.id, question.slug, typed, at=at)
        except DraftAlreadyFiled:
            return redirect(url_for("public.filed"), 303)
    wanted = _other_language()
    return redirect(url_for("public.ask", slug=question.slug, lang=wanted, **back_to_check()), 303)


def _other_language() -> str:
    wanted = request.form.get("lang", "")
    return wanted if wanted in LOCALES else LOCALES[0]


def back_to_check() -> dict[str, Any]:
    """What the address carries when somebody came from the last look to change an answer."""
    return {CHANGE: 1} if request.args.get(CHANGE) else {}


def local_today(filling: Filling) -> Any:
    """The date at the station."""
    return to_local(clock.now(), filling.station.zone).date()


def show_question(question: Question, filling: Filling, form: SahutForm) -> str:
    """The page of a question."""
    before, _after = neighbours(question, filling)
    back = url_for("public.ask", slug=before.slug) if before else url_for("public.start")
    order = list(asked(filling))
    return render_template(
        question.template,
        question=question,
        filling=filling,
        form=form,
        back=url_for("public.check") if back_to_check() else back,
        at=order.index(question) + 1,
        of=len(order),
        agency_name=filling.station.name,
        files=[(drafts.file_id(one), one) for one in filling.content.files],
        change=back_to_check(),
    )


def _show_check(filling: Filling, form: SendForm) -> str:
    last = list(asked(filling))[-1]
    return render_template(
        "public/lapor/check.html",
        form=form,
        filling=filling,
        rows=[row for question in asked(filling) for row in rows_of(question.slug, question.about, filling)],
        back=url_for("public.ask", slug=last.slug),
        agency_name=filling.station.name,
    )
