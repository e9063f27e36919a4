"""A random sample that anybody can draw again: no hand in it, neither the station's nor the reviewer's.

Each number is ranked by its HMAC-SHA256 under a seed, and the first ones are the sample. The seed is made of
a signed checkpoint of the log, which nobody chose, and of what the sample is about; so whoever has the
checkpoint and the list of numbers gets the same sample, and who doesn't like it can't draw a better one
without the log showing both.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date

SEED_FORMAT = "sahut/sample/v1"


def make_seed(root: bytes, agency_code: str, first: date, last: date) -> bytes:
    """The seed of a sample, 32 bytes.

    :param root: of the checkpoint (RFC 9162), 32 bytes
    :param first: first local day of closing, inclusive; `last` likewise
    """
    told = f"{SEED_FORMAT}|{root.hex()}|{agency_code}|{first.isoformat()}|{last.isoformat()}"
    return hashlib.sha256(told.encode("ascii")).digest()


def draw(numbers: Iterable[str], seed: bytes, count: int) -> tuple[str, ...]:
    """The sample, in its order; all of `numbers` where there are no more than `count`.

    The order of `numbers` does not matter, nor does one named twice.
    """
    ranked = sorted((hmac.digest(seed, number.encode(), "sha256"), number) for number in set(numbers))
    return tuple(number for _digest, number in ranked[:count])
