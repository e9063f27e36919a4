"""Pages for the Ombudsman's reviewers: cases of the mandate, figures, proof; nothing here changes a case."""

from flask import Flask

from app.review import (
    audit,
    audit_log,
    case,
    cases,
    index,
    lhp,
    patterns,
    performance,
    requests,
    samples,
    wbk,
)
from app.review.blueprint import blueprint

__all__ = [
    "audit",
    "audit_log",
    "case",
    "cases",
    "index",
    "lhp",
    "patterns",
    "performance",
    "register",
    "requests",
    "samples",
    "wbk",
]


def register(app: Flask) -> None:
    """Give `app` the reviewers' pages; the door is the staff's."""
    app.register_blueprint(blueprint)
