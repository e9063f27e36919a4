"""``register import`` and ``register export`` as an operator types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry
from app.services.registers import HEADER
from tests.app.importing.support import COMPLAINTS, EXAMPLES, FINDINGS, mapping_text, write
from tests.factories import filing, lodge, make_station
from workflows.vocabulary import IdentityMode

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def station_app(app: Flask) -> Flask:
    """An application with a station."""
    with app.app_context():
        make_station()
    return app


def invoke(app: Flask, *args: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    result = app.test_cli_runner().invoke(args=["register", *args])
    return result.exit_code, result.stdout, result.stderr


def test_import_tells_what_it_did(station_app: Flask) -> None:
    mapping = str(EXAMPLES / "ppd-complaints.toml")
    code, out, _ = invoke(station_app, "import", str(COMPLAINTS), "--mapping", mapping, "--dry-run")
    assert code == 0
    assert out.splitlines() == [
        "6 baris dibaca: 6 akan ditambahkan, 0 sudah ada, 0 ditolak.",
        "Uji coba: tidak ada yang ditulis.",
    ]
    code, out, _ = invoke(station_app, "import", str(COMPLAINTS), "--mapping", mapping)
    assert out == "6 baris dibaca: 6 ditambahkan, 0 sudah ada, 0 ditolak.\n"
    findings = str(EXAMPLES / "ppd-findings.toml")
    code, out, _ = invoke(station_app, "import", str(FINDINGS), "--mapping", findings, "--json")
    told = json.loads(out)
    assert (code, told["new"], told["cases_touched"], told["problems"]) == (0, 8, 4, [])


def test_import_shows_ten_refusals_and_a_dry_run_all(station_app: Flask, tmp_path: Path) -> None:
    good = [f'20-{n},2020-01-06,1, DRUGS,"Nomor {n}."' for n in range(20)]
    bad = [f'21-{n},kemarin,1, DRUGS,"Nomor {n}."' for n in range(13)]
    path = str(write(tmp_path, *good, *bad))
    mapping = str(EXAMPLES / "ppd-complaints.toml")
    _, out, _ = invoke(station_app, "import", path, "--mapping", mapping, "--dry-run")
    assert out.count("bukan tanggal") == 13
    _, out, _ = invoke(station_app, "import", path, "--mapping", mapping)
    assert out.count("bukan tanggal") == 10
    assert "… dan 3 penolakan lain" in out
    assert out.splitlines()[-1] == "33 baris dibaca: 20 ditambahkan, 0 sudah ada, 13 ditolak."


def test_a_refused_file_ends_with_1(station_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(b"%PDF-1.7")
    mapping = str(EXAMPLES / "ppd-complaints.toml")
    code, out, err = invoke(station_app, "import", str(path), "--mapping", mapping)
    assert (code, out) == (1, "")
    assert "tidak ada yang ditulis" in err
    assert "bukan CSV melainkan PDF" in err
    code, out, _ = invoke(station_app, "import", str(path), "--mapping", mapping, "--json")
    assert code == 1
    assert json.loads(out)["problems"][0]["code"] == "binary"


def test_a_mapping_at_fault_ends_with_2(station_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(mapping_text("complaints").replace('"letter"', '"merpati"'), "utf-8")
    code, _, err = invoke(station_app, "import", str(COMPLAINTS), "--mapping", str(path))
    assert code == 2
    assert "defaults.channel: bukan nilai channel: 'merpati'" in err
    path.write_text(mapping_text("complaints").replace('"SRG"', '"XYZ"'), "utf-8")
    code, _, err = invoke(station_app, "import", str(COMPLAINTS), "--mapping", str(path))
    assert (code, "tidak ada satuan berkode XYZ" in err) == (2, True)
    path.write_bytes(b"\xff\xfe")
    code, _, err = invoke(station_app, "import", str(COMPLAINTS), "--mapping", str(path))
    assert (code, "bukan teks UTF-8" in err) == (2, True)


# --- export ------------------------------------------------------------------------------

MARKER = "Zulkarnaen Penandasatu"


def _fill(app: Flask) -> None:
    with app.app_context():
        station = make_station()
        lodge(station, place='=cmd|" /C calc"!A1', identity_mode=IdentityMode.WITHHELD)
        identity = filing(station).identity
        lodge(station, identity=type(identity)(name=MARKER, address="Jalan Rahasia 1"), place="+62 di loket")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_register_goes_out_without_identities_or_formulas(
    app: Flask, tmp_path: Path, suffix: str
) -> None:
    _fill(app)
    out = tmp_path / f"register{suffix}"
    code, told, _ = invoke(app, "export", "--agency", "SRG", "--out", str(out))
    assert (code, told) == (0, f"2 pengaduan ditulis ke {out}\n")
    rows = _read(out)
    assert tuple(rows[0]) == HEADER
    assert [row[0] for row in rows[1:]] == ["SRG-2026-000001", "SRG-2026-000002"]
    assert rows[1][3] == "dirahasiakan"
    place = HEADER.index("Lokasi")
    if suffix == ".csv":
        assert rows[1][place] == '\'=cmd|" /C calc"!A1'
        assert rows[2][place] == "'+62 di loket"
    else:
        sheet = load_workbook(out).active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} <= {
            "s",
            "n",
        }
        assert rows[1][place] == '=cmd|" /C calc"!A1'
    flat = " ".join(str(cell) for row in rows for cell in row)
    for secret in (MARKER, "Rahasia", "Siti", "Saya menunggu"):
        assert secret not in flat
    with app.app_context():
        kinds = db.session().scalars(select(AuditEntry.kind)).all()
    assert kinds.count("register.export") == 1


def _read(path: Path) -> list[list[object]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return [list(row) for row in csv.reader(stream)]
    return [list(row) for row in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()]


def test_export_refuses_what_it_cannot_do(app: Flask, tmp_path: Path) -> None:
    _fill(app)
    code, _, err = invoke(app, "export", "--agency", "SRG", "--out", str(tmp_path / "register.pdf"))
    assert (code, ".csv atau .xlsx" in err) == (2, True)
    code, _, err = invoke(app, "export", "--agency", "XYZ", "--out", str(tmp_path / "register.csv"))
    assert (code, "tidak ada satuan" in err) == (2, True)
    assert list(tmp_path.glob("register.*")) == []
