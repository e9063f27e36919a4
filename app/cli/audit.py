"""``audit verify`` checks the log, ``audit checkpoint`` seals it and hands a checkpoint out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from app import clock
from app.cli.output import NO, needs_database, print_json, read_keys, refuse
from app.extensions import db
from app.queries import log
from app.queries.log_check import check_case, check_log
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.services.receipts import SEAL_WITHIN
from app.services.sealing import LogDamaged, seal
from app.services.witnesses import witness_of_range
from workflows.canonical import NotCanonical, instant_text
from workflows.checkpoint import Witness
from workflows.log_report import Finding, LogReport

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
PROGRESS_EVERY = 10_000

audit = AppGroup("audit", help="Log: periksa keutuhan, segel.")


@audit.command("verify")
@click.option("--complaint", "number", help="Hanya catatan satu pengaduan, misalnya SRG-2026-000123.")
@click.option(
    "--witness", "witness_paths", multiple=True, type=FILE, help="Titik periksa dari saksi; boleh berulang."
)
@click.option("--keys", "keys_path", type=FILE, help="Daftar kunci yang diumumkan; bawaan: milik sistem ini.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def verify(
    number: str | None, witness_paths: tuple[Path, ...], keys_path: Path | None, as_json: bool
) -> None:
    """Periksa log, rantai setiap pengaduan dan titik periksa; sebut catatan rusak yang pertama."""
    published = read_keys(keys_path)
    witnesses = [_read_witness(path) for path in witness_paths]
    with needs_database():
        session = db.session()
        try:
            if number is not None:
                intact = _verify_case(session, number, published, as_json)
            else:
                intact = _verify_all(session, published, witnesses, as_json)
        except NotCanonical:
            refuse("titik periksa yang tersimpan tidak dapat dibaca: sudah diubah")
    raise SystemExit(0 if intact else NO)


@audit.command("checkpoint")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Berkas untuk saksi luar; bawaan: layar."
)
@click.option("--json", "_as_json", is_flag=True, help="Cetak JSON (selalu).")
def checkpoint(out: Path | None, _as_json: bool) -> None:
    """Segel semua catatan sampai sekarang dan keluarkan titik periksa bertanda tangan."""
    with needs_database():
        try:
            seal(clock.now())
        except (LogDamaged, NotCanonical) as damaged:
            refuse(f"log rusak, tidak disegel: {damaged}")
        session = db.session()
        newest = log.find_last_checkpoint(session)
        if newest is None:
            refuse("belum ada catatan yang dapat disegel")
        try:
            witness = witness_of_range(session, size=newest.size, start=0)
        except (ValueError, LookupError):
            refuse(
                "log rusak: segel yang tersimpan tidak cocok dengan titik periksanya; jalankan audit verify"
            )
    if out is None:
        print_json(witness.signed.to_json())
        return
    out.write_bytes(witness.canonical() + b"\n")
    one = witness.signed.checkpoint
    print_json({"size": one.size, "root": one.root.hex(), "at": instant_text(one.at), "out": str(out)})


def _verify_all(session: Session, published: PublishedKeys, witnesses: list[Witness], as_json: bool) -> bool:
    report = check_log(
        session,
        partial(verify_checkpoint, published),
        witnesses,
        merge_delay=SEAL_WITHIN,
        progress=_progress(session),
    )
    if as_json:
        print_json(_report_json(session, report))
    else:
        _print_report(session, report)
    return report.is_intact


def _verify_case(session: Session, number: str, published: PublishedKeys, as_json: bool) -> bool:
    found = check_case(session, number, partial(verify_checkpoint, published))
    if found is None:
        raise click.BadParameter("tidak ada catatan untuk nomor itu", param_hint="--complaint")
    if as_json:
        print_json(found.to_json())
    elif found.is_intact:
        click.echo(f"{number}: utuh, {found.entries} catatan, {found.sealed} tersegel.")
    else:
        click.echo(f"{number}: RUSAK pada catatan ke-{found.bad_seq}: {found.why}")
    return found.is_intact


def _progress(session: Session) -> Callable[[int], None] | None:
    """A line on a terminal's standard error now and then; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None
    total = log.count_entries(session)

    def tell(done: int) -> None:
        if done % PROGRESS_EVERY == 0:
            click.echo(f"\r{done:,} / {total:,}", nl=False, err=True)

    return tell


def _read_witness(path: Path) -> Witness:
    try:
        return Witness.parse(path.read_bytes())
    except NotCanonical as error:
        raise click.BadParameter(
            f"{path.name} bukan titik periksa: {error}", param_hint="--witness"
        ) from None


def _first_bad(report: LogReport) -> Finding | None:
    """The first finding; where it only names a stretch, the entry in it that another finding proves bad."""
    bad = report.first_bad
    if bad is None or bad.is_exact:
        return bad
    inside = (one for one in report.findings if one.is_exact and bad.first <= one.position <= bad.last)
    return next(inside, bad)


def _report_json(session: Session, report: LogReport) -> dict[str, Any]:
    bad = _first_bad(report)
    return {
        "intact": report.is_intact,
        "entries": report.entries,
        "sealed": report.sealed,
        "unsealed": report.unsealed,
        "witnessed": report.witnessed,
        "unwitnessed": report.unwitnessed,
        "first_bad": None if bad is None else _finding_json(session, bad),
        "findings": [_finding_json(session, found) for found in report.findings],
        "unusable_witnesses": list(report.unusable_witnesses),
    }


def _finding_json(session: Session, found: Finding) -> dict[str, Any]:
    place = log.find_place(session, found.position)
    return {
        "position": found.position,
        "first": found.first,
        "last": found.last,
        "exact": found.is_exact,
        "reason": found.reason.value,
        "detail": found.detail,
        "chain": None if place is None else place[0],
        "seq": None if place is None else place[1],
    }


def _print_report(session: Session, report: LogReport) -> None:
    bad = _first_bad(report)
    if bad is None:
        click.echo(f"Utuh: {report.entries} catatan diperiksa.")
    else:
        place = log.find_place(session, bad.position)
        where = "" if place is None else f" ({place[0]} nomor {place[1]})"
        span = "" if bad.is_exact else f", di antara {bad.first} dan {bad.last}"
        click.echo(f"RUSAK: catatan pertama yang salah ada pada posisi {bad.position}{where}{span}.")
    for found in report.findings:
        click.echo(f"  {found.reason.value} pada {found.position}: {found.detail}")
    for why in report.unusable_witnesses:
        click.echo(f"  saksi tidak dapat dipakai: {why}")
    click.echo(f"Tersegel {report.sealed}, belum tersegel {report.unsealed}.")
    click.echo(f"Disaksikan pihak luar {report.witnessed}, belum disaksikan {report.unwitnessed}.")
