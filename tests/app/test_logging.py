"""Logs hold listed fields only, whoever writes them."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from flask import Flask

from app.logging import configure_logging
from tests.support.client import StrictClient
from tests.support.routes import open_blueprint

pytestmark = pytest.mark.database("sqlite")
MARK = "Siti-Penanda-0812"


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    text = capsys.readouterr().err
    assert MARK not in text
    return [json.loads(line) for line in text.splitlines()]


def test_fields_that_are_not_listed_are_dropped_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger("app.test").info("sent", count=3, complainant=MARK)
    (line,) = _lines(capsys)
    assert (line["event"], line["count"], line["level"]) == ("sent", 3, "info")
    assert line["dropped"] == ["complainant"]
    assert "complainant" not in line


def test_an_exception_is_told_by_class_and_place_not_by_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    try:
        int(f"no such number: {MARK}")
    except ValueError:
        structlog.get_logger("app.test").exception("job failed")
    (line,) = _lines(capsys)
    assert line["error"] == "builtins.ValueError"
    assert isinstance(line["where"], list)
    assert line["where"][0].startswith("tests/app/test_logging.py:")


@pytest.mark.parametrize(
    ("message", "arguments", "kept"),
    [("lost %s", (MARK,), "lost %s"), (f"lost {MARK}", (), "library message")],
    ids=["template", "ready-made"],
)
def test_a_library_tells_no_values(
    capsys: pytest.CaptureFixture[str], message: str, arguments: tuple[str, ...], kept: str
) -> None:
    configure_logging()
    logging.getLogger("some.library").warning(message, *arguments)
    (line,) = _lines(capsys)
    assert line["event"] == kept


def test_configuring_twice_doubles_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    configure_logging()
    structlog.get_logger("app.test").info("once")
    assert len(_lines(capsys)) == 1


def test_a_request_is_one_line_without_address_path_or_query(
    client: StrictClient, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    response = client.get(f"/readyz?nama={MARK}", headers={"X-Request-ID": "abcd-1234", "User-Agent": MARK})
    (line,) = _lines(capsys)
    assert set(line) == {
        "duration_ms", "endpoint", "event", "level", "logger", "method", "request_id", "status", "timestamp",
    }  # fmt: skip
    assert (line["endpoint"], line["status"], line["request_id"]) == (
        "ops.readyz",
        response.status_code,
        "abcd-1234",
    )
    assert response.headers["X-Request-ID"] == "abcd-1234"


def test_an_unknown_path_is_not_written_down(
    client: StrictClient, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    client.get(f"/{MARK}")
    (line,) = _lines(capsys)
    assert (line["endpoint"], line["status"]) == (None, 404)


def test_a_request_id_that_could_carry_words_is_replaced(client: StrictClient) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": "Siti Aminah, Jalan Melati"})
    assert len(response.headers["X-Request-ID"]) == 16


def test_a_failing_view_writes_neither_its_path_nor_the_words_of_the_error(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    probe = open_blueprint()

    @probe.get("/gagal/<name>")
    def fail(name: str) -> str:
        raise RuntimeError(f"lost {name}")

    app.register_blueprint(probe)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    capsys.readouterr()
    response = app.test_client().get(f"/gagal/{MARK}")
    assert response.status_code == 500
    assert MARK not in response.get_data(as_text=True)
    lines = _lines(capsys)
    assert [line.get("error") for line in lines if line["level"] == "error"] == ["builtins.RuntimeError"]
