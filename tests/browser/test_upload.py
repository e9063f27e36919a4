"""Evidence in a real browser: with progress, called off, refused, sent again; and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from tests.app.content import samples
from tests.app.public.steps import walk
from tests.factories import make_station
from tests.support.client import StrictClient

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.support.browser import LiveServer

    Choose = Callable[[Page, dict[str, bytes]], None]

pytestmark = pytest.mark.database("sqlite")

MB = 1024 * 1024
ROW = ".sahut-queue__file"
UNDER_WAY = re.compile(r"^[1-9]\d* persen terkirim$")
SLOW_BYTES_A_SECOND = 400_000


@pytest.fixture(autouse=True)
def at_evidence(app: Flask, client: StrictClient) -> None:
    """A complaint of which the next question is the evidence."""
    with app.app_context():
        make_station()
    walk(client, until="bukti")


def come(page: Page, client: StrictClient, server: LiveServer) -> None:
    """Go on with it in the browser."""
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    page.context.add_cookies([{"name": "sahut", "value": cookie.value, "url": server.url}])
    page.goto(f"{server.url}/lapor/bukti")


@pytest.fixture
def choose(tmp_path: Path) -> Choose:
    """Chooses files as from the telephone's memory."""

    def really(page: Page, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        page.locator("input[type=file]").set_input_files([tmp_path / name for name in files])

    return really


def uploaded(page: Page) -> list[str]:
    return page.locator(".sahut-files--chosen .sahut-files__name").all_inner_texts()


def wait_for(page: Page, name: str) -> None:
    page.locator(".sahut-files--chosen .sahut-files__name").get_by_text(name).wait_for()


def slow_down(page: Page, bytes_a_second: int) -> None:
    """Limit what goes out."""
    session = page.context.new_cdp_session(page)
    limits = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, **limits})


def film(size: int) -> bytes:
    return samples.media(b"isom") + bytes(size)


def test_files_go_up_by_themselves_and_one_is_refused_beside_the_field(
    page: Page, client: StrictClient, live_server: LiveServer, choose: Choose
) -> None:
    come(page, client, live_server)
    assert page.get_by_role("button", name="Unggah berkas").is_hidden()
    choose(
        page,
        {
            "struk.png": samples.picture("PNG"),
            "program.jpg": b"MZ" + bytes(99),
            "besar.mp4": film(21 * MB),
            "catatan.txt": b"Tiga hari menunggu.",
        },
    )
    wait_for(page, "catatan.txt")
    assert uploaded(page) == ["struk.png", "catatan.txt"]
    wrong = page.locator(ROW)
    wrong.nth(1).wait_for()
    assert wrong.count() == 2
    said = {one.locator(".sahut-files__name").inner_text(): one.inner_text() for one in wrong.all()}
    assert "Berkas ini program" in said["program.jpg"]
    assert "Paling besar 20 MB." in said["besar.mp4"]
    assert page.locator("#upload-status").inner_text() == "catatan.txt sudah terunggah."
    page.get_by_role("button", name="Hapus dari daftar program.jpg").click()
    page.get_by_role("button", name="Hapus dari daftar besar.mp4").click()
    assert page.locator("#queue").is_hidden()
    page.reload()
    assert uploaded(page) == ["struk.png", "catatan.txt"]
    page.get_by_role("button", name="Hapus struk.png").click()
    page.get_by_text("struk.png dihapus.").wait_for()
    assert page.evaluate("document.activeElement.id") == "uploaded-title"
    page.reload()
    assert uploaded(page) == ["catatan.txt"]


def test_a_file_shows_how_far_it_is_and_can_be_called_off(
    page: Page, client: StrictClient, live_server: LiveServer, choose: Choose
) -> None:
    come(page, client, live_server)
    slow_down(page, SLOW_BYTES_A_SECOND)
    choose(page, {"film.mp4": film(8 * MB), "catatan.txt": b"catatan"})
    page.get_by_text(UNDER_WAY).wait_for()
    first = page.locator(ROW).first
    assert first.locator("progress").evaluate("element => element.value") > 0
    assert page.locator(ROW).nth(1).locator(".sahut-files__facts").inner_text() == "menunggu giliran"
    assert first.get_by_role("progressbar", name="film.mp4").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    first.get_by_role("button", name="Batalkan film.mp4").click()
    wait_for(page, "catatan.txt")
    assert uploaded(page) == ["catatan.txt"]
    page.reload()
    assert uploaded(page) == ["catatan.txt"]


def test_going_on_waits_for_the_files(
    page: Page, client: StrictClient, live_server: LiveServer, choose: Choose
) -> None:
    come(page, client, live_server)
    slow_down(page, SLOW_BYTES_A_SECOND)
    choose(page, {"film.mp4": film(MB)})
    page.get_by_text(UNDER_WAY).wait_for()
    page.locator("#question").get_by_role("button", name="Lanjutkan", exact=True).click()
    page.get_by_text("Menunggu berkas selesai diunggah").last.wait_for()
    page.wait_for_url("**/lapor/identitas")
    page.goto(f"{live_server.url}/lapor/bukti")
    assert uploaded(page) == ["film.mp4"]


@pytest.fixture
def unsteady(browser: Browser) -> BrowserContext:
    """A browser that may complain of its network, as it must here."""
    return browser.new_context(locale="id-ID", viewport={"width": 360, "height": 740})


def test_a_lost_connection_is_tried_again(
    unsteady: BrowserContext, client: StrictClient, live_server: LiveServer, choose: Choose
) -> None:
    with unsteady:
        page = unsteady.new_page()
        come(page, client, live_server)
        unsteady.set_offline(True)
        choose(page, {"catatan.txt": b"catatan"})
        page.get_by_text("Sambungan terputus. Mencoba lagi sendiri.").wait_for()
        assert uploaded(page) == []
        unsteady.set_offline(False)
        wait_for(page, "catatan.txt")
        page.reload()
        assert uploaded(page) == ["catatan.txt"]


def test_without_scripts_the_form_takes_all_files_at_once(
    page_without_javascript: Page, client: StrictClient, live_server: LiveServer, choose: Choose
) -> None:
    page = page_without_javascript
    come(page, client, live_server)
    choose(
        page,
        {
            "struk.png": samples.picture("PNG"),
            "program.jpg": b"MZ" + bytes(99),
            "besar.mp4": film(21 * MB),
            "catatan.txt": b"Tiga hari menunggu.",
        },
    )
    page.get_by_role("button", name="Unggah berkas").click()
    summary = page.get_by_role("alert").inner_text()
    assert "program.jpg: Berkas ini program" in summary
    assert "besar.mp4: Berkas ini terlalu besar. Paling besar 20 MB." in summary
    assert uploaded(page) == ["struk.png", "catatan.txt"]
    page.goto(f"{live_server.url}/lapor/bukti")
    assert uploaded(page) == ["struk.png", "catatan.txt"]
    page.get_by_role("button", name="Hapus struk.png").click()
    assert uploaded(page) == ["catatan.txt"]
