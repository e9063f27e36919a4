"""What the WBK workbook is made of, from live data: answers, evidence, cases, clocks, the origin of figures.

Everything is as it stood at one instant, ``as_of``. Cases received later don't count; what happened later to
the others has not happened. An actor's own view is applied: who may not see a case finds it in no figure.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, Complaint, Recommendation, SurveyRound
from app.queries.assessments import (
    GivenAnswer,
    agency_info,
    find_assessment,
    get_answers,
    get_worksheet,
    list_evidence,
)
from app.queries.history import CaseAt, list_cases_at
from app.queries.visibility import visible_to
from app.queries.wbk_clocks import ClockAt, clocks_of_cases, decision_due_at
from reports.rows import (
    AnonymisedCaseRow,
    ClockRow,
    ClockStatus,
    Provenance,
    RecommendationRow,
    SurveyRoundRow,
    UnitAnswer,
    WbkInput,
)
from reports.wbk.automatic import automatic_provenance
from workflows.law import Law
from workflows.snapshot import Actor
from workflows.vocabulary import PUBLIC_STATE, Binding, ClosureReason

STAGES: Mapping[str, str] = {
    "acknowledgement": "Tanda terima",
    "verification": "Verifikasi dan penelaahan",
    "first_response": "Tanggapan pertama",
    "completeness_notice": "Pemberitahuan kelengkapan",
    "investigation": "Pemeriksaan",
    "routing": "Penyaluran ke unit",
    "result_notice": "Pemberitahuan hasil klarifikasi",
    "resolution": "Keputusan",
    "resolution_kip": "Jawaban permintaan informasi",
    "extension_kip": "Jawaban setelah perpanjangan",
    "decision_delivery": "Penyampaian keputusan",
    "objection_review": "Pemeriksaan keberatan",
    "appeal_reply": "Jawaban keberatan informasi",
    "escalation": "Pemberitahuan kepada Kapolresta",
}
"""The station's stages in the words of the workbook, which is Indonesian whoever exports it."""

BASIS_WORDS = {"manual": "", "proposal": "Usul sistem yang diterima petugas"}


def get_wbk_input(
    session: Session, agency: Agency, year: int, *, as_of: datetime, actor: Actor, generated_by: str = ""
) -> WbkInput:
    """The whole input of the workbook of one agency and year.

    An agency without an assessment gets an empty worksheet of the present version.

    :param generated_by: function of who exports, never a name
    """
    cases = list_cases_at(session, in_reach(agency, year, actor), as_of)
    clocks = clocks_of_cases(session, agency, cases, in_reach(agency, year, actor), as_of)
    zone = ZoneInfo(agency.timezone)
    rows = tuple(_case_row(case, clocks.get(case.id, ()), zone) for case in cases)
    provenance = _provenance(session, agency, year, as_of, rows)
    assessment = find_assessment(session, agency.id, year)
    given = get_answers(session, assessment.id, as_of) if assessment else {}
    return WbkInput(
        agency=agency_info(session, agency),
        year=year,
        as_of=as_of,
        worksheet_version=assessment.worksheet_version if assessment else get_worksheet().version,
        answers=_answers(given, provenance, zone),
        evidence=list_evidence(session, assessment.id, as_of) if assessment else (),
        provenance=provenance,
        cases=rows,
        clocks=tuple(_clock_rows(cases, clocks, as_of)),
        generated_by=generated_by,
    )


def get_provenance(
    session: Session, agency: Agency, year: int, *, as_of: datetime, actor: Actor
) -> dict[str, Provenance]:
    """What our own data proposes for the automatic indicators, with the cases behind each figure."""
    zone = ZoneInfo(agency.timezone)
    cases = list_cases_at(session, in_reach(agency, year, actor), as_of)
    return _provenance(session, agency, year, as_of, tuple(_case_row(case, (), zone) for case in cases))


