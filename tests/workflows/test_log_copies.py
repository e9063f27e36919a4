"""Columns beside an entry of the log say what the entry says, or are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workflows.audit import build_entry
from workflows.log_copies import Copies, first_unlike

AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
CHAIN = "case:SRG-2026-000001"
ENTRY = build_entry(
    chain=CHAIN, seq=1, prev=None, at=AT, kind="verify", actor="user:17", role="intake", facts={}
)
TRUE = Copies(CHAIN, 1, AT, "verify", "user:17", "intake", CHAIN)


def test_true_copies_pass() -> None:
    assert first_unlike(TRUE, ENTRY) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("chain", "case:SRG-2026-000002"),
        ("seq", 2),
        ("at", AT + timedelta(microseconds=1)),
        ("kind", "close"),
        ("actor", "user:18"),
        ("role", "approver"),
        ("role", None),
        ("subject", "case:SRG-2026-000002"),
        ("subject", ""),
    ],
)
def test_each_column_is_named(column: str, value: Any) -> None:
    assert first_unlike(TRUE._replace(**{column: value}), ENTRY) == column
