"""Write audit entries: each in the transaction of its act, each tied to the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import insert_if_absent
from app.models import Agency, AuditChain, AuditEntry, Complaint
from workflows.audit import Fact, entry_digest, write_entry
from workflows.snapshot import Actor
from workflows.vocabulary import Role

_ROLE_ORDER = tuple(Role)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the next entry of a chain is tied on: its last entry, or before the first."""

    chain: str
    seq: int = 0
    digest: str | None = None

    def next_row(
        self,
        *,
        agency_id: int,
        complaint_id: int | None,
        kind: str,
        actor: str,
        role: Role,
        at: datetime,
        facts: Mapping[str, Fact],
    ) -> dict[str, Any]:
        """The columns of the entry that follows.

        :param actor: as `Actor.label` gives it
        """
        seq = self.seq + 1
        body = write_entry(
            chain=self.chain,
            seq=seq,
            prev=self.digest,
            at=at,
            kind=kind,
            actor=actor,
            role=role.value,
            facts=facts,
        )
        return {
            "chain": self.chain,
            "seq": seq,
            "body": body.decode("ascii"),
            "digest": entry_digest(body),
            "kind": kind,
            "actor": actor,
            "actor_role": role.value,
            "at": at,
            "agency_id": agency_id,
            "complaint_id": complaint_id,
        }

    @classmethod
    def of_case(cls, number: str) -> "Link":
        """The beginning of the chain of a case."""
        return cls(case_chain(number))

    @classmethod
    def after(cls, row: Mapping[str, Any]) -> "Link":
        """Behind the entry with these columns."""
        return cls(row["chain"], row["seq"], row["digest"])

    def head_row(self) -> dict[str, Any]:
        """The columns of the head of the chain that ends here."""
        return {"chain": self.chain, "last_seq": self.seq, "last_digest": self.digest or ""}


def case_chain(number: str) -> str:
    """The chain of a case."""
    return f"case:{number}"


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
        chain=case_chain(complaint.number),
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
    columns = Link(chain, head.last_seq, head.last_digest or None).next_row(
        agency_id=agency_id,
        complaint_id=complaint_id,
        kind=kind,
        actor=actor.label,
        role=role,
        at=at,
        facts=facts,
    )
    head.last_seq, head.last_digest = columns["seq"], columns["digest"]
    row = AuditEntry(**columns)
    session.add(row)
    session.flush()
    return row
