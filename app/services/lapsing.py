"""What ends by itself: complaints that were never completed, and drafts that nobody came back to.

UU 25/2009 Pasal 44 ayat (4)-(5): thirty days to complete, counted from the receipt of the notice; then the
complaint is deemed withdrawn. Where the receipt is not known, no clock runs and nothing lapses. Warnings on
day 20 and 27 are local policy (``notices`` in the law data).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_date
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.models import Agency, Complaint, Deadline, Draft, DraftFile, DraftResume, Notice
from app.services.casework import fire_in
from app.services.lease import Fence, unfenced
from app.storage import get_storage
from workflows.errors import Refused
from workflows.snapshot import SYSTEM, Given
from workflows.vocabulary import Event, NoticeKind, Party, Substate

STAGE = "info_request_wait"
WARNING_DAYS = (20, 27)
"""Calendar days after the date of receipt on which the complainant is warned."""
DRAFT_GRACE = timedelta(days=1)
"""Time between the expiry of a draft, which closes it to its writer, and its removal."""
BATCH = 200

_IS_OPEN = text("deadline.met_at IS NULL AND deadline.void_at IS NULL")
"""Literally as in the partial index."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LapseCounts:
    """How many cases lapsed, and how many complainants were warned of it."""

    lapsed: int = 0
    warned: int = 0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A case that waits for its completion."""

    complaint_id: int
    number: str
    received_on: date
    due_at: datetime
    zone: ZoneInfo
    language: str


def lapse_overdue(at: datetime, *, fence: Fence = unfenced) -> LapseCounts:
    """Lapse what was not completed in time, and warn those whose days 20 and 27 have come.

    A case that somebody changed meanwhile is left to the next run.
    """
    lapsed = warned = 0
    for case in _list_waiting(at):
        if case.due_at < at:
            lapsed += _fire(case, Event.LAPSE, at, Given(), fence)
        elif _needs_warning(case, at):
            given = Given(
                notice_kind=NoticeKind.LAPSE_WARNING.value,
                sent_at=at,
                text=_warning_text(case),
            )
            warned += _fire(case, Event.RECORD_NOTICE, at, given, fence)
    return LapseCounts(lapsed, warned)


def purge_drafts(at: datetime, *, fence: Fence = unfenced) -> int:
    """Remove drafts that expired a day ago or more, with their files; gives how many.

    Files go first: a broken run leaves a row that leads to them, never a file that nobody knows. Files of a
    draft that was filed belong to the case now and stay.
    """
    removed = 0
    while drafts := _list_expired(at - DRAFT_GRACE):
        for key in _list_unclaimed(drafts):
            get_storage().delete(key)
        removed += _delete_drafts(drafts, fence)
    return removed


def _list_waiting(at: datetime) -> Iterator[_Waiting]:
    """Cases whose thirty days are over or whose first day of warning has come, the most urgent first."""
    session = db.session()
    session.rollback()
    horizon = at + timedelta(days=30 - min(WARNING_DAYS) + 1)
    rows = session.execute(
        select(
            Complaint.id,
            Complaint.number,
            Deadline.triggered_at,
            Deadline.due_at,
            Agency.timezone,
            Complaint.language,
        )
        .join(Deadline, Deadline.complaint_id == Complaint.id)
        .join(Agency, Agency.id == Complaint.agency_id)
        .where(
            _IS_OPEN,
            Deadline.due_at <= horizon,
            Deadline.stage == STAGE,
            Deadline.effective,
            Deadline.party == Party.COMPLAINANT.value,
            Complaint.substate == Substate.AWAITING_COMPLETION.value,
            ~Complaint.imported,
        )
        .order_by(Deadline.due_at, Deadline.id)
    ).all()
    session.rollback()
    for row in rows:
        zone = ZoneInfo(row.timezone)
        received_on = row.triggered_at.astimezone(zone).date()
        language = row.language if row.language in ("id", "en") else "id"
        yield _Waiting(row.id, row.number, received_on, row.due_at, zone, language)


def _needs_warning(case: _Waiting, at: datetime) -> bool:
    """Whether the latest day of warning that has come has no warning yet."""
    come = [start for start in _warning_starts(case) if start <= at]
    if not come:
        return False
    session = db.session()
    sent = session.scalar(
        select(func.max(Notice.sent_at)).where(
            Notice.complaint_id == case.complaint_id, Notice.kind == NoticeKind.LAPSE_WARNING.value
        )
    )
    session.rollback()
    return sent is None or sent < come[-1]


def _warning_starts(case: _Waiting) -> list[datetime]:
    return [
        datetime.combine(case.received_on + timedelta(days=days), time(), case.zone) for days in WARNING_DAYS
    ]


def _warning_text(case: _Waiting) -> str:
    """The last day, in the complainant's language."""
    last = case.due_at.astimezone(case.zone).date()
    words = {"id": "Hari terakhir untuk melengkapinya", "en": "The last day to complete it is"}
    return f"{words[case.language]} {format_date(last, 'd MMMM y', locale=case.language)}."


def _fire(case: _Waiting, action: Event, at: datetime, given: Given, fence: Fence) -> int:
    def work(session: Session) -> None:
        fence(session)
        fire_in(session, case.number, action, actor=SYSTEM, at=at, given=given)

    try:
        run_in_unit(work)
    except Refused as error:
        _log.info("left to the next run", error=error.code)
        return 0
    return 1


def _list_expired(before: datetime) -> list[int]:
    session = db.session()
    session.rollback()
    found = session.scalars(
        select(Draft.id).where(Draft.expires_at < before).order_by(Draft.expires_at, Draft.id).limit(BATCH)
    ).all()
    session.rollback()
    return list(found)


def _list_unclaimed(drafts: list[int]) -> list[str]:
    """Storage keys of files of those drafts that were never filed."""
    session = db.session()
    rows = session.execute(
        select(DraftFile.storage_key, DraftFile.view_storage_key)
        .join(Draft, Draft.id == DraftFile.draft_id)
        .where(DraftFile.draft_id.in_(drafts), Draft.complaint_id.is_(None))
    ).all()
    session.rollback()
    return [key for row in rows for key in row if key is not None]


def _delete_drafts(drafts: list[int], fence: Fence) -> int:
    def work(session: Session) -> int:
        fence(session)
        session.execute(delete(DraftFile).where(DraftFile.draft_id.in_(drafts)))
        session.execute(delete(DraftResume).where(DraftResume.draft_id.in_(drafts)))
        session.execute(delete(Draft).where(Draft.id.in_(drafts)))
        return len(drafts)

    return run_in_unit(work)
