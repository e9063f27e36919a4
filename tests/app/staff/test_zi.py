"""The integrity zone: an answer given and corrected, evidence tied, the workbook taken out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import lxml.html
import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import Answer, AuditEntry, EvidenceItem
from app.queries.assessments import find_assessment, get_answers
from app.services.assessments import answer_indicator
from tests.app.staff.conftest import SignIn
from tests.app.staff.zi_pages import answer, kinds, send
from tests.conftest import MONDAY_MORNING
from tests.factories import Station, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

HANDLED = "A5.R.ii.a"
PAGE = f"/staf/zi/2026/indikator/{HANDLED}"


@pytest.fixture
def kasiwas(app: Flask, station: Station, sign_in: SignIn) -> StrictClient:
    """Signed in, with an assessment of 2026 begun and one case that was finished."""
    with app.app_context():
        number = lodge(station, at=MONDAY_MORNING - timedelta(days=2)).number
        walk(station, number, Event.CLOSE, at=MONDAY_MORNING - timedelta(days=1))
    client = sign_in("kasiwas")
    assert send(client, "/staf/zi", "mulai").status_code == 302
    return client


def stored(app: Flask, indicator: str) -> Answer | None:
    with app.app_context():
        return db.session().scalar(select(Answer).where(Answer.indicator == indicator))


@pytest.mark.database("sqlite", "postgresql")
def test_an_answer_is_given_corrected_and_taken_back(app: Flask, kasiwas: StrictClient) -> None:
    path = "/staf/zi/2026/indikator/A1.P.i.b"
    assert answer(kasiwas, path, {"answer_value": "B", "note": "SK terlampir."}).status_code == 302
    row = stored(app, "A1.P.i.b")
    assert row is not None
    assert (row.value, row.note, row.basis) == ("B", "SK terlampir.", "manual")
    assert answer(kasiwas, path, {"answer_value": "A"}).status_code == 302
    assert answer(kasiwas, path, {"answer_value": "-"}).status_code == 302
    assert stored(app, "A1.P.i.b") is None
    assert kinds(app)[1:] == ["wbk.answer", "wbk.answer", "wbk.answer_withdrawn"]


@pytest.mark.parametrize(
    ("indicator", "values", "says"),
    [
        ("A1.P.i.b", {"answer_value": "Z"}, "Pilih salah satu pilihan yang tersedia."),
        ("B.I.a", {"answer_value": "4,5"}, "B.I.a: 4.5 di luar skala 0-4."),
        ("B.I.a", {"answer_value": "bagus"}, "Tulis indeks sebagai angka"),
        (
            HANDLED,
            {"harus_ditindaklanjuti": "5", "sedang_diproses": "0", "selesai": "6"},
            "A5.R.ii.a: pembilang 6 melebihi penyebut 5.",
        ),
        (HANDLED, {"harus_ditindaklanjuti": "-1"}, "Tulis bilangan bulat dari 0"),
    ],
)
def test_what_the_worksheet_refuses_comes_back_by_id_with_what_was_typed(
    app: Flask, kasiwas: StrictClient, indicator: str, values: dict[str, str], says: str
) -> None:
    refused = answer(
        kasiwas, f"/staf/zi/2026/indikator/{indicator}", {**values, "note": "Catatan yang diketik."}
    )
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert says in page
    assert "Catatan yang diketik." in page
    typed = next(iter(values.values()))
    assert typed == "Z" or f'value="{typed}"' in page
    assert stored(app, indicator) is None


def test_two_people_on_one_indicator(app: Flask, kasiwas: StrictClient, station: Station) -> None:
    path = "/staf/zi/2026/indikator/A1.P.i.b"
    open_page = kasiwas.get(path)
    (form,) = lxml.html.fromstring(open_page.get_data(as_text=True)).xpath("//form[@id='jawab']")
    with app.app_context():
        assessment = find_assessment(db.session(), station.agency_id, 2026)
        assert assessment is not None
        answer_indicator(
            assessment.id, "A1.P.i.b", "C", seen="", actor=station.actor("kapolresta"), at=MONDAY_MORNING
        )
    late = kasiwas.post(
        path,
        data=dict(form.form_values()) | {"answer_value": "A", "note": "Punya saya."},
        headers={"Referer": "http://localhost/"},
    )
    page = late.get_data(as_text=True)
    assert late.status_code == 422
    assert "dijawab orang lain" in page
    assert "Punya saya." in page
    row = stored(app, "A1.P.i.b")
    assert row is not None
    assert row.value == "C"


@pytest.mark.database("sqlite", "postgresql")
def test_evidence_is_added_tied_to_another_and_let_go(app: Flask, kasiwas: StrictClient) -> None:
    first, second = (f"/staf/zi/2026/indikator/{i}" for i in ("A1.P.i.a", "A1.P.i.b"))
    bad = kasiwas.submit(f"{first}/bukti", {"title": "SK Tim", "url": "javascript:alert(1)"})
    assert bad.status_code == 422
    assert "Tulis alamat web yang lengkap" in bad.get_data(as_text=True)
    document = {
        "title": "SK Tim Kerja",
        "number": "Kep/12/I/2026",
        "signed_on": ["12", "1", "2026"],
        "signer": "Kapolresta",
        "url": "https://bukti.example.go.id/kep-12.pdf",
    }
    assert kasiwas.submit(f"{first}/bukti", document).status_code == 302
    again = kasiwas.submit(f"{second}/bukti", document)
    assert "sudah ada" in again.get_data(as_text=True)
    with app.app_context():
        evidence_id = db.session().scalars(select(EvidenceItem.id)).one()
    assert send(kasiwas, second, "/kaitkan", {"evidence": str(evidence_id)}).status_code == 302
    assert "Kep/12/I/2026" in kasiwas.get(second).get_data(as_text=True)
    assert send(kasiwas, second, "/lepas").status_code == 302
    assert "Belum ada bukti." in kasiwas.get(second).get_data(as_text=True)
    assert "Kep/12/I/2026" in kasiwas.get(first).get_data(as_text=True)
    assert kinds(app)[1:] == ["wbk.evidence", "wbk.evidence", "wbk.evidence_removed"]


def test_evidence_of_another_agency_is_not_found(app: Flask, kasiwas: StrictClient) -> None:
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        with unit_of_work() as session:
            item = EvidenceItem(
                agency_id=other.agency_id, number="X", title="Milik CLG", created_at=MONDAY_MORNING
            )
            session.add(item)
            session.flush()
            foreign = item.id
    page = kasiwas.get("/staf/zi/2026/indikator/A1.P.i.a")
    token = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")[0]
    sent = kasiwas.post(
        "/staf/zi/2026/indikator/A1.P.i.a/kaitkan",
        data={"csrf_token": token, "evidence": str(foreign)},
        headers={"Referer": "http://localhost/"},
        follow_redirects=True,
    )
    text = sent.get_data(as_text=True)
    assert "Pilih dokumen dari daftar." in text
    assert "Milik CLG" not in text


def test_the_workbook_holds_the_answer_and_the_log_its_digest(app: Flask, kasiwas: StrictClient) -> None:
    answer(kasiwas, PAGE, {"harus_ditindaklanjuti": "1", "sedang_diproses": "0", "selesai": "1"})
    made = send(kasiwas, "/staf/zi", "/ekspor")
    sheet = load_workbook(BytesIO(made.data))["LKE"]
    answers = {row[0].value: row[5].value for row in sheet.iter_rows(min_row=2) if row[0].value}
    assert answers[f"{HANDLED}.selesai"] == 1
    with app.app_context():
        body = db.session().scalars(select(AuditEntry.body).where(AuditEntry.kind == "export.wbk")).one()
    import hashlib

    assert json.loads(body)["facts"]["sha256"] == hashlib.sha256(made.data).hexdigest()


def test_the_score_follows_the_answers(kasiwas: StrictClient) -> None:
    assert "0/113" in kasiwas.get("/staf/zi").get_data(as_text=True)
    answer(kasiwas, "/staf/zi/2026/indikator/B.I.a", {"answer_value": "3,65"})
    page = kasiwas.get("/staf/zi").get_data(as_text=True)
    assert "1/113" in page
    assert "15,97" in page


@pytest.mark.parametrize("who", ["petugas", "kasipropam", "penyidik", "kaspkt", "admin"])
def test_others_find_no_integrity_zone(kasiwas: StrictClient, app: Flask, sign_in: SignIn, who: str) -> None:
    client = sign_in(who)
    for path in ("", "/2026/A1", "/2026/indikator/A1.P.i.a", "/2026/indikator/A1.P.i.a/bukti"):
        assert client.get(f"/staf/zi{path}").status_code == 404
    assert "/staf/zi" not in client.get("/staf/").get_data(as_text=True)


def test_pages_that_do_not_exist(kasiwas: StrictClient) -> None:
    for path in (
        "2026/A7",
        "2026/indikator/A9.P.i.a",
        "2025/A1",
        "1999/A1",
        "2026/indikator/A9/bukti",
        "2025/indikator/A1.P.i.a",
    ):
        assert kasiwas.get(f"/staf/zi/{path}").status_code == 404, path


def test_every_indicator_has_a_page_in_both_languages(
    app: Flask, kasiwas: StrictClient, done: Callable[[Callable[[], Any]], Any]
) -> None:
    from app.queries.assessments import get_worksheet

    one_of_each = {indicator.kind: indicator.id for indicator in get_worksheet().indicators}
    for indicator in one_of_each.values():
        for lang in ("id", "en"):
            assert kasiwas.get(f"/staf/zi/2026/indikator/{indicator}?lang={lang}").status_code == 200
    for part in ("A1", "A2", "A3", "A4", "A5", "A6", "B"):
        assert kasiwas.get(f"/staf/zi/2026/{part}?lang=en").status_code == 200
    assert kasiwas.get("/staf/zi?lang=en").status_code == 200


def test_a_wrong_agency_reads_no_answers(app: Flask, kasiwas: StrictClient, station: Station) -> None:
    answer(kasiwas, "/staf/zi/2026/indikator/A1.P.i.b", {"answer_value": "A"})
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        assert find_assessment(db.session(), other.agency_id, 2026) is None
        known = find_assessment(db.session(), station.agency_id, 2026)
        assert known is not None
        assert get_answers(db.session(), known.id, MONDAY_MORNING).keys() == {"A1.P.i.b"}
