"""What the commands share: answers as JSON, refusals in one plain sentence, instants as people type them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.security.published_keys import NotAKeyList, PublishedKeys
from app.security.ring import get_keys
from app.services.exports import Export

NO = 1
BAD_USE = 2


def print_json(value: Any) -> None:
    """One JSON document, readable by people too."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def refuse(message: str) -> NoReturn:
    """End with the sentence and exit code 1: the answer is no."""
    click.echo(message, err=True)
    raise SystemExit(NO)


def read_instant(text: str, zone: tzinfo, option: str) -> datetime:
    """An ISO 8601 instant, aware, in UTC; without an offset local in `zone`, a date alone its first moment.

    :raises click.BadParameter: it can't be read
    """
    try:
        if len(text) == len("2026-03-02"):
            return datetime.combine(date.fromisoformat(text), time(), zone).astimezone(UTC)
        given = datetime.fromisoformat(text)
        return (given if given.tzinfo is not None else given.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{text!r} bukan waktu ISO 8601, misalnya 2026-03-02T09:00+07:00 atau 2026-03-02",
            param_hint=option,
        ) from None


def check_folder(out: Path) -> None:
    """Refuse a file whose folder isn't there, before anything is counted.

    :raises click.UsageError: see there
    """
    if not out.resolve().parent.is_dir():
        raise click.UsageError(f"{out.parent}: tidak ada folder itu")


def write_export(out: Path, made: Export, *, as_json: bool) -> None:
    """Write an export to its file and tell its digest.

    :raises click.UsageError: the file can't be written
    """
    try:
        out.write_bytes(made.content)
    except OSError as error:
        raise click.UsageError(f"{out}: {error.strerror}") from error
    if as_json:
        told = {"out": str(out), "sha256": made.sha256, "size": len(made.content), "cases": made.cases}
        click.echo(json.dumps(told))
        return
    click.echo(f"{out}: {made.cases} pengaduan, {len(made.content)} byte, SHA-256 {made.sha256}")


@contextmanager
def needs_database() -> Iterator[None]:
    """Tell in one sentence, with exit code 2, that the database isn't there or has no tables yet."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise click.UsageError(
            "basis data tidak menjawab atau belum disiapkan; jalankan dahulu: flask --app wsgi db upgrade"
        ) from error


def read_keys(path: Path | None) -> PublishedKeys:
    """The published keys: those in a file, or this installation's own.

    :raises click.BadParameter: the file is no list of keys
    """
    if path is None:
        return PublishedKeys.of(get_keys())
    try:
        return PublishedKeys.parse(path.read_bytes())
    except NotAKeyList as error:
        raise click.BadParameter(f"bukan daftar kunci: {error}", param_hint="--keys") from None
