"""The reviewers' pages: figures that lead to their cases, whole cases read-only, and what is refused."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import lxml.html
import pytest
import time_machine
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

import app.review
from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, Complaint, ReviewMandate
from app.queries.patterns import OFTEN_OPENED
from app.queries.review import CaseFilter, Figure, Figures, get_figures, list_cases, list_mandate
from app.services import events
from app.services.access import open_identity
from app.services.sealing import seal
from app.services.sweep import sweep
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.checkpoint import Witness
from workflows.vocabulary import ClosureReason, Event, IdentityMode

pytestmark = pytest.mark.database("sqlite")

LATER = MONDAY + timedelta(days=80)


def numbers(page: str) -> list[str]:
    return [link.text for link in lxml.html.fromstring(page).xpath("//tbody//th//a") if link.text]


def text_of(page: str) -> str:
    return " ".join(lxml.html.fromstring(page).text_content().split())


def entries(app: Flask, kind: str) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session().scalars(select(AuditEntry).where(AuditEntry.kind == kind)))


@pytest.fixture
def cases(app: Flask, station: Station) -> dict[str, str]:
    """One case of each fate, all received on `MONDAY`."""
    with app.app_context():
        made = {"waiting": lodge(station).number}
        for minutes, (name, until) in enumerate(
            (("running", Event.DECLARE_COMPLETE), ("closed", Event.CLOSE), ("late", Event.DRAFT_DECISION)), 1
        ):
            made[name] = lodge(station, at=MONDAY + timedelta(minutes=minutes)).number
            walk(station, made[name], until, at=MONDAY + timedelta(hours=1))
        walk(station, made["late"], Event.DECIDE, at=LATER - timedelta(days=2))
        sweep(LATER)
    return made


def test_each_figure_leads_to_the_cases_it_counts(
    reviewer: StrictClient, cases: dict[str, str], clock_at: time_machine.Traveller
) -> None:
    clock_at.move_to(LATER)
    sign_in(reviewer, "ombudsman")
    page = reviewer.get("/ombudsman/?tahun=2026").get_data(as_text=True)
    cells = lxml.html.fromstring(page).xpath("//tbody/tr/td")
    assert [re.match(r"\d*", cell.text_content().strip())[0] for cell in cells][:6] == [  # type: ignore[index]
        "4",
        "3",
        "3",
        "3",
        "1",
        "2",
    ]
    assert cells[6].text_content() == "33,3%"
    for cell in cells[:6]:
        (link,) = cell.xpath(".//a")
        listed = numbers(reviewer.get(link.get("href")).get_data(as_text=True))
        assert len(listed) == int(re.match(r"\d+", link.text_content())[0])  # type: ignore[index]
    assert numbers(reviewer.get("/ombudsman/pengaduan?angka=in_time").get_data(as_text=True)) == [
        cases["closed"]
    ]
    late = numbers(reviewer.get("/ombudsman/pengaduan?angka=late").get_data(as_text=True))
    assert late == [cases["late"], cases["running"]]


@pytest.mark.database("sqlite", "postgresql")
def test_figures_and_lists_are_one_condition(app: Flask, station: Station, cases: dict[str, str]) -> None:
    with app.app_context():
        session, actor = db.session(), station.actor("ombudsman")
        stations = list_mandate(session, actor)
        found = get_figures(session, actor, stations, 2026, LATER)[station.agency_id]
        for figure in Figure:
            listed = list_cases(session, actor, CaseFilter(year=2026, figure=figure), now=LATER)
            assert len(listed.rows) == getattr(found, figure.value), figure
        assert get_figures(session, actor, stations, 2025, LATER)[station.agency_id] == Figures()


@pytest.mark.database("sqlite", "postgresql")
def test_the_list_is_narrowed_by_its_address(reviewer: StrictClient, cases: dict[str, str]) -> None:
    def listed(query: str) -> list[str]:
        return numbers(reviewer.get(f"/ombudsman/pengaduan?{query}").get_data(as_text=True))

    assert len(listed("tahun=2026&satuan=SRG")) == 4
    assert listed("satuan=CLG") == []
    assert listed("keadaan=resolved") == [cases["late"], cases["closed"]]
    assert listed("jenis=service_complaint") == [cases["running"], cases["waiting"]]
    assert listed("asal=impor") == []
    assert listed(f"nomor={cases['closed']}&keadaan=received") == [cases["closed"]]
    assert listed(f"nomor={int(cases['late'][-6:])}") == [cases["late"]]
    assert len(listed("angka=nonsense&jenis=x&tahun=1&sesudah=zzz")) == 4


@pytest.mark.database("sqlite", "postgresql")
def test_a_case_is_found_by_the_number_of_its_old_register(
    app: Flask, reviewer: StrictClient, cases: dict[str, str]
) -> None:
    with app.app_context(), unit_of_work() as session:
        row = session.scalars(select(Complaint).where(Complaint.number == cases["closed"])).one()
        row.imported, row.external_number, row.import_source = True, "LAPOR-778", "lapor"
    page = reviewer.get("/ombudsman/pengaduan?nomor=LAPOR-778").get_data(as_text=True)
    assert numbers(page) == [cases["closed"]]
    assert "riwayat impor" in page
    assert "Riwayat impor" in reviewer.get(f"/ombudsman/pengaduan/{cases['closed']}").get_data(as_text=True)


@pytest.mark.database("sqlite", "postgresql")
def test_pages_go_by_key_forth_and_back(app: Flask, reviewer: StrictClient, station: Station) -> None:
    with app.app_context():
        made = [lodge(station, at=MONDAY + timedelta(minutes=n)).number for n in range(27)]
    made.reverse()
    first = reviewer.get("/ombudsman/pengaduan").get_data(as_text=True)
    assert numbers(first) == made[:25]
    assert "27 pengaduan" in first
    (after,) = lxml.html.fromstring(first).xpath("//a[@rel='next']")
    second = reviewer.get(after.get("href")).get_data(as_text=True)
    assert numbers(second) == made[25:]
    assert not lxml.html.fromstring(second).xpath("//a[@rel='next']")
    (before,) = lxml.html.fromstring(second).xpath("//a[@rel='prev']")
    again = reviewer.get(before.get("href")).get_data(as_text=True)
    assert numbers(again) == made[:25]
    assert not lxml.html.fromstring(again).xpath("//a[@rel='prev']")


def test_a_case_shows_every_date_against_its_law(
    reviewer: StrictClient, cases: dict[str, str], clock_at: time_machine.Traveller
) -> None:
    clock_at.move_to(LATER)
    sign_in(reviewer, "ombudsman")
    page = reviewer.get(f"/ombudsman/pengaduan/{cases['late']}").get_data(as_text=True)
    text = text_of(page)
    assert "60 hari kalender · undang-undang" in text
    assert "Pasal 50 ayat (1) UU 25/2009" in text.replace("\u00a0", " ")
    assert "terlambat 17 hari" in text  # due Friday 1 May 23.59.59, decided Tuesday 19 May 09.00
    assert "Terbukti" in text
    assert "Loket SKCK" in text
    assert "Saya menunggu SKCK selama tiga hari" in text
    assert "Siti Rahmawati" not in page
    assert "Jalan Raya Cilegon" not in page


def test_a_pattern_says_its_rule_and_leads_to_its_cases(
    app: Flask, reviewer: StrictClient, cases: dict[str, str], station: Station
) -> None:
    with app.app_context():
        for hour in range(OFTEN_OPENED):
            at = MONDAY + timedelta(days=1, hours=hour)
            open_identity(cases["running"], "Menghubungi.", actor=station.actor("kasiwas"), at=at)
    page = reviewer.get("/ombudsman/pola?tahun=2026").get_data(as_text=True)
    assert f"membuka identitas pelapor {OFTEN_OPENED} kali atau lebih" in page
    (total, at_station) = [
        link.get("href") for link in lxml.html.fromstring(page).xpath("//a[contains(@href, 'opened_often')]")
    ]
    for link in (total, at_station):
        assert numbers(reviewer.get(link).get_data(as_text=True)) == [cases["running"]]
    unbound = reviewer.get("/ombudsman/pengaduan?pola=opened_often").get_data(as_text=True)
    assert numbers(unbound) == [cases["running"]]
    assert "diterima 2026" in unbound, "within a year, even where none is asked for"
    case = reviewer.get(f"/ombudsman/pengaduan/{cases['running']}").get_data(as_text=True)
    assert "Identitas sering dibuka" in case
    assert "Identitas sering dibuka" not in reviewer.get(f"/ombudsman/pengaduan/{cases['late']}").text


def test_a_case_says_who_declared_it_complete_and_on_which_day(
    reviewer: StrictClient, cases: dict[str, str]
) -> None:
    page = reviewer.get(f"/ombudsman/pengaduan/{cases['running']}").get_data(as_text=True)
    (card,) = lxml.html.fromstring(page).xpath("//*[@id='saat']")
    text = " ".join(card.text_content().split())
    assert "Nama Petugas, Petugas SPDT" in text
    assert "hari ke-0 sesudah diterima; batasnya hari ke-14" in text


def test_an_end_says_its_reason_and_whether_the_letter_arrived(
    app: Flask, reviewer: StrictClient, station: Station, cases: dict[str, str]
) -> None:
    with app.app_context():
        events.verify_file(cases["waiting"], actor=station.actor("petugas"), at=MONDAY)
        kasiwas = station.actor("kasiwas")
        events.reject(cases["waiting"], ClosureReason.TOO_VAGUE, "Terlalu umum.", actor=kasiwas, at=MONDAY)
    page = reviewer.get(f"/ombudsman/pengaduan/{cases['waiting']}").get_data(as_text=True)
    (card,) = lxml.html.fromstring(page).xpath("//*[@id='saat']")
    text = " ".join(card.text_content().split())
    assert "Terlalu umum. · tidak ada bukti suratnya sampai" in text


def test_opening_a_case_writes_a_read_entry_and_nothing_else(
    app: Flask, reviewer: StrictClient, cases: dict[str, str]
) -> None:
    with app.app_context():
        before = db.session().scalars(select(Complaint.version).order_by(Complaint.id)).all()
        logged = db.session().scalar(select(func.count()).select_from(AuditEntry)) or 0
    assert reviewer.get(f"/ombudsman/pengaduan/{cases['running']}").status_code == 200
    with app.app_context():
        assert db.session().scalars(select(Complaint.version).order_by(Complaint.id)).all() == before
        assert db.session().scalar(select(func.count()).select_from(AuditEntry)) == logged + 1
    (entry,) = entries(app, "case.read")
    body = json.loads(entry.body)
    assert (body["chain"], body["role"]) == (f"case:{cases['running']}", "ombudsman")


def test_a_clock_is_explained_day_by_day(reviewer: StrictClient, cases: dict[str, str]) -> None:
    page = reviewer.get(f"/ombudsman/pengaduan/{cases['running']}").get_data(as_text=True)
    links = [one.get("href") for one in lxml.html.fromstring(page).xpath("//*[@id='tenggat']//a")]
    assert links
    texts = [text_of(reviewer.get(link).get_data(as_text=True)) for link in links]
    guideline = next(text for text in texts if "14 hari kerja" in text)
    assert "14 hari dihitung" in guideline
    assert "Sabtu, 7 Maret 2026" in guideline
    assert "akhir pekan" in guideline
    assert "hari libur nasional" in guideline  # Nyepi and Idul Fitri fall into it
    statute = next(text for text in texts if "60 hari dihitung" in text)
    assert "hari libur nasional" not in statute


def test_a_clock_of_another_case_is_not_found(reviewer: StrictClient, cases: dict[str, str]) -> None:
    page = reviewer.get(f"/ombudsman/pengaduan/{cases['running']}").get_data(as_text=True)
    link = lxml.html.fromstring(page).xpath("//*[@id='tenggat']//a")[0].get("href")
    assert reviewer.get(link.replace(cases["running"], cases["closed"])).status_code == 404


def test_an_identity_is_opened_with_a_reason_that_everybody_finds_again(
    app: Flask, reviewer: StrictClient, cases: dict[str, str]
) -> None:
    path = f"/ombudsman/pengaduan/{cases['waiting']}/identitas"
    assert not entries(app, "identity.read")
    refused = reviewer.submit(path, {"reason": "  "})
    assert refused.status_code == 422
    assert "Tulis alasannya." in refused.get_data(as_text=True)
    assert not entries(app, "identity.read")
    opened = reviewer.submit(path, {"reason": "Konfirmasi kepada pelapor."})
    assert "Siti Rahmawati" in opened.get_data(as_text=True)
    assert opened.headers["Cache-Control"] == "no-store"
    (entry,) = entries(app, "identity.read")
    assert "Konfirmasi" not in entry.body
    case = reviewer.get(f"/ombudsman/pengaduan/{cases['waiting']}").get_data(as_text=True)
    assert "Konfirmasi kepada pelapor." in case
    assert "Siti Rahmawati" not in case


def test_withheld_and_anonymous_are_shown_as_such(
    app: Flask, reviewer: StrictClient, station: Station
) -> None:
    with app.app_context():
        withheld = lodge(station, identity_mode=IdentityMode.WITHHELD).number
        tip = lodge(station, identity_mode=IdentityMode.ANONYMOUS).number
    page = reviewer.get(f"/ombudsman/pengaduan/{withheld}").get_data(as_text=True)
    assert "dirahasiakan atas permintaan pelapor" in page
    page = reviewer.get(f"/ombudsman/pengaduan/{tip}").get_data(as_text=True)
    assert "Tidak ada identitas yang tersimpan" in page
    assert reviewer.get(f"/ombudsman/pengaduan/{tip}/identitas").status_code == 404


def test_outside_the_mandate_is_as_if_it_were_not(
    app: Flask, reviewer: StrictClient, station: Station
) -> None:
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        foreign = lodge(other).number
        with unit_of_work() as session:
            for row in session.scalars(
                select(ReviewMandate).where(ReviewMandate.agency_id == other.agency_id)
            ):
                session.delete(row)
    unknown = reviewer.get("/ombudsman/pengaduan/CLG-2026-999999")
    for path in ("", "/identitas", "/tenggat/1", "/berkas/1"):
        found = reviewer.get(f"/ombudsman/pengaduan/{foreign}{path}")
        assert found.status_code == 404
        asked = f"{foreign}{path}".encode()
        assert found.get_data().replace(asked, b"CLG-2026-999999") == unknown.get_data()
    assert numbers(reviewer.get(f"/ombudsman/pengaduan?nomor={foreign}").get_data(as_text=True)) == []
    assert reviewer.get("/ombudsman/wbk/CLG/2026").status_code == 404
    assert "CLG" not in reviewer.get("/ombudsman/").get_data(as_text=True)
    assert not entries(app, "case.read")


@pytest.mark.parametrize("who", ["kapolresta", "kasiwas", "petugas", "admin"])
@pytest.mark.parametrize("path", ["", "pengaduan", "pola", "wbk", "audit"])
def test_staff_find_nothing_here(
    client: StrictClient, station: Station, clock_at: time_machine.Traveller, who: str, path: str
) -> None:
    sign_in(client, station.username(who))
    assert client.get(f"/ombudsman/{path}").status_code == 404


def test_nobody_comes_in_unsigned(client: StrictClient, station: Station) -> None:
    paths = (
        "",
        "pengaduan",
        "pola",
        "sampel",
        "sampel/1",
        "wbk",
        "wbk/SRG/2026",
        "audit",
        "audit/titik/1.json",
    )
    for path in (*paths, "audit/catatan", "audit/catatan/1", "audit/catatan/1/bukti.json"):
        answer = client.get(f"/ombudsman/{path}")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/masuk")


def test_the_workbook_is_downloaded_and_logged(
    app: Flask, reviewer: StrictClient, cases: dict[str, str], clock_at: time_machine.Traveller
) -> None:
    clock_at.move_to(LATER)
    sign_in(reviewer, "ombudsman")
    assert "Polresta SRG" in reviewer.get("/ombudsman/wbk").get_data(as_text=True)
    made = reviewer.submit("/ombudsman/wbk/SRG/2026")
    assert made.status_code == 200
    book = load_workbook(BytesIO(made.data))
    assert book.sheetnames[:3] == ["Sampul", "Rekap", "LKE"]
    listed = {row[0].value for row in book["Daftar Pengaduan"].iter_rows(min_row=6)}
    assert cases["closed"] in listed
    (entry,) = entries(app, "export.wbk")
    facts = json.loads(entry.body)["facts"]
    import hashlib

    assert facts["sha256"] == hashlib.sha256(made.data).hexdigest()
    assert made.headers["Content-Disposition"] == "attachment; filename=WBK-SRG-2026-20260521.xlsx"


def test_a_cut_off_is_a_day_up_to_its_end_and_not_ahead(
    app: Flask, reviewer: StrictClient, cases: dict[str, str], clock_at: time_machine.Traveller
) -> None:
    ahead = reviewer.submit("/ombudsman/wbk/SRG/2026", {"cut_off": ["3", "3", "2026"]})
    assert ahead.status_code == 422
    clock_at.move_to(LATER)
    sign_in(reviewer, "ombudsman")
    made = reviewer.submit("/ombudsman/wbk/SRG/2026", {"cut_off": ["1", "3", "2026"]})
    assert made.headers["Content-Disposition"] == "attachment; filename=WBK-SRG-2026-20260301.xlsx"
    facts = json.loads(entries(app, "export.wbk")[-1].body)["facts"]
    assert (facts["as_of"], facts["cases"]) == ("2026-03-01T16:59:59.000000Z", 0)


@pytest.mark.database("sqlite", "postgresql")
def test_a_checkpoint_is_downloaded_as_a_witness_keeps_it(
    app: Flask, reviewer: StrictClient, cases: dict[str, str]
) -> None:
    before = text_of(reviewer.get("/ombudsman/audit").get_data(as_text=True))
    assert "Belum ada titik periksa" in before
    with app.app_context():
        made = seal(MONDAY + timedelta(hours=2))
        assert made is not None
    page = reviewer.get("/ombudsman/audit").get_data(as_text=True)
    (link,) = [a.get("href") for a in lxml.html.fromstring(page).xpath("//a") if ".json" in a.get("href", "")]
    witness = Witness.parse(reviewer.get(link).data)
    assert witness.signed == made
    assert str(made.checkpoint.size) in text_of(page)
    case = text_of(reviewer.get(f"/ombudsman/pengaduan/{cases['waiting']}").get_data(as_text=True))
    assert "menunggu segel" in case  # its own read entry
    assert reviewer.get("/ombudsman/audit/titik/999999.json").status_code == 404


def test_a_file_is_read_by_way_of_the_log(app: Flask, reviewer: StrictClient, station: Station) -> None:
    from app.security.vault import new_case_key
    from app.services.files import store_file

    key = new_case_key()
    with app.app_context():
        stored = store_file(BytesIO(b"Bukti: antre sejak pukul tujuh.\n"), "catatan.txt", key)
        number = lodge(station, case_key=key, files=(stored,)).number
    page = reviewer.get(f"/ombudsman/pengaduan/{number}").get_data(as_text=True)
    (link,) = [a.get("href") for a in lxml.html.fromstring(page).xpath("//*[@id='berkas']//a")]
    answer = reviewer.get(link)
    assert answer.data == b"Bukti: antre sejak pukul tujuh.\n"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(entries(app, "file.read")) == 1


@pytest.mark.parametrize(
    "path", ["", "pengaduan", "pola", "sampel", "wbk", "wbk/SRG/2026", "audit", "audit/catatan"]
)
def test_every_page_speaks_english_too(reviewer: StrictClient, cases: dict[str, str], path: str) -> None:
    page = reviewer.get(f"/ombudsman/{path}?lang=en")
    assert page.status_code == 200
    assert '<html lang="en"' in page.get_data(as_text=True)


TRACK = ("/ombudsman/lhp", "/ombudsman/perkara", "/ombudsman/tindakan", "/ombudsman/rekomendasi")
"""Addresses of the Ombudsman's own track."""


