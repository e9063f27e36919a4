"""A lost tracking code at the desk: two officers, a delay, and no officer ever sees a code.

One officer asks, having seen who stands there; another approves; the contact on file is told at once and can
stop it by one click; a day after the approval the person takes the new code alone, with the number and the
secret of the slip. Neither officer may be of the unit complained of. Codes of anonymous tips can't be given
anew: nobody could show whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import CodeReissue, Complaint, User
from app.models.code_reissue import LEAST_DELAY_HOURS, PROOFS
from app.queries.actors import get_actor
from app.queries.settings import find_setting
from app.queries.snapshots import get_snapshot
from app.security.codes import code_digest, new_tracking_code, normalise_code, verify_code
from app.security.ring import get_keys
from app.services.audit_log import acting_role, append_case_entry
from app.services.casework import lock_case
from app.services.links import Purpose, find_link, make_link
from app.services.lost_codes import APPROVED, REQUESTED, STOPPED, NewCode, replace_code
from app.services.outbox import queue_for_complainant, queue_for_role
from app.services.texts import CaseKeyDestroyed
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted
from workflows.permissions import can_see
from workflows.snapshot import Actor, CaseSnapshot, complainant_of
from workflows.vocabulary import IdentityMode, Role

REQUESTERS = frozenset({Role.INTAKE, Role.COORDINATOR})
APPROVERS = frozenset({Role.COORDINATOR, Role.APPROVER})
"""Who may ask and who may approve (local policy)."""

DELAY_SETTING = "code_reissue_delay_hours"
"""Hours between approval and the new code, for one agency or for all; never fewer than a day."""
CLAIM_WINDOW = timedelta(days=14)
"""How long the new code waits to be taken."""
CLAIM = "claim"
"""Purpose of the keyed digest of a slip's secret."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What the person takes home: the number, and the secret to take the code with. Printed once."""

    number: str
    secret: str = field(repr=False)
    delay_hours: int


class ClaimRefused(Exception):
    """Number and secret don't belong together, or their time is over."""


class ClaimTooEarly(Exception):
    """The right secret, before its time.

    :ivar until: when the code can be taken; None while it is not approved
    """

    def __init__(self, until: datetime | None) -> None:
        super().__init__("the code can't be taken yet")
        self.until = until


def may_request(case: CaseSnapshot, actor: Actor) -> bool:
    """Whether the actor may ask for a new code of this case."""
    return bool(actor.roles & REQUESTERS) and _is_apart(case, actor)


def may_approve(case: CaseSnapshot, actor: Actor, requested_by_id: int) -> bool:
    """Whether the actor may approve what somebody else asked for."""
    return bool(actor.roles & APPROVERS) and actor.user_id != requested_by_id and _is_apart(case, actor)


def find_open_reissue(session: Session, complaint_id: int) -> CodeReissue | None:
    """The request of a case that is neither claimed nor stopped."""
    return session.scalar(
        select(CodeReissue).where(
            CodeReissue.complaint_id == complaint_id,
            CodeReissue.claimed_at.is_(None),
            CodeReissue.stopped_at.is_(None),
        )
    )


def request_reissue(number: str, *, reason: str, proof: str, actor: Actor, at: datetime) -> Slip:
    """Ask for a new code, having seen who stands at the desk; the contact on file is told at once.

    :param proof: what was seen, a word of `PROOFS`
    :raises workflows.errors.Refused: nothing was written
    """
    secret = new_tracking_code()

    def work(session: Session) -> Slip:
        complaint, case = _open(session, number, REQUESTED, actor)
        if not may_request(case, actor):
            raise RoleNotPermitted(REQUESTED)
        if complaint.identity_mode == IdentityMode.ANONYMOUS or complaint.code_digest is None:
            raise GuardRefused(REQUESTED, "code_not_recoverable")
        if not reason.strip():
            raise GuardRefused(REQUESTED, "reason_missing", field="reason")
        if proof not in PROOFS:
            raise GuardRefused(REQUESTED, "proof_missing", field="proof")
        _clear_expired(session, complaint, at)
        row = CodeReissue(
            complaint_id=complaint.id,
            claim_digest=code_digest(get_keys(), secret, purpose=CLAIM),
            reason=reason.strip()[:500],
            proof=proof,
            delay_hours=_delay_hours(session, complaint.agency_id),
            requested_at=at,
            requested_by_id=actor.user_id,
        )
        session.add(row)
        session.flush()
        _log(session, complaint, REQUESTED, actor, REQUESTERS, at, row)
        _tell_of_request(session, complaint, row, at)
        return Slip(complaint.number, secret, row.delay_hours)

    return run_in_unit(work)


