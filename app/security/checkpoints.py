"""Signing checkpoints of the log, and checking them by the published keys."""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.security.keys import KeyName, KeyRing
from app.security.published_keys import PublishedKeys
from workflows.checkpoint import Checkpoint, SignedCheckpoint


def log_id(keys: KeyRing) -> str:
    """Name of this installation's log: drawn from its first checkpoint key, so no other has it."""
    first = keys.history(KeyName.CHECKPOINT)[-1]
    return f"sahut-{hashlib.sha256(first.public_bytes()).hexdigest()[:32]}"


def sign_checkpoint(
    keys: KeyRing, *, size: int, root: bytes, at: datetime, previous: SignedCheckpoint | None
) -> SignedCheckpoint:
    """A signed checkpoint of this installation's log.

    :param size: number of entries covered
    :param root: root over them (`workflows.merkle.CompactRange.root`)
    :param at: aware instant of sealing
    :param previous: the checkpoint stored last
    :raises ValueError: if it would take back what `previous` says
    """
    if previous is not None and (size < previous.checkpoint.size or at < previous.checkpoint.at):
        raise ValueError("a checkpoint is never smaller or older than the one before")
    key = keys.current(KeyName.CHECKPOINT)
    checkpoint = Checkpoint(log_id(keys), size, root, at, key.id, previous.digest if previous else None)
    return SignedCheckpoint(checkpoint, key.sign(checkpoint.signed_bytes()))


def verify_checkpoint(published: PublishedKeys, signed: SignedCheckpoint) -> bool:
    """Whether a published key, in use at the checkpoint's instant, signed it.

    ``partial(verify_checkpoint, published)`` is what `workflows.log_verification.verify_log` asks.
    """
    one = signed.checkpoint
    return published.verify(KeyName.CHECKPOINT, one.key_id, one.signed_bytes(), signed.signature, one.at)
