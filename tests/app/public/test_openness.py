"""What a station owes the public: standards, pledge, procedure, privacy, accessibility."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import delete

from app.database import unit_of_work
from app.extensions import db
from app.law import get_law
from app.models import ServiceProduct, ServiceStandard, Setting
from app.public.procedure import CONTENTS
from app.public.standards import SLUGS
from app.queries.catalogue import PLEDGE_SETTING, find_lawful_fee
from tests.app.public.steps import texts
from tests.factories import MONDAY, Station
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite")]


def test_every_component_has_its_anchor_and_its_letter(client: StrictClient, station: Station) -> None:
    assert set(SLUGS) == set(get_law().standard_components)
    page = client.get("/layanan/skck")
    sections = lxml.html.fromstring(page.get_data(as_text=True)).find_class("sahut-component")
    ids = [section.get("id") for section in sections]
    assert ids == [
        SLUGS[one.code] for one in sorted(get_law().standard_components.values(), key=lambda c: c.no)
    ]
    letters = texts(page, "//section[contains(@class, 'sahut-component')]/p[@class='sahut-source'][last()]")
    assert letters == [f"Pasal 21 huruf {letter} UU 25/2009" for letter in "abcdefghijklmn"]


def test_missing_components_are_said_to_be_missing(
    client: StrictClient, app: Flask, station: Station
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(ServiceStandard))
    page = client.get("/layanan/skck").get_data(as_text=True)
    assert "Kantor ini belum memuat standarnya di sini." in page
    assert "Belum dimuat. Kantor ini wajib menetapkannya." in page


def test_what_nobody_verified_is_no_law(client: StrictClient, app: Flask, station: Station) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(ServiceStandard))
        for no, confidence in ((8, "reconstructed"), (9, "likely"), (11, "verified")):
            law = next(one for one in get_law().standard_components.values() if one.no == no)
            session.add(
                ServiceStandard(
                    service_id=station.services["skck"],
                    component_no=no,
                    component_code=law.code,
                    text_id="Teks",
                    text_en="",
                    confidence=confidence,
                )
            )
    page = client.get("/layanan/skck")
    marks = {
        slug: texts(page, f"//section[@id='{slug}']/p[contains(@class, 'sahut-sure')]")
        for slug in ("kompetensi", "pengawasan", "jumlah-petugas")
    }
    assert marks == {
        "kompetensi": ["○ Kebijakan satuan, belum diverifikasi"],
        "pengawasan": ["≈ Menurut sumber lain, belum diverifikasi"],
        "jumlah-petugas": ["✓ Sudah diperiksa terhadap sumbernya"],
    }
    assert "11 dari 14 komponen belum dimuat kantor ini." in page.get_data(as_text=True)


def test_fees_are_ceilings_and_tests_of_others_are_explained(client: StrictClient, station: Station) -> None:
    page = client.get("/layanan/sim").get_data(as_text=True)
    assert "Yang tidak ada dalam daftar ini tidak boleh ditagih." in page
    assert "dibayar kepada pihak ketiga" in page
    assert "dibayar kepada pihak ketiga" not in client.get("/layanan/skck").get_data(as_text=True)


def test_the_lawful_fee_names_its_own_source(app: Flask, station: Station) -> None:
    with app.app_context():
        session = db.session()
        row = session.query(ServiceProduct).filter_by(code="skck_new").one()
        fee = find_lawful_fee(session, station.agency_id, "skck", "skck_new")
        assert fee is not None
        assert fee.idr == row.fee_idr
        if row.fee_idr == 30_000:
            assert fee.sources == ("pp76_2020 | Lampiran XIV",)
        assert find_lawful_fee(session, station.agency_id, "skck", "paspor") is None


def test_without_a_pledge_the_page_says_so(client: StrictClient, station: Station) -> None:
    page = client.get("/maklumat").get_data(as_text=True)
    assert "belum memuat maklumatnya di sini" in page
    assert "Pasal 22 ayat (1)-(2) UU 25/2009" in page
    assert "sanggup" in page
    assert "Rina Kartika" in page, "who answers for complaints stands there all the same"


def test_a_pledge_stands_with_its_day_and_signer(client: StrictClient, app: Flask, station: Station) -> None:
    with app.app_context(), unit_of_work() as session:
        session.add(
            Setting(
                key=PLEDGE_SETTING,
                agency_id=station.agency_id,
                value={
                    "text": "Kami sanggup <melayani>.",
                    "signed_on": "2026-01-05",
                    "signer_name": "Budi Santoso",
                    "signer_title": "Kapolresta",
                },
                updated_at=MONDAY,
            )
        )
    page = client.get("/maklumat").get_data(as_text=True)
    assert "Kami sanggup &lt;melayani&gt;." in page
    assert "Budi Santoso, Kapolresta" in page
    assert "Ditetapkan 5 Januari 2026" in page
    assert "belum memuat maklumatnya" not in page


def test_the_procedure_has_the_ten_contents_in_the_words_of_the_act(
    client: StrictClient, station: Station
) -> None:
    page = client.get("/prosedur")
    quotes = texts(page, "//section[contains(@class, 'sahut-clause')]/p[@lang='id']")
    assert quotes == [f"Pasal 37 ayat (3) huruf {key}: “{CONTENTS[key]}”" for key in "abcdefghij"]


def test_every_clock_of_the_procedure_has_source_and_sureness(client: StrictClient, station: Station) -> None:
    page = client.get("/prosedur")
    lines = texts(page, "//ul[@class='sahut-limits']/li")
    marks = texts(page, "//ul[@class='sahut-limits']/li//*[@class='sahut-law__mark']")
    assert len(lines) == len(marks) > 20
    assert {mark.strip()[0] for mark in marks} == {"✓", "≈", "○"}


def test_privacy_names_the_legal_basis_and_asks_no_consent(client: StrictClient, station: Station) -> None:
    page = client.get("/privasi").get_data(as_text=True)
    assert "Pasal 20 ayat (2) UU 27/2022" in page
    assert page.count("3 × 24 jam") == 4
    assert 'type="checkbox"' not in page


@pytest.mark.parametrize(
    "path", ["/layanan", "/maklumat", "/prosedur", "/statistik", "/privasi", "/aksesibilitas"]
)
def test_every_page_stands_in_the_footer(client: StrictClient, station: Station, path: str) -> None:
    tree = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    footer = tree.xpath("//footer//a/@href")
    assert path in footer
    assert client.get(f"{path}?lang=en").status_code == 200


@pytest.mark.parametrize("path", ["/layanan", "/layanan/skck", "/maklumat", "/prosedur"])
def test_an_unknown_station_is_not_found(client: StrictClient, station: Station, path: str) -> None:
    assert client.get(f"{path}?satuan=XXX").status_code == 404
