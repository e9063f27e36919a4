"""The key ring of the running application."""

from typing import cast

from flask import current_app

from app.security.keys import KeyRing

EXTENSION = "sahut.keys"


def get_keys() -> KeyRing:
    """The ring that `create_app` opened."""
    return cast(KeyRing, current_app.extensions[EXTENSION])
