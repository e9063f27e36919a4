"""Closure sampling: a sample of closed cases, and each of them judged without its decision in sight."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import (
    Choice,
    DateField,
    LongTextField,
    NotInFuture,
    RadioChoiceField,
    Required,
    SahutForm,
    SelectChoiceField,
    SubmitButton,
)
from app.models.closure_sample import NO_DECISION
from app.queries.case_file import list_files
from app.queries.closure_samples import get_review, get_sample, list_blind_messages, list_samples, tally
from app.queries.review import list_mandate
from app.review.blueprint import blueprint
from app.review.case_words import outcome_words, purpose_words
from app.services.access import record_read
from app.services.closure_samples import READ, draw_sample, judge
from workflows.errors import CaseNotVisible, Refused
from workflows.vocabulary import Finding

SIZES = (5, 10, 20, 30, 50)


class DrawForm(SahutForm):
    """Of which station, which days of closing, and how many cases."""

    agency = SelectChoiceField(_l("Satuan"), [Required(_l("Pilih satuan."))], blank=_l("Pilih satuan"))
    first = DateField(
        _l("Ditutup dari hari"),
        [Required(_l("Isi hari pertama.")), NotInFuture()],
        subject=_l("hari pertama"),
    )
    last = DateField(
        _l("Sampai hari"),
        [Required(_l("Isi hari terakhir.")), NotInFuture()],
        subject=_l("hari terakhir"),
        description=_l("Hari terakhir ikut dihitung, dan harus sudah lewat."),
    )
    count = SelectChoiceField(
        _l("Banyaknya perkara"),
        [Required(_l("Pilih banyaknya perkara."))],
        choices=[(str(size), str(size)) for size in SIZES],
        default="10",
    )
    send = SubmitButton(_l("Tarik sampel"))


class JudgeForm(SahutForm):
    """How the reviewer would have ended the case."""

    outcome = RadioChoiceField(_l("Hasil menurut Anda"), [Required(_l("Pilih hasil menurut Anda."))])
    reason = LongTextField(
        _l("Alasannya"), [Required(_l("Tulis alasannya."))], description=_l("Jangan menulis data pribadi.")
    )
    send = SubmitButton(_l("Simpan penilaian"))


@blueprint.route("/sampel", methods=["GET", "POST"])
def samples() -> ResponseReturnValue:
    """Samples of the mandate, and a new one."""
    session, actor, at = db.session(), current_actor(), clock.now()
    stations = list_mandate(session, actor)
    zone = ZoneInfo(stations[0].zone if stations else "Asia/Jakarta")
    form = DrawForm(today=at.astimezone(zone).date())
    form.agency.offer([(one.code, one.name) for one in stations])
    first, last = form.first.data, form.last.data
    if form.validate_on_submit() and first is not None and last is not None:
        code, count = form.agency.data or "", int(form.count.data or 0)
        try:
            made = draw_sample(code, first, last, count, actor=actor, at=at)
        except CaseNotVisible:
            raise
        except Refused as refusal:
            form.lay_refusal(refusal)
        else:
            return redirect(url_for("review.sample", sample_id=made))
    listed = [(one, tally(one.reviews)) for one in list_samples(db.session(), actor)]
    return render_template("review/samples.html", form=form, listed=listed), (422 if form.errors else 200)


@blueprint.get("/sampel/<int:sample_id>")
def sample(sample_id: int) -> str:
    """One sample: how to draw it again, its cases in order, and what came out."""
    found = get_sample(db.session(), sample_id, current_actor())
    return render_template(
        "review/sample.html", sample=found, counts=tally(found.reviews), words=outcome_or_end_words
    )


@blueprint.route("/sampel/<int:sample_id>/<int:place>", methods=["GET", "POST"])
def sample_case(sample_id: int, place: int) -> ResponseReturnValue:
    """A case as it lay before the decision; once it is judged, both outcomes side by side."""
    actor, at = current_actor(), clock.now()
    number = get_review(db.session(), sample_id, place, actor).complaint.number
    record_read(number, actor=actor, at=at, kind=READ)
    form = JudgeForm()
    form.outcome.offer(_outcomes())
    if form.validate_on_submit():
        try:
            judge(sample_id, place, form.outcome.data or "", form.reason.data or "", actor=actor, at=at)
        except CaseNotVisible:
            raise
        except Refused as refusal:
            form.lay_refusal(refusal)
        else:
            return redirect(url_for("review.sample_case", sample_id=sample_id, place=place))
    session = db.session()
    row = get_review(session, sample_id, place, actor)
    complaint = row.complaint
    return render_template(
        "review/sample_case.html",
        row=row,
        complaint=complaint,
        zone=complaint.agency.timezone,
        messages=[_message_line(one) for one in list_blind_messages(session, complaint)],
        files=[
            {
                "name": one.name,
                "size": one.size,
                "href": url_for("review.case_file", number=complaint.number, file_id=one.id),
                "kind": purpose_words(one.purpose),
                "note": "",
            }
            for one in list_files(session, complaint.id)
            if one.purpose == "evidence"
        ],
        form=form,
        words=outcome_or_end_words,
    ), (422 if form.errors else 200)


def outcome_or_end_words(code: str | None) -> str:
    """A finding, or an end without one; empty where nobody judged."""
    if code == NO_DECISION:
        return _("Berakhir tanpa hasil pemeriksaan: ditolak, diteruskan, atau dianggap dicabut")
    return outcome_words(code)


def _outcomes() -> list[Choice]:
    codes = [*(finding.value for finding in Finding), NO_DECISION]
    return [Choice(code, outcome_or_end_words(code)) for code in codes]


def _message_line(row: Any) -> dict[str, Any]:
    by = f"{row.author.full_name}, {row.author.title}" if row.author else _("Pelapor")
    return {
        "at": row.at,
        "by": by,
        "text": row.body,
        "mine": row.direction != "from_complainant",
        "files": [],
    }
