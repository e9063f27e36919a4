"""``evidence pack`` and ``evidence verify`` at a terminal, beside ``audit verify`` on the same log."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock, create_app
from app.database import unit_of_work
from app.models import Assessment, AuditEntry, AuditSeal, Complaint, EvidenceFile, EvidenceItem, EvidenceLink
from app.queries.assessments import get_worksheet
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.security.vault import new_case_key, wrap_case_key
from app.storage import get_storage
from config import Environment, Settings
from tests import factories
from tests.app.services.test_sealing import without_triggers
from tests.factories import Station
from workflows.audit import canonical, entry_digest
from workflows.merkle import leaf_hash
from workflows.vocabulary import Event

LETTER = b"%PDF-1.7 surat keputusan" * 2000


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=[*map(str, arguments)])


def answer(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def station(app: Flask) -> Station:
    """Two cases, one of them closed, and a document behind one indicator."""
    with app.app_context():
        station = factories.make_station()
        factories.walk(station, factories.lodge(station).number, Event.CLOSE)
        factories.lodge(station)
        _attach_letter(station)
        return station


def _attach_letter(station: Station) -> None:
    key = new_case_key()
    stored = get_storage().put(io.BytesIO(LETTER), key)
    key_id, wrapped = wrap_case_key(get_keys(), key)
    with unit_of_work() as session:
        agency_id = session.scalars(select(Complaint.agency_id).limit(1)).one()
        assessment = Assessment(
            agency_id=agency_id, year=2026, worksheet_version=get_worksheet().version, created_at=clock.now()
        )
        item = EvidenceItem(
            agency_id=agency_id,
            number="Kep/1/2026",
            title="Tim",
            signed_on=date(2026, 1, 5),
            created_at=clock.now(),
        )
        session.add_all([assessment, item])
        session.flush()
        session.add(EvidenceLink(evidence_id=item.id, assessment_id=assessment.id, indicator="A1.P.i.a"))
        session.add(
            EvidenceFile(
                evidence_id=item.id,
                name="Kep Tim ‮gnp.PDF",
                content_type="application/pdf",
                size=stored.size,
                sha256=stored.sha256,
                storage_key=stored.key,
                vault_key_id=key_id,
                wrapped_key=wrapped,
                uploaded_at=clock.now(),
            )
        )


def make(app: Flask, out: Path, *more: object) -> dict[str, Any]:
    result = run(app, "evidence", "pack", "--agency", "SRG", "--year", 2026, "--out", out, "--json", *more)
    assert result.exit_code == 0, result.output
    return answer(result)


def test_a_pack_holds_everything_and_verifies(app: Flask, station: Station, tmp_path: Path) -> None:
    made = make(app, out := tmp_path / "bukti.zip")
    assert (made["cases"], made["unproved"]) == (2, [])
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        letter = archive.read("bukti/00001-1.pdf")
        listed = archive.read("lampiran/bukti.csv").decode("utf-8-sig")
    assert letter == LETTER
    assert "Kep/1/2026" in listed
    assert {"WBK-SRG-2026.xlsx", "verifikasi.py", "lampiran/pengaduan.csv", "MANIFEST.json"} <= set(names)
    assert list(tmp_path.glob(".bukti*")) == [], "no draft stays behind"
    verified = run(app, "evidence", "verify", out, "--json")
    assert (verified.exit_code, answer(verified)["facts"]["cases_proved"]) == (0, 2)
    assert run(app, "evidence", "verify", out).stdout.strip().endswith("utuh")


def test_making_it_stands_in_the_log(app: Flask, station: Station, tmp_path: Path) -> None:
    made = make(app, tmp_path / "bukti.zip")
    with app.app_context(), unit_of_work() as session:
        body = session.execute(select(AuditEntry.body).where(AuditEntry.kind == "export.pack")).scalar_one()
    assert json.loads(body)["facts"]["manifest"] == made["manifest"]


@pytest.mark.database("sqlite")
def test_it_needs_no_database_to_verify(app: Flask, station: Station, tmp_path: Path) -> None:
    make(app, out := tmp_path / "bukti.zip")
    with app.app_context():
        keys = json.dumps(PublishedKeys.of(get_keys()).to_json())
    (listed := tmp_path / "kunci.json").write_text(keys)
    elsewhere = create_app(
        Settings(
            environment=Environment.TEST,
            instance_path=tmp_path / "elsewhere",
            database_url=f"sqlite:///{tmp_path}/none.db",
        )
    )
    sound = run(elsewhere, "evidence", "verify", out, "--keys", listed)
    assert sound.exit_code == 0, sound.output
    stranger = run(elsewhere, "evidence", "verify", out)
    assert stranger.exit_code == 1, "by the keys of another installation"
    assert "not in the published list" in stranger.stdout
    assert not (tmp_path / "none.db").exists()


def write_anew(session: Session, seq: int) -> int:
    """Change an entry of the first case, and every digest and leaf hash after it; gives its position."""
    chain = session.scalars(select(AuditEntry.chain).where(AuditEntry.chain.like("case:%")).limit(1)).one()
    rows = session.execute(
        select(AuditEntry.id, AuditEntry.body, AuditSeal.position)
        .join(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.chain == chain, AuditEntry.seq >= seq)
        .order_by(AuditEntry.seq)
    ).all()
    prev = json.loads(rows[0].body)["prev"]
    for row in rows:
        entry = {**json.loads(row.body), "prev": prev} | ({"kind": "case.other"} if row is rows[0] else {})
        body = canonical(entry)
        prev = entry_digest(body)
        change = {"id": row.id, "body": body.decode(), "digest": prev, "leaf": leaf_hash(body)}
        session.execute(text("UPDATE audit_entry SET body = :body, digest = :digest WHERE id = :id"), change)
        session.execute(text("UPDATE audit_seal SET leaf = :leaf WHERE entry_id = :id"), change)
    return int(rows[0].position)


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_log_written_anew_is_named_as_audit_verify_names_it(
    app: Flask, station: Station, tmp_path: Path, seq: int
) -> None:
    run(app, "audit", "checkpoint", "--out", seen := tmp_path / "saksi.json")
    with app.app_context(), without_triggers() as unit:
        position = write_anew(unit, seq)
    audited = answer(run(app, "audit", "verify", "--witness", seen, "--json"))
    assert audited["first_bad"]["position"] == position
    make(app, out := tmp_path / "bukti.zip")
    verified = run(app, "evidence", "verify", out, "--witness", seen, "--json")
    assert verified.exit_code == 1
    by_witness = [one for one in answer(verified)["findings"] if one["where"].startswith("witness")]
    assert [one["position"] for one in by_witness] == [position]


@pytest.mark.database("sqlite")
def test_a_witness_that_is_none_or_of_another_log_is_bad_use(
    app: Flask, station: Station, tmp_path: Path
) -> None:
    (no := tmp_path / "no.json").write_text("{}")
    out = tmp_path / "bukti.zip"
    arguments = ["evidence", "pack", "--agency", "SRG", "--year", 2026, "--out", out, "--witness"]
    assert run(app, *arguments, no).exit_code == 2
    make(app, out)
    assert run(app, "evidence", "verify", out, "--witness", no).exit_code == 2


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    "changes",
    [
        {"--agency": "XYZ"},
        {"--as-of": "2999-01-01T00:00:00+07:00"},
        {"--as-of": "kemarin"},
        {"--out": "/no/x.zip"},
    ],
)
def test_bad_use_ends_with_two_and_leaves_nothing(
    app: Flask, station: Station, tmp_path: Path, changes: dict[str, str]
) -> None:
    given = {"--agency": "SRG", "--year": "2026", "--out": str(tmp_path / "b.zip")} | changes
    result = run(app, "evidence", "pack", *(word for pair in given.items() for word in pair))
    assert result.exit_code == 2, result.output
    assert list(tmp_path.glob("*.zip")) == []


def test_a_year_without_cases_and_assessment_still_makes_a_sound_pack(
    app: Flask, station: Station, tmp_path: Path
) -> None:
    out = tmp_path / "kosong.zip"
    result = run(app, "evidence", "pack", "--agency", "SRG", "--year", 2019, "--out", out)
    assert result.exit_code == 0, result.output
    assert run(app, "evidence", "verify", out).exit_code == 0


@pytest.mark.database("sqlite")
def test_an_existing_file_is_replaced_only_when_the_new_one_is_whole(
    app: Flask, station: Station, tmp_path: Path
) -> None:
    (out := tmp_path / "bukti.zip").write_bytes(b"the pack of yesterday")
    assert run(app, "evidence", "pack", "--agency", "XYZ", "--year", 2026, "--out", out).exit_code == 2
    assert out.read_bytes() == b"the pack of yesterday"
    make(app, out)
    assert run(app, "evidence", "verify", out).exit_code == 0
