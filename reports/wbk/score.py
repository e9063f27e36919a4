"""The score of a worksheet, as pure functions.

Law: PermenPANRB 90/2021 Lampiran III (conversion, weights). Where the official sheet leaves a gap,
the rules K1 to K5 of ``kebijakan_hitung`` decide: K1 two totals (official: the mean of answered
indicators; safe: empty counts 0), K2 zero denominators stay empty with a flag, K3 the official
denominator of complaints, K4 both wealth-report indicators count 1.0 each, K5 areas are tested as
pemenuhan + reform together, separate minima only warn. Nothing is rounded; thresholds are compared
at nine decimals, so that binary noise can't fail a value that stands exactly on its minimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean

from reports.wbk.answers import Answers, validate_answers
from reports.wbk.awards import Award, award_of, reaches
from reports.wbk.formulas import INDEX_MAXIMUM, Flag, Outcome, share_formula
from reports.wbk.worksheet import (
    Indicator,
    Kind,
    Predicate,
    SubComponent,
    Worksheet,
)

__all__ = ["Answers", "Score", "reaches", "score", "score_as_json", "validate_answers"]

IPAK, PERFORMANCE, IPKP = "B.I.a", "B.I.b", "B.II.a"
WEALTH_REPORTS, WEALTH_OBLIGED = "A5.R.iii", "A5.R.iii.a"
COMPLAINTS, COMPLAINTS_SHARE = "A5.R.ii", "A5.R.ii.a"


@dataclass(frozen=True, slots=True)
class AreaScore:
    """Points of one component; ``share`` is the fraction of its weight (0 to 1)."""

    fulfilment: float
    reform: float
    total: float
    share: float


@dataclass(frozen=True, slots=True)
class Totals:
    """All sums under one treatment of empty answers.

    A sub-component, survey or performance value is None while nothing under it is answered
    (official treatment only); it then adds nothing to the sums above it.
    """

    sub_components: Mapping[str, float | None]
    areas: Mapping[str, AreaScore]
    fulfilment: float
    reform: float
    levers: float
    ipak: float | None
    performance: float | None
    clean: float
    service: float | None
    results: float
    total: float
    awards: Mapping[Predicate, Award]


@dataclass(frozen=True, slots=True)
class HalfWarning:
    """K5: a half of an area below the share that is asked of the whole area."""

    component_id: str
    half: str
    predicate: Predicate
    value: float
    minimum: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How another copy of the sheet would count one sub-component (K3, K4); never used here."""

    policy: str
    label: str
    sub_component_id: str
    value: float | None
    total: float


