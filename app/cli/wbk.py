"""``wbk score`` and ``wbk export``: the score of a file of answers, the workbook of live cases."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import yaml
from flask.cli import AppGroup

from app import clock
from app.cli.output import check_folder, write_export
from app.queries.assessments import get_worksheet
from app.services.exports import CutOffInFuture, export_workbook
from reports.wbk.answers import validate_answers
from reports.wbk.errors import AnswersError, WorksheetVersionUnknown
from reports.wbk.score import score, score_as_json
from workflows.errors import CaseNotVisible
from workflows.snapshot import SYSTEM

BAD_USE = 2
NESTS = ("contoh_perhitungan", "jawaban")
"""Keys under which the answers may stand in a larger file."""

wbk = AppGroup("wbk", help="Lembar kerja zona integritas menuju WBK/WBBM.")


@wbk.command("score")
@click.argument("answers", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def score_answers(answers: Path) -> None:
    """Hitung nilai dari berkas jawaban (JSON atau YAML); selalu mencetak JSON."""
    worksheet = get_worksheet()
    try:
        given = validate_answers(worksheet, read_answers(answers))
    except AnswersError as error:
        for indicator_id, why in error.problems.items():
            click.echo(f"{indicator_id}: {why}", err=True)
        raise SystemExit(BAD_USE) from error
    click.echo(json.dumps(score_as_json(score(worksheet, given)), ensure_ascii=False, indent=1))


@wbk.command("export")
@click.option("--agency", "agency_code", required=True, help="Kode satuan, misalnya SRG.")
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="Tahun penilaian.")
@click.option("--as-of", "as_of", help="Tanggal potong: ISO 8601 dengan zona; tanpa ini, sekarang.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas XLSX.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def export(agency_code: str, year: int, as_of: str | None, out: Path, as_json: bool) -> None:
    """Tulis buku kerja bukti dari perkara yang ada, dan catat ekspornya."""
    check_folder(out)
    now = clock.now()
    try:
        made = export_workbook(
            agency_code,
            year,
            as_of=read_instant(as_of) if as_of else now,
            actor=SYSTEM,
            at=now,
            generated_by="Sahut, baris perintah",
        )
    except CaseNotVisible as error:
        raise click.UsageError("kode satuan tidak dikenal") from error
    except CutOffInFuture as error:
        raise click.UsageError("tanggal potong belum tiba") from error
    except AnswersError as error:
        for indicator_id, why in error.problems.items():
            click.echo(f"{indicator_id}: {why}", err=True)
        raise SystemExit(1) from error
    except WorksheetVersionUnknown as error:
        known = ", ".join(error.known)
        click.echo(f"lembar kerja versi {error.version} tidak ada; yang ada: {known}", err=True)
        raise SystemExit(1) from error
    write_export(out, made, as_json=as_json)


def read_instant(text: str) -> datetime:
    """An instant with its zone.

    :raises click.UsageError: no ISO 8601, or without a zone
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.UsageError(f"{text!r} bukan waktu ISO 8601") from error
    if at.tzinfo is None:
        raise click.UsageError(f"{text!r} tanpa zona; tulis misalnya 2026-03-31T23:59:59+07:00")
    return at


def read_answers(path: Path) -> dict[str, Any]:
    """Answers by indicator id: the whole file, or what stands under ``jawaban``.

    :raises click.UsageError: the file is neither JSON nor YAML, names something twice, or holds no answers
    """
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix.lower() in (".yaml", ".yml"):
            found = yaml.load(text, _StrictLoader)  # noqa: S506 (a SafeLoader that also refuses repeated keys)
        else:
            found = json.loads(text, object_pairs_hook=_without_repeats)
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path}: bukan teks UTF-8") from error
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise click.UsageError(f"{path}: tidak terbaca: {error}") from error
    for nest in NESTS:
        if isinstance(found, dict) and nest in found:
            found = found[nest]
    if not isinstance(found, dict):
        raise click.UsageError(f"{path}: jawaban menurut id indikator diharapkan")
    return {str(key): value for key, value in found.items()}


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise click.UsageError(f"{key} tertulis dua kali")
        found[key] = value
    return found


class _StrictLoader(yaml.SafeLoader):
    """YAML in which no key may stand twice, as in an answer that was pasted again."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        self.flatten_mapping(node)
        pairs = [
            (str(self.construct_object(key, deep=True)), self.construct_object(value, deep=True))
            for key, value in node.value
        ]
        return _without_repeats(pairs)
