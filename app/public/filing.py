"""The way through a complaint: one question a page, the last look, and sending.

Nothing is written by opening a page. Each accepted answer goes into the sealed draft at once, so that
leaving, going back, a lost connection or another language lose nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.extensions import csrf, db, limiter
from app.forms import SahutForm
from app.i18n import current_language
from app.public import grants, recent
from app.public.blueprint import (
    DRAFT,
    FILING_LIMIT,
    SHOWN,
    WRITING_LIMIT,
    begin_draft,
    blueprint,
    draft_token,
    set_draft_aside,
)
from app.public.consequences import list_dropped, list_nik_fields, strip_nik, with_answer
from app.public.filling import Filling, read_chosen, read_filling
from app.public.forms import SendForm, question_data
from app.public.lodgement import filing_of
from app.public.questions import (
    QUESTIONS,
    Question,
    asked,
    find_question,
    first_open,
    is_way_known,
    neighbours,
)
from app.public.summary import rows_of
from app.public.ways import (
    address_before,
    back_to_check,
    has_valid_csrf,
    leave_question,
    leaves_question,
    to_question,
)
from app.services import drafts
from app.services.drafts import Content, DraftAlreadyFiled, DraftGone, Filed
from app.services.filing import Filing
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
    set_draft_aside()
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
@csrf.exempt  # checked inside, so that a page that stood open too long comes back with everything typed
@limiter.limit(WRITING_LIMIT)
def answer(slug: str) -> ResponseReturnValue:
    """Keep an answer and go on; what can't be accepted comes back with what is wrong."""
    is_ours = has_valid_csrf()
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    question = find_question(slug, filling)
    if question is None:
        return to_question(first_open(filling)) if _is_known(slug) else abort(404)
    if is_ours and leaves_question():
        return leave_question(question, filling)
    form = question.make_form(filling, today=local_today(filling), fresh=False)
    if not form.validate_on_submit():
        return show_question(question, filling, form), 422
    data = question_data(form)
    if list_nik_fields(data) and "nik" not in request.form:
        return show_question(question, filling, form, nik=True)
    if request.form.get("nik") == "remove":
        data = strip_nik(data)
    after = with_answer(db.session(), question, filling, data)
    dropped = list_dropped(question, filling, after)
    if dropped and "sure" not in request.form:
        return _show_dropped(question, filling, dropped)
    return keep_answers(question, filling, data, dropped=[one.slug for one in dropped])


@blueprint.get("/lapor/periksa")
def check() -> ResponseReturnValue:
    """Everything that will be sent, with a way to change each part."""
    return _last_look(SendForm(formdata=None))


@blueprint.post("/lapor/periksa")
@csrf.exempt  # checked inside, as above
@limiter.limit(FILING_LIMIT)
def send() -> ResponseReturnValue:
    """File the complaint, once; a second click, or the same text again, leads to the receipt of the first."""
    has_valid_csrf()
    form = SendForm()
    if not form.validate_on_submit():
        return _last_look(form, status=422)
    token, at = draft_token(), clock.now()
    if token is None:
        return begin()
    sending = _Sending(token, current_language(), at)
    try:
        filed = drafts.file_draft(token, sending.filing, at=at, mark=lambda: sending.digest)
    except DraftGone:
        return begin()
    except _QuestionOpen as refusal:
        return to_question(refusal.question)
    except _SentBefore as refusal:
        return _to_first(refusal.token, token)
    if filed.mark is not None:
        recent.remember(filed.mark, token, at)
    if filed.code is not None and filed.may_show(at):
        grants.grant_new(filed.number, filed.code, at)
    return redirect(url_for("public.filed"), 303)


