"""Write historic registers: cases and findings that were dealt with elsewhere, a batch a transaction.

Imported history is a case like any other in the register, in search and in the log; it has deadlines, but it
never gets a notice, an alert or an escalation, and what its register doesn't tell stays unknown. It doesn't
pass through the transition table, since nobody acts on it here; the CHECKs of the tables hold it all the
same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import (
    Agency,
    CaseEvent,
    CaseKey,
    ClockPoint,
    Complainant,
    Complaint,
    ComplaintCounter,
    Deadline,
    ImportBatch,
    Service,
)
from app.models.complaint import FAR_FUTURE
from app.queries.calendars import get_calendar
from app.queries.imports import find_known_cases
from app.security.ring import get_keys
from app.security.vault import new_case_key, wrap_case_key
from app.services.audit_batch import CaseFinding, append_findings
from app.services.audit_log import append_agency_entry
from app.services.clocks import closed_at, fill_deadline, refresh_queue
from app.services.import_rows import history_row
from app.services.particulars import committed_text
from app.services.texts import derive_salt
from workflows import sla
from workflows.audit import Fact
from workflows.calendar import WorkingCalendar
from workflows.commitments import commit_text
from workflows.snapshot import SYSTEM
from workflows.vocabulary import (
    PUBLIC_STATE,
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    IdentityMode,
    Role,
    Substate,
)

IMPORTABLE = tuple(
    substate.value
    for substate in Substate
    if substate
    not in (
        Substate.DISPOSITIONED,
        Substate.ACCEPTED_BY_UNIT,
        Substate.REASSIGNED,
        Substate.TRANSFER_PENDING,
        Substate.AWAITING_COMPLETION,
        Substate.AWAITING_COMPLAINANT_INFO,
    )
)
"""Where history may stand: not with a unit that the register doesn't name, nor waiting for a complainant whom
nobody can reach from here."""


@dataclass(frozen=True, slots=True)
class StateRule:
    """Where a case stands by what its register knows.

    :ivar initial: a complaint on its own
    :ivar pending: a complaint with a finding that is still open
    :ivar decided: a complaint of which every finding is known
    :ivar closure_reason: for whichever of them is closed
    """

    initial: Substate
    pending: Substate
    decided: Substate
    closure_reason: ClosureReason


@dataclass(frozen=True, slots=True)
class HistoricCase:
    """A complaint as its register tells it; dates it doesn't tell are None."""

    external_number: str
    received_at: datetime
    narrative: str
    complaint_class: ComplaintClass
    category: str | None = None
    maladministration: str | None = None
    channel: str = "letter"
    language: str = "id"
    identity_mode: IdentityMode = IdentityMode.ANONYMOUS
    service_code: str | None = None
    service_date: date | None = None
    place: str = ""
    loss: str = ""
    remedy_sought: str = ""
    respondent_text: str = ""
    finding: Finding | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch did.

    :ivar touched: cases that its findings belong to
    """

    new: int
    known: int
    touched: frozenset[int] = frozenset()


def open_batch(
    agency_id: int, *, source: str, kind: str, file_sha256: str, mapping_sha256: str, at: datetime
) -> int:
    """Begin an import: id of its batch."""

    def work(session: Session) -> int:
        batch = ImportBatch(
            agency_id=agency_id,
            source=source,
            kind=kind,
            file_sha256=file_sha256,
            mapping_sha256=mapping_sha256,
            started_at=at,
        )
        session.add(batch)
        session.flush()
        return batch.id

    return run_in_unit(work)


def close_batch(batch_id: int, *, new: int, known: int, refused: int, at: datetime) -> None:
    """End an import: its counts, and an entry in the log of the agency."""

    def work(session: Session) -> None:
        batch = session.get_one(ImportBatch, batch_id)
        batch.rows_new, batch.rows_known, batch.rows_refused = new, known, refused
        batch.finished_at = at
        append_agency_entry(
            session,
            session.get_one(Agency, batch.agency_id),
            kind="register.import",
            actor=SYSTEM,
            role=Role.SYSTEM,
            at=at,
            facts={
                "batch": batch.id,
                "source": batch.source,
                "kind": batch.kind,
                "file_sha256": batch.file_sha256,
                "mapping_sha256": batch.mapping_sha256,
                "rows_new": new,
                "rows_known": known,
                "rows_refused": refused,
            },
        )

    run_in_unit(work)


# --- complaints --------------------------------------------------------------------------


def import_cases(batch_id: int, cases: Sequence[HistoricCase], *, state: StateRule, at: datetime) -> Written:
    """Write the cases that aren't here yet, in one transaction and in their order."""
    keys = [new_case_key() for _ in cases]

    def work(session: Session) -> Written:
        batch = session.get_one(ImportBatch, batch_id)
        agency = session.get_one(Agency, batch.agency_id)
        numbers = [case.external_number for case in cases]
        known = find_known_cases(session, agency.id, batch.source, numbers)
        fresh = [
            (case, key) for case, key in zip(cases, keys, strict=True) if case.external_number not in known
        ]
        if fresh:
            _CaseWriter(session, batch, agency, state, at).write(fresh)
        return Written(new=len(fresh), known=len(cases) - len(fresh))

    return run_in_unit(work)


