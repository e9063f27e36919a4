"""What ends by itself: complaints never completed, with warnings before, and drafts nobody came back to."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import Complaint, Draft, DraftFile, Notice, OutboxItem
from app.security.vault import new_case_key
from app.services import events
from app.services.files import store_file
from app.services.lapsing import LapseCounts, lapse_overdue, purge_drafts
from app.services.lease import LeaseLost
from app.storage import get_storage
from tests import factories
from tests.app.content.samples import picture
from tests.factories import MONDAY, Station
from workflows.snapshot import complainant_of
from workflows.vocabulary import NoticeKind, Substate

HOUR = timedelta(hours=1)
RECEIVED = MONDAY + 3 * HOUR
"""Monday 2 March 2026, 12.00 WIB: the complainant opens the notice."""
DAY_20 = datetime(2026, 3, 21, 17, 0, tzinfo=UTC)
"""Sunday 22 March 2026, 00.00 WIB."""
DAY_27 = datetime(2026, 3, 28, 17, 0, tzinfo=UTC)
"""Sunday 29 March 2026, 00.00 WIB."""
DUE = datetime(2026, 4, 1, 16, 59, 59, tzinfo=UTC)
"""Wednesday 1 April 2026, 23.59.59 WIB: day 30."""
SECOND = timedelta(seconds=1)


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def incomplete(station: Station, *, opened: bool = True, **changes: Any) -> str:
    """A case whose complainant was asked to complete it, and opened the letter."""
    number = factories.lodge(station, **changes).number
    officer = station.actor("petugas")
    events.verify_file(number, actor=officer, at=MONDAY + HOUR)
    outcome = events.request_completion(number, "Lampirkan bukti.", actor=officer, at=MONDAY + 2 * HOUR)
    if opened:
        events.open_notice(number, outcome.notice_ids[0], at=RECEIVED)
    return number


def warnings(number: str) -> list[Notice]:
    session = db.session()
    session.rollback()
    return list(
        session.scalars(
            select(Notice)
            .join(Complaint, Complaint.id == Notice.complaint_id)
            .where(Complaint.number == number, Notice.kind == NoticeKind.LAPSE_WARNING.value)
            .order_by(Notice.id)
        )
    )


def test_a_complaint_that_was_not_completed_lapses_after_its_thirtieth_day(station: Station) -> None:
    number = incomplete(station)
    assert lapse_overdue(DUE).lapsed == 0
    assert factories.complaint_of(number).substate == Substate.AWAITING_COMPLETION
    assert lapse_overdue(DUE + SECOND).lapsed == 1
    case = factories.complaint_of(number)
    assert (case.substate, case.closure_reason, case.closed_at) == ("closed_lapsed", "lapsed", DUE + SECOND)
    assert lapse_overdue(DUE + timedelta(days=9)) == LapseCounts()


def test_warnings_go_out_on_day_20_and_27_once_each(station: Station) -> None:
    number = incomplete(station)
    assert lapse_overdue(DAY_20 - SECOND) == LapseCounts()
    assert lapse_overdue(DAY_20) == LapseCounts(warned=1)
    assert lapse_overdue(DAY_20 + HOUR) == LapseCounts()
    assert lapse_overdue(DAY_27 - SECOND) == LapseCounts()
    assert lapse_overdue(DAY_27) == LapseCounts(warned=1)
    assert lapse_overdue(DUE) == LapseCounts()
    assert [one.sent_at for one in warnings(number)] == [DAY_20, DAY_27]
    assert "1 April 2026" in warnings(number)[0].body


def test_an_english_complaint_is_warned_in_english(station: Station) -> None:
    number = incomplete(station, language="en")
    lapse_overdue(DAY_20)
    assert "The last day to complete it is 1 April 2026." in warnings(number)[0].body


def test_after_an_outage_one_warning_goes_out_and_not_two(station: Station) -> None:
    number = incomplete(station)
    assert lapse_overdue(DAY_27 + HOUR) == LapseCounts(warned=1)
    assert lapse_overdue(DAY_27 + 2 * HOUR) == LapseCounts()
    assert len(warnings(number)) == 1


def test_a_warning_is_told_to_the_complainant(session: Session, station: Station) -> None:
    incomplete(station)
    session.rollback()
    before = len(session.scalars(select(OutboxItem).where(OutboxItem.recipient == "complainant")).all())
    lapse_overdue(DAY_20)
    session.rollback()
    told = session.scalars(
        select(OutboxItem).where(OutboxItem.recipient == "complainant").order_by(OutboxItem.id)
    ).all()
    assert len(told) == before + 1
    assert told[-1].template == "case_letter"


def test_where_the_receipt_is_unknown_nothing_lapses(station: Station) -> None:
    number = incomplete(station, opened=False)
    assert lapse_overdue(DUE + timedelta(days=365)) == LapseCounts()
    assert factories.complaint_of(number).substate == Substate.AWAITING_COMPLETION


def test_who_completes_in_time_is_left_in_peace(station: Station) -> None:
    number = incomplete(station)
    events.receive_completion(number, "Ini buktinya.", actor=complainant_of(number), at=DAY_20 - HOUR)
    assert lapse_overdue(DUE + SECOND) == LapseCounts()
    assert factories.complaint_of(number).substate == Substate.VERIFYING


def test_each_case_has_its_own_days(station: Station) -> None:
    first, second = incomplete(station), incomplete(station, opened=False)
    session = db.session()
    session.rollback()
    notice = session.scalars(
        select(Notice.id)
        .join(Complaint, Complaint.id == Notice.complaint_id)
        .where(Complaint.number == second, Notice.kind == NoticeKind.COMPLETENESS.value)
    ).one()
    events.open_notice(second, notice, at=RECEIVED + timedelta(days=5))
    assert lapse_overdue(DAY_20) == LapseCounts(warned=1)
    assert (len(warnings(first)), len(warnings(second))) == (1, 0)
    assert lapse_overdue(DUE + SECOND) == LapseCounts(lapsed=1, warned=1)
    assert factories.complaint_of(second).substate == Substate.AWAITING_COMPLETION


def test_a_fence_that_closes_stops_before_anything_is_written(station: Station) -> None:
    number = incomplete(station)

    def closed(_session: Session) -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        lapse_overdue(DUE + SECOND, fence=closed)
    assert factories.complaint_of(number).substate == Substate.AWAITING_COMPLETION


# --- drafts --------------------------------------------------------------------------


def draft(station: Station, name: str, expires_at: datetime, complaint_id: int | None = None) -> list[str]:
    """A draft with a photo; gives the keys of its files in the storage."""
    stored = store_file(io.BytesIO(picture()), "foto.jpg", new_case_key())
    assert stored.view_storage_key is not None
    with unit_of_work() as unit:
        row = Draft(
            token_digest=name.ljust(64, "0"),
            agency_id=station.agency_id,
            answers_sealed=b"sealed",
            updated_at=MONDAY,
            expires_at=expires_at,
            complaint_id=complaint_id,
        )
        unit.add(row)
        unit.flush()
        unit.add(
            DraftFile(
                draft_id=row.id,
                storage_key=stored.storage_key,
                view_storage_key=stored.view_storage_key,
            )
        )
    return [stored.storage_key, stored.view_storage_key]


def drafts() -> list[str]:
    session = db.session()
    session.rollback()
    return [token.rstrip("0") for token in session.scalars(select(Draft.token_digest).order_by(Draft.id))]


def test_expired_drafts_go_with_their_files_and_others_stay(station: Station) -> None:
    old = draft(station, "old", MONDAY)
    fresh = draft(station, "fresh", MONDAY + timedelta(days=30))
    graced = draft(station, "graced", MONDAY + timedelta(hours=20))
    assert purge_drafts(MONDAY + timedelta(days=1, seconds=1)) == 1
    assert drafts() == ["fresh", "graced"]
    kept = set(get_storage().list_keys())
    assert kept == {*fresh, *graced}
    assert not kept & set(old)
    assert purge_drafts(MONDAY + timedelta(days=1, seconds=1)) == 0


def test_files_of_a_draft_that_was_filed_belong_to_the_case_and_stay(station: Station) -> None:
    lodged = factories.lodge(station)
    before = set(get_storage().list_keys())
    filed = draft(station, "filed", MONDAY, lodged.complaint_id)
    assert purge_drafts(MONDAY + timedelta(days=2)) == 1
    assert drafts() == []
    assert set(get_storage().list_keys()) == before | set(filed)


def test_a_purge_that_broke_off_is_finished_by_the_next(station: Station) -> None:
    keys = draft(station, "old", MONDAY)
    get_storage().delete(keys[0])
    assert purge_drafts(MONDAY + timedelta(days=2)) == 1
    assert list(get_storage().list_keys()) == []
