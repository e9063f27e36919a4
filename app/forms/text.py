"""What typed text is turned into before anything judges it, and how people write dates, times and money.

Pure functions: text in, value out, or `None` where it can't be read as such.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan", "january"),
            ("februari", "feb", "pebruari", "february"),
            ("maret", "mar", "march"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun", "june"),
            ("juli", "jul", "july"),
            ("agustus", "agu", "agt", "ags", "aug", "august"),
            ("september", "sep", "sept"),
            ("oktober", "okt", "october", "oct"),
            ("november", "nov", "nop", "nopember"),
            ("desember", "des", "december", "dec"),
        ),
        start=1,
    )
    for name in names
}
"""Month names and their usual short forms, Indonesian and English."""

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_BLANK = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]*"
)
"""What shows nothing however much of it there is; joiners and selectors matter only beside something else."""


def clean_text(text: str | None) -> str | None:
    """The text in NFC with LF line ends, without NULs, controls and marks that turn the reading direction.

    Line breaks and tabs inside stay; blanks around go. Emoji and every script stay, joiners included; what
    would show nothing at all is empty.
    """
    if text is None:
        return None
    unified = re.sub("\r\n|[\r\u2028\u2029]", "\n", text)
    cleaned = unicodedata.normalize("NFC", _UNSEEN.sub("", unified)).strip()
    return "" if _BLANK.fullmatch(cleaned) else cleaned


def clean_line(text: str | None) -> str | None:
    """As `clean_text`, on one line: every run of blanks and breaks is one blank."""
    cleaned = clean_text(text)
    return None if cleaned is None else " ".join(cleaned.split())


def read_month(text: str) -> int | None:
    """1 to 12 from ``11``, ``November`` or ``Nov.``."""
    text = text.strip().rstrip(".").lower()
    if text.isdecimal():
        number = int(text)
        return number if 1 <= number <= 12 else None
    return MONTHS.get(text)


def read_date(day: str, month: str, year: str) -> date | None:
    """The date that three parts name, where it exists; the year in four digits."""
    number = read_month(month)
    if number is None or not day.strip().isdecimal() or not re.fullmatch(r"\d{4}", year.strip()):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def split_date(text: str) -> tuple[str, str, str] | None:
    """Day, month and year of a date written in one piece: ``24/11/2026``, ``24 November 2026``."""
    parts = [part for part in re.split(r"[\s/.,\-]+", text.strip()) if part]
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else None


def read_time(text: str) -> time | None:
    """A time of day from ``14.05``, ``14:05``, ``1405``, ``9`` or ``9.30``; a zone name is skipped."""
    match = re.fullmatch(r"(\d{1,2})(?:[.:]?(\d{2}))?\s*(?:wib|wita|wit)?", text.strip().lower())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


_SCALES = {"rb": 1_000, "ribu": 1_000, "k": 1_000, "jt": 1_000_000, "juta": 1_000_000}


def read_rupiah(text: str) -> int | None:
    """Whole rupiah from ``50000``, ``50.000``, ``Rp 50.000,00``, ``50rb`` or ``1,5 juta``; no sen.

    A dot or comma before three digits parts thousands; with a word for them it is a decimal mark.
    """
    typed = re.sub(r"^(?:rp\.?|idr)\s*|\s*(?:rupiah|idr|,-|,--)$", "", text.strip().lower()).strip()
    if scaled := re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,2}))?\s*(rb|ribu|k|jt|juta)\.?", typed):
        whole, part, word = scaled[1], scaled[2] or "", _SCALES[scaled[3]]
        amount, rest = divmod(int(whole + part) * word, 10 ** len(part))
        return None if rest else amount
    match = re.fullmatch(r"(\d{1,3}(?:[.,\s]\d{3})+|\d+)(?:[.,](?:00|-))?", typed)
    return int(re.sub(r"\D", "", match[1])) if match and match[1].isascii() else None


def read_telephone(text: str) -> str | None:
    """A telephone number in international form (``+6281234567890``) from any of the usual notations.

    A number without country is Indonesian; 8 to 15 digits with the country.
    """
    if not re.fullmatch(r"\+?[\d\s().\-/]+", text.strip()):
        return None
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("0"):
        digits = f"62{digits[1:]}"
    elif digits.startswith("8"):
        digits = f"62{digits}"
    elif not digits.startswith("62"):
        return None
    digits = re.sub(r"^620", "62", digits)
    return f"+{digits}" if digits.isascii() and 8 <= len(digits) <= 15 else None
