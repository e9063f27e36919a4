"""Letters to complainants: every template in both languages, read as over a shoulder."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.routing import RequestRedirect

from app.database import unit_of_work
from app.extensions import db
from app.models import CaseLink, OutboxItem
from app.services import lost_codes, preferences, reissue
from app.services.assessments import start_assessment
from app.services.channels import Channel
from app.services.delivery import DeliveryCounts, deliver
from app.services.mail import LINK_PATHS, Undeliverable, write_mail
from app.services.ombudsman_track import open_agency_track
from app.services.outbox import new_message_id
from app.services.withdrawing import announce_withdrawal
from config import ROOT, Settings
from tests import factories
from tests.app.services.test_delivery import (
    ADDRESS,
    MoodyServer,
    body_of,
    rows,
    server,
    settings,
    station,
)
from tests.factories import MONDAY, Station
from workflows.snapshot import complainant_of

__all__ = ["server", "settings", "station"]

pytestmark = pytest.mark.database("sqlite")

TEMPLATES = ROOT / "app" / "templates" / "mail"
NAMES = sorted(
    path.name.removesuffix(".en.txt") for path in TEMPLATES.glob("*.en.txt") if path.name[0] != "_"
)
"""Staff's templates have no English edition; a complainant's must."""
FOR_STAFF = {
    *("case_answered", "case_assigned", "case_new", "checkpoint", "reissue_waiting"),
    *("sla_breach", "sla_escalation", "sla_warning", "urgent_alert"),
    *("ori_breach", "ori_new", "ori_warning", "zi_reminder"),
}
PREVIEW = 120
"""Characters that a list of mails shows."""
TELLING = re.compile(
    r"pengaduan|mengadu|aduan|lapor|polisi|polres|polda|kasus|perkara|tracking|"
    r"complain|police|report|case|officer|ombudsman",
    re.IGNORECASE,
)
FORMER_OWNER = "address_changed"
"""The one letter to an address that was given up."""
NUMBER = re.compile(r"[A-Z]{2,}-\d{4}-\d+")
URL = re.compile(r"https?://\S+")


def written(station: Station, template: str, language: str) -> tuple[str, str, str]:
    """Sender's name, subject and body of a letter, as the server would get it."""
    lodged = factories.lodge(station, language=language)
    session = db.session()
    params = {}
    if template == "reissue_requested":
        reissue.request_reissue(
            lodged.number, reason="Hilang.", proof="ktp", actor=station.actor("petugas"), at=MONDAY
        )
    elif template == "code_link":
        lost_codes.ask_for_code(lodged.number, ADDRESS, at=MONDAY)
        lost_codes.answer_requests(MONDAY)
    elif template == "address_changed":
        actor = complainant_of(lodged.number)
        preferences.change_address(lodged.number, "baru@example.id", actor=actor, at=MONDAY)
    elif template == "withdrawal_announced":
        announce_withdrawal(lodged.number, actor=complainant_of(lodged.number), at=MONDAY)
    elif template == "survey":
        factories.walk(station, lodged.number, factories.Event.DELIVER_DECISION)
    found = session.scalar(
        select(OutboxItem).where(
            OutboxItem.template == template, OutboxItem.complaint_id == lodged.complaint_id
        )
    )
    if found is None:
        with unit_of_work() as unit:
            unit.add(
                OutboxItem(
                    complaint_id=lodged.complaint_id,
                    template=template,
                    recipient="complainant",
                    params=params,
                    dedupe_key=f"{lodged.number}/{template}/{language}",
                    message_id=new_message_id(),
                    created_at=MONDAY,
                    next_attempt_at=MONDAY,
                )
            )
    with unit_of_work() as unit:
        unit.execute(
            update(OutboxItem).where(OutboxItem.template != template).values(status="dropped", done_at=MONDAY)
        )
        unit.execute(update(OutboxItem).where(OutboxItem.status == "waiting").values(next_attempt_at=MONDAY))
    return lodged.number, lodged.tracking_code, template


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("template", NAMES)
def test_a_letter_reveals_nothing(
    station: Station, server: MoodyServer, template: str, language: str
) -> None:
    number, code, _ = written(station, template, language)
    assert deliver(MONDAY).sent == 1
    (letter,) = server.letters
    message, body = letter.message, body_of(letter)
    subject = str(message["Subject"])
    seen = f"{message['From']} {subject} {' '.join(body.split())[:PREVIEW]}"
    assert not TELLING.search(seen), TELLING.search(seen)
    assert not NUMBER.search(subject + body)
    words = URL.sub("", body)
    assert not re.search(r"pengaduan|complaint|polisi|police|polres", words, re.IGNORECASE)
    for told in (number, code, "Siti", "SKCK", "Loket", "{{", "{%", "None", "Undefined"):
        assert told not in subject + body
    assert message["Content-Language"] == language
    assert message["Auto-Submitted"] == "auto-generated"
    assert URL.search(body)
    assert re.search(r"otomatis|automatically", body)
    assert max(map(len, body.splitlines())) < 400


