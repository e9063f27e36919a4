"""The log in the hands of somebody inside: with the application's database rights, then with the owner's."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry
from tests.app.services.test_sealing import without_triggers
from tests.factories import Station, lodge, make_station, walk
from tests.support.databases import Database
from workflows.audit import canonical, entry_digest
from workflows.vocabulary import Event

LOG_TABLES = ("audit_entry", "audit_seal", "checkpoint")


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


@pytest.fixture
def numbers(app: Flask, station: Station) -> list[str]:
    """Two cases, led to their end one after the other."""
    with app.app_context():
        found = [lodge(station).number for _ in range(2)]
        for number in found:
            walk(station, number, Event.CLOSE)
        return found


def audit(app: Flask, *arguments: object) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["audit", *map(str, arguments)])
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer | {"exit": result.exit_code}


@pytest.fixture
def witness(app: Flask, numbers: list[str], tmp_path: Path) -> Path:
    """A checkpoint over everything so far, in the hands of somebody outside."""
    out = tmp_path / "saksi.json"
    audit(app, "checkpoint", "--out", out)
    return out


# --- with the application's own rights ------------------------------------------------


@pytest.mark.usefixtures("witness")
@pytest.mark.parametrize("table", LOG_TABLES)
def test_the_database_refuses_to_change_take_or_replace_an_entry(
    app: Flask, database: Database, table: str
) -> None:
    key = "position" if table == "audit_seal" else "id"
    first = f"FROM {table} WHERE {key} = (SELECT min({key}) FROM {table})"
    statements = [
        f"UPDATE {table} SET {key} = {key}",
        f"DELETE {first}",
    ]
    if database.kind == "postgresql":
        statements += [
            f"TRUNCATE {table} CASCADE",
            f"INSERT INTO {table} SELECT * {first} ON CONFLICT ({key}) DO UPDATE SET {key} = EXCLUDED.{key}",
        ]
    else:
        statements += [
            f"REPLACE INTO {table} SELECT * {first}",
            f"INSERT OR REPLACE INTO {table} SELECT * {first}",
            f"UPDATE OR REPLACE {table} SET {key} = {key} + 1",
        ]
    for statement in statements:
        with app.app_context(), pytest.raises(DBAPIError, match="append-only"), unit_of_work() as unit:
            unit.execute(text(statement))


@pytest.mark.usefixtures("witness")
@pytest.mark.database("sqlite")
def test_another_program_on_the_same_file_is_refused_as_well(database: Database) -> None:
    connection = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    try:
        for statement in (
            "DELETE FROM audit_entry",
            "REPLACE INTO audit_entry SELECT * FROM audit_entry LIMIT 1",
            "INSERT OR REPLACE INTO audit_seal SELECT position + 1, entry_id, leaf FROM audit_seal",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
    finally:
        connection.close()


# --- with the owner's rights: the triggers are gone -----------------------------------


def entry(session: Session, chain: str, seq: int) -> Any:
    return session.execute(
        select(AuditEntry.id, AuditEntry.body, AuditEntry.seq).where(
            AuditEntry.chain == chain, AuditEntry.seq == seq
        )
    ).one()


def flip(unit: Session, chain: str) -> None:
    row = entry(unit, chain, 5)
    body = row.body.replace('"classify"', '"clarify"')
    assert body != row.body
    unit.execute(text("UPDATE audit_entry SET body = :body WHERE id = :id"), {"body": body, "id": row.id})


def drop(unit: Session, chain: str) -> None:
    row = entry(unit, chain, 5)
    unit.execute(text("DELETE FROM audit_seal WHERE entry_id = :id"), {"id": row.id})
    unit.execute(text("DELETE FROM audit_entry WHERE id = :id"), {"id": row.id})


def reorder(unit: Session, chain: str) -> None:
    one, other = entry(unit, chain, 5), entry(unit, chain, 6)
    for row, body, seq in ((one, other.body, -1), (other, one.body, one.seq), (one, other.body, other.seq)):
        unit.execute(
            text("UPDATE audit_entry SET body = :body, digest = :digest, seq = :seq WHERE id = :id"),
            {"body": body, "digest": entry_digest(body.encode()), "seq": abs(seq) if seq > 0 else 999,
             "id": row.id},
        )  # fmt: skip


def truncate(unit: Session, chain: str) -> None:
    ids = unit.scalars(select(AuditEntry.id).where(AuditEntry.chain == chain, AuditEntry.seq >= 5)).all()
    for one in ids:
        unit.execute(text("DELETE FROM audit_seal WHERE entry_id = :id"), {"id": one})
        unit.execute(text("DELETE FROM audit_entry WHERE id = :id"), {"id": one})
    unit.execute(
        text("UPDATE audit_chain SET last_seq = 4, last_digest = :digest WHERE chain = :chain"),
        {"digest": entry_digest(entry(unit, chain, 4).body.encode()), "chain": chain},
    )


@pytest.mark.parametrize("attack", [flip, drop, reorder, truncate], ids=lambda attack: attack.__name__)
def test_a_tampered_entry_is_named(
    app: Flask, numbers: list[str], witness: Path, attack: Callable[[Session, str], None]
) -> None:
    chain = f"case:{numbers[0]}"
    with app.app_context():
        position = _position(chain, 5)
        with without_triggers() as unit:
            attack(unit, chain)
    for arguments in ((), ("--witness", witness)):
        found = audit(app, "verify", "--json", *arguments)
        assert found["exit"] == 1
        assert (found["intact"], found["first_bad"]["position"]) == (False, position)


def rewrite_everything(unit: Session, chain: str) -> None:
    """Lay an act to somebody else, and compute every later digest, head, leaf, node and checkpoint anew."""
    rows = unit.execute(
        select(AuditEntry.id, AuditEntry.seq, AuditEntry.body)
        .where(AuditEntry.chain == chain, AuditEntry.seq >= 5)
        .order_by(AuditEntry.seq)
    ).all()
    prev = json.loads(rows[0].body)["prev"]
    for row in rows:
        forged = {**json.loads(row.body), "prev": prev}
        if row.seq == 5:
            forged["actor"] = "user:999"
        body = canonical(forged)
        prev = entry_digest(body)
        unit.execute(
            text("UPDATE audit_entry SET body = :body, digest = :digest, actor = :actor WHERE id = :id"),
            {"body": body.decode(), "digest": prev, "actor": forged["actor"], "id": row.id},
        )
    unit.execute(
        text("UPDATE audit_chain SET last_digest = :digest WHERE chain = :chain"),
        {"digest": prev, "chain": chain},
    )
    for table in ("audit_seal", "log_tile", "checkpoint"):
        unit.execute(text(f"DELETE FROM {table}"))


def test_who_rewrites_everything_and_holds_the_key_is_exposed_by_the_witness_alone(
    app: Flask, numbers: list[str], witness: Path
) -> None:
    chain = f"case:{numbers[0]}"
    with app.app_context():
        position = _position(chain, 5)
        with without_triggers() as unit:
            rewrite_everything(unit, chain)
    audit(app, "checkpoint")
    inside = audit(app, "verify", "--json")
    assert (inside["exit"], inside["unwitnessed"]) == (0, inside["entries"])
    found = audit(app, "verify", "--json", "--witness", witness)
    assert found["exit"] == 1
    bad = found["first_bad"]
    assert (bad["position"], bad["exact"], bad["chain"], bad["seq"]) == (position, True, chain, 5)


@pytest.mark.parametrize(
    ("column", "forged"),
    [
        ("kind", "'verify'"),
        ("actor", "'user:999'"),
        ("actor_role", "'admin'"),
        ("at", "(SELECT min(at) FROM audit_entry)"),
        ("complaint_id", "(SELECT max(id) FROM complaint)"),
        ("complaint_id", "NULL"),
        ("agency_id", "(SELECT id FROM agency WHERE code = 'BTN')"),
    ],
)
def test_a_column_beside_an_entry_is_held_against_it(
    app: Flask, numbers: list[str], witness: Path, column: str, forged: str
) -> None:
    """Pages find entries by these columns: one that lies would hide an act, or lay it to somebody else."""
    chain = f"case:{numbers[0]}"
    with app.app_context():
        position = _position(chain, 6)
        with without_triggers() as unit:
            unit.execute(
                text(f"UPDATE audit_entry SET {column} = {forged} WHERE chain = :chain AND seq = 6"),
                {"chain": chain},
            )
    for arguments in ((), ("--witness", witness)):
        found = audit(app, "verify", "--json", *arguments)
        assert found["exit"] == 1
        bad = found["first_bad"]
        assert (bad["position"], bad["exact"], bad["reason"]) == (position, True, "copy")
    one = audit(app, "verify", "--complaint", numbers[0], "--json")
    assert (one["exit"], one["first_bad"]["seq"]) == (1, 6)


def test_an_entry_moved_to_another_chain_is_missed_in_its_own(
    app: Flask, numbers: list[str], witness: Path
) -> None:
    chain = f"case:{numbers[0]}"
    with app.app_context(), without_triggers() as unit:
        unit.execute(
            text("UPDATE audit_entry SET chain = 'agency:SRG', seq = 77 WHERE chain = :chain AND seq = 6"),
            {"chain": chain},
        )
    assert audit(app, "verify", "--json", "--witness", witness)["first_bad"]["reason"] == "copy"
    one = audit(app, "verify", "--complaint", numbers[0], "--json")
    assert (one["exit"], one["first_bad"]["seq"]) == (1, 6)


def _position(chain: str, seq: int) -> int:
    session = db.session()
    session.rollback()
    return int(
        session.execute(
            text(
                "SELECT position FROM audit_seal JOIN audit_entry ON audit_entry.id = audit_seal.entry_id "
                "WHERE chain = :chain AND seq = :seq"
            ),
            {"chain": chain, "seq": seq},
        ).scalar_one()
    )
