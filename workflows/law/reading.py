"""Reads JSON into frozen dataclasses, strictly: the dataclass is the schema.

Each field's type says what its JSON value must be. Unknown keys, missing keys, wrong types and
words outside an enumeration are refused with the path of the place, as
``sla_policies[0].steps[3].unit``. Nothing is converted silently.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from workflows.errors import LawError

T = TypeVar("T")
Convert = Callable[[object, str], object]


def named(key: str, convert: Convert | None = None) -> dict[str, object]:
    """Metadata of a field whose JSON key is not its name, or whose value needs its own reader.

    :param convert: value and path in, value of the field out; raises :class:`LawError`
    """
    return {"key": key, "convert": convert}


@dataclass(frozen=True, slots=True, order=True)
class Citation:
    """Where a fact stands: a key of ``sources`` and, save for local policy, the place in it."""

    key: str
    locator: str = ""

    def __str__(self) -> str:
        return f"{self.key} | {self.locator}" if self.locator else self.key


def decode(text: str) -> dict[str, object]:
    """The JSON object of a text.

    :raises LawError: not JSON, not an object, or an object that names a key twice
    """
    try:
        raw = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise LawError(f"line {error.lineno}", f"not JSON: {error.msg}") from error
    if not isinstance(raw, dict):
        raise LawError("$", "not an object")
    return raw


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise LawError(twice, "key stands twice in one object")
    return found


class Reader:
    """Reads values by type; knows which keys a citation may name."""

    def __init__(self, source_keys: Iterable[str]) -> None:
        self._source_keys = frozenset(source_keys)

    def read(self, kind: type[T], raw: object, path: str) -> T:
        """The value of this kind at this path.

        :raises LawError: it is something else
        """
        value: T = self._value(kind, raw, path)
        return value

    def _value(self, hint: Any, raw: object, path: str) -> Any:
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            return self._optional(hint, raw, path)
        if origin in (tuple, frozenset):
            return origin(self._items(get_args(hint)[0], raw, path))
        if origin is Mapping:
            key_hint, item_hint = get_args(hint)
            return self._mapping(key_hint, item_hint, raw, path)
        if hint is Citation:
            return self._citation(raw, path)
        if is_dataclass(hint):
            return self._object(hint, raw, path)
        return _scalar(hint, raw, path)

    def _optional(self, hint: Any, raw: object, path: str) -> Any:
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return None if raw is None else self._value(kinds[0], raw, path)

    def _items(self, hint: Any, raw: object, path: str) -> list[Any]:
        if not isinstance(raw, list):
            raise LawError(path, "not a list")
        return [self._value(hint, item, f"{path}[{i}]") for i, item in enumerate(raw)]

    def _mapping(self, key_hint: Any, hint: Any, raw: object, path: str) -> Mapping[Any, Any]:
        """An object as it stands; a list of nodes by the first field of their class, order kept."""
        found: dict[Any, Any] = {}
        if isinstance(raw, dict):
            for key, item in raw.items():
                where = _join(path, key)
                found[_key(key_hint, key, where)] = self._value(hint, item, where)
        else:
            key_name = _own_key(hint)
            for i, node in enumerate(self._items(hint, raw, path)):
                key = getattr(node, key_name)
                if key in found:
                    raise LawError(f"{path}[{i}].{key_name}", f"{key!s} stands twice")
                found[key] = node
        return MappingProxyType(found)

    def _citation(self, raw: object, path: str) -> Citation:
        key, _, locator = _scalar(str, raw, path).partition(" | ")
        if key not in self._source_keys:
            raise LawError(path, f"unknown source {key!r}")
        return Citation(key, locator)

    def _object(self, kind: Any, raw: object, path: str) -> Any:
        if not isinstance(raw, dict):
            raise LawError(path, "not an object")
        values: dict[str, Any] = {}
        known: set[str] = set()
        for item, hint in _schema(kind):
            key = item.metadata.get("key", item.name)
            known.add(key)
            where = _join(path, key)
            if key in raw:
                convert = item.metadata.get("convert")
                values[item.name] = (
                    convert(raw[key], where) if convert else self._value(hint, raw[key], where)
                )
            elif item.default is MISSING and item.default_factory is MISSING:
                raise LawError(where, "missing")
        for key in raw:
            if key not in known:
                raise LawError(_join(path, key), "unknown key")
        try:
            return kind(**values)
        except LawError as error:
            raise LawError(_join(path, error.path), error.why) from error


@cache
def _schema(kind: Any) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(kind)
    return tuple((item, hints[item.name]) for item in fields(kind) if item.init)


def _own_key(kind: Any) -> str:
    inherited = {item.name for base in kind.__mro__[1:] if is_dataclass(base) for item in fields(base)}
    own = [item.name for item in fields(kind) if item.name not in inherited]
    return "code" if "code" in {item.name for item in fields(kind)} else own[0]


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _scalar(hint: Any, raw: object, path: str) -> Any:
    if hint is date:
        return _date(raw, path)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        try:
            return hint(_scalar(str, raw, path))
        except ValueError as error:
            raise LawError(path, f"{raw!r} is no {hint.__name__}") from error
    if get_origin(hint) is Literal:
        if raw not in get_args(hint):
            raise LawError(path, f"{raw!r} is none of {', '.join(get_args(hint))}")
        return raw
    if hint is float and type(raw) is int:
        return float(raw)
    if type(raw) is not hint:
        raise LawError(path, f"not {hint.__name__}: {raw!r}")
    if isinstance(raw, str) and not raw.strip():
        raise LawError(path, "empty")
    return raw


def _key(hint: Any, raw: str, path: str) -> Any:
    """A key of a JSON object, which is always text; years are numbers for us."""
    if hint is not int:
        return _scalar(hint, raw, path)
    if not raw.isdecimal():
        raise LawError(path, f"no number: {raw!r}")
    return int(raw)


def _date(raw: object, path: str) -> date:
    try:
        return date.fromisoformat(_scalar(str, raw, path))
    except ValueError as error:
        raise LawError(path, f"no date: {raw!r}") from error
