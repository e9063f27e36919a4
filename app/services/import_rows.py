"""The row that an import adds to the history of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.models import ImportBatch
from workflows.vocabulary import Event, Role


def history_row(
    complaint_id: int,
    seq: int,
    event: Event,
    before: str | None,
    after: str,
    at: datetime,
    batch: ImportBatch,
) -> dict[str, Any]:
    """A row of the history, marked as imported."""
    return {
        "complaint_id": complaint_id,
        "seq": seq,
        "event": event.value,
        "before": before,
        "after": after,
        "at": at,
        "actor_id": None,
        "actor_role": Role.SYSTEM.value,
        "note": "",
        "details": {"imported": True, "batch": batch.id, "source": batch.source},
    }
