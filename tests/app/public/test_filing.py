"""The way through a complaint: every question, what is refused, and that nothing typed is ever lost."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Attachment, Complainant, Complaint, Draft, DraftFile
from app.services.access import read_identity_in
from config import Settings
from tests.app.public.steps import ANSWERS, FORM, MARKERS, answer, errors_of, keepsakes, send, texts, walk
from tests.factories import make_station
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]


def filed(app: Flask) -> Complaint:
    with app.app_context():
        return db.session.scalars(select(Complaint)).one()


def test_the_whole_way_files_what_was_answered(client: StrictClient, app: Flask) -> None:
    asked = walk(client, closely=True)
    assert asked == list(ANSWERS)
    sent = send(client)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/lapor/terkirim")
    page = client.get("/lapor/terkirim")
    number, code = keepsakes(page)
    assert number == "SRG-2026-000001"
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    complaint = filed(app)
    assert complaint.narrative == ANSWERS["kejadian"]["narrative"]
    assert (complaint.category, complaint.service_date) == ("slow", date(2026, 3, 2))
    assert complaint.place == "Loket SKCK lantai satu"
    assert (complaint.loss, complaint.remedy_sought) == (
        "Upah dua hari kerja hilang.",
        "SKCK diterbitkan hari ini.",
    )
    assert complaint.compensation_claim_idr == 150_000
    assert (complaint.identity_mode, complaint.channel) == ("withheld", "web")
    with app.app_context():
        complaint = db.session.get_one(Complaint, complaint.id)
        assert (complaint.service.code, complaint.product.code) == ("skck", "skck_new")
        identity = read_identity_in(db.session(), complaint)
        assert (identity.name, identity.phone) == ("Siti Rahmawati", "+6281234567890")
        assert db.session.get_one(Complainant, complaint.id).wants_notices


CHOSEN = "//ul[contains(@class, 'sahut-files--chosen')]//span[@class='sahut-files__name']"
"""Names of the files of the draft."""
NOT_FOR_IDEAS = {
    "perihal", "bahaya", "waktu-tempat", "pengajuan", "petugas", "kerugian", "permintaan", "pihak",
}  # fmt: skip
"""Questions that only a complaint is asked."""


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [
        (
            {"jenis": {"kind": "suggestion"}},
            NOT_FOR_IDEAS,
        ),
        (
            {"jenis": {"kind": "information"}},
            NOT_FOR_IDEAS,
        ),
        ({"layanan": {"service": "unknown"}}, {"produk"}),
        ({"identitas": {"mode": "anonymous"}}, {"data-diri"}),
    ],
    ids=["suggestion", "information", "unknown-service", "anonymous"],
)
def test_only_what_matters_is_asked(
    client: StrictClient, app: Flask, changes: dict[str, Any], left_out: set[str]
) -> None:
    assert set(walk(client, closely=True, **changes)) == set(ANSWERS) - left_out
    assert send(client).status_code == 303
    complaint = filed(app)
    assert complaint.category == {
        "suggestion": "aspirasi",
        "information": "permintaan_informasi",
    }.get(changes.get("jenis", {}).get("kind", ""), "slow")


def test_an_anonymous_tip_holds_no_name(client: StrictClient, app: Flask) -> None:
    walk(client, identitas={"mode": "anonymous"})
    send(client)
    with app.app_context():
        row = db.session.scalars(select(Complainant)).one()
        assert (row.name_sealed, row.address_sealed, row.email_sealed) == (None, None, None)


def test_danger_starts_the_urgent_clocks(client: StrictClient, app: Flask) -> None:
    walk(client, bahaya={"danger": "yes"})
    assert "110" in client.get("/lapor/bahaya").get_data(as_text=True)
    send(client)
    assert filed(app).in_danger
    assert "Untuk keselamatan Anda" in client.get("/lapor/terkirim").get_data(as_text=True)


def test_several_stations_are_asked_for_first(client: StrictClient, app: Flask) -> None:
    with app.app_context():
        make_station("CLG", prefix="clg-")
    assert client.get("/lapor").headers["Location"] == "/lapor/satuan"
    assert answer(client, "satuan", {"station": "CLG"}).headers["Location"] == "/lapor/jenis"
    walk(client)
    send(client)
    assert filed(app).number.startswith("CLG-2026-")


@pytest.mark.parametrize(
    ("slug", "values", "message"),
    [
        ("jenis", {"kind": None}, "Pilih apa yang ingin Anda sampaikan."),
        ("layanan", {"service": None}, "Pilih layanan, atau pilih tidak tahu."),
        ("produk", {"product": None}, "Pilih yang Anda urus, atau pilih tidak tahu."),
        ("perihal", {"issue": None}, "Pilih yang paling dekat dengan masalah Anda."),
        ("bahaya", {"danger": None}, "Pilih ya atau tidak."),
        ("kejadian", {"narrative": " \x07\u202e "}, "Ceritakan apa yang terjadi."),
        (
            "kejadian",
            {"narrative": "a" * 20_007},
            "Teks kelebihan 7 karakter; paling banyak 20.000 karakter.",
        ),
        (
            "kejadian",
            {"narrative": "a" * 100_000},
            "Teks kelebihan 80.000 karakter; paling banyak 20.000 karakter.",
        ),
        (
            "waktu-tempat",
            {"on": ["", "", ""], "place": "x"},
            "Isi tanggal kejadian, atau tandai bahwa Anda tidak ingat.",
        ),
        ("waktu-tempat", {"on": ["10", "3", "2026"], "place": "x"}, "Tanggal tidak boleh setelah hari ini."),
        (
            "waktu-tempat",
            {"on": ["16", "8", "1945"], "place": "x"},
            "Periksa tahunnya: tanggal ini terlalu lama.",
        ),
        (
            "waktu-tempat",
            {"on": ["31", "2", "2026"], "place": "x"},
            "Tanggal ini tidak ada. Periksa tanggal kejadian, misalnya 24 11 2026.",
        ),
        (
            "waktu-tempat",
            {"on": ["1", "3", "2026"], "place": ""},
            "Tulis tempat kejadian, walau hanya kira-kira.",
        ),
        ("petugas", {"respondent": "a" * 501}, "Teks kelebihan 1 karakter; paling banyak 500 karakter."),
        ("kerugian", {"loss": ""}, "Tulis kerugian Anda. Jika tidak ada, tulis “tidak ada”."),
        ("permintaan", {"remedy": "", "claim": ""}, "Tulis penyelesaian yang Anda minta."),
        (
            "permintaan",
            {"remedy": "x", "claim": "banyak"},
            "Tulis jumlah uang dalam angka, misalnya 150.000.",
        ),
        (
            "permintaan",
            {"remedy": "x", "claim": "0"},
            "Tulis jumlah antara 1 dan 2.000.000.000, atau kosongkan.",
        ),
        (
            "permintaan",
            {"remedy": "x", "claim": "9.999.999.999"},
            "Tulis jumlah antara 1 dan 2.000.000.000, atau kosongkan.",
        ),
        ("identitas", {"mode": None}, "Pilih bagaimana identitas Anda diperlakukan."),
        ("data-diri", ANSWERS["data-diri"] | {"name": ""}, "Tulis nama lengkap Anda."),
        ("data-diri", ANSWERS["data-diri"] | {"address": ""}, "Tulis alamat lengkap Anda."),
        (
            "data-diri",
            ANSWERS["data-diri"] | {"email": "siti@"},
            "Tulis alamat surel yang lengkap, misalnya nama@contoh.id.",
        ),
        (
            "data-diri",
            ANSWERS["data-diri"] | {"email": ""},
            "Tulis alamat surel, atau pilih “Jangan kirim apa pun”.",
        ),
        (
            "data-diri",
            ANSWERS["data-diri"] | {"phone": "telepon saja"},
            "Nomor telepon harus 8 sampai 15 angka, misalnya 0812 3456 7890.",
        ),
        ("data-diri", ANSWERS["data-diri"] | {"notices": None}, "Pilih boleh atau jangan."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_all_that_was_typed_stays(
    client: StrictClient, slug: str, values: dict[str, Any], message: str
) -> None:
    walk(client, until=slug)
    response = answer(client, slug, values)
    assert response.status_code == 422
    assert errors_of(response) == [message]
    tree = lxml.html.fromstring(response.get_data(as_text=True))
    (link,) = tree.xpath("//div[contains(@class, 'govuk-error-summary')]//li/a/@href")
    assert tree.xpath("//*[@id=$id]", id=link[1:]), "the summary leads to the field"
    assert any(message in text for text in texts(response, "//p[contains(@class, 'govuk-error-message')]"))
    assert texts(response, "//title")[0].startswith("Perbaiki: ")
    form = next(one for one in tree.forms if one.get("id") == "question")
    shown: dict[str, list[str]] = {}
    for name, value in form.form_values():
        shown.setdefault(name, []).append(value)
    for name, value in values.items():
        for one in [value] if isinstance(value, str) else value or ():
            assert one.strip(" \x07\u202e") in [text.strip() for text in shown.get(name, [""])]


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890", "0812 3456 7890", "0812-3456-7890", "(0812) 3456-7890", "+62 812 3456 7890",
        "62 812 3456 7890", "0062 812-3456-7890", "+62 (0)812 3456 7890", "812.3456.7890", "0812/3456/7890",
    ],
)  # fmt: skip
def test_a_phone_number_is_understood_however_it_is_written(
    client: StrictClient, app: Flask, typed: str
) -> None:
    walk(client, data_diri=ANSWERS["data-diri"] | {"phone": typed})
    send(client)
    with app.app_context():
        complaint = db.session.scalars(select(Complaint)).one()
        assert read_identity_in(db.session(), complaint).phone == "+6281234567890"


def test_emoji_stay_and_marks_that_turn_the_reading_direction_go(client: StrictClient, app: Flask) -> None:
    walk(client, kejadian={"narrative": "Saya takut 😨\r\n\r\nPetugas\u202e berkata \x07“bayar”."})
    send(client)
    assert filed(app).narrative == "Saya takut 😨\n\nPetugas berkata “bayar”."


def test_a_forgotten_date_is_accepted(client: StrictClient, app: Flask) -> None:
    walk(client, waktu_tempat={"forgot": "y", "place": "Pasar Rau"})
    assert "Tidak ingat" in client.get("/lapor/periksa").get_data(as_text=True)
    send(client)
    assert filed(app).service_date is None


def test_who_skips_a_question_is_led_back_to_it(client: StrictClient) -> None:
    assert client.get("/lapor/kerugian").headers["Location"] == "/lapor/jenis"
    assert client.get("/lapor/periksa").headers["Location"] == "/lapor/jenis"
    walk(client, until="kejadian")
    assert client.get("/lapor/identitas").headers["Location"] == "/lapor/kejadian"
    assert client.get("/lapor").headers["Location"] == "/lapor/kejadian"
    assert client.get("/lapor/jenis").status_code == 200
    assert client.get("/lapor/tidak-ada").status_code == 404


def test_going_back_shows_the_answer_and_changing_it_asks_what_follows_from_it(client: StrictClient) -> None:
    walk(client)
    back = client.get("/lapor/kerugian")
    assert "Upah dua hari kerja hilang." in back.get_data(as_text=True)
    assert (
        answer(client, "kerugian", {"loss": "Tidak ada."}, query="?ubah=1").headers["Location"]
        == "/lapor/periksa"
    )
    told = answer(client, "layanan", {"service": "sim"}, query="?ubah=1")
    assert texts(told, "//dt") == ["Urusan"]
    changed = client.submit("/lapor/layanan?ubah=1", form=FORM, page=told)
    assert changed.headers["Location"] == "/lapor/produk?ubah=1"
    page = client.get("/lapor/periksa")
    assert page.headers["Location"] == "/lapor/produk"
    answer(client, "produk", {"product": "unknown"}, query="?ubah=1")
    page = client.get("/lapor/periksa").get_data(as_text=True)
    assert "Surat Izin Mengemudi" in page
    assert "Upah dua hari" not in page


def test_another_language_keeps_what_was_typed_and_not_yet_accepted(client: StrictClient) -> None:
    walk(client, until="waktu-tempat")
    typed = {"on": ["31", "Maret", ""], "place": "Loket tujuh"}
    turned = client.submit("/lapor/waktu-tempat", typed, form=FORM, button="forward")
    assert turned.status_code == 422
    tree = lxml.html.fromstring(client.get("/lapor/waktu-tempat").get_data(as_text=True))
    (button,) = tree.xpath("//button[@form='question'][@name='lang']")
    form = next(one for one in tree.forms if one.get("id") == "question")
    token = form.fields["csrf_token"]
    sent = client.post("/lapor/waktu-tempat", data={"csrf_token": token, "lang": button.get("value")} | typed)
    assert sent.headers["Location"] == "/lapor/waktu-tempat?lang=en"
    page = client.get("/lapor/waktu-tempat?lang=en")
    assert '<html lang="en"' in page.get_data(as_text=True)
    form = next(
        one for one in lxml.html.fromstring(page.get_data(as_text=True)).forms if one.get("id") == "question"
    )
    values = form.form_values()
    assert [value for name, value in values if name == "on"] == ["31", "Maret", ""]
    assert ("place", "Loket tujuh") in values


def test_files_are_kept_shown_removed_and_filed(client: StrictClient, app: Flask) -> None:
    walk(client, until="bukti")
    files = [(io.BytesIO(_png()), "KTP Siti.png"), (io.BytesIO(_png(9)), "../../x\u202egnp.png")]
    added = client.submit("/lapor/bukti", {"files": files}, form=FORM, button="add")
    assert added.status_code == 303
    page = client.get("/lapor/bukti")
    names = texts(page, CHOSEN)
    assert names[0] == "KTP Siti.png"
    assert "/" not in names[1]
    assert "\u202e" not in names[1]
    with app.app_context():
        assert db.session.scalar(select(func.count(DraftFile.id))) == 2
    second = "(//form[@class='sahut-files__remove'])[2]"
    client.submit("/lapor/bukti", form=second, button="berkas", page=page)
    assert texts(client.get("/lapor/bukti"), CHOSEN) == ["KTP Siti.png"]
    answer(client, "bukti")
    walk(client)
    send(client)
    with app.app_context():
        (row,) = db.session.scalars(select(Attachment))
        assert (row.name, row.content_type, row.uploaded_by) == ("KTP Siti.png", "image/png", "complainant")
        assert db.session.scalar(select(func.count(DraftFile.id))) == 0


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("kosong.pdf", b"", "kosong.pdf: Berkas ini kosong."),
        ("foto.jpg", b"MZ" + b"\x00" * 200, "foto.jpg: Berkas ini program"),
        ("data.xyz", b"\x01\x02\x03 entah", "data.xyz: Jenis berkas ini tidak diterima."),
        ("rusak.png", b"\x89PNG\r\n\x1a\n rusak", "rusak.png: Berkas ini rusak"),
    ],
)
def test_a_refused_file_is_named_and_the_others_are_kept(
    client: StrictClient, name: str, content: bytes, message: str
) -> None:
    walk(client, until="bukti")
    files = [(io.BytesIO(_png()), "baik.png"), (io.BytesIO(content), name)]
    response = client.submit("/lapor/bukti", {"files": files}, form=FORM, button="forward")
    assert response.status_code == 422
    assert errors_of(response)[0].startswith(message)
    assert texts(response, CHOSEN) == ["baik.png"]


def test_adding_without_choosing_says_so(client: StrictClient) -> None:
    walk(client, until="bukti")
    response = client.submit("/lapor/bukti", form=FORM, button="add")
    assert errors_of(response) == ["Pilih berkas lebih dulu, atau lanjutkan tanpa berkas."]


def test_it_is_signed_before_it_is_sent(client: StrictClient, app: Flask) -> None:
    walk(client)
    response = client.submit("/lapor/periksa")
    assert errors_of(response) == ["Tandai pernyataan ini untuk mengirim."]
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 0


def test_the_trap_is_shown_to_a_person_whose_browser_fell_into_it(client: StrictClient, app: Flask) -> None:
    walk(client)
    response = client.submit("/lapor/periksa", {"consent": "y", "website": "http://x"})
    assert errors_of(response) == ["Kosongkan kolom ini, lalu kirim lagi."]
    assert not texts(response, "//div[@class='sahut-away']")
    again = client.submit("/lapor/periksa", {"consent": "y", "website": ""}, page=response)
    assert again.status_code == 303


def test_a_second_click_finds_the_first_receipt(client: StrictClient, app: Flask) -> None:
    walk(client)
    page = client.get("/lapor/periksa")
    first = client.submit("/lapor/periksa", {"consent": "y"}, page=page)
    second = client.submit("/lapor/periksa", {"consent": "y"}, page=page)
    assert first.headers["Location"] == second.headers["Location"] == "/lapor/terkirim"
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 1
    assert client.get("/lapor/kejadian").headers["Location"] == "/lapor/terkirim"
    assert client.get("/lapor").headers["Location"] == "/lapor/terkirim"


def test_opening_pages_begins_no_draft(client: StrictClient, app: Flask) -> None:
    for path in (
        "/",
        "/lapor/jenis",
        "/status",
        "/layanan",
        "/layanan/skck",
        "/maklumat",
        "/privasi",
        "/verifikasi",
    ):
        assert client.get(path).status_code == 200
    with app.app_context():
        assert db.session.scalar(select(func.count(Draft.id))) == 0


def test_a_draft_can_be_read_by_nobody_else(client: StrictClient, app: Flask, settings: Settings) -> None:
    walk(client)
    files = [(io.BytesIO(_png()), "KTP Siti Rahmawati.png")]
    client.submit("/lapor/bukti", {"files": files}, form=FORM, button="add")
    stored = _all_bytes(settings.instance_path.parent)
    assert b"draft" in stored
    for marker in MARKERS:
        assert marker.encode() not in stored, marker


def test_filing_leaves_nothing_of_the_draft_that_opens(client: StrictClient, app: Flask) -> None:
    walk(client)
    send(client)
    with app.app_context():
        row = db.session.scalars(select(Draft)).one()
        assert row.complaint_id is not None
        assert len(row.answers_sealed) < 200


def test_a_draft_ends_after_thirty_days(
    client: StrictClient, app: Flask, frozen_clock: time_machine.Traveller
) -> None:
    walk(client, until="kejadian")
    with app.app_context():
        row = db.session.scalars(select(Draft)).one()
        assert (row.expires_at - row.updated_at).days == 30
    frozen_clock.shift(11 * 3600)
    assert client.get("/lapor").headers["Location"] == "/lapor/kejadian"


def test_without_a_station_nobody_is_led_into_the_dark(client: StrictClient, app: Flask) -> None:
    with app.app_context():
        from app.database import unit_of_work
        from app.models import Service, ServiceProduct

        with unit_of_work() as session:
            for model in (ServiceProduct, Service):
                for row in session.scalars(select(model)):
                    session.delete(row)
    assert client.get("/").status_code == 200
    assert client.get("/lapor/jenis").status_code == 503


def _png(size: int = 8) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (size, size), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
