"""The day of a station's ZI officer in a real browser: from the first proposal to the exported workbook."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Browser, Page, expect

from app import clock
from tests.app.content.samples import picture
from tests.browser.people import send, signed_in
from tests.factories import Station, complaint_of, lodge, make_station, walk
from tests.support.browser import LiveServer
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

AGO = timedelta(days=60)
SHARE, SYSTEM = "A5.R.ii.a", "A2.P.ii.c"
"""The share of complaints handled, which the data speak to; and whether services use technology."""


@pytest.fixture
def station(live_server: LiveServer) -> Station:
    with live_server.app.app_context():
        return make_station(at=clock.now() - AGO)


def row_of(sheet: Worksheet, word: str) -> list[str]:
    """The first row in which a cell says just this."""
    for row in sheet.iter_rows(values_only=True):
        if word in row:
            return [str(value) for value in row if value is not None]
    raise AssertionError(f"{sheet.title} has no row of {word}")


def open_proposal(page: Page, year: int, indicator: str) -> None:
    page.goto(f"/staf/zi?tahun={year}")
    page.click("text=Usul dari data")
    page.click(f"main a:text-is('{indicator}')")


def test_from_a_proposal_to_the_workbook(browser: Browser, live_server: LiveServer, station: Station) -> None:
    with live_server.app.app_context():
        number = lodge(station, at=clock.now() - AGO).number
        walk(station, number, Event.CLOSE, at=clock.now() - AGO + timedelta(days=1))
        year = complaint_of(number).received_at.year
    signed_on = [str(part) for part in reversed((clock.now() - AGO).date().timetuple()[:3])]

    with signed_in(browser, live_server, "kasiwas") as desk:
        desk.goto(f"/staf/zi?tahun={year}")
        desk.click(f"button:has-text('Mulai penilaian {year}')")
        gaps = desk.locator("table", has_text="Kekurangan terbesar")
        expect(gaps).to_contain_text(SHARE)

        open_proposal(desk, year, SHARE)
        desk.click("main a:has-text('Lihat daftarnya') >> nth=0")
        expect(desk.locator("main")).to_contain_text(number)
        desk.go_back()
        desk.click("button:has-text('Terima sebagai jawaban saya')")
        expect(desk.locator("main")).to_contain_text("Usul sistem yang diterima.")

        desk.click("text=Tambah dokumen baru")
        photo = {"name": "rekap.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        desk.set_input_files("main input[name=files]", photo)
        document = {"title": "Rekap pengaduan", "number": "R/12/SIWAS", "signer": "Kasiwas"}
        send(desk, {**document, "signed_on": signed_on})
        desk.goto(f"/staf/zi?tahun={year}")
        expect(gaps).not_to_contain_text(SHARE)

        open_proposal(desk, year, SYSTEM)
        desk.click("text=Jawab lain, dengan alasan")
        send(desk, {"answer_value": "C", "note": "SIM belum masuk sistem ini."})
        expect(desk.locator("main")).to_contain_text("Koreksi atas usul sistem.")

        desk.click("text=Catat dari lembar TPI")
        today = date.today()  # noqa: DTZ011 (what a person would write)
        sheet_on = [str(today.day), str(today.month), str(today.year)]
        send(desk, {"sheet_on": sheet_on, "answer_value": "B", "note": "Dilihat di tempat."})
        desk.goto(f"/staf/zi/{year}/indikator/{SYSTEM}")
        expect(desk.locator("#jawaban")).to_contain_text("Koreksi atas usul sistem.")
        expect(desk.locator("#tpi")).to_contain_text("Dilihat di tempat.")

        desk.goto(f"/staf/zi?tahun={year}")
        with desk.expect_download() as download:
            desk.click("text=Unduh buku kerja")
        book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))

    assert "R/12/SIWAS" in row_of(book["A5"], "R/12/SIWAS")
    assert any("SIM belum masuk sistem ini." in value for value in row_of(book["LKE"], SYSTEM))
    assert number in row_of(book["Daftar Pengaduan"], number)
