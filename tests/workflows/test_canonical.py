"""Canonical JSON equals RFC 8785, by an independent library, and refuses what could differ."""

from __future__ import annotations

import ast
import json
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

import workflows
from workflows.canonical import (
    NotCanonical,
    canonical_ascii,
    canonical_json,
    instant_text,
    parse_canonical,
    parse_instant,
)

ascii_text = st.text(st.characters(max_codepoint=127))
any_text = st.text()  # hypothesis leaves out surrogates, as UTF-8 must
integers = st.integers(-(2**53) + 1, 2**53 - 1)


def documents(text: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    scalars = st.none() | st.booleans() | integers | text
    return st.recursive(
        scalars, lambda inner: st.lists(inner) | st.dictionaries(ascii_text, inner), max_leaves=20
    )


@given(documents(ascii_text))
def test_ascii_documents_equal_rfc_8785(value: object) -> None:
    written = canonical_ascii(value)
    assert written == rfc8785.dumps(value)
    assert written == canonical_json(value)
    assert written.isascii()


@given(documents(any_text))
def test_documents_of_any_script_equal_rfc_8785(value: object) -> None:
    written = canonical_json(value)
    assert written == rfc8785.dumps(value)
    assert parse_canonical(written) == json.loads(written) == value


@pytest.mark.parametrize(
    "code", [*range(0x20), 0x22, 0x2F, 0x5C, 0x7F, 0x80, 0xA0, 0x2028, 0x2029, 0xFFFF, 0x1F600]
)
def test_every_escape_is_that_of_rfc_8785(code: int) -> None:
    assert canonical_json([chr(code)]) == rfc8785.dumps([chr(code)])


@pytest.mark.parametrize(
    ("value", "path", "why"),
    [
        ({"a": 1.5}, "$.a", "float has no canonical form"),
        ({"a": float("nan")}, "$.a", "float has no canonical form"),
        ([2**53], "$[0]", "2^53"),
        ([0, -(2**53)], "$[1]", "2^53"),
        ({"facts": {"ä": 1}}, "$.facts", "is not ASCII text"),
        ({1: 1}, "$", "is not ASCII text"),
        ({"a": [datetime(2026, 1, 5, tzinfo=UTC)]}, "$.a[0]", "datetime has no canonical form"),
        ({"a": b"bytes"}, "$.a", "bytes has no canonical form"),
        ({"a": "\ud800"}, "$.a", "half a surrogate pair"),
    ],
)
def test_what_has_no_canonical_form_is_refused_by_its_place(value: object, path: str, why: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_json(value)  # type: ignore[arg-type]
    assert refused.value.path == path
    assert why in refused.value.why


def test_text_outside_ascii_is_refused_where_only_ascii_may_stand() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical_ascii({"facts": {"name": "Ibu Désirée"}})
    assert (refused.value.path, refused.value.why) == ("$.facts.name", "text outside ASCII")


def test_a_document_may_not_be_endlessly_deep() -> None:
    deep: list[object] = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(NotCanonical, match="levels deep"):
        canonical_json(deep)
    with pytest.raises(NotCanonical):
        parse_canonical(b"[" * 100_000)


@pytest.mark.parametrize(
    "written",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b'["\\u0041"]',
        b'["\\/"]',
        b"[1.0]",
        b"[1e3]",
        b"[-0]",
        b"[NaN]",
        b"[9007199254740993]",
        b"[\xff]",
        b'["\\ud800"]',
        b"",
        b"{",
        b'"\xe2\x80',
    ],
)
def test_bytes_that_are_not_canonical_are_refused(written: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(written)


@given(st.datetimes(timezones=st.just(UTC)))
def test_instants_come_back_and_sort_as_text(at: datetime) -> None:
    assert parse_instant(instant_text(at)) == at
    later = at + timedelta(microseconds=1) if at < datetime(9999, 1, 1, tzinfo=UTC) else at
    assert instant_text(at) <= instant_text(later)


def test_an_instant_is_written_in_utc() -> None:
    jakarta = timezone(timedelta(hours=7))
    assert instant_text(datetime(2026, 3, 2, 8, 15, tzinfo=jakarta)) == "2026-03-02T01:15:00.000000Z"
    with pytest.raises(ValueError, match="naive"):
        instant_text(datetime(2026, 3, 2, 8, 15, tzinfo=UTC).replace(tzinfo=None))


@pytest.mark.parametrize(
    "text",
    ["2026-03-02T01:15:00Z", "2026-03-02T01:15:00.000000+00:00", "2026-02-30T01:15:00.000000Z", "", "x"],
)
def test_other_spellings_of_an_instant_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"instant|day is out of range"):
        parse_instant(text)


@pytest.mark.parametrize(
    "module",
    [
        "audit",
        "canonical",
        "checkpoint",
        "commitments",
        "log_report",
        "log_verification",
        "merkle",
        "trusted_roots",
    ],
)
def test_proofs_import_the_standard_library_alone(module: str) -> None:
    source = (Path(workflows.__file__).parent / f"{module}.py").read_text()
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])
    assert imported
    assert imported <= sys.stdlib_module_names | {"workflows"}
