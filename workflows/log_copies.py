"""What is stored beside an entry of the log for look-ups, held against what the entry itself says.

Digests, chains and the tree cover the canonical form alone. Pages find the entries of a case by the columns
beside it: whoever changed only those would hide an entry from its case, or lay an act to somebody else, while
every digest still holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from workflows.canonical import instant_text


class Copies(NamedTuple):
    """The columns beside an entry.

    :ivar subject: the chain that the row's own references lead to: its case's, else its agency's; empty where
        case and agency do not belong together
    """

    chain: str
    seq: int
    at: datetime
    kind: str
    actor: str
    role: str | None
    subject: str


def first_unlike(copies: Copies, entry: Mapping[str, Any]) -> str | None:
    """Name of the first column that does not say what the entry says; None if all do."""
    said = copies._replace(
        chain=entry["chain"],
        seq=entry["seq"],
        kind=entry["kind"],
        actor=entry["actor"],
        role=entry["role"],
        subject=entry["chain"],
    )
    if instant_text(copies.at) != entry["at"]:
        return "at"
    return next((name for name in Copies._fields if getattr(copies, name) != getattr(said, name)), None)
