"""A lost tracking code at the desk: asked for by one officer, approved by another, seen by none.

The slip is shown once, to be printed and handed over; it holds a secret that opens nothing before the second
officer has approved and a day has passed.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import current_actor
from app.extensions import db
from app.forms import Choice, NoteField, RadioChoiceField, Required, SahutForm, SubmitButton
from app.models import CodeReissue, User
from app.queries.case_file import CaseFile
from app.security.codes import format_code
from app.services import reissue
from app.services.preferences import has_failed
from app.staff.blueprint import blueprint
from app.staff.desk import Desk, open_desk
from app.templating import local_datetime
from workflows.errors import GuardRefused
from workflows.vocabulary import IdentityMode

PROOF_WORDS: dict[str, Any] = {
    "ktp": _l("KTP"),
    "sim": _l("SIM"),
    "passport": _l("Paspor"),
    "receipt": _l("Tanda terima pengaduan"),
    "known_contact": _l("Dihubungi lewat nomor yang tercatat"),
}
REFUSALS: dict[str, Any] = {
    "code_not_recoverable": _l("Kode pengaduan ini tidak dapat diganti."),
    "reissue_under_way": _l("Sudah ada permintaan kode baru yang berjalan."),
    "reissue_approved": _l("Permintaan ini sudah disetujui."),
    "reissue_none": _l("Tidak ada permintaan kode baru yang berjalan."),
    "requester_has_interest": _l("Petugas yang meminta kini berkepentingan. Hentikan permintaan ini."),
    "reason_missing": _l("Tulis alasannya."),
    "proof_missing": _l("Pilih bukti yang Anda lihat."),
}
"""Refusals of the service in words."""


class ReissueForm(SahutForm):
    """Why, and what the officer saw."""

    proof = RadioChoiceField(
        _l("Bukti apa yang Anda lihat?"),
        [Required(_l("Pilih bukti yang Anda lihat."))],
        choices=[Choice(code, words) for code, words in PROOF_WORDS.items()],
        description=_l("Cocokkan dengan identitas pada pengaduan. Jangan mencatat nomor identitas."),
    )
    reason = NoteField(
        _l("Alasan dan keadaannya"),
        [Required(_l("Tulis alasannya."))],
        description=_l("Misalnya: ponsel hilang, datang sendiri, wajah sesuai KTP. Tanpa nama dan nomor."),
        max_length=500,
    )
    send = SubmitButton(_l("Ajukan dan cetak lembar"))


@blueprint.context_processor
def code_panel() -> dict[str, Any]:
    """Gives the case page its part on lost codes and on letters that did not arrive."""
    return {"code_panel": _panel}


@blueprint.get("/pengaduan/<number>/kode")
def reissue_page(number: str) -> ResponseReturnValue:
    """What is under way, or the form to ask."""
    desk = open_desk(number, log=True)
    return _page(desk, ReissueForm(formdata=None))


@blueprint.post("/pengaduan/<number>/kode")
def request_reissue(number: str) -> ResponseReturnValue:
    """Asks for a new code, and shows the slip once."""
    desk, form = open_desk(number, log=False), ReissueForm()
    if not reissue.may_request(desk.case, desk.actor):
        abort(404)
    if form.validate_on_submit():
        try:
            slip = reissue.request_reissue(
                number, reason=form.reason.data, proof=form.proof.data, actor=desk.actor, at=desk.at
            )
        except GuardRefused as refusal:
            form.lay_error(REFUSALS.get(refusal.code, refusal.code), refusal.field)
        else:
            return render_template(
                "staff/reissue_slip.html",
                desk=desk,
                case=desk.complaint,
                number=slip.number,
                secret=format_code(slip.secret),
                delay_hours=slip.delay_hours,
                claim_url=url_for("public.claim", _external=True),
            )
    return _page(desk, form), 422


@blueprint.post("/pengaduan/<number>/kode/setujui")
def approve_reissue(number: str) -> ResponseReturnValue:
    """Approves what another officer asked for."""
    desk = open_desk(number, log=False)
    try:
        ready_at = reissue.approve_reissue(number, actor=desk.actor, at=desk.at)
    except GuardRefused as refusal:
        flash(str(REFUSALS.get(refusal.code, refusal.code)), "warning")
    else:
        flash(
            _("Disetujui. Kode baru dapat diambil mulai %(at)s.", at=local_datetime(ready_at, desk.zone)),
            "success",
        )
    return redirect(url_for("staff.reissue_page", number=number))


@blueprint.post("/pengaduan/<number>/kode/hentikan")
def stop_reissue(number: str) -> ResponseReturnValue:
    """Stops what was asked for, before the code is taken."""
    desk = open_desk(number, log=False)
    try:
        reissue.stop_reissue(number, actor=desk.actor, at=desk.at)
    except GuardRefused as refusal:
        flash(str(REFUSALS.get(refusal.code, refusal.code)), "warning")
    else:
        flash(_("Permintaan kode baru dihentikan."), "success")
    return redirect(url_for("staff.reissue_page", number=number))


def _page(desk: Desk, form: Any) -> str:
    pending = reissue.find_open_reissue(desk.session, desk.complaint.id)
    may_stop = bool(desk.actor.roles & (reissue.REQUESTERS | reissue.APPROVERS))
    if pending is None and not may_stop:
        abort(404)
    return render_template(
        "staff/reissue.html",
        desk=desk,
        case=desk.complaint,
        form=form,
        pending=_pending(desk, pending) if pending is not None else None,
        may_request=reissue.may_request(desk.case, desk.actor),
        recoverable=_is_recoverable(desk),
    )


def _pending(desk: Desk, row: CodeReissue) -> dict[str, Any]:
    def words(user_id: int | None) -> str:
        user = desk.session.get(User, user_id) if user_id is not None else None
        return f"{user.full_name}, {user.title}" if user is not None else ""

    is_apart = reissue.may_request(desk.case, desk.actor) or reissue.may_approve(desk.case, desk.actor, 0)
    return {
        "row": row,
        "proof": PROOF_WORDS[row.proof],
        "requested_by": words(row.requested_by_id),
        "approved_by": words(row.approved_by_id),
        "is_mine": row.requested_by_id == desk.actor.user_id,
        "may_approve": row.approved_at is None
        and reissue.may_approve(desk.case, desk.actor, row.requested_by_id),
        "may_stop": is_apart,
    }


def _is_recoverable(desk: Desk) -> bool:
    complaint = desk.complaint
    return complaint.identity_mode != IdentityMode.ANONYMOUS and complaint.code_digest is not None


def _panel(file: CaseFile) -> dict[str, Any]:
    """For the case page: whether a new code is under way or may be asked for, and whether letters arrive."""
    actor, session = current_actor(), db.session()
    pending = reissue.find_open_reissue(session, file.complaint.id)
    return {
        "pending": pending is not None,
        "may_request": reissue.may_request(file.snapshot, actor)
        and file.complaint.identity_mode != IdentityMode.ANONYMOUS
        and file.complaint.code_digest is not None,
        "may_see": bool(actor.roles & (reissue.REQUESTERS | reissue.APPROVERS)),
        "undelivered": has_failed(session, file.complaint.id),
    }
