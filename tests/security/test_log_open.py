"""Nobody can switch the log off, edit it or shorten it: no setting, no policy, no address, no line of code.

What the bare database lets through is in `test_log_tampering.py`; here is what Sahut itself offers.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

import app as application
from app.access import list_routes
from app.extensions import db
from app.models import AuditEntry
from app.services.policies import POLICIES
from config import VARIABLES
from tests.security.world import World, as_person, csrf_of

OF_THE_LOG = re.compile(r"audit|(^|[._])log([._]|$)|seal|checkpoint|chain", re.IGNORECASE)
WITNESSES = {
    "AUDIT_WITNESS_DIR",
    "AUDIT_WITNESS_EMAIL",
    "AUDIT_WITNESS_URL",
    "AUDIT_WITNESS_TOKEN",
}
"""More eyes on the log, which no witness can turn away."""
NEVER_CHANGED = {"AuditEntry", "AuditSeal", "Checkpoint"}


def test_no_setting_and_no_policy_is_about_the_log() -> None:
    assert {name for name in VARIABLES if OF_THE_LOG.search(name)} == WITNESSES
    assert not [policy for policy in POLICIES if OF_THE_LOG.search(policy)]


def test_no_address_changes_the_log_but_by_adding(app: Flask) -> None:
    about = [route for route in list_routes(app) if OF_THE_LOG.search(route.rule.replace("/", "."))]
    changing = {route.rule for route in about if set(route.methods) - {"GET"}}
    assert changing == {"/ombudsman/audit/catatan/ekspor", "/ombudsman/audit/segel"}
    assert not [route for route in list_routes(app) if set(route.methods) & {"PUT", "PATCH", "DELETE"}]


def test_no_line_of_the_application_updates_or_deletes_entries_seals_or_checkpoints() -> None:
    [folder] = application.__path__
    for path in Path(folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                if called in ("update", "delete"):
                    given = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                    assert not given & NEVER_CHANGED, f"{path.name}:{node.lineno}"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", ["admin", "kapolresta"])
def test_an_administrator_finds_no_way_in_and_leaves_the_log_longer_or_as_it_was(
    app: Flask, world: World, who: str
) -> None:
    client = as_person(app, world, who)
    token = csrf_of(client)
    with app.app_context():
        before = db.session().execute(select(AuditEntry.id, AuditEntry.digest)).all()
    for path in ("/ombudsman/audit/segel", "/ombudsman/audit/catatan/ekspor", "/ombudsman/audit/catatan/1"):
        assert client.post(path, data={"csrf_token": token}).status_code in (404, 405)
    with app.app_context():
        after = db.session().execute(select(AuditEntry.id, AuditEntry.digest)).all()
        assert after[: len(before)] == before
        assert db.session().scalar(select(func.count()).select_from(AuditEntry)) == len(before)
