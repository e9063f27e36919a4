"""Files of a complaint being written: every odd one gets an answer beside the field, the others stay."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Attachment, DraftFile
from app.storage import get_storage
from tests.app.content import samples
from tests.app.content.odd_files import CASES, FULL, MB, RTL, Case
from tests.app.public.steps import FORM, answer, errors_of, send, texts, walk
from tests.factories import make_station
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")

NAMES = "//ul[contains(@class, 'sahut-files--chosen')]//span[@class='sahut-files__name']"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def station(app: Flask) -> None:
    with app.app_context():
        make_station()


def choose(
    client: StrictClient, *files: tuple[str, bytes], button: str = "add", page: TestResponse | None = None
) -> TestResponse:
    """Send files from the form of the page."""
    streams = [(io.BytesIO(content), name) for name, content in files]
    response = client.submit("/lapor/bukti", {"files": streams}, form=FORM, button=button, page=page)
    response.request.environ["wsgi.input"].close()
    return response


def kept(client: StrictClient) -> list[str]:
    return texts(client.get("/lapor/bukti"), NAMES)


def stored_objects(app: Flask) -> int:
    with app.app_context():
        return len(list(get_storage().list_keys()))


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.name)[1:40])
def test_every_odd_file_is_rightly_accepted_or_answered_beside_its_field(
    client: StrictClient, app: Flask, case: Case
) -> None:
    walk(client, until="bukti")
    response = choose(client, ("baik.txt", b"Catatan saya."), (case.name, case.content()))
    if case.kept is not None:
        assert response.status_code == 303, errors_of(response)
        assert kept(client) == ["baik.txt", case.kept]
        return
    assert response.status_code == 422
    (message,) = errors_of(response)
    shown, _, words = message.partition(": ")
    assert words.startswith(case.said or "?"), message
    assert shown
    assert not set(shown) & {"/", "\\", RTL, "\x00"}
    assert len(shown) <= 100
    assert texts(response, "//p[@id='files-error']") == [f"Galat: {message}"]
    assert texts(response, NAMES) == kept(client) == ["baik.txt"]
    assert stored_objects(app) == 1, "of a refused file nothing is left"


def test_two_files_of_one_name_are_two_and_one_file_sent_twice_is_one(
    client: StrictClient, app: Flask
) -> None:
    walk(client, until="bukti")
    choose(client, ("foto.txt", b"satu"), ("foto.txt", b"dua"))
    assert kept(client) == ["foto.txt", "foto.txt"]
    choose(client, ("lain.txt", b"satu"))
    assert kept(client) == ["foto.txt", "foto.txt"]
    assert stored_objects(app) == 2
    answer(client, "bukti")
    walk(client)
    send(client)
    with app.app_context():
        assert db.session.scalar(select(func.count(Attachment.id))) == 2


def test_a_case_holds_no_more_than_its_limit(client: StrictClient, app: Flask) -> None:
    app.config["MAX_FILE_BYTES"], app.config["MAX_CASE_FILE_BYTES"] = MB, 2 * MB
    walk(client, until="bukti")
    assert choose(client, ("satu.txt", b"a" * MB)).status_code == 303
    response = choose(client, ("dua.txt", b"b" * (MB - 9)), ("tiga.txt", b"c" * 99), ("4.txt", b"d"))
    (message,) = errors_of(response)
    assert message.startswith(
        "tiga.txt: Jumlah ukuran semua berkas melebihi batas satu pengaduan. Paling besar 2"
    )
    assert kept(client) == ["satu.txt", "dua.txt", "4.txt"]
    with app.app_context():
        assert db.session.scalar(select(func.count(DraftFile.id))) == 3
    assert stored_objects(app) == 3


def test_a_turn_of_101_megabytes_is_read_and_answered(client: StrictClient, app: Flask) -> None:
    walk(client, until="bukti")
    film = samples.media(b"isom")
    files = [(f"{n}.mp4", film + bytes([n]) * (17 * MB - len(film))) for n in range(6)]
    response = choose(client, *files)
    (message,) = errors_of(response)
    assert message == f"5.mp4: {FULL} Paling besar 100 MB."
    assert kept(client) == [f"{n}.mp4" for n in range(5)]


def test_what_is_not_even_read_is_answered_beside_the_field(client: StrictClient, app: Flask) -> None:
    walk(client, until="bukti")
    page = client.get("/lapor/bukti")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = choose(client, ("besar.txt", b"a" * 2000), page=page)
    assert response.status_code == 413
    (message,) = texts(response, "//p[@id='files-error']")
    assert message.startswith("Galat: Berkas yang dikirim melebihi batas, sehingga tidak diterima. Kembali,")
    data = {"files": (io.BytesIO(b"a" * 2000), "besar.txt")}
    answered = client.post("/lapor/bukti", data=data, headers=JSON)
    assert (answered.status_code, answered.get_json()["code"]) == (413, "too_large")


def test_another_language_keeps_what_was_chosen(client: StrictClient) -> None:
    walk(client, until="bukti")
    token = csrf_of(client)
    data = {"csrf_token": token, "lang": "en", "files": (io.BytesIO(b"catatan"), "catatan.txt")}
    response = client.post("/lapor/bukti", data=data)
    assert (response.status_code, response.headers["Location"]) == (303, "/lapor/bukti?lang=en")
    assert kept(client) == ["catatan.txt"]


def test_a_script_gets_a_row_for_each_file_and_words_for_each_refusal(client: StrictClient) -> None:
    walk(client, until="bukti")
    token = csrf_of(client)
    data = {"csrf_token": token, "add": "1", "files": (io.BytesIO(b"catatan"), "<b>a</b>.txt")}
    response = client.post("/lapor/bukti", data=data, headers=JSON)
    assert response.status_code == 200
    (row,) = response.get_json()["rows"]
    assert "<b>" not in row
    assert "b_.txt" in row
    assert len(kept(client)) == 1
    again = client.post(
        "/lapor/bukti", data=data | {"files": (io.BytesIO(b"catatan"), "x.txt")}, headers=JSON
    )
    assert again.status_code == 200
    (same,) = again.get_json()["rows"]
    assert untimed(same) == untimed(row), "the answer was lost: sent again"
    wrong = client.post("/lapor/bukti", data=data | {"files": (io.BytesIO(b""), "../k.txt")}, headers=JSON)
    assert wrong.status_code == 422
    assert wrong.get_json() == {
        "rows": [],
        "refused": [{"name": "k.txt", "message": "Berkas ini kosong. Pilih berkas lain."}],
    }
    value = client.get("/lapor/bukti").get_data(as_text=True).partition('name="berkas" value="')[2][:16]
    gone = client.post("/lapor/bukti/hapus", data={"csrf_token": token, "berkas": value}, headers=JSON)
    assert gone.get_json() == {}
    assert kept(client) == []


def test_a_script_whose_draft_is_gone_is_told_nothing_was_kept(client: StrictClient, app: Flask) -> None:
    data = {"csrf_token": csrf_of(client), "files": (io.BytesIO(b"catatan"), "a.txt")}
    response = client.post("/lapor/bukti", data=data, headers=JSON)
    assert response.status_code == 303
    assert stored_objects(app) == 0


def untimed(row: str) -> str:
    """Without the token, which is signed anew each second."""
    return re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", row)


def csrf_of(client: StrictClient) -> str:
    """The token of this browser's session."""
    page = client.get(client.get("/lapor").headers["Location"]).get_data(as_text=True)
    return page.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
