"""The proof of complaint: reprinted at any time, with every duty as it stands, signed and checked."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from app import clock
from app.database import unit_of_work
from app.models import Attachment, Complaint
from app.security.published_keys import PublishedKeys
from app.security.statements import SignedStatement, verify_statement
from app.services import events
from app.services.sealing import seal
from reports.letters.receipt import extract_documents
from tests.app.public.steps import open_case, texts
from tests.app.public.test_status import Case, body
from tests.factories import MONDAY, Station, complaint_of
from tests.support.client import StrictClient
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

PROOF = "/status/kasus/bukti-pengaduan.pdf"


@pytest.fixture
def opened(client: StrictClient, app: Flask, station: Station) -> Case:
    """A case that was filed a week ago, open in this browser."""
    case = Case(app, station)
    assert open_case(client, case.number, case.code).status_code == 303
    return case


def proof(client: StrictClient, query: str = "") -> tuple[bytes, bytes]:
    pdf = client.get(PROOF + query)
    assert pdf.status_code == 200
    receipt, statement = extract_documents(pdf.get_data())
    assert statement is not None
    return receipt, statement


def keys(client: StrictClient) -> PublishedKeys:
    return PublishedKeys.parse(client.get("/verifikasi/kunci.json").get_data())


def test_it_lists_what_was_answered_and_what_was_not(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    opened.walk(Event.START_EXAMINATION)
    frozen_clock.move_to(MONDAY + timedelta(days=61))
    open_case(client, opened.number, opened.code)
    _receipt, document = proof(client)
    told = verify_statement(document, keys(client))
    assert told is not None
    assert (told.number, told.as_of, told.state) == (opened.number, clock.now(), "investigated")
    duties = {(duty.stage, duty.binding): duty for duty in told.duties}
    assert duties["completeness_notice", "statute"].met_at is not None
    assert [(duty.stage, duty.binding) for duty in told.unanswered] == [
        ("first_response", "regulation"),
        ("resolution", "statute"),
    ]
    assert ("resolution", "guideline") in duties, "the weaker limit stands there, too"
    assert [letter.kind for letter in told.letters] == ["completeness"]
    assert told.letters[0].received_at is None, "an unknown receipt stays unknown"


def test_it_tells_neither_identity_nor_text(client: StrictClient, opened: Case) -> None:
    receipt, statement = proof(client, "?edisi=ringkas")
    for secret in ("Siti Rahmawati", "Cilegon", "Saya menunggu", opened.code, opened.code.replace("-", "")):
        assert secret not in (receipt + statement).decode()


def test_any_change_is_found(client: StrictClient, opened: Case) -> None:
    _receipt, document = proof(client)
    published = keys(client)
    assert verify_statement(document, published) is not None
    changed = json.loads(document)
    changed["body"]["duties"][0]["due_at"] = "2027-01-01T00:00:00.000000Z"
    canonical = json.dumps(changed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert SignedStatement.parse(canonical).statement.duties[0].due_at.year == 2027
    for forged in (canonical, document + b" ", document[:-1], b"{}", b"[]", b"", b"\xff" * 9):
        assert verify_statement(forged, published) is None


def test_the_page_checks_both_and_what_is_stored(client: StrictClient, app: Flask, opened: Case) -> None:
    with app.app_context():
        seal(clock.now())
    pdf = client.get(PROOF).get_data()
    page = client.submit("/verifikasi", {"files": (io.BytesIO(pdf), "bukti.pdf")})
    for told in (
        "Tanda terima ini asli",
        "Pernyataan ini asli",
        "tersimpan hari ini sama dengan yang diterima",
    ):
        assert told in body(page)
    passed = texts(page, "//li[@class='sahut-checks__passed']")
    assert any("terbukti tercatat dalam log" in one for one in passed)
    _receipt, statement = extract_documents(pdf)
    assert statement is not None
    alone = client.submit("/verifikasi", {"document": statement.decode()})
    assert "Pernyataan ini asli" in body(alone)
    forged = statement.decode().replace('"state":"received"', '"state":"resolved"')
    assert "Pernyataan ini tidak dapat dipercaya" in body(client.submit("/verifikasi", {"document": forged}))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"narrative": "Saya menunggu SKCK selama satu jam."}, "Uraian yang tersimpan hari ini BERBEDA"),
        ({"received_at": MONDAY - timedelta(days=9)}, "Waktu penerimaan yang tersimpan hari ini BERBEDA"),
        ({"number": "SRG-2026-000777"}, "TIDAK ADA lagi di sistem"),
    ],
)
@pytest.mark.parametrize("edition", ["", "?edisi=ringkas"])
def test_who_alters_the_register_is_found_out(
    client: StrictClient, app: Flask, opened: Case, change: dict[str, object], told: str, edition: str
) -> None:
    document = client.get(f"/status/kasus/tanda-terima.json{edition}").get_data()
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Complaint).where(Complaint.number == opened.number).values(**change))
    page = client.submit("/verifikasi", {"document": document.decode()})
    assert "Tanda terima ini asli" in body(page)
    assert any(told in line for line in texts(page, "//li[@class='sahut-checks__failed']"))


def test_what_was_filled_in_later_alters_nothing(client: StrictClient, app: Flask, station: Station) -> None:
    case = Case(app, station, loss="", service_date=None)
    open_case(client, case.number, case.code)
    document = client.get("/status/kasus/tanda-terima.json").get_data()
    case.walk(Event.VERIFY)
    with app.app_context():
        desk = station.actor("petugas")
        events.request_completion(case.number, "Mohon lengkapi.", actor=desk, at=clock.now())
    values = {"loss": "Dua hari upah.", "service_date": ["26", "2", "2026"], "text": "Sudah."}
    assert client.submit("/status/kasus/lengkapi", values).status_code == 303
    page = client.submit("/verifikasi", {"document": document.decode()})
    assert "Uraian yang tersimpan hari ini sama dengan yang diterima." in body(page)


def test_a_forged_receipt_is_told_nothing_of_the_register(client: StrictClient, opened: Case) -> None:
    document = client.get("/status/kasus/tanda-terima.json").get_data().decode()
    page = client.submit("/verifikasi", {"document": document.replace("tiga hari", "dua hari")})
    assert "Tanda terima ini tidak dapat dipercaya" in body(page)
    assert "tersimpan hari ini" not in body(page)


def test_files_of_the_filing_are_compared(client: StrictClient, app: Flask, station: Station) -> None:
    from app.security.vault import new_case_key
    from app.services.files import store_file
    from tests.app.content.samples import picture

    with app.app_context():
        key = new_case_key()
        stored = store_file(io.BytesIO(picture()), "foto.png", key)
    case = Case(app, station, case_key=key, files=(stored,))
    open_case(client, case.number, case.code)
    document = client.get("/status/kasus/tanda-terima.json").get_data().decode()
    same = body(client.submit("/verifikasi", {"document": document}))
    assert "Berkas yang tersimpan hari ini sama dengan yang diterima." in same
    with app.app_context(), unit_of_work() as session:
        case_id = complaint_of(case.number).id
        session.execute(update(Attachment).where(Attachment.complaint_id == case_id).values(sha256="0" * 64))
    other = body(client.submit("/verifikasi", {"document": document}))
    assert "Berkas yang tersimpan hari ini BERBEDA dari yang diterima." in other


def test_a_withdrawn_case_is_proven_too(client: StrictClient, app: Flask, opened: Case) -> None:
    with app.app_context():
        events.withdraw(opened.number, actor=complainant_of(opened.number), at=clock.now())
    _receipt, document = proof(client)
    told = verify_statement(document, keys(client))
    assert told is not None
    assert (told.closure_reason, told.closed_at) == ("withdrawn", clock.now())
    ended = {duty.stage: duty for duty in told.duties}["completeness_notice"]
    assert ended.void_at == clock.now()
    assert not ended.is_unanswered(told.as_of)
