"""Pages for citizens: filing, receipt, following a case, and what a station owes the public."""

from flask import Flask

from app.public import (
    acts,
    case,
    evidence,
    filing,
    lost_code,
    openness,
    preferences,
    receipt,
    start,
    status,
    verification,
)
from app.public.blueprint import blueprint

__all__ = [
    "acts",
    "case",
    "evidence",
    "filing",
    "lost_code",
    "openness",
    "preferences",
    "receipt",
    "register",
    "start",
    "status",
    "verification",
]


def register(app: Flask) -> None:
    """Give `app` the citizens' pages."""
    app.register_blueprint(blueprint)
