"""The only place that reads the clock on the wall.

Views, commands and the scheduler ask `now()` once and hand the instant on as ``at``; services, queries and
rules never ask it themselves, so every rule can be tested at any instant.
"""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
