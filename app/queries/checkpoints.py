"""How far the log is sealed, and its checkpoints by key, for the reviewers' page."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, Checkpoint, OutboxItem, WitnessDelivery, WitnessKind
from app.queries.queue import COUNT_CAP, Count

PAGE_SIZE = 25
LETTERS_SHOWN = 60
"""Days back for which letters to the witness are looked up."""

LETTER_KEY = "witness/"
"""Letters to the witness stand in the outbox under this and their day (UTC)."""
BEHIND_LETTER_KEYS = "witness0"

_IS_WAITING = text("witness_delivery.delivered_at IS NULL")
"""Literally as in the partial index."""


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """One signed head of the log."""

    size: int
    root: str
    at: datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the log is sealed.

    :ivar sealed: entries that the last checkpoint covers
    :ivar unsealed: entries after it, up to the cap
    """

    sealed: int
    unsealed: Count
    last_at: datetime | None


def get_log_state(session: Session) -> LogState:
    """What the last checkpoint covers, and how much has come since."""
    last = session.execute(
        select(Checkpoint.size, Checkpoint.at).order_by(Checkpoint.size.desc()).limit(1)
    ).first()
    newest = select(func.max(AuditSeal.entry_id)).scalar_subquery()
    tail = (
        select(AuditEntry.id).where(AuditEntry.id > func.coalesce(newest, 0)).limit(COUNT_CAP + 1).subquery()
    )
    waiting = session.scalar(select(func.count()).select_from(tail)) or 0
    return LogState(
        sealed=last.size if last else 0,
        unsealed=Count(min(waiting, COUNT_CAP), waiting > COUNT_CAP),
        last_at=last.at if last else None,
    )


def list_checkpoints(
    session: Session, *, before: int | None = None, limit: int = PAGE_SIZE
) -> tuple[list[CheckpointRow], int | None]:
    """Checkpoints, the newest first, and the size to go on from; None at the end.

    :param before: only those of fewer entries
    """
    statement = select(Checkpoint.size, Checkpoint.root, Checkpoint.at, Checkpoint.key_id)
    if before is not None:
        statement = statement.where(Checkpoint.size < before)
    rows = [
        CheckpointRow(*row)
        for row in session.execute(statement.order_by(Checkpoint.size.desc()).limit(limit + 1))
    ]
    shown = rows[:limit]
    return shown, shown[-1].size if len(rows) > limit else None


class Way(enum.StrEnum):
    """How a witness is told."""

    FOLDER = "folder"
    HTTP = "http"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Told:
    """A checkpoint on its way to a witness.

    :ivar at: when it arrived there (letters: when the mail server took it), else when it was last tried
    :ivar answer: what the last attempt brought, in a word
    """

    way: Way
    size: int
    is_there: bool
    at: datetime
    attempts: int
    answer: str


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a witness did not take yet."""

    size: int
    start: int
    next_attempt_at: datetime


def find_undelivered(session: Session, kind: WitnessKind) -> Undelivered | None:
    """The checkpoint that waits for its next attempt; one at most, since no other is tried before."""
    row = session.execute(
        select(WitnessDelivery.size, WitnessDelivery.start, WitnessDelivery.next_attempt_at)
        .where(WitnessDelivery.witness == kind.value, _IS_WAITING)
        .order_by(WitnessDelivery.size)
        .limit(1)
    ).first()
    if row is None or row.next_attempt_at is None:
        return None
    return Undelivered(row.size, row.start, row.next_attempt_at)


def find_last_delivered(session: Session, kind: WitnessKind) -> int:
    """Size of the newest checkpoint that a witness took; 0 for none."""
    largest = (
        select(WitnessDelivery.size)
        .where(WitnessDelivery.witness == kind.value, WitnessDelivery.delivered_at.isnot(None))
        .order_by(WitnessDelivery.size.desc())
        .limit(1)
    )
    return session.scalar(largest) or 0


def list_told(session: Session, sizes: Sequence[int]) -> dict[int, list[Told]]:
    """Which witnesses got these checkpoints, and when."""
    found: dict[int, list[Told]] = {size: [] for size in sizes}
    delivered = select(WitnessDelivery).where(WitnessDelivery.size.in_(sizes))
    for row in session.scalars(delivered.order_by(WitnessDelivery.size, WitnessDelivery.witness)):
        found[row.size].append(_told(row))
    for told in _list_letters(session, LETTERS_SHOWN):
        if told.size in found:
            found[told.size].append(told)
    return found


def list_last_told(session: Session) -> list[Told]:
    """Of each way the newest checkpoint that arrived, and the one that waits, if any."""
    found = []
    for kind in WitnessKind:
        waiting = find_undelivered(session, kind)
        sizes = [find_last_delivered(session, kind), waiting.size if waiting else 0]
        rows = session.scalars(
            select(WitnessDelivery)
            .where(WitnessDelivery.witness == kind.value, WitnessDelivery.size.in_(sizes))
            .order_by(WitnessDelivery.size)
        )
        found += [_told(row) for row in rows]
    return [*found, *_list_letters(session, 1)]


def _told(row: WitnessDelivery) -> Told:
    there = row.delivered_at is not None
    return Told(Way(row.witness), row.size, there, row.delivered_at or row.tried_at, row.attempts, row.answer)


def _list_letters(session: Session, most: int) -> list[Told]:
    """Letters to the witness, the newest first."""
    rows = session.execute(
        select(
            OutboxItem.params,
            OutboxItem.status,
            OutboxItem.done_at,
            OutboxItem.created_at,
            OutboxItem.attempts,
            OutboxItem.last_error,
        )
        .where(OutboxItem.dedupe_key >= LETTER_KEY, OutboxItem.dedupe_key < BEHIND_LETTER_KEYS)
        .order_by(OutboxItem.dedupe_key.desc())
        .limit(most)
    )
    return [
        Told(
            Way.MAIL,
            int(row.params["size"]),
            row.status == "sent",
            row.done_at or row.created_at,
            row.attempts,
            row.last_error or row.status,
        )
        for row in rows
    ]
