"""A small log to tamper with: several chains, sealed in steps, with a real signature."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflows.audit import ChainHead, build_entry, canonical, entry_digest, parse_entry
from workflows.checkpoint import Checkpoint, SignedCheckpoint, Witness
from workflows.log_verification import LogEntry
from workflows.merkle import CompactRange, MemoryTree, leaf_hash

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)  # Monday 08.00 WIB
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY_ID = "checkpoint-1-test"


def verify_signature(signed: SignedCheckpoint) -> bool:
    """Whether the test key signed."""
    if signed.checkpoint.key_id != KEY_ID:
        return False
    try:
        KEY.public_key().verify(signed.signature, signed.checkpoint.signed_bytes())
    except InvalidSignature:
        return False
    return True


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey = KEY) -> SignedCheckpoint:
    return SignedCheckpoint(checkpoint, key.sign(checkpoint.signed_bytes()))


def seal(
    bodies: Sequence[bytes], sizes: Iterable[int], key: Ed25519PrivateKey = KEY, log: str = "log-test"
) -> list[SignedCheckpoint]:
    """Checkpoints over the first `sizes` entries, each naming the one before."""
    sealed: list[SignedCheckpoint] = []
    for size in sizes:
        tree = MemoryTree(leaf_hash(body) for body in bodies[:size])
        root = CompactRange.load(tree.run, size).root()
        previous = sealed[-1].digest if sealed else None
        at = START + timedelta(minutes=size)
        sealed.append(sign(Checkpoint(log, size, root, at, KEY_ID, previous), key))
    return sealed


def relink(bodies: Iterable[bytes]) -> list[bytes]:
    """The same acts with every number and digest of every chain computed anew, as an intruder would."""
    heads: dict[str, ChainHead] = {}
    linked = []
    for body in bodies:
        entry = parse_entry(body)
        head = heads.get(entry["chain"])
        entry |= {"seq": head.seq + 1, "prev": head.digest} if head else {"seq": 1, "prev": None}
        body = canonical(entry)
        heads[entry["chain"]] = ChainHead(entry["chain"], entry["seq"], entry_digest(body))
        linked.append(body)
    return linked


@dataclass
class Log:
    """Entries with what is stored beside them, and checkpoints."""

    bodies: list[bytes]
    sizes: list[int]
    checkpoints: list[SignedCheckpoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.checkpoints = self.checkpoints or seal(self.bodies, self.sizes)

    @property
    def tree(self) -> MemoryTree:
        return MemoryTree(leaf_hash(body) for body in self.bodies)

    def rows(self) -> list[LogEntry]:
        sealed = self.sizes[-1] if self.sizes else 0
        return [
            LogEntry(body, at if at < sealed else None, entry_digest(body), leaf_hash(body))
            for at, body in enumerate(self.bodies)
        ]

    def witness(self, number: int, *, leaves_from: int | None = None) -> Witness:
        signed = self.checkpoints[number]
        if leaves_from is None:
            return Witness(signed)
        size = signed.checkpoint.size
        peaks = CompactRange.load(self.tree.run, leaves_from).peaks
        leaves = tuple(leaf_hash(body) for body in self.bodies[leaves_from:size])
        return Witness(signed, leaves_from, tuple(peaks), leaves)

    def resealed(self, bodies: Sequence[bytes], key: Ed25519PrivateKey = KEY) -> Log:
        """The log as someone leaves it who replaced the entries and computed everything else anew."""
        linked = relink(bodies)
        sizes = [size for size in self.sizes if size <= len(linked)]
        return Log(linked, sizes, seal(linked, sizes, key))


def make_log(count: int = 40, sizes: Sequence[int] = (10, 20, 30), seed: int = 1) -> Log:
    """A log of `count` entries of five cases and an agency."""
    random_ = random.Random(seed)
    chains = [f"case:SRG-2026-{number:06d}" for number in range(1, 6)] + ["agency:SRG"]
    bodies = []
    for at in range(count):
        entry = build_entry(
            chain=random_.choice(chains),
            seq=1,
            prev=None,
            at=START + timedelta(minutes=at),
            kind=random_.choice(["submit", "verify", "identity.read", "export"]),
            actor=random_.choice(["system", "complainant", "user:17"]),
            role=random_.choice([None, "intake"]),
            facts={"number": at, "urgent": at % 3 == 0, "note": None, "commitment": f"{at:064x}"},
        )
        bodies.append(canonical(entry))
    return Log(relink(bodies), list(sizes))


def altered(body: bytes, **facts: str | int | bool | None) -> bytes:
    """The entry with other facts, still well formed."""
    entry = parse_entry(body)
    entry["facts"] |= facts
    return canonical(entry)


def with_body(row: LogEntry, body: bytes) -> LogEntry:
    """The stored row with another body and nothing else changed."""
    return row._replace(body=body)


def resigned(one: SignedCheckpoint, **changes: object) -> SignedCheckpoint:
    """The checkpoint with other fields and a fresh, valid signature."""
    return sign(replace(one.checkpoint, **changes))  # type: ignore[arg-type]
