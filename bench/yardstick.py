"""The bare pages that others are told in, as the bench asks for them; `bench.bare` serves them."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator

from bench.load import Request

BARE_ROWS = 1000
"""Rows that the yardstick's table holds at the start."""


class Yardstick(enum.Enum):
    """The bare page that a row is compared with."""

    READ = "read one row"
    WRITE = "insert one row"

    def requests(self) -> Iterator[Request]:
        """Requests of the yardstick, without end."""
        if self is Yardstick.READ:
            return (Request("GET", f"/row/{1 + number % BARE_ROWS}") for number in itertools.count())
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return (
            Request("POST", "/row", headers=headers, body=f"name=row+{number}".encode())
            for number in itertools.count()
        )
