"""Who opened a case, for its complainant: by day and role group, never a person, a unit or a shift.

UU 27/2022 Pasal 32: whoever data are about may see how they were processed. What is told is as fine as that
needs and no finer: a day in the station's zone, the group of the role, and what was opened. No time of day
and no count, since both would tell shifts and desks apart; what was opened often on a day stands there once.

Reading the own case writes nothing, so the complainant does not stand here. An export of the register holds
many cases and is an entry of the agency, not of the case.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Select, case, cast, func, select
from sqlalchemy.orm import Session

from app.models import AuditEntry
from workflows.vocabulary import Role

DAYS_A_PAGE = 30
"""Days with readings on one page."""


class Group(enum.StrEnum):
    """Groups of roles, as they are told to the complainant."""

    DESK = "desk"
    SUPERVISION = "supervision"
    EXAMINATION = "examination"
    LEADERSHIP = "leadership"
    OMBUDSMAN = "ombudsman"
    SYSTEM = "system"


GROUPS: dict[Role, Group] = {
    Role.INTAKE: Group.DESK,
    Role.INFORMATION_OFFICER: Group.DESK,
    Role.COORDINATOR: Group.SUPERVISION,
    Role.PRIVACY_OFFICER: Group.SUPERVISION,
    Role.EXTERNAL_SUPERVISOR: Group.SUPERVISION,
    Role.UNIT_HEAD: Group.EXAMINATION,
    Role.INVESTIGATOR_LEAD: Group.EXAMINATION,
    Role.INVESTIGATOR: Group.EXAMINATION,
    Role.APPROVER: Group.LEADERSHIP,
    Role.OMBUDSMAN: Group.OMBUDSMAN,
    Role.ADMIN: Group.SYSTEM,
    Role.SYSTEM: Group.SYSTEM,
}
"""Group of every role that can read; a station's only PPID is told apart from nobody at the desk."""


class Opened(enum.StrEnum):
    """What was opened, or asked for: a new code at the desk opens the case to whoever gets it."""

    CASE = "case"
    IDENTITY = "identity"
    FILE = "file"
    CODE = "code"


KINDS: dict[str, Opened] = {
    "case.read": Opened.CASE,
    "sample.read": Opened.CASE,
    "identity.read": Opened.IDENTITY,
    "file.read": Opened.FILE,
    "ori.file.read": Opened.FILE,
    "code.reissue_requested": Opened.CODE,
    "code.reissue_approved": Opened.CODE,
}
"""Kinds of log entries that record a reading, or what officers do with the code; the steps that nobody but
the complainant takes are not among them."""


@dataclass(frozen=True, slots=True)
class Day:
    """Who opened what on a day of the station's calendar; the most telling first."""

    on: date
    opened: tuple[tuple[Group, tuple[Opened, ...]], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of the statement, the latest day first.

    :ivar before: continue with days before this one; None on the last page
    """

    days: tuple[Day, ...]
    before: date | None


def get_access_statement(
    session: Session, complaint_id: int, zone: str, *, before: date | None = None
) -> Statement:
    """Readings of a case in one statement, however often it was read."""
    rows = session.execute(_statement(session, complaint_id, zone, before))
    days = _days([(row.day, row.role_group, row.opened) for row in rows])
    is_more = len(days) > DAYS_A_PAGE
    return Statement(days[:DAYS_A_PAGE], days[DAYS_A_PAGE - 1].on if is_more else None)


def _statement(
    session: Session, complaint_id: int, zone: str, before: date | None
) -> Select[tuple[date, str, str]]:
    on = _local_day(session, zone)
    group = case({role.value: group.value for role, group in GROUPS.items()}, value=AuditEntry.actor_role)
    opened = case({kind: opened.value for kind, opened in KINDS.items()}, value=AuditEntry.kind)
    wanted = (
        select(on.label("day"), group.label("role_group"), opened.label("opened"))
        .where(
            AuditEntry.complaint_id == complaint_id,
            AuditEntry.kind.in_(KINDS),
            AuditEntry.actor_role.in_([role.value for role in GROUPS]),
        )
        .group_by("day", "role_group", "opened")
        .order_by(on.desc())
        .limit((DAYS_A_PAGE + 1) * len(Group) * len(Opened))
    )
    if before is None:
        return wanted
    return wanted.where(AuditEntry.at < datetime.combine(before, time(), ZoneInfo(zone)).astimezone(UTC))


def _local_day(session: Session, zone: str) -> ColumnElement[date]:
    """The day of an entry where the station stands; zones of Indonesia know no summer time."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.timezone(zone, AuditEntry.at), Date)
    offset = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return func.date(AuditEntry.at, f"{int(offset.total_seconds() // 60):+d} minutes", type_=Date())


def _days(rows: Sequence[tuple[date, str, str]]) -> tuple[Day, ...]:
    days = []
    for on, of_day in groupby(rows, key=lambda row: row[0]):
        by_group: dict[Group, set[Opened]] = {}
        for _on, group, opened in of_day:
            by_group.setdefault(Group(group), set()).add(Opened(opened))
        days.append(
            Day(
                on,
                tuple(
                    (group, tuple(one for one in Opened if one in by_group[group]))
                    for group in Group
                    if group in by_group
                ),
            )
        )
    return tuple(days)
