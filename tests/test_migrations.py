"""Migrations go up and down on both databases, lose nothing of the shape, and end where the models are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from app import create_app
from app.database import Base
from app.extensions import db
from config import ROOT, Environment, Settings
from tests.support.databases import KINDS, Kind, dispose, fresh_database_url
from tests.support.postgresql import SHAPE


def _revisions() -> list[str]:
    """From the first to the last."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]


@pytest.fixture(params=KINDS)
def bare_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application on a database without any table, inside its context."""
    kind: Kind = request.param
    with fresh_database_url(kind, tmp_path, migrated=False) as url:
        app = create_app(
            Settings(environment=Environment.TEST, instance_path=tmp_path / "instance", database_url=url)
        )
        with app.app_context():
            yield app
        dispose(app)


def _shape() -> object:
    """Everything that the database is made of: tables, columns, constraints, indexes, triggers, functions."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master ORDER BY type, name"))
            return [tuple(row) for row in rows]
        inspector = inspect(connection)
        indexes = {table: inspector.get_indexes(table) for table in sorted(inspector.get_table_names())}
        return connection.execute(text(SHAPE)).scalar_one(), indexes


def test_up_step_by_step_then_down_and_up_again(bare_app: Flask) -> None:
    shapes = [_shape()]
    for revision in _revisions():
        flask_migrate.upgrade(revision=revision)
        shapes.append(_shape())
    empty_but_for_the_version = None
    for revision, before in zip([*_revisions()[-2::-1], "base"], shapes[-2::-1], strict=True):
        flask_migrate.downgrade(revision=revision)
        if revision == "base":
            empty_but_for_the_version = inspect(db.engine).get_table_names()
        else:
            assert _shape() == before, f"going down to {revision} leaves something else than going up to it"
    assert empty_but_for_the_version == ["alembic_version"]
    flask_migrate.upgrade()
    assert _shape() == shapes[-1]


def test_models_equal_head(bare_app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        options = dict(bare_app.extensions["migrate"].configure_args)
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def _described(url: str) -> dict[str, object]:
    """Tables as both databases tell them, constraints and partial indexes included."""
    engine = create_engine(url)
    inspector = inspect(engine)
    described: dict[str, object] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        checks = {
            str(c["name"]): " ".join(c["sqltext"].split()) for c in inspector.get_check_constraints(table)
        }
        described[table] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c.get("default"))
                for c in inspector.get_columns(table)
            },
            "checks": checks,
            "unique": {str(u["name"]): u["column_names"] for u in inspector.get_unique_constraints(table)},
            "foreign": {
                str(f["name"]): (f["constrained_columns"], f["referred_table"], f["options"])
                for f in inspector.get_foreign_keys(table)
            },
            "primary": inspector.get_pk_constraint(table),
            "indexes": {
                str(i["name"]): (i["column_names"], i["unique"], _where(i))
                for i in inspector.get_indexes(table)
            },
        }
    engine.dispose()
    return described


def _where(index: ReflectedIndex) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("postgresql_where", options.get("sqlite_where", "")))


@pytest.mark.parametrize("kind", KINDS)
def test_constraints_of_the_models_equal_those_of_head(kind: Kind, tmp_path: Path) -> None:
    """Alembic's own comparison leaves out CHECKs and the conditions of indexes."""
    with (
        fresh_database_url(kind, tmp_path, migrated=True) as migrated,
        fresh_database_url(kind, tmp_path, migrated=False) as modelled,
    ):
        engine = create_engine(modelled)
        Base.metadata.create_all(engine)
        engine.dispose()
        ours, theirs = _described(migrated), _described(modelled)
        assert sorted(ours) == sorted(theirs)
        for table, description in theirs.items():
            assert ours[table] == description, f"table {table}: migrations on the left, models on the right"


def test_there_is_one_line_of_migrations_and_each_says_what_it_is_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    assert [script.revision for script in scripts.walk_revisions() if not script.doc] == []
    assert [script.revision for script in scripts.walk_revisions() if script.is_merge_point] == []
