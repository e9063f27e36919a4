"""A reviewer's whole day in a real browser: from a red figure to an action verified and a pack that holds."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from app import clock
from app.services.assessments import start_assessment
from app.services.sweep import sweep
from tests.browser.people import send, signed_in
from tests.factories import Station, complaint_of, lodge, make_station
from tests.support.browser import LiveServer

pytestmark = pytest.mark.database("sqlite")

AGO = timedelta(days=40)
"""Long enough for the notice of completeness, due on day 14, to be missed."""


@pytest.fixture
def station(live_server: LiveServer) -> Station:
    with live_server.app.app_context():
        return make_station(at=clock.now() - AGO)


def parts(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def test_from_a_red_figure_to_a_pack_that_anyone_can_check(
    browser: Browser, live_server: LiveServer, station: Station, tmp_path: Path
) -> None:
    with live_server.app.app_context():
        late = lodge(station, at=clock.now() - AGO).number
        fresh = lodge(station, at=clock.now() - timedelta(days=1)).number
        sweep(clock.now())
        year = complaint_of(late).received_at.year
        start_assessment("SRG", year, actor=station.actor("kasiwas"), at=clock.now())
    today = clock.now().date()

    with signed_in(browser, live_server, "ombudsman") as reviewer:
        reviewer.goto(f"/ombudsman/?tahun={year}")
        red = reviewer.locator(".sahut-stat", has_text="Lewat tenggat sekarang")
        expect(red).to_contain_text("1")
        red.locator("a").click()
        expect(reviewer.locator("main")).to_contain_text(late)
        expect(reviewer.locator("main")).not_to_contain_text(fresh)
        reviewer.click(f"main a:has-text('{late}')")
        expect(reviewer.locator("main")).to_contain_text("Pasal 44 ayat (3) UU 25/2009")
        expect(reviewer.locator("main")).not_to_contain_text("Siti Rahmawati")
        reviewer.click("text=Permintaan Ombudsman kepada satuan tentang perkara ini")
        send(reviewer, {"kind": "ori_clarification_1", "number": "B/7/ORI", "text": "Mengapa belum dijawab?"})

    with signed_in(browser, live_server, "kasiwas") as supervision:
        supervision.goto("/staf/ombudsman")
        supervision.click("main a[href*='/staf/ombudsman/permintaan/']")
        expect(supervision.locator("main")).to_contain_text("Mengapa belum dijawab?")
        send(supervision, {"text": "Berkasnya terselip; pelapor dihubungi hari ini."})

    with signed_in(browser, live_server, "ombudsman") as reviewer:
        reviewer.goto("/ombudsman/lhp")
        reviewer.click("main a[href*='/ombudsman/perkara/']")
        expect(reviewer.locator("main")).to_contain_text("Berkasnya terselip")
        reviewer.click("main a[href$='/lhp-baru']")
        send(
            reviewer,
            {
                "number": "LHP/7/2026",
                "issued_on": parts(today),
                "conclusion": "found",
                "summary": "Pemberitahuan terlambat dua puluh enam hari.",
                "finding_0_kind": "undue_delay",
                "finding_0_text": "Berkas terselip.",
                "action_0_text": "Pasang buku ekspedisi elektronik.",
                "action_0_finding": "0",
                "action_0_unit": str(station.units["intelkam"]),
                "action_0_due_on": parts(today + timedelta(days=30)),
            },
        )

    with signed_in(browser, live_server, "kasatintelkam") as unit:
        unit.goto("/staf/ombudsman")
        unit.click("main a[href*='/staf/ombudsman/tindakan/']")
        expect(unit.locator("main")).to_contain_text("Pasang buku ekspedisi elektronik.")
        expect(unit.locator("main")).not_to_contain_text("Pemberitahuan terlambat")
        done = {"step": "report", "text": "Buku dipakai sejak hari ini.", "url": "https://contoh.go.id/buku"}
        send(unit, done)

    with signed_in(browser, live_server, "ombudsman") as reviewer:
        reviewer.goto("/ombudsman/lhp")
        reviewer.click("main a[href*='/ombudsman/lhp/']")
        reviewer.click("main a[href*='/ombudsman/tindakan/']")
        expect(reviewer.locator("main")).to_contain_text("Buku dipakai sejak hari ini.")
        send(reviewer, {"verdict": "verified", "text": "Dilihat di tempat."})
        expect(reviewer.locator("main")).to_contain_text("Terverifikasi")

        reviewer.goto(f"/ombudsman/wbk/SRG/{year}")
        with reviewer.expect_download() as download:
            reviewer.click("main button:has-text('Unduh paket bukti')")
        pack = tmp_path / "paket.zip"
        download.value.save_as(pack)
        keys = tmp_path / "kunci.json"
        keys.write_bytes(reviewer.request.get("/verifikasi/kunci.json").body())

    with zipfile.ZipFile(pack) as archive:
        verifier = Path(archive.extract("verifikasi.py", tmp_path))
        assert late in archive.read("lampiran/pengaduan.csv").decode()
    asked = [sys.executable, "-I", str(verifier), str(pack), "--keys", str(keys)]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
    assert json.loads(told.stdout)["sound"]
    changed = bytearray(pack.read_bytes())
    changed[len(changed) // 2] ^= 1
    pack.write_bytes(changed)
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 1
