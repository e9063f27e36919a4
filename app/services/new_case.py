"""A case before it is stored: every column of its rows, computed in memory.

Of a case that nobody has seen yet, nothing needs to be read back: two events make it (submitted,
acknowledged), and what the rules decide on is known. So :mod:`app.services.lodging` writes each table once
instead of once an event. The rules are those of every other event: :func:`workflows.transitions.decide`
decides, and columns, facts and clocks come from the functions that :mod:`app.services.casework` uses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.law import class_of_category, get_law, get_table
from app.queries.grounds import Ground, Station
from app.queries.snapshots import missing_fields
from app.security.vault import Sealer
from app.services.audit_log import Link, acting_role
from app.services.casework import event_columns, facts_of, state_columns
from app.services.clocks import Move, binding_classes, deadline_columns, waits_of
from app.services.filing import Filing
from app.services.particulars import joined_text
from app.services.texts import COMPLAINT_SALT, derive_salt
from workflows import sla
from workflows.audit import Fact
from workflows.calendar import WorkingCalendar
from workflows.commitments import commit_text
from workflows.errors import CaseNotVisible
from workflows.permissions import can_see
from workflows.snapshot import SYSTEM, Actor, CaseSnapshot, Decision, Given, Respondent
from workflows.transitions import decide, submission
from workflows.vocabulary import ComplaintClass, Event, Role, Substate

FILING_WINDOW_DAYS = 30
"""UU 25/2009 Pasal 42 ayat (2); a later complaint is flagged and still accepted."""

KEY_VERSION = 1

_NOTHING = Given()
_SUBMITTERS = frozenset({Role.COMPLAINANT, Role.INTAKE})


@dataclass(frozen=True, slots=True)
class Step:
    """An event that was decided, and the version that the case has after it."""

    decision: Decision
    actor: Actor
    role: Role
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What is known of a case before anything of it is stored; letters and receipts are written from it.

    :ivar superiors: of the unit complained of, nearest first, as they are now
    :ivar counter: its place among the complaints of the station in the year
    """

    filing: Filing
    ground: Ground
    superiors: tuple[int, ...]
    year: int
    counter: int
    received_at: datetime
    recorded_at: datetime
    finding: str | None = None
    closure_reason: str | None = None
    remedies: list[str] = field(default_factory=list)
    compensation_idr: int | None = None
    compensation_due_on: None = None

    @property
    def agency(self) -> Station:
        """The station that received it."""
        return self.ground.agency

    @property
    def zone(self) -> ZoneInfo:
        """Where its dates are read."""
        return ZoneInfo(self.agency.timezone)

    @property
    def number(self) -> str:
        """The public number."""
        return f"{self.agency.code}-{self.year}-{self.counter:06d}"

    @property
    def language(self) -> str:
        """The complainant's."""
        return self.filing.language

    @property
    def complaint_class(self) -> ComplaintClass:
        """Provisional, by the citizen's own category."""
        return class_of_category(self.filing.category)

    @property
    def text(self) -> str:
        """The text that the commitment and the receipt stand for."""
        told = self.filing
        return joined_text(told.narrative, told.loss, told.remedy_sought, told.fee, told.circumstances)

    @property
    def salt(self) -> bytes:
        """Opens the commitments to the text and the files."""
        return derive_salt(self.filing.case_key, COMPLAINT_SALT)

    def snapshot(self, substate: Substate, version: int) -> CaseSnapshot:
        """The case as the rules see it; its allegation has no row yet, hence no number to be judged by."""
        filing, complaint_class = self.filing, self.complaint_class
        unit_id = self.ground.unit_id
        return CaseSnapshot(
            number=self.number,
            agency_id=self.agency.id,
            version=version,
            substate=substate,
            complaint_class=complaint_class,
            identity_mode=filing.identity_mode,
            received_at=self.received_at,
            service_unit_id=unit_id,
            respondents=() if unit_id is None else (Respondent(None, unit_id, self.superiors),),
            missing_fields=missing_fields(
                complaint_class,
                filing,
                anonymous=filing.is_anonymous,
                has_name=bool(filing.identity.name.strip()),
                has_address=bool(filing.identity.address.strip()),
            ),
            compensation_claimed=filing.compensation_claim_idr is not None,
            in_danger=filing.in_danger,
        )


# --- what happens to it --------------------------------------------------------------


def submit(case: NewCase, actor: Actor) -> Step:
    """Its first event, which nothing can refuse."""
    return Step(submission(case.received_at), actor, acting_role(actor, _SUBMITTERS), 2)


def acknowledge(case: NewCase, submitted: Step, actor: Actor) -> Step:
    """Its second: the receipt, at the desk by the officer, on the web by the system (Pasal 44 ayat (1)).

    :raises workflows.errors.Refused: the officer has an interest in the case, or serves elsewhere
    """
    who = actor if actor.user_id is not None else SYSTEM
    seen, table = case.snapshot(submitted.decision.to, submitted.version), get_table()
    if not can_see(seen, who):
        raise CaseNotVisible(Event.ACKNOWLEDGE)
    decision = decide(seen, Event.ACKNOWLEDGE, who, case.recorded_at, table=table, given=_NOTHING)
    role = acting_role(who, table[Event.ACKNOWLEDGE].by)
    return Step(decision, who, role, submitted.version + 1)


