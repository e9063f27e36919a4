"""Tracking codes: the secret by which a complainant without an account comes back.

Sixteen characters of Crockford's base 32 (80 random bits), shown once in groups of four. Stored is only a
keyed digest, so that who copies the database cannot try codes against it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from app.security.keys import KeyName, KeyRing

CODE_LENGTH = 16
GROUP = 4
LONGEST_INPUT = 64
"""More characters than any way of writing a code; longer input is refused unread."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = str.maketrans(dict.fromkeys(" \t\r\n-_.\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\u200b"))
_NOBODY = "0" * 64


def new_tracking_code() -> str:
    """A fresh code, 16 characters without separators."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def format_code(code: str) -> str:
    """The code as it is shown: ``7K3M-9QXA-TT02-BHVW``."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def normalise_code(text: str) -> str | None:
    """The code that someone typed, or None if it cannot be one.

    Lower case, spaces, hyphens and full-width letters are let pass; O is read as 0, I and L as 1.
    """
    if len(text) > LONGEST_INPUT:
        return None
    code = unicodedata.normalize("NFKC", text).translate(_BETWEEN).upper().translate(_MISREAD)
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else None


def code_digest(keys: KeyRing, code: str, *, purpose: str = "complaint") -> str:
    """What is stored of a code: id of the key, a colon, HMAC-SHA-256 in hex.

    :param code: as `new_tracking_code` or `normalise_code` gave it
    :param purpose: keeps a code of one kind (complaint, draft, survey) from opening another
    """
    key = keys.current(KeyName.CODE)
    return f"{key.id}:{_mac(key.secret, code, purpose)}"


def code_digests(keys: KeyRing, code: str, *, purpose: str = "complaint") -> tuple[str, ...]:
    """Everything that may be stored of a code, by the newest key first: to find a row by its code alone."""
    return tuple(f"{key.id}:{_mac(key.secret, code, purpose)}" for key in keys.history(KeyName.CODE))


def verify_code(keys: KeyRing, code: str | None, stored: str | None, *, purpose: str = "complaint") -> bool:
    """Whether `code` is the one of which `stored` was kept.

    A missing code, a missing row and a wrong code cost the same work and the same comparison, so that the
    time of the answer does not tell whether a complaint exists.

    :param code: from `normalise_code`; None if it could not be one
    :param stored: from the row; None if there is no row
    """
    history = keys.history(KeyName.CODE)
    key_id, _, expected = (stored or f"{history[0].id}:{_NOBODY}").partition(":")
    key = next((one for one in history if one.id == key_id), history[0])
    found = _mac(key.secret, code or "", purpose)
    is_same = hmac.compare_digest(found.encode(), expected.encode())
    return is_same and key.id == key_id and code is not None and stored is not None


def _mac(secret: bytes, code: str, purpose: str) -> str:
    message = f"sahut/code/v1|{purpose}|{code}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()
