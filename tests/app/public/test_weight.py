"""What a page costs a cheap phone: bytes over the wire, with everything it brings on the first visit."""

from __future__ import annotations

import gzip
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.app.public.steps import ANSWERS, answer, send, walk
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

FIRST_LOAD = 100_000
LATER_HTML = 15_000
PACKED = {"Accept-Encoding": "gzip"}


def weigh(client: StrictClient, path: str) -> tuple[int, int]:
    """Packed bytes of the page, and of the page with all that it loads (the typeface included)."""
    response = client.get(path)
    assert response.status_code == 200, path
    text = response.get_data(as_text=True)
    html = len(gzip.compress(text.encode()))
    tree = lxml.html.fromstring(text)
    wanted = {
        *tree.xpath("//link[@rel='stylesheet' or @rel='icon' or @rel='modulepreload']/@href"),
        *tree.xpath("//script/@src"),
        *tree.xpath("//img/@src"),
        "/static/vendor/plus-jakarta-sans-5.3.0/latin.woff2",
    }
    total = html
    for href in wanted:
        asset = client.get(urljoin(path, href), headers=PACKED)
        assert asset.status_code == 200, href
        assert not urlsplit(href).netloc, "nothing comes from another host"
        total += len(asset.get_data())
    return html, total


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/status", "/status/kode-hilang", "/status/kode-baru", "/lapor/lanjut", "/verifikasi"),
        *("/layanan", "/layanan/skck", "/maklumat", "/prosedur", "/statistik", "/privasi", "/aksesibilitas"),
    ],
)
def test_open_pages_are_light(client: StrictClient, app: Flask, path: str) -> None:
    html, total = weigh(client, path)
    assert html <= LATER_HTML
    assert total <= FIRST_LOAD


def test_every_page_of_the_way_is_light(client: StrictClient) -> None:
    for slug in ANSWERS:
        html, total = weigh(client, f"/lapor/{slug}")
        assert (html <= LATER_HTML, total <= FIRST_LOAD) == (True, True), slug
        answer(client, slug)
    for path in ("/lapor/periksa", "/lapor/terkirim", "/status/kasus", "/status/kasus/pesan"):
        html, total = weigh(client, path)
        assert (html <= LATER_HTML, total <= FIRST_LOAD) == (True, True), path
        if path == "/lapor/periksa":
            send(client)


def test_the_longest_story_still_fits(client: StrictClient) -> None:
    walk(client, kejadian={"narrative": "Uraian yang panjang sekali. " * 714})
    assert weigh(client, "/lapor/periksa")[0] <= LATER_HTML


@pytest.mark.parametrize(("path", "status"), [("/status", 422), ("/tidak-ada", 404)])
def test_what_is_refused_comes_compressed_too(client: StrictClient, path: str, status: int) -> None:
    if status == 422:
        page = client.get(path).get_data(as_text=True)
        (token,) = set(lxml.html.fromstring(page).xpath("//main//input[@name='csrf_token']/@value"))
        answer = FlaskClient.open(client, path, method="POST", data={"csrf_token": token}, headers=PACKED)
    else:
        answer = FlaskClient.open(client, path, headers=PACKED)
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (status, "gzip")
    assert b"</html>" in gzip.decompress(answer.get_data())
