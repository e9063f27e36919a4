"""``demo load``: invented stations, people and complaints, for showing and for measuring."""

import sys
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from app import clock
from app.cli.output import needs_database, print_json, read_instant, refuse
from app.demo.load import DEFAULT_COMPLAINTS, DEFAULT_SEED, DemoRefused, load_demo, year_before
from app.demo.people import DEMO_ACCOUNTS, PASSWORD

WORDS = {
    "production": "demo tidak dimuat di produksi",
    "half": "basis data ini berisi demo setengah jadi; pakai basis data baru",
    "not_empty": "basis data ini sudah berisi data lain; pakai basis data baru",
}
"""What the person at the terminal is told of a refusal."""

MOST = 1_000_000
ZONE = ZoneInfo("Asia/Jakarta")

demo = AppGroup("demo", help="Data contoh: satuan, petugas, dan pengaduan rekaan.")


@demo.command("load")
@click.option(
    "--complaints",
    type=click.IntRange(0, MOST),
    default=DEFAULT_COMPLAINTS,
    show_default=True,
    help="Banyaknya pengaduan.",
)
@click.option("--seed", type=int, default=DEFAULT_SEED, show_default=True, help="Benih acak.")
@click.option("--as-of", "as_of", help="Saat terakhir tahun contoh (ISO dengan zona); bawaan: sekarang.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def load(complaints: int, seed: int, as_of: str | None, as_json: bool) -> None:
    """Muat data contoh; muatan kedua tidak mengubah apa pun."""
    at = read_instant(as_of, ZONE, "--as-of") if as_of else clock.now()
    days = (at.date() - year_before(at)).days
    bar: Any = click.progressbar(length=days, label="memuat demo", file=sys.stderr)
    first = year_before(at)

    def progress(on: date) -> None:
        bar.update(max(0, min((on - first).days, days) - bar.pos))

    copies: Any = click.progressbar(length=complaints, label="menyalin", file=sys.stderr)

    def copied(done: int) -> None:
        copies.update(done - copies.pos)

    try:
        with needs_database():
            loaded = load_demo(complaints=complaints, seed=seed, as_of=at, progress=progress, copied=copied)
    except DemoRefused as refused:
        refuse(WORDS[refused.code])
    bar.render_finish()
    if as_json:
        print_json({"fresh": loaded.fresh, "complaints": loaded.complaints})
        return
    what = "dimuat" if loaded.fresh else "sudah ada, tidak diubah"
    click.echo(f"Demo {what}: {loaded.complaints} pengaduan.")
    click.echo(f"Akun: {', '.join(DEMO_ACCOUNTS)}; sandi {PASSWORD}")
