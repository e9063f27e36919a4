"""The worlds of the attacks, built once a worker and copied for each test.

A world takes a second to build, since its people do everything that people do. A copy is that of its SQLite
file and of its instance folder (keys, files), and is there in a few milliseconds.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import Environment, Settings
from tests.factories import PASSWORD_MEMORY_KIB
from tests.support.apps import make_app
from tests.support.databases import dispose, fresh_database


@dataclass(frozen=True)
class Ground:
    """A world that was built.

    :ivar database: its SQLite file; nobody has it open
    :ivar instance: its instance folder
    :ivar what: what its builder gave
    """

    database: Path
    instance: Path
    what: Any

    def copy_to(self, settings: Settings) -> None:
        """Put a copy where an application of these settings will look; before that application is made."""
        shutil.copyfile(self.database, settings.database_url.removeprefix("sqlite:///"))
        shutil.copytree(self.instance, settings.instance_path)


def build_ground(folder: Path, build: Callable[[], Any]) -> Ground:
    """Run `build` in an application of its own, within an app context."""
    with fresh_database("sqlite", folder) as database:
        settings = Settings(
            environment=Environment.TEST,
            instance_path=folder / "instance",
            database_url=database.url,
            password_memory_kib=PASSWORD_MEMORY_KIB,
        )
        app = make_app(settings)
        with app.app_context():
            what = build()
        dispose(app)
    path = Path(database.url.removeprefix("sqlite:///"))
    assert not path.with_name(path.name + "-wal").exists()
    return Ground(path, settings.instance_path, what)
