"""The load generator counts what was answered, and refuses to time wrong answers."""

from __future__ import annotations

import itertools
import threading
import time
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, redirect, request
from flask_wtf.csrf import generate_csrf

from bench.load import Measure, Request, UnexpectedAnswerError, measure
from bench.visitor import Visitor
from tests.support.browser import LiveServer
from tests.support.routes import open_blueprint

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def asked(app: Flask) -> list[str]:
    """Paths that the application was asked for; it also gets a slow page, a login and a page behind it."""
    paths: list[str] = []
    lock = threading.Lock()
    probe = open_blueprint()

    @app.before_request
    def note() -> None:
        with lock:
            paths.append(request.path)

    @probe.get("/lambat")
    def slow() -> str:
        time.sleep(0.02)
        return "x" * 100_000

    @probe.route("/uji/masuk", methods=["GET", "POST"])
    def login() -> str | Response:
        if request.method == "POST":
            answer = redirect("/uji/dalam")
            answer.set_cookie("nama", request.form["nama"])
            return answer  # type: ignore[return-value]
        field = f'<input name="csrf_token" type="hidden" value="{generate_csrf()}">'
        return f'<form method="post">{field}<input name="nama"></form>'

    @probe.get("/uji/dalam")
    def inside() -> tuple[str, int]:
        return (request.cookies["nama"], 200) if "nama" in request.cookies else ("", 403)

    app.register_blueprint(probe)
    return paths


def _port(server: LiveServer) -> int:
    port = urlsplit(server.url).port
    assert port is not None
    return port


def test_every_answer_is_counted_once(asked: list[str], live_server: LiveServer) -> None:
    requests = itertools.repeat(Request("GET", "/lambat"), 30)
    run = measure(_port(live_server), requests, clients=3, seconds=30)
    assert asked == ["/lambat"] * 30
    assert run.requests == len(run.latencies_s) == 30
    assert all(took >= 0.02 for took in run.latencies_s)
    assert run.rate < 3 / 0.02


def test_the_time_is_kept(asked: list[str], live_server: LiveServer) -> None:
    run = measure(_port(live_server), itertools.repeat(Request("GET", "/lambat")), clients=2, seconds=0.3)
    assert 0.3 <= run.seconds < 3
    assert run.requests == len(asked) > 2


def test_an_answer_of_another_status_ends_the_measurement(asked: list[str], live_server: LiveServer) -> None:
    with pytest.raises(UnexpectedAnswerError, match="/uji/dalam: 403 instead of 200"):
        measure(_port(live_server), itertools.repeat(Request("GET", "/uji/dalam")), clients=2, seconds=5)


def test_a_visitor_gets_behind_a_form_and_takes_the_bench_along(
    asked: list[str], live_server: LiveServer
) -> None:
    visitor = Visitor(_port(live_server))
    assert visitor.submit("/uji/masuk", {"nama": "Siti"}) == "Siti"
    inside = Request("GET", "/uji/dalam", headers=visitor.headers)
    assert measure(_port(live_server), iter([inside] * 5), clients=1, seconds=5).requests == 5
    login = visitor.filled("/uji/masuk", {"nama": "Budi"})
    assert measure(_port(live_server), iter([login]), clients=1, seconds=5).requests == 1


def test_medians_are_of_the_answers() -> None:
    run = Measure(5, 2.0, (0.001, 0.002, 0.003, 0.004, 0.1))
    assert (run.rate, run.median_ms) == (2.5, 3.0)
    assert run.p95_ms > 4
