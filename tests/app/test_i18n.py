"""The language of a page: asked for, remembered, else Indonesian."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Flask

from app.i18n import COOKIE, current_language, select_locale
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
