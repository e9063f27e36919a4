"""What an address may hold: text that can be shown and stored, and numbers that can be an id.

A value outside is refused before any view or query sees it. Else each would have to know that PostgreSQL
takes no NUL, that an id has 31 bits, and that Python reads no number of 5,000 digits; the one that forgets
answers with a fault of the inside, which writes a trace and tells an asker more than "not found".
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.datastructures import ImmutableMultiDict

LARGEST_ID = 2**31 - 1
LONGEST_ARGUMENT = 2_000
"""Characters; the longest of ours, a page to go on to after signing in, has a few hundred."""


def init_addresses(app: Flask) -> None:
    """Refuses what is outside: 404 in the path, 400 in an argument; takes NULs out of forms."""
    app.before_request(_refuse_unusable)


def _refuse_unusable() -> None:
    if not all(map(_can_be_part, (request.view_args or {}).values())):
        abort(404)
    for name, value in request.args.items(multi=True):
        if not (_is_text(name) and _is_text(value)):
            abort(400)
    # Pasted text brings form feeds and worse, which the fields take out. A NUL would be a fault in PostgreSQL
    # where a view reads a value without a field; nobody loses what they typed for one.
    if any("\0" in value for _name, value in request.form.items(multi=True)):
        request.form = ImmutableMultiDict(
            (name, value.replace("\0", "")) for name, value in request.form.items(multi=True)
        )


def _can_be_part(value: Any) -> bool:
    return value <= LARGEST_ID if isinstance(value, int) else _is_text(str(value))


def _is_text(value: str) -> bool:
    return len(value) <= LONGEST_ARGUMENT and not any(ord(char) < 32 or ord(char) == 127 for char in value)