@pytest.mark.parametrize("template", sorted(FOR_STAFF - {"checkpoint"}))
def test_staff_are_written_to_in_indonesian_whatever_the_complainant_reads(
    station: Station, server: MoodyServer, template: str
) -> None:
    """Staff's templates have that one edition; the witness's checkpoint is tested with the witness."""
    lodged = factories.lodge(station, language="en")
    track = open_agency_track(station.agency_id, "Loket SIM", actor=station.actor("ombudsman"), at=MONDAY)
    params: dict[str, object] = {"percent": 80, "due_at": "2026-03-05T16:59:59.000000Z"}
    if template.startswith("ori_"):
        params["track"] = track
    elif template.startswith("zi_"):
        params["assessment"] = start_assessment("SRG", 2026, actor=station.actor("kasiwas"), at=MONDAY)
    of_a_case = not params.keys() & {"track", "assessment"}
    with unit_of_work() as unit:
        unit.execute(update(OutboxItem).values(status="dropped", done_at=MONDAY))
        unit.add(
            OutboxItem(
                complaint_id=lodged.complaint_id if of_a_case else None,
                template=template,
                recipient="user",
                user_id=station.people["kasiwas"],
                params=params,
                dedupe_key=template,
                message_id=new_message_id(),
                created_at=MONDAY,
                next_attempt_at=MONDAY,
            )
        )
    assert deliver(MONDAY).sent == 1
    (letter,) = server.letters
    assert letter.message["Content-Language"] == "id"
    if template not in ("case_answered", "case_assigned", "case_new", "reissue_waiting", "urgent_alert"):
        assert "Kamis, 5 Maret 2026, 23.59 WIB" in body_of(letter)


@pytest.mark.parametrize("template", [name for name in NAMES if name != FORMER_OWNER])
def test_a_letter_carries_its_own_end(station: Station, server: MoodyServer, template: str) -> None:
    written(station, template, "id")
    deliver(MONDAY)
    (letter,) = server.letters
    url = str(letter.message["List-Unsubscribe"]).strip("<>")
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in letter.raw, "readable without decoding (RFC 2369)"
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in body_of(letter)
    token = url.rpartition("/")[2]
    assert preferences.is_stop_link(db.session(), token, MONDAY)
    assert preferences.stop_by_link(token, at=MONDAY)


def test_an_address_that_was_given_up_ends_nothing_of_the_one_after_it(
    station: Station, server: MoodyServer
) -> None:
    """Who reads the old mailbox holds every letter that came before: none of their links is good now."""
    number, _code, _template = written(station, "case_news", "id")
    deliver(MONDAY)
    lost_codes.ask_for_code(number, ADDRESS, at=MONDAY)
    lost_codes.answer_requests(MONDAY)
    deliver(MONDAY)
    preferences.change_address(number, "baru@example.id", actor=complainant_of(number), at=MONDAY)
    deliver(MONDAY)
    old = [one for one in server.letters if one.recipients == [ADDRESS]]
    new = [one for one in server.letters if one.recipients == ["baru@example.id"]]
    urls = {url for one in old for url in URL.findall(body_of(one))}
    tokens = {url.rpartition("/")[2] for url in urls if "/status/kode-baru/" in url or "/berhenti/" in url}
    assert len(tokens) == 2
    for token in tokens:
        assert not preferences.stop_by_link(token, at=MONDAY)
        assert not lost_codes.is_code_link(db.session(), token, MONDAY)
    (farewell,) = [one for one in old if "dipakai lagi" in body_of(one)]
    assert farewell.message["List-Unsubscribe"] is None
    (stop,) = {str(one.message["List-Unsubscribe"]).strip("<>") for one in new}
    assert preferences.is_stop_link(db.session(), stop.rpartition("/")[2], MONDAY)


def test_every_template_is_known_and_has_its_editions() -> None:
    found = {path.name.split(".")[0] for path in TEMPLATES.glob("*.txt") if path.name[0] != "_"}
    assert found == FOR_STAFF | set(NAMES)
    for name in NAMES:
        assert (TEMPLATES / f"{name}.id.txt").exists()
    for name in FOR_STAFF:
        assert not (TEMPLATES / f"{name}.en.txt").exists()


def test_links_lead_to_pages(session: Session, app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    for path in LINK_PATHS.values():
        try:
            endpoint, arguments = adapter.match(f"{path}/x", method="GET")
        except RequestRedirect:
            pytest.fail(path)
        assert endpoint.startswith("public.")
        assert list(arguments.values()) == ["x"]


def test_a_row_of_a_door_that_is_not_there_says_so(station: Station, server: MoodyServer) -> None:
    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        item = unit.scalars(select(OutboxItem).where(OutboxItem.complaint_id == lodged.complaint_id)).first()
        assert item is not None
        item.params = {"channel": Channel.WHATSAPP.value}
    assert deliver(MONDAY) == DeliveryCounts(sent=1, dropped=1)
    assert [row.last_error for row in rows() if row.channel == "whatsapp"] == ["no_door"]


def test_a_stopped_reissue_is_not_told_any_more(station: Station, server: MoodyServer) -> None:
    lodged = factories.lodge(station)
    lost_codes.ask_for_code(lodged.number, ADDRESS, at=MONDAY)
    lost_codes.answer_requests(MONDAY)
    (item,) = rows("code_link")
    with unit_of_work() as unit:
        unit.execute(update(CaseLink).values(is_used=True))
    loaded: Settings = current_app.config["SAHUT_SETTINGS"]
    with pytest.raises(Undeliverable) as gone:
        write_mail(db.session(), item, loaded)
    assert gone.value.reason == "link_gone"


def test_the_folder_holds_texts_only() -> None:
    assert {path.suffix for path in Path(TEMPLATES).iterdir()} == {".txt"}


def test_a_second_letter_uses_the_same_stop_link(station: Station, server: MoodyServer) -> None:
    lodged = factories.lodge(station)
    factories.walk(station, lodged.number, factories.Event.START_EXAMINATION)
    deliver(MONDAY + timedelta(days=1))
    mine = [one for one in server.letters if one.recipients == [ADDRESS]]
    assert len(mine) > 1
    assert len({str(one.message["List-Unsubscribe"]) for one in mine}) == 1
