"""The Merkle tree of RFC 9162 section 2.1: roots, proofs of inclusion, proofs that a log only grew.

A *node* ``(level, index)`` is the root of the complete subtree over the leaves ``index * 2**level`` up to,
not including, ``(index + 1) * 2**level``. Leaves are level 0. Complete subtrees never change once they are
full, so a log keeps its leaf hashes and the nodes of every eighth level only (one row for 256 leaves, one
more for 65,536, …) and builds any root or proof from a few runs of at most 256 neighbouring hashes each: the
cost does not grow with the log, but with its logarithm.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

HASH_BYTES = 32
STRIDE = 8
"""Every how many levels nodes are stored."""
TILE = 1 << STRIDE
"""Most neighbouring nodes that are asked for in one run."""

NodeRun: TypeAlias = Callable[[int, int, int], Sequence[bytes]]
"""``run(level, start, stop)``: hashes of the nodes `start` up to, not including, `stop` of a stored level
(0, 8, 16, …), in order. `start` and `stop` always lie in one aligned run of 256."""

_sha256 = hashlib.sha256


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a complete subtree, to be stored."""

    level: int
    index: int
    digest: bytes


class MissingNode(LookupError):
    """A stored node that a root or proof needs is not there.

    :ivar level: its level
    :ivar index: the first one missing
    """

    def __init__(self, level: int, index: int) -> None:
        super().__init__(f"node {index} of level {level} is missing")
        self.level = level
        self.index = index


def empty_root() -> bytes:
    """Root of a log without entries."""
    return _sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry as it stands in the tree."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees."""
    return _sha256(b"\x01" + left + right).digest()


def fold_peaks(peaks: Sequence[bytes]) -> bytes:
    """Root over complete subtrees of falling size, the widest first."""
    if not peaks:
        return empty_root()
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


@dataclass(slots=True)
class CompactRange:
    """A growing tree of which only the peaks are kept: the roots of its complete subtrees, the widest first.

    Appending costs one node hash on average, whatever the size; the state is at most 64 hashes.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.peaks):
            raise ValueError(f"a tree of {self.size} leaves does not have {len(self.peaks)} peaks")
        if any(len(peak) != HASH_BYTES for peak in self.peaks):
            raise ValueError("a peak is not a SHA-256 digest")

    @classmethod
    def load(cls, run: NodeRun, size: int) -> CompactRange:
        """The range of the first `size` leaves of a stored tree, from a few stored nodes."""
        return cls(size, _Reader(run, size).complete_subtrees(0, size))

    def append(self, leaf: bytes) -> tuple[Node, ...]:
        """Add a leaf hash; gives the nodes of stored levels above 0 that it completes."""
        carry, merged, size = leaf, 0, self.size
        peaks = self.peaks
        completed: tuple[Node, ...] = ()
        while size & 1:
            carry = node_hash(peaks.pop(), carry)
            merged += 1
            size >>= 1
            if merged % STRIDE == 0:
                completed += (Node(merged, self.size >> merged, carry),)
        peaks.append(carry)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root over all leaves appended so far."""
        return fold_peaks(self.peaks)

    def copy(self) -> CompactRange:
        """An independent copy."""
        return CompactRange(self.size, list(self.peaks))


