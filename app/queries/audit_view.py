"""Entries of the log for those who look at them: narrowed by case, person, kind and date, read by key.

What a reviewer may read is what the agencies of the mandate wrote, and the reviewer's own office: entries of
other agencies do not exist here, whatever is asked for. Each agency gives its own first rows by index, and
the best of them make the page, so that no page costs more as the log grows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, false, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.models import Agency, AuditEntry, AuditSeal, Complaint, Unit, User
from app.queries.case_log import Person
from app.queries.queue import Cursor
from app.queries.review import Station
from app.queries.visibility import visible_to
from workflows.snapshot import Actor

PAGE_SIZE = 25
IDS_AT_ONCE = 2_000
UNNAMED = ("complainant", "system")
"""Actors without an account."""
PEOPLE_FACTS = ("officer", "user", "account")
"""Facts that are ids of accounts."""
UNIT_FACTS = ("unit",)
MOST_PEOPLE = 400
"""People offered in the filter; where there are more, an agency must be chosen first."""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What the list of entries is narrowed to.

    :ivar agency_id: one agency of the reach, None for all
    :ivar complaint_id: entries of one case alone
    :ivar actor: ``user:17``, or one of `UNNAMED`
    :ivar first: local date of the agency, inclusive; `last` likewise
    """

    agency_id: int | None = None
    complaint_id: int | None = None
    actor: str | None = None
    kind: str | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids among the facts of some entries stand for."""

    people: Mapping[int, Person]
    units: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as the log has it.

    :ivar by: the person behind it, None for complainant and system
    :ivar position: its place in the sealed log, None until it is sealed
    """

    id: int
    chain: str
    seq: int
    kind: str
    at: datetime
    role: str
    actor: str
    by: Person | None
    body: str
    digest: str
    position: int | None
    agency_code: str
    zone: str
    names: Names

    @property
    def facts(self) -> Mapping[str, Any]:
        """Codes, numbers and commitments of the act."""
        facts: dict[str, Any] = json.loads(self.body).get("facts", {})
        return facts

    @property
    def case_number(self) -> str | None:
        """The case, where it is an entry of one."""
        kind, _, name = self.chain.partition(":")
        return name if kind == "case" else None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, the newest first, and the keys of the pages around them."""

    rows: tuple[LogRow, ...]
    before: Cursor | None = None
    after: Cursor | None = None


def list_reach(session: Session, actor: Actor) -> list[Station]:
    """Agencies whose entries a reviewer may read: those of the mandate by name, then the own office."""
    rows = session.execute(
        select(Agency.id, Agency.code, Agency.name, Agency.timezone)
        .where(Agency.id.in_(sorted({*actor.mandate, actor.agency_id or 0})))
        .order_by(Agency.name, Agency.id)
    )
    found = [Station(*row) for row in rows]
    return sorted(found, key=lambda one: one.id == actor.agency_id)


def find_case(session: Session, number: str, actor: Actor) -> tuple[int, int] | None:
    """Ids of a case that exists for the actor and of its agency, by its full number."""
    row = session.execute(
        select(Complaint.id, Complaint.agency_id).where(Complaint.number == number, visible_to(actor))
    ).first()
    return None if row is None else (row.id, row.agency_id)


def list_people(session: Session, agency_ids: Sequence[int]) -> list[tuple[Person, str]]:
    """People of these agencies with the code of theirs, by name; those whose account is closed, too."""
    rows = session.execute(
        select(User.id, User.full_name, User.title, Agency.code)
        .join(Agency, Agency.id == User.agency_id)
        .where(User.agency_id.in_(agency_ids))
        .order_by(User.full_name, User.id)
        .limit(MOST_PEOPLE + 1)
    )
    return [(Person(row.id, row.full_name, row.title), row.code) for row in rows]


def list_entries(
    session: Session,
    reach: Sequence[Station],
    wanted: EntryFilter,
    *,
    cursor: Cursor | None = None,
    limit: int = PAGE_SIZE,
) -> LogPage:
    """A page of entries."""
    backward = cursor is not None and not cursor.forward
    keys = _list_keys(session, reach, wanted, cursor, limit + 1)
    more, keys = len(keys) > limit, keys[:limit]
    rows = _rows(session, [entry_id for _at, entry_id in keys])
    if not rows:
        return LogPage(())
    has_before, has_after = (more, True) if backward else (cursor is not None, more)
    return LogPage(
        rows=tuple(rows),
        before=Cursor(rows[0].at, rows[0].id, forward=False) if has_before else None,
        after=Cursor(rows[-1].at, rows[-1].id) if has_after else None,
    )


def stream_entries(
    session: Session, reach: Sequence[Station], wanted: EntryFilter, most: int
) -> Iterator[LogRow]:
    """Up to `most` entries, the newest first, read some at a time."""
    cursor: Cursor | None = None
    while most > 0:
        page = list_entries(session, reach, wanted, cursor=cursor, limit=min(most, IDS_AT_ONCE))
        yield from page.rows
        most -= len(page.rows)
        if page.after is None:
            return
        cursor = page.after


def find_entry(session: Session, reach: Sequence[Station], entry_id: int) -> LogRow | None:
    """One entry of the reach."""
    known = session.scalar(
        select(AuditEntry.id).where(
            AuditEntry.id == entry_id, AuditEntry.agency_id.in_([one.id for one in reach])
        )
    )
    return None if known is None else _rows(session, [known])[0]


def _list_keys(
    session: Session, reach: Sequence[Station], wanted: EntryFilter, cursor: Cursor | None, limit: int
) -> list[tuple[datetime, int]]:
    backward = cursor is not None and not cursor.forward
    place = tuple_(AuditEntry.at, AuditEntry.id)
    branches = []
    for agency in reach:
        if wanted.agency_id not in (None, agency.id):
            continue
        branch = select(AuditEntry.id, AuditEntry.at).where(*_conditions(agency, wanted))
        if cursor is not None:
            seen = (cursor.at, cursor.id)
            branch = branch.where(place > seen if backward else place < seen)
        inner = branch.order_by(*_order(AuditEntry.at, AuditEntry.id, up=backward)).limit(limit).subquery()
        branches.append(select(inner.c.id, inner.c.at))
    if not branches:
        return []
    pool = union_all(*branches).subquery()
    rows = session.execute(
        select(pool.c.at, pool.c.id).order_by(*_order(pool.c.at, pool.c.id, up=backward)).limit(limit)
    )
    return [(row.at, row.id) for row in rows]


def _conditions(agency: Station, wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.agency_id == agency.id]
    if wanted.complaint_id is not None:
        # the sum keeps the planner from the agency's index: an agency has millions of entries, a case dozens
        conditions = [AuditEntry.agency_id + 0 == agency.id, AuditEntry.complaint_id == wanted.complaint_id]
    if wanted.actor is not None:
        conditions.append(AuditEntry.actor == wanted.actor)
    if wanted.kind is not None:
        conditions.append(AuditEntry.kind == wanted.kind)
    if wanted.first is not None and wanted.last is not None and wanted.last < wanted.first:
        conditions.append(false())
    zone = ZoneInfo(agency.zone)
    if wanted.first is not None:
        conditions.append(AuditEntry.at >= datetime.combine(wanted.first, time(), zone))
    if wanted.last is not None:
        conditions.append(AuditEntry.at < datetime.combine(wanted.last + timedelta(days=1), time(), zone))
    return conditions


def _order(at: Any, row_id: Any, *, up: bool) -> tuple[Any, Any]:
    return (at.asc(), row_id.asc()) if up else (at.desc(), row_id.desc())


def _rows(session: Session, ids: Sequence[int]) -> list[LogRow]:
    rows = session.execute(
        select(
            AuditEntry.id,
            AuditEntry.chain,
            AuditEntry.seq,
            AuditEntry.kind,
            AuditEntry.at,
            AuditEntry.actor_role,
            AuditEntry.actor,
            AuditEntry.body,
            AuditEntry.digest,
            AuditSeal.position,
            Agency.code,
            Agency.timezone,
        )
        .join(Agency, Agency.id == AuditEntry.agency_id)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.id.in_(ids))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    names = _names(session, [json.loads(row.body).get("facts", {}) for row in rows], [r.actor for r in rows])
    return [
        LogRow(
            id=row.id,
            chain=row.chain,
            seq=row.seq,
            kind=row.kind,
            at=row.at,
            role=row.actor_role,
            actor=row.actor,
            by=names.people.get(_user_id(row.actor)),
            body=row.body,
            digest=row.digest,
            position=row.position,
            agency_code=row.code,
            zone=row.timezone,
            names=names,
        )
        for row in rows
    ]


def _names(session: Session, facts: Sequence[Mapping[str, Any]], actors: Sequence[str]) -> Names:
    people = {_user_id(actor) for actor in actors}
    units: set[int] = set()
    for told in facts:
        people |= {told[name] for name in PEOPLE_FACTS if isinstance(told.get(name), int)}
        people.add(_user_id(str(told.get("person", ""))))
        units |= {told[name] for name in UNIT_FACTS if isinstance(told.get(name), int)}
    users = session.execute(select(User.id, User.full_name, User.title).where(User.id.in_(sorted(people))))
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(units)))) if units else ()
    return Names(
        {row.id: Person(row.id, row.full_name, row.title) for row in users},
        {row.id: row.name for row in rows},
    )


def _user_id(label: str) -> int:
    """The id in ``user:17``; 0, which nobody has, for actors without an account."""
    kind, _, user_id = label.partition(":")
    return int(user_id) if kind == "user" and user_id.isdecimal() else 0
