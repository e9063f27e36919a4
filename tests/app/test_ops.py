"""What a watchman sees: alive, ready, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from app import create_app, ops
from app.database import unit_of_work
from app.extensions import limiter
from app.models import Setting
from config import Environment, Settings, SettingsError
from tests.support.client import StrictClient
from tests.support.databases import Database, dispose


def test_alive_and_ready(client: StrictClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200, ready.json
    assert ready.json == {"status": "ok", "checks": {"database": True, "keys": True}}


def test_not_ready_before_the_last_migration(app: Flask, client: StrictClient) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision="-1")
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert ready.json["checks"]["database"] is False
    assert client.get("/healthz").status_code == 200


@pytest.mark.database("sqlite")
def test_not_ready_without_its_database(database: Database, tmp_path: Path) -> None:
    settings = Settings(
        environment=Environment.TEST,
        instance_path=tmp_path / "instance",
        database_url=f"sqlite:///{tmp_path}/not-there/sahut.sqlite3",
    )
    app = create_app(settings)
    ready = app.test_client().get("/readyz")
    assert ready.status_code == 503
    assert "not-there" not in ready.get_data(as_text=True)
    dispose(app)


def _mark_as_demo(value: str) -> None:
    with unit_of_work() as session:
        session.add(Setting(key=ops.DEMO_KEY, value=value, updated_at=datetime(2026, 3, 9, tzinfo=UTC)))


@pytest.mark.parametrize("value", [ops.DEMO_LOADING, ops.DEMO_COMPLETE])
def test_production_does_not_start_on_demo_data(app: Flask, settings: Settings, value: str) -> None:
    production = replace(
        settings, environment=Environment.PRODUCTION, public_url="https://lapor.example.go.id"
    )
    dispose(create_app(production))
    with app.app_context():
        assert ops.demo_mark() is None
        _mark_as_demo(value)
        assert ops.demo_mark() == value
    with pytest.raises(SettingsError, match="demo data"):
        create_app(production)


@pytest.mark.database("sqlite")
def test_production_starts_before_its_first_migration(tmp_path: Path) -> None:
    production = Settings(
        environment=Environment.PRODUCTION,
        instance_path=tmp_path / "instance",
        public_url="https://lapor.example.go.id",
    )
    app = create_app(production)
    assert app.test_client().get("/readyz").status_code == 503
    dispose(app)


@pytest.mark.database("sqlite")
def test_rate_limits_may_be_counted_in_redis(settings: Settings) -> None:
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    with app.app_context():
        assert type(limiter.storage).__name__ == "RedisStorage"
    dispose(app)
