"""Dates, money, law and files as readers see them, and every component on a page."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import lxml.html
import pytest
from flask import Flask
from flask_babel import force_locale

from app import templating as t
from app.law import get_law
from tests.support.client import StrictClient
from tests.support.pages import NOW, add_sample_pages, by_class, words

pytestmark = pytest.mark.database("sqlite")

FIRST_LOAD_BYTES = 100_000
"""First load of a citizen's page over the wire, fonts included."""


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    return app


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "Selasa, 24 November 2026, 14.05 WIB"),
        ("Asia/Pontianak", "Selasa, 24 November 2026, 14.05 WIB"),
        ("Asia/Makassar", "Selasa, 24 November 2026, 15.05 WITA"),
        (ZoneInfo("Asia/Jayapura"), "Selasa, 24 November 2026, 16.05 WIT"),
    ],
)
def test_instants_carry_the_zone_by_its_name(app: Flask, zone: t.Zone, expected: str) -> None:
    with app.test_request_context():
        assert t.local_datetime(utc(2026, 11, 24, 7, 5), zone) == expected


def test_dates_in_both_languages(app: Flask) -> None:
    late = utc(2026, 12, 31, 17, 30)  # Thursday in London, already Friday 1 January 2027 in Serang
    with app.test_request_context(), force_locale("id"):
        assert t.local_date(late) == "1 Januari 2027"
        assert t.local_date(date(2026, 8, 17), weekday=True) == "Senin, 17 Agustus 2026"
        assert t.short_datetime(late) == "1 Jan 2027, 00.30 WIB"
    with app.test_request_context(), force_locale("en"):
        assert t.local_datetime(late) == "Friday, 1 January 2027, 00:30 WIB"
    assert t.iso_datetime(late) == "2027-01-01T00:30+07:00"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        t.to_local(datetime(2026, 11, 24, 7, 5))  # noqa: DTZ001


def test_numbers_in_local_form(app: Flask) -> None:
    with app.test_request_context(), force_locale("id"):
        assert t.number_id(1234567) == "1.234.567"
        assert t.number_id(Decimal("82.0949"), 2) == "82,09"
        assert t.number_id(1999.6, 0) == "2.000"
        assert t.rupiah(30000) == "Rp30.000"
        assert [t.file_size(n) for n in (812, 24_300, 2_400_000)] == ["812 B", "24 kB", "2,4 MB"]
    with app.test_request_context(), force_locale("en"):
        assert t.number_id(Decimal("1234.5"), 1) == "1,234.5"


DUE = [
    # now is Tuesday 24 November 2026, 10.30 WIB
    (utc(2026, 11, 24, 3, 29, 59), "baru saja lewat", "overdue"),
    (utc(2026, 11, 24, 3, 5), "terlambat 25 menit", "overdue"),
    (utc(2026, 11, 23, 16, 59, 59), "terlambat 10 jam", "overdue"),  # Monday 23.59.59
    (utc(2026, 11, 23, 3, 30), "terlambat 1 hari", "overdue"),
    (utc(2026, 11, 20, 16, 59, 59), "terlambat 3 hari", "overdue"),  # Friday 23.59.59
    (utc(2026, 11, 24, 3, 55), "jatuh tempo 25 menit lagi", "near"),
    (utc(2026, 11, 24, 16, 59, 59), "jatuh tempo hari ini, 23.59 WIB", "near"),
    (utc(2026, 11, 25, 7, 0), "jatuh tempo besok, 14.00 WIB", "near"),
    (utc(2026, 11, 26, 16, 59, 59), "jatuh tempo 2 hari lagi, Kamis, 26 November 2026", "near"),
    (utc(2026, 11, 27, 16, 59, 59), "jatuh tempo 3 hari lagi, Jumat, 27 November 2026", "running"),
    (utc(2026, 12, 24, 16, 59, 59), "jatuh tempo 30 hari lagi, 24 Desember 2026", "running"),
]


@pytest.mark.parametrize(("due", "words", "state"), DUE)
def test_deadlines_speak(app: Flask, due: datetime, words: str, state: str) -> None:
    with app.test_request_context():
        assert t.relative_due(due, NOW) == words
    assert t.deadline_state(due, NOW) == state


