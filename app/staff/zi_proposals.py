"""What the system proposes for an indicator: figure, rule and instant, and exactly the cases behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.worksheet_words import answer_words
from app.queries.queue import list_chosen
from app.queries.wbk import proposal_words
from app.queries.wbk_documents import list_held
from app.queries.wbk_proposals import find_proposal, get_proposals, list_taken
from app.services.assessment_access import AssessmentRefused
from app.services.assessments import FIRST_YEAR
from app.services.wbk_proposals import correct_proposal, figure_token, take_proposal
from app.staff.blueprint import blueprint
from app.staff.zi_desk import ZiDesk, open_for_assessor, open_zi
from app.staff.zi_forms import AnswerForm, PlainForm, answer_form, refusal_text
from reports.rows import CountGroup, Provenance
from reports.wbk.errors import AnswersError
from reports.wbk.proposals.registry import RULES
from reports.wbk.worksheet import Indicator

PAGE_SIZE = 50
WORDS: dict[str, Any] = {
    "reason_missing": _l("Tulis alasan koreksi."),
    "answer_missing": _l("Pilih atau isi jawaban Anda."),
}
"""Refusals of a correction; the others are those of an answer."""


@blueprint.get("/zi/<int:year>/usulan")
def zi_proposals(year: int) -> str:
    """What the data say of each of the sixteen indicators, beside the answers that stand."""
    desk = open_for_assessor(year)
    if desk.assessment is None:
        abort(404)
    found = get_proposals(desk.session, desk.agency, year, as_of=desk.at, actor=desk.actor)
    return render_template(
        "staff/zi/usulan_semua.html",
        desk=desk,
        items=[(desk.worksheet.by_id[key], item) for key, item in found.items()],
        answers=desk.standing().answers,
        proposal_words=proposal_words,
        answer_words=answer_words,
    )


@blueprint.get("/zi/<int:year>/indikator/<indicator_id>/usulan")
def zi_proposal(year: int, indicator_id: str) -> str:
    """The proposal with reason, query, filter, instant, and a way to the cases behind each figure."""
    desk, indicator = open_indicator(year, indicator_id)
    item = _find(desk, indicator_id, desk.at)
    answer = desk.standing().answers.get(indicator_id)
    return render_template(
        "staff/zi/usulan.html",
        desk=desk,
        indicator=indicator,
        item=item,
        answer=answer,
        taken=list_taken(desk.session, desk.assessment_id, desk.at).get(indicator_id),
        shown=figure_token(item) if item is not None else "",
        hidden=max((group.hidden for group in item.groups), default=0) if item is not None else 0,
        proposal_words=proposal_words,
        held=list_held(desk.session, desk.agency, year, indicator_id, actor=desk.actor, at=desk.at),
        form=PlainForm(),
    )


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/usulan/terima")
def zi_proposal_take(year: int, indicator_id: str) -> ResponseReturnValue:
    """Take up the proposal that was shown; taken anew in the act, and refused if it moved."""
    desk, _indicator = open_indicator(year, indicator_id)
    try:
        take_proposal(
            desk.assessment_id,
            indicator_id,
            shown=request.form.get("shown", ""),
            seen=request.form.get("seen", ""),
            actor=desk.actor,
            at=desk.at,
        )
    except AssessmentRefused as refused:
        flash(_words(refused))
        return redirect(url_for("staff.zi_proposal", year=year, indicator_id=indicator_id))
    flash(_("Usul untuk %(id)s diterima sebagai jawaban Anda.", id=indicator_id), "success")
    return redirect(url_for("staff.zi_indicator", year=year, indicator_id=indicator_id))


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>/usulan/koreksi", methods=["GET", "POST"])
def zi_proposal_correct(year: int, indicator_id: str) -> ResponseReturnValue:
    """Answer otherwise than was proposed, and say why; what was typed comes back where it is refused."""
    desk, indicator = open_indicator(year, indicator_id)
    item = _find(desk, indicator_id, desk.at) or abort(404)
    given = desk.standing().answers.get(indicator_id)
    counts = item.proposal if isinstance(item.proposal, Mapping) else None
    form = answer_form(
        indicator,
        value=counts or (given.value if given else None),
        seen=given.token if given else "",
    )
    form.note.label.text = _("Alasan koreksi")
    form.note.description = _("Tampil di lembar kerja sebagai catatan. Jangan menulis data pribadi.")
    form.send.label.text = _("Simpan jawaban saya")
    if form.validate_on_submit() and _corrected(desk, indicator_id, form):
        flash(_("Jawaban Anda untuk %(id)s tersimpan, dengan alasannya.", id=indicator_id), "success")
        return redirect(url_for("staff.zi_indicator", year=year, indicator_id=indicator_id))
    if form.errors:
        form.seen.data = given.token if given else ""
    page = render_template(
        "staff/zi/usulan_koreksi.html",
        desk=desk,
        indicator=indicator,
        item=item,
        form=form,
        shown=figure_token(item),
        proposal_words=proposal_words,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/zi/<int:year>/indikator/<indicator_id>/usulan/<group>")
def zi_proposal_list(year: int, indicator_id: str, group: str) -> str:
    """Exactly what a figure counts, at the instant of the figure; of complaints only those of the own view.

    ``per``: the instant of the figure, now if not given.
    """
    desk, indicator = open_indicator(year, indicator_id)
    as_of = _instant(desk)
    item = _find(desk, indicator_id, as_of) or abort(404)
    found = next((one for one in item.groups if one.code == group), None) or abort(404)
    page, pages = chosen_page(found)
    numbers = page_numbers(found, page)
    rows = list_chosen(desk.session, desk.actor, numbers) if found.of_cases else ()
    here: dict[str, Any] = {"year": year, "indicator_id": indicator_id, "group": group}
    here["per"] = as_of.isoformat()
    return render_template(
        "staff/zi/usulan_daftar.html",
        desk=desk,
        indicator=indicator,
        as_of=as_of,
        group=found,
        rows=sorted(rows, key=lambda row: numbers.index(row.number)),
        numbers=numbers,
        prev_href=url_for("staff.zi_proposal_list", **here, hal=page - 1) if page > 1 else None,
        next_href=url_for("staff.zi_proposal_list", **here, hal=page + 1) if page < pages else None,
    )


def open_indicator(year: int, indicator_id: str) -> tuple[ZiDesk, Indicator]:
    """The desk and an indicator that our own data has something for.

    :raises NotFound: no such indicator, no such data, or the assessment was not begun
    """
    desk = open_zi(year)
    indicator = desk.indicator(indicator_id)
    if desk.assessment is None or indicator.system is None:
        abort(404)
    return desk, indicator


def _find(desk: ZiDesk, indicator_id: str, as_of: datetime) -> Provenance | None:
    if indicator_id not in RULES:
        return None
    return find_proposal(desk.session, desk.agency, desk.year, indicator_id, as_of=as_of, actor=desk.actor)


def _corrected(desk: ZiDesk, indicator_id: str, form: AnswerForm) -> bool:
    """Store the correction; else lay what is wrong on its field."""
    try:
        correct_proposal(
            desk.assessment_id,
            indicator_id,
            form.answer,
            form.note.data or "",
            shown=request.form.get("shown", ""),
            seen=form.seen.data or "",
            actor=desk.actor,
            at=desk.at,
        )
    except AnswersError as error:
        form.lay_problems(error)
    except AssessmentRefused as refused:
        field = form.answer_fields[0] if refused.code == "answer_missing" else refused.field
        form.lay_error(_words(refused), field)
    else:
        return True
    return False


def _words(refused: AssessmentRefused) -> str:
    return str(WORDS.get(refused.code) or refusal_text(refused))


def _instant(desk: ZiDesk) -> datetime:
    """The instant that a list is about.

    :raises NotFound: it can't be read, has no zone, lies ahead or before all assessments
    """
    typed = request.args.get("per")
    if not typed:
        return desk.at
    try:
        found = datetime.fromisoformat(typed.replace(" ", "+"))
    except ValueError:
        abort(404)
    if found.tzinfo is None or not datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= found <= desk.at:
        abort(404)
    return found


def chosen_page(group: CountGroup) -> tuple[int, int]:
    """Which page is asked for, and how many there are; a list without rows has one."""
    pages = max(1, -(-len(group.numbers) // PAGE_SIZE))
    typed = request.args.get("hal", "1")
    page = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    if not 1 <= page <= pages:
        abort(404)
    return page, pages


def page_numbers(group: CountGroup, page: int) -> tuple[str, ...]:
    """What stands on a page of the list behind a figure."""
    return group.numbers[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
