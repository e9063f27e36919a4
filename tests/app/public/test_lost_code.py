"""The pages for a lost code: alike to everybody, writing nothing by being opened, closing what was open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select

from app import clock
from app.extensions import db, limiter
from app.models import CaseLink, CodeReissue
from app.services import lost_codes, reissue
from app.services.links import Purpose, find_link_of, token_of
from tests.factories import Station, complaint_of, lodge
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")
EMAIL = "siti.rahmawati@example.id"


@pytest.fixture
def lodged(app: Flask, station: Station) -> Any:
    with app.app_context():
        return lodge(station, at=clock.now())


def link(app: Flask, lodged: Any, purpose: Purpose = Purpose.NEW_CODE) -> str:
    with app.app_context():
        found = find_link_of(db.session(), lodged.complaint_id, purpose)
        assert found is not None
        return token_of(db.session(), found)


def sent_link(app: Flask, client: StrictClient, lodged: Any) -> str:
    client.submit("/status/kode-hilang", {"number": lodged.number, "contact": EMAIL})
    with app.app_context():
        assert lost_codes.answer_requests(clock.now()) == (1, 1)
    return link(app, lodged)


def code_on(page: Any) -> str:
    values = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//*[@class='sahut-keepsake__value']")
    return str(values[1].text_content())


def test_the_answer_is_the_same_for_all(app: Flask, client: StrictClient, lodged: Any) -> None:
    answers = []
    for number, contact in (
        (lodged.number, EMAIL),
        (lodged.number, "lain@example.id"),
        ("SRG-2026-999999", EMAIL),
        ("ngawur", "ngawur"),
    ):
        sent = client.submit("/status/kode-hilang", {"number": number, "contact": contact})
        assert (sent.status_code, sent.headers["Location"]) == (303, "/status/kode-hilang/terkirim")
        answers.append(sent.get_data())
        assert number not in client.get("/status/kode-hilang/terkirim").get_data(as_text=True)
    assert len(set(answers)) == 1


def test_the_page_looks_at_no_case(app: Flask, client: StrictClient, lodged: Any) -> None:
    """So its time can't tell: what it does is one insert, whatever was typed."""
    done: dict[str, list[str]] = {}
    for number in (lodged.number, "SRG-2026-999999"):
        statements: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any, kept: list[str] = statements) -> None:
            kept.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        client.submit("/status/kode-hilang", {"number": number, "contact": EMAIL})
        event.remove(engine, "before_cursor_execute", note)
        done[number] = statements
    first, second = done.values()
    assert first == second
    assert any("INSERT INTO code_request" in one for one in first)
    assert not any("FROM complaint" in one or "complainant" in one for one in first)


def test_empty_fields_are_asked_for(client: StrictClient, station: Station) -> None:
    answer = client.submit("/status/kode-hilang", {"number": "", "contact": ""})
    assert answer.status_code == 422
    assert "Tulis nomor pengaduan Anda." in answer.get_data(as_text=True)


def test_requests_are_limited_by_number(client: StrictClient, lodged: Any) -> None:
    limiter.enabled = True
    got = [
        client.submit("/status/kode-hilang", {"number": lodged.number, "contact": EMAIL}).status_code
        for _ in range(7)
    ]
    assert got[-1] == 429


def test_the_link_shows_the_code_once_and_shuts_the_old_browser(
    app: Flask, client: StrictClient, lodged: Any
) -> None:
    old = cast(StrictClient, app.test_client())
    old.submit("/status", {"number": lodged.number, "code": lodged.tracking_code})
    assert old.get("/status/kasus").status_code == 200
    token = sent_link(app, client, lodged)
    with app.app_context():
        before = complaint_of(lodged.number).code_digest
    page = client.get(f"/status/kode-baru/{token}")
    assert page.status_code == 200
    assert lodged.number not in page.get_data(as_text=True)
    with app.app_context():
        assert complaint_of(lodged.number).code_digest == before, "opening a link writes nothing"
    shown = client.submit(f"/status/kode-baru/{token}", page=page)
    code = code_on(shown)
    assert client.get("/status/kasus").status_code == 200
    assert old.get("/status/kasus").headers["Location"] == "/status"
    assert client.get(f"/status/kode-baru/{token}").status_code == 404
    fresh = cast(StrictClient, app.test_client())
    assert fresh.submit("/status", {"number": lodged.number, "code": lodged.tracking_code}).status_code == 422
    assert fresh.submit("/status", {"number": lodged.number, "code": code}).status_code == 303
    assert code not in client.get("/status/kasus").get_data(as_text=True)


