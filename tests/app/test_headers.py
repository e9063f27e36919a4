"""What every response says about itself, and that pages keep to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from app.security.headers import CONTENT_SECURITY_POLICY, POWERFUL_FEATURES
from app.templating import asset_url
from tests.support.client import StrictClient
from tests.support.pages import add_sample_pages

pytestmark = pytest.mark.database("sqlite")

TEMPLATES = sorted((Path(__file__).parents[2] / "app" / "templates").rglob("*.html"))


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    return app


@pytest.mark.parametrize("path", ["/contoh/isian", "/tidak-ada", "/healthz", "/static/css/sahut.css"])
def test_every_response_is_guarded(client: StrictClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy == CONTENT_SECURITY_POLICY
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in POWERFUL_FEATURES:
        assert f"{feature}=()" in headers["Permissions-Policy"]
    assert "Server" not in headers


def test_pages_are_never_stored(client: StrictClient) -> None:
    for path in ("/contoh/isian", "/tidak-ada", "/static/tidak-ada.css"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_files_are_kept_only_under_an_address_that_changes_with_them(
    app: Flask, client: StrictClient
) -> None:
    with app.test_request_context():
        named = asset_url("css/sahut.css")
        vendored = asset_url("vendor/govuk-frontend-6.3.0/govuk-frontend.min.css")
    for path in (named, vendored):
        with client.get(path) as answer:
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    with client.get(named.split("?")[0]) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_https_is_remembered_only_where_it_is_used(client: StrictClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/contoh/isian").headers
    secure = client.get("/contoh/isian", base_url="https://sahut.example")
    assert secure.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_script_or_style(template: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", template.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text), "script belongs in a file"
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text, re.IGNORECASE)
    assert "| safe" not in text or template.name == "icons.html", "mark markup where it is made"
    assert not re.search(r"(?:href|src|action)=\"https?://", text), "no foreign host"
