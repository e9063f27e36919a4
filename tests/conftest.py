"""Fixtures that every test may use; the tools behind them are in `tests/support`.

`database` runs a test on SQLite and on PostgreSQL; mark a test or a module
``@pytest.mark.database("sqlite")`` where the kind of database can make no difference (most pages).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, cast

import pytest
import time_machine
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.orm import Session

from app.extensions import db
from config import Environment, Settings
from tests.factories import PASSWORD_MEMORY_KIB
from tests.support.apps import make_app
from tests.support.client import StrictClient, watch_sessions
from tests.support.databases import (
    KINDS,
    Database,
    Kind,
    dispose,
    fresh_database,
    is_worker,
    stop_postgresql,
)
from tests.support.mail import MailServer, mail_server
from tests.support.run import make_run_folder, remove_run_folder, run_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.support.browser import LiveServer

MONDAY_MORNING = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
"""Monday 9 March 2026, 09.00 WIB: an ordinary working day, ten days before Nyepi and Idul Fitri."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "database(kind, ...): run on these kinds of database only")
    if not is_worker():
        make_run_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker():
        stop_postgresql()
        remove_run_folder()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays: the collector of garbage need not look at it, now nor later."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("database")
        metafunc.parametrize("database", marker.args if marker else KINDS, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database of its own."""
    with fresh_database(cast(Kind, request.param), tmp_path) as fresh:
        yield fresh


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings of a test: its own instance folder and database. Override it to change one."""
    return Settings(
        environment=Environment.TEST,
        instance_path=tmp_path / "instance",
        database_url=database.url,
        password_memory_kib=PASSWORD_MEMORY_KIB,
    )


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates compiled once a run, and read once a worker."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._read: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        key = (bucket.key, bucket.checksum)
        kept = self._read.get(key)
        if kept is not None:
            bucket.code = kept
            return
        super().load_bytecode(bucket)
        if bucket.code is not None:
            self._read[key] = bucket.code


@cache
def compiled_templates() -> CompiledTemplates:
    """Each test has its own application, and compiling templates is half its time."""
    folder = run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    return CompiledTemplates(folder)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application, no context pushed."""
    application = make_app(settings)
    application.jinja_env.bytecode_cache = compiled_templates()
    application.test_client_class = StrictClient
    watch_sessions(application)
    yield application
    dispose(application)


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A strict browser without a screen; see `tests.support.client`."""
    return cast(StrictClient, app.test_client())


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """An app context and its session, for services and queries; not together with `client`."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def frozen_clock() -> Iterator[time_machine.Traveller]:
    """The clock stands at `MONDAY_MORNING`; `.move_to(…)` and `.shift(…)` move it."""
    with time_machine.travel(MONDAY_MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def smtp_server() -> Iterator[MailServer]:
    """A real SMTP server on the loopback."""
    with mail_server() as server:
        yield server


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application on a real port."""
    from tests.support.browser import live

    with live(app) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for each worker."""
    from tests.support.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page the size of a small phone that fails on any complaint of the browser."""
    from tests.support.browser import strict_page

    with strict_page(browser, live_server.url) as strict:
        yield strict


@pytest.fixture
def page_without_javascript(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """The same, with JavaScript off."""
    from tests.support.browser import strict_page

    with strict_page(browser, live_server.url, javascript=False) as strict:
        yield strict
