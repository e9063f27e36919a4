"""What a reader is told when something went wrong, and what they are not."""

from __future__ import annotations

import lxml.html
import pytest
from flask import Blueprint, Flask, abort

from app.access import Audience, declare
from tests.support.client import StrictClient
from tests.support.pages import add_sample_pages, words
from workflows.errors import CaseNotVisible, ConflictOfInterest, RoleNotPermitted, StaleVersion, WrongState

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    failures = Blueprint("failures", __name__, url_prefix="/gagal")
    declare(failures, Audience.CITIZEN)
    raised = {
        "tersembunyi": CaseNotVisible("read"),
        "benturan": ConflictOfInterest("read", "respondent"),
        "peran": RoleNotPermitted("decide"),
        "berubah": StaleVersion("decide", 3, 4),
        "keadaan": WrongState("decide", "closed", ("review",)),
    }

    @failures.get("/<name>")
    def fail(name: str) -> str:
        if name in raised:
            raise raised[name]
        abort(int(name))

    app.register_blueprint(failures)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/tidak-ada", 404, "Halaman tidak ditemukan"),
        ("/gagal/400", 400, "Permintaan tidak dapat dibaca"),
        ("/gagal/413", 413, "Kiriman terlalu besar"),
        ("/gagal/429", 429, "Terlalu banyak percobaan"),
        ("/gagal/503", 503, "Layanan sedang tidak tersedia"),
        ("/gagal/418", 400, "Permintaan tidak dapat dibaca"),
        ("/gagal/502", 500, "Ada gangguan pada layanan"),
        ("/gagal/berubah", 409, "Tindakan tidak dilakukan"),
        ("/gagal/keadaan", 409, "Tindakan tidak dilakukan"),
        ("/contoh/rusak", 500, "Ada gangguan pada layanan"),
    ],
)
def test_pages(client: StrictClient, path: str, status: int, title: str) -> None:
    answer = client.get(path)
    shown = lxml.html.fromstring(answer.get_data(as_text=True))
    assert answer.status_code == status
    assert words(shown.xpath("//h1")[0]) == title
    assert words(shown.xpath("//title")[0]).startswith(title)


def test_a_refusal_says_why(client: StrictClient) -> None:
    assert "berubah sejak Anda membukanya" in client.get("/gagal/berubah").get_data(as_text=True)


def test_who_may_not_sees_what_never_existed(client: StrictClient) -> None:
    """The same bytes but for the address in the language switch."""
    nothing = client.get("/gagal/404")
    for name in ("tersembunyi", "benturan", "peran", "403", "401", "410"):
        hidden = client.get(f"/gagal/{name}")
        assert hidden.status_code == 404
        assert hidden.get_data(as_text=True) == nothing.get_data(as_text=True).replace("/404", f"/{name}")
        assert {k: v for k, v in hidden.headers if k not in ("Content-Length", "Date", "X-Request-ID")} == {
            k: v for k, v in nothing.headers if k not in ("Content-Length", "Date", "X-Request-ID")
        }


def test_nothing_of_the_inside_is_shown(client: StrictClient) -> None:
    text = client.get("/contoh/rusak").get_data(as_text=True)
    assert "planted-marker" not in text
    assert "ZeroDivisionError" not in text
    assert "Something is broken" in text, "in both languages at once"


def test_a_page_left_open_too_long(client: StrictClient) -> None:
    answer = client.post("/contoh/isian", data={"story": "x"})
    assert answer.status_code == 400
    assert "sudah terlalu lama terbuka" in answer.get_data(as_text=True)


def test_a_wrong_method_says_which_are_right(client: StrictClient) -> None:
    answer = client.get("/contoh/ditolak")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/api/v1/nothing", "text/html"), ("/open311/v2/nothing", "*/*"), ("/tidak-ada", "application/json")],
)
def test_machines_get_a_problem_document(client: StrictClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404
    assert answer.json["code"] == "not_found"


def test_browsers_get_pages(client: StrictClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/tidak-ada", headers={"Accept": accept}).mimetype == "text/html"


def test_the_way_back_is_that_of_the_audience(client: StrictClient) -> None:
    for path, home in (("/tidak-ada", "/"), ("/staf/tidak-ada", "/staf/"), ("/ombudsman/x", "/ombudsman/")):
        shown = lxml.html.fromstring(client.get(path).get_data(as_text=True))
        assert shown.xpath("//main//a/@href") == [home]
