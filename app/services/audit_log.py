"""Write audit entries: each in the transaction of its act, each tied to the one before."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_if_absent
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


def _lock_head(session: Session, chain: str) -> AuditChain:
    """Head of a chain, for us alone; of a new chain an empty one, which the caller fills at once."""
    wanted = select(AuditChain).where(AuditChain.chain == chain).with_for_update()
    head = session.scalar(wanted)
    if head is None:
        insert_if_absent(session, AuditChain, chain=chain, last_seq=0, last_digest="")
        head = session.scalars(wanted).one()
    return head


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
    head = _lock_head(session, chain)
    seq, prev = head.last_seq + 1, head.last_digest or None
    entry = build_entry(
        chain=chain, seq=seq, prev=prev, at=at, kind=kind, actor=actor.label, role=role.value, facts=facts
    )
    body = canonical(entry)
    digest = entry_digest(body)
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
