"""Checking receipts on the page, and the published keys."""

from __future__ import annotations

import io

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask

from tests.app.public.steps import errors_of, send, texts, walk
from tests.support.client import StrictClient

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.usefixtures("station")]

GENUINE = "Tanda terima ini asli"
FALSE = "Tanda terima ini tidak dapat dipercaya"


@pytest.fixture
def document(client: StrictClient) -> bytes:
    """The receipt of a complaint just filed."""
    walk(client)
    send(client)
    return client.get("/status/kasus/tanda-terima.json").get_data()


def test_a_receipt_is_genuine_as_text_as_file_and_inside_the_pdf(
    client: StrictClient, document: bytes
) -> None:
    pdf = client.get("/status/kasus/tanda-terima.pdf").get_data()
    for values in (
        {"document": f"\n  {document.decode()} \n"},
        {"files": (io.BytesIO(document), "tanda terima.json")},
        {"files": (io.BytesIO(pdf), "tanda terima.pdf")},
    ):
        page = client.submit("/verifikasi", values)
        assert GENUINE in page.get_data(as_text=True)
        assert "SRG-2026-000001" in page.get_data(as_text=True)


def test_a_changed_letter_is_found(client: StrictClient, document: bytes) -> None:
    changed = document.decode().replace("Tiga hari", "Satu hari")
    page = client.submit("/verifikasi", {"document": changed})
    assert FALSE in page.get_data(as_text=True)
    failed = texts(page, "//li[@class='sahut-checks__failed']")
    assert any("Tanda tangan elektronik tidak cocok" in text for text in failed)
    assert any("Uraian pengaduan tidak sama" in text for text in failed)


@pytest.mark.parametrize("content", [b"", b"{}", b"bukan", b"\x00\xff" * 50, b"[" * 100_000])
def test_what_is_no_receipt_is_called_so(client: StrictClient, content: bytes) -> None:
    page = client.submit("/verifikasi", {"files": (io.BytesIO(content), "x.json")})
    assert page.status_code == 200
    assert FALSE in page.get_data(as_text=True)


@pytest.mark.parametrize("content", [b"%PDF-1.7\nrusak", b"%PDF-1.7" + b"0" * 3000])
def test_a_pdf_without_a_receipt_is_refused(client: StrictClient, content: bytes) -> None:
    page = client.submit("/verifikasi", {"files": (io.BytesIO(content), "x.pdf")})
    assert (page.status_code, errors_of(page)) == (422, ["PDF ini tidak memuat tanda terima Sahut."])


def test_nothing_to_check_is_said(client: StrictClient) -> None:
    page = client.submit("/verifikasi")
    assert errors_of(page) == ["Pilih berkas tanda terima, atau tempel isinya."]


def test_a_late_sealing_is_pointed_out(
    client: StrictClient, document: bytes, frozen_clock: time_machine.Traveller
) -> None:
    values = {"document": document.decode()}
    assert "Janji penyegelan terlewat" not in client.submit("/verifikasi", values).get_data(as_text=True)
    frozen_clock.shift(24 * 3600 + 1)
    assert "Janji penyegelan terlewat" in client.submit("/verifikasi", values).get_data(as_text=True)


def test_the_published_keys_check_a_receipt_without_any_of_our_code(
    client: StrictClient, app: Flask, document: bytes
) -> None:
    import json

    listed = {key["id"]: key for key in client.get("/verifikasi/kunci.json").get_json()["keys"]}
    found = json.loads(document)
    canonical = json.dumps(found["body"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(listed[found["body"]["key"]]["public_key"]))
    public.verify(bytes.fromhex(found["signature"]), b"sahut/receipt/v1\0" + canonical.encode())
