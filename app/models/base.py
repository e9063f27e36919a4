"""The base class of the tables, as the checker of types sees it and as Flask-SQLAlchemy makes it."""

from typing import TYPE_CHECKING

from app.extensions import db

if TYPE_CHECKING:
    from app.database import Base as Model
else:
    Model = db.Model

__all__ = ["Model"]
