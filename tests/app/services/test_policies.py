"""Local policies: each in its table, checked, logged, and at work where it is read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry
from app.queries.catalogue import PLEDGE_SETTING
from app.queries.settings import THRESHOLD_SETTING, get_threshold
from app.queries.withdrawals import COOLING_OFF_KEY, get_cooling_off
from app.services.policies import POLICIES, PolicyRefused, clear_policy, list_policies, set_policy
from tests.factories import MONDAY, Station, make_station

PLEDGE = {
    "text": "Kami sanggup.",
    "signed_on": "2026-01-05",
    "signer_name": "Budi Santoso",
    "signer_title": "Kapolresta",
}


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


def entries(kind: str) -> list[dict[str, Any]]:
    bodies = db.session().scalars(select(AuditEntry.body).where(AuditEntry.kind == kind))
    return [json.loads(body) for body in bodies]


def test_a_policy_works_from_the_moment_it_is_set_and_stands_in_the_log(app: Flask, station: Station) -> None:
    code = station.code
    with app.app_context():
        assert get_cooling_off(db.session(), station.agency_id) == timedelta(days=3)
        set_policy(COOLING_OFF_KEY, "5", agency_code=code, at=MONDAY)
        set_policy(COOLING_OFF_KEY, "7", agency_code=code, at=MONDAY)
        assert get_cooling_off(db.session(), station.agency_id) == timedelta(days=7)
        set_policy(THRESHOLD_SETTING, "10", agency_code=code, at=MONDAY)
        assert get_threshold(db.session(), station.agency_id) == 10
        assert [(one.key, one.value) for one in list_policies(db.session())] == [
            (THRESHOLD_SETTING, 10),
            (COOLING_OFF_KEY, 7),
        ]
        assert clear_policy(COOLING_OFF_KEY, agency_code=code, at=MONDAY)
        assert not clear_policy(COOLING_OFF_KEY, agency_code=code, at=MONDAY)
        assert get_cooling_off(db.session(), station.agency_id) == timedelta(days=3)
        assert [one["facts"]["value"] for one in entries("setting.set")] == ["5", "7", "10"]
        assert len(entries("setting.cleared")) == 1


def test_the_log_holds_no_names(app: Flask, station: Station) -> None:
    with app.app_context():
        kept = set_policy(PLEDGE_SETTING, json.dumps(PLEDGE), agency_code=station.code, at=MONDAY)
        assert kept == PLEDGE
        (entry,) = entries("setting.set")
        assert "Budi" not in json.dumps(entry)
        assert len(entry["facts"]["value"]) == 64


BAD = [
    *((COOLING_OFF_KEY, typed) for typed in ("", "tiga", "-1", "31", "1.5", "1e1")),
    *(("code_reissue_delay_hours", typed) for typed in ("23", "337")),
    *(("ori.corrective_days", typed) for typed in ("0", "366")),
    *((THRESHOLD_SETTING, typed) for typed in ("1", "101")),
    ("skm_rounded_weight", "mungkin"),
    ("wbk.link_checks", "kadang"),
    *(
        (PLEDGE_SETTING, typed)
        for typed in (
            "",
            "[]",
            "{}",
            json.dumps(PLEDGE | {"signed_on": "5 Januari"}),
            json.dumps(PLEDGE | {"text": " "}),
            json.dumps(PLEDGE | {"more": "x"}),
        )
    ),
]


@pytest.mark.database("sqlite")
def test_what_does_not_fit_is_refused_with_what_is_expected(app: Flask, station: Station) -> None:
    with app.app_context():
        for key, typed in BAD:
            with pytest.raises(PolicyRefused) as refused:
                set_policy(key, typed, agency_code=station.code, at=MONDAY)
            assert (refused.value.code, refused.value.expected) == ("unfit_value", POLICIES[key].expected), (
                typed
            )
        assert {key for key, _typed in BAD} == set(POLICIES)
        for key, agency in ((COOLING_OFF_KEY, "XXX"), ("unknown", station.code)):
            with pytest.raises(PolicyRefused):
                set_policy(key, "5", agency_code=agency, at=MONDAY)
        assert list_policies(db.session()) == ()
        assert entries("setting.set") == []


@pytest.mark.database("sqlite")
def test_by_command(app: Flask, station: Station, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    file = tmp_path / "maklumat.json"
    file.write_text(json.dumps(PLEDGE), encoding="utf-8")
    made = run(args=["setting", "set", PLEDGE_SETTING, f"@{file}", "--agency", station.code])
    assert made.exit_code == 0, made.output
    told = run(args=["setting", "list", "--json"])
    assert json.loads(told.output) == [{"key": PLEDGE_SETTING, "agency": station.code, "value": PLEDGE}]
    assert all(key in run(args=["setting", "list"]).output for key in POLICIES)
    refused = run(args=["setting", "set", COOLING_OFF_KEY, "40", "--agency", station.code])
    assert (refused.exit_code, "hari, 0 sampai 30" in refused.output) == (2, True)
    for wanted in (0, 1):
        gone = run(args=["setting", "clear", PLEDGE_SETTING, "--agency", station.code])
        assert gone.exit_code == wanted
    assert run(args=["setting", "set", PLEDGE_SETTING, "@/none", "--agency", station.code]).exit_code == 2
