"""A tour that weighs every page it looks at: what it asks for, and what that costs over the wire."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.tour import Tour
from tests.support.browser import LiveServer

FIRST_LOAD = 100_000
LATER_HTML = 15_000
"""Bytes with their headers, compressed as they come."""


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
        elif url.startswith("http") and "lang=" not in url:  # the tour's own look at another language
            self.parts.add(url)
            if event["requestId"] not in self._kept:
                self.sent.add(url)
                self.costs.setdefault(url, size)


class WeighingTour(Tour):
    """Weighs each page, then looks at it."""

    def __init__(self, page: Page, server: LiveServer, language: str) -> None:
        super().__init__(page, server, language)
        self.wire = Wire(page)
        self.weighed = 0
        self.heaviest = (0, 0)

    def look(self, state: str, *, both: bool = False) -> None:
        """Weigh the page as it stands, and look at it."""
        self.weigh(state)
        super().look(state, both=both)

    def weigh(self, state: str) -> None:
        """Weigh the page as it stands."""
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
