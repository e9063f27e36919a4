"""The world of the attacks, built once a test on the database at hand."""

from __future__ import annotations

from typing import cast

import pytest
import time_machine
from flask import Flask

from tests.security.world import World, make_world
from tests.support.client import StrictClient


@pytest.fixture
def world(app: Flask, frozen_clock: time_machine.Traveller) -> World:
    with app.app_context():
        return make_world()


@pytest.fixture
def anonymous(app: Flask) -> StrictClient:
    return cast(StrictClient, app.test_client())
