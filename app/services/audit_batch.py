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
from app.services.audit_log import Link, case_chain
from workflows.audit import Fact
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
    heads = _lock_heads(session, {case_chain(found.number) for found in findings})
    known = set(heads)
    rows = []
    for found in findings:
        chain = case_chain(found.number)
        row = heads.get(chain, Link(chain)).next_row(
            agency_id=found.agency_id,
            complaint_id=found.complaint_id,
            kind=found.kind,
            actor=SYSTEM.label,
            role=Role.SYSTEM,
            at=at,
            facts=found.facts,
        )
        heads[chain] = Link.after(row)
        rows.append(row)
    session.execute(insert(AuditEntry), rows)
    _store_heads(session, heads, known)


def _lock_heads(session: Session, chains: Iterable[str]) -> dict[str, Link]:
    rows = session.execute(
        select(AuditChain.chain, AuditChain.last_seq, AuditChain.last_digest)
        .where(AuditChain.chain.in_(sorted(chains)))
        .order_by(AuditChain.chain)
        .with_for_update()
    )
    return {row.chain: Link(row.chain, row.last_seq, row.last_digest) for row in rows}


def _store_heads(session: Session, heads: Mapping[str, Link], known: set[str]) -> None:
    old = [
        {"b_chain": link.chain, "b_seq": link.seq, "b_digest": link.digest}
        for link in heads.values()
        if link.chain in known
    ]
    new = [link.head_row() for link in heads.values() if link.chain not in known]
    if old:
        session.connection().execute(
            update(AuditChain)
            .where(AuditChain.chain == bindparam("b_chain"))
            .values(last_seq=bindparam("b_seq"), last_digest=bindparam("b_digest")),
            old,
        )
    if new:
        session.execute(insert(AuditChain), new)
