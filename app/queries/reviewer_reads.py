"""What reviewers of the Ombudsman opened at a station, for the station itself.

Whoever supervises is seen doing it: cases and identities opened, files read, exports taken, the log looked
at. A case that does not exist for somebody doesn't appear here either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.models import AuditEntry, Complaint, ReviewMandate, User
from app.queries.case_log import Person
from app.queries.queue import Cursor
from app.queries.visibility import visible_to
from workflows.snapshot import Actor

PAGE_SIZE = 25
READ_KINDS = (
    "case.read",
    "export.log",
    "export.pack",
    "export.performance",
    "export.wbk",
    "file.read",
    "identity.read",
    "log.read",
    "ori.file.read",
    "sample.read",
    "wbk.evidence_read",
)


@dataclass(frozen=True, slots=True)
class ReviewerRead:
    """One opening.

    :ivar number: of the case, where one was opened; a look at the log doesn't tell here what it looked for,
        which may be a case that does not exist for the reader
    """

    id: int
    at: datetime
    kind: str
    by: Person
    number: str | None


@dataclass(frozen=True, slots=True)
class ReadPage:
    """Openings, the newest first, and the key of the next page."""

    rows: tuple[ReviewerRead, ...]
    after: Cursor | None = None


def list_reviewer_reads(
    session: Session, actor: Actor, *, cursor: Cursor | None = None, limit: int = PAGE_SIZE
) -> ReadPage:
    """What reviewers of the actor's agency opened. Each of them gives the first rows by index."""
    reviewers = {
        f"user:{row.id}": Person(row.id, row.full_name, row.title)
        for row in session.execute(
            select(User.id, User.full_name, User.title)
            .join(ReviewMandate, ReviewMandate.reviewer_agency_id == User.agency_id)
            .where(ReviewMandate.agency_id == actor.agency_id)
        )
    }
    branches = [_branch(actor, reviewer, cursor, limit + 1) for reviewer in sorted(reviewers)]
    if not branches:
        return ReadPage(())
    pool = union_all(*branches).subquery()
    rows = session.execute(select(pool).order_by(pool.c.at.desc(), pool.c.id.desc()).limit(limit + 1)).all()
    shown = tuple(
        ReviewerRead(row.id, row.at, row.kind, reviewers[row.actor], row.number) for row in rows[:limit]
    )
    return ReadPage(shown, Cursor(shown[-1].at, shown[-1].id) if len(rows) > limit else None)


def _branch(actor: Actor, reviewer: str, cursor: Cursor | None, limit: int) -> Any:
    """The first rows of one reviewer; the log's index by agency and actor has them in order."""
    statement = (
        select(
            AuditEntry.id,
            AuditEntry.at,
            AuditEntry.kind,
            AuditEntry.actor,
            Complaint.number,
        )
        .outerjoin(Complaint, Complaint.id == AuditEntry.complaint_id)
        .where(
            AuditEntry.agency_id == actor.agency_id,
            AuditEntry.actor == reviewer,
            AuditEntry.kind.in_(READ_KINDS),
            or_(AuditEntry.complaint_id.is_(None), visible_to(actor)),
        )
    )
    if cursor is not None:
        statement = statement.where(tuple_(AuditEntry.at, AuditEntry.id) < (cursor.at, cursor.id))
    inner = statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit).subquery()
    return select(inner)
