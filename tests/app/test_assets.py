"""Static files: named by their bytes, compressed once, never more than the folder holds."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import pytest
from flask import Flask

from app.assets import asset_url
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")

STYLE = "css/sahut.css"


def test_addresses_change_with_the_bytes(app: Flask, tmp_path: Path) -> None:
    with app.test_request_context():
        ours = asset_url(STYLE)
        assert re.fullmatch(r"/static/css/sahut\.css\?v=[0-9a-f]{12}", ours)
        assert asset_url("css/office.css").split("=")[1] != ours.split("=")[1]
        vendored = asset_url("vendor/plus-jakarta-sans-5.3.0/latin.woff2")
        assert vendored == "/static/vendor/plus-jakarta-sans-5.3.0/latin.woff2"
        with pytest.raises(FileNotFoundError):
            asset_url("css/nothing.css")
    app.static_folder = str(tmp_path)
    (tmp_path / "a.css").write_text("a{}")
    with app.test_request_context():
        before = asset_url("a.css")
        (tmp_path / "a.css").write_text("b{}")
        os.utime(tmp_path / "a.css", ns=(1, 1))
        assert asset_url("a.css") != before


def test_text_is_packed_where_the_browser_can_unpack(app: Flask, client: StrictClient) -> None:
    plain = (Path(app.static_folder or "") / STYLE).read_bytes()
    packed = client.get(f"/static/{STYLE}", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == plain
    bare = client.get(f"/static/{STYLE}", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in bare.headers
    assert bare.get_data() == plain
    for answer in (packed, bare):
        assert "accept-encoding" in answer.vary.as_set()
    assert packed.headers["ETag"] != bare.headers["ETag"]


@pytest.mark.parametrize(
    ("path", "mime_type"),
    [
        (STYLE, "text/css"),
        ("js/sahut.js", "text/javascript"),
        ("img/mark.svg", "image/svg+xml"),
        ("vendor/plus-jakarta-sans-5.3.0/latin.woff2", "font/woff2"),
        ("vendor/plus-jakarta-sans-5.3.0/LICENSE", "text/plain"),
    ],
)
def test_types(client: StrictClient, path: str, mime_type: str) -> None:
    answer = client.get(f"/static/{path}")
    assert answer.status_code == 200
    assert answer.mimetype == mime_type
    assert ("Content-Encoding" in answer.headers) is False


def test_what_the_browser_has_is_not_sent_again(client: StrictClient) -> None:
    first = client.get(f"/static/{STYLE}")
    again = client.get(f"/static/{STYLE}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.get_data() == b""


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/css", "/static/../config.py", "/static/%2e%2e/config.py"],
)
def test_nothing_but_the_folders_files(client: StrictClient, path: str) -> None:
    assert client.get(path).status_code == 404
