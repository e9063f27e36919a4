"""``sla due`` explains a deadline without any case; ``sla sweep`` flags what is due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app import clock
from app.cli.output import needs_database, print_json, read_instant, refuse
from app.extensions import db
from app.law import get_law
from app.models import Agency
from app.queries.calendars import get_calendar, law_calendar
from app.services.sweep import sweep as run_sweep
from config import Settings
from workflows.calendar import WorkingCalendar
from workflows.errors import CalendarUnknown
from workflows.sla import StageUnknown, as_cli_json
from workflows.sla import due as due_steps
from workflows.vocabulary import ComplaintClass

DEFAULT_ZONE = "Asia/Jakarta"

sla = AppGroup("sla", help="Tenggat: hitung, jelaskan, periksa.")


@sla.command("due")
@click.option(
    "--class",
    "class_code",
    required=True,
    type=click.Choice([one.value for one in ComplaintClass]),
    help="Jenis pengaduan.",
)
@click.option("--stage", required=True, help="Tahap, misalnya decision.")
@click.option("--from", "start_text", required=True, help="Saat pemicu (ISO 8601).")
@click.option(
    "--pause", "pause_texts", multiple=True, help="Masa menunggu pelapor: MULAI/SELESAI, boleh berulang."
)
@click.option("--agency", "agency_code", help="Kode satuan; tanpa ini dipakai kalender nasional, WIB.")
@click.option("--json", "_as_json", is_flag=True, help="Cetak JSON (selalu).")
def due(
    class_code: str,
    stage: str,
    start_text: str,
    pause_texts: tuple[str, ...],
    agency_code: str | None,
    _as_json: bool,
) -> None:
    """Hitung kapan suatu tahap jatuh tempo, dengan alasan setiap harinya."""
    law = get_law()
    calendar = _calendar(agency_code)
    start = read_instant(start_text, calendar.zone, "--from")
    pauses = [_read_pause(text, calendar) for text in pause_texts]
    try:
        steps = due_steps(law, ComplaintClass(class_code), stage, start, pauses, calendar)
    except StageUnknown as unknown:
        raise click.BadParameter(
            f"{stage!r} tidak ada pada {class_code}; yang ada: {', '.join(unknown.known)}",
            param_hint="--stage",
        ) from unknown
    except CalendarUnknown as unknown:
        refuse(f"belum ada kalender hari kerja untuk tahun {unknown.year}")
    print_json(as_cli_json(law, steps, calendar))


@sla.command("sweep")
@click.option("--at", "at_text", help="Saat yang diperiksa (ISO 8601); bawaan: sekarang.")
@click.option("--json", "as_json", is_flag=True, help="Cetak JSON.")
def sweep(at_text: str | None, as_json: bool) -> None:
    """Tandai tenggat yang mendekat dan yang terlewati; menjalankannya dua kali sama dengan sekali."""
    at = _sweep_instant(at_text)
    with needs_database():
        counts = run_sweep(at)
    if as_json:
        print_json({"warned": counts.warned, "breached": counts.breached, "escalated": counts.escalated})
        return
    click.echo(
        f"{counts.warned} diperingatkan, {counts.breached} terlewati, {counts.escalated} diteruskan ke atas."
    )


def _sweep_instant(text: str | None) -> datetime:
    now = clock.now()
    if text is None:
        return now
    at = read_instant(text, ZoneInfo(DEFAULT_ZONE), "--at")
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    if at > now and settings.is_production:
        raise click.BadParameter("pelanggaran yang belum terjadi tidak dapat dicatat", param_hint="--at")
    return at


def _calendar(agency_code: str | None) -> WorkingCalendar:
    if agency_code is None:
        return law_calendar(DEFAULT_ZONE)
    with needs_database():
        session = db.session()
        agency = session.scalar(select(Agency).where(Agency.code == agency_code))
        if agency is None:
            raise click.BadParameter(f"satuan {agency_code!r} tidak dikenal", param_hint="--agency")
        return get_calendar(session, agency)


def _read_pause(text: str, calendar: WorkingCalendar) -> tuple[datetime, datetime | None]:
    start_text, separator, end_text = text.partition("/")
    if not separator:
        raise click.BadParameter(f"{text!r} harus berbentuk MULAI/SELESAI", param_hint="--pause")
    start = read_instant(start_text, calendar.zone, "--pause")
    end = read_instant(end_text, calendar.zone, "--pause") if end_text else None
    if end is not None and end < start:
        raise click.BadParameter("masa menunggu berakhir sebelum dimulai", param_hint="--pause")
    return start, end
