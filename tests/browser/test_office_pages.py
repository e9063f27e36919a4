"""Every page of the desks, in both languages, looked at as `tests.support.looks` does."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser

from app.access import Audience, list_routes
from tests.browser.office_rounds import FILES, ROUNDS
from tests.browser.tour import tour
from tests.support.browser import LiveServer

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(240)]


def test_no_page_is_left_out(app: Flask) -> None:
    audiences = {Audience.STAFF, Audience.REVIEW, Audience.ENTRANCE}
    pages = {
        route.endpoint for route in list_routes(app) if route.audience in audiences and "GET" in route.methods
    }
    looked_at = {endpoint for _go, endpoints in ROUNDS.values() for endpoint in endpoints}
    assert pages - FILES == looked_at


@pytest.mark.parametrize("name", ROUNDS)
def test_round(browser: Browser, live_server: LiveServer, name: str) -> None:
    go, pages = ROUNDS[name]
    with tour(browser, live_server, width=1280) as visit:
        go(visit)
    assert pages <= {endpoint for endpoint, _last in visit.seen}