def approve_reissue(number: str, *, actor: Actor, at: datetime) -> datetime:
    """Approve what another officer asked for; gives the instant from which the code can be taken.

    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> datetime:
        complaint, case = _open(session, number, APPROVED, actor)
        row = _get_open(session, complaint, APPROVED)
        if row.approved_at is not None:
            raise GuardRefused(APPROVED, "reissue_approved")
        if not may_approve(case, actor, row.requested_by_id):
            raise RoleNotPermitted(APPROVED)
        requester = get_actor(session, session.get_one(User, row.requested_by_id))
        if not may_request(case, requester) or not can_see(case, requester):
            raise GuardRefused(APPROVED, "requester_has_interest")
        row.approved_at, row.approved_by_id = at, actor.user_id
        row.ready_at = at + timedelta(hours=row.delay_hours)
        row.expires_at = row.ready_at + CLAIM_WINDOW
        session.flush()
        _log(session, complaint, APPROVED, actor, APPROVERS, at, row)
        return row.ready_at

    return run_in_unit(work)


def stop_reissue(number: str, *, actor: Actor, at: datetime) -> None:
    """Stop a new code before it is taken: its complainant, or an officer who may ask or approve.

    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> None:
        complaint, case = _open(session, number, STOPPED, actor)
        if actor.user_id is not None and not (
            actor.roles & (REQUESTERS | APPROVERS) and _is_apart(case, actor)
        ):
            raise RoleNotPermitted(STOPPED)
        _stop(session, complaint, _get_open(session, complaint, STOPPED), actor, at)

    run_in_unit(work)


def is_stop_link(session: Session, token: str, at: datetime) -> bool:
    """Whether the link still stops something. Writes nothing."""
    link = find_link(session, token, Purpose.STOP_REISSUE, at)
    row = session.get(CodeReissue, link.reissue_id) if link is not None else None
    return row is not None and row.claimed_at is None and row.stopped_at is None


def stop_by_link(token: str, *, at: datetime) -> bool:
    """Stop by the link that the contact on file got; False where there is nothing (any more) to stop."""

    def work(session: Session) -> bool:
        link = find_link(session, token, Purpose.STOP_REISSUE, at, lock=True)
        if link is None:
            return False
        complaint = session.scalars(
            select(Complaint).where(Complaint.id == link.complaint_id).with_for_update()
        ).one()
        row = find_open_reissue(session, complaint.id)
        if row is None or row.id != link.reissue_id:
            return False
        link.is_used, link.used_at = True, at
        _stop(session, complaint, row, complainant_of(complaint.number), at)
        return True

    return run_in_unit(work)


def claim_code(number: str, secret: str, *, at: datetime) -> NewCode:
    """Take the new code with the secret of the slip.

    An unknown number and a wrong secret cost the same work and the same answer.

    :raises ClaimRefused: they don't belong together, were used, stopped, or are past their time
    :raises ClaimTooEarly: they do, but the delay still runs
    """

    def work(session: Session) -> NewCode:
        stored = _find_claim_digest(session, number)
        if not verify_code(get_keys(), normalise_code(secret), stored, purpose=CLAIM):
            raise ClaimRefused
        complaint = session.scalar(select(Complaint).where(Complaint.number == number).with_for_update())
        row = find_open_reissue(session, complaint.id) if complaint is not None else None
        if row is None or complaint is None or row.claim_digest != stored:
            raise ClaimRefused
        if row.ready_at is None or at < row.ready_at:
            raise ClaimTooEarly(row.ready_at)
        if row.expires_at is None or at > row.expires_at:
            raise ClaimRefused
        row.claimed_at = at
        session.flush()
        return replace_code(session, complaint, way="desk", at=at)

    return run_in_unit(work)


