"""Pages for citizens: filing, receipt, following a case, and what a station owes the public."""

from flask import Flask

from app.public import (
    access,
    acts,
    case,
    decision,
    evidence,
    filing,
    lost_code,
    openness,
    preferences,
    procedure,
    receipt,
    resume,
    standards,
    start,
    statistics,
    status,
    survey,
    verification,
    withdrawal,
)
from app.public.blueprint import blueprint

__all__ = [
    "access",
    "acts",
    "case",
    "decision",
    "evidence",
    "filing",
    "lost_code",
    "openness",
    "preferences",
    "procedure",
    "receipt",
    "register",
    "resume",
    "standards",
    "start",
    "statistics",
    "status",
    "survey",
    "verification",
    "withdrawal",
]


def register(app: Flask) -> None:
    """Give `app` the citizens' pages."""
    app.register_blueprint(blueprint)
