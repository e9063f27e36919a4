"""Letters against a real SMTP server: at least once, one Message-ID, nothing personal left behind."""

from __future__ import annotations

import dataclasses
import json
from asyncio import Transport
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import (
    CaseKey,
    ClockPoint,
    Complainant,
    Deadline,
    Notice,
    OutboxItem,
    Respondent,
    User,
)
from app.services.delivery import BACK_OFF, CLAIM_TIME, DeliveryCounts, deliver
from app.services.outbox import new_message_id
from app.services.sealing import seal
from app.services.survey import NOTICE_AFTER
from app.services.witnesses import hand_to_witnesses
from config import Settings
from tests import factories
from tests.factories import MONDAY, Station
from tests.support.databases import Database
from tests.support.mail import Letter, MailServer, free_port
from workflows.checkpoint import Witness
from workflows.vocabulary import Event, Role

NAME, ADDRESS = "Siti Rahmawati", "siti.rahmawati@example.id"
MINUTE = timedelta(minutes=1)


@dataclass
class MoodyServer(MailServer):
    """A server that may also break the connection, refuse recipients, and tell when it takes a letter."""

    drops: int = 0
    """Letters that are taken without an answer: the connection breaks instead."""
    strangers: set[str] = field(default_factory=set)
    """Recipients refused for good."""
    when_taken: Callable[[], None] | None = None

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.strangers:
            return f"550 5.1.1 <{address}>: no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        if self.when_taken is not None:
            self.when_taken()
        if self.drops:
            self.drops -= 1
            cast(Transport, server.transport).abort()
        return answer


