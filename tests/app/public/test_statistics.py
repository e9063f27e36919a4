"""The page of statistics: only frozen months, only large groups, the same in table, chart and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import lxml.html
import pytest
import time_machine
from flask import Flask

from app.database import unit_of_work
from app.models import StatisticsCount, StatisticsMonth
from reports.csv_file import BYTE_ORDER_MARK
from tests.app.public.steps import send, texts, walk
from tests.factories import Station
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite")]

TABLES = ("masuk-bulan", "masuk-layanan", "tepat-waktu", "diputus", "tanpa-putusan", "register-lama")
Rows = Mapping[tuple[int, str, str, str], int]
"""Month, measure, category, service."""


def freeze(app: Flask, station: Station, months: int, rows: Rows) -> None:
    """Frozen months from January 2026 on, with those counts."""
    with app.app_context(), unit_of_work() as session:
        for month in range(1, months + 1):
            session.add(
                StatisticsMonth(
                    agency_id=station.agency_id,
                    month=date(2026, month, 1),
                    threshold=5,
                    frozen_at=datetime(2027, 1, 1, tzinfo=UTC),
                )
            )
        session.flush()
        for (month, measure, category, service), n in rows.items():
            session.add(
                StatisticsCount(
                    agency_id=station.agency_id,
                    month=date(2026, month, 1),
                    measure=measure,
                    category=category,
                    service=service,
                    n=n,
                )
            )


HALF_YEAR: Rows = {
    **{(month, "received", "", "skck"): 8 for month in range(1, 7)},
    **{(month, "received", "", "sim"): 6 for month in range(1, 7)},
    (1, "received", "", "spkt"): 2,
    (2, "decided", "substantiated", "skck"): 9,
    (3, "decided", "not_substantiated", "skck"): 3,
    (3, "decided", "not_substantiated", "sim"): 8,
    (4, "undecided", "withdrawn", "sim"): 3,
    (3, "resolution.law", "in_time", "skck"): 40,
    (3, "resolution.law", "late", "skck"): 2,
    (5, "imported", "2024", "none"): 30,
    (5, "imported", "2023", "none"): 4,
}


def cells(client: StrictClient, table: str, query: str = "") -> list[list[str]]:
    response = client.get(f"/statistik/data.csv?tabel={table}{query}")
    assert response.status_code == 200
    text = response.get_data(as_text=True)
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))


def test_without_a_frozen_month_the_page_says_so(client: StrictClient, station: Station) -> None:
    page = client.get("/statistik").get_data(as_text=True)
    assert "Belum ada bulan yang selesai dihitung" in page
    assert client.get("/statistik/data.csv?tabel=masuk-bulan").status_code == 404


def test_a_complaint_of_today_shows_nowhere(client: StrictClient, app: Flask, station: Station) -> None:
    freeze(app, station, 2, {(1, "received", "", "skck"): 8, (2, "received", "", "skck"): 9})
    before = client.get("/statistik").get_data()
    tables = [cells(client, table) for table in TABLES]
    walk(client)
    send(client)
    with app.test_client() as other:
        assert other.get("/statistik").get_data() == before
    assert [cells(client, table) for table in TABLES] == tables


def test_no_small_count_is_anywhere_and_totals_add_up(
    client: StrictClient, app: Flask, station: Station
) -> None:
    freeze(app, station, 6, HALF_YEAR)
    for table in TABLES:
        _header, *rows = cells(client, table)
        assert all(int(row[-1]) >= 5 for row in rows), table
    by_month = sum(int(row[-1]) for row in cells(client, "masuk-bulan")[1:])
    by_service = sum(int(row[-1]) for row in cells(client, "masuk-layanan")[1:])
    assert by_month == by_service == 86
    assert sum(int(row[-1]) for row in cells(client, "diputus")[1:]) == 20
    page = client.get("/statistik")
    foot = texts(page, "//section[@id='masuk-bulan']//tfoot//td | //section[@id='masuk-layanan']//tfoot//td")
    assert foot == ["86", "86"]
    assert "Semester I: kurang dari 5, tidak dimuat." in page.get_data(as_text=True)


def test_few_late_answers_are_told_as_a_range(client: StrictClient, app: Flask, station: Station) -> None:
    freeze(app, station, 6, HALF_YEAR)
    row = texts(client.get("/statistik"), "//section[@id='tepat-waktu']//tbody/tr[1]/*")
    assert row == ["Pengaduan diputus dalam 60 hari", "38–42 dari 42", "≥ 90%"]


def test_old_registers_are_counted_apart(client: StrictClient, app: Flask, station: Station) -> None:
    freeze(app, station, 6, HALF_YEAR)
    assert cells(client, "register-lama") == [["satuan", "tahun_register", "jumlah"], ["SRG", "2024", "30"]]
    assert texts(client.get("/statistik"), "//section[@id='register-lama']//tbody/tr/*") == ["2024", "30"]


def test_each_chart_is_an_image_with_a_name_and_a_table(
    client: StrictClient, app: Flask, station: Station
) -> None:
    freeze(app, station, 6, HALF_YEAR)
    tree = client.get("/statistik")
    charts = texts(tree, "//*[local-name()='svg'][@role='img']/*[local-name()='title']")
    tables = texts(tree, "//section[.//*[local-name()='svg'][@role='img']]//table/caption")
    assert charts == tables
    assert len(charts) == 4


def test_filters_stay_in_the_address_and_in_the_csv(
    client: StrictClient, app: Flask, station: Station
) -> None:
    services = ("spkt", "skck", "sim", "none")
    freeze(app, station, 6, {(month, "received", "", one): 7 for month in range(1, 7) for one in services})
    page = client.get("/statistik?tahun=2026&layanan=skck").get_data(as_text=True)
    links = lxml.html.fromstring(page).xpath("//a[@download]/@href")
    asked = [parse_qs(urlsplit(link).query) for link in links]
    assert asked == [{"tabel": ["masuk-bulan"], "satuan": ["SRG"], "tahun": ["2026"], "layanan": ["skck"]}]
    header, *rows = cells(client, "masuk-bulan", "&tahun=2026&layanan=skck")
    assert header == ["satuan", "tahun", "bulan_awal", "bulan_akhir", "layanan", "jumlah"]
    assert [(row[2], row[4], row[5]) for row in rows] == [(str(month), "skck", "7") for month in range(1, 7)]


@pytest.mark.parametrize(
    "path",
    [
        "/statistik?satuan=XXX",
        "/statistik?tahun=1999",
        "/statistik?layanan=paspor",
        "/statistik/data.csv?tabel=semua",
        "/statistik/data.csv",
    ],
)
def test_what_does_not_exist_is_not_found(
    client: StrictClient, app: Flask, station: Station, path: str
) -> None:
    freeze(app, station, 2, {})
    assert client.get(path).status_code == 404


def test_the_clock_on_the_wall_changes_nothing(
    client: StrictClient, app: Flask, station: Station, frozen_clock: time_machine.Traveller
) -> None:
    freeze(app, station, 6, HALF_YEAR)
    before = client.get("/statistik").get_data()
    frozen_clock.shift(90 * 24 * 3600)
    assert client.get("/statistik").get_data() == before
