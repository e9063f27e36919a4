"""The desk's pages for a lost code, and the survey's results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, cast

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import CodeReissue, OutboxItem, SurveyResponse
from app.models.survey import ELEMENTS
from app.queries.survey import ServiceSkm, last_settled, services_to_withhold
from reports.skm import measure
from tests.app.staff.conftest import SignIn
from tests.factories import PASSWORD, Station, complaint_of, lodge, make_station
from tests.support.client import StrictClient
from workflows.vocabulary import IdentityMode

pytestmark = pytest.mark.database("sqlite")
FORM = "//main//form[.//textarea]"
ASK = {"proof": "ktp", "reason": "Ponsel hilang, datang sendiri."}


@pytest.fixture
def number(station: Station, done: Callable[[Callable[[], Any]], Any]) -> str:
    return str(done(lambda: lodge(station, at=clock.now()).number))


def page(number: str) -> str:
    return f"/staf/pengaduan/{number}/kode"


def values_on(answer: Any) -> list[str]:
    document = lxml.html.fromstring(answer.get_data(as_text=True))
    return [str(one.text_content()) for one in document.xpath("//*[@class='sahut-keepsake__value']")]


def test_the_slip_is_shown_once_and_the_second_officer_approves(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    desk, second = sign_in("petugas"), sign_in("kasiwas")
    assert page(number) in desk.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
    slip = desk.submit(page(number), ASK, form=FORM)
    assert slip.status_code == 200
    shown, secret = values_on(slip)
    assert (shown, len(secret)) == (number, 19)
    again = desk.get(page(number)).get_data(as_text=True)
    assert secret not in again
    assert "Anda yang meminta" in again
    assert "/kode/setujui" not in again
    waiting = second.get(page(number))
    assert "Ponsel hilang" in waiting.get_data(as_text=True)
    assert secret not in waiting.get_data(as_text=True)
    second.submit(page(number), page=waiting, form="//form[contains(@action, 'setujui')]")
    text = second.get(page(number)).get_data(as_text=True)
    assert "Selasa, 10 Maret 2026, 09.00 WIB" in text
    log = second.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
    assert "Kode baru diminta" in log
    assert "Kode baru disetujui" in log
    with app.app_context():
        digest = complaint_of(number).code_digest
    assert digest not in text


def test_whoever_asked_cannot_approve_by_another_way(app: Flask, sign_in: SignIn, number: str) -> None:
    desk = sign_in("kasiwas")
    desk.submit(page(number), ASK, form=FORM)
    waiting = desk.get(page(number))
    token = lxml.html.fromstring(waiting.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")
    answer = desk.post(f"{page(number)}/setujui", data={"csrf_token": token[0]})
    assert answer.status_code in (403, 404)
    with app.app_context():
        assert db.session().scalars(select(CodeReissue.approved_at)).one() is None


def test_an_officer_stops_it(app: Flask, sign_in: SignIn, number: str) -> None:
    desk = sign_in("petugas")
    desk.submit(page(number), ASK, form=FORM)
    desk.submit(page(number), form="//form[contains(@action, 'hentikan')]")
    with app.app_context():
        assert db.session().scalars(select(CodeReissue.stopped_by)).one() == "staff"
    assert desk.get(page(number)).status_code == 200


def test_what_was_typed_survives_an_error(sign_in: SignIn, number: str) -> None:
    answer = sign_in("petugas").submit(page(number), {"reason": "Ponsel hilang."}, form=FORM)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "Pilih bukti yang Anda lihat." in text
    assert "Ponsel hilang." in text


@pytest.mark.parametrize("who", ["penyidik", "kasatintelkam", "admin", "kasipropam"])
def test_others_find_no_page(sign_in: SignIn, number: str, who: str) -> None:
    assert sign_in(who).get(page(number)).status_code == 404


def test_a_tip_is_refused_in_clear_words(
    sign_in: SignIn, station: Station, done: Callable[[Callable[[], Any]], Any]
) -> None:
    tip = done(lambda: lodge(station, at=clock.now(), identity_mode=IdentityMode.ANONYMOUS).number)
    text = sign_in("petugas").get(page(tip)).get_data(as_text=True)
    assert "Kode ini tidak dapat diganti" in text
    assert "<textarea" not in text


def test_a_letter_that_did_not_arrive_stands_on_the_page_of_the_case(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    words = "Surel terakhir kepada pelapor tidak sampai"
    desk = sign_in("petugas")
    assert words not in desk.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
    with app.app_context(), unit_of_work() as unit:
        item = unit.scalars(select(OutboxItem).where(OutboxItem.recipient == "complainant")).one()
        item.status, item.done_at, item.last_error = "failed", clock.now(), "recipient_550"
    assert words in desk.get(f"/staf/pengaduan/{number}").get_data(as_text=True)


def fill(app: Flask, station: Station, count: int, month: date = date(2026, 2, 1)) -> None:
    with app.app_context(), unit_of_work() as unit:
        already = unit.scalar(select(func.count()).select_from(SurveyResponse)) or 0
        for at in range(already, already + count):
            unit.add(
                SurveyResponse(
                    id=f"{at:032x}",
                    agency_id=station.agency_id,
                    service_id=station.services["skck"],
                    answered_in=month,
                    language="id",
                    comment=f"Catatan {at}",
                    **(dict.fromkeys(ELEMENTS, 3) | {"fee": None}),
                )
            )


def test_results_by_element_and_service(app: Flask, sign_in: SignIn, station: Station) -> None:
    fill(app, station, 5)
    desk = sign_in("kasiwas")
    answer = desk.get("/staf/skm")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for told in ("75,00", "3,000", "Catatan 0", "Menurut layanan", "bobotnya dibagi"):
        assert told in text
    assert 'href="/staf/skm"' in desk.get("/staf/").get_data(as_text=True)
    assert "Belum ada jawaban" in desk.get("/staf/skm?tahun=2025").get_data(as_text=True)
    assert desk.get("/staf/skm?tahun=abc").status_code == 200


def test_few_answers_show_nothing(app: Flask, sign_in: SignIn, station: Station) -> None:
    fill(app, station, 4)
    text = sign_in("kasiwas").get("/staf/skm").get_data(as_text=True)
    assert "Jawaban belum cukup" in text
    assert "Catatan 0" not in text
    assert "75,00" not in text


@pytest.mark.parametrize(
    ("counts", "settled"),
    [
        ({}, None),
        ({1: 4}, None),
        ({1: 5, 2: 1}, 1),
        ({1: 5, 2: 1, 3: 4}, 3),
        ({1: 5, 2: 9, 3: 1}, 2),
        ({1: 3, 2: 3, 12: 4}, 2),
    ],
)
def test_no_answer_comes_to_light_with_fewer_than_four_others(
    counts: dict[int, int], settled: int | None
) -> None:
    found = last_settled((date(2026, month, 1), count) for month, count in counts.items())
    assert found == (date(2026, settled, 1) if settled else None)


def test_one_more_answer_changes_nothing_on_the_page(
    app: Flask, sign_in: SignIn, station: Station, frozen_clock: time_machine.Traveller
) -> None:
    """An officer who looks every day would else read the marks and the words of the one who came last."""
    fill(app, station, 5)
    desk = sign_in("kasiwas")
    before = desk.get("/staf/skm").get_data(as_text=True)
    fill(app, station, 1, date(2026, 3, 1))
    assert desk.get("/staf/skm").get_data(as_text=True) == before
    frozen_clock.move_to(datetime(2026, 4, 1, 2, tzinfo=UTC))
    assert "Catatan 5" not in sign_in("kasiwas").get("/staf/skm").get_data(as_text=True)


@pytest.mark.parametrize(
    ("counts", "withheld"),
    [
        ({1: 9, 2: 9}, set()),
        ({1: 4, 2: 9, 3: 20}, {1, 2}),
        ({1: 4, 2: 1, 3: 20}, {1, 2}),
        ({1: 4, None: 50}, {1, None}),
        ({1: 4}, {1}),
    ],
)
def test_no_service_is_withheld_alone(counts: dict[int | None, int], withheld: set[int | None]) -> None:
    services = [
        ServiceSkm(service, None, None, measure((), {}, respondents=count))
        for service, count in counts.items()
    ]
    assert services_to_withhold(services) == withheld


def test_another_station_sees_its_own(app: Flask, station: Station) -> None:
    fill(app, station, 5)
    with app.app_context():
        make_station("CLG", prefix="clg-")
    other = cast(StrictClient, app.test_client())
    other.submit("/masuk", {"username": "clg-kasiwas", "password": PASSWORD})
    assert "Belum ada jawaban" in other.get("/staf/skm").get_data(as_text=True)
