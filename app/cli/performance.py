"""``performance export``: the Ombudsman's report to KemenPANRB, as a workbook or as a short paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app import clock
from app.cli.output import check_folder, needs_database, write_export
from app.services.exports import CutOffInFuture
from app.services.performance_exports import BadPeriod, Form, export_performance
from workflows.errors import CaseNotVisible
from workflows.snapshot import SYSTEM

performance = AppGroup("performance", help="Laporan kinerja pengelolaan pengaduan.")


@performance.command("export")
@click.option("--from", "first", required=True, help="Hari pertama, misalnya 2026-01-01.")
@click.option("--to", "last", required=True, help="Hari terakhir, ikut dihitung.")
@click.option("--agency", "agency_code", default="", help="Kode satuan; tanpa ini, semua satuan.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="F.xlsx atau F.pdf."
)
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def export(first: str, last: str, agency_code: str, out: Path, as_json: bool) -> None:
    """Tulis laporan kinerja satu periode, dan catat ekspornya."""
    try:
        form = Form(out.suffix.lower().removeprefix("."))
    except ValueError:
        raise click.UsageError(f"{out}: tulis berkas .xlsx atau .pdf") from None
    check_folder(out)
    try:
        with needs_database():
            made = export_performance(
                _day(first, "--from"),
                _day(last, "--to"),
                form,
                actor=SYSTEM,
                at=clock.now(),
                agency_code=agency_code,
                base_url=current_app.config["PUBLIC_URL"],
                generated_by="Sahut, baris perintah",
            )
    except BadPeriod as error:
        raise click.UsageError("periode terbalik, atau lebih dari tiga tahun") from error
    except CutOffInFuture as error:
        raise click.UsageError("hari terakhir belum tiba") from error
    except CaseNotVisible as error:
        raise click.UsageError("kode satuan tidak dikenal") from error
    write_export(out, made, as_json=as_json)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} bukan tanggal, tulis misalnya 2026-01-31", param_hint=option
        ) from None
