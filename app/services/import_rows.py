"""Rows that an import adds to the history and the log of many cases at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models import Agency, AuditChain, AuditEntry, Complaint, ImportBatch
from workflows.audit import Fact, build_entry, canonical, entry_digest
from workflows.snapshot import SYSTEM
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


def append_entries(
    session: Session,
    agency: Agency,
    complaints: Sequence[Complaint],
    facts: Sequence[Mapping[str, Fact]],
    *,
    at: datetime,
) -> None:
    """One entry ``import`` for each case, after the heads of their chains."""
    chains = [f"case:{complaint.number}" for complaint in complaints]
    heads = {
        head.chain: (head.last_seq, head.last_digest)
        for head in session.scalars(select(AuditChain).where(AuditChain.chain.in_(chains)).with_for_update())
    }
    entries: list[dict[str, Any]] = []
    fresh: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for complaint, chain, told in zip(complaints, chains, facts, strict=True):
        last, prev = heads.get(chain, (0, None))
        body = canonical(
            build_entry(
                chain=chain,
                seq=last + 1,
                prev=prev,
                at=at,
                kind="import",
                actor=SYSTEM.label,
                role=Role.SYSTEM.value,
                facts=told,
            )
        )
        digest = entry_digest(body)
        entries.append(
            {
                "chain": chain,
                "seq": last + 1,
                "body": body.decode("ascii"),
                "digest": digest,
                "kind": "import",
                "actor": SYSTEM.label,
                "actor_role": Role.SYSTEM.value,
                "at": at,
                "agency_id": agency.id,
                "complaint_id": complaint.id,
            }
        )
        row = {"chain": chain, "last_seq": last + 1, "last_digest": digest}
        (moved if last else fresh).append(row)
    session.execute(insert(AuditEntry), entries)
    if fresh:
        session.execute(insert(AuditChain), fresh)
    if moved:
        session.execute(update(AuditChain), moved)
