"""A complaint from filing to closing through the services alone, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import AuditEntry, CaseEvent, Complainant, Deadline, Notice, OutboxItem
from app.security.codes import verify_code
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import verify_receipt
from app.security.receipts import Edition
from app.security.ring import get_keys
from app.services import events
from app.services.receipts import read_receipt
from tests.factories import MONDAY, complaint_of, lodge, make_station, walk
from workflows.audit import verify_chain
from workflows.errors import GuardRefused, StaleVersion
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, NoticeKind, Substate


def chain_of(session: Session, number: str) -> list[bytes]:
    rows = session.scalars(
        select(AuditEntry.body).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq)
    )
    return [row.encode("ascii") for row in rows]


def test_filing_promises_everything_at_once(session: Session) -> None:
    station = make_station()
    lodged = lodge(station)
    complaint = complaint_of(lodged.number)
    assert lodged.number == "SRG-2026-000001"
    assert complaint.substate == Substate.ACKNOWLEDGED
    assert verify_code(get_keys(), lodged.tracking_code, complaint.code_digest)
    assert complaint.queue_due_stage == "verification"
    stages = {
        row.stage: row
        for row in session.scalars(select(Deadline).where(Deadline.complaint_id == complaint.id))
    }
    assert stages["acknowledgement"].met_at == MONDAY
    assert stages["completeness_notice"].due_at.isoformat() == "2026-03-16T16:59:59+00:00"  # Monday + 14 days
    head = verify_chain(chain_of(session, lodged.number))
    assert head is not None
    assert head.seq == 2
    published = PublishedKeys.of(get_keys())
    for edition in Edition:
        signed = read_receipt(session, complaint, edition)
        assert signed is not None
        report = verify_receipt(signed.document(), published)
        assert report.is_genuine
        told = signed.document().decode()
        assert ("Siti Rahmawati" in told) == (edition is Edition.FULL)
    item = session.scalars(select(OutboxItem).where(OutboxItem.recipient == "complainant")).all()
    assert [row.template for row in item].count("receipt") == 1


def test_whole_life(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    at = walk(station, number, Event.START_EXAMINATION)
    events.ask_info(number, "Kapan tepatnya?", actor=station.actor("penyidik"), at=at)
    assert complaint_of(number).substate == Substate.AWAITING_COMPLAINANT_INFO
    at += timedelta(hours=5)
    events.receive_info(number, "Jam sembilan.", actor=complainant_of(number), at=at)
    at += timedelta(hours=1)
    events.record_notice(
        number, NoticeKind.SP3D, text="Sedang diperiksa.", sent_at=at, actor=station.actor("kasiwas"), at=at
    )
    walk(station, number, Event.CLOSE, at=at + timedelta(hours=1))
    complaint = complaint_of(number)
    assert (complaint.substate, complaint.closure_reason) == (Substate.CLOSED, "decided")
    fired = session.scalars(
        select(CaseEvent.event).where(CaseEvent.complaint_id == complaint.id).order_by(CaseEvent.seq)
    ).all()
    assert fired == [
        "submit", "acknowledge", "verify", "declare_complete", "classify", "dispose", "accept",
        "start_examination", "ask_info", "info_received", "record_notice", "submit_review",
        "draft_decision", "decide", "deliver_decision", "follow_up", "close",
    ]  # fmt: skip
    head = verify_chain(chain_of(session, number), chain=f"case:{number}")
    assert head is not None
    assert head.seq == len(fired)
    running = session.scalars(
        select(Deadline.stage).where(
            Deadline.complaint_id == complaint.id,
            Deadline.met_at.is_(None),
            Deadline.void_at.is_(None),
            Deadline.party == "station",
        )
    ).all()
    assert running == []
    assert complaint.queue_due_stage is None


def test_opening_a_letter_starts_the_citizens_window(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    at = walk(station, number, Event.VERIFY)
    events.request_completion(number, "Mohon lampirkan bukti.", actor=station.actor("petugas"), at=at)
    complaint = complaint_of(number)
    notice = session.scalars(
        select(Notice).where(Notice.complaint_id == complaint.id, Notice.kind == "completeness")
    ).one()
    assert notice.received_at is None
    waiting = select(Deadline).where(
        Deadline.complaint_id == complaint.id, Deadline.stage == "info_request_wait"
    )
    assert session.scalars(waiting).all() == []
    opened_at = at + timedelta(days=2)
    events.open_notice(number, notice.id, at=opened_at)
    events.open_notice(number, notice.id, at=opened_at + timedelta(days=1))
    session.expire_all()
    (clock,) = session.scalars(waiting).all()
    assert (clock.triggered_at, notice.received_at) == (opened_at, opened_at)


def test_only_the_letter_that_asks_for_more_starts_the_thirty_days(session: Session) -> None:
    """Pasal 44 ayat (4): a second request must not lapse on the clock of the first, nor on "complete"."""
    station = make_station()
    number = lodge(station).number
    at = walk(station, number, Event.VERIFY)
    desk = station.actor("petugas")

    def letters() -> list[Notice]:
        session.expire_all()
        case_id = complaint_of(number).id
        rows = select(Notice).where(Notice.complaint_id == case_id, Notice.kind == "completeness")
        return list(session.scalars(rows.order_by(Notice.id)))

    events.request_completion(number, "Mohon lampirkan bukti.", actor=desk, at=at)
    events.open_notice(number, letters()[0].id, at=at + timedelta(days=1))
    events.receive_completion(number, "Terlampir.", actor=complainant_of(number), at=at + timedelta(days=2))
    events.request_completion(number, "Satu hal lagi.", actor=desk, at=at + timedelta(days=3))
    with pytest.raises(GuardRefused) as caught:
        events.lapse(number, at=at + timedelta(days=200))
    assert caught.value.code == "notice_receipt_unknown"
    events.open_notice(number, letters()[1].id, at=at + timedelta(days=5))
    with pytest.raises(GuardRefused) as caught:
        events.lapse(number, at=at + timedelta(days=34))
    assert caught.value.code == "completion_window_open"
    events.receive_completion(number, "Terlampir.", actor=complainant_of(number), at=at + timedelta(days=6))
    events.declare_complete(number, actor=desk, at=at + timedelta(days=7))
    events.open_notice(number, letters()[2].id, at=at + timedelta(days=8))
    running = session.scalars(
        select(Deadline.occurrence).where(
            Deadline.complaint_id == complaint_of(number).id,
            Deadline.stage == "info_request_wait",
            Deadline.met_at.is_(None),
        )
    ).all()
    assert running == []


def test_second_of_two_officers_is_told(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    seen = complaint_of(number).version
    actor = station.actor("petugas")
    events.verify_file(number, actor=actor, at=MONDAY, seen_version=seen)
    with pytest.raises(StaleVersion) as caught:
        events.request_completion(number, "x", actor=actor, at=MONDAY, seen_version=seen)
    assert (caught.value.seen, caught.value.current) == (seen, seen + 1)
    assert complaint_of(number).substate == Substate.VERIFYING


def test_database_refuses_what_no_path_may_do(session: Session) -> None:
    station = make_station()
    number = lodge(station).number
    complaint_id = complaint_of(number).id
    for statement in (
        update(AuditEntry).values(at=MONDAY - timedelta(days=9)),
        update(Complainant).values(identity_mode="anonymous"),
    ):
        with pytest.raises(DBAPIError), unit_of_work() as writing:
            writing.execute(statement)
    for values in (
        {"substate": "clarification", "public_state": "investigated"},
        {"substate": "closed", "public_state": "resolved"},
        {"substate": "submitted", "public_state": "resolved"},
        {"substate": "dispositioned", "public_state": "assigned", "declared_complete_at": MONDAY},
    ):
        from app.models import Complaint

        with pytest.raises(DBAPIError), unit_of_work() as writing:
            writing.execute(update(Complaint).where(Complaint.id == complaint_id).values(**values))
