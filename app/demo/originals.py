"""Played cases with all their rows, as :mod:`app.demo.copies` copies them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.models import (
    Agency,
    Allegation,
    Assignment,
    Attachment,
    AuditChain,
    AuditEntry,
    CaseEvent,
    CaseKey,
    ClockPoint,
    Complainant,
    Complaint,
    Deadline,
    Message,
    Notice,
    Respondent,
    RespondentSuperior,
)
from app.security.ring import get_keys
from app.security.vault import unseal, unwrap_case_key

Row = dict[str, Any]
MOST_SHIFT = 3 * 3600
"""Seconds that a copy's day may begin earlier or later."""
AFTER_SWEEP = 6 * 60
"""Seconds after midnight before which nothing is moved: the nightly sweep stands there."""

FIXED_POINTS = frozenset({"service_received", "event_date"})
"""Clock points that are dates, at midnight."""
_SEALED = ("name", "address", "email", "phone", "proxy")


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)


AUDIT_ENTRY = _table(AuditEntry)
WRITTEN = (
    *map(_table, (Complaint, CaseKey, Complainant, Respondent, RespondentSuperior, Allegation, CaseEvent)),
    *map(_table, (ClockPoint, Assignment, Message, Notice, Deadline, AuditEntry, AuditChain)),
)
"""Tables of a copy, in the order of their foreign keys."""

WITH_IDS = tuple(table for table in WRITTEN if "id" in table.c)


@dataclass(frozen=True, slots=True)
class Original:
    """A played case with all its rows, and the clear text of its vault.

    :ivar low: least shift in seconds (negative or 0) that keeps every instant on its date; ``high`` the most
    """

    complaint: Row
    identity: Mapping[str, str]
    complainant: Row
    rows: Mapping[str, Sequence[Row]]
    low: int
    high: int


def read_originals(session: Session, as_of: datetime) -> Iterator[Original]:
    """Every played case that can be copied, by id."""
    with_files = select(Attachment.complaint_id)
    table = _table(Complaint)
    chosen = session.execute(
        select(table)
        .where(table.c.imported.is_(False), table.c.in_danger.is_(False), table.c.id.not_in(with_files))
        .order_by(table.c.id)
    ).mappings()
    zones: dict[int, ZoneInfo] = {
        row.id: ZoneInfo(row.timezone) for row in session.execute(select(Agency.id, Agency.timezone))
    }
    complaints = [dict(row) for row in chosen]
    rows = _read_rows(session)
    for complaint in complaints:
        own = {name: rows[name].get(complaint["id"], []) for name in rows}
        (complainant,) = own["complainant"]
        low, high = _room(own, zones[complaint["agency_id"]], as_of)
        yield Original(complaint, _open_vault(own["case_key"][0], complainant), complainant, own, low, high)


def _read_rows(session: Session) -> dict[str, dict[int, list[Row]]]:
    """Rows of each table by the case they belong to, in order."""
    found: dict[str, dict[int, list[Row]]] = {}
    for table in WRITTEN[1:-1]:
        if "complaint_id" not in table.c:
            continue
        by_case: dict[int, list[Row]] = defaultdict(list)
        order = table.c.id if "id" in table.c else table.c.complaint_id
        for row in session.execute(select(table).order_by(order)).mappings():
            by_case[row["complaint_id"]].append(dict(row))
        found[table.name] = by_case
    owner = {row["id"]: case for case, rows in found["respondent"].items() for row in rows}
    superiors: dict[int, list[Row]] = defaultdict(list)
    for row in session.execute(select(_table(RespondentSuperior))).mappings():
        superiors[owner[row["respondent_id"]]].append(dict(row))
    found["respondent_superior"] = superiors
    return found


def _open_vault(key: Row, complainant: Row) -> dict[str, str]:
    case_key = unwrap_case_key(get_keys(), key["vault_key_id"], key["wrapped_key"])
    case_id, version = complainant["complaint_id"], complainant["key_version"]
    return {
        name: unseal(
            case_key, case_id=case_id, field=name, version=version, sealed=complainant[f"{name}_sealed"]
        )
        for name in _SEALED
        if complainant[f"{name}_sealed"] is not None
    }


def _room(rows: Mapping[str, Sequence[Row]], zone: ZoneInfo, as_of: datetime) -> tuple[int, int]:
    """How far all instants of a case can move together and stay on their dates."""
    instants = [row["at"] for row in rows["case_event"]]
    instants += [row["at"] for row in rows["clock_point"] if row["code"] not in FIXED_POINTS]
    local = [at.astimezone(zone) for at in instants]
    seconds = [at.hour * 3600 + at.minute * 60 + at.second for at in local]
    left = int((as_of - max(instants)).total_seconds())
    low = min(0, max(-MOST_SHIFT, AFTER_SWEEP - min(seconds)))
    return low, max(0, min(MOST_SHIFT, 86_398 - max(seconds), left))
