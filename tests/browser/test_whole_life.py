"""The whole life of a complaint in a real browser, from a citizen's phone to the reviewer's workbook."""

from __future__ import annotations

import io

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from app.services.assessments import start_assessment
from tests.app.public.steps import ANSWERS
from tests.browser.people import fill, signed_in
from tests.factories import Station, complaint_of, make_station
from tests.support.browser import LiveServer, strict_page
from workflows.vocabulary import Substate

pytestmark = pytest.mark.database("sqlite")

YEAR_SHEETS = ["Sampul", "Rekap", "LKE", "A1", "A2", "A3", "A4", "A5", "A6"]


@pytest.fixture
def station(live_server: LiveServer) -> Station:
    """A station with its people, and a reviewer."""
    with live_server.app.app_context():
        return make_station()


def act(page: Page, number: str, event: str, **values: object) -> None:
    """One step through its own page, and back on the case."""
    page.goto(f"/staf/pengaduan/{number}/{event}")
    fill(page, values)
    page.click("main form button[type=submit]:not([hidden])")
    page.wait_for_url(f"**/staf/pengaduan/{number}")


def file_complaint(page: Page) -> tuple[str, str]:
    """Answer every question on the phone and send; gives number and code."""
    page.goto("/")
    page.click(".sahut-hero a.govuk-button")
    for _question in range(20):
        slug = page.url.rpartition("/")[2].partition("?")[0]
        if slug == "periksa":
            break
        fill(page, ANSWERS[slug])
        page.click("#question button.govuk-button[name=forward]")
        page.wait_for_url(lambda url, asked=slug: not url.endswith(f"/{asked}"))
    page.check("main [name=consent]")
    page.click("main button.govuk-button[type=submit]:has-text('Kirim')")
    page.wait_for_url("**/lapor/terkirim")
    number, code = page.locator(".sahut-keepsake__value").all_inner_texts()[:2]
    return number.strip(), code.strip()


def test_from_a_phone_to_the_workbook(browser: Browser, live_server: LiveServer, station: Station) -> None:
    with strict_page(browser, live_server.url) as phone:
        number, code = file_complaint(phone)
        assert number.startswith("SRG-")
        phone.reload()
        expect(phone.locator("body")).not_to_contain_text(code)

    with signed_in(browser, live_server, "petugas") as desk:
        desk.goto("/staf/antrean")
        desk.click(f"text={number}")
        act(desk, number, "verify")
        act(desk, number, "declare_complete")
    with signed_in(browser, live_server, "kasiwas") as supervision:
        act(supervision, number, "classify", complaint_class="supervisory_complaint")
        act(supervision, number, "dispose", unit_id=station.units["sipropam"])
    with signed_in(browser, live_server, "kasipropam") as lead:
        act(lead, number, "accept", officer_id=station.people["penyidik"])
    with signed_in(browser, live_server, "penyidik") as examiner:
        act(examiner, number, "start_examination")
        act(examiner, number, "ask_info", text="Pada jam berapa Anda datang ke loket?")

    with strict_page(browser, live_server.url) as phone:
        phone.goto("/status")
        fill(phone, {"number": number, "code": code})
        phone.click("main form button.govuk-button")
        phone.wait_for_url("**/status/kasus")
        expect(phone.locator("main")).to_contain_text("Pada jam berapa Anda datang ke loket?")
        phone.goto("/status/kasus/jawab")
        fill(phone, {"text": "Jam sembilan pagi."})
        phone.click("main form button.govuk-button")
        phone.wait_for_url("**/status/kasus")
        assert "kode" not in phone.url
        assert code.replace("-", "") not in phone.url

    with signed_in(browser, live_server, "penyidik") as examiner:
        examiner.goto(f"/staf/pengaduan/{number}")
        expect(examiner.locator("main")).to_contain_text("Jam sembilan pagi.")
        act(examiner, number, "submit_review", text="Keterlambatan terbukti.")
    with live_server.app.app_context():
        allegation = f"finding_{first_allegation(number)}"
    with signed_in(browser, live_server, "kapolresta") as chief:
        act(
            chief,
            number,
            "decide",
            finding="substantiated",
            reason="Petugas melewati waktu standar.",
            **{allegation: "substantiated"},
        )
    with signed_in(browser, live_server, "kasiwas") as supervision:
        act(supervision, number, "deliver_decision", notice_number="B/1/XI/2026")
        act(supervision, number, "follow_up", text="Petugas ditegur dan standar dipasang.")
        act(supervision, number, "close")
    with live_server.app.app_context():
        assert complaint_of(number).substate == Substate.CLOSED
        year = complaint_of(number).received_at.year

    with live_server.app.app_context():
        at = complaint_of(number).closed_at
        assert at is not None
        start_assessment("SRG", year, actor=station.actor("kasiwas"), at=at)
    with signed_in(browser, live_server, "ombudsman") as reviewer:
        reviewer.goto("/ombudsman/pengaduan")
        reviewer.click(f"text={number}")
        for word in ("Diputus", "Keputusan disampaikan", "Tindak lanjut", "Ditutup"):
            expect(reviewer.locator("main")).to_contain_text(word)
        expect(reviewer.locator("main")).not_to_contain_text("Siti Rahmawati")
        reviewer.goto(f"/ombudsman/wbk/SRG/{year}")
        with reviewer.expect_download() as download:
            reviewer.click("main form button.govuk-button")
        book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.sheetnames[: len(YEAR_SHEETS)] == YEAR_SHEETS
    assert number in {str(cell.value) for row in book["Daftar Pengaduan"] for cell in row}


def first_allegation(number: str) -> int:
    from sqlalchemy import select

    from app.extensions import db
    from app.models import Allegation

    found = db.session.scalars(
        select(Allegation.id).where(Allegation.complaint_id == complaint_of(number).id)
    ).first()
    assert found is not None
    return found
