"""``wbk score`` and ``wbk export`` as a person at a terminal sees them."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import Assessment, AuditEntry
from app.services.assessments import start_assessment
from tests.factories import MONDAY, Station, lodge, make_station, walk
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

EXAMPLE = Path(__file__).parents[2] / "data/wbk_worked_example.json"


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


def run(app: Flask, *args: object) -> Result:
    return app.test_cli_runner().invoke(args=["wbk", *map(str, args)])


def example() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return found


def close(found: float, wanted: float) -> bool:
    return round(found, 4) == pytest.approx(wanted, abs=1e-9)


def test_the_worked_example_scores_as_published(app: Flask) -> None:
    answer = run(app, "score", EXAMPLE)
    assert (answer.exit_code, answer.stderr) == (0, "")
    told, wanted = json.loads(answer.stdout), example()["harapan"]
    assert close(told["total"], 82.0949)
    assert close(told["pengungkit"], wanted["total_pengungkit"])
    assert close(told["hasil"], wanted["total_hasil"])
    for key, value in wanted["nilai_sub_komponen"].items():
        assert close(told["sub_komponen"][key], value), key
    for key, value in wanted["nilai_area"].items():
        assert close(told["komponen"][key]["jumlah"], value["jumlah"]), key
    for predicate, passed in (("WBK", True), ("WBBM", False)):
        assert told[predicate]["lulus"] is passed
        conditions = {one["id"]: one["lulus"] for one in told[predicate]["syarat"]}
        assert wanted[f"uji_{predicate}"].items() <= conditions.items()
    assert told["keterisian"] == 1
    assert told["nilai_aman"]["total"] == told["total"]


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml"])
def test_answers_come_in_both_formats_nested_or_bare(
    app: Flask, tmp_path: Path, suffix: str, nested: bool
) -> None:
    answers = example()["jawaban"]
    data = {"contoh_perhitungan": {"jawaban": answers}} if nested else answers
    path = tmp_path / f"jawaban{suffix}"
    text = json.dumps(data) if suffix == ".json" else yaml.safe_dump(data, allow_unicode=True)
    path.write_text(text, encoding="utf-8")
    assert close(json.loads(run(app, "score", path).stdout)["total"], 82.0949)


def test_half_a_sheet_gives_both_totals(app: Flask, tmp_path: Path) -> None:
    answers = dict(list(example()["jawaban"].items())[::2])
    path = tmp_path / "separuh.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    answer = run(app, "score", path)
    told = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert told["nilai_aman"]["total"] < told["total"]
    assert told["terisi"] == len(answers)
    path.write_text("{}", encoding="utf-8")
    empty = json.loads(run(app, "score", path).stdout)
    assert (empty["total"], empty["keterisian"]) == (0, 0)


def test_what_the_worksheet_refuses_is_named_by_id_on_stderr(app: Flask, tmp_path: Path) -> None:
    answers = example()["jawaban"] | {
        "A1.P.i.a": "Mungkin",
        "A5.R.ii.a": {"harus_ditindaklanjuti": 10, "sedang_diproses": 0, "selesai": 11},
        "A9.X": "Ya",
    }
    path = tmp_path / "salah.json"
    path.write_text(json.dumps(answers), encoding="utf-8")
    answer = run(app, "score", path)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert [line.partition(":")[0] for line in answer.stderr.splitlines()] == [
        "A1.P.i.a",
        "A5.R.ii.a",
        "A9.X",
    ]
    assert "pembilang 11 melebihi penyebut 10" in answer.stderr


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rusak.json", "{"),
        ("dua.json", '{"A1.P.i.a": "Ya", "A1.P.i.a": "Tidak"}'),
        ("dua.yaml", "A1.P.i.a: Ya\nA1.P.i.a: Tidak\n"),
        ("daftar.json", "[1, 2]"),
        ("rusak.yaml", "a: [1"),
        ("perintah.yaml", "A1.P.i.a: !!python/object/apply:os.getcwd []"),
        ("biner.json", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_holds_no_answers_is_bad_use(
    app: Flask, tmp_path: Path, name: str, content: str | bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    answer = run(app, "score", path)
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert run(app, "score", tmp_path / "tiada.json").exit_code == 2


def test_the_workbook_is_written_and_logged(app: Flask, station: Station, tmp_path: Path) -> None:
    with app.app_context():
        number = lodge(station).number
        walk(station, number, Event.CLOSE)
    out = tmp_path / "bukti.xlsx"
    answer = run(app, "export", "--agency", "SRG", "--year", 2026, "--out", out, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert told["cases"] == 1
    assert load_workbook(out)["Daftar Pengaduan"]["A6"].value == number
    with app.app_context():
        entry = db.session().scalars(select(AuditEntry).where(AuditEntry.kind == "export.wbk")).one()
    facts = json.loads(entry.body)["facts"]
    assert (facts["sha256"], entry.actor) == (told["sha256"], "system")


def test_a_cut_off_is_respected_and_repeats_byte_by_byte(
    app: Flask, station: Station, tmp_path: Path
) -> None:
    with app.app_context():
        walk(station, lodge(station).number, Event.CLOSE)
        lodge(station, at=MONDAY + timedelta(days=2))
    at = (MONDAY + timedelta(days=1)).isoformat()
    files = [tmp_path / "satu.xlsx", tmp_path / "dua.xlsx"]
    for out in files:
        words = run(app, "export", "--agency", "SRG", "--year", 2026, "--as-of", at, "--out", out)
        assert words.exit_code == 0
        assert "1 pengaduan" in words.stdout
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    "changed",
    [
        ("--agency", "XYZ"),
        ("--as-of", "2026-03-31"),
        ("--as-of", "kemarin"),
        ("--as-of", "9999-01-01T00:00:00+07:00"),
        ("--year", "dua"),
        ("--out", "/tiada/folder/bukti.xlsx"),
    ],
)
def test_bad_use_of_export_ends_with_two(
    app: Flask, station: Station, tmp_path: Path, changed: tuple[str, str]
) -> None:
    given = {"--agency": "SRG", "--year": "2026", "--out": str(tmp_path / "bukti.xlsx")} | dict([changed])
    answer = run(app, "export", *(part for pair in given.items() for part in pair))
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert not (tmp_path / "bukti.xlsx").exists()


def test_an_unknown_version_of_the_worksheet_is_named(app: Flask, station: Station, tmp_path: Path) -> None:
    with app.app_context():
        begun = start_assessment("SRG", 2026, actor=station.actor("kasiwas"), at=MONDAY)
        with unit_of_work() as session:
            session.get_one(Assessment, begun).worksheet_version = "0.1"
    for command, out in ((("wbk", "export"), "buku.xlsx"), (("evidence", "pack"), "paket.zip")):
        more = ["--agency", "SRG", "--year", "2026", "--out", str(tmp_path / out)]
        result = app.test_cli_runner().invoke(args=[*command, *more])
        assert result.exit_code == 1
        assert "lembar kerja versi 0.1 tidak ada; yang ada: " in result.stderr
        assert not (tmp_path / out).exists()
