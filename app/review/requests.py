"""The Ombudsman's track of a case or an agency: what was asked, found and recommended, and new requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.content.errors import FileRefused
from app.extensions import db
from app.forms import kept_files
from app.forms.track_files import send
from app.forms.track_words import WORDS, track_words
from app.models import OmbudsmanTrack
from app.queries.case_file import get_visible_complaint
from app.queries.ombudsman_track import find_track_of_case, get_recommendation, get_track, list_clocks
from app.review.blueprint import blueprint, signed_in
from app.review.track_forms import AssessForm, PublishForm, RecommendationForm, RequestForm
from app.services.access import record_read
from app.services.files import StoredFile
from app.services.ombudsman_recommendations import (
    assess_recommendation,
    record_publication,
    record_recommendation,
)
from app.services.ombudsman_track import record_request
from app.services.texts import get_case_key
from app.services.track_acts import track_key
from app.services.track_files import read_track_file
from workflows.errors import CaseNotVisible, Refused
from workflows.ombudsman import Compliance

Fire = Callable[[list[StoredFile]], object]


@blueprint.get("/perkara/<int:track_id>")
def track(track_id: int) -> str:
    """Everything of one examination; opening it counts as opening its case."""
    session, actor = db.session(), current_actor()
    row = get_track(session, track_id, actor)
    log_read(row)
    row = get_track(session, track_id, actor)
    return render_template(
        "review/request_track.html",
        track=row,
        zone=row.agency.timezone,
        clocks=list_clocks(session, row.id),
        words=WORDS,
    )


@blueprint.route("/pengaduan/<number>/permintaan", methods=["GET", "POST"])
def case_request(number: str) -> ResponseReturnValue:
    """A request about a case; its track begins with it."""
    record_read(number, actor=current_actor(), at=clock.now())
    complaint = get_visible_complaint(db.session(), number, current_actor())
    found = find_track_of_case(db.session(), complaint.id)
    key = get_case_key(db.session(), complaint.id)
    return _request_page(number, complaint.number, key, found.id if found else None)


@blueprint.route("/perkara/<int:track_id>/permintaan", methods=["GET", "POST"])
def track_request(track_id: int) -> ResponseReturnValue:
    """A request in a track that runs."""
    row = get_track(db.session(), track_id, current_actor())
    return _request_page(row.id, track_words(row), track_key(db.session(), row), row.id)


def _request_page(place: int | str, name: str, key: bytes, track_id: int | None) -> ResponseReturnValue:
    actor, at = current_actor(), clock.now()
    form = RequestForm().prepare()

    def fire(files: list[StoredFile]) -> object:
        return record_request(
            place,
            form.chosen,
            form.text.data or "",
            number=form.number.data or "",
            due_on=form.due_on.data,
            held_on=form.held_on.data,
            files=files,
            actor=actor,
            at=at,
        )

    if fired(form, key, f"request-{place}", fire):
        flash(_("Tersampaikan kepada satuan dan tercatat."), "success")
        if track_id is None:
            complaint = get_visible_complaint(db.session(), str(place), actor)
            begun = find_track_of_case(db.session(), complaint.id)
            track_id = begun.id if begun else abort(404)
        return redirect(url_for("review.track", track_id=track_id))
    page = render_template("review/request.html", form=form, name=name, track_id=track_id)
    return page, 422 if form.errors else 200


@blueprint.route("/perkara/<int:track_id>/rekomendasi", methods=["GET", "POST"])
def track_recommendation(track_id: int) -> ResponseReturnValue:
    """A new recommendation."""
    actor, at = current_actor(), clock.now()
    row = get_track(db.session(), track_id, actor)
    form = RecommendationForm()

    def fire(files: list[StoredFile]) -> object:
        number, text = form.number.data or "", form.text.data or ""
        return record_recommendation(
            track_id, number, form.issued_on.data, text, files=files, actor=actor, at=at
        )

    name = track_words(row)
    if fired(form, track_key(db.session(), row), f"recommendation-{track_id}", fire):
        flash(_("Rekomendasi tersampaikan. Laporannya jatuh tempo 60 hari lagi."), "success")
        return redirect(url_for("review.track", track_id=track_id))
    page = render_template("review/request.html", form=form, name=name, track_id=track_id)
    return page, 422 if form.errors else 200


@blueprint.route("/rekomendasi/<int:recommendation_id>", methods=["GET", "POST"])
def recommendation(recommendation_id: int) -> ResponseReturnValue:
    """One recommendation with its report, and the verdict on it."""
    return _recommendation_page(recommendation_id, AssessForm(), PublishForm(formdata=None))


@blueprint.post("/rekomendasi/<int:recommendation_id>/publikasi")
def publication(recommendation_id: int) -> ResponseReturnValue:
    """Record the publication of a neglected recommendation."""
    return _recommendation_page(recommendation_id, AssessForm(formdata=None), PublishForm())


def _recommendation_page(row_id: int, assess: AssessForm, publish: PublishForm) -> ResponseReturnValue:
    actor, at, session = current_actor(), clock.now(), db.session()
    row = get_recommendation(session, row_id, actor)
    log_read(row.track)

    def judge() -> None:
        how = Compliance(assess.compliance.data) if assess.compliance.data else None
        assess_recommendation(row_id, how, assess.text.data or "", actor=actor, at=at)

    def announce() -> None:
        record_publication(row_id, publish.text.data or "", actor=actor, at=at)

    is_verdict = publish.meta.csrf and not publish.text.raw_data
    form: Any = assess if is_verdict else publish
    if form.validate_on_submit():
        try:
            (judge if is_verdict else announce)()
        except CaseNotVisible:
            raise
        except Refused as refusal:
            form.lay_refusal(refusal)
        else:
            flash(_("Tercatat."), "success")
            return redirect(url_for("review.recommendation", recommendation_id=row_id))
    row = get_recommendation(session, row_id, actor)
    page = render_template(
        "review/request_recommendation.html",
        row=row,
        zone=row.track.agency.timezone,
        assess=assess,
        publish=publish,
        form=form,
        words=WORDS,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/berkas/<int:track_file_id>")
def track_file(track_file_id: int) -> Response:
    """A file of a track."""
    return send(read_track_file(track_file_id, actor=current_actor(), at=clock.now()))


def log_read(row: OmbudsmanTrack) -> None:
    """Opening a page with words of a case counts as opening the case."""
    if row.complaint is not None:
        record_read(row.complaint.number, actor=current_actor(), at=clock.now())


def fired(form: Any, key: bytes, subject: str, fire: Fire, field_map: Any = None) -> bool:
    """Whether a sent form did its act; refusals lie on its fields, files are kept."""
    if not form.is_submitted():
        return False
    is_fine = form.validate()
    files, refused = form.take_files(key, kept_files.subject_of(signed_in().id, f"ori-{subject}"))
    if not is_fine or refused:
        return False
    try:
        fire(files)
    except CaseNotVisible:
        raise
    except FileRefused as refusal:
        kept_files.lay_file_refusals(form, [refusal])
    except Refused as refusal:
        form.lay_refusal(refusal, field_map() if field_map else None)
    else:
        return True
    return False
