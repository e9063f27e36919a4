"""What somebody is told, where, and the one click that ends it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import AuditEntry, Complainant, NoticePreference, OutboxItem
from app.services import events, preferences
from app.services.access import read_identity_in
from app.services.delivery import deliver
from app.services.links import Purpose, find_link_of, token_of
from app.services.preferences import Level, hint_of
from tests.factories import Station, complaint_of, lodge, walk
from tests.support.client import StrictClient
from tests.support.mail import MailServer
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, IdentityMode

pytestmark = pytest.mark.database("sqlite")
PAGE = "/status/kasus/pemberitahuan"
LEVELS = "//form[@action='/status/kasus/pemberitahuan']"
ADDRESS = "//form[@action='/status/kasus/pemberitahuan/alamat']"


@pytest.fixture
def lodged(app: Flask, station: Station) -> Any:
    with app.app_context():
        return lodge(station, at=clock.now())


def enter(client: StrictClient, lodged: Any) -> None:
    client.submit("/status", {"number": lodged.number, "code": lodged.tracking_code})


def held(app: Flask, lodged: Any) -> preferences.Preferences:
    with app.app_context():
        return preferences.read_preferences(db.session(), complaint_of(lodged.number))


def queued(app: Flask) -> list[tuple[str, Any]]:
    with app.app_context():
        rows = db.session().scalars(
            select(OutboxItem).where(OutboxItem.recipient == "complainant").order_by(OutboxItem.id)
        )
        return [(row.template, row.params) for row in rows]


def entries(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        wanted = select(AuditEntry).where(AuditEntry.kind.like("notices.%")).order_by(AuditEntry.id)
        return list(db.session().scalars(wanted))


def test_the_page_is_for_whoever_opened_the_case(client: StrictClient, lodged: Any) -> None:
    assert client.get(PAGE).headers["Location"] == "/status"
    enter(client, lodged)
    text = client.get(PAGE).get_data(as_text=True)
    assert "s…@example.id" in text
    assert "siti.rahmawati" not in text


@pytest.mark.parametrize("level", list(Level))
def test_a_choice_is_kept_and_logged(app: Flask, client: StrictClient, lodged: Any, level: Level) -> None:
    enter(client, lodged)
    sent = client.submit(PAGE, {"level": level.value, "language": "en"}, form=LEVELS)
    assert sent.headers["Location"] == PAGE
    now = held(app, lodged)
    assert (now.level, now.language) == (level, "en")
    (entry,) = entries(app)
    assert entry.kind == "notices.changed"
    assert "@" not in entry.body


def test_steps_are_left_out_where_only_letters_are_wanted(app: Flask, station: Station, lodged: Any) -> None:
    with app.app_context():
        actor = complainant_of(lodged.number)
        preferences.choose_notices(lodged.number, Level.LETTERS, "id", actor=actor, at=clock.now())
        walk(station, lodged.number, Event.START_EXAMINATION, at=clock.now())
    told = [template for template, _params in queued(app)]
    assert "case_letter" in told, "that the file is complete is a letter"
    assert "case_news" not in told


def test_everything_is_everything(app: Flask, station: Station, lodged: Any) -> None:
    with app.app_context():
        walk(station, lodged.number, Event.START_EXAMINATION, at=clock.now())
    assert {"receipt", "case_letter", "case_news"} <= {template for template, _params in queued(app)}


def test_nothing_is_nothing(app: Flask, station: Station, lodged: Any) -> None:
    before = queued(app)
    with app.app_context():
        actor = complainant_of(lodged.number)
        preferences.choose_notices(lodged.number, Level.NOTHING, "id", actor=actor, at=clock.now())
        preferences.change_address(lodged.number, "baru@example.id", actor=actor, at=clock.now())
        walk(station, lodged.number, Event.DELIVER_DECISION, at=clock.now())
        at = clock.now()
        events.object_to_outcome(lodged.number, "Belum selesai.", actor=actor, at=at)
    assert queued(app) == before


def test_a_new_address_is_sealed_and_the_old_one_told(app: Flask, client: StrictClient, lodged: Any) -> None:
    enter(client, lodged)
    assert client.submit(PAGE, {"email": "baru@example.id"}, form=ADDRESS).status_code == 303
    with app.app_context():
        session = db.session()
        row = session.get_one(Complainant, lodged.complaint_id)
        assert b"baru" not in (row.email_sealed or b"")
        assert read_identity_in(session, complaint_of(lodged.number)).email == "baru@example.id"
        assert preferences.read_former_address(session, lodged.complaint_id) == "siti.rahmawati@example.id"
    assert queued(app)[-2:] == [("address_changed", {"to": "former"}), ("address_added", {})]
    assert "example" not in entries(app)[-1].body


def test_changing_twice_does_not_forget_the_first_owner(app: Flask, lodged: Any) -> None:
    with app.app_context():
        for email in ("satu@example.id", "dua@example.id"):
            preferences.change_address(
                lodged.number, email, actor=complainant_of(lodged.number), at=clock.now()
            )
        former = preferences.read_former_address(db.session(), lodged.complaint_id)
    assert former == "siti.rahmawati@example.id"


def test_an_address_can_be_taken_off(app: Flask, client: StrictClient, lodged: Any) -> None:
    enter(client, lodged)
    assert client.submit(PAGE, {"remove": "y"}, form=ADDRESS).status_code == 303
    assert held(app, lodged).address_hint == ""
    assert "Sekarang tidak ada alamat surel" in client.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": ""}, "Tulis alamat surel yang baru"),
        ({"email": "bukan alamat"}, "Tulis alamat surel yang lengkap"),
        ({"email": "baru@example.id", "remove": "y"}, "Pilih salah satu"),
    ],
)
def test_a_wrong_address_is_answered_beside_its_field(
    app: Flask, client: StrictClient, lodged: Any, values: dict[str, str], words: str
) -> None:
    enter(client, lodged)
    answer = client.submit(PAGE, values, form=ADDRESS)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert held(app, lodged).address_hint == "s…@example.id"


def test_a_tip_has_only_a_language(app: Flask, client: StrictClient, station: Station) -> None:
    with app.app_context():
        tip = lodge(station, at=clock.now(), identity_mode=IdentityMode.ANONYMOUS)
    enter(client, tip)
    text = client.get(PAGE).get_data(as_text=True)
    assert "Anda mengadu tanpa nama" in text
    assert "alamat" in text
    client.submit(PAGE, {"language": "en"}, form=LEVELS)
    now = held(app, tip)
    assert (now.level, now.language) == (Level.NOTHING, "en")
    crafted = client.submit(PAGE, {"language": "en", "level": "everything"}, form=LEVELS)
    assert crafted.status_code == 303
    assert held(app, tip).level is Level.NOTHING


def test_silence_is_suggested_to_people_in_danger(app: Flask, client: StrictClient, station: Station) -> None:
    with app.app_context():
        lodged = lodge(station, at=clock.now(), in_danger=True)
    enter(client, lodged)
    assert "Saran kami untuk keselamatan Anda" in client.get(PAGE).get_data(as_text=True)
    client.submit(PAGE, {"level": "nothing"}, form=LEVELS)
    assert "Saran kami untuk keselamatan Anda" not in client.get(PAGE).get_data(as_text=True)


@pytest.fixture
def stop_token(app: Flask, lodged: Any) -> str:
    from app.database import unit_of_work
    from app.services.links import make_link

    with app.app_context():
        with unit_of_work() as unit:
            make_link(unit, complaint_of(lodged.number), Purpose.STOP_NOTICES, at=clock.now())
        found = find_link_of(db.session(), lodged.complaint_id, Purpose.STOP_NOTICES)
        assert found is not None
        return token_of(db.session(), found)


def test_one_click_ends_it_and_opening_the_page_does_not(
    app: Flask, client: StrictClient, lodged: Any, stop_token: str
) -> None:
    page = client.get(f"/pemberitahuan/berhenti/{stop_token}")
    assert lodged.number not in page.get_data(as_text=True)
    assert held(app, lodged).level is Level.EVERYTHING
    done = client.submit(f"/pemberitahuan/berhenti/{stop_token}", page=page)
    assert "Kami tidak mengirim surel lagi" in done.get_data(as_text=True)
    assert held(app, lodged).level is Level.NOTHING
    assert [entry.kind for entry in entries(app)] == ["notices.stopped"]


def test_a_mail_program_stops_it_without_cookie_or_form(
    app: Flask, client: StrictClient, lodged: Any, stop_token: str
) -> None:
    for _ in range(2):
        answer = client.post(f"/pemberitahuan/berhenti/{stop_token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert held(app, lodged).level is Level.NOTHING
    assert len(entries(app)) == 1


def test_a_token_that_is_none_stops_nothing(client: StrictClient, lodged: Any, app: Flask) -> None:
    assert client.get("/pemberitahuan/berhenti/xyz").status_code == 404
    assert client.post("/pemberitahuan/berhenti/xyz").status_code == 404
    assert held(app, lodged).level is Level.EVERYTHING


def test_a_refused_letter_is_shown_on_the_page(app: Flask, client: StrictClient, lodged: Any) -> None:
    from app.database import unit_of_work

    with app.app_context(), unit_of_work() as unit:
        item = unit.scalars(select(OutboxItem).where(OutboxItem.recipient == "complainant")).one()
        item.status, item.done_at, item.last_error = "failed", clock.now(), "recipient_550"
    enter(client, lodged)
    assert "Surel kami tidak sampai" in client.get(PAGE).get_data(as_text=True)


@pytest.mark.parametrize(("address", "hint"), [("a@b.id", "a…@b.id"), ("", ""), ("tanpa", "")])
def test_a_hint_tells_its_owner_and_nobody_else(address: str, hint: str) -> None:
    assert hint_of(address) == hint


class TestDelivery:
    """The letter to the address before, sent by a real server's word."""

    @pytest.fixture
    def settings(self, settings: Any, smtp_server: MailServer) -> Any:
        import dataclasses

        from config import Settings

        told = Settings.from_environ(
            {
                "SAHUT_ENV": "test",
                "SAHUT_INSTANCE": str(settings.instance_path),
                "DATABASE_URL": settings.database_url,
                "SMTP_URL": smtp_server.url,
                "PUBLIC_URL": "https://layanan.example.go.id",
            }
        )
        return dataclasses.replace(told, password_memory_kib=settings.password_memory_kib)

    def test_it_goes_to_the_old_address_which_is_then_forgotten(
        self, app: Flask, lodged: Any, smtp_server: MailServer
    ) -> None:
        with app.app_context():
            preferences.change_address(
                lodged.number, "baru@example.id", actor=complainant_of(lodged.number), at=clock.now()
            )
            deliver(clock.now())
            row = db.session().get_one(NoticePreference, lodged.complaint_id)
            assert row.former_email_sealed is None
        to = [(letter.recipients, str(letter.message["Subject"])) for letter in smtp_server.letters]
        assert (["siti.rahmawati@example.id"], "Ada yang berubah") in to
        assert (["baru@example.id"], "Alamat ini sudah dicatat") in to
