"""One ring of keys for the tests of a module."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.security.keys import KeyRing

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyRing:
    return KeyRing.open((tmp_path / "keys").as_uri(), at=MADE_AT, production=True)