@dataclass(slots=True)
class _CaseWriter:
    """Writes one batch of complaints, table by table."""

    session: Session
    batch: ImportBatch
    agency: Agency
    state: StateRule
    at: datetime

    def write(self, fresh: Sequence[tuple[HistoricCase, bytes]]) -> None:
        calendar = get_calendar(self.session, self.agency)
        services = _services(self.session, self.agency.id)
        years = _Counters(self.session, self.agency)
        rows = []
        deadlines: list[list[Deadline]] = []
        for case, key in fresh:
            row = self._complaint(case, services)
            row.commitment = commit_text(committed_text(row), derive_salt(key, "complaint"))
            row.year, row.counter, row.number = years.take(case.received_at)
            clocks = _deadlines(row, case, calendar, self.at)
            refresh_queue(row, clocks)
            rows.append(row)
            deadlines.append(clocks)
        years.store()
        self.session.add_all(rows)
        self.session.flush()
        for row, clocks in zip(rows, deadlines, strict=True):
            for clock in clocks:
                clock.complaint_id = row.id
        self.session.add_all(clock for clocks in deadlines for clock in clocks)
        self._write_vault(rows, fresh)
        self._write_history(rows, fresh)
        append_findings(
            self.session,
            [CaseFinding(row.id, row.number, row.agency_id, "import", self._facts(row)) for row in rows],
            at=self.at,
        )
        self.session.flush()

    def _complaint(self, case: HistoricCase, services: Mapping[str, int]) -> Complaint:
        substate = _substate_of(case, self.state)
        return Complaint(
            agency_id=self.agency.id,
            agency=self.agency,
            version=1,
            substate=substate.value,
            public_state=PUBLIC_STATE[substate].value,
            complaint_class=case.complaint_class.value,
            class_is_provisional=True,
            category=case.category,
            maladministration=case.maladministration,
            channel=case.channel,
            language=case.language,
            identity_mode=case.identity_mode.value,
            received_at=case.received_at,
            recorded_at=self.at,
            decided_at=case.decided_at,
            closed_at=case.closed_at if substate.is_closed else None,
            closure_reason=self.state.closure_reason.value if substate.is_closed else None,
            finding=case.finding.value if case.finding else None,
            service_id=services.get(case.service_code or ""),
            service_date=case.service_date,
            place=case.place,
            narrative=case.narrative,
            loss=case.loss,
            remedy_sought=case.remedy_sought,
            respondent_text=case.respondent_text,
            queue_due_at=FAR_FUTURE,
            remedies=[],
            breached_stages=0,
            imported=True,
            import_source=self.batch.source,
            external_number=case.external_number,
            import_batch_id=self.batch.id,
        )

    def _write_vault(self, rows: Sequence[Complaint], fresh: Sequence[tuple[HistoricCase, bytes]]) -> None:
        """A key for each case, so that it can be forgotten like any other; no identity."""
        keys = get_keys()
        wrapped = [wrap_case_key(keys, key) for _, key in fresh]
        self.session.execute(
            insert(CaseKey),
            [
                {
                    "complaint_id": row.id,
                    "vault_key_id": key_id,
                    "wrapped_key": blob,
                    "created_at": self.at,
                }
                for row, (key_id, blob) in zip(rows, wrapped, strict=True)
            ],
        )
        self.session.execute(
            insert(Complainant),
            [
                {"complaint_id": row.id, "identity_mode": row.identity_mode, "wants_notices": False}
                for row in rows
            ],
        )

    def _write_history(self, rows: Sequence[Complaint], fresh: Sequence[tuple[HistoricCase, bytes]]) -> None:
        """One event: received then, and where the register leaves it."""
        self.session.execute(
            insert(CaseEvent),
            [
                history_row(row.id, 1, Event.SUBMIT, None, row.substate, row.received_at, self.batch)
                for row in rows
            ],
        )
        points = [
            {"complaint_id": row.id, "code": code, "at": instant}
            for row, (case, _) in zip(rows, fresh, strict=True)
            for code, instants in _points(case, self.agency).items()
            for instant in instants
        ]
        self.session.execute(insert(ClockPoint), points)

    def _facts(self, row: Complaint) -> dict[str, Fact]:
        return {
            "batch": self.batch.id,
            "source": self.batch.source,
            "commitment": row.commitment,
            "received_at": row.received_at.isoformat(),
            "to": row.substate,
            "class": row.complaint_class,
            "version": row.version,
        }


