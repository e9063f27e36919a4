"""The provenance of the five indicators marked ``otomatis``, from plain rows, as samples need it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from reports.rows import AnonymisedCaseRow, Provenance, RecommendationRow, SurveyRoundRow
from reports.wbk.proposals.facts import CaseFact, Facts, Period
from reports.wbk.proposals.handling import complaints_followed_up, complaints_handled
from reports.wbk.proposals.recommendations import evaluation_followed_up, survey_followed_up
from reports.wbk.proposals.surveys import surveys_held


def automatic_provenance(
    *,
    cases: Sequence[AnonymisedCaseRow],
    evaluation: Sequence[RecommendationRow],
    survey_rounds: Sequence[SurveyRoundRow],
    survey_actions: Sequence[RecommendationRow],
    year: int,
    cut_off: date,
    as_of: datetime,
) -> dict[str, Provenance]:
    """The provenance of all five by indicator id. ``cut_off`` is the local date of ``as_of``."""
    facts = Facts(
        Period(year, cut_off, as_of),
        cases=facts_of(cases),
        evaluation=tuple(evaluation),
        survey_rounds=tuple(survey_rounds),
        survey_actions=tuple(survey_actions),
    )
    found = (
        complaints_followed_up(facts),
        evaluation_followed_up(facts),
        complaints_handled(facts),
        surveys_held(facts),
        survey_followed_up(facts),
    )
    return {item.indicator_id: item for item in found}


def facts_of(cases: Iterable[AnonymisedCaseRow]) -> tuple[CaseFact, ...]:
    """What the rules are given of cases that only their rows are known of."""
    return tuple(CaseFact(row, row.channel) for row in cases)