def in_reach(agency: Agency, year: int, actor: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint``: received in the year, or before it and not ended by then.

    It may let a few more through; which of them count is said by ``reports.wbk.automatic.in_period``.
    """
    start, end = year_bounds(year, agency.timezone)
    left_over = or_(
        Complaint.closed_at >= start,
        Complaint.closed_at.is_(None)
        & or_(Complaint.imported.is_(False), Complaint.substate.not_like("closed%")),
    )
    return (
        (Complaint.agency_id == agency.id)
        & (Complaint.received_at < end)
        & or_(Complaint.received_at >= start, left_over)
        & visible_to(actor)
    )


def year_bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """First instant of a local year, and of the one after it, in UTC."""
    first, after = (datetime(y, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for y in (year, year + 1))
    return first, after


def _provenance(
    session: Session, agency: Agency, year: int, as_of: datetime, cases: tuple[AnonymisedCaseRow, ...]
) -> dict[str, Provenance]:
    cut_off = _on(as_of, ZoneInfo(agency.timezone))
    return automatic_provenance(
        cases=cases,
        evaluation=_recommendations(session, agency, year, "complaint_evaluation"),
        survey_rounds=_survey_rounds(session, agency, year),
        survey_actions=_recommendations(session, agency, year, "skm"),
        year=year,
        cut_off=cut_off,
        as_of=as_of,
    )


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


def _survey_rounds(session: Session, agency: Agency, year: int) -> list[SurveyRoundRow]:
    rows = session.execute(
        select(SurveyRound.id, SurveyRound.report_number, SurveyRound.closed_on, SurveyRound.reported_on)
        .where(
            SurveyRound.agency_id == agency.id,
            SurveyRound.opened_on <= date(year, 12, 31),
            or_(SurveyRound.closed_on.is_(None), SurveyRound.closed_on >= date(year, 1, 1)),
        )
        .order_by(SurveyRound.id)
    )
    return [
        SurveyRoundRow(row.report_number or f"SKM-{row.id}", row.closed_on, row.reported_on) for row in rows
    ]


# --- rows of the workbook --------------------------------------------------------------


def _on(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _case_row(case: CaseAt, clocks: tuple[ClockAt, ...], zone: ZoneInfo) -> AnonymisedCaseRow:
    def on(at: datetime | None) -> date | None:
        return _on(at, zone) if at is not None else None

    channel = get_law().channels.get(case.channel)
    return AnonymisedCaseRow(
        number=case.number,
        received_on=_on(case.received_at, zone),
        channel=channel.label_id if channel else case.channel,
        service=case.service or "",
        complaint_class=case.complaint_class,
        classified=case.classified,
        state=PUBLIC_STATE[case.substate],
        substate=case.substate,
        finding=case.finding,
        closure_reason=case.closure_reason,
        duplicate=case.closure_reason == ClosureReason.DUPLICATE,
        complete_on=on(case.complete_at),
        decided_on=on(case.decided_at),
        ended_on=on(case.ended_at),
        decision_due_on=on(decision_due_at(case, clocks)),
        has_recorded_action=case.acted,
        imported=case.imported,
    )


def _clock_rows(
    cases: list[CaseAt], clocks: Mapping[int, tuple[ClockAt, ...]], as_of: datetime
) -> Iterator[ClockRow]:
    law, cited = get_law(), dict[tuple[str, ...], str]()
    for case in cases:
        for clock in clocks.get(case.id, ()):
            status = clock.status(as_of)
            if case.imported and clock.met_at is None and status is not ClockStatus.RUNNING:
                continue  # the register doesn't say what became of it
            if clock.sources not in cited:
                cited[clock.sources] = "; ".join(_cite(law, source) for source in clock.sources)
            yield ClockRow(
                case_number=case.number,
                stage=STAGES.get(clock.stage, clock.stage),
                law=cited[clock.sources],
                binding=Binding(clock.binding),
                due_at=clock.due_at,
                met_at=clock.met_at,
                status=status,
                provisional_calendar=clock.provisional_calendar,
            )


def _cite(law: Law, source: str) -> str:
    """A stored source for readers: ``uu25_2009 | Pasal 50(1)`` becomes ``UU 25/2009 Pasal 50(1)``."""
    key, _, locator = (part.strip() for part in source.partition("|"))
    if key == "local_policy":
        return "Kebijakan setempat"
    known = law.sources[key]
    mark = " " if known.short_title != known.title else ", "
    return mark.join(filter(None, (known.short_title, locator)))


def _answers(
    given: Mapping[str, GivenAnswer], provenance: Mapping[str, Provenance], zone: ZoneInfo
) -> dict[str, UnitAnswer]:
    """What people answered; a proposal nobody took up stands in the note, its answer stays empty."""
    answers = {
        key: UnitAnswer(
            value=answer.value,
            note=answer.note,
            answered_by_title=answer.by_title,
            answered_on=_on(answer.at, zone),
            basis=BASIS_WORDS.get(answer.basis, answer.basis),
        )
        for key, answer in given.items()
    }
    for key, item in provenance.items():
        if key not in answers and item.proposal is not None:
            answers[key] = UnitAnswer(
                None, note=f"Usul sistem: {proposal_words(item)}. Belum dijawab petugas."
            )
    return answers


def proposal_words(item: Provenance) -> str:
    """A proposal on one line: ``Ya``, or ``harus ditindaklanjuti 140, selesai 126``."""
    proposal: Any = item.proposal
    if isinstance(proposal, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in proposal.items())
    return str(proposal)
