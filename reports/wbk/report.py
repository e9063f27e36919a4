"""Everything the sheets share, computed once: the score, the layout, the cases and the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reports.rows import AnonymisedCaseRow, EvidenceRow, UnitAnswer, WbkInput
from reports.wbk.answers import Answers, validate_answers
from reports.wbk.errors import WbkError
from reports.wbk.labels import MONTHS
from reports.wbk.layout import Layout, lay_out
from reports.wbk.proposals.standing import Standing, cases_in_period, standing
from reports.wbk.score import Score, score
from reports.wbk.worksheet import Worksheet


class VersionMismatchError(WbkError):
    """The answers were given to another version of the worksheet.

    :ivar expected: version of the worksheet handed in
    :ivar found: version the answers belong to
    """

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"answers of worksheet {found}, worksheet {expected}")
        self.expected = expected
        self.found = found


@dataclass(frozen=True, slots=True)
class Report:
    """What a workbook is written from."""

    worksheet: Worksheet
    input: WbkInput
    answers: Answers
    score: Score
    layout: Layout
    cases: tuple[AnonymisedCaseRow, ...]
    standings: Mapping[str, Standing]
    evidence: Mapping[str, tuple[EvidenceRow, ...]]
    cut_off: date

    def answer(self, indicator_id: str) -> UnitAnswer:
        """The unit's answer with its circumstances, an empty one where there is none."""
        return self.input.answers.get(indicator_id) or UnitAnswer(None)

    def sound_evidence(self, indicator_id: str) -> tuple[EvidenceRow, ...]:
        """Documents that an evaluator would accept at the cut-off."""
        return tuple(row for row in self.evidence.get(indicator_id, ()) if row.counts_on(self.cut_off))

    @property
    def cut_off_words(self) -> str:
        """The cut-off as people read it, with the zone."""
        moment = self.input.agency.local(self.input.as_of)
        return f"{long_date(moment.date())} pukul {moment:%H.%M} {self.input.agency.zone_label}"


def long_date(day: date) -> str:
    """``3 Maret 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_date(day: date | None) -> str:
    """``03-03-2026``, or nothing."""
    return f"{day:%d-%m-%Y}" if day else ""


def period_words(report: Report) -> str:
    """``Tahun 2026 sampai 30 Oktober 2026 pukul 16.30 WIB``, or the whole year."""
    return f"Tahun {report.input.year} sampai {report.cut_off_words}"


def prepare(worksheet: Worksheet, wbk_input: WbkInput) -> Report:
    """The report of an input.

    :raises VersionMismatchError: the answers belong to another worksheet
    :raises AnswersError: an answer is not allowed, naming each
    """
    if wbk_input.worksheet_version != worksheet.version:
        raise VersionMismatchError(worksheet.version, wbk_input.worksheet_version)
    answers = validate_answers(worksheet, {key: answer.value for key, answer in wbk_input.answers.items()})
    cases = cases_in_period(wbk_input.cases, wbk_input.year, wbk_input.cut_off)
    evidence: dict[str, list[EvidenceRow]] = {}
    for row in sorted(wbk_input.evidence, key=lambda row: (row.signed_on or date.min, row.number, row.id)):
        for indicator_id in dict.fromkeys(row.indicator_ids):
            evidence.setdefault(indicator_id, []).append(row)
    return Report(
        worksheet=worksheet,
        input=wbk_input,
        answers=answers,
        score=score(worksheet, answers, wbk_input.previous_predicate),
        layout=lay_out(worksheet),
        cases=cases,
        standings={case.number: standing(case) for case in cases},
        evidence={key: tuple(rows) for key, rows in evidence.items()},
        cut_off=wbk_input.cut_off,
    )
