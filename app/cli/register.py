"""``register import`` and ``register export``: historic registers in, the complaint register out."""

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app import clock
from app.cli.output import NO, needs_database, print_json
from app.importing.importer import AgencyUnknown, import_register
from app.importing.mapping import RegisterMapping
from app.importing.mapping_file import MappingError, parse_mapping
from app.importing.report import FIRST_PROBLEMS, FileRefused, ImportReport
from app.law import get_law
from app.services.registers import FORMATS, export_register

register = AppGroup("register", help="Register pengaduan: impor riwayat dan ekspor.")


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Berkas peta kolom (TOML); lihat docs/import.md.",
)
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang ditulis.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def import_(file: Path, mapping_file: Path, dry_run: bool, as_json: bool) -> None:
    """Impor register lama (CSV atau XLSX) sebagai riwayat."""
    mapping = _read_mapping(mapping_file)
    progress = _Progress()
    try:
        with needs_database():
            report = import_register(
                file, mapping, get_law(), at=clock.now(), dry_run=dry_run, progress=progress
            )
    except AgencyUnknown as unknown:
        raise click.UsageError(f"tidak ada satuan berkode {unknown.code}") from unknown
    except FileRefused as refused:
        progress.finish()
        _print_refusal(refused, as_json)
        raise SystemExit(NO) from None
    progress.finish()
    _print(report, as_json, everything=dry_run)


@register.command("export")
@click.option("--agency", "agency_code", required=True, help="Kode satuan, misalnya SRG.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="F.csv atau F.xlsx"
)
def export(agency_code: str, out: Path) -> None:
    """Ekspor register pengaduan satuan, tanpa identitas pelapor."""
    if out.suffix.lower() not in FORMATS:
        raise click.UsageError(f"--out harus berakhiran {' atau '.join(FORMATS)}")
    try:
        with needs_database():
            count = export_register(agency_code, out, at=clock.now())
    except LookupError:
        raise click.UsageError(f"tidak ada satuan berkode {agency_code}") from None
    click.echo(f"{count} pengaduan ditulis ke {out}")


def _read_mapping(path: Path) -> RegisterMapping:
    try:
        return parse_mapping(path.read_text("utf-8"), get_law())
    except UnicodeDecodeError:
        raise click.UsageError(f"{path}: bukan teks UTF-8") from None
    except MappingError as error:
        faults = "\n".join(f"  {fault.path}: {fault.why}" for fault in error.faults)
        raise click.UsageError(f"{path} tidak dapat dipakai:\n{faults}") from None


class _Progress:
    """A bar on stderr for each step; click leaves it out where stderr is no terminal."""

    def __init__(self) -> None:
        self.step = ""
        self.bar: Any = None

    def __call__(self, step: str, done: int, size: int) -> None:
        if step != self.step:
            self.finish()
            self.step = step
            self.bar = click.progressbar(length=max(size, 1), label=step, file=sys.stderr)
        self.bar.update(max(0, min(done, size) - self.bar.pos))

    def finish(self) -> None:
        """End the line of the bar."""
        if self.bar is not None:
            self.bar.render_finish()


def _print(report: ImportReport, as_json: bool, *, everything: bool) -> None:
    if as_json:
        print_json(report.as_dict())
        return
    hidden = 0 if everything else max(0, len(report.problems) - FIRST_PROBLEMS)
    lines = list(report.lines())
    if hidden:
        lines[FIRST_PROBLEMS : FIRST_PROBLEMS + hidden] = [
            f"… dan {hidden} penolakan lain; --dry-run menampilkan semuanya"
        ]
    click.echo("\n".join(lines))


def _print_refusal(refused: FileRefused, as_json: bool) -> None:
    if as_json:
        found = [problem.as_dict() for problem in refused.problems]
        print_json({"refused": True, "problems": found})
        return
    click.echo("Berkas ditolak; tidak ada yang ditulis:", err=True)
    for problem in refused.problems:
        click.echo(f"  {problem}", err=True)
