"""``sla due`` against instants counted by hand, and ``sla sweep``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from app.database import unit_of_work
from app.models import Agency
from config import ROOT, Environment, Settings
from tests import factories
from tests.factories import MONDAY
from tests.support.databases import Database, dispose


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["sla", *arguments])


def due(app: Flask, class_code: str, stage: str, start: str, *more: str) -> dict[str, Any]:
    result = run(app, "due", "--class", class_code, "--stage", stage, "--from", start, *more)
    assert result.exit_code == 0, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("class_code", "stage", "start", "due_at"),
    [
        # Monday 2 March 2026, three working days: Tue 3, Wed 4, Thu 5.
        ("service_complaint", "verification", "2026-03-02", "2026-03-05T23:59:59+07:00"),
        ("service_complaint", "verification", "2026-03-02T09:00", "2026-03-05T23:59:59+07:00"),
        ("service_complaint", "verification", "2026-03-02T23:30:00+07:00", "2026-03-05T23:59:59+07:00"),
        # 17.30 UTC is Tuesday 3 March, 00.30 WIB: Wed 4, Thu 5, Fri 6.
        ("service_complaint", "verification", "2026-03-02T17:30:00Z", "2026-03-06T23:59:59+07:00"),
        # Calendar days run through holidays: Monday 9 March + 14 = Monday 23 March, which is joint leave.
        ("service_complaint", "completeness_notice", "2026-03-09", "2026-03-23T23:59:59+07:00"),
        # Monday 16 March 2026: Tue 17; Nyepi and Idul Fitri with joint leave to Tue 24; Wed 25, Thu 26.
        ("service_complaint", "verification", "2026-03-16", "2026-03-26T23:59:59+07:00"),
        # Wednesday 26 March 2025: Thu 27; Nyepi and Idul Fitri with joint leave to Mon 7 April; Tue 8, Wed 9.
        ("service_complaint", "verification", "2025-03-26", "2025-04-09T23:59:59+07:00"),
        # Wednesday 23 December 2026: Thu 24 joint leave, Fri 25 Christmas; Mon 28, Tue 29, Wed 30.
        ("service_complaint", "verification", "2026-12-23", "2026-12-30T23:59:59+07:00"),
        # Hours run hour by hour, Sundays too.
        ("urgent", "first_response", "2026-03-07T22:15", "2026-03-08T22:15:00+07:00"),
        ("urgent", "escalation", "2026-03-07T23:30", "2026-03-08T00:30:00+07:00"),
        ("data_breach", "breach_notice", "2026-03-02T09:00", "2026-03-05T09:00:00+07:00"),
    ],
)
def test_due_by_hand(app: Flask, class_code: str, stage: str, start: str, due_at: str) -> None:
    answer = due(app, class_code, stage, start)
    assert answer["due_at"] == due_at
    assert answer["steps"][0]["effective"] is True
    assert answer["basis"]["sources"]


@pytest.mark.database("sqlite")
def test_both_steps_of_a_resolution_are_given_the_binding_one_first(app: Flask) -> None:
    answer = due(app, "supervisory_complaint", "resolution", "2026-03-02")
    assert [step["effective"] for step in answer["steps"]] == [True, False]
    # Monday 2 March + 60 calendar days = Friday 1 May 2026.
    assert answer["due_at"] == answer["steps"][0]["due_at"] == "2026-05-01T23:59:59+07:00"
    assert answer["steps"][1]["due_at"] > answer["due_at"]


@pytest.mark.database("sqlite")
def test_a_pause_is_left_out_and_explained(app: Flask) -> None:
    plain = due(app, "service_complaint", "resolution", "2026-04-13")
    paused = due(
        app, "service_complaint", "resolution", "2026-04-13", "--pause", "2026-04-15/2026-04-17", "--json"
    )
    operational = [
        next(step for step in one["steps"] if step["basis"]["unit"] == "working_day")
        for one in (plain, paused)
    ]
    # Monday 13 April 2026: fourteen working days to Friday 1 May, which is Labour Day: Monday 4 May.
    assert operational[0]["due_at"] == "2026-05-04T23:59:59+07:00"
    # Wednesday 15 and Thursday 16 April do not count: two working days more.
    assert operational[1]["due_at"] == "2026-05-06T23:59:59+07:00"
    reasons = {day["date"]: day["reason"] for day in operational[1]["ledger"]}
    assert (reasons["2026-04-15"], reasons["2026-04-16"]) == ("waiting", "waiting")
    assert reasons["2026-05-01"] == "national_holiday"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--class", "x", "--stage", "verification", "--from", "2026-03-02"), "--class"),
        (("--class", "service_complaint", "--stage", "x", "--from", "2026-03-02"), "verification"),
        (("--class", "service_complaint", "--stage", "verification", "--from", "kemarin"), "ISO 8601"),
        (("--class", "service_complaint", "--stage", "verification", "--from", "2026-02-30"), "ISO 8601"),
        (("--class", "service_complaint", "--stage", "verification"), "--from"),
        (
            (
                *("--class", "service_complaint", "--stage", "resolution", "--from", "2026-03-02"),
                "--pause",
                "x",
            ),
            "MULAI/SELESAI",
        ),
        (
            (
                *("--class", "service_complaint", "--stage", "resolution", "--from", "2026-03-02"),
                *("--pause", "2026-03-09/2026-03-05"),
            ),
            "sebelum dimulai",
        ),
        (
            (
                *("--class", "service_complaint", "--stage", "resolution", "--from", "2026-03-02"),
                *("--agency", "XYZ"),
            ),
            "XYZ",
        ),
    ],
)
@pytest.mark.database("sqlite")
def test_bad_use_is_told_plainly_with_exit_code_2(app: Flask, arguments: tuple[str, ...], said: str) -> None:
    result = run(app, "due", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.database("sqlite")
def test_a_year_without_a_calendar_is_a_no(app: Flask) -> None:
    result = run(
        app, "due", "--class", "service_complaint", "--stage", "verification", "--from", "2044-03-02"
    )
    assert result.exit_code == 1
    assert "2044" in result.stderr


@pytest.mark.database("sqlite")
def test_a_provisional_year_is_marked(app: Flask) -> None:
    assert due(app, "service_complaint", "verification", "2026-03-02")["provisional"] is False
    assert due(app, "service_complaint", "verification", "2029-03-02")["provisional"] is True


def test_an_agency_lends_its_zone(app: Flask) -> None:
    with app.app_context():
        factories.make_station()
        with unit_of_work() as unit:
            for agency in unit.query(Agency).filter_by(code="SRG"):
                agency.timezone = "Asia/Jayapura"
    answer = due(app, "service_complaint", "verification", "2026-03-02", "--agency", "SRG")
    assert answer["due_at"] == "2026-03-05T23:59:59+09:00"


def test_it_works_without_a_database(tmp_path: Path) -> None:
    """As a stranger runs it: a process of its own, no table anywhere."""
    result = subprocess.run(
        [
            *(sys.executable, "-m", "flask", "--app", "wsgi", "sla", "due"),
            *("--class", "service_complaint", "--stage", "verification", "--from", "2026-03-02"),
        ],
        cwd=ROOT,
        env={**os.environ, "SAHUT_ENV": "test", "SAHUT_INSTANCE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["due_at"] == "2026-03-05T23:59:59+07:00"
    assert not list(tmp_path.glob("*.sqlite3")) or result.stderr == ""


# --- sweep ---------------------------------------------------------------------------


def test_sweep_prints_counts_and_twice_is_once(app: Flask) -> None:
    with app.app_context():
        station = factories.make_station()
        factories.lodge(station)
    at = (MONDAY + timedelta(days=5)).isoformat()
    first = run(app, "sweep", "--at", at, "--json")
    assert first.exit_code == 0
    assert json.loads(first.stdout) == {"warned": 0, "breached": 1, "escalated": 1}
    assert json.loads(run(app, "sweep", "--at", at, "--json").stdout) == {
        "warned": 0,
        "breached": 0,
        "escalated": 0,
    }
    assert "0 terlewati" in run(app, "sweep", "--at", at).stdout


@pytest.mark.database("sqlite")
def test_sweep_without_an_instant_takes_the_present(app: Flask) -> None:
    with app.app_context():
        factories.lodge(factories.make_station())
    assert json.loads(run(app, "sweep", "--json").stdout)["breached"] == 2


@pytest.mark.database("sqlite")
def test_in_production_no_breach_is_recorded_that_has_not_happened(
    database: Database, tmp_path: Path
) -> None:
    app = create_app(
        Settings(
            environment=Environment.PRODUCTION,
            instance_path=tmp_path / "instance",
            database_url=database.url,
            public_url="https://lapor.example.go.id",
        )
    )
    result = run(app, "sweep", "--at", "2999-01-01")
    assert result.exit_code == 2
    assert "belum terjadi" in result.stderr
    dispose(app)
