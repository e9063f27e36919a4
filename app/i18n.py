"""Which language a page speaks: ``?lang=id|en``, then the cookie, else Indonesian."""

from __future__ import annotations

from flask import Flask, Response, has_request_context, request

LANGUAGES = ("id", "en")
COOKIE = "bahasa"
COOKIE_SECONDS = 365 * 24 * 3600


def select_locale() -> str:
    """Code of the language for this request; Indonesian outside a request (letters, jobs)."""
    if not has_request_context():
        return LANGUAGES[0]
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return str(wish)
    return LANGUAGES[0]


def register(app: Flask) -> None:
    """Remember a language that was asked for, for a year; tell caches and readers which one was used."""

    @app.after_request
    def remember(response: Response) -> Response:
        wish = request.args.get("lang")
        if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
            response.set_cookie(
                COOKIE,
                wish,
                max_age=COOKIE_SECONDS,
                secure=app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
            )
        response.headers.setdefault("Content-Language", select_locale())
        return response

    @app.context_processor
    def languages() -> dict[str, object]:
        return {"language": select_locale(), "languages": LANGUAGES}