def clock_points(case: NewCase, submitted: Step, acknowledged: Step) -> tuple[tuple[str, datetime], ...]:
    """Instants that start or stop its clocks, in the order in which they became known."""
    served_on = case.filing.service_date
    served: tuple[tuple[str, datetime], ...] = ()
    if served_on is not None:
        served_at = datetime.combine(served_on, datetime.min.time(), case.zone)
        served = (("service_received", served_at), ("event_date", served_at))
    return (*served, *submitted.decision.points, *acknowledged.decision.points)


def clocks(
    case: NewCase,
    points: tuple[tuple[str, datetime], ...],
    history: tuple[Step, ...],
    calendar: WorkingCalendar,
) -> list[dict[str, Any]]:
    """The columns of its deadlines."""
    found: dict[str, list[datetime]] = {}
    for code, at in sorted(points, key=lambda point: point[1]):
        found.setdefault(code, []).append(at)
    facts = sla.ClockFacts(
        points={code: tuple(instants) for code, instants in found.items()},
        waits=waits_of(Move(step.decision.before, step.decision.to, step.decision.at) for step in history),
    )
    return [
        deadline_columns(deadline, case.recorded_at)
        for complaint_class in binding_classes(case.complaint_class, in_danger=case.filing.in_danger)
        for deadline in sla.compute_deadlines(get_law(), complaint_class, facts, calendar)
    ]


# --- its rows ------------------------------------------------------------------------


def complaint_columns(
    case: NewCase, last: Step, actor: Actor, *, code_digest: str, commitment: str
) -> dict[str, Any]:
    """The case itself, but for what it repeats of its clocks."""
    filing, ground = case.filing, case.ground
    received_on = case.received_at.astimezone(case.zone).date()
    return {
        "agency_id": ground.agency.id,
        "year": case.year,
        "counter": case.counter,
        "number": case.number,
        "version": last.version,
        **state_columns(last.decision),
        "complaint_class": case.complaint_class.value,
        "class_is_provisional": True,
        "category": filing.category,
        "maladministration": _maladministration(filing.category),
        "channel": filing.channel,
        "language": filing.language,
        "identity_mode": filing.identity_mode.value,
        "received_at": case.received_at,
        "recorded_at": case.recorded_at,
        "remedies": [],
        "service_id": ground.service_id,
        "product_id": ground.product_id,
        "service_date": filing.service_date,
        "place": filing.place,
        "narrative": filing.narrative,
        "loss": filing.loss,
        "remedy_sought": filing.remedy_sought,
        "respondent_text": filing.respondent_text,
        "compensation_claim_idr": filing.compensation_claim_idr,
        "filed_late": filing.service_date is not None
        and received_on > filing.service_date + timedelta(days=FILING_WINDOW_DAYS),
        "in_danger": filing.in_danger,
        "receiving_officer_id": actor.user_id,
        "code_digest": code_digest,
        "commitment": commitment,
        "imported": False,
        "import_source": filing.external_source,
        "external_number": filing.external_number,
    }


def _maladministration(category: str | None) -> str | None:
    law = get_law()
    known = law.issues.get(category or "") or law.conduct.get(category or "")
    return known.maladministration if known else None


def identity_columns(case: NewCase, complaint_id: int) -> dict[str, Any]:
    """Who complains, sealed."""
    filing, identity = case.filing, case.filing.identity
    sealer = Sealer(filing.case_key)

    def sealed(name: str, text: str) -> bytes | None:
        text = text.strip()
        if filing.is_anonymous or not text:
            return None
        return sealer.seal(case_id=complaint_id, field=name, version=KEY_VERSION, text=text)

    return {
        "complaint_id": complaint_id,
        "identity_mode": filing.identity_mode.value,
        "key_version": KEY_VERSION,
        "name_sealed": sealed("name", identity.name),
        "address_sealed": sealed("address", identity.address),
        "email_sealed": sealed("email", identity.email),
        "phone_sealed": sealed("phone", identity.phone),
        "proxy_sealed": sealed("proxy", identity.proxy),
        "wants_notices": identity.wants_notices and not filing.is_anonymous,
    }


def history_rows(complaint_id: int, steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Its history, in order."""
    return [
        {
            "complaint_id": complaint_id,
            "seq": seq,
            **event_columns(step.decision, step.actor, step.role, _NOTHING),
        }
        for seq, step in enumerate(steps, 1)
    ]


def log_rows(
    case: NewCase, complaint_id: int, told: tuple[tuple[Step, Mapping[str, Fact]], ...]
) -> Iterator[dict[str, Any]]:
    """The entries of its chain, in order.

    :param told: each step with what only it has to say
    """
    link = Link.of_case(case.number)
    for step, facts in told:
        row = link.next_row(
            agency_id=case.agency.id,
            complaint_id=complaint_id,
            kind=step.decision.action.value,
            actor=step.actor.label,
            role=step.role,
            at=case.recorded_at,
            facts=facts_of(step.decision, step.version, case.complaint_class.value, facts),
        )
        link = Link.after(row)
        yield row


def submission_facts(case: NewCase, commitment: str) -> dict[str, Fact]:
    """What the log says of the complaint itself: nothing that it says."""
    return {
        "commitment": commitment,
        "channel": case.filing.channel,
        "identity_mode": case.filing.identity_mode.value,
        "received_at": case.received_at.isoformat(),
        "files": len(case.filing.files),
    }


def commitment_of(case: NewCase) -> str:
    """What binds us to the text."""
    return commit_text(case.text, case.salt)
