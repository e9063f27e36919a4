"""Unfinished complaints: whose code, cookie or file opens what, and what stays in a browser that was left."""

from __future__ import annotations

import io
from typing import Any, cast

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import DraftFile
from app.storage import get_storage
from tests.app.content.samples import picture
from tests.app.public.steps import FORM, MARKERS, keepsakes, send, walk
from tests.app.public.test_filing_saved import resume, save
from tests.factories import make_station
from tests.security.markers import cookie_payload, dump_rows, found_in
from tests.security.world import csrf_of, fingerprint, shape
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("frozen_clock")]

HIDDEN = "//form[@action='/lapor/lanjut/di-sini']"


@pytest.fixture(autouse=True)
def station(app: Flask) -> None:
    with app.app_context():
        make_station()


@pytest.fixture
def client(app: Flask) -> StrictClient:
    return browser(app)


def browser(app: Flask) -> StrictClient:
    return cast(StrictClient, app.test_client())


def cookie_of(client: StrictClient) -> bytes:
    """What the session cookie says to whoever opens it."""
    held = client.get_cookie("sahut")
    return b"" if held is None else cookie_payload(held.value)


def drafts(app: Flask) -> Any:
    with app.app_context():
        return fingerprint(db.session())


@pytest.mark.parametrize("looked", [True, False], ids=["receipt seen", "receipt on its way"])
def test_after_the_quick_exit_nobody_comes_back_to_what_was_filed(
    client: StrictClient, *, looked: bool
) -> None:
    """The next person at this browser: the receipt would show number and tracking code."""
    walk(client)
    send(client)
    kept = keepsakes(client.get("/lapor/terkirim")) if looked else []
    client.get("/keluar-cepat")
    page = client.get("/lapor/lanjut")
    assert not lxml.html.fromstring(page.data).xpath(HIDDEN), "no way back is offered"
    forged = client.post("/lapor/lanjut/di-sini", data={"csrf_token": csrf_of(client)})
    assert forged.status_code == 303
    for path in ("/lapor/terkirim", "/lapor", "/status/kasus", "/status/kasus/tanda-terima.pdf", "/"):
        told = client.get(path, follow_redirects=True).get_data(as_text=True)
        assert not [word for word in (*kept, "SRG-2026-000001") if word in told], path
    assert not found_in(cookie_of(client), ("SRG-2026", *kept))
    assert b'"hidden"' not in cookie_of(client)


def test_a_draft_that_was_left_in_a_hurry_still_comes_back(client: StrictClient) -> None:
    """The attack above is fit to find something."""
    walk(client, until="kerugian")
    client.get("/keluar-cepat")
    client.submit("/lapor/lanjut", form=HIDDEN)
    assert client.get("/lapor").headers["Location"] == "/lapor/kerugian"


def test_the_code_of_a_draft_opens_no_case_whose_owner_is_done(app: Flask, client: StrictClient) -> None:
    """Who read the note with the draft's code finds the number for a day, and never the tracking code."""
    walk(client, until="kerugian")
    code = save(client, "kerugian")
    walk(client)
    send(client)
    number, tracking = keepsakes(client.get("/lapor/terkirim"))
    client.submit("/lapor/terkirim", form="//form[@action='/lapor/selesai']")
    other = browser(app)
    assert resume(other, code).status_code == 303
    page = other.get("/lapor/terkirim")
    assert number in page.get_data(as_text=True)
    for path in ("/lapor/terkirim", "/status/kasus", "/status"):
        told = other.get(path, follow_redirects=True).get_data(as_text=True)
        assert tracking not in told
        assert not [word for word in MARKERS if word in told], path
    shown = other.post("/lapor/terkirim", data={"csrf_token": csrf_of(other)})
    assert tracking not in shown.get_data(as_text=True)
    assert other.get("/status/kasus").headers["Location"] == "/status"


def test_each_code_fits_its_own_door(app: Flask, client: StrictClient) -> None:
    """Replaced, mistyped, of the other kind or of nothing: one answer, and nothing is written."""
    walk(client, until="kerugian")
    first = save(client, "kerugian")
    second = save(client, "kerugian")
    filer = browser(app)
    walk(filer)
    send(filer)
    number, tracking = keepsakes(filer.get("/lapor/terkirim"))
    before = drafts(app)
    stranger = browser(app)
    token = csrf_of(stranger)
    answers = {
        wrong: shape(stranger.post("/lapor/lanjut", data={"csrf_token": token, "code": wrong}), wrong)
        for wrong in (first, tracking, second[:-1] + ("0" if second[-1] != "0" else "1"), "7KQ2M9XD7KQ2M9XD")
    }
    assert {answer[0] for answer in answers.values()} == {422}
    assert len({answer[1] for answer in answers.values()}) == 1
    status = stranger.post("/status", data={"csrf_token": token, "number": number, "code": second})
    assert status.status_code == 422
    assert drafts(app) == before
    assert resume(stranger, second).status_code == 303


def test_neither_database_nor_log_holds_what_opens_a_draft(
    app: Flask, client: StrictClient, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    walk(client, until="bukti")
    code = save(client, "bukti")
    token = cookie_of(client).split(b'"draft":"')[1].split(b'"')[0].decode()
    resume(browser(app), code)
    browser(app).get(f"/lapor/lanjut?kode={code}")
    plain = code.replace("-", "")
    with app.app_context():
        rows = dump_rows(db.session())
    captured = capsys.readouterr()
    rows["log"] = (caplog.text + captured.out + captured.err).encode()
    assert len(rows["log"]) > 500
    assert not [
        (where, word) for where, data in rows.items() for word in found_in(data, (code, plain, token))
    ]


def test_nobody_takes_a_file_off_the_draft_of_another(app: Flask, client: StrictClient) -> None:
    walk(client, until="bukti")
    client.submit("/lapor/bukti", {"files": (io.BytesIO(picture()), "bukti.jpg")}, form=FORM, button="add")
    page = lxml.html.fromstring(client.get("/lapor/bukti").data)
    (wanted,) = page.xpath("//button[@name='berkas']/@value")
    beginner, writer = browser(app), browser(app)
    walk(writer, until="bukti")
    before = drafts(app)["draft_file"]
    for other in (beginner, writer):
        form = {"csrf_token": csrf_of(other), "berkas": wanted}
        assert other.post("/lapor/bukti/hapus", data=form).status_code == 303
        assert wanted not in other.get("/lapor/bukti", follow_redirects=True).get_data(as_text=True)
    assert drafts(app)["draft_file"] == before
    with app.app_context():
        keys = db.session().scalars(select(DraftFile.storage_key)).all()
        assert [get_storage().is_sound(key) for key in keys] == [True]
    assert wanted in client.get("/lapor/bukti").get_data(as_text=True)
