"""Audit entries, and the chain that ties the entries of one case together.

Every act on a case (a change, a read of the case or an identity, an export) is one entry: canonical JSON that
holds the SHA-256 digest of the previous entry of its chain. Entries hold no personal data, only codes,
numbers and commitments. The order of all entries in one log, and the proofs over it, are in
`workflows.merkle`, `workflows.checkpoint` and `workflows.log_verification`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from workflows.canonical import NotCanonical, canonical_ascii, instant_text, parse_canonical, parse_instant
from workflows.errors import ChainBroken
from workflows.merkle import leaf_hash

__all__ = [
    "ENTRY_FORMAT",
    "ChainBroken",
    "ChainHead",
    "Entry",
    "Fact",
    "build_entry",
    "canonical",
    "entry_digest",
    "extend_chain",
    "leaf_hash",
    "parse_entry",
    "verify_chain",
    "write_entry",
]

ENTRY_FORMAT = "sahut/entry/v1"
LONGEST_FACT = 512
"""Most characters of one text among the facts; commitments and codes are far shorter."""

Fact: TypeAlias = str | int | bool | None
Entry: TypeAlias = dict[str, Any]
"""An entry as `build_entry` makes it: format, chain, seq, prev, at, kind, actor, role, facts."""

canonical = canonical_ascii

_FIELDS = frozenset({"format", "chain", "seq", "prev", "at", "kind", "actor", "role", "facts"})
_CHAIN = re.compile(r"[a-z]+:[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_ACTOR = re.compile(r"[a-z]+(:[1-9][0-9]{0,15})?")


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last entry of a chain.

    :ivar chain: which chain, as ``case:SRG-2026-000123``
    :ivar seq: its number in the chain, counted from 1
    :ivar digest: its digest, in hex
    """

    chain: str
    seq: int
    digest: str


def build_entry(
    *,
    chain: str,
    seq: int,
    prev: str | None,
    at: datetime,
    kind: str,
    actor: str,
    role: str | None,
    facts: Mapping[str, Fact],
) -> Entry:
    """An entry, ready for `canonical`.

    See `write_entry` for the parameters.

    :raises NotCanonical: naming the field that is wrong
    """
    entry = _entry(chain, seq, prev, at, kind, actor, role, facts)
    canonical(entry)
    return entry


def write_entry(
    *,
    chain: str,
    seq: int,
    prev: str | None,
    at: datetime,
    kind: str,
    actor: str,
    role: str | None,
    facts: Mapping[str, Fact],
) -> bytes:
    """The canonical form of an entry: what is stored and digested.

    :param chain: ``case:<number>`` or ``agency:<code>``
    :param seq: number in the chain, the first being 1
    :param prev: digest of the chain's previous entry in hex; None for the first only
    :param at: aware instant of the act
    :param kind: code of the act, as ``classify`` or ``identity.read``
    :param actor: ``user:17``, ``complainant``, ``system``: a kind and at most a number, never a name
    :param role: code of the role in which the actor acted, if any
    :param facts: flat codes, numbers and commitments; ASCII only
    :raises NotCanonical: naming the field that is wrong
    """
    return canonical(_entry(chain, seq, prev, at, kind, actor, role, facts))


def _entry(
    chain: str,
    seq: int,
    prev: str | None,
    at: datetime,
    kind: str,
    actor: str,
    role: str | None,
    facts: Mapping[str, Fact],
) -> Entry:
    entry: Entry = {
        "format": ENTRY_FORMAT,
        "chain": chain,
        "seq": seq,
        "prev": prev,
        "at": instant_text(at),
        "kind": kind,
        "actor": actor,
        "role": role,
        "facts": dict(facts),
    }
    _check_entry(entry)
    return entry


