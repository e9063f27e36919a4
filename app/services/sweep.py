"""The sweep: which clocks have come so far that somebody must be told, and which have run out.

It asks what is due at an instant, so running it twice is running it once, and after an outage it catches up:
a breach is recorded at the instant at which it happened, and warnings that have become false are left out.
The shares of a limit (50, 80, 100, 120 %) and who is told are local policy (``clock_rules.reminder``).

Work is done for some hundred clocks at a time, each batch in one short transaction that locks their cases:
flags, log entries and letters are written together or not at all. Imported history is never looked at; a
clock that counted a year without a decree is flagged as such and told to nobody above (design: a provisional
year is never the base of a sanction).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import Complaint, Deadline, OutboxItem
from app.services.audit_batch import CaseFinding, append_findings
from app.services.clocks import next_alert
from app.services.lease import Fence, unfenced
from app.services.outbox import new_message_id
from app.services.reminders import Audience, list_cases
from workflows.canonical import instant_text
from workflows.snapshot import CaseSnapshot
from workflows.vocabulary import Party, Role

BATCH = 400
"""Clocks in one transaction: a writer waits for it some tenths of a second at most."""
BREACH_PERCENT = 100

_HAS_ALERT = text("deadline.next_alert_at IS NOT NULL")
"""Literally as in the partial index."""


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """How many clocks were warned of, were found breached, were escalated."""

    warned: int = 0
    breached: int = 0
    escalated: int = 0

    def __add__(self, other: SweepCounts) -> SweepCounts:
        return SweepCounts(
            self.warned + other.warned, self.breached + other.breached, self.escalated + other.escalated
        )


def sweep(at: datetime, *, fence: Fence = unfenced) -> SweepCounts:
    """Warn, flag and escalate whatever is due at `at` and was not yet."""
    counts = SweepCounts()
    while True:
        found = run_in_unit(lambda session: _sweep_batch(session, at, fence))
        if found is None:
            return counts
        counts += found


@dataclass(slots=True)
class _Batch:
    """What one transaction is going to write."""

    at: datetime
    audience: Audience
    counts: SweepCounts = field(default_factory=SweepCounts)
    flags: list[dict[str, Any]] = field(default_factory=list)
    findings: list[CaseFinding] = field(default_factory=list)
    letters: list[dict[str, Any]] = field(default_factory=list)


def _sweep_batch(session: Session, at: datetime, fence: Fence) -> SweepCounts | None:
    fence(session)
    clocks = _lock_due(session, at)
    if not clocks:
        return None
    cases = list_cases(session, sorted({clock.complaint_id for clock in clocks}))
    batch = _Batch(at, Audience(session))
    for clock in clocks:
        _judge(batch, clock, cases[clock.complaint_id])
    _store_flags(session, batch.flags)
    append_findings(session, batch.findings, at=at)
    _queue(session, batch.letters)
    _recount(session, sorted({found.complaint_id for found in batch.findings}))
    session.expunge_all()
    return batch.counts


def _lock_due(session: Session, at: datetime) -> Sequence[Deadline]:
    """The next due clocks, their cases locked; what changed before the lock was ours is read as it is now."""
    due = select(Deadline.complaint_id).where(_HAS_ALERT, Deadline.next_alert_at < at)
    wanted = session.scalars(due.order_by(Deadline.next_alert_at, Deadline.id).limit(BATCH)).all()
    locked = session.scalars(
        select(Complaint.id).where(Complaint.id.in_(set(wanted))).order_by(Complaint.id).with_for_update()
    ).all()
    return session.scalars(
        select(Deadline)
        .where(_HAS_ALERT, Deadline.next_alert_at < at, Deadline.complaint_id.in_(locked))
        .order_by(Deadline.complaint_id, Deadline.due_at, Deadline.id)
        .execution_options(populate_existing=True)
    ).all()


def _judge(batch: _Batch, clock: Deadline, case: CaseSnapshot) -> None:
    """Decide what is due for one clock, and note what to write."""
    reached = told = clock.alerted_percent
    upcoming = next_alert(clock, reached)
    while upcoming is not None and upcoming[1] < batch.at:
        reached = upcoming[0]
        upcoming = next_alert(clock, reached)
    watched = (
        not case.imported
        and clock.effective
        and clock.party == Party.STATION
        and clock.met_at is None
        and clock.void_at is None
    )
    flags = {
        "b_id": clock.id,
        "b_alerted": reached,
        "b_next": upcoming[0] if watched and upcoming else None,
        "b_next_at": upcoming[1] if watched and upcoming else None,
        "b_warned": clock.warned_at,
        "b_breached": clock.breached_at,
        "b_flagged": clock.flagged_at,
        "b_escalated": clock.escalated_at,
    }
    batch.flags.append(flags)
    if not watched or reached == told:
        return
    if reached < BREACH_PERCENT:
        _warn(batch, clock, case, flags, reached)
        return
    if told < BREACH_PERCENT:
        _flag_breach(batch, clock, case, flags)
    _escalate(batch, clock, case, flags, told, reached)


def _warn(batch: _Batch, clock: Deadline, case: CaseSnapshot, flags: dict[str, Any], percent: int) -> None:
    flags["b_warned"] = batch.at
    batch.counts = replace(batch.counts, warned=batch.counts.warned + 1)
    _tell(batch, clock, case, "sla_warning", percent, batch.audience.workers(case))


def _flag_breach(batch: _Batch, clock: Deadline, case: CaseSnapshot, flags: dict[str, Any]) -> None:
    flags["b_breached"] = clock.due_at
    flags["b_flagged"] = clock.flagged_at or batch.at
    batch.counts = replace(batch.counts, breached=batch.counts.breached + 1)
    batch.findings.append(_finding(clock, case, "sla.breach", BREACH_PERCENT))


def _escalate(
    batch: _Batch, clock: Deadline, case: CaseSnapshot, flags: dict[str, Any], told: int, reached: int
) -> None:
    """Tell those whom the policy names for the shares passed since; the first also those who were late."""
    if clock.provisional_calendar:
        return
    audience = batch.audience
    people: dict[str, list[int]] = {}
    if told < BREACH_PERCENT:
        people["sla_breach"] = [*audience.workers(case), *audience.superior(case)]
    for role, percent in (get_law().clock_rules["reminder"].escalate_percent or {}).items():
        if not told < percent <= reached:
            continue
        template = "sla_breach" if percent == BREACH_PERCENT else "sla_escalation"
        people.setdefault(template, []).extend(audience.in_role(case, Role(role)))
        if percent > BREACH_PERCENT:
            flags["b_escalated"] = batch.at
            batch.counts = replace(batch.counts, escalated=batch.counts.escalated + 1)
            batch.findings.append(_finding(clock, case, "sla.escalation", percent))
    for template, who in people.items():
        _tell(batch, clock, case, template, reached, who)


def _finding(clock: Deadline, case: CaseSnapshot, kind: str, percent: int) -> CaseFinding:
    return CaseFinding(
        complaint_id=clock.complaint_id,
        number=case.number,
        agency_id=case.agency_id,
        kind=kind,
        facts={
            "stage": clock.stage,
            "step": clock.step,
            "occurrence": clock.occurrence,
            "class": clock.complaint_class,
            "triggered_at": instant_text(clock.triggered_at),
            "due_at": instant_text(clock.due_at),
            "binding": clock.binding,
            "policy": clock.policy_version,
            "percent": percent,
            "provisional_calendar": clock.provisional_calendar,
        },
    )


def _tell(
    batch: _Batch, clock: Deadline, case: CaseSnapshot, template: str, percent: int, people: Sequence[int]
) -> None:
    due_at = instant_text(clock.due_at)
    for user_id in dict.fromkeys(people):
        batch.letters.append(
            {
                "complaint_id": clock.complaint_id,
                "template": template,
                "recipient": "user",
                "user_id": user_id,
                "params": {
                    "stage": clock.stage,
                    "percent": percent,
                    "due_at": due_at,
                    "provisional": clock.provisional_calendar,
                },
                "dedupe_key": f"{case.number}/{clock.stage}/{clock.step}.{clock.occurrence}"
                f"/{percent}/{due_at}/{user_id}",
                "message_id": new_message_id(),
                "status": "waiting",
                "attempts": 0,
                "created_at": batch.at,
                "next_attempt_at": batch.at,
                "last_error": "",
            }
        )


def _store_flags(session: Session, flags: list[dict[str, Any]]) -> None:
    session.connection().execute(
        update(Deadline)
        .where(Deadline.id == bindparam("b_id"))
        .values(
            alerted_percent=bindparam("b_alerted"),
            next_alert=bindparam("b_next"),
            next_alert_at=bindparam("b_next_at"),
            warned_at=bindparam("b_warned"),
            breached_at=bindparam("b_breached"),
            flagged_at=bindparam("b_flagged"),
            escalated_at=bindparam("b_escalated"),
        ),
        flags,
    )


def _queue(session: Session, letters: list[dict[str, Any]]) -> None:
    """Queue the letters that were not queued before (a clock recomputed to the same instant)."""
    if not letters:
        return
    keys = [letter["dedupe_key"] for letter in letters]
    known = set(session.scalars(select(OutboxItem.dedupe_key).where(OutboxItem.dedupe_key.in_(keys))).all())
    fresh = {letter["dedupe_key"]: letter for letter in letters if letter["dedupe_key"] not in known}
    if fresh:
        session.execute(insert(OutboxItem), list(fresh.values()))


def _recount(session: Session, complaint_ids: Sequence[int]) -> None:
    """Keep the count of breached duties, as `app.services.clocks.refresh_queue` does for one case.

    The nearest running duty, the other thing kept there, does not change by a breach.
    """
    if not complaint_ids:
        return
    breached = (
        select(func.count())
        .select_from(Deadline)
        .where(
            Deadline.complaint_id == Complaint.id,
            Deadline.effective,
            Deadline.party == Party.STATION.value,
            Deadline.breached_at.isnot(None),
        )
        .scalar_subquery()
    )
    session.execute(
        update(Complaint)
        .where(Complaint.id.in_(complaint_ids))
        .values(breached_stages=breached)
        .execution_options(synchronize_session=False)
    )
