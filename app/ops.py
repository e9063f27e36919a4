"""Pages for machines that watch over Sahut: is the process alive, can it serve.

They name no versions, addresses or counts: anyone may ask them.
"""

from __future__ import annotations

import structlog
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from app.extensions import db, limiter

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


def register(app: Flask) -> None:
    """Serve `/healthz` and `/readyz`."""
    app.register_blueprint(blueprint)
