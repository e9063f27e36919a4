"""Checking a receipt, and the published keys by which anybody can do it without us.

Nothing that is handed in here is kept.
"""

from __future__ import annotations

from flask import Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.extensions import limiter
from app.public.blueprint import UPLOAD_LIMIT, blueprint
from app.public.case_forms import VerifyForm
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import verify_receipt
from app.security.receipts import LARGEST_DOCUMENT
from app.security.ring import get_keys
from reports.letters.receipt import LARGEST_PDF, NoReceiptInside, extract_document


@blueprint.get("/verifikasi")
def verification() -> ResponseReturnValue:
    """Asks for a receipt."""
    return render_template("public/verify.html", form=VerifyForm(formdata=None), report=None)


@blueprint.post("/verifikasi")
@limiter.limit(UPLOAD_LIMIT)
def verify() -> ResponseReturnValue:
    """What the receipt is worth, check by check."""
    form = VerifyForm()
    document = _document(form) if form.validate_on_submit() else None
    if document is None:
        return render_template("public/verify.html", form=form, report=None), 422
    report = verify_receipt(document, PublishedKeys.of(get_keys()))
    return render_template("public/verify.html", form=form, report=report, now=clock.now())


@blueprint.get("/verifikasi/kunci.json")
def published_keys() -> Response:
    """The public keys, with the time in which each was in use."""
    return jsonify(PublishedKeys.of(get_keys()).to_json())


def _document(form: VerifyForm) -> bytes | None:
    """The receipt out of the file or the text; None where there is none, said on its field."""
    if form.files.data:
        content = form.files.data[0].stream.read(LARGEST_PDF + 1)
        if not content.startswith(b"%PDF-"):
            return bytes(content[: LARGEST_DOCUMENT + 1].strip())
        try:
            return extract_document(content)
        except NoReceiptInside:
            form.lay_error(_("PDF ini tidak memuat tanda terima Sahut."), "files")
            return None
    typed = (form.document.data or "").strip()
    if typed:
        return typed.encode()
    form.lay_error(_("Pilih berkas tanda terima, atau tempel isinya."), "files")
    return None
