"""The worksheet data: complete, consistent, sourced, and its formulas the ones we compute."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reports.wbk import official_worksheet_text
from reports.wbk.criteria import Kind, Predicate, parse_worksheet
from reports.wbk.errors import WorksheetError
from reports.wbk.formulas import SHARES, index_text, share_formula
from tests.reports.wbk.samples import WORKSHEET


def test_counts_and_weights_of_the_official_worksheet() -> None:
    assert len(WORKSHEET.indicators) == 113
    assert len(WORKSHEET.sub_components) == 42
    assert [component.weight for component in WORKSHEET.components] == [8, 7, 10, 10, 15, 10]
    assert (WORKSHEET.lever_weight, WORKSHEET.result_weight) == (60, 40)
    assert sum(WORKSHEET.points_of.values()) == pytest.approx(100, abs=1e-9)


def test_thresholds_of_both_predicates() -> None:
    wbk, wbbm = (WORKSHEET.thresholds[predicate] for predicate in Predicate)
    assert (wbk.total, wbk.levers, wbk.area_share, wbk.clean) == (75, 40, 0.6, 18.25)
    assert (wbbm.total, wbbm.levers, wbbm.area_share, wbbm.clean) == (85, 48, 0.75, 19.5)
    assert (wbk.performance, wbbm.performance) == (2.5, 3.75)
    assert (wbk.previous, wbbm.previous) == (None, "Menuju WBK")


def test_official_order_is_the_order_of_the_excel_rows() -> None:
    rows = [indicator.excel_row for indicator in WORKSHEET.indicators]
    assert rows == sorted(rows)


def test_minimum_of_each_component_is_the_share_of_its_weight() -> None:
    for component in WORKSHEET.components:
        assert component.minimum_wbk == pytest.approx(component.weight * 0.6)
        assert component.minimum_wbbm == pytest.approx(component.weight * 0.75)


def test_every_percentage_has_the_formula_the_worksheet_words() -> None:
    shares = {indicator.id: indicator for indicator in WORKSHEET.indicators if indicator.kind is Kind.SHARE}
    assert shares.keys() == SHARES.keys()
    for indicator in shares.values():
        formula = share_formula(indicator)
        assert formula.text == indicator.formula_text
        assert set(formula.needed) <= {field.key for field in indicator.inputs}


def test_every_index_has_the_formula_the_worksheet_words() -> None:
    indices = [indicator for indicator in WORKSHEET.indicators if indicator.kind is Kind.INDEX]
    assert [indicator.id for indicator in indices] == ["B.I.a", "B.II.a"]
    assert all(index_text(indicator) == indicator.formula_text for indicator in indices)


def test_automation_levels_are_five_eleven_and_the_rest() -> None:
    levels = [indicator.system.level.value for indicator in WORKSHEET.indicators if indicator.system]
    assert (levels.count("otomatis"), levels.count("saran"), levels.count("bukti")) == (5, 11, 28)


def test_example_stays_out_of_the_shipped_data() -> None:
    assert "contoh_perhitungan" not in json.loads(official_worksheet_text())


def _weight(data: Any) -> None:
    data["komponen"][0]["pemenuhan"]["sub_komponen"][0]["bobot"] = 0.6


def _twice(data: Any) -> None:
    indicators = data["komponen"][0]["pemenuhan"]["sub_komponen"][0]["indikator"]
    indicators[1]["id"] = indicators[0]["id"]


def _source(data: Any) -> None:
    data["komponen"][0]["pemenuhan"]["sub_komponen"][0]["indikator"][0]["source"] = ["S99"]


def _confidence(data: Any) -> None:
    data["komponen"][1]["confidence"] = "sure"


def _missing(data: Any) -> None:
    del data["komponen"][2]["nama_id"]


def _scores(data: Any) -> None:
    options = data["komponen"][0]["pemenuhan"]["sub_komponen"][0]["indikator"][1]["opsi"]
    options["A"]["skor"], options["B"]["skor"] = 0.5, 1.0


def _short(data: Any) -> None:
    data["komponen"].pop()


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_weight, "A.1.P"),
        (_twice, "komponen"),
        (_source, "A1.P.i.a"),
        (_confidence, "komponen[1].confidence"),
        (_missing, "komponen[2].nama_id"),
        (_scores, "komponen[0].pemenuhan.sub_komponen[0].indikator[1].opsi"),
        (_short, "komponen"),
    ],
)
def test_a_faulty_worksheet_is_refused_with_its_place(spoil: Callable[[Any], None], where: str) -> None:
    data = json.loads(official_worksheet_text())
    spoil(data)
    with pytest.raises(WorksheetError) as refused:
        parse_worksheet(json.dumps(data))
    assert refused.value.path == where


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(WorksheetError):
        parse_worksheet("meta: 1")


def test_a_changed_formula_is_refused_until_a_person_looks() -> None:
    text = official_worksheet_text().replace(
        "min(1, selesai / harus_ditindaklanjuti)", "min(1, selesai / (sedang_diproses + selesai))"
    )
    indicator = parse_worksheet(text).by_id["A5.R.ii.a"]
    with pytest.raises(WorksheetError):
        share_formula(indicator)
