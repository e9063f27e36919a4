"""Number and code of the cases that the bench opens; `bench.openings` makes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

FILE = "doors.json"


class Door(NamedTuple):
    """What opens a case."""

    number: str
    code: str


class Doors(NamedTuple):
    """The cases that the bench can open."""

    filed: Door
    lived: Door


def read_doors(instance: Path) -> Doors:
    """What `bench.openings` wrote into an instance folder."""
    return Doors(*(Door(*door) for door in json.loads((instance / FILE).read_text())))
