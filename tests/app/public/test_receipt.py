"""The code shown once, the receipt in its editions, and what a browser holds afterwards."""

from __future__ import annotations

import json

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Draft
from app.security.codes import normalise_code
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import verify_receipt
from app.services.sealing import seal
from reports.letters.receipt import extract_document
from tests.app.public.steps import MARKERS, keepsakes, open_case, send, walk
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

LAST_BUTTON = "//form[@action='/lapor/terkirim']"


@pytest.fixture
def filed(client: StrictClient) -> tuple[str, str]:
    """Number and code of a complaint that was just filed in this browser."""
    walk(client)
    send(client)
    number, code = keepsakes(client.get("/lapor/terkirim"))
    return number, code


def test_the_code_opens_the_case(client: StrictClient, app: Flask, filed: tuple[str, str]) -> None:
    stranger = app.test_client()
    assert open_case(stranger, *filed).headers["Location"] == "/status/kasus"


def test_opening_the_page_again_shows_no_code(client: StrictClient, filed: tuple[str, str]) -> None:
    again = client.get("/lapor/terkirim")
    assert keepsakes(again) == [filed[0]]
    assert filed[1] not in again.get_data(as_text=True)


def test_an_answer_that_never_arrived_can_be_asked_for_again(client: StrictClient) -> None:
    walk(client)
    send(client)
    before = client.get_cookie("sahut")
    assert before is not None
    _number, code = keepsakes(client.get("/lapor/terkirim"))
    client.set_cookie("sahut", before.value)  # the connection broke: the page and its cookie were lost
    assert keepsakes(client.get("/lapor/terkirim"))[1] == code


def test_once_more_by_a_button_and_never_again(
    client: StrictClient, app: Flask, filed: tuple[str, str]
) -> None:
    page = client.get("/lapor/terkirim")
    shown = client.submit("/lapor/terkirim", form=LAST_BUTTON, page=page)
    assert keepsakes(shown) == list(filed)
    again = client.submit("/lapor/terkirim", form=LAST_BUTTON, page=page)
    assert keepsakes(again) == [filed[0]]
    assert "tidak dapat ditampilkan lagi" in client.get("/lapor/terkirim").get_data(as_text=True)


def test_the_code_is_gone_after_a_quarter_of_an_hour(
    client: StrictClient, frozen_clock: time_machine.Traveller, filed: tuple[str, str]
) -> None:
    page = client.get("/lapor/terkirim")
    frozen_clock.shift(15 * 60 + 1)
    assert "tidak dapat ditampilkan lagi" in client.get("/lapor/terkirim").get_data(as_text=True)
    assert keepsakes(client.submit("/lapor/terkirim", form=LAST_BUTTON, page=page)) == [filed[0]]


def test_a_shared_phone_can_be_left_clean(client: StrictClient, app: Flask, filed: tuple[str, str]) -> None:
    page = client.get("/lapor/terkirim")
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/selesai']", page=page)
    assert client.get("/lapor/terkirim").headers["Location"] == "/lapor"
    assert client.get("/status/kasus").headers["Location"] == "/status"
    assert client.get("/status/kasus/tanda-terima.json").headers["Location"] == "/status"


def test_another_complaint_can_be_begun(client: StrictClient, filed: tuple[str, str]) -> None:
    page = client.get("/lapor/terkirim")
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/baru']", page=page)
    walk(client, kejadian={"narrative": "Petugas loket lain menolak berkas saya."})
    send(client)
    number, code = keepsakes(client.get("/lapor/terkirim"))
    assert number == "SRG-2026-000002"
    assert code != filed[1]


@pytest.mark.parametrize("edition", ["", "?edisi=ringkas"], ids=["full", "short"])
def test_pdf_and_json_carry_the_same_signed_document(
    client: StrictClient, app: Flask, filed: tuple[str, str], edition: str
) -> None:
    keys = PublishedKeys.parse(client.get("/verifikasi/kunci.json").get_data())
    plain = client.get(f"/status/kasus/tanda-terima.json{edition}")
    pdf = client.get(f"/status/kasus/tanda-terima.pdf{edition}")
    assert (plain.mimetype, pdf.mimetype) == ("application/json", "application/pdf")
    assert f"tanda-terima-{filed[0]}" in pdf.headers["Content-Disposition"]
    assert extract_document(pdf.get_data()) == plain.get_data()
    report = verify_receipt(plain.get_data(), keys)
    assert report.is_genuine
    assert report.receipt is not None
    assert report.receipt.number == filed[0]
    told = json.dumps(json.loads(plain.get_data()), ensure_ascii=False)
    assert ("Siti Rahmawati" in told) == (edition == "")
    code = normalise_code(filed[1])
    assert code is not None
    for document in (plain.get_data(), pdf.get_data()):
        assert code.encode() not in document
        assert filed[1].encode() not in document


def test_a_receipt_fetched_after_sealing_proves_it(
    client: StrictClient, app: Flask, frozen_clock: time_machine.Traveller, filed: tuple[str, str]
) -> None:
    keys = PublishedKeys.parse(client.get("/verifikasi/kunci.json").get_data())
    assert not verify_receipt(client.get("/status/kasus/tanda-terima.json").get_data(), keys).is_sealed
    frozen_clock.shift(60)
    with app.app_context():
        seal(clock.now())
    sealed = client.get("/status/kasus/tanda-terima.pdf").get_data()
    assert verify_receipt(extract_document(sealed), keys).is_sealed


def test_addresses_and_outer_parts_tell_nothing(client: StrictClient, app: Flask) -> None:
    """Every address and header of the whole way, looked through for what was written."""
    seen: list[str] = []
    client.application.after_request_funcs.setdefault(None, []).append(
        lambda response: (seen.append(f"{response.headers.get('Location', '')}"), response)[1]
    )
    walk(client)
    send(client)
    client.get("/lapor/terkirim")
    told = " ".join(seen)
    for marker in (*MARKERS, "SRG-2026"):
        assert marker not in told


def test_the_handover_lies_sealed(client: StrictClient, app: Flask, filed: tuple[str, str]) -> None:
    code = normalise_code(filed[1])
    with app.app_context():
        (row,) = db.session.scalars(select(Draft))
        assert (code or "").encode() not in row.answers_sealed
