"""Play a year in a database of its own that is gone afterwards, and keep only its cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
from flask import current_app

from app.demo.originals import Original, read_originals
from app.extensions import db
from config import Settings


def play_elsewhere(year: Callable[[], None], *, as_of: datetime) -> list[Original]:
    """The cases that `year` plays, read from a scratch database with keys and files of its own.

    The log tells the time: an entry may not be written after a checkpoint that is later than it. So cases
    that are to be copied thousands of times can't stand in the log before their copies do.
    """
    from app import create_app  # the package imports its commands, and these the demo

    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    with TemporaryDirectory(prefix="sahut-demo-") as folder:
        instance = Path(folder)
        scratch = replace(
            settings,
            instance_path=instance,
            database_url=f"sqlite:///{instance / 'scratch.sqlite3'}",
            storage_url=(instance / "files").as_uri(),
            keys_url="",
        )
        app = create_app(scratch)
        with app.app_context():
            flask_migrate.upgrade()
            year()
            originals = list(read_originals(db.session(), as_of))
            db.session.remove()
            db.engine.dispose()
    return originals
