"""The door to a case: number and code, and the same answer for all who have not both.

Unknown number and wrong code get the same page, byte for byte, after the same work; attempts are counted by
address and by number, whether the number exists or not. Only failures count, so that nobody is locked out of
his own case by having it open often.
"""

from __future__ import annotations

import re

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address

from app import clock
from app.extensions import db, limiter
from app.public import grants
from app.public.blueprint import blueprint
from app.public.case_forms import CodeForm
from app.queries.status import find_code
from app.security.codes import normalise_code, verify_code
from app.security.ring import get_keys

ADDRESS_LIMIT = "20 per 10 minutes; 100 per day"
"""Failures from one address."""
NUMBER_LIMIT = "15 per hour"
"""Failures on one number, from wherever; 80 random bits stay out of reach by many orders."""

_NUMBER = re.compile(r"([A-Z]{2,12})[\s\-./]*(\d{4})[\s\-./]*(\d{1,6})")


def normalise_number(typed: str) -> str | None:
    """The number that somebody typed: ``srg 2026 123`` is ``SRG-2026-000123``; None if it can be none."""
    match = _NUMBER.fullmatch(typed.strip().upper())
    return f"{match[1]}-{match[2]}-{int(match[3]):06d}" if match else None


def _by_address() -> str:
    return f"status {get_remote_address()}"


def _by_number() -> str:
    return f"status {normalise_number(request.form.get('number', '')[:40]) or 'none'}"


def _is_failure(response: Response) -> bool:
    return response.status_code != 303


@blueprint.get("/status")
def status_door() -> ResponseReturnValue:
    """Asks for number and code; the number may come from a receipt's QR code."""
    if grants.current(clock.now()) is not None and "nomor" not in request.args:
        return redirect(url_for("public.case"))
    number = normalise_number(request.args.get("nomor", "")[:40])
    return render_template("public/status.html", form=CodeForm(formdata=None, data={"number": number}))


@blueprint.post("/status")
@limiter.limit(ADDRESS_LIMIT, key_func=_by_address, deduct_when=_is_failure)
@limiter.limit(NUMBER_LIMIT, key_func=_by_number, deduct_when=_is_failure)
def open_status() -> ResponseReturnValue:
    """Opens the case, or says that number and code don't belong together."""
    form = CodeForm()
    if form.validate_on_submit():
        code = normalise_code(form.code.data)
        if code is None:
            form.lay_error(_("Kode lacak terdiri dari 16 huruf dan angka. Periksa lagi."), "code")
        elif _open(normalise_number(form.number.data), code):
            return redirect(url_for("public.case"), 303)
        else:
            form.lay_error(_("Nomor dan kode ini tidak cocok. Periksa keduanya, lalu coba lagi."), "number")
    return render_template("public/status.html", form=form), 422


@blueprint.post("/status/keluar")
def close_status() -> ResponseReturnValue:
    """Closes the case in this browser."""
    grants.revoke()
    return redirect(url_for("public.status_door"), 303)


def _open(number: str | None, code: str) -> bool:
    row = find_code(db.session(), number or "")
    is_right = verify_code(get_keys(), code, row.code_digest if row else None)
    if not is_right or row is None:
        return False
    grants.grant(db.session(), row.number, clock.now())
    return True
