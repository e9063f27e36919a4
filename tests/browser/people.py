"""People at their desks in a real browser: signing in, and filling in what a page asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from tests.factories import PASSWORD
from tests.support.browser import LiveServer, strict_page


@contextmanager
def signed_in(browser: Browser, server: LiveServer, who: str) -> Iterator[Page]:
    """A browser of its own for one person."""
    with strict_page(browser, server.url) as page:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto("/masuk")
        page.fill("input[name=username]", who)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/masuk" not in url)
        yield page


def fill(page: Page, values: Mapping[str, object]) -> None:
    """Enter what a person would, by the names of the fields: radios, lists, dates in three parts, texts."""
    for name, value in values.items():
        fields = page.locator(f"main [name='{name}']")
        kind = fields.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
        if kind in ("radio", "checkbox"):
            page.check(f"main [name='{name}'][value='{value}']")
        elif kind == "select":
            fields.first.select_option(str(value))
        elif isinstance(value, list):
            for place, part in enumerate(value):
                fields.nth(place).fill(part)
        else:
            fields.first.fill(str(value))


def send(page: Page, values: Mapping[str, object], button: str = "button[name=send]") -> None:
    """Fill in the form of this page, send it, and be taken on."""
    fill(page, values)
    page.click(f"main {button}")
    page.wait_for_load_state()
    assert page.locator(".govuk-error-summary").count() == 0, page.locator(
        ".govuk-error-summary"
    ).inner_text()
