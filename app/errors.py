"""The one place that turns what went wrong into a page or JSON.

Pages say what happened and what to do next, in the reader's language, and nothing of the inside: no path,
number, type or trace. Whoever may not see a case, or may not use a page, gets the same "not found" as for
what never existed, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.forms.refusals import refusal_words
from workflows.errors import CaseNotVisible, Refused, RoleNotPermitted

MACHINE_PATHS = ("/api/", "/open311/", "/healthz", "/readyz", "/metrics")
"""Below these only machines ask, whatever they say they accept."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What the reader is told.

    :ivar status: of the answer
    :ivar code: stable word for machines
    :ivar title: what happened
    :ivar body: paragraphs: what that means, what to do
    """

    status: int
    code: str
    title: Any
    body: tuple[Any, ...]


BAD_REQUEST = ErrorPage(
    400,
    "bad_request",
    _l("Permintaan tidak dapat dibaca"),
    (_l("Kembali ke halaman sebelumnya, periksa isiannya, lalu kirim lagi."),),
)
EXPIRED = ErrorPage(
    400,
    "csrf",
    _l("Halaman ini sudah terlalu lama terbuka"),
    (
        _l("Demi keamanan, isian tidak dikirim. Tidak ada yang tersimpan dari pengiriman ini."),
        _l("Kembali ke halaman sebelumnya, muat ulang, lalu kirim lagi."),
    ),
)
NOT_FOUND = ErrorPage(
    404,
    "not_found",
    _l("Halaman tidak ditemukan"),
    (
        _l("Jika Anda mengetik alamatnya, periksa apakah sudah benar."),
        _l("Jika Anda menyalin alamatnya, periksa apakah tersalin seluruhnya."),
    ),
)
NOT_ALLOWED = ErrorPage(
    405,
    "method_not_allowed",
    _l("Halaman ini tidak dapat dibuka dengan cara itu"),
    (_l("Mulai lagi dari halaman depan."),),
)
CHANGED = ErrorPage(409, "conflict", _l("Tindakan tidak dilakukan"), ())
TOO_LARGE = ErrorPage(
    413,
    "too_large",
    _l("Kiriman terlalu besar"),
    (
        _l("Berkas yang dikirim melebihi batas, sehingga tidak diterima."),
        _l("Kembali, kirim berkas satu per satu, atau pilih berkas yang lebih kecil."),
    ),
)
TOO_MANY = ErrorPage(
    429,
    "too_many_requests",
    _l("Terlalu banyak percobaan"),
    (
        _l("Tunggu beberapa menit, lalu coba lagi. Pembatasan ini melindungi pengaduan semua orang."),
        _l("Jika mendesak, datang atau telepon ke kantor kami."),
    ),
)
BROKEN = ErrorPage(500, "internal_error", "", ())
UNAVAILABLE = ErrorPage(
    503,
    "unavailable",
    _l("Layanan sedang tidak tersedia"),
    (_l("Coba lagi beberapa menit lagi. Yang sudah tercatat tetap aman."),),
)

BY_STATUS = {
    page.status: page for page in (NOT_FOUND, NOT_ALLOWED, CHANGED, TOO_LARGE, TOO_MANY, UNAVAILABLE)
} | {
    400: BAD_REQUEST,
    401: NOT_FOUND,
    403: NOT_FOUND,
    410: NOT_FOUND,
}
"""Who may not is told what who never could is told: 401 and 403 don't exist outside."""


def wants_json() -> bool:
    """True where a machine asked: below its paths, or where JSON is preferred to a page."""
    if request.path.startswith(MACHINE_PATHS):
        return True
    best = request.accept_mimetypes.best_match(("text/html", "application/json"), default="text/html")
    return best == "application/json"


def home_of(path: str) -> str:
    """Start page of the audience that the address belongs to."""
    for home in ("/staf/", "/ombudsman/"):
        if path.startswith(home):
            return home
    return "/"


def answer(page: ErrorPage, *, body: tuple[Any, ...] | None = None) -> Response:
    """The page, or the same as JSON.

    :param body: paragraphs in place of the page's own
    """
    paragraphs = page.body if body is None else body
    if wants_json():
        problem = {"status": page.status, "code": page.code, "title": str(page.title or page.code)}
        if paragraphs:
            problem["detail"] = " ".join(str(paragraph) for paragraph in paragraphs)
        response = jsonify(problem)
        response.mimetype = "application/problem+json"
    elif page is BROKEN:
        response = make_response(render_template("errors/500.html"))
    else:
        response = make_response(
            render_template("errors/page.html", page=page, paragraphs=paragraphs, home=home_of(request.path))
        )
    response.status_code = page.status
    return response


def _on_http(error: HTTPException) -> Response:
    if error.response is not None or (error.code is not None and error.code < 400):
        return make_response(error.get_response())
    page = BY_STATUS.get(error.code or 500)
    if page is None:
        page = BROKEN if (error.code or 500) >= 500 else BAD_REQUEST
    response = answer(page)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        response.headers.setdefault("Retry-After", str(retry_after))
    return response


def _on_csrf(error: CSRFError) -> Response:
    return answer(EXPIRED)


def _on_hidden(error: Refused) -> Response:
    return answer(NOT_FOUND)


def _on_refusal(error: Refused) -> Response:
    """A refusal that no view has laid on a form: nothing was done, and why."""
    return answer(CHANGED, body=(refusal_words(error),))


def init_errors(app: Flask) -> None:
    """Registers the handlers; whatever else is raised becomes a 500, logged with its trace by Flask."""
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(CaseNotVisible, _on_hidden)
    app.register_error_handler(RoleNotPermitted, _on_hidden)
    app.register_error_handler(Refused, _on_refusal)
    app.register_error_handler(HTTPException, _on_http)
