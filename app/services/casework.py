"""The one path on which an event changes a case.

Lock, look, decide, apply, clocks, log, outbox: in one transaction. Every service of an event
goes through :func:`fire`, so that page, API, command line, import and job cannot differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_table
from app.models import CaseEvent, Complaint
from app.queries.actors import find_officer
from app.queries.snapshots import get_snapshot
from app.services import effects
from app.services.audit_log import acting_role, append_case_entry
from app.services.clocks import add_points, sync_deadlines
from workflows.audit import Fact
from workflows.errors import CaseNotVisible, StaleVersion
from workflows.permissions import can_see
from workflows.snapshot import Actor, Decision, Given
from workflows.transitions import decide
from workflows.vocabulary import PUBLIC_STATE, Event, Role

Extra = Callable[[effects.Act], None]
"""More to write in the same transaction, after the effects of the event."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an event did, for the page that follows."""

    number: str
    version: int
    event: Event
    substate: str
    entry_id: int
    """Of the audit entry of the act."""
    notice_ids: tuple[int, ...] = ()


def fire(
    number: str,
    action: Event,
    *,
    actor: Actor,
    at: datetime,
    given: Given | None = None,
    seen_version: int | None = None,
    extra: Extra | None = None,
) -> Outcome:
    """Fire an event on a case in a transaction of its own.

    :param seen_version: the version that the actor had on screen; None for jobs and citizens
    :raises workflows.errors.Refused: nothing was written
    """
    return run_in_unit(
        lambda session: fire_in(
            session, number, action, actor=actor, at=at, given=given, seen_version=seen_version, extra=extra
        )
    )


def fire_in(
    session: Session,
    number: str,
    action: Event,
    *,
    actor: Actor,
    at: datetime,
    given: Given | None = None,
    seen_version: int | None = None,
    extra: Extra | None = None,
) -> Outcome:
    """As :func:`fire`, inside a transaction that the caller holds (bulk loads, jobs)."""
    given = given or Given()
    complaint = lock_case(session, number, action)
    case = get_snapshot(session, complaint)
    if not can_see(case, actor):
        raise CaseNotVisible(action)
    if seen_version is not None and seen_version != complaint.version:
        raise StaleVersion(action, seen_version, complaint.version)
    table = get_table()
    if given.officer_id is not None:
        given = replace(given, officer=find_officer(session, given.officer_id))
    decision = decide(case, action, actor, at, table=table, given=given)
    role = acting_role(actor, table[action].by)
    act = effects.Act(session, complaint, decision, actor, role, at, given)
    return apply(act, extra)


def apply(act: effects.Act, extra: Extra | None = None) -> Outcome:
    """Write what was decided: the case, its history, clocks, log entry and outbox."""
    session, complaint, decision = act.session, act.complaint, act.decision
    record_event(act)
    for name, value in state_columns(decision).items():
        setattr(complaint, name, value)
    complaint.version += 1
    effects.EFFECTS[decision.action](act)
    if extra is not None:
        extra(act)
    add_points(session, complaint, decision.points)
    sync_deadlines(session, complaint, act.at)
    entry = append_case_entry(
        session,
        complaint,
        kind=decision.action.value,
        actor=act.actor,
        role=act.role,
        at=act.at,
        facts=facts_of(decision, complaint.version, complaint.complaint_class, act.facts),
    )
    effects.queue_notices(act)
    session.flush()
    return Outcome(
        number=complaint.number,
        version=complaint.version,
        event=decision.action,
        substate=complaint.substate,
        entry_id=entry.id,
        notice_ids=tuple(act.notice_ids),
    )


def lock_case(session: Session, number: str, action: str) -> Complaint:
    """The case, locked against every other writer.

    :raises CaseNotVisible: there is none of that number
    """
    complaint = session.scalar(select(Complaint).where(Complaint.number == number).with_for_update())
    if complaint is None:
        raise CaseNotVisible(action)
    return complaint


def record_event(act: effects.Act) -> CaseEvent:
    """Add the event to the history of the case."""
    last = act.session.scalar(
        select(func.max(CaseEvent.seq)).where(CaseEvent.complaint_id == act.complaint.id)
    )
    row = CaseEvent(
        complaint_id=act.complaint.id,
        seq=(last or 0) + 1,
        **event_columns(act.decision, act.actor, act.role, act.given),
    )
    act.session.add(row)
    act.session.flush()
    act.event_seq = row.seq
    return row


def event_columns(decision: Decision, actor: Actor, role: Role, given: Given) -> dict[str, Any]:
    """The columns of an event in the history of a case, but for its place there."""
    return {
        "event": decision.action.value,
        "before": decision.before.value if decision.before else None,
        "after": decision.to.value,
        "at": decision.at,
        "actor_id": actor.user_id,
        "actor_role": role.value,
        "note": given.reason,
        "details": effects.details_of(given),
    }


def state_columns(decision: Decision) -> dict[str, Any]:
    """The columns that say where a case stands after an event."""
    return {
        "substate": decision.to.value,
        "public_state": PUBLIC_STATE[decision.to].value,
        "previous_substate": decision.previous.value if decision.previous else None,
    }


def facts_of(
    decision: Decision, version: int, complaint_class: str, more: Mapping[str, Fact]
) -> dict[str, Fact]:
    """What the log says of an event.

    :param version: of the case after it
    :param more: what only this event has to say
    """
    return {
        "version": version,
        "from": decision.before.value if decision.before else None,
        "to": decision.to.value,
        "class": complaint_class,
        **more,
    }
