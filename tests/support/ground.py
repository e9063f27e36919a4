"""Databases with much in them, filled once a run and copied for each test.

What the attacks stand on takes a second or more to build, since its people do everything that people do. A
copy is that of the rows and of the instance folder (keys, files), and is there in hundredths of a second.
"""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config import Environment, Settings
from tests.factories import PASSWORD_MEMORY_KIB
from tests.support.apps import make_app
from tests.support.databases import Kind, dispose, fresh_database
from tests.support.postgresql import Rows, fill, read_all
from tests.support.run import once, run_folder


@dataclass(frozen=True)
class Ground:
    """What was built.

    :ivar kind: of the database
    :ivar rows: a SQLite file that nobody has open, or the rows of a PostgreSQL database
    :ivar instance: the instance folder
    :ivar what: what the builder gave
    """

    kind: Kind
    rows: Path | Rows
    instance: Path
    what: Any

    def copy_to(self, settings: Settings) -> None:
        """Put a copy where an application of these settings will look; before that application is made."""
        if isinstance(self.rows, Path):
            shutil.copyfile(self.rows, settings.database_url.removeprefix("sqlite:///"))
        else:
            fill(settings.database_url, self.rows)
        shutil.copytree(self.instance, settings.instance_path)


def ground_of(name: str, kind: Kind, build: Callable[[], Any]) -> Ground:
    """What `build` makes in an app context; the first of this run to ask has it made.

    :param name: stands for all that is built
    :param build: gives something that can be pickled
    """
    folder = run_folder() / f"ground-{name}-{kind}"
    with once(folder.name) as mine:
        if mine:
            folder.mkdir()
            (folder / "ground").write_bytes(pickle.dumps(_build(folder, kind, build)))
    ground: Ground = pickle.loads((folder / "ground").read_bytes())  # noqa: S301 (our own file)
    return ground


def _build(folder: Path, kind: Kind, build: Callable[[], Any]) -> Ground:
    with fresh_database(kind, folder) as database:
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
        if kind == "postgresql":
            return Ground(kind, read_all(database.url), settings.instance_path, what)
    path = Path(database.url.removeprefix("sqlite:///"))
    assert not path.with_name(path.name + "-wal").exists()
    return Ground(kind, path, settings.instance_path, what)
