"""Taking a complaint back, with time to think: announced, undone, and at the end of the cooling-off done.

Local policy; UU 25/2009 knows no way to withdraw but the deemed one of Pasal 44 ayat (5). The adversary is
somebody who presses the complainant, or who holds a stolen code: so the contact on file is told, the station
and its reviewers see the announcement and its reason, all clocks go on, and one click undoes it, without the
code as well. Whoever has the link from the notice can undo, and nothing else.

Announcing and undoing move nothing, so the version of the case stays; each is an entry of its log. The event
itself is fired by a job on the one path of all events (:mod:`app.services.casework`).
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.extensions import db
from app.law import get_table
from app.models import CaseEvent, Complaint, Withdrawal
from app.queries.snapshots import get_snapshot
from app.queries.withdrawals import (
    find_linked,
    find_pending,
    get_cooling_off,
    has_ended_since,
    list_to_settle,
)
from app.services import casework
from app.services.audit_log import acting_role, append_case_entry
from app.services.effects import Act, write_message
from app.services.lease import Fence, unfenced
from app.services.messages import act_in_place, tell_station
from app.services.outbox import queue_for_complainant
from app.services.texts import derive_salt, get_case_key
from workflows.canonical import instant_text
from workflows.errors import CaseNotVisible, Refused
from workflows.permissions import can_see
from workflows.snapshot import Actor, Given, complainant_of
from workflows.transitions import decide
from workflows.vocabulary import Event, Role, Substate

ANNOUNCE = "withdrawal.announced"
UNDO = "withdrawal.undone"
VOID = "withdrawal.void"
"""Kinds of log entries; the withdrawal itself is the event ``withdraw``."""

TEMPLATE = "withdrawal_announced"
"""Notice to the contact on file, with the link that undoes."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WithdrawalCounts:
    """How many withdrawals took effect, and how many were void because their case had ended first."""

    effective: int = 0
    void: int = 0


def announce_withdrawal(number: str, reason: str = "", *, actor: Actor, at: datetime) -> datetime:
    """Announce a withdrawal; gives when it will take effect. A second announcement changes nothing.

    The reason is a message of the complainant: asked for, not demanded.

    :raises workflows.errors.Refused: the actor may not, or the case can't be withdrawn from where it stands
    """

    def work(session: Session) -> datetime:
        complaint = casework.lock_case(session, number, Event.WITHDRAW)
        case = get_snapshot(session, complaint)
        if not can_see(case, actor):
            raise CaseNotVisible(Event.WITHDRAW)
        decide(case, Event.WITHDRAW, actor, at, table=get_table())
        pending = find_pending(session, complaint.id)
        if pending is not None:
            return pending.takes_effect_at
        return _announce(session, complaint, reason.strip(), actor, at).takes_effect_at

    return run_in_unit(work)


def undo_withdrawal(number: str, *, actor: Actor, at: datetime) -> bool:
    """Undo the announced withdrawal of a case; False where none is pending any more.

    :raises CaseNotVisible: no such case for the actor
    """

    def work(session: Session) -> bool:
        complaint = casework.lock_case(session, number, UNDO)
        if not can_see(get_snapshot(session, complaint), actor) or Role.COMPLAINANT not in actor.roles:
            raise CaseNotVisible(UNDO)
        return _undo(session, complaint, actor, at, way="status_page")

    return run_in_unit(work)


def undo_by_link(token: str, *, at: datetime) -> bool:
    """Undo the withdrawal whose notice brought this token; False where there is nothing to undo."""
    digest = token_digest(token)

    def work(session: Session) -> bool:
        linked = find_linked(session, digest)
        if linked is None or linked.outcome is not None:
            return False
        complaint = casework.lock_case(session, linked.number, UNDO)
        return _undo(session, complaint, complainant_of(linked.number), at, way="link", digest=digest)

    return run_in_unit(work)


def settle_withdrawals(at: datetime, *, fence: Fence = unfenced) -> WithdrawalCounts:
    """Withdraw the cases whose cooling-off is over; void what was announced before its case ended.

    Twice is as once. A case that somebody changes meanwhile is left to the next run.
    """
    session = db.session()
    session.rollback()
    due = list_to_settle(session, at)
    session.rollback()
    outcomes = [_settle(withdrawal_id, number, at, fence) for withdrawal_id, number in due]
    return WithdrawalCounts(outcomes.count("effective"), outcomes.count("void"))


