"""The case as its complainant sees it, its letters, files and receipt. Opening pages here writes nothing."""

from __future__ import annotations

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response as AnyResponse

from app import clock
from app.database import reading
from app.extensions import db, limiter
from app.public import grants, letters
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.case_page import may, page
from app.queries.status import Status, find_complaint, find_letter, find_status
from app.security.receipts import Edition, SignedReceipt
from app.services import events
from app.services.files import read_file
from app.services.receipts import read_receipt
from app.services.texts import CaseKeyDestroyed
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, NoticeKind

RECEIPT_LIMIT = "30 per hour"
"""A PDF costs a fifth of a second to set."""


@blueprint.get("/status/kasus")
def case() -> ResponseReturnValue:
    """The page of the case."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    now = clock.now()
    may_end = may(status, Event.WITHDRAW, now)
    pending = status.pending if may_end else None
    whole = request.args.get("semua") == "1"
    return render_template("public/case.html", **page(status, now, pending, whole=whole))


@blueprint.post("/status/kasus/surat/<int:notice_id>")
@limiter.limit(WRITING_LIMIT)
def open_letter(notice_id: int) -> ResponseReturnValue:
    """Open a letter: from now on it counts as received."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    notice = find_letter(db.session(), status.case.number, notice_id)
    if notice is None:
        abort(404)
    is_decision = notice.kind == NoticeKind.DECISION and status.case.finding is not None
    events.open_notice(status.case.number, notice_id, at=clock.now())
    if is_decision:
        return redirect(url_for("public.decision"), 303)
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


@blueprint.get("/status/kasus/bukti-pengaduan.pdf")
@limiter.limit(RECEIPT_LIMIT)
def proof_of_complaint() -> ResponseReturnValue:
    """The receipt with every duty as it stands now: to show to superiors or the Ombudsman, at any time."""
    found = _receipt()
    if not isinstance(found, SignedReceipt):
        return found
    response = Response(letters.proof_pdf(db.session(), found, clock.now()), mimetype="application/pdf")
    return _as_attachment(response, f"bukti-pengaduan-{found.receipt.number}.pdf")


def open_case() -> Status | AnyResponse:
    """The case that this browser opened; else the way to the door."""
    held = grants.current(clock.now())
    status = None
    if held:
        with reading() as connection:
            status = find_status(connection, held.number)
    if held is None or status is None or not held.fits(status.case.code_digest):
        grants.revoke()
        return redirect(url_for("public.status_door"), 303)
    return status


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
