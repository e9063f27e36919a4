"""Sahut's web application; its rooms and their order stand in pyproject.toml (import contract "rooms")."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import cli, clock, i18n, models, ops, public, review, staff, storage
from app.access import init_access
from app.database import engine_options, prepare_engine
from app.errors import init_errors
from app.extensions import babel, compress, csrf, db, limiter, login_manager, migrate
from app.forms.incoming import IncomingRequest
from app.logging import configure_logging, register_request_log
from app.rendering import PageEnvironment
from app.routing import LateRule
from app.security.addresses import init_addresses
from app.security.headers import init_headers
from app.security.keys import KeyName, KeyRing
from app.templating import init_templating
from config import ROOT, Settings

BEFORE_DEMO_HISTORY = datetime(2020, 1, 1, tzinfo=UTC)
"""Demo and test cases lie in the past: keys made today could not have signed their receipts."""

__all__ = ["create_app", "models"]


class Sahut(Flask):
    """Flask without its care for coroutines: no view is one, and a request asks twenty times."""

    jinja_environment = PageEnvironment
    request_class = IncomingRequest
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The application, ready to serve; it starts no thread, no scheduler and writes no row.

    :param settings: taken from the environment if not given.
    :raises config.SettingsError: for a setting that is missing or wrong, and for production on demo data.
    :raises app.security.keys.KeysError: if the keys can't be opened or are open to others.
    """
    settings = settings or Settings.from_environ(os.environ)
    configure_logging()
    settings.instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    app = Sahut(__name__, instance_path=str(settings.instance_path))
    app.config.from_mapping(settings.flask_config())
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        behind = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
        app.wsgi_app = behind  # type: ignore[method-assign]
    _open_keys(app, settings)
    app.extensions[storage.EXTENSION] = storage.Storage.from_url(settings.storage_url)
    _bind_extensions(app)
    register_request_log(app)
    init_templating(app)
    init_headers(app)
    init_errors(app)
    init_addresses(app)
    init_access(app)
    ops.register(app)
    public.register(app)
    staff.register(app)
    review.register(app)
    cli.register(app)
    if settings.is_production:
        with app.app_context():
            ops.refuse_demo_data()
    return app


def _open_keys(app: Flask, settings: Settings) -> None:
    """Open the key ring; cookies are signed with the newest session key and read with the older ones, too."""
    made_at = clock.now() if settings.is_production else BEFORE_DEMO_HISTORY
    keys = KeyRing.open(settings.keys_url, at=made_at, production=settings.is_production)
    app.extensions["sahut.keys"] = keys
    newest, *older = (key.secret for key in keys.history(KeyName.SESSION))
    app.config["SECRET_KEY"] = settings.secret_key or newest
    app.config["SECRET_KEY_FALLBACKS"] = [] if settings.secret_key else older


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    # Staff pages put their user into their own templates; a citizen's page must not even look for one.
    login_manager.init_app(app, add_context_processor=False)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=i18n.select_locale, timezone_selector=None)
    i18n.register(app)
    limiter.init_app(app)
    compress.init_app(app)
