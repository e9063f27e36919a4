"""What scripts add, and that pages work without them: in a real browser, under the strict content policy.

`page` fails its test on any complaint of the browser, so a breach of the policy can't go by.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.support.pages import add_sample_pages

pytestmark = pytest.mark.database("sqlite")

PAGES = ("/contoh/isian", "/contoh/bagian", "/contoh/meja/staff", "/contoh/meja/review")


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    return app


def test_no_page_is_wider_than_its_screen(page: Page) -> None:
    root = "document.documentElement"
    for path in PAGES:
        page.goto(path)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, (path, width)


def test_a_choice_reveals_its_question(page: Page) -> None:
    page.goto("/contoh/isian")
    expect(page.locator("#fee")).to_be_hidden()
    page.check("input[value=sim]")
    expect(page.locator("#fee")).to_be_visible()
    assert page.locator("input[type=radio][aria-expanded]").count() == 0


def test_without_scripts_everything_is_there(page_without_javascript: Page) -> None:
    page = page_without_javascript
    page.goto("/contoh/isian")
    expect(page.locator("#story-info")).to_have_text("Paling banyak 40 karakter")
    page.check("input[value=skck]")
    page.fill("#story", "Saya diminta uang.")
    page.fill("#on-day", "24")
    page.fill("#on-month", "November")
    page.fill("#on-year", "2026")
    page.click("#send")
    expect(page.locator(".govuk-notification-banner__content")).to_have_text("Tersimpan.")
    page.goto("/contoh/meja/staff")
    expect(page.locator(".sahut-nav__toggle")).to_be_hidden()
    expect(page.get_by_role("link", name="Bukti")).to_be_visible()


def test_the_room_left_is_told_in_indonesian(page: Page) -> None:
    page.goto("/contoh/isian")
    page.fill("#story", "x" * 35)
    expect(page.locator(".govuk-character-count__status")).to_have_text("Masih tersedia 5 karakter")
    page.fill("#story", "x" * 43)
    expect(page.locator(".govuk-character-count__status")).to_have_text("Kelebihan 3 karakter")


def test_errors_are_read_first_and_lead_to_their_fields(page: Page) -> None:
    page.goto("/contoh/isian")
    page.check("input[value=sim]")
    page.fill("#story", "Ya")
    page.click("#send")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Isi tanggal kejadian.").click()
    expect(page.locator("#on-day")).to_be_focused()


def test_the_menu_folds_on_a_phone(page: Page) -> None:
    page.goto("/contoh/meja/staff")
    toggle = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="Bukti")).to_be_hidden()
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("link", name="Bukti")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(toggle).to_be_hidden()
    expect(page.get_by_role("link", name="Bukti")).to_be_visible()


def test_the_way_out_stays_in_reach_and_hides_nothing_in_focus(page: Page) -> None:
    page.goto("/contoh/isian")
    page.locator("#agree").scroll_into_view_if_needed()
    expect(page.get_by_role("button", name="Keluar cepat")).to_be_in_viewport()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate(
            """() => {
                const bar = document.querySelector(".sahut-bar");
                const focused = document.activeElement;
                return !bar.contains(focused) && focused !== document.body
                    && focused.getBoundingClientRect().bottom <= bar.getBoundingClientRect().bottom;
            }"""
        )
        assert not covered


def test_the_skip_link_comes_first(page: Page) -> None:
    page.goto("/contoh/isian")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Langsung ke isi halaman")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()
