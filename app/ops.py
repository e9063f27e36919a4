"""For those who run Sahut: is the process alive, can it serve, is this a demo's database.

The pages name no versions, addresses or counts: anyone may ask them.
"""

from __future__ import annotations

import structlog
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from sqlalchemy import inspect, select
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, limiter
from app.models import Setting
from config import SettingsError

blueprint = Blueprint("ops", __name__)
_log = structlog.get_logger(__name__)


@blueprint.get("/healthz")
@limiter.exempt
def healthz() -> tuple[dict[str, str], int]:
    """200 as long as the process answers at all."""
    return {"status": "ok"}, 200


@blueprint.get("/readyz")
@limiter.exempt
def readyz() -> tuple[dict[str, object], int]:
    """200 when the database answers, its migrations are at head and the keys are there; else 503."""
    checks = {"database": database_is_at_head(), "keys": "sahut.keys" in current_app.extensions}
    ready = all(checks.values())
    return {"status": "ok" if ready else "unavailable", "checks": checks}, 200 if ready else 503


def database_is_at_head() -> bool:
    """Whether the database answers and holds exactly the migrations that this code knows."""
    directory = current_app.extensions["migrate"].directory
    config = Config()
    config.set_main_option("script_location", str(directory))
    heads = set(ScriptDirectory.from_config(config).get_heads())
    try:
        with db.engine.connect() as connection:
            current = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        _log.warning("database does not answer", exc_info=True)
        return False
    return bool(heads) and current == heads


DEMO_KEY = "demo"
"""Setting (of no agency) that ``demo load`` writes first as `DEMO_LOADING` and last as `DEMO_COMPLETE`."""
DEMO_LOADING = "loading"
DEMO_COMPLETE = "complete"


def demo_mark() -> str | None:
    """`DEMO_LOADING` or `DEMO_COMPLETE` where the database holds demo data, else None."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(Setting.__tablename__):
            return None
        found = connection.scalar(
            select(Setting.value).where(Setting.key == DEMO_KEY, Setting.agency_id.is_(None))
        )
    return None if found is None else str(found)


def refuse_demo_data() -> None:
    """Stop a production start on a demo's database: its accounts and passwords are public.

    :raises SettingsError: if the database holds demo data, whole or in part.
    """
    if demo_mark() is not None:
        db.engine.dispose()
        raise SettingsError(
            "DATABASE_URL", "holds demo data, which production refuses: give it a new database"
        )


def register(app: Flask) -> None:
    """Serve `/healthz` and `/readyz`."""
    app.register_blueprint(blueprint)
