"""Routes that a test adds to the application; they are open to all, as a citizen's page is."""

from __future__ import annotations

from flask import Blueprint

from app.access import Audience, declare


def open_blueprint() -> Blueprint:
    """A blueprint for a test's own views; register it on the application once they are on it."""
    blueprint = Blueprint("uji", __name__)
    declare(blueprint, Audience.CITIZEN)
    return blueprint
