"""``demo load`` as an operator types it."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import Complaint
from tests.factories import make_station

pytestmark = pytest.mark.database("sqlite")


def load(app: Flask, *args: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    result = app.test_cli_runner().invoke(args=["demo", "load", *args])
    return result.exit_code, result.stdout, result.stderr


def test_it_says_what_it_made_and_who_may_sign_in(app: Flask) -> None:
    code, out, _ = load(app, "--complaints", "3", "--seed", "7", "--as-of", "2026-03-09T09:00+07:00")
    assert code == 0
    assert out.splitlines()[0] == "Demo dimuat: 3 pengaduan."
    assert "petugas, kasiwas" in out
    assert "sahut-demo" in out
    with app.app_context():
        newest = db.session().scalar(select(func.max(Complaint.recorded_at)))
    assert newest is not None
    assert newest.isoformat() <= "2026-03-09T02:00:00+00:00"
    code, out, _ = load(app, "--json")
    assert (code, json.loads(out)) == (0, {"fresh": False, "complaints": 3})


@pytest.mark.parametrize("value", ["kemarin", "2026-13-01"])
def test_a_time_that_is_none_is_bad_use(app: Flask, value: str) -> None:
    code, _, err = load(app, "--as-of", value)
    assert (code, "ISO 8601" in err) == (2, True)


@pytest.mark.parametrize("count", ["-1", "1000001", "banyak"])
def test_a_count_out_of_bounds_is_bad_use(app: Flask, count: str) -> None:
    assert load(app, "--complaints", count)[0] == 2


def test_other_data_is_left_alone(app: Flask) -> None:
    with app.app_context():
        make_station()
    code, out, err = load(app, "--complaints", "1")
    assert (code, out) == (1, "")
    assert "sudah berisi data lain" in err
