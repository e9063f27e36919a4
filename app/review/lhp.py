"""Examinations and their reports (LHP): the list, a report, and verdicts on corrective actions."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import Choice
from app.forms.track_words import WORDS, track_words
from app.queries.corrective_actions import list_unverified, open_actions_by_agency
from app.queries.ombudsman_track import (
    get_action,
    get_lhp,
    get_track,
    list_owners,
    list_tracks,
    list_units,
)
from app.queries.review import list_mandate
from app.review.blueprint import blueprint
from app.review.requests import fired, log_read
from app.review.track_forms import ACTIONS, FINDINGS, SubjectForm, VerdictForm, lhp_form
from app.services.corrective_actions import send_back, verify_action
from app.services.examination_reports import proposed_days, record_lhp
from app.services.files import StoredFile
from app.services.ombudsman_track import open_agency_track
from app.services.track_acts import track_key
from workflows.errors import CaseNotVisible, Refused


@blueprint.route("/lhp", methods=["GET", "POST"])
def lhp_list() -> ResponseReturnValue:
    """Examinations of the mandate, and a new one without a case."""
    session, actor, at = db.session(), current_actor(), clock.now()
    stations = list_mandate(session, actor)
    form = SubjectForm()
    form.agency.offer([Choice(str(one.id), one.name) for one in stations])
    if form.validate_on_submit():
        try:
            made = open_agency_track(int(form.agency.data or 0), form.subject.data or "", actor=actor, at=at)
        except CaseNotVisible:
            raise
        except Refused as refusal:
            form.lay_refusal(refusal)
        else:
            return redirect(url_for("review.track", track_id=made))
    page = render_template(
        "review/lhp_list.html",
        tracks=list_tracks(session, actor),
        open_actions=open_actions_by_agency(session, [one.id for one in stations], at),
        unverified=list_unverified(session, [one.id for one in stations]),
        stations=stations,
        form=form,
        words=WORDS,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/lhp/<int:lhp_id>")
def lhp(lhp_id: int) -> str:
    """One report with its findings and actions."""
    session, actor = db.session(), current_actor()
    log_read(get_lhp(session, lhp_id, actor).track)
    row = get_lhp(session, lhp_id, actor)
    return render_template("review/lhp.html", row=row, zone=row.track.agency.timezone, words=WORDS)


@blueprint.route("/perkara/<int:track_id>/lhp-baru", methods=["GET", "POST"])
def lhp_new(track_id: int) -> ResponseReturnValue:
    """Record or upload a report."""
    session, actor, at = db.session(), current_actor(), clock.now()
    row = get_track(session, track_id, actor)
    today = at.astimezone(ZoneInfo(row.agency.timezone)).date()
    form = lhp_form(
        [Choice(str(one.id), one.name) for one in list_units(session, row.agency_id)],
        [Choice(str(one.id), one.title) for one in list_owners(session, row)],
        today + timedelta(days=proposed_days(session, row.agency_id)),
    )

    def fire(files: list[StoredFile]) -> object:
        return record_lhp(track_id, form.report, files=files, actor=actor, at=at)

    if fired(form, track_key(session, row), f"lhp-{track_id}", fire, lambda: form.field_map):
        flash(_("LHP tersampaikan kepada satuan dan tercatat."), "success")
        return redirect(url_for("review.track", track_id=track_id))
    name = track_words(get_track(session, track_id, actor))
    page = render_template(
        "review/lhp_new.html", form=form, name=name, track_id=track_id, findings=FINDINGS, actions=ACTIONS
    )
    return page, 422 if form.errors else 200


@blueprint.route("/tindakan/<int:action_id>", methods=["GET", "POST"])
def lhp_action(action_id: int) -> ResponseReturnValue:
    """One corrective action with its proof; verified or sent back here and nowhere else."""
    session, actor, at = db.session(), current_actor(), clock.now()
    log_read(get_action(session, action_id, actor).lhp.track)
    form = VerdictForm()
    if form.validate_on_submit():
        judge = verify_action if form.verdict.data == "verified" else send_back
        try:
            judge(action_id, form.text.data or "", actor=actor, at=at)
        except CaseNotVisible:
            raise
        except Refused as refusal:
            form.lay_refusal(refusal)
        else:
            flash(_("Penilaian tercatat."), "success")
            return redirect(url_for("review.lhp_action", action_id=action_id))
    row = get_action(session, action_id, actor)
    page = render_template(
        "review/lhp_action.html", row=row, zone=row.lhp.track.agency.timezone, form=form, words=WORDS
    )
    return page, 422 if form.errors else 200
