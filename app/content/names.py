"""File names as people see them: never a path, nothing invisible, an ending that tells the truth."""

from __future__ import annotations

import re
import unicodedata

from app.content.kinds import Kind

LONGEST_NAME = 100
"""Most characters, ending included."""

_SEPARATORS = re.compile(r"[/\\\u2044\u2215\u29f8\uff0f\uff3c]")
_UNWISE = re.compile(r'[<>:"|?*%;]')
_SPACE = re.compile(r"\s+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def clean_name(name: str, kind: Kind) -> str:
    """`name` without its path, control and direction marks, and with an ending that fits `kind`.

    A name of which nothing is left becomes ``berkas``.
    """
    tidy = _tidy(name)
    stem, _, ending = tidy.rpartition(".")
    if not stem or ending.lower() not in kind.extensions:
        stem, ending = tidy, kind.extensions[0]
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    stem = stem[: LONGEST_NAME - len(ending) - 1].rstrip(" .") or "berkas"
    return f"{stem}.{ending.lower()}"


def shown_name(name: str) -> str:
    """`name` as it can be shown to its sender, whatever the file is; the middle of a long one is left out."""
    tidy = _tidy(name) or "berkas"
    if len(tidy) <= LONGEST_NAME:
        return tidy
    return f"{tidy[: LONGEST_NAME - 21]}…{tidy[-20:]}"


def _tidy(name: str) -> str:
    """The last part of the path, in visible and harmless characters."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name))[-1]
    visible = "".join(
        " " if unicodedata.category(c) in ("Zs", "Zl", "Zp") or c in "\t\n\r" else c
        for c in last
        if c in "\t\n\r" or not unicodedata.category(c).startswith("C")
    )
    return _SPACE.sub(" ", _UNWISE.sub("_", visible)).strip(" .")
