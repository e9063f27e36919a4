"""A receipt is checked by a program that knows nothing of ours, from what anybody can download."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from app import clock
from app.database import unit_of_work
from app.models import Receipt
from app.security.keys import KeyName
from app.security.ring import get_keys
from app.security.vault import seal as seal_text
from app.security.vault import unseal
from app.services.sealing import seal
from app.services.texts import get_case_key
from tests.app.public.steps import send, walk
from tests.factories import complaint_of, make_station
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")

SCRIPT = Path(__file__).with_name("verify_receipt.py")
STORY = (
    "Tiga hari saya menunggu, katanya “besok” terus.\r\nNama saya Siti; tarifnya Rp30.000 — bukan Rp150.000."
)


class Verifier:
    """The script, alone in an empty folder with what was downloaded."""

    def __init__(self, folder: Path, client: StrictClient) -> None:
        self.folder, self.client = folder, client
        shutil.copy(SCRIPT, folder)
        self.save("kunci.json", client.get("/verifikasi/kunci.json").get_data())

    def save(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)

    def download(self, edition: str = "") -> bytes:
        """The receipt as it is handed out now."""
        answer = self.client.get(f"/status/kasus/tanda-terima.json{edition}")
        assert answer.status_code == 200
        return answer.get_data()

    def text(self) -> str:
        """The text as it was received: the story, and what belongs to it."""
        text: str = json.loads(self.download())["body"]["shortfall"]
        assert text.startswith(STORY.replace("\r\n", "\n"))
        return text

    def run(self, receipt: bytes, text: str | None = None) -> tuple[int, dict[str, bool]]:
        """Exit status, and which checks held; `-I` keeps every path of ours away."""
        self.save("tanda-terima.json", receipt)
        command = [sys.executable, "-I", "verify_receipt.py", "tanda-terima.json", "kunci.json"]
        if text is not None:
            self.save("uraian.txt", text.encode())
            command += ["--text", "uraian.txt"]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=30
        )
        assert not done.stderr
        lines = [line.split() for line in done.stdout.splitlines()]
        failed = {name for word, name in lines if word == "FAILS"}
        return done.returncode, {name: name not in failed for _word, name in lines}


@pytest.fixture
def verifier(
    app: Flask, client: StrictClient, frozen_clock: time_machine.Traveller, tmp_path: Path
) -> Verifier:
    """A complaint just filed, and the verifier with today's keys."""
    with app.app_context():
        make_station()
    walk(client, kejadian={"narrative": STORY})
    send(client)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Verifier(folder, client)


def changed(receipt: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The receipt with a change, written again as a forger would."""
    document = json.loads(receipt)
    change(document)
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_script_imports_nothing_of_ours() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            imported |= {one.name.split(".")[0] for one in node.names}
    assert imported <= sys.stdlib_module_names | {"cryptography"}


def test_a_receipt_holds_at_once_and_proves_its_sealing_later(app: Flask, verifier: Verifier) -> None:
    text = verifier.text()
    status, checks = verifier.run(verifier.download(), text)
    assert (status, set(checks)) == (0, {"document", "key", "signature", "format", "text"})
    with app.app_context():
        seal(clock.now())
    status, checks = verifier.run(verifier.download(), text.replace("\n", "\r\n"))
    assert status == 0
    assert {"checkpoint", "inclusion", "entry"} < set(checks)
    status, checks = verifier.run(verifier.download("?edisi=ringkas"))
    assert status == 0
    assert "text" not in checks


def test_each_changed_letter_of_the_text_is_exposed(verifier: Verifier) -> None:
    receipt, text = verifier.download(), verifier.text()
    for at in range(0, len(text), 23):
        other = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :]
        status, checks = verifier.run(receipt, other)
        assert (status, checks["text"], checks["signature"]) == (1, False, True), at


def test_a_text_that_was_changed_in_the_database_is_exposed(app: Flask, verifier: Verifier) -> None:
    """An insider who holds all keys but the receipt's rewrites the stored document itself."""
    held = verifier.download()
    with app.app_context(), unit_of_work() as session:
        complaint = complaint_of("SRG-2026-000001")
        row = session.get_one(Receipt, (complaint.id, "full"))
        key = get_case_key(session, complaint.id)
        place: dict[str, Any] = {"case_id": complaint.id, "field": "receipt_full", "version": 1}
        text = unseal(key, sealed=row.document_sealed, **place)
        row.document_sealed = seal_text(key, text=text.replace("Tiga hari", "Satu hari"), **place)
    status, checks = verifier.run(verifier.download())
    assert (status, checks["signature"], checks["text"]) == (1, False, False)
    assert verifier.run(held)[0] == 0


def test_back_dating_is_exposed(app: Flask, verifier: Verifier) -> None:
    with app.app_context():
        seal(clock.now())
    receipt = verifier.download()

    def earlier(document: dict[str, Any]) -> None:
        for part, name in ((document["body"], "issued_at"), (document["body"]["received"], "at")):
            part[name] = part[name].replace("2026-03-09", "2026-03-02")

    status, checks = verifier.run(changed(receipt, earlier))
    assert (status, checks["signature"], checks["entry"]) == (1, False, False)


def test_back_dating_with_the_receipt_key_is_exposed_by_the_log(app: Flask, verifier: Verifier) -> None:
    """Who even holds the key that signs receipts cannot change what was sealed."""
    with app.app_context():
        seal(clock.now())
        key = get_keys().current(KeyName.RECEIPT)

    def sign_anew(document: dict[str, Any]) -> None:
        body = document["body"]
        body["received"]["at"] = "2026-03-09T01:00:00.000000Z"
        plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        document["signature"] = key.sign(b"sahut/receipt/v1\0" + plain).hex()

    status, checks = verifier.run(changed(verifier.download(), sign_anew))
    assert (status, checks["signature"], checks["entry"]) == (1, True, False)


def test_another_key_is_exposed(app: Flask, verifier: Verifier, frozen_clock: time_machine.Traveller) -> None:
    receipt = verifier.download()
    keys = json.loads((verifier.folder / "kunci.json").read_text())
    other = next(one for one in keys["keys"] if one["use"] == "checkpoint")["public_key"]
    for one in keys["keys"]:
        one["public_key"] = other
    verifier.save("kunci.json", json.dumps(keys).encode())
    assert verifier.run(receipt)[1]["signature"] is False
    keys["keys"] = [one for one in keys["keys"] if one["use"] != "receipt"]
    verifier.save("kunci.json", json.dumps(keys).encode())
    assert verifier.run(receipt)[1]["key"] is False


@pytest.mark.parametrize(
    "garbage", [b"", b"{}", b"[]", b"\xff", b"[" * 3000, b'{"body":null,"inclusion":null,"signature":""}']
)
def test_what_is_no_receipt_fails(verifier: Verifier, garbage: bytes) -> None:
    status, checks = verifier.run(garbage)
    assert (status, checks["document"]) == (1, False)