def _is_apart(case: CaseSnapshot, actor: Actor) -> bool:
    """Not of a unit complained of: also where that unit answers for its own service."""
    complained_of = {one.unit_id for one in case.respondents} | {case.service_unit_id}
    return actor.user_id is not None and (actor.unit_id is None or actor.unit_id not in complained_of)


def _find_claim_digest(session: Session, number: str) -> str | None:
    """What is kept of the secret of a slip, for a number that somebody typed.

    One query and no objects: making an object of a case takes long enough to tell that there is one.
    """
    return session.execute(
        select(CodeReissue.claim_digest)
        .join(Complaint, Complaint.id == CodeReissue.complaint_id)
        .where(Complaint.number == number, CodeReissue.claimed_at.is_(None), CodeReissue.stopped_at.is_(None))
    ).scalar()


def _open(session: Session, number: str, action: str, actor: Actor) -> tuple[Complaint, CaseSnapshot]:
    complaint = lock_case(session, number, action)
    case = get_snapshot(session, complaint)
    if not can_see(case, actor):
        raise CaseNotVisible(action)
    return complaint, case


def _get_open(session: Session, complaint: Complaint, action: str) -> CodeReissue:
    row = find_open_reissue(session, complaint.id)
    if row is None:
        raise GuardRefused(action, "reissue_none")
    return row


def _clear_expired(session: Session, complaint: Complaint, at: datetime) -> None:
    """A request that nobody approved or came for in time gives way; one under way does not.

    :raises GuardRefused: a request is under way
    """
    row = find_open_reissue(session, complaint.id)
    if row is None:
        return
    if at <= (row.expires_at or row.requested_at + CLAIM_WINDOW):
        raise GuardRefused(REQUESTED, "reissue_under_way")
    row.stopped_at, row.stopped_by = at, "system"
    session.flush()


def _stop(session: Session, complaint: Complaint, row: CodeReissue, actor: Actor, at: datetime) -> None:
    row.stopped_at = at
    row.stopped_by = "staff" if actor.user_id is not None else "complainant"
    row.stopped_by_id = actor.user_id
    session.flush()
    _log(session, complaint, STOPPED, actor, REQUESTERS | APPROVERS | {Role.COMPLAINANT}, at, row)


def _tell_of_request(session: Session, complaint: Complaint, row: CodeReissue, at: datetime) -> None:
    try:
        make_link(session, complaint, Purpose.STOP_REISSUE, at=at, reissue_id=row.id)
    except CaseKeyDestroyed:
        raise GuardRefused(REQUESTED, "code_not_recoverable") from None
    key = f"{complaint.number}/reissue/{row.id}"
    queue_for_complainant(
        session, complaint, template="reissue_requested", at=at, key=key, params={"reissue": row.id}
    )
    for role in sorted(APPROVERS):
        queue_for_role(session, complaint, role=role, template="reissue_waiting", at=at, key=key)


def _delay_hours(session: Session, agency_id: int) -> int:
    """The agency's own delay, else that of all, else a day."""
    hours = find_setting(session, DELAY_SETTING, agency_id)
    return max(LEAST_DELAY_HOURS, hours) if isinstance(hours, int) else LEAST_DELAY_HOURS


def _log(
    session: Session,
    complaint: Complaint,
    kind: str,
    actor: Actor,
    by: frozenset[Role],
    at: datetime,
    row: CodeReissue,
) -> None:
    append_case_entry(
        session,
        complaint,
        kind=kind,
        actor=actor,
        role=acting_role(actor, by),
        at=at,
        facts={"way": "desk", "reissue": row.id},
    )
