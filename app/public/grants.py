"""The case that a number and a code opened in this browser, for half an hour of use.

The grant stands in the signed session cookie and nowhere else, so addresses need no number. It carries a
fingerprint of the code's digest: when a code is replaced, every grant that the old one gave is void.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import session as cookie
from sqlalchemy.orm import Session

from app.queries.status import find_code
from app.security.codes import code_digest
from app.security.ring import get_keys

GRANT = "case"
IDLE_LIMIT = timedelta(minutes=30)
SEEN_STEP_S = 60
"""The cookie is renewed at most once a minute."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the cookie says was opened."""

    number: str
    fingerprint: str

    def fits(self, code_digest: str | None) -> bool:
        """Whether the code that opened the case is still its code."""
        return code_digest is not None and self.fingerprint == fingerprint(code_digest)


def fingerprint(code_digest: str) -> str:
    """Short digest of a digest: tells a code apart and opens nothing."""
    return hashlib.sha256(code_digest.encode()).hexdigest()[:16]


def grant(session: Session, number: str, at: datetime) -> None:
    """Open the case of this number in this browser; its code was checked, or just made here."""
    row = find_code(session, number)
    if row is not None and row.code_digest is not None:
        cookie[GRANT] = [row.number, fingerprint(row.code_digest), int(at.timestamp())]


def grant_new(number: str, code: str, at: datetime) -> None:
    """Open a case that was just filed here, by its code; reads nothing."""
    cookie[GRANT] = [number, fingerprint(code_digest(get_keys(), code)), int(at.timestamp())]


def current(at: datetime) -> Grant | None:
    """The grant of this browser, unless it stood idle too long."""
    held = cookie.get(GRANT)
    if not isinstance(held, list) or len(held) != 3:
        return None
    number, print_, seen = held
    age = int(at.timestamp()) - int(seen)
    if age > IDLE_LIMIT.total_seconds():
        cookie.pop(GRANT)
        return None
    if age >= SEEN_STEP_S:
        cookie[GRANT] = [number, print_, int(at.timestamp())]
    return Grant(number, print_)


def revoke() -> None:
    """Close the case in this browser."""
    cookie.pop(GRANT, None)
