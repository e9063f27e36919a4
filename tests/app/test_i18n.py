"""The language of a page: asked for, remembered, else Indonesian."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest
from flask import Flask
from flask_babel import gettext as babel_gettext

from app.i18n import COOKIE, current_language, gettext, lazy_gettext, select_locale, speaking
from tests.support.client import StrictClient
from tests.support.pages import add_sample_pages

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    return app


def language_of(client: StrictClient, path: str, **headers: str) -> str:
    page = client.get(path, headers=headers)
    assert page.vary.as_set() >= {"cookie"}
    return str(lxml.html.fromstring(page.get_data(as_text=True)).get("lang"))


def test_indonesian_unless_asked(client: StrictClient) -> None:
    assert language_of(client, "/contoh/bagian", **{"Accept-Language": "en-GB"}) == "id"
    assert client.get_cookie(COOKIE) is None, "nothing is written until somebody chooses"


def test_a_choice_is_remembered_and_can_be_taken_back(client: StrictClient) -> None:
    assert language_of(client, "/contoh/bagian?lang=en") == "en"
    assert language_of(client, "/contoh/bagian") == "en"
    assert language_of(client, "/contoh/bagian?lang=id") == "id"
    assert language_of(client, "/contoh/bagian") == "id"


def test_the_cookie_holds_two_letters(client: StrictClient) -> None:
    answer = client.get("/contoh/bagian?lang=en", base_url="https://localhost")
    (ours,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    assert ours.split(";")[0] == f"{COOKIE}=en"
    assert all(word in ours for word in ("HttpOnly", "SameSite=Lax", "Secure", "Max-Age=31536000"))


@pytest.mark.parametrize("asked", ["fr", "EN", "", "id%00", "../en"])
def test_an_unknown_language_is_ignored(client: StrictClient, asked: str) -> None:
    assert language_of(client, f"/contoh/bagian?lang={asked}") == "id"
    assert client.get_cookie(COOKIE) is None
    client.set_cookie(COOKIE, "xx")
    assert language_of(client, "/contoh/bagian") == "id"


def test_the_switch_keeps_the_page_and_its_filters(client: StrictClient) -> None:
    page = client.get("/contoh/bagian?state=received&q=a%26b&lang=id&q=c")
    shown = lxml.html.fromstring(page.get_data(as_text=True))
    (switch,) = shown.xpath("//a[@hreflang='en']/@href")
    assert switch == "/contoh/bagian?state=received&q=a%26b&q=c&lang=en"


def test_outside_a_request_the_default_holds(app: Flask) -> None:
    assert select_locale() == "id"
    with app.app_context():
        assert current_language() == "id"


def test_texts_are_in_the_language_of_the_request_and_no_longer(app: Flask, client: StrictClient) -> None:
    page = add_language_page(app)
    assert client.get(f"{page}?lang=en").json == ["en", "System", "System", "id", "Sistem", "en", "System"]
    assert client.get(f"{page}?lang=id").json == ["id", "Sistem", "Sistem", "id", "Sistem", "id", "Sistem"]
    client.get(f"{page}?lang=en")
    with app.app_context():
        assert current_language() == "id", "a request's language ends with it"
    with pytest.raises(ZeroDivisionError):
        client.get("/contoh/rusak?lang=en")
    with app.app_context():
        assert current_language() == "id", "also where the request failed"


def add_language_page(app: Flask) -> str:
    """A page that speaks its reader's language, then Indonesian, then the reader's again."""
    lazy = lazy_gettext("Sistem")

    def told() -> list[str]:
        own = [current_language(), gettext("Sistem"), str(lazy)]
        with speaking("id"):
            other = [current_language(), babel_gettext("Sistem")]
        return [*own, *other, current_language(), babel_gettext("Sistem")]

    app.add_url_rule("/contoh/bahasa", "samples.language", told)
    return "/contoh/bahasa"


def test_pages_change_the_language_by_speaking() -> None:
    """Flask-Babel's own `force_locale` would leave `current_language` where it was."""
    app_folder = Path(__file__).parents[2] / "app"
    wrong = [
        str(file.relative_to(app_folder))
        for file in sorted(app_folder.rglob("*.py"))
        if "force_locale" in file.read_text("utf-8") and file.relative_to(app_folder).parts[0] != "services"
    ]
    assert wrong == ["i18n.py"]
