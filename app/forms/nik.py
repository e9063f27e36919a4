"""The national identity number (NIK): never asked, and pointed out where somebody writes it all the same.

Sixteen digits: six of the place (province 11 to 99 first), the birth date as ddmmyy, with 40 added to the day
for women, and four that count up. What has not this form is another number and is left alone.
"""

from __future__ import annotations

import re

_CANDIDATE = re.compile(r"(?<!\d)(?<!\d[ .\-])\d(?:[ .\-]?\d){15}(?![ .\-]?\d)")
REMOVED = "[NIK]"
"""What stands in its place, so that the sentence still reads."""


def has_nik(text: str) -> bool:
    """Whether a number in the text has the form of a NIK."""
    return any(_is_nik(match[0]) for match in _CANDIDATE.finditer(text))


def without_nik(text: str) -> str:
    """The text with each such number taken out; nothing else changes."""
    return _CANDIDATE.sub(lambda match: REMOVED if _is_nik(match[0]) else match[0], text)


def _is_nik(typed: str) -> bool:
    digits = re.sub(r"\D", "", typed)
    province, day, month = int(digits[:2]), int(digits[6:8]), int(digits[8:10])
    return province >= 11 and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12