def test_nothing_here_writes_but_by_reading_and_exporting(app: Flask) -> None:
    changing = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("review.") and "POST" in (rule.methods or ())
    }
    assert {rule for rule in changing if not rule.startswith(TRACK)} == {
        "/ombudsman/pengaduan/<number>/identitas",
        "/ombudsman/pengaduan/<number>/permintaan",  # begins the track
        "/ombudsman/audit/catatan/ekspor",
        "/ombudsman/audit/segel",
        "/ombudsman/sampel",  # draws, and judges what stays as it is: test_samples.py
        "/ombudsman/sampel/<int:sample_id>/<int:place>",
        "/ombudsman/kinerja",
        "/ombudsman/wbk/<code>/<int:year>",
    }


def test_no_page_of_the_reviewers_knows_a_service_that_moves_a_case() -> None:
    """What is not imported can't be called: events, and the one path that they all take."""
    movers = {
        "events",
        "casework",
        "lodging",
        "withdrawing",
        "respondents",
        "messages",
        "reissue",
        "importing",
    }
    [folder] = app.review.__path__
    for path in Path(folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.services"):
                named = {node.module.rpartition(".")[2]} | {alias.name for alias in node.names}
                assert not named & movers, path.name


def test_the_clock_of_the_tests_is_a_monday() -> None:
    assert datetime(2026, 3, 2, 2, tzinfo=UTC) == MONDAY
    assert MONDAY.weekday() == 0
