"""Applications for tests: whole, but quick to make and not made to last."""

from __future__ import annotations

from flask import Flask

from app import create_app
from config import Settings
from tests.support.databases import forgo_durability
from tests.support.dialects import share_statements
from tests.support.keys import lend_keys


def make_app(settings: Settings) -> Flask:
    """The application; it finds keys, compiles nothing that another one compiled, and waits for no disk."""
    lend_keys(settings)
    app = create_app(settings)
    forgo_durability(app)
    share_statements(app)
    return app
