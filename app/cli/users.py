"""``user create`` and ``user reset-factor``: accounts, by whoever has the machine."""

import json

import click
from flask.cli import AppGroup

from app import clock
from app.services import accounts
from workflows.vocabulary import Role

WORDS = {
    "username_unfit": "nama pengguna: 3 sampai 60 huruf kecil atau angka, boleh . _ - di antaranya",
    "username_taken": "nama pengguna sudah dipakai",
    "unknown_agency": "kode satuan tidak dikenal",
    "unknown_unit": "kode unit tidak dikenal di satuan itu",
    "unknown_superior": "atasan tidak punya akun di satuan itu",
    "roles_unfit": "peran tidak dapat dipakai bersama, atau tidak ada peran",
    "unknown_account": "tidak ada akun aktif dengan nama itu",
}
"""What the person at the terminal is told of a refusal."""

user = AppGroup("user", help="Akun petugas dan peninjau.")


@user.command("create")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Nama lengkap.")
@click.option("--title", required=True, help="Jabatan.")
@click.option("--agency", "agency_code", required=True, help="Kode satuan, misalnya SRG.")
@click.option("--unit", "unit_code", help="Kode unit di satuan itu.")
@click.option("--superior", help="Nama pengguna atasan langsung.")
@click.option("--email", default="", help="Alamat surel dinas.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice(sorted(role.value for role in accounts.STAFF_ROLES)),
    help="Peran; boleh lebih dari satu.",
)
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def create(
    username: str,
    full_name: str,
    title: str,
    agency_code: str,
    unit_code: str | None,
    superior: str | None,
    email: str,
    roles: tuple[str, ...],
    as_json: bool,
) -> None:
    """Buat akun; sandi awalnya dicetak sekali dan harus diganti saat masuk pertama."""
    try:
        made = accounts.create_user(
            username=username,
            full_name=full_name,
            title=title,
            agency_code=agency_code,
            unit_code=unit_code,
            superior=superior,
            email=email,
            roles=[Role(role) for role in roles],
            at=clock.now(),
        )
    except accounts.AccountRefused as refused:
        raise click.UsageError(WORDS[refused.code]) from refused
    _print(username, made, as_json)


@user.command("reset-factor")
@click.argument("username")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def reset_factor(username: str, as_json: bool) -> None:
    """Beri sandi awal baru, buka kunci akun, dan akhiri semua sesinya."""
    try:
        made = accounts.reset_access(username, at=clock.now())
    except accounts.AccountRefused as refused:
        click.echo(WORDS[refused.code], err=True)
        raise SystemExit(1) from refused
    _print(username, made, as_json)


def _print(username: str, made: accounts.NewAccount, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"username": username, "initial_password": made.initial_password}))
        return
    click.echo(f"{username}: sandi awal {made.initial_password}")
    click.echo("Sandi ini hanya dicetak sekali dan harus diganti saat masuk pertama.")
