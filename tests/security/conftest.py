"""The worlds of the attacks; a test gets a copy of one that was built once (`ground`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
import time_machine
from flask import Flask

from config import Settings
from tests.conftest import MONDAY_MORNING
from tests.security.assessments import Assessed, add_assessments
from tests.security.tracks import Tracks, add_tracks
from tests.security.world import World, make_reviewer_elsewhere, make_world
from tests.support.client import StrictClient
from tests.support.databases import Database
from tests.support.ground import Ground, ground_of


def make_tracks() -> tuple[World, Tracks]:
    """A world whose cases and stations the Ombudsman examines."""
    world = make_world()
    make_reviewer_elsewhere()
    return world, add_tracks(world)


def make_assessed() -> tuple[World, tuple[Assessed, Assessed]]:
    """A world whose stations work on their assessments, with a closure sample of each."""
    world = make_world()
    make_reviewer_elsewhere()
    return world, add_assessments(world)


BUILDERS: dict[str, Callable[[], Any]] = {
    "assessed": make_assessed,
    "tracks": make_tracks,
    "world": make_world,
}
"""By the fixture that asks for it, the larger first."""


@pytest.fixture
def ground(request: pytest.FixtureRequest, database: Database) -> Ground | None:
    """What this test stands on, if it asks for a world."""
    name = next((one for one in BUILDERS if one in request.fixturenames), None)
    if name is None:
        return None
    with time_machine.travel(MONDAY_MORNING, tick=False):
        return ground_of(name, database.kind, BUILDERS[name])


@pytest.fixture
def settings(settings: Settings, ground: Ground | None) -> Settings:
    """Settings of a test; where it stands on a ground, the copy lies there already."""
    if ground is not None:
        ground.copy_to(settings)
    return settings


@pytest.fixture
def world(ground: Ground, frozen_clock: time_machine.Traveller) -> World:
    """Stations, people and cases."""
    return cast(World, ground.what[0] if isinstance(ground.what, tuple) else ground.what)


@pytest.fixture
def tracks(world: World, ground: Ground) -> Tracks:
    """Examinations."""
    return cast(Tracks, ground.what[1])


@pytest.fixture
def assessed(world: World, ground: Ground) -> tuple[Assessed, Assessed]:
    """The assessments of both stations."""
    return cast(tuple[Assessed, Assessed], ground.what[1])


@pytest.fixture
def anonymous(app: Flask) -> StrictClient:
    return cast(StrictClient, app.test_client())
