"""Makes the database ready before the first request: migrations, and demo data on a demo's first start.

A new SQLite file is filled under another name and put in place when it is whole, so that a first start which
is broken off leaves nothing half done behind.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import flask_migrate
from sqlalchemy import make_url

from app import create_app, ops
from app.extensions import db
from app.security.keys import KeysError
from config import Settings, SettingsError

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Migrate, and load the demo if this is one without it; the exit code."""
    try:
        settings = Settings.from_environ(os.environ)
        new_file = _new_sqlite_file(settings)
        if settings.is_demo and new_file is not None:
            return _make_demo_file(new_file)
        mark = _migrate(settings)
    except (SettingsError, KeysError) as error:
        print(f"sahut: {error}", file=sys.stderr)
        return 1
    if not settings.is_demo or mark == ops.DEMO_COMPLETE:
        return 0
    if mark == ops.DEMO_LOADING:
        print("sahut: this database holds half a demo; give it a new one.", file=sys.stderr)
        return 1
    return _load_demo(settings.database_url)


def _new_sqlite_file(settings: Settings) -> Path | None:
    """Where the SQLite file is to be, if there is none yet."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = settings.instance_path / url.database
    return None if path.exists() else path


def _make_demo_file(path: Path) -> int:
    unfinished = path.with_name(f"{path.name}.unfinished")
    for leftover in path.parent.glob(f"{unfinished.name}*"):
        leftover.unlink()
    url = f"sqlite:///{unfinished}"
    _migrate(Settings.from_environ({**os.environ, "DATABASE_URL": url}))
    if failed := _load_demo(url):
        return failed
    unfinished.rename(path)
    return 0


def _migrate(settings: Settings) -> str | None:
    """Bring the database to head; which demo mark it holds."""
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        mark = ops.demo_mark()
        db.engine.dispose()
    return mark


def _load_demo(url: str) -> int:
    print("sahut: first start, loading the demo…", flush=True)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
