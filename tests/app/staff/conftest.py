"""A station, a clock that stands at Monday 9 March 2026, 09.00 WIB, and people at their desks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import time_machine
from flask import Flask

from tests.factories import PASSWORD, Station, make_station
from tests.support.client import StrictClient

SignIn = Callable[[str], StrictClient]


@pytest.fixture(autouse=True)
def _clock(frozen_clock: time_machine.Traveller) -> None:
    """Every test of these pages stands at one instant."""


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


@pytest.fixture
def sign_in(app: Flask, station: Station) -> SignIn:
    """Gives a client in which that person has signed in."""

    def enter(who: str, password: str = PASSWORD) -> StrictClient:
        client = cast(StrictClient, app.test_client())
        answer = client.submit("/masuk", {"username": station.username(who), "password": password})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return enter


@pytest.fixture
def done(app: Flask) -> Callable[[Callable[[], Any]], Any]:
    """Does something inside an app context that is left again, so that a client may follow."""

    def do(work: Callable[[], Any]) -> Any:
        with app.app_context():
            return work()

    return do
