"""The main path by keyboard alone: Tab, Shift+Tab, Space, Enter, arrows and letters; nothing is clicked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.app.public.steps import ANSWERS
from tests.factories import make_station

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(180)]

FOCUS = """() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    return {
        tag: one.localName, name: one.name || '', type: one.type || '', value: one.value || '',
        text: (one.textContent || '').trim(), href: one.getAttribute('href') || '',
        hidden: box.top < (document.querySelector('.sahut-bar')?.getBoundingClientRect().bottom ?? 0)
            && !one.closest('.sahut-bar, .govuk-skip-link') && box.height > 1,
    };
}"""
ORDER = "[...document.querySelectorAll('*')].indexOf(document.activeElement)"
AWAY = "<!DOCTYPE html><html lang=id><title>Cuaca</title></html>"
MOST_STOPS = 80


@pytest.fixture(autouse=True)
def station(app: Flask) -> None:
    with app.app_context():
        make_station()


def tab_to(page: Page, **wanted: str) -> None:
    """Press Tab until something has the focus whose attributes are as wanted, and see where the focus went.

    On its way the focus never goes back in the page, and never hides behind the bar that stays on top.
    """
    last = page.evaluate(ORDER)
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here, order = page.evaluate(FOCUS), page.evaluate(ORDER)
        if here["tag"] != "body":
            assert order > last, f"the focus went back to {here}"
            assert not here["hidden"], f"the bar that stays on top hides {here}"
            last = order
        if all(re.search(value, str(here[name])) for name, value in wanted.items()):
            return
    pytest.fail(f"no {wanted} within {MOST_STOPS} stops at {page.url}")


def choose(page: Page, name: str, value: str) -> None:
    """Come into a group of choices, which Tab enters at the first or at the taken one, and go down to one."""
    tab_to(page, name=f"^{name}$")
    for _choice in range(30):
        if page.evaluate(FOCUS)["value"] == value:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{name} has no {value}")


def write(page: Page, name: str, parts: Sequence[str]) -> None:
    """Type into one field, or into the parts of one."""
    for part in parts:
        tab_to(page, name=f"^{name}$")
        page.keyboard.type(part)


def answer(page: Page, values: Mapping[str, object]) -> None:
    """Fill in a question in the order of its fields."""
    names = page.locator("main [name]").evaluate_all("all => [...new Set(all.map(one => one.name))]")
    for name in sorted(values, key=names.index):
        value = values[name]
        kind = page.locator(f"main [name='{name}']").first.get_attribute("type")
        if kind == "radio":
            choose(page, name, str(value))
        elif kind == "checkbox":
            tab_to(page, name=f"^{name}$", value=f"^{value}$")
            page.keyboard.press("Space")
        else:
            write(page, name, value if isinstance(value, list) else [str(value)])


def go_on(page: Page) -> None:
    """Reach the button that goes on, and press it."""
    tab_to(page, tag="button", name="^forward$")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_from_the_first_page_to_the_page_of_the_case(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["href"] == "#main-content", "the first stop skips what every page repeats"
    page.keyboard.press("Enter")
    tab_to(page, href="^/lapor$|^/lapor[?]?")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _question in range(30):
        slug = page.url.rpartition("/")[2].partition("?")[0]
        if slug == "periksa":
            break
        answer(page, ANSWERS.get(slug, {}))
        go_on(page)
    tab_to(page, name="^consent$")
    page.keyboard.press("Space")
    tab_to(page, tag="button", text="Kirim")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/lapor/terkirim")
    number, code = page.locator(".sahut-keepsake__value").all_inner_texts()[:2]

    tab_to(page, tag="button", text="hapus dari perangkat ini")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, tag="a", href="/status")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    write(page, "number", [number])
    write(page, "code", [code])
    page.keyboard.press("Enter")
    page.wait_for_url("**/status/kasus")
    tab_to(page, href="/status/kasus/pesan")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    write(page, "text", ["Saksi ada di loket delapan."])
    tab_to(page, tag="button", text="Kirim")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("Saksi ada di loket delapan.").wait_for()


def test_what_is_wrong_takes_the_focus_and_leads_to_each_field(page: Page) -> None:
    page.goto("/status")
    tab_to(page, tag="button", text="Buka pengaduan saya")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    summary = page.locator(".govuk-error-summary")
    assert summary.evaluate("one => document.activeElement === one")
    links = summary.locator("a").evaluate_all("all => all.map(one => one.hash.slice(1))")
    assert links == ["number", "code"]
    for stop, field in enumerate(links):
        summary.evaluate("one => { one.tabIndex = -1; one.focus(); }")
        for _tab in range(stop + 1):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == field
        described = page.locator(f"#{field}").get_attribute("aria-describedby") or ""
        assert page.locator(f"#{described.split()[-1]}").inner_text().strip(), "the field tells its fault"


def test_shift_pressed_three_times_leaves_at_once(page: Page) -> None:
    """The way out leads to a page of nobody's, which stands in here as an empty one."""
    page.route("**/keluar*", lambda route: route.fulfill(content_type="text/html", body=AWAY))
    page.goto("/status")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    assert page.url.endswith("/status")
    page.keyboard.press("Shift")
    page.wait_for_url("**/keluar*")
    assert page.title() == "Cuaca"


def test_back_by_shift_and_tab(page: Page) -> None:
    page.goto("/status")
    tab_to(page, name="^code$")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUS)["name"] == "number"
