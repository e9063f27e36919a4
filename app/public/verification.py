"""Checking a receipt or a proof of complaint, and the published keys by which anybody can do it without us.

A genuine receipt is also held against what is stored today (`app.services.receipt_comparison`). Nothing that
is handed in here is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.extensions import db, limiter
from app.forms.words import stage_words, state_words
from app.public.blueprint import UPLOAD_LIMIT, blueprint
from app.public.case_forms import VerifyForm
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import ReceiptReport, verify_receipt
from app.security.receipts import LARGEST_DOCUMENT
from app.security.ring import get_keys
from app.security.statements import STATEMENT_FORMAT, Statement, verify_statement
from app.services.receipt_comparison import Comparison, Stored, compare_with_stored
from reports.letters.receipt import LARGEST_PDF, NoReceiptInside, extract_documents

TEXT: dict[Stored, Any] = {
    Stored.SAME: _l("Uraian yang tersimpan hari ini sama dengan yang diterima."),
    Stored.OTHER: _l("Uraian yang tersimpan hari ini BERBEDA dari yang diterima. Simpan tanda terima ini."),
    Stored.ERASED: _l("Uraian sudah dihapus menurut aturan penyimpanan; nomor dan catatan lognya tetap ada."),
    Stored.MISSING: _l("Pengaduan dengan nomor ini TIDAK ADA lagi di sistem. Simpan tanda terima ini."),
}
FILES: dict[Stored, Any] = {
    Stored.SAME: _l("Berkas yang tersimpan hari ini sama dengan yang diterima."),
    Stored.OTHER: _l("Berkas yang tersimpan hari ini BERBEDA dari yang diterima."),
    Stored.ERASED: _l("Berkas sudah dihapus menurut aturan penyimpanan."),
    Stored.MISSING: _l("Berkas pengaduan ini tidak ada lagi di sistem."),
}
INSTANT: dict[Stored, Any] = {
    Stored.SAME: _l("Waktu penerimaan yang tersimpan hari ini sama."),
    Stored.OTHER: _l("Waktu penerimaan yang tersimpan hari ini BERBEDA dari tanda terima."),
}
_OUTCOMES = {
    Stored.SAME: "passed",
    Stored.OTHER: "failed",
    Stored.MISSING: "failed",
    Stored.ERASED: "unchecked",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in: a receipt, a statement, or both in one PDF."""

    receipt: bytes | None
    statement: bytes | None


@blueprint.get("/verifikasi")
def verification() -> ResponseReturnValue:
    """Asks for a receipt."""
    return render_template("public/verify.html", form=VerifyForm(formdata=None), report=None, statement=None)


@blueprint.post("/verifikasi")
@limiter.limit(UPLOAD_LIMIT)
def verify() -> ResponseReturnValue:
    """What the receipt is worth, check by check."""
    form = VerifyForm()
    handed = _handed(form) if form.validate_on_submit() else None
    if handed is None:
        return render_template("public/verify.html", form=form, report=None, statement=None), 422
    published = PublishedKeys.of(get_keys())
    report = None if handed.receipt is None else verify_receipt(handed.receipt, published)
    return render_template(
        "public/verify.html",
        form=form,
        report=report,
        stored=_stored(report),
        statement=None if handed.statement is None else _statement(handed.statement, published, report),
        now=clock.now(),
    )


@blueprint.get("/verifikasi/kunci.json")
def published_keys() -> Response:
    """The public keys, with the time in which each was in use."""
    return jsonify(PublishedKeys.of(get_keys()).to_json())


def _handed(form: VerifyForm) -> Handed | None:
    """The documents out of the file or the text; None where there is none, said on its field."""
    if form.files.data:
        content = form.files.data[0].stream.read(LARGEST_PDF + 1)
        if not content.startswith(b"%PDF-"):
            return _plain(bytes(content[: LARGEST_DOCUMENT + 1].strip()))
        try:
            return Handed(*extract_documents(content))
        except NoReceiptInside:
            form.lay_error(_("PDF ini tidak memuat tanda terima Sahut."), "files")
            return None
    typed = (form.document.data or "").strip()
    if typed:
        return _plain(typed.encode())
    form.lay_error(_("Pilih berkas tanda terima, atau tempel isinya."), "files")
    return None


def _plain(document: bytes) -> Handed:
    """A document by itself: a statement says so in its body, all else is looked at as a receipt."""
    if f'"format":"{STATEMENT_FORMAT}"'.encode() in document:
        return Handed(None, document)
    return Handed(document, None)


def _stored(report: ReceiptReport | None) -> list[tuple[str, Any]]:
    """Lines on what is stored today, each with its outcome; only for a receipt that we signed."""
    if report is None or report.receipt is None or not report.is_genuine:
        return []
    return _lines(compare_with_stored(db.session(), report.receipt))


def _lines(found: Comparison) -> list[tuple[str, Any]]:
    lines = [(_OUTCOMES[found.text], TEXT[found.text])]
    if found.text is not Stored.MISSING:
        lines.append((_OUTCOMES[found.instant], INSTANT[found.instant]))
        if found.files is not None:
            lines.append((_OUTCOMES[found.files], FILES[found.files]))
    return lines


def _statement(document: bytes, published: PublishedKeys, report: ReceiptReport | None) -> dict[str, Any]:
    """What a statement is worth, and what it says."""
    told = verify_statement(document, published)
    if told is not None and report is not None and not _belongs(told, report):
        told = None
    if told is None:
        return {"is_genuine": False}
    return {
        "is_genuine": True,
        "number": told.number,
        "agency_name": told.agency_name,
        "as_of": told.as_of,
        "state": state_words(told.state),
        "unanswered": [(stage_words(duty.stage), duty.due_at) for duty in told.unanswered],
    }


def _belongs(statement: Statement, report: ReceiptReport) -> bool:
    """A statement in a PDF is about the receipt beside it, or it is worth nothing there."""
    return report.receipt is not None and report.receipt.number == statement.number
