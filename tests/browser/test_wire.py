"""What pages for citizens cost over the wire, as the real server sends them and a browser keeps them.

A page is usable within three seconds at 250 kbit/s and 300 ms of latency only because of what is asserted
here: few bytes, nothing before the first paint that the browser has not kept, no chain of requests. The time
itself is measured by ``python -m bench.usable``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from config import Settings
from tests.browser.citizen_rounds import ROUNDS
from tests.browser.tour import Tour, tour
from tests.support.browser import LiveServer
from tests.support.server import serving

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(240)]

FIRST_LOAD = 100_000
LATER_HTML = 15_000
"""Bytes with their headers, compressed as they come."""
WEIGHED = ("open pages", "receipts", "filing", "a tip", "cases, first half", "cases, second half")


STYLE_RULES = """() => {
    const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
    const faces = rules.filter(rule => rule instanceof CSSFontFaceRule);
    return [
        faces.map(face => /url\\(/.test(face.cssText) ? face.style.fontDisplay : 'local'),
        rules.filter(rule => rule instanceof CSSImportRule).length,
    ];
}"""
"""How each typeface comes in, and how many sheets are named by other sheets."""


class Wire:
    """What one page of a browser asks for, and what that costs.

    :ivar costs: bytes over the wire by address, the first time that it was asked for
    """

    def __init__(self, page: Page) -> None:
        self.costs: dict[str, int] = {}
        self._urls: dict[str, tuple[str, str]] = {}
        self._kept: set[str] = set()
        self.forget()
        listener = page.context.new_cdp_session(page)
        listener.on("Network.requestWillBeSent", self._asked)
        listener.on("Network.requestServedFromCache", lambda event: self._kept.add(event["requestId"]))
        listener.on("Network.responseReceived", self._answered)
        listener.on("Network.loadingFinished", self._finished)
        listener.send("Network.enable")

    def forget(self) -> None:
        """Begin a new page."""
        self.html = 0
        self.parts: set[str] = set()
        self.sent: set[str] = set()

    @property
    def first_load(self) -> int:
        """What the page would cost somebody whose browser has nothing."""
        return self.html + sum(self.costs[part] for part in self.parts)

    def _asked(self, event: dict[str, Any]) -> None:
        if event.get("type") == "Document":
            self.forget()
        self._urls[event["requestId"]] = (event["request"]["url"], event.get("type", ""))

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._kept.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        url, kind = self._urls[event["requestId"]]
        size = int(event["encodedDataLength"])
        if kind == "Document":
            self.html = size
        elif url.startswith("http"):
            self.parts.add(url)
            if event["requestId"] not in self._kept:
                self.sent.add(url)
                self.costs.setdefault(url, size)


class WeighingTour(Tour):
    """Weighs each page in the place of looking at it."""

    def __init__(self, page: Page, server: LiveServer, language: str) -> None:
        super().__init__(page, server, language)
        self.wire = Wire(page)
        self.weighed = 0
        self.heaviest = (0, 0)

    def look(self, state: str, *, both: bool = False) -> None:
        self.page.evaluate("document.fonts.ready")
        html, first = self.wire.html, self.wire.first_load
        assert html > 500, "the page was not weighed"
        assert len(self.wire.parts) > 3, self.wire.parts
        self.weighed += 1
        self.heaviest = (max(self.heaviest[0], html), max(self.heaviest[1], first))
        place = f"{self.page.url} ({state})"
        if html > LATER_HTML:
            self.found[f"{html} bytes of HTML"].append(place)
        if first > FIRST_LOAD:
            self.found[f"{first} bytes at first"].append(place)


@pytest.fixture
def served(app: Flask, settings: Settings) -> Iterator[LiveServer]:
    """The application in this process, for making cases, and its pages from a real server beside it."""
    with serving(settings) as server:
        yield LiveServer(app, server.url)


@pytest.mark.parametrize("name", WEIGHED)
def test_pages_are_light(browser: Browser, served: LiveServer, name: str) -> None:
    with tour(browser, served, kind=WeighingTour) as visit:
        assert isinstance(visit, WeighingTour)
        ROUNDS[name][0](visit)
    assert visit.weighed > 2


def test_a_page_seen_before_costs_its_html_alone(browser: Browser, served: LiveServer) -> None:
    with tour(browser, served, kind=WeighingTour) as visit:
        assert isinstance(visit, WeighingTour)
        ROUNDS["a wish"][0](visit)
        for path in ("/", "/status", "/layanan", "/verifikasi", "/lapor/periksa"):
            visit.goto(path)
            visit.look("first")
            visit.goto(path)
            visit.look("again")
            assert visit.wire.sent == set(), path


def test_nothing_stands_in_the_way_of_the_first_paint(browser: Browser, served: LiveServer) -> None:
    """Scripts wait for the page, the typeface swaps in, style sheets are few and name no others."""
    with tour(browser, served, kind=WeighingTour) as visit:
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
