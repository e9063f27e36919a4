"""Which language a page speaks: `?lang=id|en`, then the cookie, else Indonesian.

The browser's own preference isn't asked: an office's pages are Indonesian unless the reader says otherwise,
and the same address must look the same on a shared phone. The cookie holds two letters and nothing else; it
is the only thing that choosing a language writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import quote, urlencode

import flask_babel
from flask import Flask, Response, has_request_context, request
from flask_babel import force_locale, get_locale
from flask_babel.speaklater import LazyString

LOCALES = ("id", "en")
"""Languages of the screens; the first is the default and the language of the msgids."""

LOCALE_NAMES = {"id": "Bahasa Indonesia", "en": "English"}
"""Each language in its own words, as a switch must name it."""

COOKIE = "sahut_lang"
COOKIE_MAX_AGE_S = 365 * 24 * 3600

_spoken: ContextVar[str | None] = ContextVar("sahut_language", default=None)
"""Language of the request under way; None outside of one, where Flask-Babel is asked.

A page asks for it some hundred times, and Flask-Babel's own answer takes twenty times as long.
"""


def select_locale() -> str:
    """Language of the present request; the default where there is none."""
    if not has_request_context():
        return LOCALES[0]
    for wish in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LOCALES:
            return wish
    return LOCALES[0]


def current_language() -> str:
    """Two-letter language that texts are being written in; `speaking` changes it."""
    return _spoken.get() or _asked_of_babel()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Texts inside are written in `language`, whatever the reader's own is."""
    before = _spoken.set(language)
    try:
        with force_locale(language):
            yield
    finally:
        _spoken.reset(before)


def _asked_of_babel() -> str:
    locale = get_locale()
    language = locale.language if locale is not None else LOCALES[0]
    return language if language in LOCALES else LOCALES[0]


def language_url(lang: str) -> str:
    """Address of the page being shown, in the language `lang`; its other arguments are kept."""
    arguments = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    path = quote(f"{request.script_root}/{request.path.lstrip('/')}")
    return f"{path}?{urlencode([*arguments, ('lang', lang)])}"


def gettext(message: str, /, **values: Any) -> str:
    """Flask-Babel's `gettext` at a tenth of its cost: Indonesian texts are their own translation."""
    text = message if current_language() == LOCALES[0] else str(flask_babel.gettext(message))
    return text % values if values else text


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Flask-Babel's `ngettext` in the same way: Indonesian has one form for any number."""
    if current_language() == LOCALES[0]:
        return many % {"num": num, **values}
    return str(flask_babel.ngettext(one, many, num, **values))


def lazy_gettext(message: str, /, **values: Any) -> Any:
    """The same, looked up when it is shown: for texts that stand in a module."""
    return LazyString(gettext, message, **values)


def _remember(response: Response) -> Response:
    """Keeps an explicit choice in the cookie, and tells caches that the page depends on it."""
    if request.endpoint != "static":
        response.vary.add("Cookie")
    wish = request.args.get("lang")
    if wish in LOCALES and wish != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE,
            wish,
            max_age=COOKIE_MAX_AGE_S,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def register(app: Flask) -> None:
    """Keeps explicit choices of the readers of `app`; `create_app` binds Flask-Babel to `select_locale`."""

    @app.before_request
    def listen() -> None:
        _spoken.set(select_locale())

    @app.teardown_request
    def fall_silent(_error: BaseException | None) -> None:
        _spoken.set(None)

    app.after_request(_remember)
