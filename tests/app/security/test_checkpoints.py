"""Checkpoints are signed by the key in use and verified by the published list."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from app.security.checkpoints import log_id, sign_checkpoint, verify_checkpoint
from app.security.keys import KeyRing
from app.security.published_keys import PublishedKeys
from tests.app.security.conftest import MADE_AT
from tests.workflows.log_builder import make_log
from workflows.checkpoint import SignedCheckpoint, Witness
from workflows.log_verification import Reason, verify_log
from workflows.merkle import CompactRange, leaf_hash

AT = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
ROOT = bytes(range(32))


def test_checkpoints_name_each_other_and_verify_after_a_rotation(keys: KeyRing) -> None:
    first = sign_checkpoint(keys, size=3, root=ROOT, at=AT, previous=None)
    keys.rotate("checkpoint", at=AT + timedelta(hours=1))
    second = sign_checkpoint(keys, size=5, root=ROOT, at=AT + timedelta(hours=2), previous=first)
    published = PublishedKeys.of(keys)
    assert verify_checkpoint(published, first)
    assert verify_checkpoint(published, second)
    assert (first.checkpoint.previous, second.checkpoint.previous) == (None, first.digest)
    assert first.checkpoint.log == second.checkpoint.log == log_id(keys)
    assert first.checkpoint.key_id != second.checkpoint.key_id == keys.current("checkpoint").id


def test_a_changed_field_or_signature_does_not_verify(keys: KeyRing) -> None:
    signed = sign_checkpoint(keys, size=3, root=ROOT, at=AT, previous=None)
    published = PublishedKeys.of(keys)
    one = signed.checkpoint
    for changed in (
        replace(one, size=4),
        replace(one, root=ROOT[::-1]),
        replace(one, at=AT + timedelta(microseconds=1)),
        replace(one, log="sahut-other"),
        replace(one, previous="ab" * 32),
        replace(one, key_id=keys.current("receipt").id),
    ):
        assert not verify_checkpoint(published, SignedCheckpoint(changed, signed.signature))
    for bit in range(512):
        signature = bytearray(signed.signature)
        signature[bit // 8] ^= 1 << bit % 8
        assert not verify_checkpoint(published, SignedCheckpoint(one, bytes(signature)))


def test_a_receipt_key_or_a_key_out_of_its_time_signs_no_checkpoint(keys: KeyRing) -> None:
    signed = sign_checkpoint(keys, size=3, root=ROOT, at=AT, previous=None)
    receipt_key = keys.current("receipt")
    by_receipt_key = replace(signed.checkpoint, key_id=receipt_key.id)
    forged = SignedCheckpoint(by_receipt_key, receipt_key.sign(by_receipt_key.signed_bytes()))
    assert not verify_checkpoint(PublishedKeys.of(keys), forged)
    old = keys.current("checkpoint")
    keys.rotate("checkpoint", at=AT)
    published = PublishedKeys.of(keys)
    for at, holds in (
        (MADE_AT - timedelta(seconds=1), False),
        (MADE_AT, True),
        (AT + timedelta(minutes=4), True),  # a process that was just at it when the key was replaced
        (AT + timedelta(minutes=5), False),
    ):
        late = replace(signed.checkpoint, at=at, key_id=old.id)
        assert verify_checkpoint(published, SignedCheckpoint(late, old.sign(late.signed_bytes()))) is holds


def test_a_checkpoint_never_takes_back_the_one_before(keys: KeyRing) -> None:
    first = sign_checkpoint(keys, size=3, root=ROOT, at=AT, previous=None)
    with pytest.raises(ValueError, match="never smaller or older"):
        sign_checkpoint(keys, size=2, root=ROOT, at=AT, previous=first)
    with pytest.raises(ValueError, match="never smaller or older"):
        sign_checkpoint(keys, size=3, root=ROOT, at=AT - timedelta(seconds=1), previous=first)


def test_a_log_sealed_with_real_keys_verifies_by_the_published_list_alone(keys: KeyRing) -> None:
    log, tree = make_log(30, ()), CompactRange()
    checkpoints: list[SignedCheckpoint] = []
    for number, body in enumerate(log.bodies, start=1):
        tree.append(leaf_hash(body))
        if number % 10 == 0:
            previous = checkpoints[-1] if checkpoints else None
            at = AT + timedelta(minutes=number)
            checkpoints.append(sign_checkpoint(keys, size=number, root=tree.root(), at=at, previous=previous))
    published = PublishedKeys.parse(json.dumps(PublishedKeys.of(keys).to_json()))
    witness = Witness(checkpoints[-1])
    verify = partial(verify_checkpoint, published)
    report = verify_log(log.rows(), checkpoints, verify_signature=verify, witnesses=[witness])
    assert report.is_intact
    assert report.witnessed == 30
    stranger = partial(verify_checkpoint, PublishedKeys([]))
    report = verify_log(log.rows(), checkpoints, verify_signature=stranger, witnesses=[witness])
    assert report.first_bad is not None
    assert report.first_bad.reason is Reason.CHECKPOINT_SIGNATURE
    assert report.unusable_witnesses