def entry_digest(body: bytes) -> str:
    """Digest by which the next entry of the chain names this one: SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(body).hexdigest()


def parse_entry(body: bytes) -> Entry:
    """The entry whose canonical form is `body`.

    :raises NotCanonical: if it is not the canonical form of an entry
    """
    if not body.isascii():
        raise NotCanonical("$", "text outside ASCII")
    entry = parse_canonical(body)
    if not isinstance(entry, dict):
        raise NotCanonical("$", "not an object")
    _check_entry(entry)
    return entry


def extend_chain(head: ChainHead | None, body: bytes, position: int) -> ChainHead:
    """The head after `body` follows `head`.

    :param head: last entry of the chain so far; None before the first
    :param position: where the entry stands among those checked, for the error
    :raises ChainBroken: if `body` is no entry or does not follow
    """
    try:
        entry = parse_entry(body)
    except NotCanonical as error:
        raise ChainBroken(position, f"not an entry: {error}") from None
    return follow(head, entry, body, position)


def follow(head: ChainHead | None, entry: Entry, body: bytes, position: int) -> ChainHead:
    """As `extend_chain`, for an entry that has been parsed already."""
    expected = 1 if head is None else head.seq + 1
    if head is not None and entry["chain"] != head.chain:
        raise ChainBroken(position, f"belongs to chain {entry['chain']}, not {head.chain}")
    if entry["seq"] != expected:
        raise ChainBroken(
            position, f"number {entry['seq']} of {entry['chain']} where {expected} should stand"
        )
    if head is not None and entry["prev"] != head.digest:
        raise ChainBroken(position, f"does not hold the digest of number {head.seq} of {head.chain}")
    return ChainHead(entry["chain"], entry["seq"], entry_digest(body))


def verify_chain(bodies: Iterable[bytes], *, chain: str | None = None) -> ChainHead | None:
    """Check that `bodies` are the whole beginning of one chain, each following the one before.

    A chain alone cannot show that its end is missing: compare the head with what the log holds.

    :param bodies: canonical forms in order, read one at a time
    :param chain: which chain it must be; any, if not given
    :returns: the last entry, or None if there is none
    :raises ChainBroken: at the first entry that does not follow, its position counted from 0
    """
    head: ChainHead | None = None
    for position, body in enumerate(bodies):
        head = extend_chain(head, body, position)
        if chain is not None and head.chain != chain:
            raise ChainBroken(position, f"belongs to chain {head.chain}, not {chain}")
    return head


def _check_entry(entry: Entry) -> None:
    if entry.keys() != _FIELDS:
        raise NotCanonical("$", f"fields are {', '.join(sorted(entry))}")
    if entry["format"] != ENTRY_FORMAT:
        raise NotCanonical("$.format", f"not {ENTRY_FORMAT}")
    _match(entry, "chain", _CHAIN)
    _match(entry, "kind", _CODE)
    _match(entry, "actor", _ACTOR)
    if entry["role"] is not None:
        _match(entry, "role", _CODE)
    _check_place(entry)
    _check_instant(entry["at"])
    _check_facts(entry["facts"])


def _match(entry: Entry, field: str, pattern: re.Pattern[str]) -> None:
    value = entry[field]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise NotCanonical(f"$.{field}", f"{value!r} is not of the form {pattern.pattern}")


def _check_place(entry: Entry) -> None:
    seq = entry["seq"]
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 1:
        raise NotCanonical("$.seq", "not a number from 1")
    if seq > 1:
        _match(entry, "prev", _DIGEST)
    elif entry["prev"] is not None:
        raise NotCanonical("$.prev", "the first entry of a chain follows none")


def _check_instant(at: object) -> None:
    try:
        parse_instant(at if isinstance(at, str) else "")
    except ValueError:
        raise NotCanonical("$.at", "not an instant in UTC") from None


def _check_facts(facts: object) -> None:
    if not isinstance(facts, dict):
        raise NotCanonical("$.facts", "not an object")
    for name, fact in facts.items():
        if not isinstance(name, str) or not _CODE.fullmatch(name):
            raise NotCanonical("$.facts", f"{name!r} is not a code")
        if not (fact is None or isinstance(fact, str | int)):
            raise NotCanonical(f"$.facts.{name}", "only text, whole numbers, booleans and null")
        if isinstance(fact, str) and len(fact) > LONGEST_FACT:
            raise NotCanonical(f"$.facts.{name}", f"longer than {LONGEST_FACT} characters")
