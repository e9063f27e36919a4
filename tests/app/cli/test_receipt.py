"""``receipt verify`` on the document itself and inside a PDF, with the published keys alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pikepdf
import pytest
from click.testing import Result
from flask import Flask

from app import clock
from app.cli.receipt import EMBEDDED
from app.extensions import db
from app.security.published_keys import PublishedKeys
from app.security.receipts import Edition
from app.security.ring import get_keys
from app.services.receipts import read_receipt
from app.services.sealing import seal
from config import ROOT
from reports.letters.receipt import extract_documents
from tests import factories
from tests.app.public.steps import open_case
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["receipt", "verify", *map(str, arguments)])


def answer(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def document(app: Flask) -> bytes:
    """A receipt as the citizen gets it after sealing."""
    with app.app_context():
        lodged = factories.lodge(factories.make_station(), at=clock.now())
        seal(clock.now())
        session = db.session()
        signed = read_receipt(session, factories.complaint_of(lodged.number), Edition.FULL)
        assert signed is not None
        return signed.document()


@pytest.fixture
def path(document: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "tanda-terima.json"
    file.write_bytes(document)
    return file


def as_pdf(document: bytes, path: Path, name: str = EMBEDDED) -> Path:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments[name] = document
        pdf.save(path)
    return path


def test_a_genuine_receipt_is_known_and_its_sealing_shown(app: Flask, path: Path) -> None:
    result = run(app, path, "--json")
    assert result.exit_code == 0
    found = answer(result)
    assert (found["genuine"], found["sealed"]) == (True, True)
    assert found["number"].startswith("SRG-")
    assert {check["outcome"] for check in found["checks"]} <= {"passed", "unchecked"}
    words = run(app, path).stdout
    assert "Tanda terima ini asli." in words
    assert "✗" not in words


def test_the_receipt_in_a_pdf_is_found(app: Flask, document: bytes, tmp_path: Path) -> None:
    result = run(app, as_pdf(document, tmp_path / "tanda-terima.pdf"), "--json")
    assert result.exit_code == 0
    assert answer(result)["genuine"] is True


@pytest.mark.parametrize("kind", ["json", "pdf"])
def test_a_changed_word_is_exposed(app: Flask, document: bytes, tmp_path: Path, kind: str) -> None:
    forged = document.replace(b"tiga hari", b"dua  hari")
    assert forged != document
    file = tmp_path / f"palsu.{kind}"
    as_pdf(forged, file) if kind == "pdf" else file.write_bytes(forged)
    result = run(app, file, "--json")
    assert result.exit_code == 1
    found = answer(result)
    assert (found["genuine"], found["number"]) == (False, None), "a forgery is not quoted"
    assert "TIDAK" in run(app, file).stdout


def test_a_receipt_dated_back_is_exposed(app: Flask, document: bytes, tmp_path: Path) -> None:
    value = json.loads(document)
    issued = value["body"]["issued_at"].encode()
    file = tmp_path / "mundur.json"
    file.write_bytes(document.replace(issued, b"2020-01-01T00:00:00.000000Z"))
    assert run(app, file).exit_code == 1


def test_the_keys_are_those_of_the_published_list(app: Flask, path: Path, tmp_path: Path) -> None:
    keys = tmp_path / "kunci.json"
    with app.app_context():
        listed = PublishedKeys.of(get_keys()).to_json()
    keys.write_text(json.dumps(listed))
    assert run(app, path, "--keys", keys).exit_code == 0
    listed["keys"] = [key for key in listed["keys"] if key["use"] != "receipt"]
    keys.write_text(json.dumps(listed))
    assert run(app, path, "--keys", keys).exit_code == 1


def test_it_works_offline_on_another_machine(app: Flask, path: Path, tmp_path: Path) -> None:
    """Another installation, no database, only the published list."""
    keys = tmp_path / "kunci.json"
    with app.app_context():
        keys.write_text(json.dumps(PublishedKeys.of(get_keys()).to_json()))
    result = subprocess.run(
        [*(sys.executable, "-m", "flask", "--app", "wsgi", "receipt", "verify"), path, "--keys", keys],
        cwd=ROOT,
        env={**os.environ, "SAHUT_ENV": "test", "SAHUT_INSTANCE": str(tmp_path / "lain")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "asli" in result.stdout


def test_bad_files_are_refused_plainly(app: Flask, document: bytes, tmp_path: Path) -> None:
    without = as_pdf(document, tmp_path / "lain.pdf", name="lampiran.txt")
    broken = tmp_path / "rusak.pdf"
    broken.write_bytes(b"%PDF-1.7\n")
    large = tmp_path / "besar.json"
    large.write_bytes(b" " * 2_000_000)
    for file in (without, broken, large, tmp_path / "tidak-ada.json"):
        result = run(app, file)
        assert result.exit_code == 2, file
        assert "Traceback" not in result.output
    nothing = tmp_path / "bukan.json"
    nothing.write_text("{}")
    assert run(app, nothing).exit_code == 1


def test_a_proof_of_complaint_is_checked_whole(app: Flask, tmp_path: Path) -> None:
    """Receipt and statement of one case are genuine together; of two cases they are not."""
    with app.app_context():
        station = factories.make_station()
        lodged = [factories.lodge(station, at=clock.now(), narrative=text) for text in ("Satu.", "Dua.")]
    documents = []
    for one in lodged:
        client = cast(StrictClient, app.test_client())
        assert open_case(client, one.number, one.tracking_code).status_code == 303
        pdf = client.get("/status/kasus/bukti-pengaduan.pdf").get_data()
        documents.append(extract_documents(pdf))
    (tmp_path / "bukti.pdf").write_bytes(pdf)
    whole = run(app, tmp_path / "bukti.pdf", "--json")
    assert whole.exit_code == 0
    assert answer(whole)["statement"] == {
        "genuine": True,
        "as_of": answer(whole)["statement"]["as_of"],
        "unanswered": [],
    }
    with pikepdf.new() as mixed:
        mixed.add_blank_page()
        for name, content in (("receipt.json", documents[0][0]), ("statement.json", documents[1][1])):
            assert content is not None
            mixed.attachments[name] = pikepdf.AttachedFileSpec(mixed, content, filename=name)
        mixed.save(tmp_path / "campur.pdf")
    found = run(app, tmp_path / "campur.pdf", "--json")
    assert found.exit_code == 1
    assert answer(found)["statement"] == {"genuine": False}
    assert "TIDAK dapat dipercaya" in run(app, tmp_path / "campur.pdf").stdout
