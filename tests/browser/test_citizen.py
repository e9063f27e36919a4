"""A citizen's main path in a real browser at 360 px: with scripts, without them, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Attachment, Complaint
from tests.factories import make_station
from tests.support.browser import strict_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import LiveServer

pytestmark = pytest.mark.database("sqlite")

PHOTO = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def station(app: Flask) -> None:
    with app.app_context():
        make_station()


def fits(page: Page) -> None:
    """Nothing is wider than the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url


def forward(page: Page) -> None:
    page.get_by_role("button", name="Lanjutkan", exact=True).last.click()


def choose(label: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("radio", name=label).check()


def write(label: str, text: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_label(label).first.fill(text)


def when_and_where(page: Page) -> None:
    for name, value in (("Tanggal", "2"), ("Bulan", "Maret"), ("Tahun", "2026")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Di mana?").fill("Loket SKCK")


def evidence(page: Page) -> None:
    page.locator("input[type=file]").set_input_files(
        [{"name": "kuitansi.png", "mimeType": "image/png", "buffer": PHOTO}]
    )
    by_hand = page.get_by_role("button", name="Unggah berkas")
    if by_hand.is_visible():  # with scripts the file is on its way already
        by_hand.click()
    page.get_by_text("kuitansi.png").first.wait_for()


def since_when(page: Page) -> None:
    page.get_by_role("checkbox", name="Saya tidak ingat tanggalnya").check()


def identity(page: Page) -> None:
    page.get_by_label("Nama lengkap").fill("Siti Rahmawati")
    page.get_by_label("Alamat lengkap").fill("Jalan Raya Cilegon 12")
    page.get_by_role("radio", name="Jangan kirim apa pun").check()


WAY: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("jenis", choose("Pelayanan yang tidak semestinya")),
    ("layanan", choose("Surat Keterangan Catatan Kepolisian")),
    ("produk", choose("SKCK baru")),
    ("perihal", choose("Pelayanan lambat")),
    ("bahaya", choose("Tidak")),
    ("kejadian", write("Apa yang terjadi?", "Tiga hari menunggu di loket.")),
    ("waktu-tempat", when_and_where),
    ("pengajuan", since_when),
    ("petugas", lambda page: None),
    ("kerugian", write("Apa kerugian", "Upah dua hari.")),
    ("permintaan", write("Apa yang harus dilakukan", "SKCK diterbitkan.")),
    ("pihak", choose("Untuk diri saya sendiri")),
    ("bukti", evidence),
    ("identitas", choose("Dirahasiakan")),
    ("data-diri", identity),
)


def walk(page: Page) -> tuple[str, str]:
    """From the first page to the receipt; gives number and code."""
    page.goto("/")
    fits(page)
    page.get_by_role("button", name="Buat pengaduan").click()
    for slug, act in WAY:
        page.wait_for_url(f"**/lapor/{slug}")
        fits(page)
        act(page)
        forward(page)
    page.wait_for_url("**/lapor/periksa")
    fits(page)
    page.get_by_role("checkbox", name="Saya menyatakan isi ini benar").check()
    page.get_by_role("button", name="Kirim sekarang").click()
    page.wait_for_url("**/lapor/terkirim")
    fits(page)
    number, code = page.locator(".sahut-keepsake__value").all_inner_texts()
    assert re.fullmatch(r"SRG-\d{4}-000001", number)
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    return number, code


def follow(page: Page, number: str, code: str) -> None:
    """Leave the browser clean, come back by number and code, add something."""
    page.get_by_role("button", name="Selesai, hapus dari perangkat ini").click()
    page.get_by_role("link", name="Sudah melapor?").click()
    page.get_by_label("Nomor pengaduan").fill(number)
    page.get_by_label("Kode lacak", exact=True).fill(code.lower())
    page.get_by_role("button", name="Buka pengaduan saya").click()
    page.wait_for_url("**/status/kasus")
    fits(page)
    page.get_by_role("button", name="Tambah keterangan").or_(
        page.get_by_role("link", name="Tambah keterangan")
    ).click()
    page.get_by_label("Pesan Anda").fill("Saksi ada di loket delapan.")
    page.get_by_role("button", name="Kirim").click()
    page.get_by_text("Saksi ada di loket delapan.").wait_for()
    fits(page)


def check_filed(app: Flask) -> None:
    with app.app_context():
        complaint = db.session.scalars(select(Complaint)).one()
        assert complaint.narrative == "Tiga hari menunggu di loket."
        assert [row.name for row in db.session.scalars(select(Attachment))] == ["kuitansi.png"]


def test_the_main_path_on_a_phone(page: Page, live_server: LiveServer) -> None:
    follow(page, *walk(page))
    check_filed(live_server.app)


def test_the_main_path_without_javascript_and_pictures(browser: Browser, live_server: LiveServer) -> None:
    with strict_page(browser, live_server.url, javascript=False, pictures=False) as page:
        follow(page, *walk(page))
    check_filed(live_server.app)


def after_place() -> str:
    """The question that follows when and where."""
    slugs = [slug for slug, _act in WAY]
    return slugs[slugs.index("waktu-tempat") + 1]


def test_back_loses_nothing_and_enter_goes_on(page: Page) -> None:
    page.goto("/lapor")
    for slug, act in WAY[:5]:
        page.wait_for_url(f"**/lapor/{slug}")
        act(page)
        forward(page)
    page.wait_for_url("**/lapor/kejadian")
    page.get_by_label("Apa yang terjadi?").fill("Sebagian cerita.")
    forward(page)
    page.wait_for_url("**/lapor/waktu-tempat")
    page.go_back()
    assert page.get_by_label("Apa yang terjadi?").input_value() == "Sebagian cerita."
    page.go_forward()
    when_and_where(page)
    page.get_by_label("Di mana?").press("Enter")
    page.wait_for_url(f"**/lapor/{after_place()}")


def test_the_other_language_keeps_what_is_being_typed(page: Page) -> None:
    page.goto("/lapor")
    for slug, act in WAY[:5]:
        page.wait_for_url(f"**/lapor/{slug}")
        act(page)
        forward(page)
    page.locator("textarea").fill("Belum selesai saya tulis")
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/lapor/kejadian?lang=en")
    assert page.locator("textarea").input_value() == "Belum selesai saya tulis"
    assert page.locator("html").get_attribute("lang") == "en"


def test_an_error_takes_the_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/lapor/jenis")
    forward(page)
    page.locator(".govuk-error-summary").wait_for()
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "kind"
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lapor/layanan")


def test_a_double_click_files_once(page: Page, live_server: LiveServer) -> None:
    page.goto("/lapor")
    for slug, act in WAY:
        page.wait_for_url(f"**/lapor/{slug}")
        act(page)
        forward(page)
    page.get_by_role("checkbox", name="Saya menyatakan isi ini benar").check()
    page.get_by_role("button", name="Kirim sekarang").dblclick()
    page.wait_for_url("**/lapor/terkirim")
    assert len(page.locator(".sahut-keepsake__value").all_inner_texts()) == 2
    check_filed(live_server.app)
