"""Assessments as reviewers find them: both answers, documents that open, the pack as of a day."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any, cast

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import Assessment, AuditEntry, EvidenceFile
from app.security.vault import new_case_key
from app.services.assessments import answer_indicator, start_assessment
from app.services.evidence_files import SealedFiles, without_copy
from app.services.evidence_items import Document, attach_evidence
from app.services.files import store_file
from app.services.tpi_answers import enter_tpi_answer
from tests.factories import MONDAY, PASSWORD, Station, make_station
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("frozen_clock")]

KEY = "A1.P.i.b"
WORDS = b"Keputusan tentang tim kerja."


@pytest.fixture
def station(app: Flask, frozen_clock: time_machine.Traveller) -> Station:
    """With an answer, the TPI's beside it, and a document with its file."""
    with app.app_context():
        made = make_station()
        actor = made.actor("kasiwas")
        begun = start_assessment("SRG", 2026, actor=actor, at=MONDAY)
        answer_indicator(begun, KEY, "A", "Lihat SK.", seen="", actor=actor, at=MONDAY)
        enter_tpi_answer(
            begun, KEY, "B", "SK belum lengkap.", sheet_on=MONDAY.date(), seen="", actor=actor, at=MONDAY
        )
        key = new_case_key()
        files = SealedFiles((without_copy(store_file(io.BytesIO(WORDS), "sk.txt", key)),), key)
        letter = Document("Kep/12/I/2026", "SK Tim Kerja", date(2026, 1, 12), "Kapolresta")
        attach_evidence(begun, (KEY,), letter, sealed=files, actor=actor, at=MONDAY)
        return made


@pytest.fixture
def reviewer(app: Flask, station: Station) -> StrictClient:
    client = cast(StrictClient, app.test_client())
    assert client.submit("/masuk", {"username": "ombudsman", "password": PASSWORD}).status_code == 302
    return client


def text_of(page: Any) -> str:
    return " ".join(lxml.html.fromstring(page.get_data(as_text=True)).text_content().split())


def logged(app: Flask, kind: str) -> list[dict[str, Any]]:
    with app.app_context():
        bodies = db.session().scalars(select(AuditEntry.body).where(AuditEntry.kind == kind))
        return [json.loads(body) for body in bodies]


def test_an_indicator_shows_both_answers_and_opens_its_document(app: Flask, reviewer: StrictClient) -> None:
    assessment = reviewer.get("/ombudsman/wbk/SRG/2026").get_data(as_text=True)
    assert '/ombudsman/wbk/SRG/2026/A1"' in assessment
    page = reviewer.get("/ombudsman/wbk/SRG/2026/A1")
    words = text_of(page)
    for told in ("Unit: A", "TPI: B", "Lihat SK.", "SK belum lengkap.", "Kep/12/I/2026", "sah"):
        assert told in words
    with app.app_context():
        file_id = db.session().scalars(select(EvidenceFile.id)).one()
    assert f"/ombudsman/wbk/berkas/{file_id}" in page.get_data(as_text=True)
    assert reviewer.get(f"/ombudsman/wbk/berkas/{file_id}").data == WORDS
    (entry,) = logged(app, "wbk.evidence_read")
    assert (entry["chain"], entry["role"]) == ("agency:SRG", "ombudsman")
    assert reviewer.get("/ombudsman/wbk/berkas/999").status_code == 404
    assert reviewer.get("/ombudsman/wbk/SRG/2026/B?lang=en").status_code == 200
    for missing in ("SRG/2026/A7", "SRG/2025/A1", "XXX/2026/A1"):
        assert reviewer.get(f"/ombudsman/wbk/{missing}").status_code == 404


def test_the_pack_comes_with_its_documents_as_of_a_day(
    app: Flask, reviewer: StrictClient, frozen_clock: time_machine.Traveller
) -> None:
    now = reviewer.submit("/ombudsman/wbk/SRG/2026", button="pack")
    assert now.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(now.data)) as pack:
        (path,) = [name for name in pack.namelist() if name.startswith("bukti/")]
        assert pack.read(path) == WORDS
    day = MONDAY.date() - timedelta(days=1)
    earlier = reviewer.submit(
        "/ombudsman/wbk/SRG/2026",
        {"cut_off": [str(day.day), str(day.month), str(day.year)]},
        button="pack",
    )
    with zipfile.ZipFile(io.BytesIO(earlier.data)) as pack:
        assert [name for name in pack.namelist() if name.startswith("bukti/")] == []
    assert [entry["facts"]["year"] for entry in logged(app, "export.pack")] == [2026, 2026]


def test_an_unknown_version_is_named_and_hides_no_other_station(
    app: Flask, reviewer: StrictClient, station: Station
) -> None:
    with app.app_context(), unit_of_work() as session:
        session.scalars(select(Assessment)).one().worksheet_version = "0.1"
    page = reviewer.get("/ombudsman/wbk/SRG/2026")
    assert page.status_code == 409
    assert "lembar kerja versi 0.1" in text_of(page)
    assert "versi 0.1 tidak dikenal" in text_of(reviewer.get("/ombudsman/wbk"))
