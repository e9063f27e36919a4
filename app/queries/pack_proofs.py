"""What an evidence pack shows of the log: entries of the cases counted with their places, and proofs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, OutboxItem
from app.queries.log import node_run
from workflows.checkpoint import SignedCheckpoint
from workflows.merkle import TILE, NodeRun, consistency_proof, inclusion_proof

CASES_AT_ONCE = 500
TILES_KEPT = 512
"""Runs of 256 hashes that are kept at hand: some 4 MB."""
LEAVES_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry of a case, and its place in the log."""

    number: str
    position: int
    body: str


def list_case_entries(
    session: Session, numbers: Sequence[str], as_of: datetime, size: int
) -> Iterator[tuple[str, list[PlacedEntry]]]:
    """Of each case the first entry and the last one up to the cut-off, as far as the log holds them.

    The last one names the digest of the one before it, and so on to the first: together they fix all between.
    Cases without a sealed entry come with an empty list.
    """
    ordered = sorted(numbers)
    for start in range(0, len(ordered), CASES_AT_ONCE):
        chains = {f"case:{number}": number for number in ordered[start : start + CASES_AT_ONCE]}
        ends = (
            select(
                AuditEntry.chain,
                func.min(AuditEntry.seq).label("first"),
                func.max(AuditEntry.seq).label("last"),
            )
            .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
            .where(AuditEntry.chain.in_(chains), AuditEntry.at <= as_of, AuditSeal.position < size)
            .group_by(AuditEntry.chain)
            .subquery()
        )
        rows = session.execute(
            select(AuditEntry.chain, AuditSeal.position, AuditEntry.body)
            .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
            .join(ends, ends.c.chain == AuditEntry.chain)
            .where(AuditEntry.seq.in_((ends.c.first, ends.c.last)))
            .order_by(AuditEntry.chain, AuditEntry.seq)
        )
        found = {
            chain: [PlacedEntry(chains[chain], row.position, row.body) for row in group]
            for chain, group in groupby(rows, key=lambda row: row.chain)
        }
        for chain, number in chains.items():
            yield number, found.get(chain, [])


def list_logged_numbers(session: Session, numbers: Sequence[str], as_of: datetime) -> set[str]:
    """Which of the cases have an entry by the cut-off."""
    logged: set[str] = set()
    for start in range(0, len(numbers), CASES_AT_ONCE):
        chains = [f"case:{number}" for number in numbers[start : start + CASES_AT_ONCE]]
        found = (
            select(AuditEntry.chain).where(AuditEntry.chain.in_(chains), AuditEntry.at <= as_of).distinct()
        )
        logged |= {chain.removeprefix("case:") for chain in session.scalars(found)}
    return logged


def find_entry_position(session: Session, entry_id: int) -> int | None:
    """Place of an entry in the log; None while it is not sealed."""
    return session.scalar(select(AuditSeal.position).where(AuditSeal.entry_id == entry_id))


def list_witnessed_sizes(session: Session) -> list[int]:
    """Sizes of the checkpoints that went to the witness by letter, in order."""
    rows = session.scalars(
        select(OutboxItem.params).where(OutboxItem.recipient == "witness", OutboxItem.status == "sent")
    )
    return sorted({int(params["size"]) for params in rows})


def stream_leaves(session: Session, size: int) -> Iterator[bytes]:
    """The first `size` leaf hashes, joined, in pieces."""
    for start in range(0, size, LEAVES_AT_ONCE):
        yield b"".join(node_run(session)(0, start, min(start + LEAVES_AT_ONCE, size)))


class Prover:
    """Proofs under one checkpoint; neighbouring hashes are read once."""

    def __init__(self, session: Session, signed: SignedCheckpoint) -> None:
        self._run = _remembering(node_run(session))
        self._size = signed.checkpoint.size

    def inclusion(self, position: int, body: str) -> dict[str, Any]:
        """An entry with the proof that it stands in the log (RFC 9162 section 2.1.3)."""
        return {
            "position": position,
            "entry": body,
            "proof": _hexed(inclusion_proof(self._run, position, self._size)),
        }

    def growth(self, old: SignedCheckpoint) -> dict[str, Any]:
        """An older checkpoint with the proof that the log only grew since (RFC 9162 section 2.1.4)."""
        proof = consistency_proof(self._run, old.checkpoint.size, self._size)
        return {**old.to_json(), "proof": _hexed(proof)}


def _remembering(run: NodeRun) -> NodeRun:
    """The same nodes, each run of 256 kept for a while: proofs of neighbours share most of them."""

    @lru_cache(maxsize=TILES_KEPT)
    def whole(level: int, start: int, stop: int) -> tuple[bytes, ...]:
        return tuple(run(level, start, stop))

    def remembered(level: int, start: int, stop: int) -> Sequence[bytes]:
        first = start - start % TILE
        return whole(level, first, stop)[start - first :]

    return remembered


def _hexed(hashes: Iterable[bytes]) -> list[str]:
    return [one.hex() for one in hashes]
