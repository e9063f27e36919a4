"""Packs for the verifier's tests, over a small log in memory with keys of its own.

Whoever holds a `House` holds all that a station does, its signing key included: an honest station, or an
intruder who writes the past anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reports.evidence.pack import PackWriter, Signer
from reports.evidence.verifier import (
    CASE_LIST,
    CASES,
    EXPORT,
    GROWTH,
    HEAD,
    LEAVES,
    canonical,
    content_digest,
)
from workflows.audit import build_entry, entry_digest
from workflows.audit import canonical as entry_bytes
from workflows.canonical import instant_text
from workflows.checkpoint import Checkpoint, SignedCheckpoint, Witness
from workflows.merkle import CompactRange, MemoryTree, consistency_proof, inclusion_proof, leaf_hash

LOG = "sahut-test"
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AS_OF = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)


@dataclass
class House:
    """A log and its key."""

    key: Ed25519PrivateKey = field(default_factory=lambda: Ed25519PrivateKey.from_private_bytes(b"k" * 32))
    bodies: list[bytes] = field(default_factory=list)

    def keys(self) -> bytes:
        """The published list."""
        public = self.key.public_key().public_bytes_raw().hex()
        one = {
            "id": "checkpoint-1",
            "use": "checkpoint",
            "algorithm": "Ed25519",
            "public_key": public,
            "since": instant_text(START),
            "until": None,
        }
        return json.dumps({"format": "sahut/keys/v1", "keys": [one]}).encode()

    def live(self, cases: int = 3, each: int = 4) -> House:
        """Enter some cases with their acts, in turns."""
        for seq in range(each):
            for case in range(cases):
                self.enter(f"case:SRG-2026-{case + 1:06d}", "case.moved", {"step": seq})
        return self

    def enter(self, chain: str, kind: str, facts: dict[str, Any]) -> int:
        """Write an entry; gives its position."""
        before = [body for body in self.bodies if json.loads(body)["chain"] == chain]
        entry = build_entry(
            chain=chain,
            seq=len(before) + 1,
            prev=entry_digest(before[-1]) if before else None,
            at=START + timedelta(minutes=len(self.bodies)),
            kind=kind,
            actor="system",
            role="system",
            facts=facts,
        )
        self.bodies.append(entry_bytes(entry))
        return len(self.bodies) - 1

    def rewrite(self, position: int) -> None:
        """Change an entry, and compute every later digest of its chain anew."""
        changed = {**json.loads(self.bodies[position]), "facts": {"step": 99}}
        self.bodies[position] = entry_bytes(changed)
        prev = entry_digest(self.bodies[position])
        for at in range(position + 1, len(self.bodies)):
            entry = json.loads(self.bodies[at])
            if entry["chain"] == changed["chain"]:
                self.bodies[at] = entry_bytes({**entry, "prev": prev})
                prev = entry_digest(self.bodies[at])

    def tree(self) -> MemoryTree:
        """The log's tree as it stands."""
        return MemoryTree(leaf_hash(body) for body in self.bodies)

    def checkpoint(self, size: int | None = None) -> SignedCheckpoint:
        """A signed head over the first entries."""
        size = len(self.bodies) if size is None else size
        range_ = CompactRange()
        for body in self.bodies[:size]:
            range_.append(leaf_hash(body))
        at = START + timedelta(minutes=size)
        one = Checkpoint(LOG, size, range_.root(), at, "checkpoint-1", None)
        return SignedCheckpoint(one, self.key.sign(one.signed_bytes()))

    def witness(self, size: int | None = None, *, with_leaves: bool = True) -> bytes:
        """What a witness keeps of it."""
        signed = self.checkpoint(size)
        leaves = tuple(leaf_hash(body) for body in self.bodies[: signed.checkpoint.size])
        return Witness(signed, 0, (), leaves if with_leaves else ()).canonical()

    def pack(
        self,
        path: Path,
        *,
        older: Sequence[SignedCheckpoint] = (),
        with_leaves: bool = True,
        documents: dict[str, bytes] | None = None,
    ) -> Path:
        """Write a pack of the log as it stands now, with its own export entered."""
        numbers = sorted({json.loads(body)["chain"][5:] for body in self.bodies if b'"case:' in body})
        writer = PackWriter(path, AS_OF)
        writer.add_verifier()
        writer.add(CASE_LIST, ["\r\n".join(["\ufeffnomor", *numbers, ""]).encode()])
        for name, content in (documents or {"bukti/00001-1.pdf": b"%PDF a letter" * 500}).items():
            writer.add(name, [content])
        about = {
            "agency": "SRG",
            "year": 2026,
            "as_of": instant_text(AS_OF),
            "made_at": instant_text(START + timedelta(days=200)),
            "unproved": {},
        }
        export = self.enter("agency:SRG", "export.pack", {"manifest": writer.content_digest(about)})
        tree, head = self.tree(), self.checkpoint()
        size = len(self.bodies)

        def proof(position: int) -> dict[str, Any]:
            return {
                "position": position,
                "entry": self.bodies[position].decode(),
                "proof": [one.hex() for one in inclusion_proof(tree.run, position, size)],
            }

        lines = []
        for number in numbers:
            own = [at for at, body in enumerate(self.bodies) if f'"case:{number}"'.encode() in body]
            lines.append(canonical({"number": number, "entries": [proof(own[0]), proof(own[-1])]}))
        growth = [
            {
                **old.to_json(),
                "proof": [one.hex() for one in consistency_proof(tree.run, old.checkpoint.size, size)],
            }
            for old in older
        ]
        writer.add(HEAD, [canonical(head.to_json())])
        writer.add(EXPORT, [canonical(proof(export))])
        writer.add(CASES, [line + b"\n" for line in lines])
        writer.add(GROWTH, [canonical(growth)])
        if with_leaves:
            writer.add(LEAVES, [leaf_hash(body) for body in self.bodies])
        writer.close(about, Signer("checkpoint-1", self.key.sign), START + timedelta(days=200))
        return path


__all__ = ["AS_OF", "START", "House", "content_digest"]