class _QuestionOpen(Exception):
    """Something is still to be answered before the complaint can be sent."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.slug)
        self.question = question


class _SentBefore(Exception):
    """The same text was filed a short while ago, from the draft of this token."""

    def __init__(self, token: str) -> None:
        super().__init__("sent before")
        self.token = token


@dataclass(slots=True)
class _Sending:
    """What is made of a draft while its row is held: read once, in the transaction that files it.

    :ivar digest: of the text, once it is known
    """

    token: str
    language: str
    at: datetime
    digest: str | None = None

    def filing(self, content: Content) -> Filing:
        """The complaint.

        :raises _QuestionOpen: something is not answered yet
        :raises _SentBefore: this browser filed the same text already
        """
        session = db.session()
        filling = _known(read_chosen(session, content))
        missing = first_open(filling)
        if missing:
            raise _QuestionOpen(missing)
        made = filing_of(filling, content, language=self.language)
        self.digest = recent.digest_of(made)
        first = recent.find_first(self.digest, self.at)
        if first not in (None, self.token) and isinstance(drafts.find_draft(session, first, self.at), Filed):
            raise _SentBefore(first)
        return made


def _last_look(form: SendForm, *, status: int = 200) -> ResponseReturnValue:
    """The last look, with what is wrong; or where something is still to be answered."""
    filling = open_filling()
    if isinstance(filling, Response):
        return filling
    missing = first_open(filling)
    return to_question(missing) if missing else (_show_check(filling, form), status)


def _to_first(first: str, second: str) -> Response:
    """To the receipt of the same text; the second draft goes."""
    at = clock.now()
    drafts.discard(second, at=at)
    session[DRAFT] = first
    session.pop(SHOWN, None)
    filed = drafts.find_draft(db.session(), first, at)
    if isinstance(filed, Filed):
        grants.grant(db.session(), filed.number, at)
    flash(_("Pengaduan yang sama baru saja kami terima dari Anda. Inilah tanda terimanya."), "info")
    return redirect(url_for("public.filed"), 303)


def open_filling() -> Filling | Response:
    """The complaint being written, or where to go instead."""
    found = drafts.find_draft(db.session(), draft_token(), clock.now())
    if isinstance(found, Filed):
        return redirect(url_for("public.filed"), 303)
    return _known(read_filling(db.session(), found or Content()))


def _known(filling: Filling | None) -> Filling:
    if filling is None:
        abort(503)
    return filling


def _is_known(slug: str) -> bool:
    return any(question.slug == slug for question in QUESTIONS)


def _is_ahead(question: Question, filling: Filling) -> bool:
    """Whether a question before it still waits for its answer."""
    missing = first_open(filling)
    if missing is None:
        return False
    order = list(asked(filling))
    return order.index(question) > order.index(missing)


def keep_answers(
    question: Question, filling: Filling, data: dict[str, Any], *, dropped: Sequence[str] = ()
) -> ResponseReturnValue:
    """Put answers into the draft, and go on to the next question.

    :param dropped: questions whose answers no longer fit; the writer was told
    """
    at = clock.now()
    token = draft_token()
    if token is None or drafts.find_draft(db.session(), token, at) is None:
        token = begin_draft()
    station_id = _station_id(question, filling, data)
    try:
        drafts.save_answers(token, station_id, question.slug, data, at=at, dropped=dropped)
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


def local_today(filling: Filling) -> Any:
    """The date at the station."""
    return to_local(clock.now(), filling.station.zone).date()


def show_question(question: Question, filling: Filling, form: SahutForm, *, nik: bool = False) -> str:
    """The page of a question.

    :param nik: a NIK was typed, and the writer is asked what to do about it
    """
    order = list(asked(filling))
    return render_template(
        question.template,
        question=question,
        filling=filling,
        form=form,
        back=address_before(question, filling),
        at=order.index(question) + 1,
        of=len(order),
        is_open_end=not is_way_known(filling),
        agency_name=filling.station.name,
        files=[(drafts.file_id(one), one) for one in filling.content.files],
        change=back_to_check(),
        nik=nik,
        token=draft_token(),
        **question.more(),
    )


def _show_dropped(question: Question, filling: Filling, dropped: Sequence[Question]) -> str:
    """What would be lost, before it is."""
    return render_template(
        "public/lapor/dropped.html",
        question=question,
        rows=[
            {"key": row["key"], "html": row["html"]}
            for one in dropped
            for row in rows_of(one.slug, one.about, filling)
        ],
        typed=[(name, value) for name in request.form for value in request.form.getlist(name)],
        agency_name=filling.station.name,
        cancel=url_for("public.ask", slug=question.slug, **back_to_check()),
        change=back_to_check(),
    )


def _show_check(filling: Filling, form: SendForm) -> str:
    order, today = list(asked(filling)), local_today(filling)
    return render_template(
        "public/lapor/check.html",
        form=form,
        filling=filling,
        rows=[row for question in order for row in rows_of(question.slug, question.about, filling)],
        unsaved=[question for question in order if question.holds_unsaved(filling, today=today)],
        back=url_for("public.ask", slug=order[-1].slug),
        agency_name=filling.station.name,
        token=draft_token(),
    )
