"""The page of the performance report: the answer, two files, each export in the log, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, lodge, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

PATH = "/ombudsman/kinerja"
MARCH = {"agency": "", "first": ["1", "3", "2026"], "last": ["31", "3", "2026"]}


@pytest.fixture
def later(
    app: Flask, reviewer: StrictClient, station: Station, clock_at: time_machine.Traveller
) -> StrictClient:
    """The reviewer, sixty days after two complaints."""
    with app.app_context():
        walk(station, lodge(station).number, Event.CLOSE)
        lodge(station)
    clock_at.move_to(MONDAY + timedelta(days=60))
    sign_in(reviewer, "ombudsman")
    return reviewer


def exports(app: Flask) -> list[AuditEntry]:
    with app.app_context():
        return list(db.session().scalars(select(AuditEntry).where(AuditEntry.kind == "export.performance")))


def test_the_answer_stands_on_the_page_and_exports_nothing(app: Flask, later: StrictClient) -> None:
    assert "Ringkasan</" not in later.get(PATH).get_data(as_text=True)
    page = later.submit(PATH, MARCH | {"form": "lihat"}).get_data(as_text=True)
    assert "1 satuan menerima 2 pengaduan" in page
    assert exports(app) == []


def test_both_files_come_down_and_stand_in_the_log(app: Flask, later: StrictClient) -> None:
    answer = later.submit(PATH, MARCH | {"form": "xlsx"})
    assert "kinerja-semua-20260301-20260331.xlsx" in answer.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(BytesIO(answer.data), data_only=True)["Satuan"]
    assert (sheet["B6"].value, sheet["C6"].value) == ("SRG", 2)
    assert later.submit(PATH, MARCH | {"form": "pdf", "agency": "SRG"}).data.startswith(b"%PDF")
    assert [row.chain for row in exports(app)] == ["agency:SRG", "agency:SRG"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": ["1", "4", "2026"]}, "tidak boleh sebelum hari pertama"),
        ({"first": ["1", "3", "2020"]}, "paling lama tiga tahun"),
        ({"last": ["1", "3", "2030"]}, "setelah hari ini"),
        ({"last": ["", "", ""]}, "Isi hari terakhir"),
        ({"agency": "CLG"}, "Pilih salah satu"),
    ],
)
def test_what_makes_no_report_is_said_at_the_field(
    app: Flask, later: StrictClient, change: dict[str, object], words: str
) -> None:
    answer = later.submit(PATH, MARCH | change | {"form": "xlsx"})
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert exports(app) == []
