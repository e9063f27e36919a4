"""What a watchman sees: alive, ready, and why not."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from app import create_app
from app.extensions import db
from config import Environment, Settings
from tests.support.client import StrictClient
from tests.support.databases import Database


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
    with app.app_context():
        db.engine.dispose()
