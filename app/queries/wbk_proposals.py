"""What our own data proposes for a WBK assessment: facts as they stood, the rules on them, a reader's view.

One condition (:func:`app.queries.wbk_cases.in_reach`) chooses the complaints of every figure and of every
list behind one. The figure counts them all, the list shows those that exist for the reader; where the reader
has an interest in a case, neither has it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import (
    Agency,
    CaseEvent,
    Complaint,
    Recommendation,
    StatisticsMonth,
    TakenProposal,
    User,
    UserRole,
)
from app.queries.assessments import find_assessment
from app.queries.catalogue import find_pledge, list_services
from app.queries.evidence import list_evidence
from app.queries.history import REOPENING, CaseAt, list_cases_at
from app.queries.settings import get_threshold
from app.queries.survey import FEWEST, skm_results
from app.queries.visibility import counted_for
from app.queries.wbk_annexes import list_rounds
from app.queries.wbk_cases import case_row, in_reach, local_date, visible_numbers, year_bounds
from app.queries.wbk_clocks import ClockAt, clocks_of_cases
from reports.rows import (
    ClockStatus,
    EvidenceRow,
    Provenance,
    RecommendationRow,
)
from reports.wbk.proposals.facts import CaseFact, Facts, Period, Reply, ServiceFact, StationFact
from reports.wbk.proposals.figures import seen_by
from reports.wbk.proposals.registry import CASELESS, RULES, propose_all
from reports.wbk.proposals.response import RESPONSIVE, TRANSFORMATION
from workflows.snapshot import Actor
from workflows.vocabulary import Event, Role

FIRST_REPLY = "first_response"
"""Stage of the reply that A6.R.ii.a measures."""
INTERNAL_CHANNELS = frozenset({"whistleblowing"})
"""Codes of ways in for reports from inside the station; the law data of today opens none."""

_REPLIES = {
    ClockStatus.BREACHED: Reply.OVERDUE,
    ClockStatus.MET_LATE: Reply.LATE,
    ClockStatus.MET: Reply.IN_TIME,
}
"""What a clock says of the reply, the worst first."""

Clocks = Mapping[int, Sequence[ClockAt]]


def get_proposals(
    session: Session, agency: Agency, year: int, *, as_of: datetime, actor: Actor
) -> dict[str, Provenance]:
    """What is proposed for each of the sixteen indicators, with the numbers behind each figure."""
    cases, clocks = _cases(session, agency, year, as_of, actor)
    return propose(session, agency, year, as_of=as_of, actor=actor, cases=cases, clocks=clocks)


def find_proposal(
    session: Session, agency: Agency, year: int, indicator_id: str, *, as_of: datetime, actor: Actor
) -> Provenance | None:
    """The proposal for one indicator; None where there is no rule for it."""
    rule = RULES.get(indicator_id)
    if rule is None:
        return None
    within = in_reach(agency, year, actor)
    cases = [] if indicator_id in CASELESS else list_cases_at(session, within, as_of)
    clocks: Clocks = {}
    if indicator_id == RESPONSIVE:
        clocks = clocks_of_cases(session, agency, cases, within, as_of, stages=(FIRST_REPLY,))
    facts = get_facts(
        session, agency, year, as_of=as_of, actor=actor, cases=cases, clocks=clocks, only=indicator_id
    )
    return seen_by(rule(facts), visible_numbers(session, agency, year, actor))


def list_taken(session: Session, assessment_id: int, as_of: datetime) -> dict[str, TakenProposal]:
    """The facts behind answers that were taken from a proposal or against it, the last of each indicator.

    They belong to the answer that stands only where it was given at the same instant.
    """
    rows = session.scalars(
        select(TakenProposal)
        .where(TakenProposal.assessment_id == assessment_id, TakenProposal.at <= as_of)
        .order_by(TakenProposal.at, TakenProposal.id)
    )
    return {row.indicator: row for row in rows}


def propose(
    session: Session,
    agency: Agency,
    year: int,
    *,
    as_of: datetime,
    actor: Actor,
    cases: Sequence[CaseAt],
    clocks: Clocks,
) -> dict[str, Provenance]:
    """The same for cases and clocks that are at hand; both of all in reach, whoever may see them."""
    facts = get_facts(session, agency, year, as_of=as_of, actor=actor, cases=cases, clocks=clocks)
    visible = visible_numbers(session, agency, year, actor)
    return {key: seen_by(item, visible) for key, item in propose_all(facts).items()}


def get_facts(
    session: Session,
    agency: Agency,
    year: int,
    *,
    as_of: datetime,
    actor: Actor,
    cases: Sequence[CaseAt],
    clocks: Clocks,
    only: str | None = None,
) -> Facts:
    """What the rules are given. A station's settings are those of now: their history is not kept.

    :param only: indicator whose rule alone is asked; what it has no use for may be left out
    """
    zone = ZoneInfo(agency.timezone)
    period = Period(year, local_date(as_of, zone), as_of)
    tickets = _tickets(session, agency, year, actor)
    return Facts(
        period=period,
        cases=tuple(
            CaseFact(
                case_row(case, clocks.get(case.id, ()), zone),
                case.channel,
                case.number in tickets,
                None if case.imported else _reply(clocks.get(case.id, ()), as_of),
            )
            for case in cases
        ),
        days_before=(
            _days_before(session, agency, year, as_of, actor) if only in (None, TRANSFORMATION) else ()
        ),
        evaluation=tuple(_recommendations(session, agency, year, "complaint_evaluation")),
        survey_rounds=tuple(list_rounds(session, agency, year, period.cut_off)),
        survey_actions=tuple(_recommendations(session, agency, year, "skm")),
        documents=_documents(session, agency, year, period),
        station=_station(session, agency, period),
    )


def _cases(
    session: Session, agency: Agency, year: int, as_of: datetime, actor: Actor
) -> tuple[list[CaseAt], dict[int, tuple[ClockAt, ...]]]:
    within = in_reach(agency, year, actor)
    cases = list_cases_at(session, within, as_of)
    return cases, clocks_of_cases(session, agency, cases, within, as_of)


def _reply(clocks: Iterable[ClockAt], as_of: datetime) -> Reply | None:
    """What became of the first reply; of several that were owed, the worst."""
    found = {clock.status(as_of) for clock in clocks if clock.effective and clock.stage == FIRST_REPLY}
    return next((reply for status, reply in _REPLIES.items() if status in found), None)


def _tickets(session: Session, agency: Agency, year: int, actor: Actor) -> frozenset[str]:
    """Numbers of the complaints that carry the number of the system they were forwarded from."""
    return frozenset(
        session.scalars(
            select(Complaint.number).where(
                in_reach(agency, year, actor),
                Complaint.imported.is_(False),
                func.coalesce(Complaint.external_number, "") != "",
            )
        )
    )


def _days_before(
    session: Session, agency: Agency, year: int, as_of: datetime, actor: Actor
) -> tuple[int, ...]:
    """Days from complete to decided of the decisions of the year before, as they stood at its end."""
    first, end = year_bounds(year - 1, agency.timezone)
    zone, last = ZoneInfo(agency.timezone), min(as_of, end - timedelta(microseconds=1))
    chosen = select(CaseEvent.complaint_id).where(
        CaseEvent.event == Event.DECIDE.value, CaseEvent.at >= first, CaseEvent.at <= last
    )
    events = session.execute(
        select(CaseEvent.complaint_id, CaseEvent.event, CaseEvent.at)
        .join(Complaint, Complaint.id == CaseEvent.complaint_id)
        .where(
            Complaint.agency_id == agency.id,
            counted_for(actor),
            Complaint.imported.is_(False),
            Complaint.id.in_(chosen),
            CaseEvent.event.in_([Event.DECLARE_COMPLETE.value, Event.DECIDE.value, *REOPENING]),
            CaseEvent.at <= last,
        )
        .order_by(CaseEvent.complaint_id, CaseEvent.seq)
    )
    complete: dict[int, datetime] = {}
    decided: dict[int, datetime] = {}
    for complaint_id, event, at in events:
        if event == Event.DECLARE_COMPLETE.value:
            complete[complaint_id] = at
        elif event == Event.DECIDE.value:
            decided[complaint_id] = at
        else:
            decided.pop(complaint_id, None)
    pairs = [(complete[key], at) for key, at in decided.items() if at >= first and key in complete]
    register = session.execute(
        select(Complaint.declared_complete_at, Complaint.decided_at).where(
            Complaint.agency_id == agency.id,
            counted_for(actor),
            Complaint.imported,
            Complaint.declared_complete_at.is_not(None),
            Complaint.decided_at >= first,
            Complaint.decided_at <= last,
        )
    )
    pairs += [(since, at) for since, at in register if since is not None and at is not None]
    return tuple((local_date(at, zone) - local_date(since, zone)).days for since, at in pairs)


def _recommendations(session: Session, agency: Agency, year: int, origin: str) -> list[RecommendationRow]:
    rows = session.execute(
        select(Recommendation.id, Recommendation.number, Recommendation.issued_on, Recommendation.done_on)
        .where(
            Recommendation.agency_id == agency.id,
            Recommendation.origin == origin,
            Recommendation.issued_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(Recommendation.id)
    )
    return [RecommendationRow(row.number or f"REK-{row.id}", row.issued_on, row.done_on) for row in rows]


def _documents(
    session: Session, agency: Agency, year: int, period: Period
) -> dict[str, tuple[EvidenceRow, ...]]:
    """Sound evidence by indicator, at the cut-off."""
    assessment = find_assessment(session, agency.id, year)
    found: dict[str, list[EvidenceRow]] = {}
    for row in list_evidence(session, assessment.id, period.as_of) if assessment else ():
        if row.counts_on(period.cut_off):
            for indicator_id in row.indicator_ids:
                found.setdefault(indicator_id, []).append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _station(session: Session, agency: Agency, period: Period) -> StationFact:
    officers = select(func.count(func.distinct(User.id))).where(
        User.agency_id == agency.id,
        User.is_active,
        User.created_at <= period.as_of,
        User.id.in_(select(UserRole.user_id).where(UserRole.role == Role.INTAKE.value)),
    )
    pledge = find_pledge(session, agency.id)
    months = frozenset(
        session.scalars(
            select(StatisticsMonth.month).where(
                StatisticsMonth.agency_id == agency.id,
                StatisticsMonth.month.between(date(period.year, 1, 1), date(period.year, 12, 31)),
                StatisticsMonth.frozen_at <= period.as_of,
            )
        )
    )
    answers = _published_answers(session, agency, months)
    services = list_services(session, agency.id, with_standards=True)
    return StationFact(
        intake_officers=session.scalar(officers) or 0,
        services=tuple(ServiceFact(one.label_id, len(one.standards)) for one in services),
        pledge_on=pledge.signed_on if pledge else None,
        survey_answers=answers,
        survey_is_public=answers >= max(get_threshold(session, agency.id), FEWEST),
        frozen_months=months,
        internal_channels=tuple(
            channel.label_id for code, channel in get_law().channels.items() if code in INTERNAL_CHANNELS
        ),
    )


def _published_answers(session: Session, agency: Agency, months: frozenset[date]) -> int:
    """Survey answers of the months that the open statistics page is about."""
    if not months:
        return 0
    return skm_results(session, agency.id, min(months), max(months)).overall.respondents
