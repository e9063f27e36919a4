"""``setting list``, ``setting set`` and ``setting clear``: local policies, by whoever has the machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from app import clock
from app.cli.output import needs_database
from app.extensions import db
from app.services.policies import (
    POLICIES,
    PolicyRefused,
    clear_policy,
    list_policies,
    set_policy,
)

setting = AppGroup("setting", help="Kebijakan setempat satuan: lihat, tetapkan, hapus.")

WORDS = {"unknown_key": "setelan tidak dikenal", "unknown_agency": "kode satuan tidak dikenal"}

AGENCY = click.option("--agency", "agency_code", required=True, help="Kode satuan, misalnya SRG.")


@setting.command("list")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def list_(as_json: bool) -> None:
    """Semua kebijakan setempat, artinya, dan yang sudah ditetapkan."""
    with needs_database():
        chosen = list_policies(db.session())
    if as_json:
        rows = [{"key": one.key, "agency": one.agency_code, "value": one.value} for one in chosen]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for policy in POLICIES.values():
        click.echo(f"{policy.key}  ({policy.expected})\n    {policy.meaning}")
        for one in chosen:
            if one.key == policy.key:
                told = json.dumps(one.value, ensure_ascii=False)
                click.echo(
                    f"    {one.agency_code or 'semua satuan'}: {told}, sejak {one.updated_at:%Y-%m-%d}"
                )


@setting.command("set")
@click.argument("key")
@click.argument("value")
@AGENCY
def set_(key: str, value: str, agency_code: str) -> None:
    """Tetapkan kebijakan satu satuan. VALUE: nilainya, atau @BERKAS yang memuatnya."""
    if value.startswith("@"):
        try:
            value = Path(value[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{value[1:]}: berkas tidak dapat dibaca") from error
    with needs_database(), _refusals():
        kept = set_policy(key, value, agency_code=agency_code, at=clock.now())
    click.echo(f"{key} {agency_code}: {json.dumps(kept, ensure_ascii=False)}")


@setting.command("clear")
@click.argument("key")
@AGENCY
def clear(key: str, agency_code: str) -> None:
    """Hapus kebijakan satu satuan; yang umum berlaku lagi. Keluar 1 bila tidak ada."""
    with needs_database(), _refusals():
        existed = clear_policy(key, agency_code=agency_code, at=clock.now())
    click.echo(f"{key} {agency_code}: " + ("dihapus" if existed else "tidak ditetapkan"))
    raise SystemExit(0 if existed else 1)


@contextmanager
def _refusals() -> Iterator[None]:
    """What was refused is told as bad use (exit 2)."""
    try:
        yield
    except PolicyRefused as error:
        told = WORDS.get(error.code) or f"nilai tidak sesuai; tulis {error.expected}"
        raise click.UsageError(told) from error
