"""One case, whole and read-only: dates against law, what was said and decided, who looked, and the proof."""

from __future__ import annotations

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import NoteField, Required, SahutForm, SubmitButton
from app.models import Complaint
from app.queries.case_file import get_case_file, get_visible_complaint
from app.queries.case_marks import list_announced, list_reissues
from app.queries.patterns import find_patterns
from app.queries.withdrawals import find_pending
from app.review.blueprint import blueprint
from app.review.case_words import audit_lines, clock_lines, file_lines, letter_lines, message_lines, story
from app.review.ledger import day_basis, explain_clock
from app.review.moments import list_moments, waited_days
from app.review.patterns import NAMES
from app.services.access import OpenedIdentity, open_identity, record_read
from app.services.files import read_file
from app.services.texts import CaseKeyDestroyed
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.vocabulary import IdentityMode


class IdentityForm(SahutForm):
    """Why an identity must be opened; the reason is kept with the reading, and the agency sees it."""

    reason = NoteField(
        _l("Alasan membuka identitas"),
        [Required(_l("Tulis alasannya."))],
        description=_l("Satuan yang dipantau dapat membaca alasan ini. Jangan menulis data pribadi."),
        max_length=500,
    )
    send = SubmitButton(_l("Buka identitas"))


@blueprint.get("/pengaduan/<number>")
def case(number: str) -> str:
    """Everything on one case; that it was opened is logged before anything is read."""
    actor, at = current_actor(), clock.now()
    record_read(number, actor=actor, at=at)
    session = db.session()
    file = get_case_file(session, number, actor)
    zone, case_id = file.complaint.agency.timezone, file.complaint.id
    return render_template(
        "review/case.html",
        file=file,
        complaint=file.complaint,
        zone=zone,
        clocks=clock_lines(file, at),
        story=story(file),
        letters=letter_lines(file),
        messages=message_lines(file),
        files=file_lines(file),
        audit=audit_lines(file),
        withdrawal=find_pending(session, case_id),
        shown=[(pattern.value, NAMES[pattern]) for pattern in find_patterns(session, case_id, zone, at)],
        moments=list_moments(file, list_reissues(session, case_id), list_announced(session, case_id)),
        waited=waited_days(file.events, at),
    )


@blueprint.get("/pengaduan/<number>/tenggat/<int:deadline_id>")
def ledger(number: str, deadline_id: int) -> str:
    """One deadline, day by day: what counted, what did not, and why."""
    actor, at = current_actor(), clock.now()
    record_read(number, actor=actor, at=at)
    session = db.session()
    complaint = get_visible_complaint(session, number, actor)
    explained = explain_clock(session, complaint, deadline_id)
    if explained is None:
        abort(404)
    return render_template(
        "review/ledger.html",
        complaint=complaint,
        zone=complaint.agency.timezone,
        explained=explained,
        day_basis=day_basis,
    )


@blueprint.route("/pengaduan/<number>/identitas", methods=["GET", "POST"])
def identity(number: str) -> ResponseReturnValue:
    """Ask for the reason, then show who complained: once, on this answer only."""
    actor = current_actor()
    complaint = get_visible_complaint(db.session(), number, actor)
    if complaint.identity_mode == IdentityMode.ANONYMOUS:
        raise CaseNotVisible("identity.read")
    form = IdentityForm()
    if form.validate_on_submit():
        try:
            opened = open_identity(number, form.reason.data, actor=actor, at=clock.now())
        except GuardRefused as refusal:
            form.lay_refusal(refusal)
        except CaseKeyDestroyed:
            form.lay_error(_("Identitas perkara ini sudah dihapus; kuncinya tidak ada lagi."))
        else:
            return _identity_page(complaint, None, opened)
    return _identity_page(complaint, form, None), 422 if form.errors else 200


@blueprint.get("/pengaduan/<number>/berkas/<int:file_id>")
def case_file(number: str, file_id: int) -> Response:
    """A file of the case: the cleaned copy where there is one, else (or with ``asli=1``) the original."""
    original = request.args.get("asli") == "1"
    found = read_file(number, file_id, actor=current_actor(), at=clock.now(), original=original)
    response = Response(found.chunks, mimetype=found.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    if found.size is not None:
        response.content_length = found.size
    return response


def _identity_page(complaint: Complaint, form: IdentityForm | None, opened: OpenedIdentity | None) -> str:
    return render_template("review/identity.html", complaint=complaint, form=form, opened=opened)
