"""The case as its complainant sees it, its letters, files and receipt. Opening pages here writes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.extensions import db, limiter
from app.forms.words import stage_words, state_words
from app.law import get_law, get_table
from app.public import grants, letters
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.words import HAPPENED, HIDDEN_STAGES, LATER_WINDOWS, MESSAGE_KINDS, STANDINGS, WAITS, WINDOWS
from app.queries.status import Clock, Status, find_complaint, find_letter, find_status
from app.security.receipts import Edition, SignedReceipt
from app.services import events
from app.services.files import read_file
from app.services.receipts import read_receipt
from app.services.texts import CaseKeyDestroyed
from app.templating import label
from workflows.snapshot import complainant_of
from workflows.vocabulary import ClosureReason, Event, NoticeKind, Party, PublicState, Role

RECEIPT_LIMIT = "30 per hour"
"""A PDF costs a fifth of a second to set."""

ACTS = (Event.COMPLETE_RECEIVED, Event.INFO_RECEIVED, Event.WITHDRAW, Event.OBJECT)
"""What a complainant may do that moves the case."""


@blueprint.get("/status/kasus")
def case() -> ResponseReturnValue:
    """The page of the case."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    now = clock.now()
    return render_template("public/case.html", **page(status, now))


@blueprint.post("/status/kasus/surat/<int:notice_id>")
@limiter.limit(WRITING_LIMIT)
def open_letter(notice_id: int) -> ResponseReturnValue:
    """Open a letter: from now on it counts as received."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    if find_letter(db.session(), status.case.number, notice_id) is None:
        abort(404)
    events.open_notice(status.case.number, notice_id, at=clock.now())
    return redirect(url_for("public.letter", notice_id=notice_id), 303)


@blueprint.get("/status/kasus/surat/<int:notice_id>")
def letter(notice_id: int) -> ResponseReturnValue:
    """A letter that was opened; one that wasn't is opened by a button on the page of the case."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    notice = find_letter(db.session(), status.case.number, notice_id)
    if notice is None:
        abort(404)
    if notice.received_at is None:
        return redirect(url_for("public.case", _anchor=f"surat-{notice_id}"))
    return render_template(
        "public/letter.html",
        notice=notice,
        case=status.case,
        zone=status.case.zone,
        agency_name=status.case.agency_name,
    )


