"""What the station owes the Ombudsman: one page of what, by whom, by when; and the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.content.errors import FileRefused
from app.extensions import db
from app.forms import Choice, LongTextField, RadioChoiceField, Required, SubmitButton, TextField, kept_files
from app.forms.track_files import TrackForm, send
from app.forms.track_words import WORDS
from app.models import OmbudsmanTrack
from app.queries.ombudsman_track import (
    answers_for_station,
    get_action,
    get_recommendation,
    get_request,
    list_owed,
    list_settled,
)
from app.services.access import record_read
from app.services.corrective_actions import note_progress, record_action_read, report_done
from app.services.files import StoredFile
from app.services.ombudsman_recommendations import report_recommendation
from app.services.ombudsman_track import answer_request
from app.services.track_acts import track_key
from app.services.track_files import read_track_file
from app.services.web_addresses import LONGEST_URL
from app.staff.blueprint import OMBUDSMAN_ROLES, blueprint, signed_in
from workflows.errors import CaseNotVisible, Refused, RoleNotPermitted

Act = Callable[[list[StoredFile]], None]


class AnswerForm(TrackForm):
    """A written answer or report."""

    text = LongTextField(_l("Jawaban satuan"), [Required(_l("Tulis isinya."))])
    send = SubmitButton(_l("Kirim kepada Ombudsman"))


class ActionForm(TrackForm):
    """A note on a corrective action, or the report that it is done."""

    step = RadioChoiceField(
        _l("Yang dicatat"),
        [Required(_l("Pilih jenisnya."))],
        choices=[
            Choice("note", _l("Catatan kemajuan")),
            Choice(
                "report", _l("Selesai: minta verifikasi Ombudsman"), _l("Perlu bukti: berkas atau tautan.")
            ),
        ],
    )
    text = LongTextField(_l("Yang dikerjakan"), [Required(_l("Tulis isinya."))])
    url = TextField(_l("Tautan bukti"), max_length=LONGEST_URL)
    send = SubmitButton(_l("Simpan"))


@blueprint.get("/ombudsman")
def ombudsman() -> str:
    """Everything owed, the nearest first, and what was settled."""
    actor = current_actor()
    if not actor.roles & OMBUDSMAN_ROLES:
        abort(404)
    session = db.session()
    return render_template(
        "staff/ombudsman.html",
        owed=list_owed(session, actor),
        settled=list_settled(session, actor),
        whole=answers_for_station(actor),
        words=WORDS,
    )


@blueprint.route("/ombudsman/permintaan/<int:request_id>", methods=["GET", "POST"])
def ombudsman_request(request_id: int) -> ResponseReturnValue:
    """One request, and the answer to it."""
    actor, at, session = current_actor(), clock.now(), db.session()
    row = get_request(session, request_id, actor)
    _log_read(row.track)
    form = AnswerForm()

    def act(files: list[StoredFile]) -> None:
        answer_request(request_id, form.text.data or "", files=files, actor=actor, at=at)

    done = _sent(form, row.track, f"request-{request_id}", act, _("Jawaban dikirim kepada Ombudsman."))
    if done is not None:
        return done
    row = get_request(session, request_id, actor)
    page = render_template("staff/ombudsman_request.html", row=row, form=form, words=WORDS)
    return page, 422 if form.errors else 200


@blueprint.route("/ombudsman/rekomendasi/<int:recommendation_id>", methods=["GET", "POST"])
def ombudsman_recommendation(recommendation_id: int) -> ResponseReturnValue:
    """One recommendation, and the report on it."""
    actor, at, session = current_actor(), clock.now(), db.session()
    row = get_recommendation(session, recommendation_id, actor)
    _log_read(row.track)
    form = AnswerForm()
    form.text.label.text = _("Laporan pelaksanaan")

    def act(files: list[StoredFile]) -> None:
        report_recommendation(recommendation_id, form.text.data or "", files=files, actor=actor, at=at)

    subject = f"recommendation-{recommendation_id}"
    done = _sent(form, row.track, subject, act, _("Laporan dikirim kepada Ombudsman."))
    if done is not None:
        return done
    row = get_recommendation(session, recommendation_id, actor)
    page = render_template("staff/ombudsman_recommendation.html", row=row, form=form, words=WORDS)
    return page, 422 if form.errors else 200


@blueprint.route("/ombudsman/tindakan/<int:action_id>", methods=["GET", "POST"])
def ombudsman_action(action_id: int) -> ResponseReturnValue:
    """One corrective action: its steps, a note, the report with proof."""
    actor, at, session = current_actor(), clock.now(), db.session()
    row = get_action(session, action_id, actor)
    if answers_for_station(actor):
        _log_read(row.lhp.track)
    else:
        record_action_read(action_id, actor=actor, at=at)
    form = ActionForm()

    def act(files: list[StoredFile]) -> None:
        words = form.text.data or ""
        if form.step.data == "report":
            report_done(action_id, words, url=form.url.data or "", files=files, actor=actor, at=at)
        else:
            note_progress(action_id, words, actor=actor, at=at)

    done = _sent(form, row.lhp.track, f"action-{action_id}", act, _("Tercatat."))
    if done is not None:
        return done
    row = get_action(session, action_id, actor)
    page = render_template("staff/ombudsman_action.html", row=row, form=form, words=WORDS)
    return page, 422 if form.errors else 200


@blueprint.get("/ombudsman/berkas/<int:track_file_id>")
def ombudsman_file(track_file_id: int) -> Response:
    """A file of the track."""
    return send(read_track_file(track_file_id, actor=current_actor(), at=clock.now()))


def _log_read(track: OmbudsmanTrack) -> None:
    """Opening a page with words of a case counts as opening the case."""
    if track.complaint is not None:
        record_read(track.complaint.number, actor=current_actor(), at=clock.now())


def _sent(form: Any, track: OmbudsmanTrack, subject: str, act: Act, words: str) -> ResponseReturnValue | None:
    """Fire the act of a sent form; None where the page is to be shown (again)."""
    if not form.is_submitted():
        return None
    is_fine = form.validate()
    key = track_key(db.session(), track)
    files, refused = form.take_files(key, kept_files.subject_of(signed_in().id, f"ori-{subject}"))
    if not is_fine or refused:
        return None
    try:
        act(files)
    except (CaseNotVisible, RoleNotPermitted):
        raise
    except FileRefused as refusal:
        kept_files.lay_file_refusals(form, [refusal])
    except Refused as refusal:
        form.lay_refusal(refusal)
    else:
        flash(words, "success")
        return redirect(url_for("staff.ombudsman"))
    return None
