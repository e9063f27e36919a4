"""What is measured: one row a page, with the yardstick that it is told in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.doors import Door, Doors
from bench.filing import filings
from bench.load import Request
from bench.visitor import Visitor
from bench.yardstick import Yardstick
from scripts.serve import DEMO_PASSWORD

FILINGS = 40
"""Complaints made ready for one measurement, which ends with them."""


@dataclass(frozen=True)
class Site:
    """The product as it is served for the bench.

    :ivar doors: None where the database holds no cases
    """

    port: int
    doors: Doors | None


@dataclass(frozen=True)
class Row:
    """A page and how to ask for it.

    :ivar cases: how many complaints the database holds
    :ivar requests: given the product's site, the requests to send; called anew for each measurement, so that
        what can be sent once only (a filing) is prepared outside the measured time
    """

    name: str
    yardstick: Yardstick
    cases: int
    requests: Callable[[Site], Iterator[Request]]


def health(_site: Site) -> Iterator[Request]:
    """The cheapest page there is: what every request pays for headers, language, log and limits."""
    return itertools.repeat(Request("GET", "/healthz"))


def filed_status(site: Site) -> Iterator[Request]:
    """The page of a case that was filed a moment ago."""
    assert site.doors is not None
    return _status(site.port, site.doors.filed)


def lived_status(site: Site) -> Iterator[Request]:
    """The page of the case with the longest history."""
    assert site.doors is not None
    return _status(site.port, site.doors.lived)


def _status(port: int, door: Door) -> Iterator[Request]:
    citizen = Visitor(port)
    citizen.submit("/status", {"number": door.number, "code": door.code})
    return itertools.repeat(Request("GET", citizen.path, headers=citizen.headers))


def queue(site: Site) -> Iterator[Request]:
    """The first page of every open case of the station, by due date, with its count and filters."""
    officer = Visitor(site.port)
    officer.submit("/masuk", {"username": "kasiwas", "password": DEMO_PASSWORD})
    return itertools.repeat(Request("GET", "/staf/antrean", headers=officer.headers))


def filing(site: Site) -> Iterator[Request]:
    """The last step of filing: registered, sealed, acknowledged, signed and committed."""
    return filings(site.port, FILINGS)


FEW, MANY = 1_000, 100_000
"""Complaints in the database: of a station's year, and of a province's."""

ROWS_MEASURED: tuple[Row, ...] = (
    Row("health page", Yardstick.READ, 0, health),
    Row("status, just filed, 1,000 cases", Yardstick.READ, FEW, filed_status),
    Row("status, long life, 1,000 cases", Yardstick.READ, FEW, lived_status),
    Row("queue, 1,000 cases", Yardstick.READ, FEW, queue),
    Row("filing, 1,000 cases", Yardstick.WRITE, FEW, filing),
    Row("status, just filed, 100,000 cases", Yardstick.READ, MANY, filed_status),
    Row("status, long life, 100,000 cases", Yardstick.READ, MANY, lived_status),
    Row("queue, 100,000 cases", Yardstick.READ, MANY, queue),
)
