"""Questions that depend on earlier answers, and what happens to them when those change."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Complaint
from app.security.receipts import Edition
from app.services.access import read_identity_in
from app.services.particulars import committed_text
from app.services.receipts import read_receipt
from app.services.texts import derive_salt, get_case_key
from tests.app.public.steps import ANSWERS, FORM, answer, errors_of, send, texts, walk
from tests.support.client import StrictClient
from workflows.commitments import commit_text

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

MONEY = {
    "perihal": {"issue": "illegal_fee"},
    "uang": {"payment": "paid", "amount": "50rb", "paid_to": "Loket tujuh"},
    "alasan_uang": {"said_to_be": "other", "proof": "no"},
}
OTHER = {
    "pihak": {"party": "other"},
    "diwakili": {
        "name": "Budi Santoso",
        "address": "Kampung Baru 3, Serang",
        "relation": "anak",
        "attorney": "later",
    },
}


def filed() -> Complaint:
    return db.session.scalars(select(Complaint)).one()


def way(client: StrictClient, answers: dict[str, Any], **more: Any) -> list[str]:
    """Walk with answers that `steps` has no usual ones for."""
    return walk(client, **answers, **more)


@pytest.mark.parametrize(
    ("issue", "service", "asked"),
    [
        ("illegal_fee", "skck", ["uang", "alasan-uang"]),
        ("middleman", "sim", ["uang", "alasan-uang"]),
        ("slow", "skck", ["pengajuan"]),
        ("report_refused", "spkt", ["penolakan"]),
        ("rude", "skck", ["saksi"]),
        ("wrong_data", "skck", []),
    ],
)
def test_more_is_asked_only_where_the_matter_calls_for_it(
    client: StrictClient, issue: str, service: str, asked: list[str]
) -> None:
    extra = {
        "uang": {"payment": "asked"},
        "alasan_uang": {"said_to_be": "nothing"},
        "penolakan": {"report": "Kehilangan motor", "refusal": "spoken"},
        "saksi": {"witnessed": "no"},
        "produk": {"product": "unknown"},
        "layanan": {"service": service},
        "perihal": {"issue": issue},
    }
    dependent = {"uang", "alasan-uang", "pengajuan", "penolakan", "saksi"}
    assert [slug for slug in way(client, extra) if slug in dependent] == asked
    assert send(client).status_code == 303


def test_money_stands_beside_the_tariff_and_in_the_receipt(client: StrictClient, app: Flask) -> None:
    way(client, MONEY)
    page = client.get("/lapor/alasan-uang").get_data(as_text=True)
    assert "Rp30.000" in page
    assert "Yang diminta Rp20.000 lebih dari tarif." in page
    assert "Rp20.000 lebih dari tarif" in client.get("/lapor/periksa").get_data(as_text=True)
    send(client)
    with app.app_context():
        complaint = filed()
        fee = complaint.fee_claim
        assert fee is not None
        assert (fee.payment, fee.amount_idr, fee.paid_to) == ("paid", 50_000, "Loket tujuh")
        assert (fee.said_to_be, fee.proof, fee.tariff_idr) == ("other", "no", 30_000)
        receipt = read_receipt(db.session(), complaint, Edition.FULL)
        assert receipt is not None
        assert "Uang: diminta dan dibayar; Rp50.000; kepada Loket tujuh" in (receipt.receipt.shortfall or "")


@pytest.mark.parametrize(("column", "value"), [("amount_idr", 5_000), ("paid_to", ""), ("payment", "asked")])
def test_an_amount_altered_later_no_longer_fits_the_receipt(
    client: StrictClient, app: Flask, column: str, value: Any
) -> None:
    way(client, MONEY)
    send(client)
    with app.app_context():
        complaint = filed()
        salt = derive_salt(get_case_key(db.session(), complaint.id), "complaint")
        assert commit_text(committed_text(complaint), salt) == complaint.commitment
        assert complaint.fee_claim is not None
        with db.session.no_autoflush:
            setattr(complaint.fee_claim, column, value)
            assert commit_text(committed_text(complaint), salt) != complaint.commitment
        db.session.rollback()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("50000", 50_000), ("50.000", 50_000), ("Rp 50.000", 50_000), ("rp50.000,00", 50_000),
        ("50rb", 50_000), ("50 ribu", 50_000), ("50k", 50_000), ("1,5 juta", 1_500_000),
        ("2 jt", 2_000_000), ("50,000", 50_000), ("50.000,-", 50_000), ("IDR 50 000", 50_000),
        ("50.000 rupiah", 50_000),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(
    client: StrictClient, app: Flask, typed: str, amount: int
) -> None:
    way(
        client, MONEY | {"uang": {"payment": "asked", "amount": typed}, "alasan_uang": {"said_to_be": "test"}}
    )
    send(client)
    with app.app_context():
        fee = filed().fee_claim
        assert fee is not None
        assert (fee.amount_idr, fee.proof) == (amount, "unknown")


@pytest.mark.parametrize("typed", ["lima puluh", "-50", "5e4", "50.00.00", "0,5", "1.500 ribu", "٥٠"])
def test_an_amount_that_can_be_read_two_ways_is_asked_again(client: StrictClient, typed: str) -> None:
    walk(client, until="uang", perihal={"issue": "illegal_fee"})
    response = answer(client, "uang", {"payment": "paid", "amount": typed, "paid_to": ""})
    assert errors_of(response) == ["Tulis jumlah uang dalam angka, misalnya 150.000."]
    assert typed in response.get_data(as_text=True)


def test_who_was_only_asked_is_not_asked_for_a_proof(client: StrictClient) -> None:
    walk(client, until="alasan-uang", perihal={"issue": "illegal_fee"}, uang={"payment": "asked"})
    page = client.get("/lapor/alasan-uang").get_data(as_text=True)
    assert "bukti pembayaran" not in page
    answer(client, "alasan-uang", {"said_to_be": "official"})
    answer(client, "uang", {"payment": "paid", "amount": "", "paid_to": ""})
    assert client.get("/lapor/petugas").headers["Location"] == "/lapor/alasan-uang"


def test_nobody_promises_a_day_before_the_application(client: StrictClient) -> None:
    walk(client, until="pengajuan")
    wrong = {"applied_on": ["2", "3", "2026"], "promised_on": ["1", "3", "2026"]}
    assert errors_of(answer(client, "pengajuan", wrong)) == [
        "Tanggal yang dijanjikan tidak boleh sebelum tanggal pengajuan."
    ]
    later = {"applied_on": ["2", "3", "2026"], "promised_on": ["1", "4", "2026"]}
    assert answer(client, "pengajuan", later).status_code == 303


def test_the_standard_is_offered_where_it_fits(client: StrictClient) -> None:
    walk(client, until="pengajuan")
    page = client.get("/lapor/pengajuan").get_data(as_text=True)
    assert "Berapa lama seharusnya?" in page
    assert "/layanan/skck#waktu" in page


def test_what_an_answer_would_drop_is_told_and_nothing_else_goes(client: StrictClient) -> None:
    way(client, MONEY)
    told = answer(client, "perihal", {"issue": "wrong_data"}, query="?ubah=1")
    assert told.status_code == 200
    assert texts(told, "//dt") == [
        "Uang", "Jumlah", "Kepada", "Tarif resmi", "Selisih", "Disebut untuk", "Bukti pembayaran",
    ]  # fmt: skip
    assert "Loket tujuh" in client.get("/lapor/periksa").get_data(as_text=True), "nothing is lost by asking"
    assert (
        client.submit("/lapor/perihal?ubah=1", form=FORM, page=told).headers["Location"] == "/lapor/periksa"
    )
    page = client.get("/lapor/periksa").get_data(as_text=True)
    assert "Loket tujuh" not in page
    assert "Upah dua hari kerja hilang." in page
    answer(client, "perihal", {"issue": "illegal_fee"}, query="?ubah=1")
    assert "Loket tujuh" not in client.get("/lapor/uang").get_data(as_text=True), "what went is gone"


def test_whoever_chooses_to_be_nameless_is_told_that_the_name_goes(client: StrictClient) -> None:
    walk(client)
    told = answer(client, "identitas", {"mode": "anonymous"}, query="?ubah=1")
    assert "Siti Rahmawati" in told.get_data(as_text=True)
    client.submit("/lapor/identitas?ubah=1", form=FORM, page=told)
    answer(client, "identitas", {"mode": "open"}, query="?ubah=1")
    assert "Siti Rahmawati" not in client.get("/lapor/data-diri").get_data(as_text=True)


def test_who_acts_for_another_is_named_beside_him(client: StrictClient, app: Flask) -> None:
    asked = way(client, OTHER)
    assert asked[asked.index("identitas") :] == ["identitas", "diwakili", "data-diri"]
    page = client.get("/lapor/periksa").get_data(as_text=True)
    assert "Budi Santoso" in page
    assert "Siti Rahmawati" in page
    send(client)
    with app.app_context():
        complaint = filed()
        identity = read_identity_in(db.session(), complaint)
        assert (identity.name, identity.address) == ("Budi Santoso", "Kampung Baru 3, Serang")
        assert identity.proxy.splitlines() == [
            "Siti Rahmawati (anak)", "Jalan Raya Cilegon 12, Serang", "Surat kuasa menyusul.",
        ]  # fmt: skip
        assert identity.email == ANSWERS["data-diri"]["email"]
        assert complaint.circumstance is not None
        assert complaint.circumstance.attorney == "later"
        full = read_receipt(db.session(), complaint, Edition.FULL)
        short = read_receipt(db.session(), complaint, Edition.WITHOUT_IDENTITY)
        assert full is not None
        assert short is not None
        assert full.receipt.complainant is not None
        assert full.receipt.complainant.name == "Budi Santoso, diwakili oleh Siti Rahmawati (anak)"
        assert b"Budi" not in short.document()
        assert b"Siti" not in short.document()


def test_nothing_is_attached_where_nothing_was_uploaded(client: StrictClient) -> None:
    walk(client, until="diwakili", pihak={"party": "other"})
    response = answer(client, "diwakili", OTHER["diwakili"] | {"attorney": "attached"})
    assert errors_of(response) == ["Belum ada berkas yang diunggah. Pilih “Menyusul”, atau unggah dahulu."]


def test_a_nameless_writer_for_another_names_nobody(client: StrictClient, app: Flask) -> None:
    asked = walk(client, pihak={"party": "other"}, identitas={"mode": "anonymous"})
    assert not {"diwakili", "data-diri"} & set(asked)
    send(client)
    with app.app_context():
        complaint = filed()
        assert complaint.circumstance is not None
        assert complaint.circumstance.attorney is None


def test_the_number_of_questions_is_called_a_guess_until_it_is_known(client: StrictClient) -> None:
    assert "dari sekitar" in client.get("/lapor/jenis").get_data(as_text=True)
    walk(client)
    (step,) = texts(client.get("/lapor/data-diri"), "//p[contains(@class, 'sahut-step')]")
    assert step == "Pertanyaan 15 dari 15"
