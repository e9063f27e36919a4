"""Checkpoints: what the log was at an instant, signed, and handed to outside witnesses.

A checkpoint holds the log's size and its root (RFC 9162), and the digest of the checkpoint before. So one
checkpoint in the hands of a witness fixes all entries that it covers, and every earlier checkpoint with them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.canonical import NotCanonical, canonical_ascii, instant_text, parse_canonical, parse_instant
from workflows.merkle import HASH_BYTES, CompactRange

CHECKPOINT_FORMAT = "sahut/checkpoint/v1"
WITNESS_FORMAT = "sahut/witness/v1"

_HASH = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the log was at an instant.

    :ivar log: which log, so that a checkpoint of another installation is never taken for one of this
    :ivar size: number of entries covered
    :ivar root: root over them (RFC 9162 section 2.1.1), 32 bytes
    :ivar at: aware instant of sealing
    :ivar key_id: which key signed
    :ivar previous: digest of the checkpoint before, in hex; None for the first
    """

    log: str
    size: int
    root: bytes
    at: datetime
    key_id: str
    previous: str | None

    def to_json(self) -> dict[str, Any]:
        """The checkpoint as a JSON object."""
        return {
            "format": CHECKPOINT_FORMAT,
            "log": self.log,
            "size": self.size,
            "root": self.root.hex(),
            "at": instant_text(self.at),
            "key": self.key_id,
            "previous": self.previous,
        }

    @classmethod
    def from_json(cls, value: object) -> Checkpoint:
        """The checkpoint that `to_json` wrote.

        :raises NotCanonical: naming the field that is wrong
        """
        fields = _object(value, {"format", "log", "size", "root", "at", "key", "previous"}, "$")
        if fields["format"] != CHECKPOINT_FORMAT:
            raise NotCanonical("$.format", f"not {CHECKPOINT_FORMAT}")
        if fields["previous"] is not None:
            _text(fields, "previous", _HASH)
        try:
            at = parse_instant(_text(fields, "at", re.compile(".*")))
        except ValueError:
            raise NotCanonical("$.at", "not an instant in UTC") from None
        return cls(
            log=_text(fields, "log", _NAME),
            size=_count(fields, "size"),
            root=bytes.fromhex(_text(fields, "root", _HASH)),
            at=at,
            key_id=_text(fields, "key", _NAME),
            previous=fields["previous"],
        )

    def canonical(self) -> bytes:
        """Canonical form, of which the digest is taken."""
        return canonical_ascii(self.to_json())

    def signed_bytes(self) -> bytes:
        """What the signature is over: the format, a zero byte, the canonical form."""
        return CHECKPOINT_FORMAT.encode() + b"\x00" + self.canonical()


def checkpoint_digest(checkpoint: Checkpoint) -> str:
    """Digest by which the next checkpoint names this one: SHA-256 of the canonical form, in hex."""
    return hashlib.sha256(checkpoint.canonical()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and its Ed25519 signature (64 bytes) over `Checkpoint.signed_bytes`."""

    checkpoint: Checkpoint
    signature: bytes

    @property
    def digest(self) -> str:
        """Digest of the checkpoint, in hex."""
        return checkpoint_digest(self.checkpoint)

    def to_json(self) -> dict[str, Any]:
        """The signed checkpoint as a JSON object."""
        return {"checkpoint": self.checkpoint.to_json(), "signature": self.signature.hex()}

    @classmethod
    def from_json(cls, value: object) -> SignedCheckpoint:
        """The signed checkpoint that `to_json` wrote.

        :raises NotCanonical: naming the field that is wrong
        """
        fields = _object(value, {"checkpoint", "signature"}, "$")
        signature = bytes.fromhex(_text(fields, "signature", _SIGNATURE))
        return cls(Checkpoint.from_json(fields["checkpoint"]), signature)


@dataclass(frozen=True, slots=True)
class Witness:
    """What an outside witness keeps: a signed checkpoint, and leaf hashes.

    The leaf hashes added since the witness was last told let it name an altered entry itself, and not only
    the stretch in which it lies.

    :ivar start: position of the first leaf hash handed over
    :ivar peaks: peaks of the tree of the first `start` entries (`workflows.merkle.CompactRange`)
    :ivar leaves: leaf hashes from `start` up to the checkpoint's size, or none at all
    """

    signed: SignedCheckpoint
    start: int = 0
    peaks: tuple[bytes, ...] = ()
    leaves: tuple[bytes, ...] = ()

    @property
    def size(self) -> int:
        """Number of entries that the checkpoint covers."""
        return self.signed.checkpoint.size

    def leaves_hold(self) -> bool:
        """Whether the leaf hashes lead to the checkpoint's root; true also if none were handed over."""
        if not self.leaves:
            return True
        try:
            tree = CompactRange(self.start, list(self.peaks))
        except ValueError:
            return False
        for leaf in self.leaves:
            tree.append(leaf)
        return tree.size == self.size and tree.root() == self.signed.checkpoint.root

    def canonical(self) -> bytes:
        """The witness file."""
        return canonical_ascii(
            {
                "format": WITNESS_FORMAT,
                **self.signed.to_json(),
                "start": self.start,
                "peaks": [peak.hex() for peak in self.peaks],
                "leaves": [leaf.hex() for leaf in self.leaves],
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> Witness:
        """The witness file that `canonical` wrote; white space at its end is let pass.

        :raises NotCanonical: naming the field that is wrong
        """
        wanted = {"format", "checkpoint", "signature", "start", "peaks", "leaves"}
        fields = _object(parse_canonical(data.strip()), wanted, "$")
        if fields["format"] != WITNESS_FORMAT:
            raise NotCanonical("$.format", f"not {WITNESS_FORMAT}")
        return cls(
            SignedCheckpoint.from_json({name: fields[name] for name in ("checkpoint", "signature")}),
            _count(fields, "start"),
            _hashes(fields, "peaks"),
            _hashes(fields, "leaves"),
        )


def witness_of(
    signed: SignedCheckpoint, *, start: int = 0, peaks: Sequence[bytes] = (), leaves: Sequence[bytes] = ()
) -> Witness:
    """A witness whose leaf hashes have been checked against its checkpoint.

    :raises ValueError: if they do not lead to its root
    """
    witness = Witness(signed, start, tuple(peaks), tuple(leaves))
    if not witness.leaves_hold():
        raise ValueError("the leaf hashes do not lead to the checkpoint's root")
    return witness


def _object(value: object, names: set[str], path: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != names:
        raise NotCanonical(path, f"not an object with {', '.join(sorted(names))}")
    return value


def _text(fields: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = fields[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise NotCanonical(f"$.{name}", f"not of the form {pattern.pattern}")
    return value


def _count(fields: dict[str, Any], name: str) -> int:
    value = fields[name]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise NotCanonical(f"$.{name}", "not a count")
    return value


def _hashes(fields: dict[str, Any], name: str) -> tuple[bytes, ...]:
    values = fields[name]
    if not isinstance(values, list) or not all(
        isinstance(text, str) and _HASH.fullmatch(text) for text in values
    ):
        raise NotCanonical(f"$.{name}", f"not a list of hashes of {HASH_BYTES} bytes")
    return tuple(bytes.fromhex(text) for text in values)
