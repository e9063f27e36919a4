"""A test client that behaves like a strict browser.

After each request it fails the test if the page's HTML is broken, if an id occurs twice, or if the request
left changes in its session without a commit. `submit` fills in a form that is really on the page, hidden
fields and CSRF token included; there is no way round the token.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

import html5lib
import lxml.html
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.database import UnitSession
from app.extensions import db
from tests.support.run import run_folder


class StrictClient(FlaskClient):
    """See the module."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        assert not has_app_context(), "leave the app context first: the request would share its session"
        left = self.application.extensions["tests.left_in_session"]
        left.clear()
        response = super().open(*args, **kwargs)
        assert not left, f"{response.request.path} left uncommitted changes: {left}"
        if response.mimetype == "text/html" and response.status_code != 304:
            check_html(response.get_data(as_text=True), where=response.request.path)
        return response

    def submit(
        self,
        path: str,
        values: Mapping[str, Any] | None = None,
        *,
        form: str = "//main//form[@method='post']",
        button: str | None = None,
        follow_redirects: bool = False,
        page: TestResponse | None = None,
    ) -> TestResponse:
        """Open the page at `path`, fill in its form and send it.

        :param values: what a person enters, by field name; a list for several; ``(stream, name)`` for a file;
            None to leave a field out.
        :param form: XPath of the form, if the page's content has several; the desks have one more, for
            signing out, in their header.
        :param button: name of the button that is pressed, with its value, if it has a name.
        :param page: the page, if it is open already.
        """
        page = page or self.get(path)
        assert page.status_code in {200, 400, 403, 409, 422}, f"no page at {path}: {page.status}"
        document = lxml.html.fromstring(page.get_data(as_text=True))
        forms = document.xpath(form)
        assert len(forms) == 1, f"{len(forms)} forms at {path} fit {form!r}"
        data: dict[str, Any] = {}
        for name, value in forms[0].form_values():
            data.setdefault(name, []).append(value)
        unknown = set(values or {}) - set(forms[0].fields.keys())
        assert not unknown, f"the form at {path} has no field {sorted(unknown)}"
        data.update(values or {})
        if button is not None:
            pressed = forms[0].xpath(
                ".//button[@name=$name] | .//input[@type='submit'][@name=$name]", name=button
            )
            assert pressed, f"the form at {path} has no button {button!r}"
            data[button] = pressed[0].get("value", "")
        here = page.request.full_path.rstrip("?")
        return self.post(
            urljoin(here, forms[0].get("action") or here),
            data={name: value for name, value in data.items() if value is not None},
            content_type=forms[0].get("enctype") or None,
            follow_redirects=follow_redirects,
        )


_WELL_FORMED = "&(?:amp|lt|gt|quot|#34|#39);"
WORDS = re.compile(rf"(?<=>)[ \t\n\r]*+(?:[^<>&]|{_WELL_FORMED})++(?=<)")
VALUES = re.compile(
    rf'(?<=[ \n])(href|value|content|action|src|title|datetime|aria-label)="(?:[^<>&"]|{_WELL_FORMED})*+"'
)
ODD = re.compile(r"<!--|<(?:script|style)\b[^>]*>[^<]|[^\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]")
"""Comments, scripts within the page, and characters that HTML forbids: there, every letter counts."""


def markup_of(text: str) -> str:
    """What of a page decides whether its HTML is sound: all but its words, and the values that only say
    something, where these are written as they should be."""
    return text if ODD.search(text) else VALUES.sub(r'\1=""', WORDS.sub("x", text))


def check_html(text: str, *, where: str) -> None:
    """Fail if `text` isn't a sound HTML page.

    Of pages with the same markup one is read in a run: parsing is the slowest part of a test.
    """
    digest = hashlib.blake2b(markup_of(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    sound = run_folder() / f"sound-{digest}"
    if sound.exists():
        return
    parser = html5lib.HTMLParser(html5lib.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    tree = parser.parse(text)
    errors = [f"line {position[0]}: {code} {values}" for position, code, values in parser.errors]
    assert not errors, f"broken HTML at {where}: {errors[:5]}"
    ids = Counter(tree.xpath("//@id"))
    repeated = [name for name, count in ids.items() if count > 1]
    assert not repeated, f"ids that occur twice at {where}: {repeated}"
    dangling = sorted(set(tree.xpath("//label/@for")) - set(ids))
    assert not dangling, f"labels without a field at {where}: {dangling}"
    sound.touch()


def watch_sessions(app: Flask) -> None:
    """Note what a request leaves unwritten in its session, for `StrictClient` to complain about."""
    left: list[str] = []
    app.extensions["tests.left_in_session"] = left

    @app.teardown_appcontext
    def look(_error: BaseException | None) -> None:
        if not db.session.registry.has():
            return
        session = db.session()
        assert isinstance(session, UnitSession)
        changed = [*session.new, *session.deleted, *filter(session.is_modified, session.dirty)]
        left.extend(type(row).__name__ for row in changed)
        if session.in_unit:
            left.append("an open unit of work")
