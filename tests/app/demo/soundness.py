"""What must hold of every case, played, copied or imported: clocks, chains, commitments."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import AuditEntry, Complaint, Deadline, Message, Notice
from app.queries.calendars import get_calendar
from app.queries.log_check import check_log
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.security.ring import get_keys
from app.services.clocks import classes_of, get_facts
from app.services.particulars import committed_text
from app.services.texts import commit_to
from workflows import sla
from workflows.audit import parse_entry
from workflows.vocabulary import Party

Clock = tuple[Any, ...]


def assert_log_verifies(session: Session) -> None:
    """The log is whole, and nothing in it is back-dated."""
    published = PublishedKeys.of(get_keys())
    report = check_log(session, partial(verify_checkpoint, published), [], merge_delay=timedelta(hours=24))
    assert report.is_intact, report.findings


def stored_clocks(session: Session, complaint: Complaint) -> set[Clock]:
    """The clocks of a case as they are stored."""
    rows = session.scalars(select(Deadline).where(Deadline.complaint_id == complaint.id))
    return {
        (
            row.complaint_class,
            row.stage,
            row.step,
            row.occurrence,
            row.triggered_at,
            row.due_at,
            row.met_at,
            row.void_at,
            row.effective,
            row.breached_at if row.effective and row.party == Party.STATION else None,
        )
        for row in rows
    }


def computed_clocks(session: Session, complaint: Complaint, at: datetime) -> set[Clock]:
    """The same as the rules compute them from the points and the history of the case."""
    facts, calendar = get_facts(session, complaint), get_calendar(session, complaint.agency)
    return {
        (
            clock.complaint_class.value,
            clock.stage,
            clock.step,
            clock.occurrence,
            clock.triggered_at,
            clock.due_at,
            clock.met_at,
            clock.void_at,
            clock.effective,
            _breach(clock, complaint, at),
        )
        for complaint_class in classes_of(complaint)
        for clock in sla.compute_deadlines(get_law(), complaint_class, facts, calendar)
    }


def _breach(clock: sla.Deadline, complaint: Complaint, at: datetime) -> datetime | None:
    if not clock.effective or clock.party is not Party.STATION:
        return None
    if complaint.imported and clock.met_at is None:
        return None
    return clock.breached_at(at)


def assert_commitments_open(session: Session, complaint: Complaint) -> int:
    """Every commitment in the log of a case belongs to what the case says; gives how many there were."""
    assert complaint.commitment == commit_to(session, complaint, committed_text(complaint), label="complaint")
    entries = session.scalars(select(AuditEntry.body).where(AuditEntry.complaint_id == complaint.id))
    opened = 0
    for body in entries:
        facts = parse_entry(body.encode("ascii"))["facts"]
        assert facts.get("commitment", complaint.commitment) == complaint.commitment
        for name, model in (("notice", Notice), ("message", Message)):
            commitment = facts.get(f"{name}_commitment")
            if commitment is None:
                continue
            row = session.get_one(model, facts[name])
            assert row.complaint_id == complaint.id
            label = f"{name}:{row.id}"
            assert commitment == commit_to(session, complaint, row.body, label=label)
            opened += 1
    return opened