def test_a_deadline_that_has_ended_says_how() -> None:
    hour = timedelta(hours=1)
    assert t.deadline_state(NOW, NOW + hour, met_at=NOW) == "met"
    assert t.deadline_state(NOW, NOW + hour, met_at=NOW + hour) == "met_late"
    assert t.deadline_state(NOW, NOW + hour, void_at=NOW - hour) == "void"


def test_labels_follow_the_language(app: Flask) -> None:
    node = SimpleNamespace(label_id="Diterima", label_en="Received")
    with app.test_request_context("/?lang=en"):
        assert t.label(node) == "Received"
        assert t.label({"label_id": "Diterima", "label_en": None}) == "Diterima"
    with app.test_request_context():
        assert t.label(node) == "Diterima"


TITLES = {
    "uu25_2009": "UU 25/2009 tentang Pelayanan Publik (LN 2009/112, TLN 5038)",
    "dumaspresisi": "Dumas Presisi (Polri): ringkasan Perpol 2/2024",
    "lapor_steps": "Teks langkah LAPOR! (3 hari / 5 hari)",
}


@pytest.mark.parametrize(
    ("source", "indonesian", "english"),
    [
        ("uu25_2009 | Pasal 50(1)", "Pasal 50 ayat (1) UU 25/2009", "Article 50(1) UU 25/2009"),
        (
            "uu25_2009 | Pasal 44(4)-(5), 41(3)",
            "Pasal 44 ayat (4)-(5), Pasal 41 ayat (3) UU 25/2009",
            "Article 44(4)-(5), Article 41(3) UU 25/2009",
        ),
        (
            "uu25_2009 | Pasal 24(1)c",
            "Pasal 24 ayat (1) huruf c UU 25/2009",
            "Article 24(1)(c) UU 25/2009",
        ),
        ("uu25_2009 | Pasal 34 huruf j", "Pasal 34 huruf j UU 25/2009", "Article 34 letter j UU 25/2009"),
        ("dumaspresisi | tahapan", "Dumas Presisi, tahapan", "Dumas Presisi, tahapan"),
        ("lapor_steps | langkah 4", "Teks langkah LAPOR!, langkah 4", "Teks langkah LAPOR!, langkah 4"),
        ("uu25_2009", "UU 25/2009", "UU 25/2009"),
    ],
)
def test_sources_in_words(app: Flask, source: str, indonesian: str, english: str) -> None:
    with app.test_request_context(), force_locale("id"):
        assert t.cite(source, TITLES) == indonesian
    with app.test_request_context(), force_locale("en"):
        # The joining word comes from the catalogue.
        assert re.sub(r" of (?=UU)", " ", t.cite(source, TITLES)) == english


def test_every_source_of_every_step_can_be_cited(app: Flask) -> None:
    law = get_law()
    steps = [step for policy in law.policies.values() for step in policy.steps]
    assert len(steps) > 30
    with app.test_request_context():
        for step in steps:
            cited = t.citations(step.source)
            assert cited
            assert not any("_" in words or "|" in words for words in cited), cited
        assert t.citations(["local_policy", "local_policy"]) == ["kebijakan satuan"]


def test_components_on_a_page(client: StrictClient) -> None:
    page = client.get("/contoh/bagian")
    text = page.get_data(as_text=True)
    shown = lxml.html.fromstring(text)
    assert page.status_code == 200
    badges = [words(badge) for badge in by_class(shown, "sahut-due")]
    assert badges == [
        "dipenuhi 12 November 2026",
        "dipenuhi terlambat, 22 November 2026",
        "tidak berlaku lagi",
        "terlambat 3 hari",
        "jatuh tempo besok, 10.30 WIB",
        "jatuh tempo 120 hari lagi, 24 Maret 2027 (kalender sementara)",
    ]
    shapes = [lxml.html.tostring(badge.find("svg")) for badge in by_class(shown, "sahut-due")]
    assert len(set(shapes)) == len(badges), "each state has a shape of its own"
    assert "Pasal 50 ayat (1) UU 25/2009" in text
    assert "Tenggat keberatan" in text
    assert [words(step) for step in shown.xpath("//*[@aria-current='step']")] == ["Ditugaskan"]


