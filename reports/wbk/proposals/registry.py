"""All sixteen rules, by indicator: five ``otomatis``, eleven ``saran``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reports.rows import Provenance
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


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        ways_in.SERVICE_IT: ways_in.service_it,
        ways_in.POLICY: ways_in.policy_applied,
        handling.FOLLOWED_UP: handling.complaints_followed_up,
        evaluations.EVALUATED: evaluations.evaluated,
        recommendations.EVALUATION: recommendations.evaluation_followed_up,
        ways_in.INTERNAL: ways_in.internal_reports,
        publication.STANDARDS_PUBLISHED: publication.standards_published,
        ways_in.MEDIA: ways_in.media,
        evaluations.SERVICES_EVALUATED: evaluations.services_evaluated,
        surveys.SURVEYS: surveys.surveys_held,
        surveys.PUBLISHED: surveys.results_published,
        recommendations.SURVEY_FOLLOW_UP: recommendations.survey_followed_up,
        ways_in.ONE_DATABASE: ways_in.one_database,
        response.TRANSFORMATION: response.transformation,
        handling.HANDLED: handling.complaints_handled,
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