def undo_token(session: Session, complaint: Complaint, announced_at: datetime) -> str:
    """The token of an announcement: derived from the key of the case, so that no table holds it.

    :raises app.services.texts.CaseKeyDestroyed: the case was erased
    """
    label = f"withdrawal:{complaint.number}:{instant_text(announced_at)}"
    secret = derive_salt(get_case_key(session, complaint.id), label)
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def find_undo_token(session: Session, complaint: Complaint) -> str | None:
    """The token for the notice of the withdrawal that is pending; None where none is."""
    pending = find_pending(session, complaint.id)
    return None if pending is None else undo_token(session, complaint, pending.announced_at)


def token_digest(token: str) -> str:
    """What is kept of a token; of 256 random bits a plain digest is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _announce(session: Session, complaint: Complaint, reason: str, actor: Actor, at: datetime) -> Withdrawal:
    last = session.scalar(select(func.max(CaseEvent.seq)).where(CaseEvent.complaint_id == complaint.id))
    row = Withdrawal(
        complaint_id=complaint.id,
        announced_at=at,
        takes_effect_at=at + get_cooling_off(session, complaint.agency_id),
        after_event=last or 0,
        undo_digest=token_digest(undo_token(session, complaint, at)),
    )
    session.add(row)
    session.flush()
    act = act_in_place(session, complaint, actor, at, Given(reason=reason))
    if reason:
        write_message(act, "from_complainant", "withdrawal", reason)
    act.facts |= {"withdrawal": row.id, "takes_effect_at": instant_text(row.takes_effect_at)}
    _write_down(act, ANNOUNCE)
    key = f"{complaint.number}/withdrawal/{row.id}"
    queue_for_complainant(session, complaint, template=TEMPLATE, at=at, key=key)
    return row


def _undo(
    session: Session, complaint: Complaint, actor: Actor, at: datetime, *, way: str, digest: str | None = None
) -> bool:
    pending = find_pending(session, complaint.id)
    row = session.get(Withdrawal, pending.id) if pending is not None else None
    if row is None or (digest is not None and row.undo_digest != digest):
        return False
    row.settled_at, row.outcome = at, "undone"
    act = act_in_place(session, complaint, actor, at, Given())
    act.facts |= {"withdrawal": row.id, "way": way}
    _write_down(act, UNDO)
    return True


def _write_down(act: Act, kind: str) -> None:
    """The entry of the log, and word of it to those who work on the case."""
    entry = append_case_entry(
        act.session, act.complaint, kind=kind, actor=act.actor, role=act.role, at=act.at, facts=act.facts
    )
    tell_station(act, f"{act.complaint.number}/entry/{entry.id}")


def _settle(withdrawal_id: int, number: str, at: datetime, fence: Fence) -> str | None:
    def work(session: Session) -> str | None:
        fence(session)
        complaint = casework.lock_case(session, number, Event.WITHDRAW)
        row = session.get_one(Withdrawal, withdrawal_id, populate_existing=True)
        if row.outcome is not None:
            return None
        starts = get_table()[Event.WITHDRAW].starts_from(Substate(complaint.substate))
        if not starts or has_ended_since(session, complaint.id, row.after_event):
            row.settled_at, row.outcome = at, "void"
            actor = complainant_of(number)
            append_case_entry(
                session,
                complaint,
                kind=VOID,
                actor=actor,
                role=acting_role(actor),
                at=at,
                facts={"withdrawal": row.id},
            )
        elif row.takes_effect_at <= at:
            row.settled_at, row.outcome = at, "effective"
            casework.fire_in(
                session,
                number,
                Event.WITHDRAW,
                actor=complainant_of(number),
                at=at,
                extra=lambda act: _take_effect(act, row),
            )
        return row.outcome

    try:
        return run_in_unit(work)
    except Refused as error:
        _log.info("left to the next run", error=error.code)
        return None


def _take_effect(act: Act, row: Withdrawal) -> None:
    """The entry of the event names the announcement that it carries out; the complainant hears of it."""
    act.facts |= {"withdrawal": row.id, "announced_at": instant_text(row.announced_at)}
    key = f"{act.complaint.number}/withdrawal/{row.id}/effective"
    queue_for_complainant(act.session, act.complaint, template="case_news", at=act.at, key=key)