@contextmanager
def serving(server: MoodyServer) -> Iterator[MoodyServer]:
    controller = Controller(server, hostname=server.host, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def server() -> Iterator[MoodyServer]:
    with serving(MoodyServer("127.0.0.1", free_port())) as running:
        yield running


@pytest.fixture
def settings(database: Database, tmp_path: Path, server: MoodyServer) -> Settings:
    return Settings.from_environ(
        {
            "SAHUT_ENV": "test",
            "SAHUT_INSTANCE": str(tmp_path / "instance"),
            "DATABASE_URL": database.url,
            "SMTP_URL": server.url,
            "PUBLIC_URL": "https://lapor.example.go.id",
            "AUDIT_WITNESS_EMAIL": "saksi@ombudsman.example.id",
        }
    )


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def rows(template: str | None = None) -> list[OutboxItem]:
    session = db.session()
    session.rollback()
    session.expire_all()
    wanted = select(OutboxItem).order_by(OutboxItem.id)
    if template is not None:
        wanted = wanted.where(OutboxItem.template == template)
    return list(session.scalars(wanted))


def keep_only(template: str) -> OutboxItem:
    """Drop every other letter, so that a test sees one."""
    with unit_of_work() as unit:
        unit.execute(
            update(OutboxItem).where(OutboxItem.template != template).values(status="dropped", done_at=MONDAY)
        )
    (item,) = rows(template)
    return item


def to(server: MailServer, address: str) -> list[Letter]:
    return [letter for letter in server.letters if letter.recipients == [address]]


def body_of(letter: Letter) -> str:
    part = letter.message.get_body()
    assert part is not None
    return str(part.get_content())


# --- what is sent --------------------------------------------------------------------


def test_the_complainant_is_pointed_to_the_status_page_and_told_nothing_else(
    station: Station, server: MoodyServer
) -> None:
    lodged = factories.lodge(station)
    counts = deliver(MONDAY)
    assert counts == DeliveryCounts(sent=2)
    (letter,) = to(server, ADDRESS)
    message = letter.message
    (item,) = rows("receipt")
    assert message["Message-ID"] == item.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert (message["From"], letter.sender) == ("Sahut <sahut@example.go.id>", "sahut@example.go.id")
    assert message["Subject"] == "Pesan baru untuk Anda"
    assert message["Date"].datetime == MONDAY
    body = body_of(letter)
    assert "https://lapor.example.go.id/status" in body
    whole = f"{message['Subject']} {body}"
    for told in (NAME, "Siti", "SKCK", "tiga hari", lodged.tracking_code, lodged.number, "pengaduan"):
        assert told not in whole


def test_an_english_complaint_gets_an_english_letter(station: Station, server: MoodyServer) -> None:
    factories.lodge(station, language="en")
    deliver(MONDAY)
    (letter,) = to(server, ADDRESS)
    assert letter.message["Subject"] == "A new message for you"
    assert letter.message["Content-Language"] == "en"


def test_an_officer_gets_number_and_link(station: Station, server: MoodyServer) -> None:
    lodged = factories.lodge(station)
    deliver(MONDAY)
    (letter,) = to(server, "kasiwas@polri.example.id")
    assert letter.message["Subject"] == f"{lodged.number}: pengaduan baru"
    assert f"https://lapor.example.go.id/staf/pengaduan/{lodged.number}" in body_of(letter)


def test_nothing_personal_stays_in_the_rows(station: Station, server: MoodyServer) -> None:
    server.strangers.add(ADDRESS)
    factories.lodge(station)
    deliver(MONDAY)
    kept = json.dumps(
        [
            {column.name: str(getattr(row, column.key)) for column in OutboxItem.__table__.columns}
            for row in rows()
        ]
    )
    assert "siti" not in kept.lower()
    assert "@polri" not in kept


@pytest.mark.parametrize(
    "template",
    [
        *("case_new", "case_assigned", "case_answered", "urgent_alert", "reissue_waiting"),
        *("sla_warning", "sla_breach", "sla_escalation"),
    ],
)
@pytest.mark.database("sqlite")
def test_every_template_for_staff_has_words_and_names_nobody(
    station: Station, server: MoodyServer, template: str
) -> None:
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        unit.execute(update(OutboxItem).values(status="dropped", done_at=MONDAY))
        unit.add(
            OutboxItem(
                complaint_id=lodged.complaint_id,
                template=template,
                recipient="user",
                user_id=station.people["kasiwas"],
                params={"percent": 80, "due_at": "2026-03-05T16:59:59.000000Z", "provisional": False},
                dedupe_key="x",
                message_id=new_message_id(),
                created_at=MONDAY,
                next_attempt_at=MONDAY,
            )
        )
    assert deliver(MONDAY).sent == 1
    (letter,) = server.letters
    subject, body = str(letter.message["Subject"]), body_of(letter)
    assert subject
    assert "/staf/pengaduan/" in body
    assert letter.message["List-Unsubscribe"] is None
    for told in (NAME, "tiga hari", "Loket", "{{", "None"):
        assert told not in subject + body
    if template == "sla_warning":
        assert "Kamis, 5 Maret 2026, 23.59 WIB" in body


# --- once, and again -----------------------------------------------------------------


def test_what_was_sent_is_not_sent_again(station: Station, server: MoodyServer) -> None:
    factories.lodge(station)
    deliver(MONDAY)
    assert deliver(MONDAY + timedelta(days=3)) == DeliveryCounts()
    assert len(server.letters) == 2
    assert [(row.status, row.attempts, row.done_at) for row in rows()] == [("sent", 1, MONDAY)] * 2


def test_a_letter_refused_for_now_goes_out_after_the_back_off(station: Station, server: MoodyServer) -> None:
    factories.lodge(station)
    item = keep_only("receipt")
    server.answers = ["451 4.7.1 greylisted, try later", "452 4.2.2 full"]
    at = MONDAY
    for number in range(2):
        assert deliver(at) == DeliveryCounts(retried=1)
        (row,) = rows("receipt")
        assert (row.status, row.last_error) == ("waiting", ("data_451", "data_452")[number])
        assert row.next_attempt_at == at + BACK_OFF[number]
        assert deliver(row.next_attempt_at - timedelta(seconds=1)) == DeliveryCounts()
        at = row.next_attempt_at
    assert deliver(at) == DeliveryCounts(sent=1)
    (letter,) = server.letters
    assert letter.message["Message-ID"] == item.message_id


def test_a_recipient_refused_for_good_fails_alone_and_leaves_a_code(
    station: Station, server: MoodyServer
) -> None:
    server.strangers.add(ADDRESS)
    factories.lodge(station)
    assert deliver(MONDAY) == DeliveryCounts(sent=1, failed=1)
    (row,) = rows("receipt")
    assert (row.status, row.last_error, row.done_at) == ("failed", "recipient_550", MONDAY)
    assert deliver(MONDAY + timedelta(days=9)) == DeliveryCounts()


def test_content_refused_for_good_fails(station: Station, server: MoodyServer) -> None:
    factories.lodge(station)
    keep_only("receipt")
    server.answers = ["554 5.7.1 looks like spam to us"]
    assert deliver(MONDAY) == DeliveryCounts(failed=1)
    assert rows("receipt")[0].last_error == "data_554"


def test_where_no_answer_was_seen_the_letter_goes_again_under_its_message_id(
    station: Station, server: MoodyServer
) -> None:
    factories.lodge(station)
    item = keep_only("receipt")
    server.drops = 1
    assert deliver(MONDAY) == DeliveryCounts(retried=1)
    assert len(server.letters) == 1, "the server took it and did not say so"
    assert rows("receipt")[0].last_error == "SMTPServerDisconnected"
    assert deliver(MONDAY + MINUTE) == DeliveryCounts(sent=1)
    first, second = server.letters
    assert first.message["Message-ID"] == second.message["Message-ID"] == item.message_id
    assert first.message.as_bytes() == second.message.as_bytes()


def test_after_a_broken_connection_the_same_run_goes_on(station: Station, server: MoodyServer) -> None:
    factories.lodge(station)
    server.drops = 1
    assert deliver(MONDAY) == DeliveryCounts(sent=1, retried=1)


def test_a_claim_that_was_never_settled_runs_out(station: Station, server: MoodyServer) -> None:
    """What a process leaves that is killed while sending."""
    factories.lodge(station)
    item = keep_only("receipt")
    with unit_of_work() as unit:
        unit.execute(
            update(OutboxItem)
            .where(OutboxItem.id == item.id)
            .values(attempts=1, next_attempt_at=MONDAY + CLAIM_TIME)
        )
    assert deliver(MONDAY + CLAIM_TIME - MINUTE) == DeliveryCounts()
    assert deliver(MONDAY + CLAIM_TIME) == DeliveryCounts(sent=1)
    assert rows("receipt")[0].attempts == 2


def test_an_outcome_is_not_written_over_another_attempt(
    app: Flask, station: Station, server: MoodyServer
) -> None:
    """Another process claims the letter while the server still has it: only that one's outcome counts."""
    factories.lodge(station)
    item = keep_only("receipt")

    def claim_too() -> None:
        server.when_taken = None
        with app.app_context(), unit_of_work() as unit:
            row = unit.get_one(OutboxItem, item.id)
            row.attempts, row.next_attempt_at = row.attempts + 1, MONDAY + CLAIM_TIME

    server.when_taken = claim_too
    deliver(MONDAY)
    assert rows("receipt")[0].status == "waiting"
    assert deliver(MONDAY + CLAIM_TIME) == DeliveryCounts(sent=1)
    assert {letter.message["Message-ID"] for letter in server.letters} == {item.message_id}
    assert len(server.letters) == 2


def test_a_letter_that_no_server_takes_fails_after_five_days(station: Station, server: MoodyServer) -> None:
    factories.lodge(station)
    keep_only("receipt")
    at = MONDAY
    for _attempt in BACK_OFF:
        server.answers = ["450 4.2.1 not now"]
        assert deliver(at) == DeliveryCounts(retried=1)
        at = rows("receipt")[0].next_attempt_at
    assert timedelta(days=4) < at - MONDAY < timedelta(days=6)
    server.answers = ["450 4.2.1 not now"]
    assert deliver(at) == DeliveryCounts(failed=1)
    assert rows("receipt")[0].status == "failed"


# --- no server -----------------------------------------------------------------------


def test_a_server_that_does_not_answer_costs_no_attempt(
    app: Flask, station: Station, server: MoodyServer, capfd: pytest.CaptureFixture[str]
) -> None:
    factories.lodge(station)
    settings = cast(Settings, app.config["SAHUT_SETTINGS"])
    assert settings.smtp is not None
    app.config["SAHUT_SETTINGS"] = _with_port(settings, free_port())
    assert deliver(MONDAY) == DeliveryCounts(is_blocked=True)
    assert [(row.status, row.attempts) for row in rows()] == [("waiting", 0)] * 2
    assert "the mail server does not answer" in capfd.readouterr().err
    app.config["SAHUT_SETTINGS"] = settings
    assert deliver(MONDAY) == DeliveryCounts(sent=2)


def test_without_a_server_letters_wait_and_the_log_says_so(
    app: Flask, station: Station, capfd: pytest.CaptureFixture[str]
) -> None:
    factories.lodge(station)
    app.config["SAHUT_SETTINGS"] = _with_port(cast(Settings, app.config["SAHUT_SETTINGS"]), None)
    assert deliver(MONDAY) == DeliveryCounts(is_blocked=True)
    assert [row.status for row in rows()] == ["waiting"] * 2
    logged = capfd.readouterr().err
    assert "SMTP_URL is not set" in logged
    assert ADDRESS not in logged


def _with_port(settings: Settings, port: int | None) -> Settings:
    smtp = None
    if port is not None and settings.smtp is not None:
        smtp = dataclasses.replace(settings.smtp, port=port)
    return dataclasses.replace(settings, smtp=smtp)


# --- nobody who may be told ----------------------------------------------------------


def drop_reason(template: str) -> str:
    assert deliver(MONDAY).dropped == 1
    (row,) = rows(template)
    assert row.status == "dropped"
    return row.last_error


def test_to_whom_the_case_has_become_invisible_nothing_is_told(
    session: Session, station: Station, server: MoodyServer
) -> None:
    lodged = factories.lodge(station)
    keep_only("case_new")
    with unit_of_work() as unit:
        unit.add(Respondent(complaint_id=lodged.complaint_id, user_id=station.people["kasiwas"]))
    assert drop_reason("case_new") == "not_visible"
    assert server.letters == []


def _change(model: Any, **values: Any) -> None:
    with unit_of_work() as unit:
        unit.execute(update(model).values(**values))


@pytest.mark.parametrize(
    ("change", "template", "reason"),
    [
        (lambda: _change(User, is_active=False), "case_new", "user_gone"),
        (lambda: _change(User, email=""), "case_new", "no_address"),
        (lambda: _change(User, email="bukan alamat\r\nBcc: x@y.id"), "case_new", "address_unusable"),
        (lambda: _change(Complainant, wants_notices=False), "receipt", "not_wanted"),
        (lambda: _change(Complainant, email_sealed=None), "receipt", "no_address"),
        (lambda: _change(Complainant, email_sealed=b"x" * 40), "receipt", "vault"),
        (lambda: _change(CaseKey, wrapped_key=None, destroyed_at=MONDAY), "receipt", "erased"),
    ],
)
@pytest.mark.database("sqlite")
def test_a_letter_without_anybody_to_tell_is_dropped_with_its_reason(
    station: Station, server: MoodyServer, change: Callable[[], None], template: str, reason: str
) -> None:
    factories.lodge(station)
    keep_only(template)
    change()
    assert drop_reason(template) == reason
    assert server.letters == []


# --- the alert of the urgent class ---------------------------------------------------


def test_the_alert_that_was_sent_stops_the_clock_of_one_hour_once(
    session: Session, station: Station, server: MoodyServer
) -> None:
    factories.add_user(station, "wakapolresta", Role.APPROVER, unit="pimpinan")
    lodged = factories.lodge(station, in_danger=True)
    at = MONDAY + 20 * MINUTE
    deliver(at)
    assert len([one for one in server.letters if "darurat" in one.message["Subject"]]) == 2
    session.rollback()
    assert session.scalars(
        select(ClockPoint.at).where(
            ClockPoint.complaint_id == lodged.complaint_id, ClockPoint.code == "kapolresta_notified"
        )
    ).all() == [at]
    notices = session.scalars(select(Notice.sent_at).where(Notice.kind == "urgent_alert")).all()
    assert notices == [at]
    clocks = session.scalars(
        select(Deadline).where(Deadline.complaint_id == lodged.complaint_id, Deadline.met_at == at)
    ).all()
    assert len(clocks) == 1


def test_an_alert_that_was_refused_stops_no_clock(
    session: Session, station: Station, server: MoodyServer
) -> None:
    server.strangers.add("kapolresta@polri.example.id")
    factories.lodge(station, in_danger=True)
    deliver(MONDAY + MINUTE)
    session.rollback()
    assert session.scalars(select(Notice).where(Notice.kind == "urgent_alert")).all() == []


# --- the witness ---------------------------------------------------------------------


def test_the_witness_gets_a_checkpoint_a_day_with_the_leaves_since_the_last(
    session: Session, station: Station, server: MoodyServer
) -> None:
    factories.lodge(station)
    now = clock.now()
    first = seal(now)
    assert first is not None
    hand_to_witnesses(now)
    hand_to_witnesses(now)
    factories.lodge(station)
    second = seal(now + MINUTE)
    assert second is not None
    tomorrow = now + timedelta(days=1)
    hand_to_witnesses(tomorrow)
    deliver(tomorrow)
    letters = to(server, "saksi@ombudsman.example.id")
    witnesses = []
    for letter in letters:
        (attachment,) = letter.message.iter_attachments()
        witnesses.append(Witness.parse(cast(bytes, attachment.get_content())))
    assert [one.signed for one in witnesses] == [first, second]
    assert [(one.start, one.size) for one in witnesses] == [
        (0, first.checkpoint.size),
        (first.checkpoint.size, second.checkpoint.size),
    ]
    assert all(one.leaves_hold() and one.leaves for one in witnesses)
    assert NAME not in str([letter.message.as_string() for letter in letters])


def test_letters_of_a_walk_through_a_case_reach_everybody(
    session: Session, station: Station, server: MoodyServer
) -> None:
    lodged = factories.lodge(station)
    at = factories.walk(station, lodged.number, Event.CLOSE)
    deliver(at + MINUTE)
    waiting = [row.template for row in rows() if row.status != "sent"]
    assert waiting == ["survey"], "which comes days later"
    deliver(at + NOTICE_AFTER + MINUTE)
    assert {row.status for row in rows()} == {"sent"}
    assert len(to(server, ADDRESS)) >= 4
    assert to(server, "kasipropam@polri.example.id")
    assert factories.complaint_of(lodged.number).closed_at is not None
