"""``receipt verify``: is this receipt ours, word for word? Asks the published keys and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pikepdf
from flask.cli import AppGroup

from app.cli.output import NO, print_json, read_keys
from app.security.receipt_verification import Outcome, ReceiptReport, verify_receipt
from app.security.receipts import LARGEST_DOCUMENT
from workflows.canonical import instant_text

EMBEDDED = "receipt.json"
"""Name of the signed document inside a receipt's PDF."""
LARGEST_PDF = 20 * 1024 * 1024
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

receipt = AppGroup("receipt", help="Tanda terima pengaduan.")


@receipt.command("verify")
@click.argument("path", type=FILE, metavar="F.json|F.pdf")
@click.option("--keys", "keys_path", type=FILE, help="Daftar kunci yang diumumkan; bawaan: milik sistem ini.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def verify(path: Path, keys_path: Path | None, as_json: bool) -> None:
    """Periksa tanda terima, tanpa jaringan dan tanpa basis data."""
    report = verify_receipt(_read_document(path), read_keys(keys_path))
    if as_json:
        print_json(_report_json(report))
    else:
        _print_report(report)
    raise SystemExit(0 if report.is_genuine else NO)


def _read_document(path: Path) -> bytes:
    """The signed document: the file itself, or what is embedded in the PDF.

    :raises click.BadParameter: the file is too large, or a PDF without a receipt in it
    """
    with path.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if path.stat().st_size > (LARGEST_PDF if is_pdf else LARGEST_DOCUMENT):
        raise click.BadParameter("terlalu besar untuk sebuah tanda terima", param_hint="F")
    return _embedded(path) if is_pdf else path.read_bytes()


def _embedded(path: Path) -> bytes:
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            if EMBEDDED in document.attachments:
                return bytes(document.attachments[EMBEDDED].get_file().read_bytes())
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


def _print_report(report: ReceiptReport) -> None:
    signs = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.UNCHECKED: "·"}
    click.echo("Tanda terima ini asli." if report.is_genuine else "Tanda terima ini TIDAK dapat dipercaya.")
    for one in report.results:
        click.echo(f"  {signs[one.outcome]} {one.reason}")
