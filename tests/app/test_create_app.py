"""The application as a whole: what it does at start, and how its cookies and forms behave behind HTTPS."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.test import Client

from app import create_app
from app.security.keys import KeyName, KeyRing
from config import Settings
from tests.support.databases import Database, dispose
from tests.support.routes import open_blueprint

pytestmark = pytest.mark.database("sqlite")
HTTPS = "https://lapor.example.go.id"


@pytest.fixture
def secure(settings: Settings) -> Iterator[Flask]:
    """An application whose citizens come by HTTPS through one proxy, with a form."""
    app = create_app(replace(settings, public_url=HTTPS, proxy_hops=1))

    probe = open_blueprint()

    @probe.route("/uji", methods=["GET", "POST"])
    def form() -> str:
        session["nama"] = "x"
        return generate_csrf()

    app.register_blueprint(probe)
    yield app
    dispose(app)


def test_starting_writes_no_row_and_leaves_no_thread_at_work(database: Database, settings: Settings) -> None:
    file = Path(database.url.removeprefix("sqlite:///"))
    before = file.read_bytes(), set(threading.enumerate())
    app = create_app(settings)
    started = set(threading.enumerate()) - before[1]
    # The rate limits' store in memory sweeps itself with short timers.
    assert [thread for thread in started if not isinstance(thread, threading.Timer)] == []
    assert file.read_bytes() == before[0]
    dispose(app)


def test_the_instance_folder_is_closed_to_others(app: Flask, settings: Settings) -> None:
    assert settings.instance_path.stat().st_mode & 0o077 == 0


def test_cookies_are_for_https_this_host_and_no_script(secure: Flask) -> None:
    answer = Client(secure).get("/uji", base_url=HTTPS)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, _, attributes = cookie.partition("=")
    assert name == "__Host-sahut"
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes.split("; "))
    assert "Domain" not in attributes


def test_a_form_needs_its_token_and_no_referer(secure: Flask) -> None:
    """Our pages forbid the browser to send a Referer, so a check of it would refuse every citizen."""
    client = Client(secure)
    token = client.get("/uji", base_url=HTTPS).get_data(as_text=True)
    assert client.post("/uji", base_url=HTTPS, data={"csrf_token": token}).status_code == 200
    assert client.post("/uji", base_url=HTTPS).status_code == 400
    assert client.post("/uji", base_url=HTTPS, data={"csrf_token": token[::-1]}).status_code == 400


@pytest.mark.parametrize(
    ("hops", "seen"), [(0, "192.0.2.1"), (1, "203.0.113.9"), (2, "198.51.100.7")], ids=["none", "one", "two"]
)
def test_only_our_own_proxies_are_believed(settings: Settings, hops: int, seen: str) -> None:
    app = create_app(replace(settings, proxy_hops=hops))

    probe = open_blueprint()

    @probe.get("/uji")
    def address() -> str:
        return request.remote_addr or ""

    app.register_blueprint(probe)
    headers = {"X-Forwarded-For": "192.0.2.66, 198.51.100.7, 203.0.113.9"}
    answer = Client(app).get("/uji", headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.get_data(as_text=True) == seen
    dispose(app)


def test_sessions_survive_a_new_session_key(settings: Settings, frozen_clock: object) -> None:
    def with_page(app: Flask) -> Flask:
        probe = open_blueprint()

        @probe.get("/uji")
        def count() -> str:
            session["kali"] = session.get("kali", 0) + 1
            return str(session["kali"])

        app.register_blueprint(probe)
        return app

    app = with_page(create_app(settings))
    client = Client(app)
    assert client.get("/uji").text == "1"
    keys: KeyRing = app.extensions["sahut.keys"]
    old = keys.current(KeyName.SESSION)
    new = keys.rotate(KeyName.SESSION, at=old.created_at)
    restarted = with_page(create_app(settings))
    assert restarted.config["SECRET_KEY"] == new.secret
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    later = Client(restarted)
    later.set_cookie("sahut", cookie.value)
    assert later.get("/uji").text == "2"
    dispose(app)
    dispose(restarted)


def test_a_given_secret_key_is_used_and_none_other(settings: Settings) -> None:
    app = create_app(replace(settings, secret_key="kunci-yang-diberikan"))
    assert app.config["SECRET_KEY"] == "kunci-yang-diberikan"
    assert app.config["SECRET_KEY_FALLBACKS"] == []
    dispose(app)
