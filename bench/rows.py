"""What is measured: one row a page, with the yardstick that it is told in."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Row:
    """A page and how to ask for it.

    :ivar cases: how many complaints the database holds
    :ivar requests: given the product's port, the requests to send; called anew for each measurement, so that
        what can be sent once only (a filing) is prepared outside the measured time
    """

    name: str
    yardstick: Yardstick
    cases: int
    requests: Callable[[int], Iterator[Request]]


def health(_port: int) -> Iterator[Request]:
    """The cheapest page there is: what every request pays for headers, language, log and limits."""
    return itertools.repeat(Request("GET", "/healthz"))


ROWS_MEASURED: tuple[Row, ...] = (Row("health page", Yardstick.READ, 0, health),)
