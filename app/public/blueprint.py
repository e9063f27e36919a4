"""The citizens' blueprint: anybody may come, nobody is known; what a visitor may see hangs on the session.

The signed session cookie holds, of ours, the token of the draft being written (`DRAFT`), or of one that a
quick exit put out of sight (`HIDDEN`); the case that a number and a code opened (`app.public.grants`); that
the code was shown (`SHOWN`); and what was filed from here a short while ago (`RECENT`, `app.public.recent`).
"""

from __future__ import annotations

from flask import Blueprint, session

from app.access import Audience, declare
from app.services.drafts import new_token

blueprint = Blueprint("public", __name__)
declare(blueprint, Audience.CITIZEN)

DRAFT = "draft"
HIDDEN = "hidden"
RECENT = "recent"
SHOWN = "shown"

WRITING_LIMIT = "120 per minute"
"""Answers to single questions: far above what hands can type, since one address may serve a village."""
UPLOAD_LIMIT = "60 per hour"
FILING_LIMIT = "30 per hour; 100 per day"
"""Complaints from one address, an office's or a cyber-café's included."""


def draft_token() -> str | None:
    """Token of the draft that this browser writes, if it writes one."""
    token = session.get(DRAFT)
    return token if isinstance(token, str) else None


def begin_draft() -> str:
    """A token for a new draft, put into the cookie; the draft itself begins with its first answer."""
    token = new_token()
    session[DRAFT] = token
    session.pop(SHOWN, None)
    return token


def set_draft_aside() -> None:
    """Let go of the draft for another one; what was filed from here is still remembered."""
    session.pop(DRAFT, None)
    session.pop(SHOWN, None)


def forget_draft() -> None:
    """Let go of the draft and of all that was filed: nothing in this browser opens them any more."""
    set_draft_aside()
    session.pop(HIDDEN, None)
    session.pop(RECENT, None)
