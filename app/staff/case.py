"""The case page: everything on one case, its identity apart, its files, and the receipt of its letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.audit_words import audit_words
from app.forms.message_words import ABOUT
from app.forms.words import (
    category_words,
    event_words,
    role_words,
    stage_words,
    substate_words,
)
from app.law import get_law, get_table
from app.models import Deadline
from app.queries.case_file import CaseFile, get_case_file
from app.queries.case_log import AuditRow, EventRow
from app.queries.desk import get_unreceived_notice
from app.queries.withdrawals import find_pending
from app.services import events
from app.services.access import may_open_identity, open_identity, record_read
from app.services.files import read_file
from app.services.respondents import NAMING_ROLES
from app.staff.act import change_words, lay
from app.staff.actions import ACTIONS, MAIN_WAY, SIDE_STEPS
from app.staff.blueprint import blueprint
from app.staff.desk import instant_of, open_desk
from app.staff.forms import OpenIdentityForm, ReceiptOfNoticeForm
from app.staff.previews import limit_words
from app.templating import label
from workflows.errors import CaseNotVisible, GuardRefused, Refused, RoleNotPermitted
from workflows.snapshot import Actor
from workflows.transitions import allowed_actions
from workflows.vocabulary import ClosureReason, Event, Finding, NoticeKind, Party


@blueprint.get("/pengaduan/<number>")
def case(number: str) -> ResponseReturnValue:
    """Everything on a case; that it was opened stands in the log before the page goes out."""
    actor, session = current_actor(), db.session()
    record_read(number, actor=actor, at=clock.now())
    file = get_case_file(session, number, actor)
    return render_template("staff/case.html", **case_context(file, actor))


@blueprint.route("/pengaduan/<number>/identitas", methods=["GET", "POST"])
def identity(number: str) -> ResponseReturnValue:
    """Open the identity of the complainant, with a reason; shown once, never kept."""
    desk = open_desk(number, log=False)
    if not may_open_identity(desk.case, desk.actor):
        abort(404)
    form, opened = OpenIdentityForm(), None
    if form.validate_on_submit():
        try:
            opened = open_identity(number, form.reason.data or "", actor=desk.actor, at=desk.at)
        except GuardRefused as refusal:
            form.lay_refusal(refusal)
        desk = open_desk(number, log=False)
    return render_template("staff/identity.html", desk=desk, case=desk.complaint, form=form, opened=opened), (
        422 if form.errors else 200
    )


@blueprint.get("/pengaduan/<number>/berkas/<int:file_id>")
def file(number: str, file_id: int) -> ResponseReturnValue:
    """The copy of a file that is safe to view, else the original; logged before it is sent."""
    return _download(number, file_id, original=False)


@blueprint.get("/pengaduan/<number>/berkas/<int:file_id>/asli")
def original_file(number: str, file_id: int) -> ResponseReturnValue:
    """The sealed original of a file."""
    return _download(number, file_id, original=True)


@blueprint.route("/pengaduan/<number>/surat/<int:notice_id>/diterima", methods=["GET", "POST"])
def notice_received(number: str, notice_id: int) -> ResponseReturnValue:
    """Record that a letter reached the complainant, and how that is known."""
    desk = open_desk(number, log=False)
    notice = get_unreceived_notice(desk.session, desk.complaint.id, notice_id)
    if notice is None or Event.RECORD_NOTICE not in allowed_actions(desk.case, desk.actor, table=get_table()):
        abort(404)
    title = label(get_law().notices[NoticeKind(notice.kind)])
    facts = {"title": title, "number": notice.number, "sent_at": notice.sent_at}
    form = ReceiptOfNoticeForm(today=desk.today)
    changes: Sequence[Any] = ()
    if form.validate_on_submit():
        on, clock_time = form.received_on.data, form.received_time.data
        assert on is not None  # both are required by the form
        assert clock_time is not None
        try:
            events.record_receipt_of_notice(
                number,
                notice_id,
                received_at=instant_of(on, clock_time, desk.zone),
                proof=form.proof.data or "",
                **desk.by(form.seen or 0),
            )
        except (CaseNotVisible, RoleNotPermitted):
            raise
        except Refused as refusal:
            desk = open_desk(number, log=False)
            changes = lay(desk, form, refusal, {"notice_received_at": "received_on"})
        else:
            flash(_("Penerimaan surat dicatat."), "success")
            return redirect(url_for("staff.case", number=number, _anchor="surat"))
    if not form.is_submitted():
        form.seen_version.data = str(desk.complaint.version)
    return render_template(
        "staff/notice_received.html",
        desk=desk,
        case=desk.complaint,
        form=form,
        notice=facts,
        changes=[change_words(one) for one in changes],
    ), (422 if form.errors else 200)


def case_context(file: CaseFile, actor: Actor) -> dict[str, Any]:
    """What the case page shows, in words and rows."""
    complaint, law = file.complaint, get_law()
    offered = [e for e in allowed_actions(file.snapshot, actor, table=get_table()) if e in ACTIONS]
    return {
        "file": file,
        "case": complaint,
        "withdrawal": find_pending(db.session(), complaint.id),
        "steps": [_step(complaint.number, e) for e in sorted(offered, key=_place) if e not in SIDE_STEPS],
        "side_steps": [_step(complaint.number, e) for e in offered if e in SIDE_STEPS],
        "may_name": bool(actor.roles & NAMING_ROLES) and not file.snapshot.substate.is_closed,
        "may_open_identity": may_open_identity(file.snapshot, actor) and file.has_identity,
        "may_record_receipt": Event.RECORD_NOTICE in offered,
        "finding": label(law.outcomes[Finding(complaint.finding)]) if complaint.finding else "",
        "findings": {code.value: label(outcome) for code, outcome in law.outcomes.items()},
        "remedies": [label(law.remedies[code]) for code in complaint.remedies if code in law.remedies],
        "closure": (
            label(law.closure_reasons[ClosureReason(complaint.closure_reason)])
            if complaint.closure_reason
            else ""
        ),
        "channel": label(law.channels[complaint.channel]) if complaint.channel in law.channels else "",
        "category": category_words(complaint.category),
        "maladministration": (
            label(law.maladministration[complaint.maladministration])
            if complaint.maladministration is not None
            else ""
        ),
        "missing": missing_words(file),
        "station_deadlines": [deadline_row(d) for d in file.deadlines if is_shown(d, Party.STATION)],
        "citizen_deadlines": [deadline_row(d) for d in file.deadlines if is_shown(d, Party.COMPLAINANT)],
        "timeline": [timeline_entry(row) for row in reversed(file.events)],
        "letters": [letter_row(file, notice) for notice in file.notices],
        "messages": [message_row(file, message) for message in file.messages],
        "files": [file_row(complaint.number, row) for row in file.files],
        "audit": [audit_row(row) for row in file.audit],
        "categories": {row.id: category_words(row.category) for row in file.allegations},
    }


def is_shown(deadline: Deadline, party: Party) -> bool:
    """Clocks of a party that bind; the other steps of a stage stand on the ledger page."""
    return deadline.party == party.value and deadline.effective


def deadline_row(deadline: Deadline) -> dict[str, Any]:
    """A clock as the deadline list takes it."""
    return {
        "name": stage_words(deadline.stage),
        "due_at": deadline.due_at,
        "met_at": deadline.met_at,
        "void_at": deadline.void_at,
        "sources": deadline.sources,
        "confidence": deadline.confidence,
        "provisional": deadline.provisional_calendar,
        "note": _(
            "%(limit)s sejak %(trigger)s",
            limit=limit_words(deadline.limit_value, deadline.unit),
            trigger=trigger_words(deadline.trigger),
        ),
        "href": url_for("staff.ledger", number=deadline.complaint.number, deadline_id=deadline.id),
        "breached": deadline.breached_at is not None,
    }


def trigger_words(code: str) -> str:
    """What started a clock: an event or a clock point."""
    law = get_law()
    if code in {event.value for event in Event}:
        return event_words(code).lower()
    return label(law.clock_points[code]).lower() if code in law.clock_points else code


def timeline_entry(row: EventRow) -> dict[str, Any]:
    """An event as the timeline takes it."""
    moved = row.before != row.after
    return {
        "at": row.at,
        "title": event_words(row.event),
        "by": row.by.words if row.by else role_words(row.role),
        "text": row.note,
        "html": None,
        "kind": "now" if moved else None,
        "state": substate_words(row.after) if moved else "",
    }


def letter_row(file: CaseFile, notice: Any) -> dict[str, Any]:
    """A letter as the letter card takes it, with the way to record its receipt."""
    return {
        "id": notice.id,
        "title": label(get_law().notices[NoticeKind(notice.kind)]),
        "number": notice.number,
        "sent_at": notice.sent_at,
        "received_at": notice.received_at,
        "text": notice.body,
        "proof": _("dibuka di halaman status") if notice.proof == "status_page" else notice.proof,
    }


def message_row(file: CaseFile, message: Any) -> dict[str, Any]:
    """A message as the message list takes it."""
    from_complainant = message.direction == "from_complainant"
    author = f"{message.author.full_name}, {message.author.title}" if message.author else ""
    by = _("Pelapor") if from_complainant else author
    if from_complainant and author:
        by = _("Pelapor, dicatat oleh %(officer)s", officer=author)
    if message.direction == "internal":
        by = _("Catatan dalam, %(officer)s", officer=author)
    return {
        "at": message.at,
        "by": by,
        "about": ABOUT.get(message.kind),
        "text": message.body,
        "mine": not from_complainant,
        "files": [file_row(file.complaint.number, row) for row in file.files_of(message.id)],
    }


def file_row(number: str, row: Any) -> dict[str, Any]:
    """A file as the file list takes it."""
    purposes = {
        "evidence": _("bukti"),
        "decision": _("keputusan"),
        "letter": _("surat"),
        "proof": _("bukti penerimaan"),
    }
    return {
        "name": row.name,
        "size": row.size,
        "href": url_for("staff.file", number=number, file_id=row.id),
        "kind": purposes[row.purpose],
        "note": _("dari pelapor") if row.by_complainant else _("dari petugas"),
        "original": (
            url_for("staff.original_file", number=number, file_id=row.id) if row.has_clean_copy else None
        ),
        "sha256": row.sha256,
    }


def audit_row(row: AuditRow) -> dict[str, Any]:
    """An entry of the log in words."""
    return {
        "seq": row.seq,
        "at": row.at,
        "what": audit_words(row.kind),
        "who": row.by.words if row.by else role_words(row.role),
        "role": role_words(row.role),
        "digest": row.digest,
        "position": row.position,
    }


def missing_words(file: CaseFile) -> list[str]:
    """What the file lacks of UU 25/2009 Pasal 42 ayat (3)."""
    fields = {field.field: field for field in get_law().required_fields["complaint"]}
    return [label(fields[name]) for name in file.snapshot.missing_fields]


def _place(event: Event) -> int:
    return MAIN_WAY.index(event) if event in MAIN_WAY else len(MAIN_WAY)


def _step(number: str, event: Event) -> dict[str, Any]:
    return {
        "is_main": event in MAIN_WAY,
        "text": str(ACTIONS[event].does),
        "href": url_for("staff.action_page", number=number, action=event.value),
        "event": event.value,
    }


def _download(number: str, file_id: int, *, original: bool) -> Response:
    sent = read_file(number, file_id, actor=current_actor(), at=clock.now(), original=original)
    response = Response(sent.chunks, mimetype=sent.content_type, direct_passthrough=True)
    if sent.size is not None:
        response.content_length = sent.size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(sent.name)}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
