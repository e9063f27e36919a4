"""Entries for many cases in a few statements: for jobs that find something out about thousands at once.

Each entry is built as `app.services.audit_log` builds one; only the reading of the chains' heads and the
writing are done together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from app.models import AuditChain, AuditEntry
from workflows.audit import Fact, build_entry, canonical, entry_digest
from workflows.snapshot import SYSTEM
from workflows.vocabulary import Role


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """What the system found out about a case, to be written down."""

    complaint_id: int
    number: str
    agency_id: int
    kind: str
    facts: Mapping[str, Fact]


def append_findings(session: Session, findings: Sequence[CaseFinding], *, at: datetime) -> None:
    """Add an entry for each finding, in order; the cases are locked by the caller."""
    if not findings:
        return
    heads = _lock_heads(session, {f"case:{found.number}" for found in findings})
    known = set(heads)
    rows = []
    for found in findings:
        chain = f"case:{found.number}"
        seq, prev = heads.get(chain, (0, None))
        entry = build_entry(
            chain=chain,
            seq=seq + 1,
            prev=prev,
            at=at,
            kind=found.kind,
            actor=SYSTEM.label,
            role=Role.SYSTEM.value,
            facts=found.facts,
        )
        body = canonical(entry)
        digest = entry_digest(body)
        heads[chain] = (seq + 1, digest)
        rows.append(
            {
                "chain": chain,
                "seq": seq + 1,
                "body": body.decode("ascii"),
                "digest": digest,
                "kind": found.kind,
                "actor": SYSTEM.label,
                "actor_role": Role.SYSTEM.value,
                "at": at,
                "agency_id": found.agency_id,
                "complaint_id": found.complaint_id,
            }
        )
    session.execute(insert(AuditEntry), rows)
    _store_heads(session, heads, known)


def _lock_heads(session: Session, chains: Iterable[str]) -> dict[str, tuple[int, str | None]]:
    rows = session.execute(
        select(AuditChain.chain, AuditChain.last_seq, AuditChain.last_digest)
        .where(AuditChain.chain.in_(sorted(chains)))
        .order_by(AuditChain.chain)
        .with_for_update()
    )
    return {row.chain: (row.last_seq, row.last_digest) for row in rows}


def _store_heads(session: Session, heads: Mapping[str, tuple[int, str | None]], known: set[str]) -> None:
    old = [
        {"b_chain": chain, "b_seq": seq, "b_digest": digest}
        for chain, (seq, digest) in heads.items()
        if chain in known
    ]
    new = [
        {"chain": chain, "last_seq": seq, "last_digest": digest}
        for chain, (seq, digest) in heads.items()
        if chain not in known
    ]
    if old:
        session.connection().execute(
            update(AuditChain)
            .where(AuditChain.chain == bindparam("b_chain"))
            .values(last_seq=bindparam("b_seq"), last_digest=bindparam("b_digest")),
            old,
        )
    if new:
        session.execute(insert(AuditChain), new)
