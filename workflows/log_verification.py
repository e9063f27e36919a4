"""Checking the whole log: every chain, every checkpoint, and both against what outside witnesses hold.

How exactly the first bad entry can be named depends on what an intruder left alone. Where entries no longer
lead to a root that is trusted, the true entry lies after the last trusted root that still holds. Within that
stretch it is named exactly

1. by the leaf hashes that a witness keeps, if they were handed over; else
2. by the leaf hashes stored beside the entries, if these still lead to the trusted root; else
3. to the run of 256 entries, by the stored nodes of the tree, if these still lead to it; else
4. at most by the first entry that contradicts itself or its chain.

A trusted root is a witness's, or one of a stored checkpoint that a witnessed one names, directly or through
others between them: so one witnessed checkpoint narrows the stretch to the entries sealed by one run of the
sealing job, even if every digest in the database was computed anew. Past the newest witnessed checkpoint the
installation's own signatures are all there is, which whoever holds the key can make: the report says how long
that tail is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from workflows.audit import ChainHead, entry_digest, follow, parse_entry
from workflows.canonical import NotCanonical, instant_text
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.errors import ChainBroken
from workflows.log_copies import Copies, first_unlike
from workflows.log_report import Finding, Findings, LogReport, Reason
from workflows.merkle import STRIDE, TILE, CompactRange, Node, NodeRun, fold_peaks, leaf_hash
from workflows.trusted_roots import Anchor, TrustedRoots, VerifySignature

__all__ = ["Finding", "LogEntry", "LogReport", "Reason", "VerifySignature", "verify_log"]


class LogEntry(NamedTuple):
    """An entry as it is stored.

    :ivar body: canonical form
    :ivar position: place in the log, counted from 0; None while unsealed
    :ivar digest: digest stored beside it, in hex, if kept
    :ivar leaf: leaf hash stored beside it, if kept
    :ivar copies: columns stored beside it, if these are to be checked too
    """

    body: bytes
    position: int | None = None
    digest: str | None = None
    leaf: bytes | None = None
    copies: Copies | None = None


def verify_log(
    entries: Iterable[LogEntry],
    checkpoints: Iterable[SignedCheckpoint],
    *,
    verify_signature: VerifySignature,
    witnesses: Iterable[Witness] = (),
    nodes: NodeRun | None = None,
    merge_delay: timedelta | None = None,
    progress: Callable[[int], None] | None = None,
) -> LogReport:
    """Check all entries in one pass, holding one small record a chain and nothing else.

    :param entries: sealed ones by position, then unsealed ones in the order of writing
    :param checkpoints: stored ones, the oldest first
    :param verify_signature: asks the published keys
    :param witnesses: what outside witnesses hold, in any order
    :param nodes: the stored nodes of the tree, if these are to be checked too
    :param merge_delay: longest time that may pass until an entry is sealed; entries that claim to be older
        than the checkpoint before them by more than this are back-dated. Not checked if not given.
    :param progress: told the number of entries read after every 1,000
    """
    stored = list(checkpoints)
    roots = TrustedRoots(stored, witnesses, verify_signature)
    walk = _Walk(roots, nodes, _oldest_allowed(stored, merge_delay))
    for entry in entries:
        walk.read(entry)
        if progress is not None and walk.count % 1000 == 0:
            progress(walk.count)
    return walk.report()


class _Walk:
    """One pass over the entries."""

    def __init__(self, roots: TrustedRoots, nodes: NodeRun | None, oldest: Sequence[tuple[int, str]]) -> None:
        self.count = 0
        self._roots = roots
        self._findings: Findings = roots.findings
        self._anchors = list(roots.anchors)
        self._held = self._witnessed = 0
        self._failed = False
        self._heads: dict[str, tuple[ChainHead, int]] = {}
        self._tree = CompactRange()
        self._leaves = _StoredLeaves()
        self._blocks = _Blocks(nodes)
        self._witness = _WitnessedLeaves(roots.witnesses)
        self._oldest = list(oldest)
        self._meet_anchors()

    def read(self, entry: LogEntry) -> None:
        at, leaf = self.count, leaf_hash(entry.body)
        self._check_columns(entry, leaf, at)
        self._check_entry(entry.body, entry.copies, at)
        self._witness.meet(leaf, at)
        self._leaves.meet(entry.leaf, leaf, self._tree)
        for node in self._tree.append(leaf):
            if (node.index + 1) << node.level <= self._roots.covered:  # nodes are stored when sealing
                self._blocks.meet(node)
        self.count += 1
        self._meet_anchors()

    def report(self) -> LogReport:
        if self._anchors and not self._failed:
            self._note_mismatch(self._anchors[0], Reason.TRUNCATED)
        other = self._blocks.first_other
        if other is not None and not self._failed:
            first, stop = other.index << other.level, (other.index + 1) << other.level
            detail = f"stored node {other.index} of level {other.level} is not that of the entries"
            self._findings.note(Reason.NODE, detail, first, first, stop - 1)
        return LogReport(
            self.count, self._held, self._witnessed, self._findings.sorted(), tuple(self._roots.unusable)
        )

    def _check_columns(self, entry: LogEntry, leaf: bytes, at: int) -> None:
        if entry.position is not None and entry.position != at:
            self._findings.note(Reason.POSITION, f"stored as number {entry.position} of the log", at)
        if entry.position is not None and at >= self._roots.covered:
            self._findings.note(
                Reason.CHECKPOINT_MISSING, "sealed, though no stored checkpoint covers it", at
            )
        if entry.digest is not None and entry.digest != entry_digest(entry.body):
            self._findings.note(Reason.DIGEST, "the stored digest is not that of the entry", at)
        if entry.leaf is not None and entry.leaf != leaf:
            self._findings.note(Reason.LEAF, "the stored leaf hash is not that of the entry", at)

    def _check_entry(self, body: bytes, copies: Copies | None, at: int) -> None:
        try:
            entry = parse_entry(body)
        except NotCanonical as error:
            self._findings.note(Reason.NOT_AN_ENTRY, str(error), at)
            return
        head, since = self._heads.get(entry["chain"], (None, at))
        try:
            after = follow(head, entry, body, at)
        except ChainBroken as broken:
            self._findings.note(Reason.CHAIN, broken.why, at, since, at)
            after = ChainHead(entry["chain"], entry["seq"], entry_digest(body))
        self._heads[entry["chain"]] = (after, at)
        unlike = first_unlike(copies, entry) if copies is not None else None
        if unlike is not None:
            self._findings.note(Reason.COPY, f"the column {unlike} does not say what the entry says", at)
        self._check_age(entry["at"], at)

    def _check_age(self, claimed: str, at: int) -> None:
        while len(self._oldest) > 1 and self._oldest[1][0] <= at:
            del self._oldest[0]
        if self._oldest and self._oldest[0][0] <= at and claimed < self._oldest[0][1]:
            detail = f"claims {claimed}, which must have been sealed by the checkpoint before"
            self._findings.note(Reason.BACKDATED, detail, at)

    def _meet_anchors(self) -> None:
        while self._anchors and self._anchors[0].size == self.count:
            anchor = self._anchors.pop(0)
            if self._failed:
                continue
            if self._tree.root() != anchor.root:
                self._note_mismatch(anchor, Reason.ROOT)
                continue
            self._held = anchor.size
            if anchor.is_witnessed:
                self._witnessed = anchor.size

    def _note_mismatch(self, anchor: Anchor, reason: Reason) -> None:
        """The entries lead to the root before, not to this one: say where they part, as exactly as can be."""
        self._failed = True
        whose = "a witness" if anchor.is_witnessed else "a signed checkpoint"
        detail = f"the entries {self._held} to {anchor.size - 1} are not those that {whose} covers"
        exact = self._witness.first_unlike(self.count, anchor)
        if exact is None:
            exact = self._leaves.first_bad_under(anchor)
        if exact is not None:
            self._findings.note(reason, detail, exact)
            return
        first, last = self._held, max(self._held, min(self.count, anchor.size - 1))
        block = self._blocks.first_bad_under(anchor, self._tree)
        if block is not None:
            first, last = max(first, block), min(last, block + TILE - 1)
        hint = self._first_contradiction(first, last)
        if hint is not None:
            self._findings.note(reason, detail, hint.position, first, min(last, hint.last))
        else:
            self._findings.note(
                reason, detail, self.count if reason is Reason.TRUNCATED else first, first, last
            )

    def _first_contradiction(self, first: int, last: int) -> Finding | None:
        """The first finding about entries themselves between `first` and `last`, inclusive."""
        found = (one for one in self._findings.sorted() if first <= one.position <= last)
        return next((one for one in found if not one.reason.startswith("checkpoint")), None)


class _WitnessedLeaves:
    """The leaf hashes that witnesses keep, beside those of the entries."""

    def __init__(self, witnesses: Iterable[Witness]) -> None:
        self._runs = sorted((one.start, one.leaves) for one in witnesses if one.leaves)[::-1]
        self._first: int | None = None

    def meet(self, leaf: bytes, at: int) -> None:
        """Compare the leaf hash of the entry at `at`, which grows by one from call to call."""
        kept = self._kept(at)
        if kept is not None and kept != leaf and self._first is None:
            self._first = at

    def first_unlike(self, count: int, anchor: Anchor) -> int | None:
        """The first of the `count` entries read that is not the witness's; else the one missing after them.

        The tree before each run of kept hashes is a trusted root itself, so nothing before the run is at
        fault.
        """
        if self._first is not None:
            return self._first
        return count if count < anchor.size and self._kept(count) is not None else None

    def _kept(self, at: int) -> bytes | None:
        while self._runs and self._runs[-1][0] + len(self._runs[-1][1]) <= at:
            self._runs.pop()
        if not self._runs or self._runs[-1][0] > at:
            return None
        start, leaves = self._runs[-1]
        return leaves[at - start]


class _StoredLeaves:
    """The tree that the leaf hashes stored beside the entries lead to, once one is not the entry's."""

    def __init__(self) -> None:
        self._tree: CompactRange | None = None
        self._first: int | None = None

    def meet(self, stored: bytes | None, leaf: bytes, tree: CompactRange) -> None:
        """Take the next one; `tree` is that of the entries before it."""
        if self._tree is None and stored is not None and stored != leaf:
            self._tree, self._first = tree.copy(), tree.size
        if self._tree is not None:
            self._tree.append(leaf if stored is None else stored)

    def first_bad_under(self, anchor: Anchor) -> int | None:
        """The first entry unlike its stored leaf hash, if the anchor proves the stored ones genuine."""
        if self._tree is None or self._tree.size != anchor.size or self._tree.root() != anchor.root:
            return None
        return self._first