class _Counters:
    """Numbers of an agency, by the year of receipt in its own zone."""

    def __init__(self, session: Session, agency: Agency) -> None:
        self.session, self.agency = session, agency
        self.zone = ZoneInfo(agency.timezone)
        self.rows: dict[int, ComplaintCounter] = {}

    def take(self, received_at: datetime) -> tuple[int, int, str]:
        """Year, counter and number of the next case received at an instant."""
        year = received_at.astimezone(self.zone).year
        if year not in self.rows:
            found = self.session.scalar(
                select(ComplaintCounter)
                .where(ComplaintCounter.agency_id == self.agency.id, ComplaintCounter.year == year)
                .with_for_update()
            )
            self.rows[year] = found or ComplaintCounter(agency_id=self.agency.id, year=year, last=0)
        row = self.rows[year]
        row.last += 1
        return year, row.last, f"{self.agency.code}-{year}-{row.last:06d}"

    def store(self) -> None:
        """Keep the new counters too."""
        self.session.add_all(self.rows.values())


def _services(session: Session, agency_id: int) -> dict[str, int]:
    rows = session.execute(select(Service.code, Service.id).where(Service.agency_id == agency_id))
    return {row.code: row.id for row in rows}


def _substate_of(case: HistoricCase, state: StateRule) -> Substate:
    """A closing date closes; else as the rule says."""
    return Substate.CLOSED if case.closed_at is not None else state.initial


def _points(case: HistoricCase, agency: Agency) -> dict[str, tuple[datetime, ...]]:
    """Instants that the register tells."""
    points: dict[str, tuple[datetime, ...]] = {Event.SUBMIT.value: (case.received_at,)}
    if case.service_date is not None:
        zone = ZoneInfo(agency.timezone)
        served_at = datetime.combine(case.service_date, datetime.min.time(), zone)
        points |= {"service_received": (served_at,), "event_date": (served_at,)}
    if case.decided_at is not None:
        points[Event.DECIDE.value] = (case.decided_at,)
    if case.closed_at is not None:
        points[Event.CLOSE.value] = (case.closed_at,)
    return points


def _deadlines(row: Complaint, case: HistoricCase, calendar: WorkingCalendar, at: datetime) -> list[Deadline]:
    """What `sync_deadlines` would store, without asking the database for what is at hand."""
    facts = sla.ClockFacts(points=_points(case, row.agency), closed_at=closed_at(row))
    clocks = []
    for computed in sla.compute_deadlines(get_law(), case.complaint_class, facts, calendar):
        clock = Deadline()
        fill_deadline(clock, computed, at, imported=True)
        clocks.append(clock)
    return clocks