@dataclass(frozen=True, slots=True)
class Score:
    """Outcome of a worksheet: the official totals, the safe ones, and what needs a look.

    ``completeness`` is the fraction of indicators that have a score (0 to 1).
    """

    outcomes: Mapping[str, Outcome]
    official: Totals
    safe: Totals
    answered: int
    completeness: float
    warnings: tuple[HalfWarning, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def flags(self) -> Mapping[str, Flag]:
        """Flagged indicators, empty ones left out."""
        return {
            key: outcome.flag
            for key, outcome in self.outcomes.items()
            if outcome.flag is not None and outcome.flag is not Flag.EMPTY
        }


def score(worksheet: Worksheet, answers: Answers, previous_predicate: str | None = None) -> Score:
    """Both totals of the answers.

    ``previous_predicate`` is ``WBK`` or ``WBBM`` where the unit holds it; without it WBBM is not passed.
    """
    outcomes = {indicator.id: _outcome(indicator, answers) for indicator in worksheet.indicators}
    official = _totals(worksheet, outcomes, previous_predicate, safe=False)
    answered = sum(outcome.score is not None for outcome in outcomes.values())
    return Score(
        outcomes=outcomes,
        official=official,
        safe=_totals(worksheet, outcomes, previous_predicate, safe=True),
        answered=answered,
        completeness=answered / len(outcomes),
        warnings=_warnings(worksheet, official),
        comparisons=_comparisons(worksheet, answers, outcomes, official),
    )


def _outcome(indicator: Indicator, answers: Answers) -> Outcome:
    if indicator.kind is Kind.SHARE:
        counts = answers.counts.get(indicator.id, {})
        return share_formula(indicator).compute(counts, indicator.id in answers.confirmed)
    if indicator.kind is Kind.INDEX:
        index = answers.indices.get(indicator.id)
        return Outcome(None, Flag.EMPTY) if index is None else Outcome(index / INDEX_MAXIMUM)
    code = answers.options.get(indicator.id)
    return Outcome(None, Flag.EMPTY) if code is None else Outcome(indicator.score_of(code))


def _totals(
    worksheet: Worksheet,
    outcomes: Mapping[str, Outcome],
    previous: str | None,
    *,
    safe: bool,
) -> Totals:
    subs = {sub.id: _sub_component(sub, outcomes, safe=safe) for sub in worksheet.sub_components}
    areas: dict[str, AreaScore] = {}
    for component in worksheet.components:
        fulfilment, reform = (
            sum(subs[s.id] or 0.0 for s in half.sub_components) for half in component.halves
        )
        total = fulfilment + reform
        areas[component.id] = AreaScore(fulfilment, reform, total, total / component.weight)
    ipak, performance, service = (
        _result(worksheet, outcomes, key, safe=safe) for key in (IPAK, PERFORMANCE, IPKP)
    )
    fulfilment, reform = (
        sum(a.fulfilment for a in areas.values()),
        sum(a.reform for a in areas.values()),
    )
    clean = (ipak or 0.0) + (performance or 0.0)
    results = clean + (service or 0.0)
    levers = fulfilment + reform
    values = {
        "total": levers + results,
        "pengungkit": levers,
        "tiap_area": min(area.share for area in areas.values()) * 100,
        "bersih_akuntabel": clean,
        "ipak": ipak,
        "kinerja": performance,
        "pelayanan_prima": service,
    }
    return Totals(
        sub_components=subs,
        areas=areas,
        fulfilment=fulfilment,
        reform=reform,
        levers=levers,
        ipak=ipak,
        performance=performance,
        clean=clean,
        service=service,
        results=results,
        total=levers + results,
        awards={p: award_of(worksheet.thresholds[p], values, previous) for p in Predicate},
    )


def _sub_component(sub: SubComponent, outcomes: Mapping[str, Outcome], *, safe: bool) -> float | None:
    scores = [outcomes[indicator.id].score for indicator in sub.indicators]
    given = [value for value in scores if value is not None]
    if safe:
        return sum(given) / len(scores) * sub.weight
    return fmean(given) * sub.weight if given else None


def _result(worksheet: Worksheet, outcomes: Mapping[str, Outcome], key: str, *, safe: bool) -> float | None:
    value = outcomes[key].score
    if value is None:
        return 0.0 if safe else None
    return value * worksheet.points_of[key]


def _warnings(worksheet: Worksheet, totals: Totals) -> tuple[HalfWarning, ...]:
    found = []
    for predicate, thresholds in worksheet.thresholds.items():
        for component in worksheet.components:
            area = totals.areas[component.id]
            for half, value in zip(component.halves, (area.fulfilment, area.reform), strict=True):
                minimum = half.weight * thresholds.area_share
                if not reaches(value, minimum):
                    found.append(HalfWarning(component.id, half.letter, predicate, value, minimum))
    return tuple(found)


def _comparisons(
    worksheet: Worksheet,
    answers: Answers,
    outcomes: Mapping[str, Outcome],
    totals: Totals,
) -> tuple[Comparison, ...]:
    weights = {sub.id: sub.weight for sub in worksheet.sub_components}

    def compared(policy: str, label: str, sub_id: str, share: float | None) -> Comparison:
        value = None if share is None else share * weights[sub_id]
        total = totals.total - (totals.sub_components[sub_id] or 0.0) + (value or 0.0)
        return Comparison(policy, label, sub_id, value, total)

    counts = answers.counts.get(COMPLAINTS_SHARE, {})
    handled = [counts.get("sedang_diproses"), counts.get("selesai")]
    done: float | None = None
    if handled[0] is not None and handled[1] is not None and handled[0] + handled[1] > 0:
        done = handled[1] / (handled[0] + handled[1])
    return (
        compared("K3", "Selesai / (sedang diproses + selesai), cara S2", COMPLAINTS, done),
        compared(
            "K4",
            "Hanya LHKPN dikali 2, cara S1",
            WEALTH_REPORTS,
            outcomes[WEALTH_OBLIGED].score,
        ),
    )


def score_as_json(score: Score) -> dict[str, object]:
    """The score in the words of ``wbk score``, unrounded.

    Shares of areas are percent (0 to 100), ``keterisian`` is a fraction (0 to 1).
    """
    return {
        **_totals_as_json(score.official),
        "keterisian": score.completeness,
        "terisi": score.answered,
        "jumlah_indikator": len(score.outcomes),
        "nilai_aman": _totals_as_json(score.safe),
        "penanda": {
            key: {"keterangan": flag.value, "usul": score.outcomes[key].proposal}
            for key, flag in score.flags.items()
        },
        "peringatan": [
            {
                "komponen": warning.component_id,
                "bagian": "pemenuhan" if warning.half == "P" else "reform",
                "predikat": warning.predicate.value,
                "nilai": warning.value,
                "minimum": warning.minimum,
            }
            for warning in score.warnings
        ],
        "pembanding": [
            {
                "kebijakan": other.policy,
                "cara": other.label,
                "sub_komponen": other.sub_component_id,
                "nilai": other.value,
                "total": other.total,
            }
            for other in score.comparisons
        ],
    }


def _totals_as_json(totals: Totals) -> dict[str, object]:
    return {
        "sub_komponen": dict(totals.sub_components),
        "komponen": {
            key: {
                "pemenuhan": a.fulfilment,
                "reform": a.reform,
                "jumlah": a.total,
                "persen": a.share * 100,
            }
            for key, a in totals.areas.items()
        },
        "pemenuhan": totals.fulfilment,
        "reform": totals.reform,
        "pengungkit": totals.levers,
        "ipak": totals.ipak,
        "capaian_kinerja": totals.performance,
        "bersih_akuntabel": totals.clean,
        "pelayanan_prima": totals.service,
        "hasil": totals.results,
        "total": totals.total,
        **{predicate.value: _award_as_json(award) for predicate, award in totals.awards.items()},
    }


def _award_as_json(award: Award) -> dict[str, object]:
    return {
        "lulus": award.passed,
        "syarat": [
            {
                "id": c.id,
                "label": c.label,
                "nilai": c.value,
                "minimum": c.minimum,
                "lulus": c.passed,
            }
            for c in award.conditions
        ],
    }
