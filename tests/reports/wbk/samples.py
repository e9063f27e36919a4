"""Inputs for the workbook tests: an invented station, its answers, documents, cases and deadlines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from reports.rows import (
    AgencyInfo,
    AnonymisedCaseRow,
    ClockRow,
    ClockStatus,
    EvidenceRow,
    EvidenceStatus,
    RecommendationRow,
    SurveyAnnex,
    SurveyElementRow,
    SurveyRoundRow,
    SurveyServiceRow,
    TrackedOrigin,
    TrackedRow,
    UnitAnswer,
    WbkInput,
)
from reports.wbk import official_worksheet_text
from reports.wbk.criteria import parse_worksheet
from tests.reports.wbk.five import automatic_provenance
from workflows.law.reading import Citation
from workflows.law.surveys import SurveyGrade
from workflows.vocabulary import (
    Binding,
    ClosureReason,
    ComplaintClass,
    Confidence,
    Finding,
    PublicState,
    Substate,
)

WORKSHEET = parse_worksheet(official_worksheet_text())
EXAMPLE = json.loads((Path(__file__).parents[2] / "data/wbk_worked_example.json").read_text(encoding="utf-8"))
ANSWERS: dict[str, object] = EXAMPLE["jawaban"]
AS_OF = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
AGENCY = AgencyInfo("Polresta Serang Kota", "SRG", "Polda Banten")

_PATHS = (
    (Substate.CLOSED, PublicState.RESOLVED, Finding.SUBSTANTIATED, ClosureReason.DECIDED),
    (Substate.DECISION_DELIVERED, PublicState.RESOLVED, Finding.NOT_SUBSTANTIATED, None),
    (Substate.CLARIFICATION, PublicState.INVESTIGATED, None, None),
    (Substate.VERIFYING, PublicState.RECEIVED, None, None),
    (Substate.CLOSED_WITHDRAWN, PublicState.RESOLVED, None, ClosureReason.WITHDRAWN),
    (Substate.CLOSED, PublicState.RESOLVED, Finding.PARTLY_SUBSTANTIATED, ClosureReason.DECIDED),
    (Substate.CLOSED_ARCHIVED, PublicState.RESOLVED, None, ClosureReason.NON_SUPERVISORY_ANSWERED),
)


def case(number: int, received_on: date, **changes: object) -> AnonymisedCaseRow:
    """One complaint; its fate follows from its number."""
    substate, state, finding, reason = _PATHS[number % len(_PATHS)]
    complete_on = received_on + timedelta(days=5) if state is not PublicState.RECEIVED else None
    decided_on = received_on + timedelta(days=20 + number % 60) if finding else None
    row = AnonymisedCaseRow(
        number=f"SRG-{received_on.year}-{number:06d}",
        received_on=received_on,
        channel=("Aplikasi / laman ini", "Datang langsung", "SP4N-LAPOR!", "WhatsApp satuan")[number % 4],
        service=("SPKT", "SKCK", "SIM")[number % 3],
        complaint_class=ComplaintClass.SERVICE if number % 5 == 4 else ComplaintClass.SUPERVISORY,
        classified=state is not PublicState.RECEIVED,
        state=state,
        substate=substate,
        finding=finding,
        closure_reason=reason,
        complete_on=complete_on,
        decided_on=decided_on,
        ended_on=decided_on or (received_on + timedelta(days=30) if substate.is_closed else None),
        decision_due_on=complete_on + timedelta(days=60) if complete_on else None,
        has_recorded_action=state is not PublicState.RECEIVED,
        imported=number % 11 == 0,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def cases(count: int, first: date = date(2025, 12, 1), days: int = 320) -> tuple[AnonymisedCaseRow, ...]:
    """Complaints spread evenly over a stretch of days."""
    return tuple(case(at, first + timedelta(days=at * days // max(count, 1))) for at in range(1, count + 1))


def clocks(rows: tuple[AnonymisedCaseRow, ...], each: int = 2) -> tuple[ClockRow, ...]:
    """Some deadlines for each case."""
    stages = (
        ("Pemberitahuan kelengkapan", "UU 25/2009 Pasal 44 ayat (3)", Binding.STATUTE),
        ("Keputusan", "UU 25/2009 Pasal 50 ayat (1)", Binding.STATUTE),
        ("Balasan pertama", "FAQ SP4N-LAPOR!", Binding.GUIDELINE),
        ("Peringatan gugur", "Kebijakan setempat", Binding.LOCAL),
    )
    found = []
    for at, row in enumerate(rows):
        start = datetime(
            row.received_on.year, row.received_on.month, row.received_on.day, 16, 59, 59, tzinfo=UTC
        )
        for step in range(each):
            stage, law, binding = stages[step % len(stages)]
            status = list(ClockStatus)[(at + step) % len(ClockStatus)]
            met = start + timedelta(days=10) if status in (ClockStatus.MET, ClockStatus.MET_LATE) else None
            found.append(
                ClockRow(
                    row.number, stage, law, binding, start + timedelta(days=14 * (step + 1)), met, status
                )
            )
    return tuple(found)


def a_document(**changes: object) -> EvidenceRow:
    """One sound document that supports three indicators."""
    row = EvidenceRow(
        id=900,
        indicator_ids=("A5.P.iii.a", "A6.P.iii.a", "A6.P.v.b"),
        number="Kep/12/I/2026",
        title="Keputusan Kapolresta tentang pengelolaan pengaduan satu pintu",
        signed_on=date(2026, 1, 12),
        signer="Kapolresta Serang Kota",
        url="https://bukti.contoh.go.id/zi/2026/kep-12.pdf",
        valid_until=None,
        status=EvidenceStatus.VALID,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def evidence() -> tuple[EvidenceRow, ...]:
    """Documents for every third indicator, among them bad ones."""
    rows = []
    chosen = [i for at, i in enumerate(WORKSHEET.indicators) if at % 3 != 1]
    for at, indicator in enumerate(chosen, 1):
        rows.append(
            EvidenceRow(
                id=at,
                indicator_ids=(indicator.id,),
                number=f"B/{at:03d}/III/2026/Siwas",
                title=indicator.evidence_hints[0],
                signed_on=date(2026, 1 + at % 9, 1 + at % 28) if at % 17 else None,
                signer="Kapolresta Serang Kota" if at % 2 else "Kasiwas",
                url=f"https://bukti.contoh.go.id/zi/2026/{at:03d}.pdf" if at % 7 else None,
                valid_until=date(2026, 3, 31) if at % 13 == 0 else None,
                status=list(EvidenceStatus)[at % 5] if at % 9 == 0 else EvidenceStatus.VALID,
            )
        )
    return (*rows, a_document())


GRADES = tuple(
    SurveyGrade(
        source=(Citation("permenpanrb14_2017", "Lampiran"),),
        confidence=Confidence.LIKELY,
        grade=grade,
        label_id=label,
        label_en=label,
        perception=perception,
        index_min=low / 25,
        index_max=high / 25,
        ikm_min=low,
        ikm_max=high,
    )
    for grade, label, perception, low, high in (
        ("A", "Sangat baik", 4, 88.31, 100.0),
        ("B", "Baik", 3, 76.61, 88.30),
        ("C", "Kurang baik", 2, 65.0, 76.60),
        ("D", "Tidak baik", 1, 25.0, 64.99),
    )
)


def survey(**changes: object) -> SurveyAnnex:
    """Three quarters of answers; nobody marked the fee of a free service in one place."""
    marks = (
        ("Persyaratan", 212, 689),
        ("Sistem, mekanisme, dan prosedur", 212, 661),
        ("Waktu penyelesaian", 210, 588),
        ("Biaya atau tarif", 143, 489),
        ("Produk layanan", 212, 700),
        ("Kompetensi pelaksana", 211, 715),
        ("Perilaku pelaksana", 212, 722),
        ("Penanganan pengaduan", 180, 549),
        ("Sarana dan prasarana", 212, 640),
    )
    base = SurveyAnnex(
        first=date(2026, 1, 1),
        last=date(2026, 9, 30),
        respondents=212,
        fewest=5,
        rounded_weight=False,
        elements=tuple(SurveyElementRow(f"u{at}", *mark) for at, mark in enumerate(marks, 1)),
        services=(
            SurveyServiceRow("SPKT", 90, 3.21),
            SurveyServiceRow("SKCK", 68, 3.045),
            SurveyServiceRow("SIM", 51, 2.4),
            SurveyServiceRow("Tanpa layanan", 3, None),
        ),
        rounds=tuple(
            SurveyRoundRow(
                f"SKM-2026-{n}",
                date(2026, 3 * n, 28),
                date(2026, 3 * n, 30),
                date(2026, 3 * n - 2, 1),
                60 + n,
            )
            for n in (1, 2, 3)
        ),
        grades=GRADES,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def tracked() -> tuple[TrackedRow, ...]:
    """Recommendations and corrective actions in every state."""
    issued, due, late = date(2026, 4, 2), date(2026, 12, 1), date(2026, 6, 1)
    done, checked = date(2026, 5, 20), date(2026, 6, 3)
    evaluation, skm, lhp, ombudsman = TrackedOrigin
    return (
        TrackedRow(evaluation, "REK-01", "", issued, late, done),
        TrackedRow(evaluation, "REK-02", "", issued, None, None),
        TrackedRow(skm, "U1", "", issued, due, None),
        TrackedRow(skm, "U2", "", issued, late, None),
        TrackedRow(lhp, "LHP/7/2026 no. 1", "LHP/7/2026", issued, late, done, checked),
        TrackedRow(lhp, "LHP/7/2026 no. 2", "LHP/7/2026", issued, late, done),
        TrackedRow(lhp, "LHP/7/2026 no. 3", "LHP/7/2026", issued, date(2026, 10, 30), None),
        TrackedRow(ombudsman, "REK/3/2026", "", issued, date(2026, 6, 30), None),
    )


def unit_answers(values: Mapping[str, object]) -> dict[str, UnitAnswer]:
    """Answers with believable circumstances."""
    return {
        key: UnitAnswer(
            value=value,  # type: ignore[arg-type]
            note="Rapat tim kerja dan dokumen terlampir." if at % 2 else "",
            answered_by_title="Kasiwas" if at % 3 else "Kabag Ren",
            answered_on=date(2026, 3, 1 + at % 28),
            basis="Laporan triwulan" if at % 4 == 0 else "",
        )
        for at, (key, value) in enumerate(values.items())
    }


def sample(values: Mapping[str, object] | None = None, *, count: int = 140, **changes: object) -> WbkInput:
    """A whole input around some answers."""
    rows = cases(count)
    done, running = date(2026, 5, 20), None
    provenance = automatic_provenance(
        cases=rows,
        evaluation=[
            RecommendationRow("REK-01", date(2026, 4, 2), done),
            RecommendationRow("REK-02", date(2026, 4, 2), running),
        ],
        survey_rounds=[
            SurveyRoundRow(f"SKM-2026-{n}", date(2026, 3 * n, 28), date(2026, 3 * n, 30)) for n in (1, 2, 3)
        ],
        survey_actions=[
            RecommendationRow(f"U{n}", date(2026, 4, 2), done if n < 3 else None) for n in range(1, 5)
        ],
        year=2026,
        cut_off=AGENCY.local(AS_OF).date(),
        as_of=AS_OF,
    )
    base = WbkInput(
        agency=AGENCY,
        year=2026,
        as_of=AS_OF,
        worksheet_version=WORKSHEET.version,
        answers=unit_answers(ANSWERS if values is None else values),
        evidence=evidence(),
        provenance=provenance,
        cases=rows,
        clocks=clocks(rows),
        survey=survey(),
        tracked=tracked(),
        generated_by="Kasiwas Polresta Serang Kota",
    )
    return replace(base, **changes)  # type: ignore[arg-type]