class _Blocks:
    """The stored nodes over runs of 256 entries, beside those that the entries lead to."""

    def __init__(self, nodes: NodeRun | None) -> None:
        self.first_other: Node | None = None
        self._nodes = nodes
        self._tree: CompactRange | None = CompactRange()
        self._first_other_block: int | None = None

    def meet(self, node: Node) -> None:
        """Compare a node that the entries lead to with the stored one."""
        if self._nodes is None:
            return
        run = self._nodes(node.level, node.index, node.index + 1)
        stored = run[0] if run else None
        if stored != node.digest and self.first_other is None:
            self.first_other = node
        if node.level != STRIDE:
            return
        if stored is None:
            self._tree = None
        elif self._tree is not None:
            self._tree.append(stored)
            if stored != node.digest and self._first_other_block is None:
                self._first_other_block = node.index

    def first_bad_under(self, anchor: Anchor, tree: CompactRange) -> int | None:
        """Start of the first run unlike its stored node, if the anchor proves the stored ones genuine."""
        if self._tree is None or self._first_other_block is None or tree.size != anchor.size:
            return None
        partial = (tree.size % TILE).bit_count()
        peaks = self._tree.peaks + (tree.peaks[-partial:] if partial else [])
        return self._first_other_block * TILE if fold_peaks(peaks) == anchor.root else None


def _oldest_allowed(stored: Sequence[SignedCheckpoint], delay: timedelta | None) -> list[tuple[int, str]]:
    """For each checkpoint its size, and the oldest instant that an entry after it may claim."""
    if delay is None:
        return []
    return [(one.checkpoint.size, instant_text(one.checkpoint.at - delay)) for one in stored]
