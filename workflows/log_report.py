"""What a check of the log found, and how exactly each fault can be placed."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Reason(enum.StrEnum):
    """What is wrong with the log; of several at one position the first in this order is named first."""

    NOT_AN_ENTRY = "not_an_entry"
    POSITION = "position"
    DIGEST = "digest"
    LEAF = "leaf"
    CHAIN = "chain"
    COPY = "copy"
    NODE = "node"
    ROOT = "root"
    TRUNCATED = "truncated"
    BACKDATED = "backdated"
    CHECKPOINT_SIGNATURE = "checkpoint_signature"
    CHECKPOINT_LINK = "checkpoint_link"
    CHECKPOINT_ORDER = "checkpoint_order"
    CHECKPOINT_MISSING = "checkpoint_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong.

    :ivar position: the first bad entry, as far as it can be told, counted from 0
    :ivar first: the first entry that may be the bad one
    :ivar last: the last entry that may be the bad one, inclusive
    """

    position: int
    first: int
    last: int
    reason: Reason
    detail: str

    @property
    def is_exact(self) -> bool:
        """Whether it is proven that the bad entry is this one."""
        return self.first == self.last


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a check of the log found.

    :ivar entries: number of entries read
    :ivar sealed: how many a checkpoint of trusted root covers, which their bodies still lead to
    :ivar witnessed: how many a witness covers, which their bodies still lead to
    :ivar findings: the first of each reason, by position
    :ivar unusable_witnesses: why a witness could not be used, in order
    """

    entries: int
    sealed: int
    witnessed: int
    findings: tuple[Finding, ...]
    unusable_witnesses: tuple[str, ...]

    @property
    def first_bad(self) -> Finding | None:
        """The finding that stands first, if any."""
        return self.findings[0] if self.findings else None

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong and every witness given could be used."""
        return not self.findings and not self.unusable_witnesses

    @property
    def unsealed(self) -> int:
        """Length of the tail that no checkpoint covers."""
        return self.entries - self.sealed

    @property
    def unwitnessed(self) -> int:
        """Length of the tail that no witness covers."""
        return self.entries - self.witnessed


class Findings:
    """The first finding of each reason."""

    def __init__(self) -> None:
        self._by_reason: dict[Reason, Finding] = {}

    def note(
        self, reason: Reason, detail: str, position: int, first: int | None = None, last: int | None = None
    ) -> None:
        """Keep a finding, unless one of its reason stands before it.

        :param first: first entry that may be bad; `position` if not given
        :param last: last one, inclusive; `position` if not given
        """
        known = self._by_reason.get(reason)
        if known is None or position < known.position:
            first = position if first is None else first
            last = position if last is None else last
            self._by_reason[reason] = Finding(position, first, last, reason, detail)

    def sorted(self) -> tuple[Finding, ...]:
        """All kept, by position."""
        order = list(Reason)
        return tuple(
            sorted(self._by_reason.values(), key=lambda one: (one.position, order.index(one.reason)))
        )
