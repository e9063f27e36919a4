"""One station, and an app whose pages are asked at a fixed instant."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask

from tests.factories import Station, make_station


@pytest.fixture
def station(app: Flask, frozen_clock: time_machine.Traveller) -> Station:
    """Polresta SRG with its people and services; the clock stands at Monday 9 March 2026."""
    with app.app_context():
        return make_station()
