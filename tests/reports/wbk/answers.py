"""Random answer sets: any indicator empty, answered, or a share with zeros and missing counts."""

from __future__ import annotations

from hypothesis import strategies as st

from reports.wbk.criteria import Indicator, Kind
from reports.wbk.formulas import SHARES, Reduction
from tests.reports.wbk.samples import WORKSHEET

_COUNTS = st.integers(min_value=0, max_value=400) | st.just(0)


@st.composite
def _share(draw: st.DrawFn, indicator: Indicator) -> dict[str, object]:
    formula = SHARES[indicator.id]
    counts: dict[str, object] = {field.key: draw(_COUNTS) for field in indicator.inputs}
    if not isinstance(formula, Reduction) and formula.part_of_whole:
        whole = sum(int(str(counts[key])) for key in formula.denominators)
        counts[formula.numerator] = draw(st.integers(min_value=0, max_value=whole))
    if draw(st.integers(0, 9)) == 0:
        del counts[draw(st.sampled_from(sorted(counts)))]
    if draw(st.booleans()):
        counts["konfirmasi_nol"] = draw(st.sampled_from(["Ya", "Tidak"]))
    return counts


def _answer(indicator: Indicator) -> st.SearchStrategy[object]:
    if indicator.kind is Kind.SHARE:
        return _share(indicator)
    if indicator.kind is Kind.INDEX:
        return st.integers(min_value=0, max_value=400).map(lambda hundredths: hundredths / 100)
    return st.sampled_from(indicator.option_codes)


@st.composite
def answer_sets(draw: st.DrawFn) -> dict[str, object]:
    """Valid answers to some of the indicators."""
    chosen = draw(st.sets(st.sampled_from([indicator.id for indicator in WORKSHEET.indicators])))
    if draw(st.booleans()):
        chosen = {indicator.id for indicator in WORKSHEET.indicators} - chosen
    return {i.id: draw(_answer(i)) for i in WORKSHEET.indicators if i.id in chosen}
