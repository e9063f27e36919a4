"""What the WBK workbook is made of, from live data: answers, evidence, cases, clocks, the origin of figures.

Everything is as it stood at one instant, ``as_of``. Cases received later don't count; what happened later to
the others has not happened. An actor's own view is applied: who may not see a case finds it in no list. The
figures that answers rest on count it all the same, and say that it is not listed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, TakenProposal
from app.queries.assessments import (
    GivenAnswer,
    agency_info,
    find_assessment,
    get_answers,
    get_worksheet,
)
from app.queries.evidence import list_evidence
from app.queries.history import CaseAt, list_cases_at
from app.queries.wbk_annexes import get_survey_annex, list_tracked
from app.queries.wbk_cases import case_row, in_reach, visible_numbers
from app.queries.wbk_clocks import ClockAt, clocks_of_cases
from app.queries.wbk_proposals import list_taken, propose
from reports.rows import AgencyInfo, ClockRow, ClockStatus, Provenance, UnitAnswer, WbkInput
from workflows.law import Law
from workflows.snapshot import Actor
from workflows.vocabulary import Binding

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

BASIS_WORDS = {
    "manual": "",
    "proposal": "Usul sistem yang diterima petugas",
    "correction": "Koreksi petugas atas usul sistem",
}


def get_wbk_input(
    session: Session, agency: Agency, year: int, *, as_of: datetime, actor: Actor, generated_by: str = ""
) -> WbkInput:
    """The whole input of the workbook of one agency and year.

    An agency without an assessment gets an empty worksheet of the present version.

    :param generated_by: function of who exports, never a name
    """
    within, zone = in_reach(agency, year, actor), ZoneInfo(agency.timezone)
    cases = list_cases_at(session, within, as_of)
    clocks = clocks_of_cases(session, agency, cases, within, as_of)
    provenance = propose(session, agency, year, as_of=as_of, actor=actor, cases=cases, clocks=clocks)
    visible = visible_numbers(session, agency, year, actor)
    everything, cases = len(cases), [case for case in cases if case.number in visible]
    rows = tuple(case_row(case, clocks.get(case.id, ()), zone) for case in cases)
    assessment = find_assessment(session, agency.id, year)
    given = get_answers(session, assessment.id, as_of) if assessment else {}
    taken = list_taken(session, assessment.id, as_of) if assessment else {}
    info = agency_info(session, agency)
    return WbkInput(
        agency=info,
        year=year,
        as_of=as_of,
        worksheet_version=assessment.worksheet_version if assessment else get_worksheet().version,
        answers=_answers(given, provenance, taken, info),
        evidence=list_evidence(session, assessment.id, as_of) if assessment else (),
        provenance=provenance,
        cases=rows,
        clocks=tuple(_clock_rows(cases, clocks, as_of)),
        survey=get_survey_annex(session, agency, year, as_of),
        tracked=list_tracked(session, agency, year, as_of),
        assessed=assessment is not None,
        unlisted=everything - len(cases),
        generated_by=generated_by,
    )


# --- rows of the workbook --------------------------------------------------------------


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
    given: Mapping[str, GivenAnswer],
    provenance: Mapping[str, Provenance],
    taken: Mapping[str, TakenProposal],
    agency: AgencyInfo,
) -> dict[str, UnitAnswer]:
    """What people answered; a proposal nobody took up stands in the note, its answer stays empty."""
    answers = {
        key: UnitAnswer(
            value=answer.value,
            note=answer.note,
            answered_by_title=answer.by_title,
            answered_on=agency.local(answer.at).date(),
            basis=_basis(answer, taken.get(key), agency),
        )
        for key, answer in given.items()
    }
    for key, item in provenance.items():
        if key not in answers and item.proposal is not None:
            answers[key] = UnitAnswer(
                None, note=f"Usul sistem: {proposal_words(item)}. Belum dijawab petugas."
            )
    return answers


def _basis(answer: GivenAnswer, taken: TakenProposal | None, agency: AgencyInfo) -> str:
    """What an answer rests on; of a proposal also the query and the instant that it was given for."""
    words = BASIS_WORDS.get(answer.basis, answer.basis)
    if not words or taken is None or taken.at != answer.at:
        return words
    drawn = f"{agency.local(taken.as_of):%d-%m-%Y %H.%M} {agency.zone_label}"
    against = "" if taken.accepted else f" ({_value_words(taken.proposed)})"
    return f"{words}{against}, data per {drawn}: {taken.query}"


def proposal_words(item: Provenance) -> str:
    """A proposal on one line: ``Ya``, or ``harus ditindaklanjuti 140, selesai 126``."""
    return _value_words(item.proposal)


def _value_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {part}" for key, part in value.items())
    return "tidak ada usul" if value is None else str(value)
