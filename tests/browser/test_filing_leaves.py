"""Leaving a question in a real browser: by its own "back", by the quick exit, and when the line is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.factories import make_station

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.browser import LiveServer

pytestmark = pytest.mark.database("sqlite")

HALF = "Petugas berkata bahwa"


@pytest.fixture(autouse=True)
def station(app: Flask) -> None:
    with app.app_context():
        make_station()


def forward(page: Page) -> None:
    page.get_by_role("button", name="Lanjutkan", exact=True).last.click()


def to_story(page: Page) -> None:
    """As far as the story, with half a sentence in its field."""
    page.goto("/lapor")
    for slug, value in (("jenis", "suggestion"), ("layanan", "unknown")):
        page.wait_for_url(f"**/lapor/{slug}")
        page.locator(f"input[value={value}]").check()
        forward(page)
    page.wait_for_url("**/lapor/kejadian")
    page.locator("textarea").fill(HALF)


def test_the_browsers_own_back_loses_nothing(page: Page) -> None:
    to_story(page)
    page.go_back()
    page.wait_for_url("**/lapor/layanan")
    for _ in range(50):  # what a page sends when it is left may arrive after the next one was asked for
        page.goto("/lapor/kejadian")
        if page.locator("textarea").input_value():
            break
        page.wait_for_timeout(100)
    assert page.locator("textarea").input_value() == HALF


@pytest.mark.parametrize("press", ["button", "shift"])
def test_the_quick_exit_leaves_nothing_to_go_back_to(page: Page, live_server: LiveServer, press: str) -> None:
    settings = live_server.app.config["SAHUT_SETTINGS"]
    harmless = f"{live_server.url}/aksesibilitas"
    live_server.app.config["SAHUT_SETTINGS"] = replace(settings, quick_exit_url=harmless)
    to_story(page)
    if press == "button":
        page.get_by_role("button", name="Keluar cepat").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(harmless)
    page.go_back()
    page.wait_for_load_state()
    assert HALF not in page.content()
    page.goto("/lapor/kejadian")
    assert page.url.endswith("/lapor/jenis")


def test_without_a_line_the_page_stays_with_all_that_was_typed(page: Page) -> None:
    to_story(page)
    page.context.set_offline(True)
    forward(page)
    page.get_by_role("alert").filter(has_text="Sambungan terputus").wait_for()
    assert page.locator("textarea").input_value() == HALF
    page.context.set_offline(False)
    page.wait_for_timeout(1_100)  # a second press within a second is taken for a double click
    forward(page)
    page.wait_for_url("**/lapor/bukti")