@blueprint.get("/status/kasus/berkas/<int:file_id>")
def download(file_id: int) -> ResponseReturnValue:
    """A file of the complainant's own, or one that the station shared."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    actor = complainant_of(status.case.number)
    file = read_file(status.case.number, file_id, actor=actor, at=clock.now(), original=True)
    response = Response(file.chunks, mimetype=file.content_type)
    if file.size is not None:
        response.content_length = file.size
    return _as_attachment(response, file.name)


@blueprint.get("/status/kasus/tanda-terima.json")
def receipt_json() -> ResponseReturnValue:
    """The signed receipt, as bytes that must not change."""
    found = _receipt()
    if not isinstance(found, SignedReceipt):
        return found
    response = Response(found.document(), mimetype="application/json")
    return _as_attachment(response, f"tanda-terima-{found.receipt.number}.json")


@blueprint.get("/status/kasus/tanda-terima.pdf")
@limiter.limit(RECEIPT_LIMIT)
def receipt_pdf() -> ResponseReturnValue:
    """The receipt to print and to show; the signed document travels inside."""
    found = _receipt()
    if not isinstance(found, SignedReceipt):
        return found
    response = Response(letters.receipt_pdf(db.session(), found, clock.now()), mimetype="application/pdf")
    return _as_attachment(response, f"tanda-terima-{found.receipt.number}.pdf")


def open_case() -> Status | AnyResponse:
    """The case that this browser opened; else the way to the door."""
    held = grants.current(clock.now())
    status = find_status(db.session(), held.number) if held else None
    if held is None or status is None or not held.fits(status.case.code_digest):
        grants.revoke()
        return redirect(url_for("public.status_door"), 303)
    return status


def may(status: Status, event: Event, now: datetime) -> bool:
    """Whether the page offers the complainant this act; the service decides."""
    row = get_table()[event]
    if Role.COMPLAINANT not in row.by or not row.starts_from(status.substate):
        return False
    until = status.objection_until
    return event is not Event.OBJECT or until is None or now <= until


def page(status: Status, now: datetime) -> dict[str, Any]:
    """What the template of the case needs."""
    clocks = [one for one in status.clocks if one.stage not in HIDDEN_STAGES]
    station = [one for one in clocks if one.party == Party.STATION]
    running = [one for one in station if one.is_running]
    return {
        "status": status,
        "case": status.case,
        "now": now,
        "zone": status.case.zone,
        "agency_name": status.case.agency_name,
        "standing": STANDINGS[status.substate],
        "steps": _steps(status),
        "late": [_clock(one) for one in running if one.is_late(now)],
        "due": [_clock(one) for one in running if not one.is_late(now)],
        "done": [_clock(one) for one in station if not one.is_running],
        "mine": [_clock(one) for one in clocks if _is_my_window(one, status, now)],
        "letters": [
            (one, _letter_name(one.kind)) for one in status.letters if one.kind != NoticeKind.RECEIPT
        ],
        "messages": [_message(status, *row) for row in status.messages],
        "timeline": [
            {"at": at, "title": HAPPENED[Event(event)]}
            for event, at in reversed(status.events)
            if Event(event) in HAPPENED
        ],
        "own_files": [one for one in status.files if one.message_id is None and one.is_mine],
        "their_files": [one for one in status.files if one.message_id is None and not one.is_mine],
        "may": {event.value: may(status, event, now) for event in ACTS},
        "closure": _closure(status),
    }


def _is_my_window(window: Clock, status: Status, now: datetime) -> bool:
    """Whether a window of the complainant is open, and it is time to speak of it."""
    if window.party != Party.COMPLAINANT or not window.is_running or now > window.due_at:
        return False
    if WAITS.get(window.stage, status.substate) is not status.substate:
        return False
    station = (one for one in status.clocks if one.party == Party.STATION)
    is_time = status.case.delivered_at is not None or any(one.is_late(now) for one in station)
    return is_time or window.stage not in LATER_WINDOWS


def _steps(status: Status) -> list[dict[str, Any]]:
    order = list(PublicState)
    at = order.index(PublicState(status.case.public_state))
    is_over = status.case.closed_at is not None
    return [
        {
            "text": state_words(state.value),
            "state": "done" if index < at or is_over else "current" if index == at else "ahead",
        }
        for index, state in enumerate(order)
    ]


def _clock(clock_: Any) -> dict[str, Any]:
    return {
        "name": WINDOWS.get(clock_.stage) or stage_words(clock_.stage),
        "due_at": clock_.due_at,
        "met_at": clock_.met_at,
        "void_at": clock_.void_at,
        "sources": clock_.sources,
        "confidence": clock_.confidence,
        "provisional": clock_.provisional,
        "note": None,
    }


def _letter_name(kind: str) -> str:
    return label(get_law().notices[NoticeKind(kind)])


def _message(
    status: Status, message_id: int, direction: str, kind: str, body: str, at: datetime
) -> dict[str, Any]:
    mine = direction == "from_complainant"
    by = MESSAGE_KINDS.get(kind) or (_("Anda") if mine else status.case.agency_name)
    return {
        "at": at,
        "by": str(by),
        "text": body,
        "mine": mine,
        "files": [
            {"name": one.name, "size": one.size, "href": f"/status/kasus/berkas/{one.id}"}
            for one in status.files_of(message_id)
        ],
    }


def _closure(status: Status) -> str | None:
    reason = status.case.closure_reason
    return label(get_law().closure_reasons[ClosureReason(reason)]) if reason else None


def _receipt() -> SignedReceipt | AnyResponse:
    status = open_case()
    if not isinstance(status, Status):
        return status
    edition = Edition.WITHOUT_IDENTITY if request.args.get("edisi") == "ringkas" else Edition.FULL
    complaint = find_complaint(db.session(), status.case.number)
    assert complaint is not None
    try:
        found = read_receipt(db.session(), complaint, edition)
    except CaseKeyDestroyed:
        found = None
    return found if found is not None else abort(404)


def _as_attachment(response: Response, name: str) -> Response:
    """Makes the browser keep the answer as a file, by its name in any script."""
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
