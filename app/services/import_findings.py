"""Write registers of findings: allegations with their outcome, joined to imported cases by number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import (
    Agency,
    Allegation,
    CaseEvent,
    ClockPoint,
    Complaint,
    Deadline,
    ImportBatch,
    Respondent,
)
from app.queries.calendars import get_calendar
from app.queries.imports import find_known_cases, find_known_rows
from app.services.audit_batch import CaseFinding, append_findings
from app.services.clocks import closed_at, fill_deadline, refresh_queue, sync_deadlines
from app.services.import_rows import history_row
from app.services.importing import StateRule, Written
from workflows import sla
from workflows.audit import Fact
from workflows.vocabulary import PUBLIC_STATE, ComplaintClass, Event, Finding, Substate

_DECIDED = (Substate.DECIDED, Substate.DECISION_DELIVERED, Substate.FOLLOW_UP_RUNNING, Substate.CLOSED)


@dataclass(frozen=True, slots=True)
class HistoricFinding:
    """One allegation of a register of findings.

    :ivar external_row: names the row, so that it is written once
    :ivar respondent: as the register describes the officer; no account stands behind it
    :ivar respondent_key: tells one respondent of a case from another
    :ivar finding: None while it is pending
    """

    external_number: str
    external_row: str
    respondent: str = ""
    respondent_key: str = ""
    category: str = "other"
    description: str = ""
    finding: Finding | None = None
    consequence: str = ""


def import_findings(
    batch_id: int,
    findings: Sequence[HistoricFinding],
    *,
    case_source: str,
    state: StateRule,
    at: datetime,
) -> Written:
    """Write the findings that aren't here yet, and where they leave their cases.

    A case that somebody has worked on here since keeps the state it was given here.

    :param case_source: source under which the complaints were imported
    """

    def work(session: Session) -> Written:
        batch = session.get_one(ImportBatch, batch_id)
        known = find_known_rows(session, batch.agency_id, [row.external_row for row in findings])
        fresh = [row for row in findings if row.external_row not in known]
        numbers = {row.external_number for row in fresh}
        ids = find_known_cases(session, batch.agency_id, case_source, numbers)
        fresh = [row for row in fresh if row.external_number in ids]
        if fresh:
            respondents = _add_respondents(session, fresh, ids)
            session.execute(insert(Allegation), [_allegation(row, ids, respondents) for row in fresh])
            _settle(session, batch, sorted(set(ids.values())), state, at)
        return Written(new=len(fresh), known=len(known), touched=frozenset(ids.values()))

    return run_in_unit(work)


def _add_respondents(
    session: Session, fresh: Iterable[HistoricFinding], ids: Mapping[str, int]
) -> dict[tuple[int, str], int]:
    """Ids of the respondents by case and key; one row an officer of a case."""
    there: dict[tuple[int, str], int] = {}
    rows = session.execute(
        select(Respondent.id, Respondent.complaint_id, Respondent.import_key).where(
            Respondent.complaint_id.in_(set(ids.values())), Respondent.import_key.isnot(None)
        )
    )
    for row in rows:
        there[row.complaint_id, row.import_key or ""] = row.id
    missing: dict[tuple[int, str], Respondent] = {}
    for finding in fresh:
        place = (ids[finding.external_number], finding.respondent_key)
        if finding.respondent and place not in there and place not in missing:
            missing[place] = Respondent(
                complaint_id=place[0], description=finding.respondent, import_key=place[1]
            )
    session.add_all(missing.values())
    session.flush()
    return there | {place: row.id for place, row in missing.items()}


def _allegation(
    row: HistoricFinding, ids: Mapping[str, int], respondents: Mapping[tuple[int, str], int]
) -> dict[str, Any]:
    complaint_id = ids[row.external_number]
    return {
        "complaint_id": complaint_id,
        "respondent_id": respondents.get((complaint_id, row.respondent_key)),
        "category": row.category,
        "description": row.description,
        "finding": row.finding.value if row.finding else None,
        "consequence": row.consequence,
        "external_row": row.external_row,
    }


def _settle(
    session: Session, batch: ImportBatch, complaint_ids: Sequence[int], state: StateRule, at: datetime
) -> None:
    """Let the findings of each case say where it stands, and write that down."""
    findings: dict[int, list[Finding | None]] = defaultdict(list)
    rows = session.execute(
        select(Allegation.complaint_id, Allegation.finding).where(Allegation.complaint_id.in_(complaint_ids))
    )
    for row in rows:
        findings[row.complaint_id].append(Finding(row.finding) if row.finding else None)
    lengths = _untouched(session, complaint_ids)
    complaints = session.scalars(
        select(Complaint).where(Complaint.id.in_(complaint_ids)).order_by(Complaint.id).with_for_update()
    ).all()
    events = []
    facts: list[dict[str, Fact]] = []
    for complaint in complaints:
        before = complaint.substate
        if complaint.id in lengths:
            _apply(complaint, findings[complaint.id], state)
            if complaint.substate != before:
                seq = lengths[complaint.id] + 1
                event = _event_for(Substate(complaint.substate))
                events.append(history_row(complaint.id, seq, event, before, complaint.substate, at, batch))
        complaint.version += 1
        facts.append(_finding_facts(complaint, before, findings[complaint.id], batch))
    if events:
        session.execute(insert(CaseEvent), events)
    session.flush()
    agency = session.get_one(Agency, batch.agency_id)
    _sync_imported(session, agency, [c for c in complaints if c.id in lengths], at)
    for complaint in complaints:
        if complaint.id not in lengths:
            sync_deadlines(session, complaint, at)
    append_findings(
        session,
        [
            CaseFinding(row.id, row.number, row.agency_id, "import", told)
            for row, told in zip(complaints, facts, strict=True)
        ],
        at=at,
    )


def _sync_imported(session: Session, agency: Agency, complaints: Sequence[Complaint], at: datetime) -> None:
    """As `sync_deadlines`, for many cases at once that nobody worked on: their points are the import's."""
    ids = [complaint.id for complaint in complaints]
    points: dict[int, dict[str, tuple[datetime, ...]]] = defaultdict(dict)
    for point in session.execute(
        select(ClockPoint.complaint_id, ClockPoint.code, ClockPoint.at).where(
            ClockPoint.complaint_id.in_(ids)
        )
    ):
        points[point.complaint_id][point.code] = (point.at,)
    stored: dict[int, dict[tuple[str, int, int], Deadline]] = defaultdict(dict)
    for row in session.scalars(select(Deadline).where(Deadline.complaint_id.in_(ids))):
        stored[row.complaint_id][row.stage, row.step, row.occurrence] = row
    calendar = get_calendar(session, agency)
    for complaint in complaints:
        clocks = stored[complaint.id]
        facts = sla.ClockFacts(points=points[complaint.id], closed_at=closed_at(complaint))
        own = ComplaintClass(complaint.complaint_class)
        for computed in sla.compute_deadlines(get_law(), own, facts, calendar):
            row = clocks[computed.stage, computed.step, computed.occurrence]
            fill_deadline(row, computed, at, imported=True)
        refresh_queue(complaint, clocks.values())
    session.flush()


