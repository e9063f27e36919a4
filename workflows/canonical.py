"""Canonical JSON: one value, one sequence of bytes, so that a digest or signature of it means something.

The output equals RFC 8785 (JSON Canonicalization Scheme), written by the standard library alone. That works
because three things on which the two differ are refused: floating-point numbers, integers that a double
cannot hold exactly, and keys outside ASCII (the scheme sorts keys by UTF-16 units, Python by code points).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from workflows.errors import RuleError

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

INTEGER_LIMIT = 2**53
"""Integers must be smaller than this in absolute value (RFC 7493 section 2.2)."""
DEEPEST = 32
"""Most levels of arrays and objects inside each other."""

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")

_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class NotCanonical(RuleError, ValueError):
    """A value has no canonical form, or bytes are not in it.

    :ivar path: where, as ``$.facts.reason``
    :ivar why: what is wrong there
    """

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def canonical_json(value: Json) -> bytes:
    """The RFC 8785 form of `value`, in UTF-8.

    :param value: null, booleans, integers, strings of any script, arrays, and objects with ASCII keys
    :raises NotCanonical: for anything else, naming where it stands
    """
    _check(value, "$", ascii_only=False, depth=0)
    return _encoder.encode(value).encode("utf-8")


def canonical_ascii(value: Json) -> bytes:
    """As `canonical_json`, for values whose strings are ASCII throughout: audit entries and checkpoints.

    :raises NotCanonical: for anything else, naming where it stands
    """
    _check(value, "$", ascii_only=True, depth=0)
    return _encoder.encode(value).encode("ascii")


def parse_canonical(data: bytes) -> Any:
    """The value that `data` is the canonical form of.

    Comparing the bytes with what the value is written as again refuses spaces, doubled keys, other escapes
    and other spellings of a number, so that no two sequences of bytes read alike.

    :raises NotCanonical: if `data` is not JSON, or not in canonical form
    """
    try:
        value = json.loads(data.decode("utf-8"), parse_float=_refuse_float, parse_constant=_refuse_float)
    except (UnicodeDecodeError, RecursionError):
        raise NotCanonical("$", "not readable as UTF-8 JSON") from None
    except NotCanonical:
        raise
    except ValueError:
        raise NotCanonical("$", "not JSON") from None
    if canonical_json(value) != data:
        raise NotCanonical("$", "not in canonical form")
    return value


def instant_text(at: datetime) -> str:
    """`at` as every signed or hashed document writes it: ``2026-03-02T01:15:00.000000Z``, always UTC.

    All have one length, so they sort as the instants do.

    :param at: an aware instant
    :raises ValueError: for a naive one
    """
    if at.utcoffset() is None:
        raise ValueError("a naive time is no instant")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """The instant that `instant_text` wrote, aware, in UTC.

    :raises ValueError: for any other spelling
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("not an instant in UTC with microseconds")
    return datetime.fromisoformat(text)


def _refuse_float(written: str) -> Any:
    raise NotCanonical("$", f"number {written[:32]} is not an integer")


def _check(value: object, path: str, *, ascii_only: bool, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, path, ascii_only=ascii_only)
    elif isinstance(value, int):
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise NotCanonical(path, "integer of 2^53 or beyond")
    elif depth == DEEPEST:
        raise NotCanonical(path, f"more than {DEEPEST} levels deep")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(path, f"key {key!r} is not ASCII text")
            _check(inner, f"{path}.{key}", ascii_only=ascii_only, depth=depth + 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{path}[{index}]", ascii_only=ascii_only, depth=depth + 1)
    else:
        raise NotCanonical(path, f"{type(value).__name__} has no canonical form")


def _check_text(value: str, path: str, *, ascii_only: bool) -> None:
    if value.isascii():
        return
    if ascii_only:
        raise NotCanonical(path, "text outside ASCII")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise NotCanonical(path, "text with half a surrogate pair") from None
