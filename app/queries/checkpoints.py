"""How far the log is sealed, and its checkpoints by key, for the reviewers' page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, Checkpoint
from app.queries.queue import COUNT_CAP, Count

PAGE_SIZE = 25


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
