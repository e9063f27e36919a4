"""Does the page that checks receipts tell a stranger whether a number exists, or how its case stands?

It compares a receipt with what is stored today: only one that we signed, and only what was filed.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import event

from app import clock
from app.extensions import db
from app.security.receipts import Edition
from app.services.receipts import read_receipt
from app.services.withdrawing import announce_withdrawal, settle_withdrawals
from tests.factories import complaint_of
from tests.security.world import NEVER, World, csrf_of, fingerprint, shape
from tests.support.client import StrictClient
from workflows.canonical import canonical_json
from workflows.snapshot import complainant_of

pytestmark = pytest.mark.database("sqlite")

STORED = ("yang tersimpan hari ini", "TIDAK ADA lagi", "sudah dihapus menurut aturan")
"""Words of every line on what is stored."""


def document(app: Flask, number: str, edition: Edition = Edition.FULL) -> bytes:
    with app.app_context():
        found = read_receipt(db.session(), complaint_of(number), edition)
        assert found is not None
        return found.document()


def checked(client: StrictClient, token: str, receipt: bytes) -> str:
    """What the page says, without what was handed in, which stands in its field again."""
    answer = client.post("/verifikasi", data={"csrf_token": token, "document": receipt.decode()})
    assert answer.status_code == 200
    value = json.loads(receipt)
    return shape(answer, value["body"]["number"])[1].replace(value["signature"], "SIGNATURE")


def forgeries(receipt: bytes, number: str) -> dict[str, bytes]:
    """A receipt that names `number`, as somebody might make it without our key."""
    value: dict[str, Any] = json.loads(receipt)
    own = Ed25519PrivateKey.generate()
    renamed = {**value, "body": {**value["body"], "number": number}}
    body = renamed["body"]
    resigned = {**renamed, "signature": own.sign(canonical_json(body)).hex()}
    salt = {**body, "commitment": {**body["commitment"], "salt": "00" * 32}}
    bare = {**body, "commitment": {**body["commitment"], "salt": None}}
    return {
        "renamed": canonical_json(renamed),
        "signed by a stranger": canonical_json(resigned),
        "another salt": canonical_json({**renamed, "body": salt}),
        "no salt": canonical_json({**renamed, "body": bare}),
        "no signature": canonical_json({**renamed, "signature": "0" * 128}),
    }


def test_a_forged_receipt_asks_the_register_nothing(app: Flask, world: World) -> None:
    client = cast(StrictClient, app.test_client())
    token, receipt = csrf_of(client), document(app, world.own.number)
    with app.app_context():
        engine, before = db.engine, fingerprint(db.session())
    never = NEVER.format(code="SRG")
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    for name, forged in forgeries(receipt, world.conflicted.number).items():
        page = checked(client, token, forged)
        none = checked(client, token, forgeries(receipt, never)[name])
        assert page == none, name
        assert not [words for words in STORED if words in page], name
    own_salt = json.loads(receipt)
    own_salt["body"]["commitment"]["salt"] = "00" * 32
    page = checked(client, token, canonical_json(own_salt))
    assert "BERBEDA" not in page, "nobody makes it say that the text was altered"
    event.remove(engine, "before_cursor_execute", note)
    assert not [one for one in statements if "complaint" in one]
    with app.app_context():
        assert fingerprint(db.session()) == before


@pytest.mark.parametrize("edition", list(Edition))
def test_a_genuine_receipt_tells_what_was_filed_and_not_how_it_stands(
    app: Flask, world: World, edition: Edition
) -> None:
    client = cast(StrictClient, app.test_client())
    token, receipt = csrf_of(client), document(app, world.own.number, edition)
    first = checked(client, token, receipt)
    assert STORED[0] in first
    with app.app_context():
        at = clock.now()
        announce_withdrawal(world.own.number, actor=complainant_of(world.own.number), at=at)
        assert settle_withdrawals(at + timedelta(days=4)).effective == 1
    assert checked(client, token, receipt) == first
    if edition is Edition.WITHOUT_IDENTITY:
        for words in ("Siti", "Rahmawati", "Saya menunggu SKCK", world.own.tracking_code):
            assert words not in first
