"""Sealing: committed entries get their place in the one log, and a checkpoint is signed over it.

The order of the log is the order of the entries' ids. On SQLite writers stand in line, so ids are committed
in order. On PostgreSQL a transaction may take an id and commit after one that took a later id; sealing past
it would leave it behind for good. So the horizon is taken while nobody writes entries: a SHARE lock on
``audit_entry`` waits for those that do, and is let go at once. Every id up to the largest one seen then is
committed, or will never be. The lock waits half a second at most, so that a long transaction (a bulk load)
delays sealing and never the writers queueing behind the lock.

Cost grows with the new entries alone: the tree is carried on from the peaks of the last checkpoint. Two
sealers can't both give a place: positions, entries and sizes are unique, and on PostgreSQL they stand in line
at a lock of the table of checkpoints.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import is_worth_retrying, run_in_unit
from app.models import AuditEntry, AuditSeal, Checkpoint, LogTile
from app.queries.log import find_last_checkpoint, signed_checkpoint
from app.security.checkpoints import sign_checkpoint
from app.security.ring import get_keys
from app.services.lease import Fence, unfenced
from workflows.checkpoint import SignedCheckpoint
from workflows.merkle import CompactRange, Node, leaf_hash

MOST_ENTRIES = 200_000
"""Entries under one checkpoint; a larger backlog is sealed in several, each a transaction of its own."""

_log = structlog.get_logger(__name__)


class LogDamaged(Exception):
    """What is stored of the tree does not lead to the last checkpoint: sealing on would hide it."""


def seal(at: datetime, *, fence: Fence = unfenced) -> SignedCheckpoint | None:
    """Seal all entries committed by now; gives the newest checkpoint, or None if there was nothing to seal.

    :raises LogDamaged: the last checkpoint, its peaks or its seals were altered
    """
    horizon = _find_horizon()
    newest: SignedCheckpoint | None = None
    while horizon is not None:
        sealed = run_in_unit(lambda session: _seal_next(session, horizon, at, fence))
        if sealed is None:
            break
        newest = sealed
    return newest


def _find_horizon() -> int | None:
    """The id up to which every entry is committed or never will be; None while that can't be told."""
    try:
        return run_in_unit(_ask_horizon)
    except DBAPIError as error:
        if not is_worth_retrying(error):
            raise
        _log.info("sealing waits for a long transaction")
        return None


def _ask_horizon(session: Session) -> int:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '500ms'"))
        session.execute(text("LOCK TABLE audit_entry IN SHARE MODE"))
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def _seal_next(session: Session, horizon: int, at: datetime, fence: Fence) -> SignedCheckpoint | None:
    fence(session)
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE checkpoint IN SHARE ROW EXCLUSIVE MODE"))
    last = find_last_checkpoint(session)
    tree = _tree_of(last)
    entries = session.execute(
        select(AuditEntry.id, AuditEntry.body)
        .where(AuditEntry.id > _last_sealed(session, tree.size), AuditEntry.id <= horizon)
        .order_by(AuditEntry.id)
        .limit(MOST_ENTRIES)
    ).all()
    if not entries:
        return None
    previous = signed_checkpoint(last) if last is not None else None
    _store(session, tree, [(row.id, row.body.encode()) for row in entries])
    not_before = at if previous is None else max(at, previous.checkpoint.at)
    signed = sign_checkpoint(get_keys(), size=tree.size, root=tree.root(), at=not_before, previous=previous)
    session.add(_row_of(signed, tree))
    return signed


def _tree_of(last: Checkpoint | None) -> CompactRange:
    """The tree under the last checkpoint, carried on from its peaks.

    :raises LogDamaged: they do not lead to its root
    """
    if last is None:
        return CompactRange()
    try:
        tree = CompactRange(last.size, [bytes.fromhex(peak) for peak in json.loads(last.peaks)])
    except (ValueError, TypeError):
        raise LogDamaged("the peaks of the last checkpoint can't be read") from None
    if tree.root().hex() != last.root:
        raise LogDamaged("the peaks of the last checkpoint do not lead to its root")
    return tree


def _last_sealed(session: Session, size: int) -> int:
    """Id of the last sealed entry; 0 for none.

    :raises LogDamaged: more or fewer entries are sealed than the last checkpoint covers
    """
    last = session.execute(
        select(AuditSeal.position, AuditSeal.entry_id).order_by(AuditSeal.position.desc()).limit(1)
    ).first()
    if (last.position + 1 if last is not None else 0) != size:
        raise LogDamaged("the seals do not end where the last checkpoint does")
    return last.entry_id if last is not None else 0


def _store(session: Session, tree: CompactRange, entries: Sequence[tuple[int, bytes]]) -> None:
    seals = []
    nodes: list[Node] = []
    for entry_id, body in entries:
        leaf = leaf_hash(body)
        seals.append({"position": tree.size, "entry_id": entry_id, "leaf": leaf})
        nodes += tree.append(leaf)
    session.execute(insert(AuditSeal), seals)
    if nodes:
        tiles = [{"level": one.level, "index": one.index, "digest": one.digest} for one in nodes]
        session.execute(insert(LogTile), tiles)


def _row_of(signed: SignedCheckpoint, tree: CompactRange) -> Checkpoint:
    one = signed.checkpoint
    return Checkpoint(
        size=one.size,
        root=one.root.hex(),
        at=one.at,
        key_id=one.key_id,
        body=one.canonical().decode("ascii"),
        signature=signed.signature.hex(),
        peaks=json.dumps([peak.hex() for peak in tree.peaks]),
    )
