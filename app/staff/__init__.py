"""Pages for the station's own people: the door, the queue, the case, and every step that staff may take."""

from flask import Flask

from app.access import ASK_AGAIN
from app.forms.words import init_words
from app.staff import (
    act,
    bulk,
    case,
    deadlines,
    entrance,
    intake,
    ombudsman,
    ombudsman_reads,
    queue,
    reissue,
    respondents,
    skm,
    work,
    zi,
    zi_answers,
    zi_carry,
    zi_evidence,
    zi_exports,
    zi_held,
    zi_proposals,
    zi_tpi,
)
from app.staff.blueprint import blueprint

__all__ = [
    "act",
    "bulk",
    "case",
    "deadlines",
    "intake",
    "ombudsman",
    "ombudsman_reads",
    "queue",
    "register",
    "reissue",
    "respondents",
    "skm",
    "work",
    "zi",
    "zi_answers",
    "zi_carry",
    "zi_evidence",
    "zi_exports",
    "zi_held",
    "zi_proposals",
    "zi_tpi",
]


def register(app: Flask) -> None:
    """Give `app` the staff's pages and the door that reviewers use, too."""
    init_words(app)
    app.extensions[ASK_AGAIN] = entrance.ask_again
    app.register_blueprint(entrance.blueprint)
    app.register_blueprint(blueprint)