def _untouched(session: Session, complaint_ids: Collection[int]) -> dict[int, int]:
    """Cases whose whole history was imported, with its length."""
    lengths: dict[int, int] = {}
    worked_on: set[int] = set()
    rows = session.execute(
        select(CaseEvent.complaint_id, CaseEvent.details).where(CaseEvent.complaint_id.in_(complaint_ids))
    )
    for row in rows:
        lengths[row.complaint_id] = lengths.get(row.complaint_id, 0) + 1
        if not row.details.get("imported"):
            worked_on.add(row.complaint_id)
    return {key: length for key, length in lengths.items() if key not in worked_on}


def _apply(complaint: Complaint, findings: Sequence[Finding | None], state: StateRule) -> None:
    pending = any(finding is None for finding in findings)
    substate = state.pending if pending else state.decided
    if complaint.closed_at is not None:
        substate = Substate.CLOSED
    complaint.substate = substate.value
    complaint.public_state = PUBLIC_STATE[substate].value
    complaint.closure_reason = state.closure_reason.value if substate.is_closed else None
    complaint.finding = None if pending else summary_of([f for f in findings if f is not None]).value


def summary_of(findings: Sequence[Finding]) -> Finding:
    """The outcome of a case from its findings: all, some or none substantiated."""
    kinds = set(findings)
    if len(kinds) == 1:
        return kinds.pop()
    found = kinds & {Finding.SUBSTANTIATED, Finding.PARTLY_SUBSTANTIATED}
    return Finding.PARTLY_SUBSTANTIATED if found else Finding.NOT_SUBSTANTIATED


def _event_for(substate: Substate) -> Event:
    """The event that leads to where the register leaves a case."""
    if substate.is_closed:
        return Event.CLOSE
    return Event.DECIDE if substate in _DECIDED else Event.START_EXAMINATION


def _finding_facts(
    complaint: Complaint, before: str, findings: Sequence[Finding | None], batch: ImportBatch
) -> dict[str, Fact]:
    return {
        "batch": batch.id,
        "source": batch.source,
        "from": before,
        "to": complaint.substate,
        "finding": complaint.finding,
        "findings": len(findings),
        "pending": sum(1 for finding in findings if finding is None),
        "version": complaint.version,
    }
