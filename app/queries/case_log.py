"""What was done to a case and by whom: its history, its entries in the log, what changed since it was seen.

Read-only and frozen; complainant and system have no name here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import AuditEntry, AuditSeal, CaseEvent, User
from workflows.vocabulary import Event

AUDIT_SHOWN = 200
"""Log entries on one page, newest first; the whole chain is in the export."""
CHANGES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the house, by name and post."""

    id: int
    name: str
    title: str

    @property
    def words(self) -> str:
        """``Nama, Jabatan``."""
        return f"{self.name}, {self.title}"


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened, and who did it; by is None for complainant and system."""

    seq: int
    event: str
    before: str | None
    after: str
    at: datetime
    role: str
    by: Person | None
    note: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry of the log of the case.

    :ivar position: its place in the sealed log, None until it is sealed
    """

    seq: int
    kind: str
    at: datetime
    role: str
    by: Person | None
    facts: Mapping[str, Any]
    digest: str
    position: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody else did to a case that stood open on a screen."""

    kind: str
    at: datetime
    role: str
    by: Person | None


def list_events(session: Session, complaint_id: int) -> tuple[EventRow, ...]:
    """What happened to the case, oldest first."""
    rows = session.execute(
        select(CaseEvent, User.id, User.full_name, User.title)
        .outerjoin(User, User.id == CaseEvent.actor_id)
        .where(CaseEvent.complaint_id == complaint_id)
        .order_by(CaseEvent.seq)
    )
    return tuple(
        EventRow(
            seq=row.seq,
            event=row.event,
            before=row.before,
            after=row.after,
            at=row.at,
            role=row.actor_role,
            by=Person(user_id, name, title) if user_id else None,
            note=row.note,
            details=row.details,
        )
        for row, user_id, name, title in rows
    )


def list_audit(session: Session, complaint_id: int, *, limit: int = AUDIT_SHOWN) -> tuple[AuditRow, ...]:
    """Log entries of the case, newest first."""
    rows = session.execute(
        select(
            AuditEntry.seq,
            AuditEntry.kind,
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.actor_role,
            AuditEntry.body,
            AuditEntry.digest,
            AuditSeal.position,
        )
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.complaint_id == complaint_id)
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    ).all()
    people = _people(session, [row.actor for row in rows])
    return tuple(
        AuditRow(
            seq=row.seq,
            kind=row.kind,
            at=row.at,
            role=row.actor_role,
            by=people.get(row.actor),
            facts=json.loads(row.body).get("facts", {}),
            digest=row.digest,
            position=row.position,
        )
        for row in rows
    )


def list_changes_since(session: Session, complaint_id: int, seen_version: int) -> tuple[Change, ...]:
    """What raised the version of a case above the one on a screen, oldest first."""
    rows = session.execute(
        select(AuditEntry.kind, AuditEntry.at, AuditEntry.actor, AuditEntry.actor_role, AuditEntry.body)
        .where(AuditEntry.complaint_id == complaint_id, AuditEntry.kind.not_in(("case.read", "file.read")))
        .order_by(AuditEntry.seq.desc())
        .limit(CHANGES_SHOWN)
    ).all()
    newer = [row for row in rows if _version_of(row.body) > seen_version]
    people = _people(session, [row.actor for row in newer])
    return tuple(
        Change(kind=row.kind, at=row.at, role=row.actor_role, by=people.get(row.actor))
        for row in reversed(newer)
    )


def last_change(session: Session, complaint_id: int) -> Change | None:
    """The last event of a case, for whoever comes too late."""
    row = session.execute(
        select(CaseEvent.event, CaseEvent.at, CaseEvent.actor_role, CaseEvent.actor_id)
        .where(CaseEvent.complaint_id == complaint_id)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    label = f"user:{row.actor_id}"
    return Change(row.event, row.at, row.actor_role, _people(session, [label]).get(label))


def is_event(kind: str) -> bool:
    """Whether a log entry is an event of a case, not a read or the like."""
    return kind in {event.value for event in Event}


def _version_of(body: str) -> int:
    version = json.loads(body).get("facts", {}).get("version", 0)
    return version if isinstance(version, int) else 0


def _people(session: Session, labels: Sequence[str]) -> dict[str, Person]:
    """Names behind ``user:17``; complainant and system have none."""
    ids: dict[int, str] = {}
    for label in labels:
        kind, _, user_id = label.partition(":")
        if kind == "user" and user_id.isdecimal():
            ids[int(user_id)] = label
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.full_name, User.title).where(User.id.in_(ids)))
    return {ids[row.id]: Person(row.id, row.full_name, row.title) for row in rows}
