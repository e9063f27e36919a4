"""What this browser filed in the last minutes, so that the same text sent again leads to the first receipt.

The signed session cookie holds a keyed digest of each text and the token of the draft that it was filed from.
Only who filed it has that cookie: somebody else who knows the text, and sends it, gets a case of his own and
never the first one (docs/adr/0013). What the desks then see is a likely duplicate.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, session

from app.public.blueprint import RECENT
from app.security.keys import KeyName
from app.security.ring import get_keys
from app.services.lodging import Filing

KEPT = 3
"""Complaints that the cookie remembers; the oldest goes first."""


def digest_of(filing: Filing) -> str:
    """What two sendings of the same text to one station have in common; keyed, so only ours to compute."""
    told = [filing.narrative, filing.loss, filing.remedy_sought]
    text = "\n".join(" ".join(unicodedata.normalize("NFKC", one).casefold().split()) for one in told)
    message = f"sahut/recent/v1|{filing.agency_code}|{filing.category}|{text}".encode()
    key = get_keys().current(KeyName.CODE)
    return hmac.new(key.secret, message, hashlib.sha256).hexdigest()[:32]


def find_first(digest: str, at: datetime) -> str | None:
    """Token of the draft from which the same text was filed a short while ago."""
    since = int((at - _window()).timestamp())
    return next((token for known, token, sent in _known() if known == digest and sent >= since), None)


def remember(digest: str, token: str, at: datetime) -> None:
    """Note that this text was filed from this draft; what is too old is forgotten."""
    since = int((at - _window()).timestamp())
    kept = [row for row in _known() if row[2] >= since and row[1] != token]
    session[RECENT] = [*kept, [digest, token, int(at.timestamp())]][-KEPT:]


def was_filed(token: str) -> bool:
    """Whether the draft of this token is one of those that were filed from here."""
    return any(row[1] == token for row in _known())


def _window() -> timedelta:
    return timedelta(minutes=current_app.config["SAHUT_SETTINGS"].duplicate_minutes)


def _known() -> list[Any]:
    known = session.get(RECENT)
    return known if isinstance(known, list) else []