class MemoryTree:
    """A stored tree kept in memory: for verifiers and small logs."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: dict[int, list[bytes]] = {0: []}
        self._range = CompactRange()
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return self._range.size

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        self._levels[0].append(leaf)
        for node in self._range.append(leaf):
            self._levels.setdefault(node.level, []).append(node.digest)

    def run(self, level: int, start: int, stop: int) -> Sequence[bytes]:
        """Stored nodes, as `NodeRun`."""
        return self._levels.get(level, [])[start:stop]


def merkle_root(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes, in one pass."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def tree_root(run: NodeRun, size: int) -> bytes:
    """Root over the first `size` leaves of a stored tree.

    :raises MissingNode: if a stored node is not there
    """
    return CompactRange.load(run, size).root()


def inclusion_proof(run: NodeRun, index: int, size: int) -> list[bytes]:
    """Proof that leaf `index` is in the tree of the first `size` leaves (RFC 9162 section 2.1.3.1).

    :raises ValueError: unless 0 <= index < size
    :raises MissingNode: if a stored node is not there
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    reader = _Reader(run, size)
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(reader.subtree(middle, stop))
            stop = middle
        else:
            proof.append(reader.subtree(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(run: NodeRun, old_size: int, new_size: int) -> list[bytes]:
    """Proof that the tree of `new_size` leaves begins with the one of `old_size` (RFC 9162 section 2.1.4.1).

    :raises ValueError: unless 0 <= old_size <= new_size
    :raises MissingNode: if a stored node is not there
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree of {old_size} does not grow into one of {new_size}")
    if old_size in (0, new_size):
        return []
    reader = _Reader(run, new_size)
    proof: list[bytes] = []
    start, stop = 0, new_size
    while old_size != stop:
        middle = start + _split(stop - start)
        if old_size <= middle:
            proof.append(reader.subtree(middle, stop))
            stop = middle
        else:
            proof.append(reader.subtree(start, middle))
            start = middle
    if start > 0:
        proof.append(reader.subtree(start, stop))
    return proof[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that `leaf` is leaf hash `index` of the tree (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _are_digests([leaf, root, *proof]):
        return False
    first, last, digest = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            digest = node_hash(sibling, digest)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            digest = node_hash(digest, sibling)
        first >>= 1
        last >>= 1
    return last == 0 and digest == root


def verify_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the new tree begins with the old one (RFC 9162 section 2.1.4.2)."""
    if not 0 <= old_size <= new_size or not _are_digests([old_root, new_root, *proof]):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root and (old_size > 0 or old_root == empty_root())
    if old_size == 0:
        return not proof and old_root == empty_root()
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first >>= 1
        last >>= 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
            while not first & 1 and first:
                first >>= 1
                last >>= 1
        else:
            new = node_hash(new, sibling)
        first >>= 1
        last >>= 1
    return last == 0 and old == old_root and new == new_root


class _Reader:
    """Hashes of any complete or right-edge subtree, each aligned run of stored nodes being read once."""

    def __init__(self, run: NodeRun, size: int) -> None:
        self._run = run
        self._size = size
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def subtree(self, start: int, stop: int) -> bytes:
        """Root over the leaves `start` up to, not including, `stop`, one of the ranges of the recursion."""
        return fold_peaks(self.complete_subtrees(start, stop))

    def complete_subtrees(self, start: int, stop: int) -> list[bytes]:
        """Roots of the complete subtrees that make up the range, the widest first."""
        roots = []
        while start < stop:
            level = (stop - start).bit_length() - 1
            roots.append(self._node(level, start >> level))
            start += 1 << level
        return roots

    def _node(self, level: int, index: int) -> bytes:
        stored, above = level - level % STRIDE, level % STRIDE
        first = index << above
        tile = self._tile(stored, first // TILE)
        hashes = list(tile[first % TILE : first % TILE + (1 << above)])
        if len(hashes) < 1 << above:
            raise MissingNode(stored, first + len(hashes))
        while len(hashes) > 1:
            hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def _tile(self, level: int, number: int) -> Sequence[bytes]:
        key = (level, number)
        if key not in self._tiles:
            stop = min((number + 1) * TILE, self._size >> level)
            self._tiles[key] = self._run(level, number * TILE, stop)
        return self._tiles[key]


def _split(width: int) -> int:
    """The largest power of two below `width`, which is 2 or more."""
    return 1 << ((width - 1).bit_length() - 1)


def _are_digests(hashes: Iterable[bytes]) -> bool:
    return all(len(digest) == HASH_BYTES for digest in hashes)
