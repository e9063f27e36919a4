"""Write audit entries: each in the transaction of its act, each tied to the one before."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agency, AuditChain, AuditEntry, Complaint
from workflows.audit import Fact, build_entry, canonical, entry_digest
from workflows.snapshot import Actor
from workflows.vocabulary import Role

_ROLE_ORDER = tuple(Role)


def append_case_entry(
    session: Session,
    complaint: Complaint,
    *,
    kind: str,
    actor: Actor,
    role: Role,
    at: datetime,
    facts: Mapping[str, Fact],
) -> AuditEntry:
    """Add an entry to the chain of a case; the caller's transaction carries it."""
    return _append(
        session,
        chain=f"case:{complaint.number}",
        agency_id=complaint.agency_id,
        complaint_id=complaint.id,
        kind=kind,
        actor=actor,
        role=role,
        at=at,
        facts=facts,
    )


def append_agency_entry(
    session: Session,
    agency: Agency,
    *,
    kind: str,
    actor: Actor,
    role: Role,
    at: datetime,
    facts: Mapping[str, Fact],
) -> AuditEntry:
    """Add an entry that concerns no single case: an export, an account, a setting."""
    return _append(
        session,
        chain=f"agency:{agency.code}",
        agency_id=agency.id,
        complaint_id=None,
        kind=kind,
        actor=actor,
        role=role,
        at=at,
        facts=facts,
    )


def acting_role(actor: Actor, by: frozenset[Role] | None = None) -> Role:
    """The role in which somebody acts: the first of theirs that may, in the order of the vocabulary."""
    candidates = actor.roles & by if by else actor.roles
    return next((role for role in _ROLE_ORDER if role in candidates), Role.SYSTEM)


def _append(
    session: Session,
    *,
    chain: str,
    agency_id: int,
    complaint_id: int | None,
    kind: str,
    actor: Actor,
    role: Role,
    at: datetime,
    facts: Mapping[str, Fact],
) -> AuditEntry:
    head = session.scalar(select(AuditChain).where(AuditChain.chain == chain).with_for_update())
    seq, prev = (head.last_seq + 1, head.last_digest) if head else (1, None)
    entry = build_entry(
        chain=chain, seq=seq, prev=prev, at=at, kind=kind, actor=actor.label, role=role.value, facts=facts
    )
    body = canonical(entry)
    digest = entry_digest(body)
    if head is None:
        session.add(AuditChain(chain=chain, last_seq=seq, last_digest=digest))
    else:
        head.last_seq, head.last_digest = seq, digest
    row = AuditEntry(
        chain=chain,
        seq=seq,
        body=body.decode("ascii"),
        digest=digest,
        kind=kind,
        actor=actor.label,
        actor_role=role.value,
        at=at,
        agency_id=agency_id,
        complaint_id=complaint_id,
    )
    session.add(row)
    session.flush()
    return row
