"""``receipt verify``: is this receipt ours, word for word? Asks the published keys and nothing else.

A proof of complaint carries a receipt and a statement; both must be ours, and about the same complaint.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pikepdf
from flask.cli import AppGroup

from app.cli.output import NO, print_json, read_keys
from app.security.published_keys import PublishedKeys
from app.security.receipt_verification import Outcome, ReceiptReport, verify_receipt
from app.security.receipts import LARGEST_DOCUMENT
from app.security.statements import Statement, verify_statement
from workflows.canonical import instant_text

EMBEDDED = "receipt.json"
"""Name of the signed document inside a receipt's PDF."""
STATEMENT = "statement.json"
"""Name of the signed statement inside a proof of complaint."""
LARGEST_PDF = 20 * 1024 * 1024
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

receipt = AppGroup("receipt", help="Tanda terima pengaduan.")


@receipt.command("verify")
@click.argument("path", type=FILE, metavar="F.json|F.pdf")
@click.option("--keys", "keys_path", type=FILE, help="Daftar kunci yang diumumkan; bawaan: milik sistem ini.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def verify(path: Path, keys_path: Path | None, as_json: bool) -> None:
    """Periksa tanda terima, tanpa jaringan dan tanpa basis data."""
    document, beside = _read_documents(path)
    keys = read_keys(keys_path)
    report = verify_receipt(document, keys)
    statement = None if beside is None else _verify_beside(beside, keys, report)
    is_genuine = report.is_genuine and (beside is None or statement is not None)
    if as_json:
        print_json(
            _report_json(report) | {"genuine": is_genuine, "statement": _statement_json(beside, statement)}
        )
    else:
        _print_report(report, is_genuine)
        _print_statement(beside, statement)
    raise SystemExit(0 if is_genuine else NO)


def _verify_beside(document: bytes, keys: PublishedKeys, report: ReceiptReport) -> Statement | None:
    """The statement, if it is ours and about the complaint of the receipt."""
    told = verify_statement(document, keys)
    belongs = told is not None and report.receipt is not None and told.number == report.receipt.number
    return told if belongs else None


def _read_documents(path: Path) -> tuple[bytes, bytes | None]:
    """The signed documents: the file itself, or what is embedded in the PDF.

    :raises click.BadParameter: the file is too large, or a PDF without a receipt in it
    """
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if path.stat().st_size > (LARGEST_PDF if is_pdf else LARGEST_DOCUMENT):
        raise click.BadParameter("terlalu besar untuk sebuah tanda terima", param_hint="F")
    return _embedded(path) if is_pdf else (path.read_bytes(), None)


def _embedded(path: Path) -> tuple[bytes, bytes | None]:
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            attached = document.attachments
            if EMBEDDED in attached:
                beside = attached.get(STATEMENT)
                return (
                    bytes(attached[EMBEDDED].get_file().read_bytes()),
                    None if beside is None else bytes(beside.get_file().read_bytes()),
                )
    except pikepdf.PdfError:
        raise click.BadParameter("PDF tidak dapat dibaca", param_hint="F") from None
    raise click.BadParameter(f"PDF ini tidak memuat {EMBEDDED}", param_hint="F")


def _report_json(report: ReceiptReport) -> dict[str, Any]:
    told = report.receipt if report.is_genuine else None
    return {
        "genuine": report.is_genuine,
        "sealed": report.is_sealed,
        "number": None if told is None else told.number,
        "received_at": None if told is None else instant_text(told.received_at),
        "issued_at": None if told is None else instant_text(told.issued_at),
        "sealed_at": None if report.sealed_at is None else instant_text(report.sealed_at),
        "key": report.key_id,
        "checks": [
            {"check": one.check.value, "outcome": one.outcome.value, "reason": str(one.reason)}
            for one in report.results
        ],
    }


def _statement_json(document: bytes | None, told: Statement | None) -> dict[str, Any] | None:
    """What the statement says; None where there is none."""
    if document is None:
        return None
    if told is None:
        return {"genuine": False}
    return {
        "genuine": True,
        "as_of": instant_text(told.as_of),
        "unanswered": [
            {"stage": duty.stage, "due_at": instant_text(duty.due_at)} for duty in told.unanswered
        ],
    }


def _print_report(report: ReceiptReport, is_genuine: bool) -> None:
    signs = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNCHECKED: "·"}
    click.echo("Tanda terima ini asli." if is_genuine else "Tanda terima ini TIDAK dapat dipercaya.")
    for one in report.results:
        click.echo(f"  {signs[one.outcome]} {one.reason}")


def _print_statement(document: bytes | None, told: Statement | None) -> None:
    if document is None:
        return
    if told is None:
        click.echo("  ✗ Pernyataan keadaan tidak cocok dengan tanda tangannya atau dengan tanda terima ini.")
        return
    click.echo(
        f"  ✓ Pernyataan keadaan pada {instant_text(told.as_of)} ditandatangani dengan kunci yang diumumkan."
    )
    for duty in told.unanswered:
        click.echo(f"    lewat, belum dipenuhi: {duty.stage}, batas {instant_text(duty.due_at)}")
