"""The way through a complaint: one question a page, the last look, and sending.

Nothing is written by opening a page. Each accepted answer goes into the sealed draft at once, so that
leaving, going back, a lost connection or another language lose nothing.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.content.errors import FileRefused
from app.extensions import db, limiter
from app.forms import SahutForm
from app.forms.refusals import refusal_words
from app.i18n import LOCALES, current_language
from app.public import grants
from app.public.blueprint import (
    FILING_LIMIT,
    UPLOAD_LIMIT,
    WRITING_LIMIT,
    begin_draft,
    blueprint,
    draft_token,
    forget_draft,
)
from app.public.filling import Filling, filing_of, read_filling
from app.public.forms import EvidenceForm, SendForm, question_data
from app.public.questions import QUESTIONS, Question, asked, find_question, first_open, neighbours
from app.public.summary import CHANGE, rows_of
from app.services import drafts
from app.services.drafts import Content, DraftAlreadyFiled, DraftGone, Filed
from app.services.files import store_file
from app.templating import to_local


@blueprint.get("/lapor")
def begin() -> ResponseReturnValue:
    """To where the writer left off; a new one to the first question."""
    filling = _open()
    if isinstance(filling, Response):
        return filling
    return _to(first_open(filling))


@blueprint.post("/lapor/baru")
def begin_anew() -> ResponseReturnValue:
    """Let go of what was written or filed, and begin another."""
    forget_draft()
    return redirect(url_for("public.begin"), 303)


@blueprint.get("/lapor/<slug>")
def ask(slug: str) -> ResponseReturnValue:
    """The page of a question; whoever skips one is led back to it."""
    filling = _open()
    if isinstance(filling, Response):
        return filling
    question = find_question(slug, filling)
    if question is None:
        return _to(first_open(filling)) if _is_known(slug) else abort(404)
    if _is_ahead(question, filling):
        return _to(first_open(filling))
    return _show(question, filling, question.make_form(filling, today=_today(filling)))


@blueprint.post("/lapor/<slug>")
@limiter.limit(WRITING_LIMIT)
def answer(slug: str) -> ResponseReturnValue:
    """Keep an answer and go on; what can't be accepted comes back with what is wrong."""
    filling = _open()
    if isinstance(filling, Response):
        return filling
    question = find_question(slug, filling)
    if question is None:
        return _to(first_open(filling)) if _is_known(slug) else abort(404)
    if "lang" in request.form:
        return _in_other_language(question, filling)
    form = question.make_form(filling, today=_today(filling), fresh=False)
    if isinstance(form, EvidenceForm):
        return _take_files(question, filling, form)
    if not form.validate_on_submit():
        return _show(question, filling, form), 422
    return _keep(question, filling, question_data(form))


@blueprint.post("/lapor/bukti/hapus")
@limiter.limit(WRITING_LIMIT)
def remove_file() -> ResponseReturnValue:
    """Take a file off the draft again."""
    token = draft_token()
    if token is not None:
        try:
            drafts.remove_file(token, request.form.get("berkas", ""), at=clock.now())
        except (DraftGone, DraftAlreadyFiled):
            return redirect(url_for("public.begin"), 303)
    return redirect(url_for("public.ask", slug="bukti", **_back_to_check()), 303)


@blueprint.get("/lapor/periksa")
def check() -> ResponseReturnValue:
    """Everything that will be sent, with a way to change each part."""
    filling = _open()
    if isinstance(filling, Response):
        return filling
    missing = first_open(filling)
    return _to(missing) if missing else _show_check(filling, SendForm(formdata=None))


@blueprint.post("/lapor/periksa")
@limiter.limit(FILING_LIMIT)
def send() -> ResponseReturnValue:
    """File the complaint, once; a second click leads to the receipt of the first."""
    filling = _open()
    if isinstance(filling, Response):
        return filling
    missing = first_open(filling)
    if missing:
        return _to(missing)
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


def _open() -> Filling | Response:
    """The complaint being written, or where to go instead."""
    found = drafts.find_draft(db.session(), draft_token(), clock.now())
    if isinstance(found, Filed):
        return redirect(url_for("public.filed"), 303)
    filling = read_filling(db.session(), found or Content())
    if filling is None:
        abort(503)
    return filling


def _to(question: Question | None) -> Response:
    if question is None:
        return redirect(url_for("public.check"), 303)
    return redirect(url_for("public.ask", slug=question.slug, **_back_to_check()), 303)


def _is_known(slug: str) -> bool:
    return any(question.slug == slug for question in QUESTIONS)


def _is_ahead(question: Question, filling: Filling) -> bool:
    """Whether a question before it still waits for its answer."""
    missing = first_open(filling)
    if missing is None:
        return False
    order = list(asked(filling))
    return order.index(question) > order.index(missing)


def _keep(question: Question, filling: Filling, data: dict[str, Any]) -> ResponseReturnValue:
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
    if _back_to_check():
        return _to(first_open(after))
    return _to(neighbours(question, after)[1])


def _station_id(question: Question, filling: Filling, data: dict[str, Any]) -> int:
    if question.slug != "satuan":
        return filling.station.id
    return next(one.id for one in filling.stations if one.code == data["station"])


def _in_other_language(question: Question, filling: Filling) -> ResponseReturnValue:
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
    return redirect(url_for("public.ask", slug=question.slug, lang=wanted, **_back_to_check()), 303)


def _other_language() -> str:
    wanted = request.form.get("lang", "")
    return wanted if wanted in LOCALES else LOCALES[0]


@limiter.limit(UPLOAD_LIMIT, exempt_when=lambda: not request.files.getlist("files"))
def _take_files(question: Question, filling: Filling, form: EvidenceForm) -> ResponseReturnValue:
    """Store what was chosen; what is refused is said beside the field, the rest is kept."""
    if not form.validate_on_submit():
        return _show(question, filling, form), 422
    if form.add.data and not form.files.data:
        form.files.errors = [_("Pilih berkas lebih dulu, atau lanjutkan tanpa berkas.")]
        return _show(question, filling, form), 422
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
        again = _open()
        return again if isinstance(again, Response) else (_show(question, again, form), 422)
    if form.add.data and not form.forward.data:
        return redirect(url_for("public.ask", slug=question.slug, **_back_to_check()), 303)
    return _keep(question, filling, {"seen": True})


def _back_to_check() -> dict[str, Any]:
    return {CHANGE: 1} if request.args.get(CHANGE) else {}


def _today(filling: Filling) -> Any:
    return to_local(clock.now(), filling.station.zone).date()


def _show(question: Question, filling: Filling, form: SahutForm) -> str:
    before, _after = neighbours(question, filling)
    back = url_for("public.ask", slug=before.slug) if before else url_for("public.start")
    order = list(asked(filling))
    return render_template(
        question.template,
        question=question,
        filling=filling,
        form=form,
        back=url_for("public.check") if _back_to_check() else back,
        at=order.index(question) + 1,
        of=len(order),
        agency_name=filling.station.name,
        files=[(drafts.file_id(one), one) for one in filling.content.files],
        change=_back_to_check(),
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
