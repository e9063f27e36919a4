"""``scheduler run``: the process of the jobs."""

from __future__ import annotations

from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.output import needs_database
from app.scheduler import run_scheduler

scheduler = AppGroup("scheduler", help="Proses penjadwal: tenggat, surel, segel log.")


@scheduler.command("run")
def run() -> None:
    """Jalankan pekerjaan terjadwal sampai dihentikan (SIGTERM atau Ctrl-C)."""
    app = cast(Flask, cast(Any, current_app)._get_current_object())
    with needs_database():
        run_scheduler(app)
    click.echo("Penjadwal berhenti.", err=True)
