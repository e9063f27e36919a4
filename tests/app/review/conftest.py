"""A station with a reviewer, and the reviewer signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from tests.factories import MONDAY, PASSWORD, Station, make_station
from tests.support.client import StrictClient


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


@pytest.fixture
def clock_at() -> Iterator[time_machine.Traveller]:
    """The clock stands at `MONDAY`; `.move_to(…)` moves it."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def sign_in(client: StrictClient, username: str) -> None:
    answer = client.submit("/masuk", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.get_data(as_text=True)


@pytest.fixture
def reviewer(client: StrictClient, station: Station, clock_at: time_machine.Traveller) -> StrictClient:
    """The client, signed in as the reviewer at the time of `clock_at`."""
    sign_in(client, station.username("ombudsman"))
    return client
