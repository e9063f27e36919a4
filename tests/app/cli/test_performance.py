"""``performance export`` at a terminal: files, the log, and what is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry
from tests.factories import MONDAY, lodge, make_station
from workflows.audit import parse_entry

pytestmark = pytest.mark.database("sqlite")


def run(app: Flask, out: Path, *more: str, first: str = "2026-03-01", last: str = "2026-03-31") -> Result:
    arguments = ["performance", "export", "--from", first, "--to", last, "--out", str(out), *more]
    return app.test_cli_runner().invoke(args=arguments)


@pytest.fixture
def cases(app: Flask) -> None:
    with app.app_context():
        station = make_station()
        make_station("CLG", prefix="clg-")
        for day in range(3):
            lodge(station, at=MONDAY + timedelta(days=day))


@pytest.mark.usefixtures("cases")
def test_a_file_is_written_and_logged_with_every_agency(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "kinerja.xlsx"
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        told = run(app, out, "--json")
        again = run(app, tmp_path / "lagi.xlsx", "--json")
    assert told.exit_code == 0, told.output
    answer = json.loads(told.stdout)
    assert answer["cases"] == 3
    assert answer["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert json.loads(again.stdout)["sha256"] == answer["sha256"]
    with app.app_context():
        rows = db.session().scalars(select(AuditEntry).where(AuditEntry.kind == "export.performance")).all()
        assert {row.chain for row in rows} == {"agency:SRG", "agency:CLG"}
        assert {parse_entry(row.body.encode())["facts"]["sha256"] for row in rows} == {answer["sha256"]}


@pytest.mark.usefixtures("cases")
def test_the_paper_of_one_agency(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "kinerja.pdf"
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        told = run(app, out, "--agency", "CLG")
    assert told.exit_code == 0, told.output
    assert "0 pengaduan" in told.output
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) <= 8


@pytest.mark.usefixtures("cases")
@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("a.docx", {}, ".xlsx atau .pdf"),
        ("a.xlsx", {"first": "2026-04-01"}, "periode terbalik"),
        ("a.xlsx", {"first": "2020-01-01"}, "lebih dari tiga tahun"),
        ("a.xlsx", {"last": "2026-12-31"}, "belum tiba"),
        ("a.xlsx", {"last": "31-03-2026"}, "bukan tanggal"),
        ("tidak/ada.xlsx", {}, "tidak ada folder"),
    ],
)
def test_what_makes_no_report_is_named(
    app: Flask, tmp_path: Path, name: str, more: dict[str, str], words: str
) -> None:
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        told = run(app, tmp_path / name, **more)
    assert told.exit_code == 2
    assert words in told.output
    assert not (tmp_path / name).exists()


@pytest.mark.usefixtures("cases")
def test_an_unknown_agency_is_named(app: Flask, tmp_path: Path) -> None:
    with time_machine.travel(MONDAY + timedelta(days=60), tick=False):
        told = run(app, tmp_path / "a.xlsx", "--agency", "XXX")
    assert (told.exit_code, "tidak dikenal" in told.output) == (2, True)
