"""What pages for citizens cost over the wire, as the real server sends them and a browser keeps them.

The rounds of `test_citizen_pages` weigh each page that they look at; here the real server sends some of them.

A page is usable within three seconds at 250 kbit/s and 300 ms of latency only because of what is asserted
here: few bytes, nothing before the first paint that the browser has not kept, no chain of requests. The time
itself is measured by ``python -m bench.usable``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from config import Settings
from tests.browser.citizen_rounds import ROUNDS
from tests.browser.tour import tour
from tests.browser.wire import WeighingTour
from tests.support.browser import LiveServer
from tests.support.server import serving

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(240)]

STYLE_RULES = """() => {
    const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
    const faces = rules.filter(rule => rule instanceof CSSFontFaceRule);
    return [
        faces.map(face => /url\\(/.test(face.cssText) ? face.style.fontDisplay : 'local'),
        rules.filter(rule => rule instanceof CSSImportRule).length,
    ];
}"""
"""How each typeface comes in, and how many sheets are named by other sheets."""


class Weighing(WeighingTour):
    """Weighs each page in the place of looking at it."""

    def look(self, state: str, *, both: bool = False) -> None:
        self.weigh(state)


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[LiveServer]:
    """The application in this process, for making cases, and its pages from a real server beside it."""
    with serving(settings) as server:
        yield LiveServer(app, server.url)


def test_pages_are_light(browser: Browser, served: LiveServer) -> None:
    with tour(browser, served, kind=Weighing) as visit:
        assert isinstance(visit, Weighing)
        ROUNDS["a draft put aside"][0](visit)
    assert visit.weighed > 2


def test_a_page_seen_before_costs_its_html_alone(browser: Browser, served: LiveServer) -> None:
    with tour(browser, served, kind=Weighing) as visit:
        assert isinstance(visit, Weighing)
        ROUNDS["a wish"][0](visit)
        for path in ("/", "/status", "/layanan", "/verifikasi", "/lapor/periksa"):
            visit.goto(path)
            visit.look("first")
            visit.goto(path)
            visit.look("again")
            assert visit.wire.sent == set(), path


def test_nothing_stands_in_the_way_of_the_first_paint(browser: Browser, served: LiveServer) -> None:
    """Scripts wait for the page, the typeface swaps in, style sheets are few and name no others."""
    with tour(browser, served, kind=Weighing) as visit:
        ROUNDS["open pages"][0](visit)
        for path in ("/", "/status", "/lapor"):
            visit.goto(path)
            blocking = visit.page.evaluate(
                "performance.getEntriesByType('resource')"
                ".filter(one => one.renderBlockingStatus === 'blocking').map(one => one.name)"
            )
            assert 0 < len(blocking) <= 4, blocking
            assert all(".css" in url and url.startswith(served.url) for url in blocking), blocking
            faces, imports = visit.page.evaluate(STYLE_RULES)
            assert faces
            assert set(faces) <= {"swap", "local"}
            assert imports == 0
            assert visit.page.locator("script:not([type=module]):not([defer])").count() == 0
