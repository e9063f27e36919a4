"""All sixteen rules, by indicator: five ``otomatis``, eleven ``saran``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reports.rows import AnonymisedCaseRow, Provenance
from reports.wbk.proposals import (
    evaluations,
    handling,
    publication,
    recommendations,
    response,
    surveys,
    ways_in,
)
from reports.wbk.proposals.facts import Facts

Rule = Callable[[Facts], Provenance]


def _rows(facts: Facts) -> list[AnonymisedCaseRow]:
    return [one.case for one in facts.cases]


def _followed_up(facts: Facts) -> Provenance:
    period = facts.period
    return handling.complaints_followed_up(_rows(facts), period.year, period.cut_off, period.as_of)


def _handled(facts: Facts) -> Provenance:
    period = facts.period
    return handling.complaints_handled(_rows(facts), period.year, period.cut_off, period.as_of)


def _evaluation(facts: Facts) -> Provenance:
    period = facts.period
    return recommendations.evaluation_followed_up(facts.evaluation, period.year, period.cut_off, period.as_of)


def _surveys(facts: Facts) -> Provenance:
    period = facts.period
    return surveys.surveys_held(facts.survey_rounds, period.year, period.cut_off, period.as_of)


def _survey_actions(facts: Facts) -> Provenance:
    period = facts.period
    return recommendations.survey_followed_up(facts.survey_actions, period.year, period.cut_off, period.as_of)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        ways_in.SERVICE_IT: ways_in.service_it,
        ways_in.POLICY: ways_in.policy_applied,
        handling.FOLLOWED_UP: _followed_up,
        evaluations.EVALUATED: evaluations.evaluated,
        recommendations.EVALUATION: _evaluation,
        ways_in.INTERNAL: ways_in.internal_reports,
        publication.STANDARDS_PUBLISHED: publication.standards_published,
        ways_in.MEDIA: ways_in.media,
        evaluations.SERVICES_EVALUATED: evaluations.services_evaluated,
        surveys.SURVEYS: _surveys,
        surveys.PUBLISHED: surveys.results_published,
        recommendations.SURVEY_FOLLOW_UP: _survey_actions,
        ways_in.ONE_DATABASE: ways_in.one_database,
        response.TRANSFORMATION: response.transformation,
        handling.HANDLED: _handled,
        response.RESPONSIVE: response.responsive,
    }
)
"""In the order of the worksheet."""

CASELESS = frozenset(
    {
        evaluations.EVALUATED,
        evaluations.SERVICES_EVALUATED,
        publication.STANDARDS_PUBLISHED,
        recommendations.EVALUATION,
        recommendations.SURVEY_FOLLOW_UP,
        surveys.PUBLISHED,
        surveys.SURVEYS,
        ways_in.INTERNAL,
    }
)
"""Rules that look at no complaint, so that none has to be read for them."""


def propose_all(facts: Facts) -> dict[str, Provenance]:
    """What each rule says, by indicator, in the order of the worksheet."""
    return {indicator_id: rule(facts) for indicator_id, rule in RULES.items()}
