"""Nothing is lost: saved by a code, sent too late, sent twice, left in a hurry."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.extensions import db
from app.models import Complaint, Draft, DraftFile, DraftResume
from app.services.lapsing import purge_drafts
from config import Settings
from tests.app.public.steps import ANSWERS, FORM, MARKERS, errors_of, keepsakes, send, texts, walk
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

WRONG = ["Kode ini tidak membuka apa pun. Periksa lagi; kode berlaku 30 hari."]


def save(client: StrictClient, slug: str, typed: dict[str, Any] | None = None) -> str:
    """Press "save and go on later" on a question; gives the code."""
    response = client.submit(f"/lapor/{slug}", typed, form=FORM, button="save")
    assert (response.status_code, response.headers["Location"]) == (303, "/lapor/simpan")
    (code,) = keepsakes(client.get("/lapor/simpan"))
    return code


def resume(client: StrictClient, code: str) -> TestResponse:
    return client.submit("/lapor/lanjut", {"code": code})


def other_browser(app: Flask) -> StrictClient:
    client = app.test_client()
    assert isinstance(client, StrictClient)
    return client


def form_of(response: TestResponse) -> dict[str, Any]:
    tree = lxml.html.fromstring(response.get_data(as_text=True))
    form = next(
        one for one in tree.forms if one.get("id") == "question" or one.xpath(".//*[@name='consent']")
    )
    return dict(form.form_values())


def test_a_code_opens_the_draft_in_another_browser_half_sentence_included(
    client: StrictClient, app: Flask
) -> None:
    walk(client, until="kerugian")
    code = save(client, "kerugian", {"loss": "Upah dua hari, dan"})
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4]
    other = other_browser(app)
    assert resume(other, code.lower().replace("-", " ")).headers["Location"] == "/lapor"
    assert other.get("/lapor").headers["Location"] == "/lapor/kerugian"
    assert "Upah dua hari, dan" in other.get("/lapor/kerugian").get_data(as_text=True)
    walk(other)
    send(other)
    with app.app_context():
        assert db.session.scalars(select(Complaint)).one().narrative == ANSWERS["kejadian"]["narrative"]


def test_an_answer_typed_anew_but_not_given_is_told_before_sending(client: StrictClient) -> None:
    unsaved = "//div[contains(@class, 'sahut-aside')]//a"
    walk(client)
    save(client, "kerugian")
    assert texts(client.get("/lapor/periksa"), unsaved) == []
    save(client, "kerugian", {"loss": "Upah tiga hari."})
    assert texts(client.get("/lapor/periksa"), unsaved) == ["Lanjutkan mengubah: Kerugian"]
    client.submit("/lapor/kerugian?ubah=1", form=FORM, button="forward")
    check = client.get("/lapor/periksa")
    assert texts(check, unsaved) == []
    assert "Upah tiga hari." in check.get_data(as_text=True)


def test_the_code_is_shown_once_and_a_new_one_replaces_it(client: StrictClient, app: Flask) -> None:
    walk(client, until="kejadian")
    first = save(client, "kejadian")
    page = client.get("/lapor/simpan")
    assert keepsakes(page) == []
    form = "//form[@action='/lapor/simpan']"
    assert client.submit("/lapor/simpan", form=form, page=page).status_code == 303
    (second,) = keepsakes(client.get("/lapor/simpan"))
    other = other_browser(app)
    assert errors_of(resume(other, first)) == WRONG
    assert resume(other, second).status_code == 303


def test_saving_on_the_very_first_page_works_too(client: StrictClient, app: Flask) -> None:
    code = save(client, "jenis")
    assert resume(other_browser(app), code).status_code == 303


@pytest.mark.parametrize("spoil", [
    lambda code: "0" * 16, lambda code: code[:-1], lambda code: code + "0", lambda code: "x" * 5_000,
    lambda code: code[:-1] + ("0" if code[-1] != "0" else "1"), lambda code: "\x00😨",
], ids=["unknown", "short", "long", "huge", "mistyped", "no-code"])  # fmt: skip
def test_every_wrong_code_gets_the_same_answer(
    client: StrictClient, app: Flask, spoil: Callable[[str], str]
) -> None:
    walk(client, until="kejadian")
    code = save(client, "kejadian")
    response = resume(other_browser(app), spoil(code))
    assert response.status_code == 422
    assert errors_of(response)[0] in (*WRONG, "Teks kelebihan 4.936 karakter; paling banyak 64 karakter.")


def test_wrong_codes_are_counted_and_right_ones_are_not(client: StrictClient, app: Flask) -> None:
    walk(client, until="kejadian")
    code = save(client, "kejadian")
    other = other_browser(app)
    for _ in range(20):
        assert resume(other, "0" * 16).status_code == 422
    page = other.get("/lapor/lanjut")
    assert other.submit("/lapor/lanjut", {"code": code}, page=page).status_code == 429


def test_the_stored_rows_and_all_keys_do_not_open_a_draft(
    client: StrictClient, app: Flask, settings: Settings
) -> None:
    walk(client)
    code = save(client, "kejadian")
    with app.app_context():
        row = db.session.scalars(select(DraftResume)).one()
        held = f"{row.code_digest}{row.token_sealed!r}"
    assert code.replace("-", "") not in held
    stored = b"".join(
        path.read_bytes() for path in settings.instance_path.parent.rglob("*") if path.is_file()
    )
    with client.session_transaction() as cookie:
        token = cookie["draft"]
    for secret in (*MARKERS, code, code.replace("-", ""), token):
        assert secret.encode() not in stored


def test_a_draft_and_its_code_and_files_go_after_thirty_days(
    client: StrictClient, app: Flask, settings: Settings, frozen_clock: time_machine.Traveller
) -> None:
    walk(client, until="bukti")
    from PIL import Image

    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(picture, "PNG")
    picture.seek(0)
    client.submit("/lapor/bukti", {"files": [(picture, "bukti.png")]}, form=FORM, button="add")
    code = save(client, "kejadian")
    folder = settings.instance_path / "files"
    assert any(path.is_file() for path in folder.rglob("*"))
    frozen_clock.shift(30 * 24 * 3600 + 1)
    assert errors_of(resume(other_browser(app), code)) == WRONG
    frozen_clock.shift(24 * 3600)
    with app.app_context():
        from app import clock

        purge_drafts(clock.now())
        for model in (Draft, DraftFile, DraftResume):
            assert db.session.scalar(select(func.count()).select_from(model)) == 0
    assert not any(path.is_file() for path in folder.rglob("*"))


def test_putting_it_away_leaves_only_the_code(client: StrictClient, app: Flask) -> None:
    walk(client, until="kejadian")
    client.submit("/lapor/kejadian", form=FORM, button="save")
    page = client.get("/lapor/simpan")
    (code,) = keepsakes(page)
    client.submit("/lapor/simpan", form="//form[@action='/lapor/simpan/keluar']", page=page)
    assert client.get("/lapor").headers["Location"] == "/lapor/jenis"
    assert resume(client, code).status_code == 303
    assert client.get("/lapor").headers["Location"] == "/lapor/kejadian"


def test_back_keeps_what_was_half_typed(client: StrictClient) -> None:
    walk(client, until="kerugian")
    back = client.submit("/lapor/kerugian", {"loss": "Upah dua"}, form=FORM, button="forward")
    assert back.status_code == 303
    answered = client.get("/lapor/kerugian")
    sent = form_of(answered) | {"loss": "Upah tiga ha", "back": "1"}
    assert client.post("/lapor/kerugian", data=sent).headers["Location"] == "/lapor/petugas"
    assert "Upah tiga ha" in client.get("/lapor/kerugian").get_data(as_text=True)


def test_a_script_may_keep_what_was_typed_when_the_page_goes(client: StrictClient) -> None:
    walk(client, until="kerugian")
    sent = form_of(client.get("/lapor/kerugian")) | {"loss": "Upah", "keep": "1"}
    assert client.post("/lapor/kerugian", data=sent).status_code == 204
    assert "Upah" in client.get("/lapor/kerugian").get_data(as_text=True)


@pytest.mark.parametrize("slug", ["kejadian", "data-diri"])
def test_a_page_that_outlived_its_session_takes_its_draft_back(
    client: StrictClient, app: Flask, frozen_clock: time_machine.Traveller, slug: str
) -> None:
    walk(client, until=slug)
    sent = form_of(client.get(f"/lapor/{slug}")) | ANSWERS[slug] | {"forward": "1"}
    frozen_clock.shift(13 * 3600)
    ours = {"Sec-Fetch-Site": "same-origin"}
    late = client.post(f"/lapor/{slug}", data=sent, headers=ours)
    assert late.status_code == 422
    assert errors_of(late) == ["Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."]
    for value in ANSWERS[slug].values():
        assert str(value) in late.get_data(as_text=True)
    again = client.post(f"/lapor/{slug}", data=form_of(late) | {"forward": "1"}, headers=ours)
    assert again.status_code == 303
    walk(client)
    send(client)
    with app.app_context():
        assert db.session.scalars(select(Complaint)).one().loss == ANSWERS["kerugian"]["loss"]


def test_sending_after_the_session_ended_asks_once_more_and_files_once(
    client: StrictClient, app: Flask
) -> None:
    walk(client)
    sent = form_of(client.get("/lapor/periksa")) | {"consent": "y"}
    client.delete_cookie("sahut")
    ours = {"Sec-Fetch-Site": "same-origin"}
    late = client.post("/lapor/periksa", data=sent, headers=ours)
    assert late.status_code == 422
    again = client.post("/lapor/periksa", data=form_of(late) | {"consent": "y"}, headers=ours)
    assert again.headers["Location"] == "/lapor/terkirim"
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_puts_nobody_into_its_draft(client: StrictClient, app: Flask, site: str) -> None:
    walk(client, until="kejadian")
    sent = form_of(client.get("/lapor/kejadian")) | {"narrative": "x", "forward": "1"}
    victim = other_browser(app)
    response = victim.post("/lapor/kejadian", data=sent, headers={"Sec-Fetch-Site": site})
    assert response.status_code == 400
    assert "Set-Cookie" not in response.headers
    assert victim.get("/lapor").headers["Location"] == "/lapor/jenis"


def test_a_browser_that_does_not_vouch_keeps_the_page_and_no_draft(client: StrictClient, app: Flask) -> None:
    walk(client, until="kejadian")
    sent = form_of(client.get("/lapor/kejadian")) | {"narrative": "Kata-kata", "forward": "1"}
    other = other_browser(app)
    response = other.post("/lapor/kejadian", data=sent)
    assert response.status_code == 422
    assert "Kata-kata" in response.get_data(as_text=True)
    assert other.get("/lapor").headers["Location"] == "/lapor/jenis"


def test_the_same_text_again_leads_to_the_first_receipt(client: StrictClient, app: Flask) -> None:
    walk(client)
    send(client)
    number = keepsakes(client.get("/lapor/terkirim"))[0]
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/baru']")
    walk(client, kejadian={"narrative": ANSWERS["kejadian"]["narrative"].upper() + " "})
    assert send(client).headers["Location"] == "/lapor/terkirim"
    page = client.get("/lapor/terkirim")
    assert keepsakes(page)[0] == number
    assert "Pengaduan yang sama baru saja kami terima" in page.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 1
        assert db.session.scalar(select(func.count(Draft.id))) == 1


def test_the_same_text_is_known_after_a_second_click_whose_first_answer_was_lost(
    client: StrictClient, app: Flask
) -> None:
    walk(client)
    before = client.get_cookie("sahut")
    assert before is not None
    sent = form_of(client.get("/lapor/periksa")) | {"consent": "y"}
    for _click in range(2):
        client.set_cookie("sahut", before.value)
        assert client.post("/lapor/periksa", data=sent).headers["Location"] == "/lapor/terkirim"
    assert client.get("/status/kasus").status_code == 200, "the second answer opens the case"
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/baru']")
    walk(client)
    assert send(client).headers["Location"] == "/lapor/terkirim"
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 1


def test_another_text_or_another_hour_is_another_complaint(
    client: StrictClient, app: Flask, frozen_clock: time_machine.Traveller
) -> None:
    for change in ({}, {"kejadian": {"narrative": "Hari lain, hal lain."}}, {}):
        walk(client, **change)
        send(client)
        client.submit("/lapor/terkirim", form="//form[@action='/lapor/baru']")
        frozen_clock.shift(10 * 60)
    with app.app_context():
        assert db.session.scalar(select(func.count(Complaint.id))) == 3


def test_who_knows_the_text_gets_a_case_of_his_own_never_the_first(client: StrictClient, app: Flask) -> None:
    walk(client)
    send(client)
    first = keepsakes(client.get("/lapor/terkirim"))
    other = other_browser(app)
    walk(other)
    send(other)
    second = keepsakes(other.get("/lapor/terkirim"))
    assert first[0] != second[0]
    assert first[1] != second[1]


def test_finishing_forgets_what_was_sent(client: StrictClient) -> None:
    walk(client)
    send(client)
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/selesai']")
    with client.session_transaction() as cookie:
        assert not {"draft", "recent", "hidden"} & set(cookie)


def test_the_quick_exit_shows_nobody_what_was_written_and_loses_none_of_it(client: StrictClient) -> None:
    walk(client, until="kerugian")
    (way_out,) = lxml.html.fromstring(client.get("/lapor/kerugian").get_data()).xpath(
        "//a[contains(@class, 'govuk-js-exit-this-page-button')]/@href"
    )
    out = client.get(way_out)
    assert (out.status_code, out.headers["Location"]) == (303, "https://www.bmkg.go.id/")
    assert out.headers["Cache-Control"] == "no-store"
    assert client.get("/lapor").headers["Location"] == "/lapor/jenis"
    start = client.get("/").get_data(as_text=True)
    assert "Lanjutkan pengaduan" not in start
    page = client.get("/lapor/lanjut")
    client.submit("/lapor/lanjut", form="//form[@action='/lapor/lanjut/di-sini']", page=page)
    assert client.get("/lapor").headers["Location"] == "/lapor/kerugian"


def test_the_quick_exit_closes_an_open_case(client: StrictClient) -> None:
    walk(client)
    send(client)
    assert client.get("/status/kasus").status_code == 200
    away = client.get("/keluar-cepat")
    assert away.headers["Location"].startswith("https://")
    assert client.get("/status/kasus").status_code == 303


def test_no_page_of_a_draft_is_stored(client: StrictClient) -> None:
    walk(client, until="kejadian")
    save(client, "kejadian")
    for path in ("/lapor/kejadian", "/lapor/simpan", "/lapor/lanjut"):
        assert client.get(path).headers["Cache-Control"] == "no-store"
    assert texts(client.get("/lapor/kejadian"), "//button[@name='save']") == ["Simpan dan lanjutkan nanti"]


def test_the_nameless_are_told_beside_the_code_that_it_cannot_be_replaced(client: StrictClient) -> None:
    walk(client, identitas={"mode": "anonymous"})
    assert "Tidak dapat diganti" in client.get("/lapor/identitas").get_data(as_text=True)
    send(client)
    assert "satu-satunya jalan kembali" in client.get("/lapor/terkirim").get_data(as_text=True)


def test_in_danger_the_numbers_come_from_the_settings(client: StrictClient, app: Flask) -> None:
    app.config.update(POLICE_EMERGENCY="112", WITNESS_PROTECTION="0800-1-148")
    walk(client, bahaya={"danger": "yes"})
    assert 'href="tel:112"' in client.get("/").get_data(as_text=True)
    assert 'href="tel:08001148"' in client.get("/lapor/bahaya").get_data(as_text=True)
    send(client)
    assert 'href="tel:08001148"' in client.get("/lapor/terkirim").get_data(as_text=True)
