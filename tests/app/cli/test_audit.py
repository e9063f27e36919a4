"""``audit verify`` and ``audit checkpoint`` as a witness at a terminal uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app.database import unit_of_work
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from tests import factories
from tests.app.services.test_sealing import append_entry, rewrite_from, without_triggers
from workflows.checkpoint import Witness
from workflows.vocabulary import Event


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["audit", *map(str, arguments)])


def answer(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def number(app: Flask) -> str:
    """A case with a life behind it."""
    with app.app_context():
        station = factories.make_station()
        lodged = factories.lodge(station)
        factories.walk(station, lodged.number, Event.CLOSE)
        return lodged.number


def test_a_sound_log_is_told_with_its_tails(app: Flask, number: str, tmp_path: Path) -> None:
    before = answer(run(app, "verify", "--json"))
    assert (before["intact"], before["sealed"], before["unsealed"]) == (True, 0, before["entries"])
    out = tmp_path / "saksi.json"
    made = answer(run(app, "checkpoint", "--out", out))
    assert made["size"] == before["entries"] > 10
    assert Witness.parse(out.read_bytes()).size == made["size"]
    result = run(app, "verify", "--json", "--witness", out)
    assert result.exit_code == 0
    found = answer(result)
    assert (found["sealed"], found["unsealed"], found["unwitnessed"]) == (made["size"], 0, 0)
    assert found["first_bad"] is None
    words = run(app, "verify").stdout
    assert f"Utuh: {made['size']} catatan" in words
    assert f"belum disaksikan {made['size']}" in words


def test_the_first_bad_entry_is_named_by_case_and_number(app: Flask, number: str) -> None:
    run(app, "checkpoint")
    with app.app_context(), without_triggers() as unit:
        unit.execute(
            text("UPDATE audit_entry SET body = replace(body, 'verify', 'verity') WHERE seq = 3"),
        )
    result = run(app, "verify", "--json")
    assert result.exit_code == 1
    bad = answer(result)["first_bad"]
    assert (bad["chain"], bad["seq"], bad["exact"]) == (f"case:{number}", 3, True)
    words = run(app, "verify")
    assert words.exit_code == 1
    assert f"case:{number} nomor 3" in words.stdout
    one = run(app, "verify", "--complaint", number, "--json")
    assert one.exit_code == 1
    assert answer(one)["first_bad"]["seq"] == 3
    assert "catatan ke-3" in run(app, "verify", "--complaint", number).stdout


def test_only_the_witness_exposes_who_rewrites_everything(app: Flask, number: str, tmp_path: Path) -> None:
    out = tmp_path / "saksi.json"
    run(app, "checkpoint", "--out", out)
    with app.app_context(), without_triggers() as unit:
        rewrite_from(unit, 5, kind="reject")
        unit.execute(text("DELETE FROM checkpoint"))
        unit.execute(text("DELETE FROM log_tile"))
        unit.execute(text("DELETE FROM audit_seal"))
        head = unit.execute(text("SELECT digest FROM audit_entry ORDER BY seq DESC")).scalar()
        unit.execute(text("UPDATE audit_chain SET last_digest = :head"), {"head": head})
    run(app, "checkpoint")
    assert run(app, "verify").exit_code == 0
    result = run(app, "verify", "--json", "--witness", out)
    assert result.exit_code == 1
    assert answer(result)["first_bad"]["position"] == 4


def test_one_case_alone(app: Flask, number: str) -> None:
    run(app, "checkpoint")
    found = answer(run(app, "verify", "--complaint", number, "--json"))
    assert found["intact"] is True
    assert found["entries"] == found["sealed"]
    assert "utuh" in run(app, "verify", "--complaint", number).stdout
    missing = run(app, "verify", "--complaint", "SRG-1999-000001")
    assert missing.exit_code == 2


@pytest.mark.database("sqlite")
def test_keys_may_come_from_the_published_list(app: Flask, number: str, tmp_path: Path) -> None:
    run(app, "checkpoint")
    with app.app_context():
        mine = PublishedKeys.of(get_keys()).to_json()
    keys = tmp_path / "kunci.json"
    keys.write_text(json.dumps(mine))
    assert run(app, "verify", "--keys", keys).exit_code == 0
    mine["keys"] = [key for key in mine["keys"] if key["use"] != "checkpoint"]
    keys.write_text(json.dumps(mine))
    result = run(app, "verify", "--keys", keys, "--json")
    assert result.exit_code == 1
    assert answer(result)["first_bad"]["reason"] == "checkpoint_signature"


@pytest.mark.parametrize("option", ["--witness", "--keys"])
@pytest.mark.database("sqlite")
def test_files_that_are_not_what_they_should_be(app: Flask, number: str, tmp_path: Path, option: str) -> None:
    wrong = tmp_path / "salah.json"
    wrong.write_text("{}")
    result = run(app, "verify", option, wrong)
    assert result.exit_code == 2
    assert option in result.stderr
    assert run(app, "verify", option, tmp_path / "tidak-ada").exit_code == 2


@pytest.mark.database("sqlite")
def test_a_damaged_log_is_not_sealed_over(app: Flask, number: str) -> None:
    run(app, "checkpoint")
    with app.app_context():
        with without_triggers() as unit:
            unit.execute(text("UPDATE checkpoint SET peaks = '[]'"))
        with unit_of_work() as unit:
            append_entry(unit, "BTN")
    result = run(app, "checkpoint")
    assert result.exit_code == 1
    assert "log rusak" in result.stderr


@pytest.mark.database("sqlite")
def test_an_empty_log_has_no_checkpoint_yet(app: Flask) -> None:
    assert run(app, "checkpoint").exit_code == 1
    assert run(app, "verify").exit_code == 0
