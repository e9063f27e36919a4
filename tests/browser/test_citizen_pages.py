"""Every page for citizens, in every state and both languages, looked at as `tests.support.looks` does."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from playwright.sync_api import Browser

from app.access import Audience, list_routes
from tests.browser.citizen_rounds import ROUNDS
from tests.browser.tour import Tour, tour
from tests.browser.wire import WeighingTour
from tests.support.browser import LiveServer
from tests.support.routes import open_blueprint

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(240)]

FILES = frozenset(
    {
        "public.download",
        "public.proof_of_complaint",
        "public.statistics_csv",
        "public.published_keys",
        "public.receipt_json",
        "public.receipt_pdf",
        "static",
    }
)
"""Routes that answer with a file."""
WAYS = frozenset({"public.begin", "public.quick_exit", "public.survey_of_case"})
"""Routes that only lead on."""
ANSWERED_ONCE = ("receipts", "a lost code", "a withdrawal", "the survey")
"""Rounds in which a page comes as the answer to an act: to see it in English, the act is done in English."""
WEIGHED = ("open pages", "receipts", "filing", "a tip", "cases, first half", "cases, second half")
"""Rounds whose pages must be light, too."""


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application, and addresses that answer with any error."""
    failing = open_blueprint()

    @failing.get("/gagal/<int:status>")
    def fail(status: int) -> str:
        abort(status)

    app.register_blueprint(failing)
    return app


def test_no_page_is_left_out(app: Flask) -> None:
    pages = {
        route.endpoint
        for route in list_routes(app)
        if route.audience is Audience.CITIZEN and "GET" in route.methods and route.endpoint != "uji.fail"
    }
    looked_at = {endpoint for _go, endpoints in ROUNDS.values() for endpoint in endpoints}
    assert pages - FILES - WAYS == looked_at


@pytest.mark.parametrize("name", ROUNDS)
def test_round(browser: Browser, live_server: LiveServer, name: str) -> None:
    go, pages = ROUNDS[name]
    with tour(browser, live_server, kind=WeighingTour if name in WEIGHED else Tour) as visit:
        go(visit)
    assert pages <= {endpoint for endpoint, _last in visit.seen}
    assert (name in ANSWERED_ONCE) == bool(visit.only_once)


@pytest.mark.parametrize("name", ANSWERED_ONCE)
def test_round_in_english(browser: Browser, live_server: LiveServer, name: str) -> None:
    go, _pages = ROUNDS[name]
    with tour(browser, live_server, language="en") as visit:
        go(visit)
    assert visit.only_once
