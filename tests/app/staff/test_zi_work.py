"""A ZI officer's day: documents with files, the TPI's sheet, owners, last year's documents, the pack."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any, cast

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import Agency, Assessment, AuditEntry, EvidenceFile, EvidenceItem
from app.services.assessment_duties import Owner, give_duty
from app.services.assessments import answer_indicator, start_assessment
from app.services.evidence_items import Document, attach_evidence
from tests.app.staff.conftest import SignIn
from tests.app.staff.zi_pages import YEAR, answer, indicator, kinds, send
from tests.conftest import MONDAY_MORNING
from tests.factories import Station, add_user
from tests.support.client import StrictClient
from workflows.vocabulary import Role

pytestmark = pytest.mark.database("sqlite")

KEY, OTHER = "A1.P.i.a", "A1.P.i.b"
LETTER: dict[str, Any] = {
    "title": "SK Tim Kerja",
    "number": "Kep/12/I/2026",
    "signed_on": ["12", "1", "2026"],
    "signer": "Kapolresta",
}


@pytest.fixture
def assessment(app: Flask, station: Station) -> int:
    with app.app_context():
        return start_assessment("SRG", 2026, actor=station.actor("kasiwas"), at=MONDAY_MORNING)


@pytest.fixture
def kasiwas(assessment: int, sign_in: SignIn) -> StrictClient:
    return sign_in("kasiwas")


def text_of(page: Any) -> str:
    return " ".join(lxml.html.fromstring(page.get_data(as_text=True)).text_content().split())


def a_file(text: bytes = b"Isi surat keputusan.", name: str = "sk.txt") -> list[tuple[io.BytesIO, str]]:
    return [(io.BytesIO(text), name)]


def test_a_document_with_its_file_goes_into_the_pack(app: Flask, kasiwas: StrictClient) -> None:
    assert kasiwas.submit(f"{indicator(KEY)}/bukti", LETTER | {"files": a_file()}).status_code == 302
    page = text_of(kasiwas.get(indicator(KEY)))
    assert "sk.txt" in page
    with app.app_context():
        stored = db.session().scalars(select(EvidenceFile)).one()
        assert b"Isi surat" not in stored.wrapped_key
        file_id = stored.id
    assert kasiwas.get(f"/staf/zi/berkas/{file_id}").data == b"Isi surat keputusan."
    made = send(kasiwas, "/staf/zi", "/paket")
    assert made.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(made.data)) as pack:
        (path,) = [name for name in pack.namelist() if name.startswith("bukti/")]
        assert pack.read(path) == b"Isi surat keputusan."
        assert "WBK-SRG-2026.xlsx" in pack.namelist()
    with app.app_context():
        logged = list(db.session().scalars(select(AuditEntry.kind).where(AuditEntry.chain == "agency:SRG")))
    assert logged[-2:] == ["wbk.evidence_read", "export.pack"]


def test_what_was_chosen_and_typed_is_not_lost_when_the_page_comes_back(
    app: Flask, kasiwas: StrictClient
) -> None:
    path = f"{indicator(KEY)}/bukti"
    back = kasiwas.submit(path, LETTER | {"title": "", "files": a_file()})
    page = back.get_data(as_text=True)
    assert back.status_code == 422
    assert "Tulis judul dokumen." in page
    assert "sk.txt" in page
    assert 'value="Kep/12/I/2026"' in page
    assert kasiwas.submit(path, {"title": "SK Tim Kerja"}, page=back).status_code == 302
    with app.app_context():
        assert db.session().scalars(select(EvidenceFile.name)).all() == ["sk.txt"]


def test_the_same_file_again_is_named_with_the_document_that_has_it(kasiwas: StrictClient) -> None:
    kasiwas.submit(f"{indicator(KEY)}/bukti", LETTER | {"files": a_file()})
    again = kasiwas.submit(
        f"{indicator(OTHER)}/bukti", LETTER | {"number": "Kep/13", "title": "Salinan", "files": a_file()}
    )
    assert again.status_code == 422
    assert "Berkas yang sama sudah ada pada dokumen lain" in text_of(again)
    assert "Kep/12/I/2026: SK Tim Kerja" in text_of(again)


def test_a_document_without_date_is_kept_and_the_field_that_mends_it_is_named(
    app: Flask, kasiwas: StrictClient
) -> None:
    sent = kasiwas.submit(
        f"{indicator(KEY)}/bukti",
        LETTER | {"signed_on": ["", "", ""], "files": a_file()},
        follow_redirects=True,
    )
    assert "tanpa tanggal tidak dihitung sebagai bukti" in text_of(sent)
    assert "Tanpa tanggal; tidak dihitung sebagai bukti." in text_of(kasiwas.get(f"{YEAR}/bukti"))
    mend = kasiwas.get(f"{YEAR}/bukti/1/ubah").get_data(as_text=True)
    (fault,) = lxml.html.fromstring(mend).xpath("//a[contains(@href, '#signed_on')]/text()")
    assert fault == "Tanpa tanggal; tidak dihitung sebagai bukti."
    fixed = kasiwas.submit(f"{YEAR}/bukti/1/ubah", {"signed_on": ["12", "1", "2026"]}, follow_redirects=True)
    assert "Tanpa tanggal" not in text_of(fixed)
    assert "sk.txt" in text_of(fixed)
    assert "Dokumen ini sudah digantikan." in text_of(kasiwas.get(f"{YEAR}/bukti/1"))
    assert kasiwas.get(f"{YEAR}/bukti/1/ubah").status_code == 404
    assert kinds(app)[-1] == "wbk.evidence_corrected"


def test_a_document_is_judged_with_a_reason(kasiwas: StrictClient) -> None:
    kasiwas.submit(f"{indicator(KEY)}/bukti", LETTER | {"files": a_file()})
    path = f"{YEAR}/bukti/1"
    refused = send(kasiwas, path, "/nilai", {"accepted": "tidak"})
    assert refused.status_code == 422
    assert "Tulis alasannya." in text_of(refused)
    assert send(kasiwas, path, "/nilai", {"accepted": "tidak", "reason": "Dicabut."}).status_code == 302
    page = text_of(kasiwas.get(indicator(KEY)))
    assert "Dinyatakan tidak berlaku; tidak dihitung sebagai bukti." in page


def test_an_answer_changed_shows_what_stood_before(kasiwas: StrictClient) -> None:
    answer(kasiwas, indicator(OTHER), {"answer_value": "C", "note": "Awal tahun."})
    answer(kasiwas, indicator(OTHER), {"answer_value": "A", "note": ""})
    page = text_of(kasiwas.get(indicator(OTHER)))
    assert "Riwayat jawaban" in page
    assert "Awal tahun." in page


def test_the_tpi_stands_beside_the_unit(app: Flask, kasiwas: StrictClient) -> None:
    answer(kasiwas, indicator(OTHER), {"answer_value": "A"})
    path = f"/staf/zi/tpi/SRG/2026/{OTHER}"
    for values, says in (
        ({"answer_value": "B"}, "Tulis tanggal lembar TPI."),
        ({"answer_value": "B", "sheet_on": ["10", "3", "2026"]}, "Tanggal tidak boleh setelah hari ini."),
        ({"answer_value": "Z", "sheet_on": ["9", "3", "2026"]}, "Pilih salah satu pilihan yang tersedia."),
    ):
        refused = kasiwas.submit(path, values | {"note": "Catatan TPI."})
        assert refused.status_code == 422
        assert says in text_of(refused)
        assert "Catatan TPI." in refused.get_data(as_text=True)
    good = {"answer_value": "B", "sheet_on": ["9", "3", "2026"], "note": "Bukti kurang."}
    assert kasiwas.submit(path, good).status_code == 302
    page = text_of(kasiwas.get("/staf/zi/tpi/SRG/2026"))
    assert "B (berbeda)" in page
    assert "Bukti kurang." in page
    assert "Sekarang: A" in text_of(kasiwas.get(indicator(OTHER)))
    assert kinds(app)[-1] == "wbk.tpi_answer"


def test_the_polda_enters_what_the_station_then_only_reads(
    app: Flask, kasiwas: StrictClient, station: Station
) -> None:
    with app.app_context():
        polda = db.session().scalars(select(Agency.id).where(Agency.code == "BTN")).one()
        add_user(station, "itwasda", Role.COORDINATOR, agency_id=polda)
    above = cast(StrictClient, app.test_client())
    above.submit("/masuk", {"username": "itwasda", "password": "sandi-untuk-uji"})
    listed = above.get("/staf/zi", follow_redirects=True)
    assert "Polresta SRG, 2026" in text_of(listed)
    path = f"/staf/zi/tpi/SRG/2026/{OTHER}"
    assert above.submit(path, {"answer_value": "B", "sheet_on": ["9", "3", "2026"]}).status_code == 302
    refused = kasiwas.submit(path, {"answer_value": "A", "sheet_on": ["9", "3", "2026"]})
    assert refused.status_code == 422
    assert "dicatat oleh Polda" in text_of(refused)
    for closed in (f"{YEAR}/A1", indicator(OTHER), f"{YEAR}/bukti"):
        assert above.get(closed).status_code == 404
    assert kasiwas.get("/staf/zi/tpi").status_code == 404


def test_an_owner_finds_the_own_indicators_and_nothing_else(
    app: Flask, kasiwas: StrictClient, station: Station, sign_in: SignIn
) -> None:
    form = {"owner": f"n{station.units['lantas']}", "due_on": ["1", "4", "2026"]}
    assert kasiwas.submit(f"{indicator(OTHER)}/tugas", form).status_code == 302
    past = kasiwas.submit(f"{indicator(KEY)}/tugas", form | {"due_on": ["8", "3", "2026"]})
    assert "Batas waktu sudah lewat." in text_of(past)
    head = sign_in("kasatlantas")
    home = text_of(head.get("/staf/zi"))
    assert "Tugas Anda" in home
    assert OTHER in home
    assert "Nilai resmi" not in home
    assert "Zona Integritas" in text_of(head.get("/staf/"))
    assert answer(head, indicator(OTHER), {"answer_value": "A"}).status_code == 302
    assert head.submit(f"{indicator(OTHER)}/bukti", LETTER | {"files": a_file()}).status_code == 302
    for closed in (
        indicator(KEY),
        f"{indicator(KEY)}/bukti",
        f"{indicator(OTHER)}/tugas",
        f"{YEAR}/A1",
        f"{YEAR}/bukti",
        f"{YEAR}/bukti/1",
        f"{YEAR}/lanjutan",
        "/staf/zi/tpi/SRG/2026",
    ):
        assert head.get(closed).status_code == 404, closed
    kasiwas.submit(f"{indicator(KEY)}/bukti", LETTER | {"number": "Kep/2", "files": a_file(b"Lain.")})
    assert [head.get(f"/staf/zi/berkas/{n}").status_code for n in (1, 2)] == [200, 404]
    stranger = sign_in("kaspkt")
    assert [stranger.get(f"/staf/zi{path}").status_code for path in ("", "/berkas/1")] == [404, 404]


def test_a_whole_component_is_given_away_without_touching_what_is_given(
    app: Flask, kasiwas: StrictClient, station: Station, assessment: int
) -> None:
    with app.app_context():
        give_duty(
            assessment,
            (OTHER,),
            Owner(user_id=station.people["kasipropam"]),
            None,
            actor=station.actor("kasiwas"),
            at=MONDAY_MORNING,
        )
    sent = send(kasiwas, f"{YEAR}/A1", "/tugas", {"owner": f"u{station.people['kasatlantas']}"})
    assert sent.status_code == 302
    page = text_of(kasiwas.get(f"{YEAR}/A1"))
    assert page.count("Nama Kasatlantas (Kasat Lantas)") >= 15
    assert "Nama Kasipropam" in page


def test_last_years_documents_are_asked_one_by_one_and_answers_are_only_shown(
    app: Flask, station: Station, sign_in: SignIn
) -> None:
    with app.app_context():
        actor, then = station.actor("kasiwas"), MONDAY_MORNING - timedelta(days=300)
        old = start_assessment("SRG", 2025, actor=actor, at=then)
        answer_indicator(old, OTHER, "B", "Seperti tahun lalu.", seen="", actor=actor, at=then)
        attach_evidence(old, (OTHER,), Document("Kep/1/2025", "SK lama", then.date()), actor=actor, at=then)
        start_assessment("SRG", 2026, actor=actor, at=MONDAY_MORNING)
    kasiwas = sign_in("kasiwas")
    assert "1 dokumen dari penilaian sebelumnya" in text_of(kasiwas.get("/staf/zi"))
    page = text_of(kasiwas.get(indicator(OTHER)))
    assert "Tahun 2025 dijawab: B." in page
    filled = kasiwas.get(f"{indicator(OTHER)}?dari=lalu")
    assert "Seperti tahun lalu." in filled.get_data(as_text=True)
    assert "0/113" in text_of(kasiwas.get("/staf/zi"))
    assert "Tanpa berkas dan tanpa tautan" in text_of(kasiwas.get(f"{YEAR}/lanjutan"))
    refused = send(kasiwas, f"{YEAR}/lanjutan", "/lanjutan/1", {"accepted": "tidak"})
    assert refused.status_code == 422
    assert "Tulis alasannya." in text_of(refused)
    assert send(kasiwas, f"{YEAR}/lanjutan", "/lanjutan/1", {"accepted": "ya"}).status_code == 302
    assert "Tidak ada dokumen yang menunggu" in text_of(kasiwas.get(f"{YEAR}/lanjutan"))
    assert "Kep/1/2025" in text_of(kasiwas.get(indicator(OTHER)))


def test_an_unknown_version_is_named_on_every_page(app: Flask, kasiwas: StrictClient) -> None:
    with app.app_context(), unit_of_work() as session:
        session.scalars(select(Assessment)).one().worksheet_version = "0.1"
    for path in ("/staf/zi", f"{YEAR}/A1", indicator(OTHER), f"{YEAR}/lanjutan", "/staf/zi/tpi/SRG/2026"):
        page = kasiwas.get(path)
        assert page.status_code == 409, path
        assert "lembar kerja versi 0.1" in text_of(page)


def test_a_document_of_another_agency_is_not_found(app: Flask, kasiwas: StrictClient) -> None:
    with app.app_context(), unit_of_work() as session:
        polda = session.scalars(select(Agency).where(Agency.code == "BTN")).one()
        item = EvidenceItem(agency_id=polda.id, number="X", title="Milik BTN", created_at=MONDAY_MORNING)
        session.add(item)
        session.flush()
        foreign = item.id
    for path in (f"{YEAR}/bukti/{foreign}", f"{YEAR}/bukti/{foreign}/ubah", "/staf/zi/berkas/99"):
        assert kasiwas.get(path).status_code == 404, path
