"""The provenance of the five indicators marked ``otomatis``, from plain rows, as samples need it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from reports.rows import AnonymisedCaseRow, Provenance, RecommendationRow, SurveyRoundRow
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
    found = (
        complaints_followed_up(cases, year, cut_off, as_of),
        evaluation_followed_up(evaluation, year, cut_off, as_of),
        complaints_handled(cases, year, cut_off, as_of),
        surveys_held(survey_rounds, year, cut_off, as_of),
        survey_followed_up(survey_actions, year, cut_off, as_of),
    )
    return {item.indicator_id: item for item in found}
