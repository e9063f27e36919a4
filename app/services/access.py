"""Reading is an act too: who opened a case or an identity stands in the log, before the answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Complainant, Complaint, IdentityRead
from app.queries.snapshots import get_snapshot
from app.security.vault import unseal
from app.services.audit_log import acting_role, append_case_entry
from app.services.texts import commit_to, get_case_key
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.permissions import can_see
from workflows.snapshot import Actor, CaseSnapshot
from workflows.vocabulary import CASE_ROLES, IdentityMode, Role

IDENTITY_READERS: dict[IdentityMode, frozenset[Role]] = {
    IdentityMode.OPEN: CASE_ROLES | {Role.OMBUDSMAN},
    IdentityMode.WITHHELD: frozenset(
        {Role.INTAKE, Role.COORDINATOR, Role.APPROVER, Role.INVESTIGATOR_LEAD, Role.OMBUDSMAN}
    ),
    IdentityMode.ANONYMOUS: frozenset(),
}
"""Who may open an identity, with a reason (local policy, a setting)."""


@dataclass(frozen=True, slots=True)
class OpenedIdentity:
    """An identity in the clear, for one page and no longer."""

    name: str
    address: str
    email: str
    phone: str
    proxy: str


def record_read(number: str, *, actor: Actor, at: datetime, kind: str = "case.read") -> None:
    """Write that the actor opened a case; the version of the case stays as it is.

    :raises CaseNotVisible: the case does not exist for the actor
    """

    def work(session: Session) -> None:
        complaint = _get_visible(session, number, actor, kind)
        append_case_entry(
            session, complaint, kind=kind, actor=actor, role=acting_role(actor), at=at, facts={}
        )

    run_in_unit(work)


def may_open_identity(case: CaseSnapshot, actor: Actor) -> bool:
    """Whether one of the actor's roles may open the identity of a case that the actor may see.

    A unit that is let in because it answers for its own service never sees a withheld one, whatever else
    somebody of it does: a role at the desk would else open what the role of the unit must not.
    """
    if case.identity_mode is IdentityMode.WITHHELD and any(
        one.user_id is None and one.unit_id is not None and one.unit_id == actor.unit_id
        for one in case.respondents
    ):
        return False
    return bool(actor.roles & IDENTITY_READERS[case.identity_mode])


def open_identity(number: str, reason: str, *, actor: Actor, at: datetime) -> OpenedIdentity:
    """Open the identity vault of a case, with a role that may and a reason that is logged.

    :raises CaseNotVisible: the case does not exist for the actor
    :raises RoleNotPermitted: the actor's roles may not open it
    :raises GuardRefused: no reason given
    """

    def work(session: Session) -> OpenedIdentity:
        complaint = _get_visible(session, number, actor, "identity.read")
        allowed = IDENTITY_READERS[IdentityMode(complaint.identity_mode)]
        if not may_open_identity(get_snapshot(session, complaint), actor):
            raise RoleNotPermitted("identity.read")
        if not reason.strip():
            raise GuardRefused("identity.read", "reason_missing", field="reason")
        entry = append_case_entry(
            session,
            complaint,
            kind="identity.read",
            actor=actor,
            role=acting_role(actor, allowed),
            at=at,
            facts={
                "reason_commitment": commit_to(session, complaint, reason, label=f"read:{at.isoformat()}")
            },
        )
        session.add(
            IdentityRead(
                complaint_id=complaint.id,
                user_id=actor.user_id,
                at=at,
                reason=reason.strip()[:500],
                audit_entry_id=entry.id,
            )
        )
        return _unseal(session, complaint)

    return run_in_unit(work)


def read_identity_in(session: Session, complaint: Complaint) -> OpenedIdentity:
    """The identity for a letter that the system itself sends; never for a screen."""
    return _unseal(session, complaint)


def _get_visible(session: Session, number: str, actor: Actor, action: str) -> Complaint:
    complaint = session.scalar(select(Complaint).where(Complaint.number == number))
    if complaint is None or not can_see(get_snapshot(session, complaint), actor):
        raise CaseNotVisible(action)
    return complaint


def _unseal(session: Session, complaint: Complaint) -> OpenedIdentity:
    row = session.get(Complainant, complaint.id)
    case_key = get_case_key(session, complaint.id)

    def clear(field: str) -> str:
        blob = getattr(row, f"{field}_sealed") if row is not None else None
        if blob is None:
            return ""
        return unseal(
            case_key, case_id=complaint.id, field=field, version=row.key_version if row else 1, sealed=blob
        )

    return OpenedIdentity(
        name=clear("name"),
        address=clear("address"),
        email=clear("email"),
        phone=clear("phone"),
        proxy=clear("proxy"),
    )
