"""The tree of RFC 9162: known roots, an independent library, the RFC read literally, forged proofs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from workflows.merkle import (
    TILE,
    CompactRange,
    MemoryTree,
    MissingNode,
    Node,
    consistency_proof,
    empty_root,
    fold_peaks,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)

# The eight entries and roots that implementations of Certificate Transparency share as test vectors.
KNOWN_ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
KNOWN_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def rfc_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 9162 section 2.1.1, as written there."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = largest_power_below(len(leaves))
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def rfc_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1, as written there."""
    if len(leaves) == 1:
        return []
    k = largest_power_below(len(leaves))
    if index < k:
        return [*rfc_path(index, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(index - k, leaves[k:]), rfc_root(leaves[:k])]


def rfc_subproof(size: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of section 2.1.4.1, as written there."""
    if size == len(leaves):
        return [] if whole else [rfc_root(leaves)]
    k = largest_power_below(len(leaves))
    if size <= k:
        return [*rfc_subproof(size, leaves[:k], whole), rfc_root(leaves[k:])]
    return [*rfc_subproof(size - k, leaves[k:], False), rfc_root(leaves[:k])]


def largest_power_below(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in KNOWN_ENTRIES[:size]]
    assert merkle_root(leaves).hex() == KNOWN_ROOTS[size]
    assert tree_root(MemoryTree(leaves).run, size).hex() == KNOWN_ROOTS[size]


def test_a_tree_agrees_with_pymerkle_on_every_root_and_proof() -> None:
    entries = [number.to_bytes(4, "big") for number in range(70)]
    other = InmemoryTree(algorithm="sha256")
    ours = MemoryTree()
    for entry in entries:
        other.append_entry(entry)
        ours.append(leaf_hash(entry))
    for size in range(1, len(entries) + 1):
        assert tree_root(ours.run, size) == other.get_root(size)
        for index in range(size):
            # pymerkle counts leaves from one and begins the path with the leaf itself.
            expected = other.prove_inclusion(index + 1, size).path
            assert [ours.run(0, index, index + 1)[0], *inclusion_proof(ours.run, index, size)] == expected
        for old in range(1, size):
            proof = consistency_proof(ours.run, old, size)
            assert verify_consistency(
                old_size=old,
                old_root=other.get_root(old),
                new_size=size,
                new_root=other.get_root(size),
                proof=proof,
            )
            if old % 2 and old > 1:  # elsewhere pymerkle goes down to leaves where the RFC stops at a subtree
                assert sorted(proof) == sorted(other.prove_consistency(old, size).path)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 21, 64, 65, 255, 256, 257, 513])
def test_proofs_are_those_of_the_rfc(size: int) -> None:
    leaves = leaves_of(size)
    tree = MemoryTree(leaves)
    root = rfc_root(leaves)
    assert tree_root(tree.run, size) == root
    for index in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        proof = inclusion_proof(tree.run, index, size)
        assert proof == rfc_path(index, leaves)
        assert verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=root)
    for old in {1, 2, size // 3, size // 2, size - 1, size} & set(range(1, size + 1)):
        proof = consistency_proof(tree.run, old, size)
        assert proof == rfc_subproof(old, leaves, True)
        assert verify_consistency(
            old_size=old, old_root=rfc_root(leaves[:old]), new_size=size, new_root=root, proof=proof
        )


@given(st.integers(1, 300), st.data())
def test_no_wrong_index_size_leaf_root_or_path_proves_inclusion(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    tree = MemoryTree(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(tree.run, index, size), tree_root(tree.run, size)
    claim = {"leaf": leaves[index], "index": index, "size": size, "proof": proof, "root": root}
    assert verify_inclusion(**claim)
    for wrong in set(range(-1, size + 2)) - {index}:
        assert not verify_inclusion(**claim | {"index": wrong})
    assert not verify_inclusion(**claim | {"leaf": leaf_hash(b"other")})
    assert not verify_inclusion(**claim | {"root": leaf_hash(b"other")})
    assert not verify_inclusion(**claim | {"root": root[:-1]})
    assert not verify_inclusion(**claim | {"proof": [*proof, root]})
    if proof:
        assert not verify_inclusion(**claim | {"proof": proof[:-1]})
        at = data.draw(st.integers(0, len(proof) - 1))
        for forged in (flipped(proof[at], data), proof[at][:-1], b""):
            assert not verify_inclusion(**claim | {"proof": [*proof[:at], forged, *proof[at + 1 :]]})
    if len(set(proof)) > 1:
        assert not verify_inclusion(**claim | {"proof": proof[::-1]})


@given(st.integers(1, 300), st.data())
def test_a_size_of_another_shape_is_refused(size: int, data: st.DataObject) -> None:
    # The hashes alone do not fix the size: a size is refused where the path would have another shape.
    leaves = leaves_of(size)
    tree = MemoryTree(leaves)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, 600).filter(lambda one: one != size))
    proof = inclusion_proof(tree.run, index, size)
    accepted = verify_inclusion(
        leaf=leaves[index], index=index, size=other, proof=proof, root=tree_root(tree.run, size)
    )
    same_shape = index < other and shape(index, other) == shape(index, size)
    assert accepted == same_shape


def shape(index: int, size: int) -> list[str]:
    """On which side each hash of an inclusion path stands."""
    if size == 1:
        return []
    k = largest_power_below(size)
    return [*shape(index, k), "right"] if index < k else [*shape(index - k, size - k), "left"]


@given(st.integers(2, 300), st.data())
def test_no_wrong_size_root_or_path_proves_consistency(new: int, data: st.DataObject) -> None:
    tree = MemoryTree(leaves_of(new))
    old = data.draw(st.integers(1, new - 1))
    proof = consistency_proof(tree.run, old, new)
    claim = {
        "old_size": old,
        "old_root": tree_root(tree.run, old),
        "new_size": new,
        "new_root": tree_root(tree.run, new),
        "proof": proof,
    }
    assert verify_consistency(**claim)
    for wrong in set(range(-1, new + 2)) - {old}:
        assert not verify_consistency(**claim | {"old_size": wrong})
    for field in ("old_root", "new_root"):
        assert not verify_consistency(**claim | {field: leaf_hash(b"other")})
        assert not verify_consistency(**claim | {field: claim[field][:-1]})
    assert not verify_consistency(**claim | {"proof": []})
    assert not verify_consistency(**claim | {"proof": proof[:-1]})
    assert not verify_consistency(**claim | {"proof": [*proof, leaf_hash(b"other")]})
    at = data.draw(st.integers(0, len(proof) - 1))
    forged = flipped(proof[at], data)
    assert not verify_consistency(**claim | {"proof": [*proof[:at], forged, *proof[at + 1 :]]})


def test_a_rewritten_log_is_never_consistent_with_the_old_one() -> None:
    leaves = leaves_of(20)
    old_root = merkle_root(leaves[:13])
    for at in range(13):
        other = [*leaves[:at], leaf_hash(b"rewritten"), *leaves[at + 1 :]]
        tree = MemoryTree(other)
        proof = consistency_proof(tree.run, 13, 20)
        assert not verify_consistency(
            old_size=13, old_root=old_root, new_size=20, new_root=merkle_root(other), proof=proof
        )


def test_the_empty_log_is_the_beginning_of_every_log() -> None:
    root = merkle_root(leaves_of(3))
    assert verify_consistency(old_size=0, old_root=empty_root(), new_size=3, new_root=root, proof=[])
    assert verify_consistency(old_size=0, old_root=empty_root(), new_size=0, new_root=empty_root(), proof=[])
    assert not verify_consistency(old_size=0, old_root=root, new_size=3, new_root=root, proof=[])
    assert not verify_consistency(old_size=0, old_root=root, new_size=0, new_root=root, proof=[])
    assert not verify_consistency(old_size=0, old_root=empty_root(), new_size=3, new_root=root, proof=[root])


def test_a_log_is_consistent_with_itself_only() -> None:
    root = merkle_root(leaves_of(3))
    same = {"old_size": 3, "new_size": 3, "old_root": root, "new_root": root}
    assert verify_consistency(**same, proof=[])
    assert not verify_consistency(**same, proof=[root])
    assert not verify_consistency(**same | {"new_root": empty_root()}, proof=[])


@given(st.integers(0, 1000))
def test_a_compact_range_grows_resumes_and_completes_nodes(size: int) -> None:
    leaves = leaves_of(size)
    grown = CompactRange()
    nodes = [node for leaf in leaves for node in grown.append(leaf)]
    assert grown.size == size
    assert grown.root() == rfc_root(leaves) == fold_peaks(grown.peaks)
    blocks = size // TILE
    assert nodes == [Node(8, at, rfc_root(leaves[at * TILE : (at + 1) * TILE])) for at in range(blocks)]
    resumed = CompactRange.load(MemoryTree(leaves).run, size)
    assert (resumed.size, resumed.peaks) == (grown.size, grown.peaks)
    copy = grown.copy()
    copy.append(leaf_hash(b"more"))
    assert (grown.size, copy.size) == (size, size + 1)


def test_peaks_that_do_not_fit_the_size_are_refused() -> None:
    with pytest.raises(ValueError, match="does not have 1 peaks"):
        CompactRange(3, [leaf_hash(b"")])
    with pytest.raises(ValueError, match="not a SHA-256 digest"):
        CompactRange(1, [b"short"])
    with pytest.raises(ValueError, match="does not have"):
        CompactRange(-1, [leaf_hash(b"")])


def test_proofs_in_a_large_log_read_few_short_runs() -> None:
    size = 3 * 65_536 + 5 * 256 + 77
    tree = MemoryTree(leaves_of(size))
    reads: list[tuple[int, int, int]] = []

    def run(level: int, start: int, stop: int) -> Sequence[bytes]:
        reads.append((level, start, stop))
        return tree.run(level, start, stop)

    root = tree_root(tree.run, size)
    for index in (0, 255, 256, 65_535, 65_536, 131_071, size - 78, size - 1):
        reads.clear()
        proof = inclusion_proof(run, index, size)
        leaf = tree.run(0, index, index + 1)[0]
        assert verify_inclusion(leaf=leaf, index=index, size=size, proof=proof, root=root)
        assert_bounded(reads)
    for old in (1, 256, 65_536, 100_000, size - 1):
        reads.clear()
        proof = consistency_proof(run, old, size)
        old_root = tree_root(tree.run, old)
        assert verify_consistency(old_size=old, old_root=old_root, new_size=size, new_root=root, proof=proof)
        assert_bounded(reads)


def assert_bounded(reads: list[tuple[int, int, int]]) -> None:
    assert len(reads) <= 6  # at most two runs on each of the levels 0, 8 and 16
    assert len(set(reads)) == len(reads)
    for level, start, stop in reads:
        assert level % 8 == 0
        assert 0 < stop - start <= TILE
        assert start % TILE == 0


def test_a_missing_node_is_named() -> None:
    tree = MemoryTree(leaves_of(600))

    def without_second_block(level: int, start: int, stop: int) -> Sequence[bytes]:
        return tree.run(level, start, min(stop, 1)) if level == 8 else tree.run(level, start, stop)

    with pytest.raises(MissingNode) as missing:
        tree_root(without_second_block, 600)
    assert (missing.value.level, missing.value.index) == (8, 1)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(MemoryTree(leaves_of(3)).run, index, size)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_no_proof_that_a_log_shrank(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="does not grow"):
        consistency_proof(MemoryTree(leaves_of(3)).run, old, new)


def test_leaves_and_nodes_are_hashed_apart() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


def flipped(digest: bytes, data: st.DataObject) -> bytes:
    bit = data.draw(st.integers(0, len(digest) * 8 - 1))
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(digest))