@pytest.mark.parametrize("page", ["kode-baru", "hentikan-kode"])
def test_a_link_that_is_none_gets_one_friendly_page(
    client: StrictClient, station: Station, page: str
) -> None:
    answer = client.get(f"/status/{page}/{'x' * 43}")
    assert answer.status_code == 404
    assert "Tautan ini tidak berlaku lagi" in answer.get_data(as_text=True)


def test_the_slip_is_claimed_alone(
    app: Flask, client: StrictClient, station: Station, lodged: Any, frozen_clock: time_machine.Traveller
) -> None:
    with app.app_context():
        slip = reissue.request_reissue(
            lodged.number, reason="Hilang.", proof="ktp", actor=station.actor("petugas"), at=clock.now()
        )
    early = client.submit("/status/kode-baru", {"number": lodged.number, "secret": slip.secret})
    assert early.status_code == 422
    assert "masih diperiksa petugas kedua" in early.get_data(as_text=True)
    with app.app_context():
        ready_at = reissue.approve_reissue(lodged.number, actor=station.actor("kasiwas"), at=clock.now())
    early = client.submit("/status/kode-baru", {"number": lodged.number, "secret": slip.secret})
    assert "Selasa, 10 Maret 2026, 09.00 WIB" in early.get_data(as_text=True)
    frozen_clock.move_to(ready_at + timedelta(minutes=1))
    for number, secret in (
        (lodged.number, "0000-0000-0000-0000"),
        ("SRG-2026-999999", slip.secret),
        (lodged.number, "pendek"),
    ):
        wrong = client.submit("/status/kode-baru", {"number": number, "secret": secret})
        assert wrong.status_code == 422
        assert "tidak cocok" in wrong.get_data(as_text=True)
    shown = client.submit("/status/kode-baru", {"number": lodged.number, "secret": slip.secret.lower()})
    assert shown.status_code == 200
    fresh = cast(StrictClient, app.test_client())
    opened = fresh.submit("/status", {"number": lodged.number, "code": code_on(shown)})
    assert opened.headers["Location"] == "/status/kasus"


def test_one_click_stops_what_was_asked_at_the_desk(
    app: Flask, client: StrictClient, station: Station, lodged: Any
) -> None:
    with app.app_context():
        reissue.request_reissue(
            lodged.number, reason="Hilang.", proof="ktp", actor=station.actor("petugas"), at=clock.now()
        )
    token = link(app, lodged, Purpose.STOP_REISSUE)
    page = client.get(f"/status/hentikan-kode/{token}")
    with app.app_context():
        assert db.session().scalars(select(CodeReissue.stopped_at)).one() is None
        assert not db.session().scalars(select(CaseLink.is_used)).one()
    done = client.submit(f"/status/hentikan-kode/{token}", page=page)
    assert "Sudah dihentikan" in done.get_data(as_text=True)
    assert client.get(f"/status/hentikan-kode/{token}").status_code == 404


def test_who_still_has_the_code_stops_it_from_the_case(
    app: Flask, client: StrictClient, station: Station, lodged: Any
) -> None:
    with app.app_context():
        reissue.request_reissue(
            lodged.number, reason="Hilang.", proof="ktp", actor=station.actor("petugas"), at=clock.now()
        )
    assert client.post("/status/kasus/kode/hentikan").status_code == 400, "without the form's token"
    client.submit("/status", {"number": lodged.number, "code": lodged.tracking_code})
    page = client.get("/status/kasus")
    client.submit(
        "/status/kasus",
        page=page,
        form="//form[@action='/status/kasus/kode/hentikan']",
    )
    with app.app_context():
        assert db.session().scalars(select(CodeReissue.stopped_by)).one() == "complainant"
