"""The walk-in desk: one page, a receipt, a code that is shown once."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Attachment, AuditEntry, Complainant, Complaint
from app.security.codes import normalise_code, verify_code
from app.security.ring import get_keys
from app.services.access import open_identity
from tests.app.staff.conftest import SignIn
from tests.app.staff.test_actions import error_on, text_of, value_of
from tests.app.staff.test_case import PDF
from tests.factories import Station, complaint_of
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")

Done = Callable[[Callable[[], Any]], Any]
PAGE = "/staf/pengaduan/baru"
NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)

LETTER: dict[str, Any] = {
    "channel": "letter",
    "external_number": "AG-77",
    "received_on": ["6", "3", "2026"],
    "received_time": "15.30",
    "identity_mode": "withheld",
    "name": "Budi Santoso",
    "address": "Kampung Sawah 4, Serang",
    "phone": "0812 3456 7890",
    "email": "budi@example.id",
    "category": "illegal_fee",
    "service": "sim",
    "product": "sim/sim_c_new",
    "service_date": ["2", "3", "2026"],
    "place": "Satpas",
    "narrative": "Diminta Rp50.000 di luar tarif.",
    "loss": "Rp50.000",
    "remedy_sought": "Uang kembali.",
    "respondent_text": "petugas loket 3",
    "compensation_claim": "50.000",
}


def number_of(answer: Any) -> str:
    found = re.fullmatch(r"/staf/pengaduan/(SRG-2026-\d{6})/tanda-terima", answer.location)
    assert found is not None
    return found[1]


def filed(client: StrictClient, **changes: Any) -> str:
    answer = client.submit(PAGE, LETTER | changes)
    assert answer.status_code == 302, text_of(answer)
    return number_of(answer)


def test_everything_typed_stands_in_the_case(
    app: Flask, station: Station, sign_in: SignIn, done: Done
) -> None:
    number = filed(sign_in("petugas"))

    def check() -> None:
        row = complaint_of(number)
        assert (row.channel, row.external_number, row.identity_mode) == ("letter", "AG-77", "withheld")
        assert row.received_at == datetime(2026, 3, 6, 8, 30, tzinfo=UTC)
        assert row.recorded_at == NOW
        assert row.receiving_officer_id == station.people["petugas"]
        assert row.service is not None
        assert row.product is not None
        assert (row.service.code, row.product.code) == ("sim", "sim_c_new")
        assert row.narrative == "Diminta Rp50.000 di luar tarif."
        assert row.compensation_claim_idr == 50_000
        identity = open_identity(number, "uji", actor=station.actor("kasiwas"), at=NOW)
        assert (identity.name, identity.phone) == ("Budi Santoso", "+6281234567890")
        submit = db.session().scalars(select(AuditEntry.body).where(AuditEntry.kind == "submit")).one()
        assert json.loads(submit)["facts"]["received_at"].startswith("2026-03-06T15:30")
        bodies = "".join(db.session().scalars(select(AuditEntry.body)))
        for planted in ("Budi", "Sawah", "budi@", "81234567890", "AG-77"):
            assert planted not in bodies

    done(check)


def test_the_receipt_shows_its_code_once(app: Flask, station: Station, sign_in: SignIn, done: Done) -> None:
    client = sign_in("petugas")
    number = filed(client)
    first = client.get(f"/staf/pengaduan/{number}/tanda-terima")
    told = text_of(first)
    shown = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", told)
    assert shown is not None
    digest = done(lambda: complaint_of(number).code_digest)
    with app.app_context():
        assert verify_code(get_keys(), normalise_code(shown[0]), digest)
    for expected in (number, "Budi Santoso", "Kampung Sawah 4", "Jumat, 6 Maret 2026, 15.30 WIB",
                     "Senin, 9 Maret 2026, 09.00 WIB", "Nama Petugas, Petugas SPDT",
                     "Tanda tangan petugas penerima", "Pasal 44 ayat (1)"):  # fmt: skip
        assert expected in told, expected
    again = text_of(client.get(f"/staf/pengaduan/{number}/tanda-terima"))
    assert shown[0] not in again
    assert "Budi Santoso" not in again
    assert "Kode lacak hanya ditampilkan sekali" in again


def test_the_code_is_in_no_cookie_in_the_clear(app: Flask, station: Station, sign_in: SignIn) -> None:
    client = sign_in("petugas")
    number = filed(client)
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    with client.session_transaction() as session:
        kept = json.dumps(dict(session))
    code = re.search(
        r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", text_of(client.get(f"/staf/pengaduan/{number}/tanda-terima"))
    )
    assert code is not None
    assert code[0].replace("-", "") not in kept + cookie.value
    assert "Budi" not in kept


def test_the_desk_begins_now(station: Station, sign_in: SignIn) -> None:
    page = lxml.html.fromstring(sign_in("petugas").get(PAGE).get_data(as_text=True))
    assert page.xpath("//input[@name='received_on']/@value") == ["9", "3", "2026"]
    assert page.xpath("//input[@name='received_time']/@value") == ["09.00"]
    assert page.xpath("//select[@name='channel']/option[@selected]/@value") == ["walk_in"]
    assert "web" not in page.xpath("//select[@name='channel']/option/@value")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"channel": ""}, "channel", "Pilih saluran masuknya."),
        ({"received_on": ["10", "3", "2026"]}, "received_on", "Tanggal tidak boleh setelah hari ini."),
        (
            {"received_on": ["9", "3", "2026"], "received_time": "09.01"},
            "received_time",
            "Jam diterima belum",
        ),
        ({"received_on": ["31", "2", "2026"]}, "received_on", "Tanggal ini tidak ada."),
        ({"received_time": "pagi"}, "received_time", "Tulis jam sebagai jam dan menit"),
        ({"identity_mode": None}, "identity_mode", "Pilih bagaimana identitas pelapor"),
        ({"name": ""}, "name", "Isi nama lengkap pelapor, atau pilih tanpa nama."),
        ({"email": "bukan alamat"}, "email", "Tulis alamat surel yang lengkap"),
        ({"phone": "12"}, "phone", "Nomor telepon harus"),
        ({"category": ""}, "category", "Pilih pokok pengaduan."),
        ({"narrative": "  "}, "narrative", "Tulis apa yang terjadi."),
        ({"product": "skck/skck_new"}, "product", "Produk ini bukan bagian dari layanan"),
        ({"service_date": ["10", "3", "2026"]}, "service_date", "Tanggal tidak boleh setelah hari ini."),
        ({"compensation_claim": "banyak"}, "compensation_claim", "Tulis jumlah uang dalam angka"),
    ],
)
def test_a_mistake_lies_on_its_field_and_loses_nothing(
    station: Station, sign_in: SignIn, done: Done, changes: dict[str, Any], field: str, words: str
) -> None:
    answer = sign_in("petugas").submit(PAGE, LETTER | changes)
    assert answer.status_code == 422
    assert words in error_on(answer, field)
    for name in ("narrative", "name", "address", "external_number", "place", "loss"):
        if name != field:
            assert value_of(answer, name).strip() == LETTER[name]
    assert done(lambda: db.session().scalars(select(Complaint.id)).all()) == []


def test_chosen_files_survive_a_mistake(station: Station, sign_in: SignIn, done: Done) -> None:
    client = sign_in("petugas")
    refused = client.submit(PAGE, LETTER | {"narrative": "", "files": (io.BytesIO(PDF), "kuitansi.pdf")})
    assert refused.status_code == 422
    assert "kuitansi.pdf" in text_of(refused)
    assert client.submit("", {"narrative": "Sekarang diisi."}, page=refused).status_code == 302
    assert done(lambda: list(db.session().scalars(select(Attachment.name)))) == ["kuitansi.pdf"]


def test_a_tip_keeps_no_name(station: Station, sign_in: SignIn, done: Done) -> None:
    number = filed(sign_in("petugas"), identity_mode="anonymous")
    row = done(lambda: db.session().get_one(Complainant, complaint_of(number).id))
    assert (row.name_sealed, row.address_sealed, row.email_sealed) == (None, None, None)


def test_the_same_outside_number_is_recorded_once(station: Station, sign_in: SignIn, done: Done) -> None:
    client = sign_in("petugas")
    number = filed(client)
    again = client.submit(PAGE, LETTER)
    assert again.status_code == 422
    assert f"Nomor ini sudah tercatat sebagai {number}." in error_on(again, "external_number")
    filed(client, channel="sp4n_lapor")


def test_only_the_desk_records(station: Station, sign_in: SignIn) -> None:
    for who in ("kasiwas", "penyidik", "kapolresta", "admin"):
        client = sign_in(who)
        assert client.get(PAGE).status_code == 404
        assert PAGE not in client.get("/staf/").get_data(as_text=True)
    assert PAGE in sign_in("petugas").get("/staf/").get_data(as_text=True)


def test_a_complaint_in_danger_is_marked(station: Station, sign_in: SignIn, done: Done) -> None:
    client = sign_in("petugas")
    number = filed(client, in_danger="y", external_number="")
    assert done(lambda: complaint_of(number).in_danger)
    assert "darurat" in text_of(client.get("/staf/antrean"))


def test_a_receipt_is_seen_by_those_who_see_the_case(station: Station, sign_in: SignIn) -> None:
    number = filed(sign_in("petugas"))
    assert sign_in("kapolresta").get(f"/staf/pengaduan/{number}/tanda-terima").status_code == 200
    assert sign_in("kaspkt").get(f"/staf/pengaduan/{number}/tanda-terima").status_code == 404