def test_text_from_people_is_never_markup(client: StrictClient) -> None:
    parts = client.get("/contoh/bagian").get_data(as_text=True)
    desk = client.get("/contoh/meja/staff").get_data(as_text=True)
    for typed in ("<b>tebal", "<i>Siti", "<foto>", "<loket 3>"):
        assert typed not in parts
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in parts
    assert "<em>miring</em>" in parts, "what the application marked as markup stays markup"
    assert "<em>SKCK</em>" in parts
    assert "&lt;script&gt;" in desk


@pytest.mark.parametrize("layout", ["staff", "review"])
def test_desks(client: StrictClient, layout: str) -> None:
    shown = lxml.html.fromstring(client.get(f"/contoh/meja/{layout}").get_data(as_text=True))
    assert [words(link) for link in shown.xpath("//nav//*[@aria-current='page']")] == ["Antrean 24"]
    assert bool(by_class(shown, "sahut-top__desk")) is (layout == "review")
    (out,) = shown.xpath("//form[@action='/keluar']//input[@name='csrf_token']")
    assert out.get("value")
    labels = [cell.get("data-label") for cell in shown.xpath("//tbody/tr[1]/*")]
    assert labels == ["Nomor", "Hari"], "on a phone each cell carries its heading"


@pytest.mark.parametrize("path", ["/contoh/isian", "/contoh/bagian", "/contoh/meja/staff"])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_page_has_a_skip_link_a_language_and_one_heading(
    client: StrictClient, path: str, lang: str
) -> None:
    shown = lxml.html.fromstring(client.get(f"{path}?lang={lang}").get_data(as_text=True))
    assert shown.get("lang") == lang
    assert shown.xpath("//body/a[1]")[0].get("href") == "#main-content"
    assert len(shown.xpath("//main[@id='main-content']")) == 1
    assert len(shown.xpath("//h1")) == 1
    other = {"id": "en", "en": "id"}[lang]
    (switch,) = shown.xpath(f"//a[@hreflang='{other}']")
    assert switch.get("href") == f"{path}?lang={other}"


def test_citizens_can_always_leave_quickly(client: StrictClient) -> None:
    shown = lxml.html.fromstring(client.get("/contoh/isian").get_data(as_text=True))
    (leave,) = by_class(shown, "govuk-js-exit-this-page-button")
    assert leave.get("rel") == "nofollow noreferrer"
    assert leave.get("href") == "/keluar-cepat"


def test_a_citizens_first_load_is_light(app: Flask, client: StrictClient) -> None:
    page = client.get("/contoh/isian").get_data()
    shown = lxml.html.fromstring(page.decode())
    addresses = {
        *shown.xpath("//link[@rel='stylesheet' or @rel='icon' or @rel='modulepreload']/@href"),
        *shown.xpath("//script/@src"),
    }
    static = Path(app.static_folder or "")
    files = {static / address.split("?")[0].removeprefix("/static/") for address in addresses}
    files |= set(static.glob("vendor/plus-jakarta-sans-*/*.woff2"))
    assert len(files) == 6, "two styles, two scripts, an icon, a typeface"
    weights = {
        file.name: len(gzip.compress(file.read_bytes())) if file.suffix != ".woff2" else file.stat().st_size
        for file in files
    }
    total = sum(weights.values()) + len(gzip.compress(page))
    assert total <= FIRST_LOAD_BYTES, weights


def test_names_in_styles_and_scripts_exist(app: Flask) -> None:
    static = Path(app.static_folder or "")
    named = [
        (file, reference)
        for file in (*static.glob("css/*.css"), *static.glob("js/*.js"))
        for reference in re.findall(r'(?:url\(|from )"(\.\./[^"]+)"', file.read_text())
    ]
    assert len(named) >= 2
    missing = [str(reference) for file, reference in named if not (file.parent / reference).is_file()]
    assert not missing


def test_a_decree_stands_under_its_own_name() -> None:
    """Ledgers of clocks name the decree that made a day free; it is no key of the law data."""
    decree = "SKB Menag 1497/2025, Menaker 2/2025, MenPANRB 5/2025"
    assert t.cite(decree, TITLES) == decree
