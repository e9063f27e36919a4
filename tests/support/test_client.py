"""The strict client is strict: each thing it is there to catch, caught."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, request
from flask_wtf.csrf import generate_csrf

from app.extensions import db
from app.models import Agency
from tests.support.client import StrictClient, check_html, markup_of
from tests.support.routes import open_blueprint

pytestmark = pytest.mark.database("sqlite")

PAGE = """<!doctype html><html lang="id"><head><title>Uji</title></head><body>{}</body></html>"""
FORM = """<main><form method="post" action="terima" enctype="multipart/form-data">
<input type="hidden" name="csrf_token" value="{token}">
<label for="nama">Nama</label><input id="nama" name="nama" value="awal">
<input type="checkbox" name="pilih" value="a" checked><input type="checkbox" name="pilih" value="b">
<input type="file" name="berkas"><button name="lanjut" value="ya">Lanjut</button></form></main>"""


@pytest.fixture
def pages(app: Flask) -> Flask:
    """The application with a few pages that do what pages must not, and one with a form."""
    probe = open_blueprint()

    @probe.get("/rusak")
    def broken() -> str:
        return PAGE.format("<p>satu<div></p>")

    @probe.get("/tertinggal")
    def left() -> str:
        db.session.add(Agency(code="UJI", name="Uji", kind="polres"))
        return "ya"

    @probe.get("/formulir/isi")
    def form() -> str:
        return PAGE.format(FORM.format(token=generate_csrf()))

    @probe.post("/formulir/terima")
    def take() -> dict[str, object]:
        upload = request.files.get("berkas")
        return {
            "nama": request.form["nama"],
            "pilih": request.form.getlist("pilih"),
            "lanjut": request.form.get("lanjut"),
            "berkas": upload.read().decode() if upload else None,
        }

    app.register_blueprint(probe)
    return app


def test_broken_html_fails_the_test(pages: Flask, client: StrictClient) -> None:
    with pytest.raises(AssertionError, match="broken HTML at /rusak"):
        client.get("/rusak")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<p id="a">x</p><p id="a">y</p>', "ids that occur twice"),
        ('<label for="b">Nama</label>', "labels without a field"),
        ("<ul><li>a</ul></ul>", "broken HTML"),
    ],
)
def test_what_is_wrong_with_a_page_is_said(body: str, complaint: str) -> None:
    with pytest.raises(AssertionError, match=complaint):
        check_html(PAGE.format(body), where="/uji")


def test_a_sound_page_passes() -> None:
    icon = '<svg viewBox="0 0 1 1" aria-hidden="true" focusable="false"><path d="M0 0h1"/></svg>'
    check_html(PAGE.format(f'<main id="isi"><p>a &amp; b</p>{icon}</main>'), where="/uji")


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ('<p id="a">x</p><p id="b">y</p>', '<p id="a">x</p><p id="a">y</p>'),
        ('<label for="a">x</label><input id="a">', '<label for="b">x</label><input id="a">'),
        ('<a href="/?a=1&amp;copy=2">x</a>', '<a href="/?a=1&copy=2">x</a>'),
        ("<p>a &amp; b</p>", "<p>a &amp b</p>"),
        ("<p>a</p>", "<p>a\x7f</p>"),
        ("<p>a</p>", "<p>a<!-- b --!></p>"),
    ],
)
def test_a_sound_page_says_nothing_of_one_with_other_markup(sound: str, broken: str) -> None:
    check_html(PAGE.format(sound), where="/uji")
    with pytest.raises(AssertionError, match="/uji"):
        check_html(PAGE.format(broken), where="/uji")


def test_pages_that_differ_in_words_have_one_markup() -> None:
    one = '<p><a href="/a?b=1&amp;c=2" title="Satu">Kasus &lt;1&gt;</a> dari <b>Siti</b></p>'
    other = '<p><a href="/b" title="">Kasus kedua</a> untuk\n<b>Budi &amp; Siti</b></p>'
    assert markup_of(one) == markup_of(other) != markup_of(one.replace(" dari ", " "))


def test_changes_left_in_the_session_fail_the_test(pages: Flask, client: StrictClient) -> None:
    with pytest.raises(AssertionError, match=r"/tertinggal left uncommitted changes: \['Agency'\]"):
        client.get("/tertinggal")


def test_a_request_inside_an_app_context_would_share_its_session(pages: Flask, client: StrictClient) -> None:
    with pages.app_context(), pytest.raises(AssertionError, match="leave the app context"):
        client.get("/healthz")


def test_submit_sends_what_the_form_holds_and_what_is_entered(pages: Flask, client: StrictClient) -> None:
    sent = client.submit("/formulir/isi", {"berkas": (BytesIO(b"isi berkas"), "a.txt")}, button="lanjut")
    assert sent.json == {"nama": "awal", "pilih": ["a"], "lanjut": "ya", "berkas": "isi berkas"}
    sent = client.submit("/formulir/isi", {"nama": "Siti", "pilih": ["a", "b"]})
    assert sent.json == {"nama": "Siti", "pilih": ["a", "b"], "lanjut": None, "berkas": None}


def test_submit_enters_nothing_that_the_form_has_no_field_for(pages: Flask, client: StrictClient) -> None:
    with pytest.raises(AssertionError, match="no field"):
        client.submit("/formulir/isi", {"umur": "40"})


def test_a_post_without_the_token_is_refused(pages: Flask, client: StrictClient) -> None:
    assert client.post("/formulir/terima", data={"nama": "Siti"}).status_code == 400
