"""How migrations run: on the application's own engine, in one transaction, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

from app.database import UtcDateTime

database = current_app.extensions["migrate"].db


def render_item(_kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column type as the plain type it stands for, so that migrations outlive our code."""
    return "sa.DateTime(timezone=True)" if isinstance(item, UtcDateTime) else False


def skip_empty_revisions(_context: object, _revision: object, directives: list[Any]) -> None:
    """Write no file when models and database agree already."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def configure(connection: Connection | None, **options: Any) -> None:
    """Bind the migration context to `connection`, or to the URL alone for ``--sql``."""
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments.setdefault("process_revision_directives", skip_empty_revisions)
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_item=render_item,
        transaction_per_migration=False,
        **arguments,
        **options,
    )


def run_offline() -> None:
    """Print the SQL instead of running it."""
    url = database.engine.url.render_as_string(hide_password=False)
    configure(None, url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Run the migrations; all of them or none.

    SQLite rebuilds a table to change it, which foreign keys would take for the loss of its rows. They are off
    while that goes on (the switch works only outside a transaction), and checked whole before the commit.
    """
    with database.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        driver: Any = connection.connection.dbapi_connection
        if is_sqlite:
            driver.execute("PRAGMA foreign_keys=OFF")
        connection = connection.execution_options(sahut_writes=True)
        try:
            configure(connection)
            with context.begin_transaction():
                context.run_migrations()
                if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"the migration breaks a foreign key of table {broken[0]}")
        finally:
            if is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
