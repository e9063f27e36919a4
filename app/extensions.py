"""The Flask extensions, made once and bound to each application by `create_app`."""

from __future__ import annotations

from flask import Response, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from app.database import Base, UnitSession


def address_and_route() -> str:
    """Key of a rate limit: who asks, and for which page (never with its arguments)."""
    return f"{get_remote_address()} {request.endpoint}"


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": UnitSession, "expire_on_commit": False},
)
"""`db.session` reads, `app.database.unit_of_work` writes; rows stay readable after its commit."""


class RefusalsToo(Compress):
    """Compresses what is refused as well: the library leaves every status but 2xx alone, and a form that
    comes back with what is wrong is the longest page of all."""

    def after_request(self, response: Response | None) -> Response:
        if response is None or response.status_code < 400:
            return super().after_request(response)
        status = response.status
        response.status_code = 200
        packed: Response = super().after_request(response)
        packed.status = status
        return packed


migrate = Migrate(render_as_batch=True, compare_type=True, compare_server_default=True)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(key_func=address_and_route)
compress = RefusalsToo()
