"""When a document counts as evidence, as pure rules over what is known of it.

An evaluator checks date, validity, and whether the document opens without asking anybody: a link without
open access counts as no evidence (reconstructed: practice of evaluators, no text of the law).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reports.rows import EvidenceStatus


class LinkOutcome(StrEnum):
    """What a try at opening a link found, without being signed in anywhere."""

    OPEN = "open"
    LOGIN = "login"
    """It leads to a page that asks who one is."""
    REFUSED = "refused"
    """401, 403 or 407."""
    MISSING = "missing"
    """404 or 410."""
    BROKEN = "broken"
    """Any other answer that is no document."""
    TIMEOUT = "timeout"
    UNREACHED = "unreached"
    """No such host, or it does not answer."""
    INSECURE = "insecure"
    """Its certificate does not hold."""
    LOOP = "loop"
    """It leads from one address to the next without end."""
    FORBIDDEN = "forbidden"
    """An address inside a house, which nobody outside can open and we do not try."""


class Finding(StrEnum):
    """What a check finds about a document, the graver first."""

    REJECTED = "rejected"
    UNDATED = "undated"
    FUTURE = "future"
    EXPIRED = "expired"
    NOTHING_TO_OPEN = "nothing_to_open"
    LINK_CLOSED = "link_closed"
    LINK_UNCHECKED = "link_unchecked"
    OTHER_YEAR = "other_year"

    @property
    def is_fatal(self) -> bool:
        """Whether the document counts as no evidence as long as this holds."""
        return self not in (Finding.LINK_UNCHECKED, Finding.OTHER_YEAR)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What is known of a document.

    :ivar link: what the last try at its link found, None where it was not tried yet
    :ivar rejected: a person found it not valid (any more)
    """

    signed_on: date | None
    valid_until: date | None
    url: str
    has_file: bool
    link: LinkOutcome | None = None
    rejected: bool = False


def findings(facts: DocumentFacts, year: int, on: date) -> tuple[Finding, ...]:
    """Everything to say of a document in an assessment of a year, as of a local day, the graver first.

    A file makes the link beside it a convenience: what is said of links holds where there is no file.
    """
    said = {
        Finding.REJECTED: facts.rejected,
        Finding.UNDATED: facts.signed_on is None,
        Finding.FUTURE: facts.signed_on is not None and facts.signed_on > on,
        Finding.EXPIRED: facts.valid_until is not None and facts.valid_until < on,
        Finding.NOTHING_TO_OPEN: not facts.has_file and not facts.url,
        Finding.LINK_CLOSED: _depends_on_link(facts) and facts.link not in (None, LinkOutcome.OPEN),
        Finding.LINK_UNCHECKED: _depends_on_link(facts) and facts.link is None,
        Finding.OTHER_YEAR: facts.signed_on is not None and facts.signed_on.year != year,
    }
    return tuple(finding for finding, holds in said.items() if holds)


def status_of(facts: DocumentFacts, on: date) -> EvidenceStatus:
    """The status before validity, which :meth:`reports.rows.EvidenceRow.status_on` adds by the day."""
    found = findings(facts, on.year, on)
    if {Finding.REJECTED, Finding.UNDATED, Finding.FUTURE, Finding.NOTHING_TO_OPEN} & set(found):
        return EvidenceStatus.REJECTED
    if Finding.LINK_CLOSED in found:
        return EvidenceStatus.UNREACHABLE
    return EvidenceStatus.UNCHECKED if Finding.LINK_UNCHECKED in found else EvidenceStatus.VALID


def _depends_on_link(facts: DocumentFacts) -> bool:
    return bool(facts.url) and not facts.has_file
