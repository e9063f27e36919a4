"""Checkpoints and witness files: one form, strictly read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.workflows.log_builder import KEY_ID, START, make_log, verify_signature
from workflows.canonical import NotCanonical
from workflows.checkpoint import Checkpoint, SignedCheckpoint, Witness, checkpoint_digest, witness_of

CHECKPOINT = Checkpoint("log-test", 7, bytes(range(32)), START, KEY_ID, None)


def test_a_checkpoint_has_one_form_and_one_digest() -> None:
    assert CHECKPOINT.canonical() == (
        b'{"at":"2026-01-05T01:00:00.000000Z","format":"sahut/checkpoint/v1","key":"checkpoint-1-test",'
        b'"log":"log-test","previous":null,"root":'
        b'"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f","size":7}'
    )
    assert CHECKPOINT.signed_bytes() == b"sahut/checkpoint/v1\x00" + CHECKPOINT.canonical()
    assert Checkpoint.from_json(CHECKPOINT.to_json()) == CHECKPOINT
    for changes in (
        {"log": "other"},
        {"size": 8},
        {"root": bytes(32)},
        {"key_id": "k"},
        {"previous": "ab" * 32},
    ):
        assert checkpoint_digest(replace(CHECKPOINT, **changes)) != checkpoint_digest(CHECKPOINT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "sahut/checkpoint/v2"},
        {"log": ""},
        {"log": 1},
        {"size": -1},
        {"size": True},
        {"size": "7"},
        {"root": "00" * 31},
        {"root": "AB" * 32},
        {"at": "2026-01-05T01:00:00Z"},
        {"key": "a b"},
        {"previous": "ab"},
        {"more": 1},
    ],
)
def test_a_malformed_checkpoint_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotCanonical):
        Checkpoint.from_json(CHECKPOINT.to_json() | changes)
    with pytest.raises(NotCanonical):
        Checkpoint.from_json(None)


def test_a_signed_checkpoint_comes_back_and_its_signature_is_read_strictly() -> None:
    signed = make_log().checkpoints[2]
    assert SignedCheckpoint.from_json(signed.to_json()) == signed
    assert signed.checkpoint.previous == make_log().checkpoints[1].digest
    for signature in ("", "ab", signed.signature.hex().upper(), None):
        with pytest.raises(NotCanonical):
            SignedCheckpoint.from_json(signed.to_json() | {"signature": signature})


def test_a_witness_file_comes_back_and_any_flipped_byte_of_it_is_seen() -> None:
    witness = make_log().witness(1, leaves_from=13)
    written = witness.canonical()
    assert Witness.parse(written) == Witness.parse(written + b"\n") == witness
    assert witness.leaves_hold()
    for at in range(len(written)):
        flipped = written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :]
        try:
            read = Witness.parse(flipped)
        except NotCanonical:
            continue
        assert not (verify_signature(read.signed) and read.leaves_hold()), f"byte {at}"


def test_leaf_hashes_that_do_not_lead_to_the_root_are_refused() -> None:
    log = make_log()
    sound = log.witness(1, leaves_from=10)
    assert witness_of(sound.signed, start=10, peaks=sound.peaks, leaves=sound.leaves) == sound
    for wrong in (
        {"leaves": sound.leaves[:-1]},
        {"leaves": (*sound.leaves, bytes(32))},
        {"start": 9},
        {"start": 0, "peaks": ()},
        {"peaks": (bytes(32), bytes(32))},
    ):
        fields: dict[str, Any] = {"start": 10, "peaks": sound.peaks, "leaves": sound.leaves} | wrong
        with pytest.raises(ValueError, match="do not lead to"):
            witness_of(sound.signed, **fields)


@pytest.mark.parametrize(
    "written", [b"", b"{}", b"[]", b'{"format":"sahut/witness/v1"}', b'{"checkpoint":{},"signature":""}']
)
def test_what_is_no_witness_file_is_refused(written: bytes) -> None:
    with pytest.raises(NotCanonical):
        Witness.parse(written)
