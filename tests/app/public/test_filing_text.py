"""Text as people really send it: answered beside its field or rightly taken, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Complaint
from app.services.access import read_identity_in
from tests.app.public.steps import ANSWERS, FORM, answer, errors_of, send, walk
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

EMPTY = "Ceritakan apa yang terjadi."


def post_raw(client: StrictClient, slug: str, body: bytes) -> Any:
    """Send bytes as they are, which no form of ours would."""
    page = client.get(f"/lapor/{slug}")
    form = next(one for one in lxml.html.fromstring(page.get_data()).forms if one.get("id") == "question")
    token = form.fields["csrf_token"].encode()
    return client.post(
        f"/lapor/{slug}",
        data=b"csrf_token=" + token + b"&forward=1&" + body,
        content_type="application/x-www-form-urlencoded",
    )


def filed(app: Flask) -> Complaint:
    with app.app_context():
        return db.session.scalars(select(Complaint)).one()


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\n\n\t", "\u200b\u200b", "\u200d", "\ufeff", "\u2060\u2063", "\u3164", "\x00\x07", "\u202e"],
    ids=ascii,
)
def test_a_story_that_shows_nothing_is_none(client: StrictClient, typed: str) -> None:
    walk(client, until="kejadian")
    assert errors_of(answer(client, "kejadian", {"narrative": typed})) == [EMPTY]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("Takut 😨👮🏽‍♀️", "Takut 😨👮🏽‍♀️"),
        ("Petugas\x00 berkata\x07 “bayar”", "Petugas berkata “bayar”"),
        ("satu\r\ndua\rtiga\u2028empat", "satu\ndua\ntiga\nempat"),
        ("kanan\u202eirik\u202c dan \u2067kiri\u2069", "kananirik dan kiri"),
        ("e\u0301", "é"),
        ("<script>alert(1)</script> & {{ 7*7 }}", "<script>alert(1)</script> & {{ 7*7 }}"),
        ("'; DROP TABLE complaint; --", "'; DROP TABLE complaint; --"),
        ("ꦱꦼꦫꦁ 中文 العربية", "ꦱꦼꦫꦁ 中文 العربية"),
        ("a" * 20_000, "a" * 20_000),
        ("😨" * 20_000, "😨" * 20_000),
    ],
    ids=[
        "emoji",
        "controls",
        "breaks",
        "direction",
        "composed",
        "markup",
        "sql",
        "scripts",
        "full",
        "full-emoji",
    ],
)
def test_a_story_is_kept_as_it_was_meant(client: StrictClient, app: Flask, sent: str, stored: str) -> None:
    walk(client, kejadian={"narrative": sent})
    assert client.get("/lapor/periksa").status_code == 200
    send(client)
    assert filed(app).narrative == stored


@pytest.mark.parametrize(
    "body",
    [b"narrative=%FF%FE%00", b"narrative=%ED%A0%80", b"narrative=%C3%28", b"narrative=%E2%82"],
    ids=["utf-16", "half-surrogate", "broken", "cut"],
)
def test_bytes_that_are_no_text_are_taken_as_marks(client: StrictClient, app: Flask, body: bytes) -> None:
    walk(client, until="kejadian")
    assert post_raw(client, "kejadian", body + b"%20bayar").status_code == 303
    walk(client)
    send(client)
    assert filed(app).narrative.endswith("bayar")


def test_a_body_that_no_browser_sends_is_not_taken(client: StrictClient) -> None:
    walk(client, until="kejadian")
    # What is no UTF-8 holds no field at all, its token neither: refused as any form that is not ours.
    assert post_raw(client, "kejadian", b"narrative=\xff\xfe").status_code == 400


@pytest.mark.parametrize("length", [20_001, 100_000])
@pytest.mark.parametrize("sign", ["a", "😨"])
def test_too_long_a_story_comes_back_whole_and_fits_no_cookie(
    client: StrictClient, length: int, sign: str
) -> None:
    walk(client, until="kejadian")
    response = answer(client, "kejadian", {"narrative": sign * length})
    excess = f"{length - 20_000:,}".replace(",", ".")
    assert errors_of(response) == [f"Teks kelebihan {excess} karakter; paling banyak 20.000 karakter."]
    (area,) = lxml.html.fromstring(response.get_data(as_text=True)).xpath("//textarea[@name='narrative']")
    assert area.text.strip() == sign * length
    assert max(map(len, response.headers.getlist("Set-Cookie")), default=0) < 1_000
    later = client.submit("/lapor/kejadian", form=FORM, page=response, button="save")
    assert later.headers["Location"] == "/lapor/simpan"
    assert sign * length in client.get("/lapor/kejadian").get_data(as_text=True)


@pytest.mark.parametrize(
    ("on", "message"),
    [
        (["31", "2", "2026"], "Tanggal ini tidak ada."),
        (["29", "02", "2025"], "Tanggal ini tidak ada."),
        (["0", "1", "2026"], "Tanggal ini tidak ada."),
        (["1", "13", "2026"], "Bulan harus angka 1 sampai 12"),
        (["1", "Marzo", "2026"], "Bulan harus angka 1 sampai 12"),
        (["1", "3", "26"], "Tahun harus empat angka"),
        (["1", "3", "20260"], "Tahun harus empat angka"),
        (["12/31/2026", "", ""], "Bulan harus angka 1 sampai 12"),
        (["31-2-2026", "", ""], "Tanggal ini tidak ada."),
        (["1", "", "2026"], "Lengkapi tanggal kejadian: isi bulan."),
        (["kemarin", "", ""], "Lengkapi tanggal kejadian: isi bulan dan tahun."),
        (["10", "3", "2026"], "Tanggal tidak boleh setelah hari ini."),
        (["1", "1", "9999"], "Tanggal tidak boleh setelah hari ini."),
        (["9" * 5_000, "3", "2026"], "Tanggal ini tidak ada."),
    ],
    ids=lambda value: "-".join(value)[:20] if isinstance(value, list) else "",
)
def test_a_day_that_is_none_is_pointed_at(client: StrictClient, on: list[str], message: str) -> None:
    walk(client, until="waktu-tempat")
    response = answer(client, "waktu-tempat", {"on": on, "place": "Loket"})
    assert errors_of(response)[0].startswith(message)
    values = lxml.html.fromstring(response.get_data(as_text=True)).xpath("//input[@name='on']/@value")
    assert [value for value in values if value] == [part for part in on if part]


@pytest.mark.parametrize(
    "on",
    [
        ["28", "2", "2026"], ["28", "Februari", "2026"], ["28", "feb.", "2026"], ["28", "PEBRUARI", "2026"],
        ["28", "02", " 2026 "], ["28/2/2026", "", ""], ["28-02-2026", "", ""], ["28 Februari 2026", "", ""],
        ["28", "2", "٢٠٢٦"],
    ],
    ids="-".join,
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(client: StrictClient, app: Flask, on: list[str]) -> None:
    walk(client, waktu_tempat={"on": on, "place": "Loket"})
    send(client)
    assert str(filed(app).service_date) == "2026-02-28"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("081234567890", "+6281234567890"), ("+62 812 3456 7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"), ("62 0812 3456 7890", "+6281234567890"),
        ("00 62 812-3456-7890", "+6281234567890"), ("+62 (0)812.3456.7890", "+6281234567890"),
        ("812 3456 7890", "+6281234567890"), ("(0254) 200110", "+62254200110"),
        ("0254-200110", "+62254200110"), ("+62 254 200 110", "+62254200110"),
        ("+65 6123 4567", "+6561234567"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_read_however_it_is_written(
    client: StrictClient, app: Flask, typed: str, number: str
) -> None:
    walk(client, data_diri=ANSWERS["data-diri"] | {"phone": typed})
    send(client)
    with app.app_context():
        assert read_identity_in(db.session(), db.session.scalars(select(Complaint)).one()).phone == number


@pytest.mark.parametrize(
    "typed", ["110", "0812", "08123456789012345", "0812-nomor", "٠٨١٢٣٤٥٦٧٨٩٠", "+", "--"]
)
def test_a_telephone_number_that_is_none_is_said(client: StrictClient, typed: str) -> None:
    walk(client, until="data-diri")
    response = answer(client, "data-diri", ANSWERS["data-diri"] | {"phone": typed})
    assert errors_of(response) == ["Nomor telepon harus 8 sampai 15 angka, misalnya 0812 3456 7890."]
    assert typed in response.get_data(as_text=True)


@pytest.mark.parametrize(
    "typed",
    [
        "siti", "siti@", "@contoh.id", "siti@contoh", "siti@@contoh.id", "siti @contoh.id", "siti@contoh..id",
        "siti@contoh.id, budi@contoh.id",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_said(client: StrictClient, typed: str) -> None:
    walk(client, until="data-diri")
    response = answer(client, "data-diri", ANSWERS["data-diri"] | {"email": typed})
    assert errors_of(response) == ["Tulis alamat surel yang lengkap, misalnya nama@contoh.id."]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" Siti.Rahma+lapor@Contoh.ID ", "Siti.Rahma+lapor@contoh.id"),
        ("siti@münchen.de", "siti@xn--mnchen-3ya.de"),
        ("siti@ｃｏｎｔｏｈ.id", "siti@contoh.id"),
    ],
)
def test_an_address_is_written_as_mail_needs_it(
    client: StrictClient, app: Flask, typed: str, address: str
) -> None:
    walk(client, data_diri=ANSWERS["data-diri"] | {"email": typed})
    send(client)
    with app.app_context():
        assert read_identity_in(db.session(), db.session.scalars(select(Complaint)).one()).email == address


def test_an_address_that_mail_cannot_carry_is_said(client: StrictClient) -> None:
    walk(client, until="data-diri")
    response = answer(client, "data-diri", ANSWERS["data-diri"] | {"email": "sití@contoh.id"})
    assert errors_of(response) == ["Surel ini memakai huruf yang belum dapat kami kirimi. Tulis surel lain."]


@pytest.mark.parametrize(
    ("slug", "field", "typed"),
    [
        ("kejadian", "narrative", "NIK saya 3604 0152 0390 0001, saya takut."),
        ("kerugian", "loss", "3604015203900001"),
        ("data-diri", "name", "Siti 36.0401.520390.0001"),
    ],
)
def test_a_nik_is_pointed_out_and_taken_away_if_wanted(
    client: StrictClient, app: Flask, slug: str, field: str, typed: str
) -> None:
    walk(client, until=slug)
    told = answer(client, slug, ANSWERS[slug] | {field: typed})
    assert "Anda menulis NIK" in told.get_data(as_text=True)
    assert typed in told.get_data(as_text=True)
    form = next(one for one in lxml.html.fromstring(told.get_data()).forms if one.get("id") == "question")
    sent = dict(form.form_values()) | {"nik": "remove"}
    assert client.post(f"/lapor/{slug}", data=sent).status_code == 303
    page = client.get(f"/lapor/{slug}").get_data(as_text=True)
    assert "[NIK]" in page
    assert "0001" not in page


def test_a_nik_may_stay(client: StrictClient, app: Flask) -> None:
    walk(client, until="kejadian")
    told = answer(client, "kejadian", {"narrative": "Mereka menyalin NIK 3604015203900001."})
    form = next(one for one in lxml.html.fromstring(told.get_data()).forms if one.get("id") == "question")
    sent = dict(form.form_values()) | {"nik": "keep"}
    assert client.post("/lapor/kejadian", data=sent).status_code == 303
    walk(client)
    send(client)
    assert filed(app).narrative == "Mereka menyalin NIK 3604015203900001."


@pytest.mark.parametrize(
    "typed", ["Rekening 9988776655443322", "0000000000000000", "kartu 4111 1111 1111 1111 1"]
)
def test_another_long_number_is_left_alone(client: StrictClient, typed: str) -> None:
    walk(client, until="kejadian")
    assert answer(client, "kejadian", {"narrative": typed}).status_code == 303
