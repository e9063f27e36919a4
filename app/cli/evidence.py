"""``evidence pack`` writes the evidence of an agency and year into one ZIP, ``evidence verify`` checks it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock
from app.cli.output import NO, check_folder, needs_database, print_json, read_keys, refuse
from app.cli.wbk import read_instant
from app.services.evidence_packs import ForeignWitness, NotSealed, make_pack
from app.services.exports import CutOffInFuture
from reports.evidence import verifier
from reports.wbk.errors import AnswersError, WorksheetVersionUnknown
from workflows.canonical import NotCanonical
from workflows.checkpoint import Witness
from workflows.errors import CaseNotVisible
from workflows.snapshot import SYSTEM

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

evidence = AppGroup("evidence", help="Paket bukti zona integritas: buat, periksa.")


@evidence.command("pack")
@click.option("--agency", "agency_code", required=True, help="Kode satuan, misalnya SRG.")
@click.option("--year", type=click.IntRange(2000, 2099), required=True, help="Tahun penilaian.")
@click.option("--as-of", "as_of", help="Tanggal potong: ISO 8601 dengan zona; tanpa ini, sekarang.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Berkas ZIP.")
@click.option(
    "--witness", "witness_paths", multiple=True, type=FILE, help="Titik periksa dari saksi; boleh berulang."
)
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def pack(
    agency_code: str, year: int, as_of: str | None, out: Path, witness_paths: tuple[Path, ...], as_json: bool
) -> None:
    """Tulis paket bukti: buku kerja, dokumen, lampiran, dan bukti dari log; catat ekspornya."""
    check_folder(out)
    now, draft = clock.now(), out.with_name(f".{out.name}.{os.getpid()}")
    with needs_database():
        try:
            made = make_pack(
                agency_code,
                year,
                out=draft,
                as_of=read_instant(as_of) if as_of else now,
                actor=SYSTEM,
                at=now,
                witnesses=[_read_witness(path) for path in witness_paths],
                generated_by="Sahut, baris perintah",
            )
        except CaseNotVisible as error:
            raise click.UsageError("kode satuan tidak dikenal") from error
        except CutOffInFuture as error:
            raise click.UsageError("tanggal potong belum tiba") from error
        except ForeignWitness as error:
            raise click.BadParameter("titik periksa dari log lain", param_hint="--witness") from error
        except NotSealed:
            refuse("log sedang tidak dapat disegel; coba lagi sebentar")
        except AnswersError as error:
            refuse("\n".join(f"{indicator}: {why}" for indicator, why in error.problems.items()))
        except WorksheetVersionUnknown as error:
            refuse(f"lembar kerja versi {error.version} tidak ada; yang ada: {', '.join(error.known)}")
        except OSError as error:
            raise click.UsageError(f"{out}: {error.strerror}") from error
    draft.replace(out)
    told = {
        "out": str(out),
        "manifest": made.manifest,
        "size": out.stat().st_size,
        "files": made.files,
        "cases": made.cases,
        "entries": made.entries,
        "unproved": list(made.unproved),
    }
    if as_json:
        print_json(told)
        return
    click.echo(f"{out}: {made.files} berkas, {made.cases} pengaduan, {told['size']} byte")
    if made.unproved:
        click.echo(f"{len(made.unproved)} pengaduan tanpa catatan di log sampai tanggal potong")


@evidence.command("verify")
@click.argument("path", type=FILE)
@click.option("--keys", "keys_path", type=FILE, help="Daftar kunci yang diumumkan; bawaan: milik sistem ini.")
@click.option(
    "--witness", "witness_paths", multiple=True, type=FILE, help="Titik periksa dari saksi; boleh berulang."
)
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def verify(path: Path, keys_path: Path | None, witness_paths: tuple[Path, ...], as_json: bool) -> None:
    """Periksa paket bukti tanpa basis data: setiap berkas, tanda tangan, dan bukti dari log."""
    keys = json.dumps(read_keys(keys_path).to_json()).encode()
    try:
        report = verifier.verify(path, keys, [one.read_bytes() for one in witness_paths])
    except verifier.BadUse as error:
        raise click.BadParameter(f"bukan titik periksa: {error}", param_hint="--witness") from None
    if as_json:
        print_json(report)
    else:
        for name, fact in report["facts"].items():
            click.echo(f"{name}: {fact}")
        for one in report["findings"]:
            place = "" if one["position"] is None else f" (catatan {one['position']})"
            click.echo(f"RUSAK  {one['where']}{place}: {one['why']}")
        click.echo("utuh" if report["sound"] else "TIDAK UTUH: jangan mengandalkan paket ini")
    raise SystemExit(0 if report["sound"] else NO)


def _read_witness(path: Path) -> Witness:
    try:
        return Witness.parse(path.read_bytes())
    except NotCanonical as error:
        raise click.BadParameter(f"{path}: bukan titik periksa: {error}", param_hint="--witness") from None
