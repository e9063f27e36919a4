"""The score: the worked example to its last figure, gaps, zero denominators, and what must always hold."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.wbk.criteria import Kind, Predicate
from reports.wbk.errors import AnswersError
from reports.wbk.formulas import SHARES, Flag
from reports.wbk.score import Score, score, score_as_json, validate_answers
from tests.reports.wbk.answers import answer_sets
from tests.reports.wbk.samples import ANSWERS, EXAMPLE, WORKSHEET

EXPECTED: Any = EXAMPLE["harapan"]


def scored(answers: Mapping[str, object], previous: str | None = None) -> Score:
    return score(WORKSHEET, validate_answers(WORKSHEET, answers), previous)


def test_worked_example_gives_every_expected_figure() -> None:
    found: Any = score_as_json(scored(ANSWERS))
    assert found["total"] == pytest.approx(82.094875, abs=1e-9)
    for key, value in EXPECTED["nilai_sub_komponen"].items():
        assert found["sub_komponen"][key] == pytest.approx(value, abs=5.1e-5), key
    for key, area in EXPECTED["nilai_area"].items():
        for part, value in area.items():
            assert found["komponen"][key][part] == pytest.approx(
                value, abs=5e-3 if part == "persen" else 5.1e-5
            )
    for key, expected in (
        ("pengungkit", "total_pengungkit"),
        ("ipak", "ipak"),
        ("capaian_kinerja", "capaian_kinerja"),
        ("bersih_akuntabel", "bersih_akuntabel"),
        ("pelayanan_prima", "pelayanan_prima"),
        ("hasil", "total_hasil"),
        ("total", "nilai_akhir"),
    ):
        assert found[key] == pytest.approx(EXPECTED[expected], abs=5.1e-5), key
    for predicate in ("WBK", "WBBM"):
        passed = {condition["id"]: condition["lulus"] for condition in found[predicate]["syarat"]}
        assert {key: passed[key] for key in EXPECTED[f"uji_{predicate}"]} == EXPECTED[f"uji_{predicate}"]
    assert found["WBK"]["lulus"] is True
    assert found["WBBM"]["lulus"] is False
    assert found["keterisian"] == 1.0
    assert found["nilai_aman"]["total"] == pytest.approx(found["total"], abs=1e-9)


def test_the_score_is_plain_json_without_rounding() -> None:
    text = json.dumps(score_as_json(scored({"A1.P.iii.a": "B", "A1.P.iii.b": "A"})))
    assert json.loads(text)["sub_komponen"]["A1.P.iii"] == (0.67 + 1.0) / 2
    assert json.loads(text)["sub_komponen"]["A1.P.i"] is None


def test_half_an_answer_sheet_looks_good_officially_and_not_safely() -> None:
    half = dict(list(ANSWERS.items())[::2])
    found = scored(half)
    assert found.answered == len(half) == 57
    assert found.completeness == pytest.approx(57 / 113)
    assert found.safe.total < found.official.total - 15
    given = found.outcomes["A1.P.i.a"].score
    assert found.official.sub_components["A1.P.i"] == pytest.approx(0.5)
    assert given == 1.0
    assert found.safe.sub_components["A1.P.i"] == pytest.approx(0.25)


def test_nothing_answered_gives_empty_sub_components_and_zero_totals() -> None:
    found = scored({})
    assert set(found.official.sub_components.values()) == {None}
    assert (found.official.total, found.safe.total, found.completeness) == (0, 0, 0)
    assert not found.official.awards[Predicate.WBK].passed


def test_null_blank_and_missing_answers_are_the_same() -> None:
    blank = dict.fromkeys(ANSWERS) | {"A1.P.i.a": " ", "A5.R.ii.a": {"selesai": None}}
    assert scored(blank) == scored({})


@pytest.mark.parametrize(
    ("indicator", "counts", "flag", "proposal"),
    [
        ("A5.R.ii.a", {"harus_ditindaklanjuti": 0, "selesai": 0}, Flag.ZERO_PROPOSES_ONE, 1.0),
        ("A1.R.i.a", {"jumlah_agen_perubahan": 0, "jumlah_perubahan": 3}, Flag.ZERO_WITH_NUMERATOR, None),
        ("A4.R.i.a", {"jumlah_sasaran": 0, "jumlah_tercapai": 0}, Flag.ZERO_PROPOSES_ONE, 1.0),
        (
            "A3.R.iii.a",
            {"pelanggaran_tahun_lalu": 0, "pelanggaran_tahun_ini": 2, "pelanggaran_disanksi": 2},
            Flag.ZERO_PROPOSES_NOTHING,
            0.0,
        ),
    ],
)  # fmt: skip
def test_zero_denominator_stays_empty_with_a_flag(
    indicator: str, counts: dict[str, int], flag: Flag, proposal: float | None
) -> None:
    outcome = scored({indicator: counts}).outcomes[indicator]
    assert (outcome.score, outcome.flag, outcome.proposal) == (None, flag, proposal)


def test_a_person_confirms_the_proposal_at_zero() -> None:
    counts = {"harus_ditindaklanjuti": 0, "sedang_diproses": 0, "selesai": 0}
    outcome = scored({"A5.R.ii.a": counts | {"konfirmasi_nol": "Ya"}}).outcomes["A5.R.ii.a"]
    assert (outcome.score, outcome.flag) == (1.0, Flag.ZERO_CONFIRMED)
    assert scored({"A5.R.ii.a": counts | {"konfirmasi_nol": "Tidak"}}).outcomes["A5.R.ii.a"].score is None
    new = {"pelanggaran_tahun_lalu": 0, "pelanggaran_tahun_ini": 2, "konfirmasi_nol": "Ya"}
    assert scored({"A3.R.iii.a": new}).outcomes["A3.R.iii.a"].score == 0.0


@pytest.mark.parametrize(
    ("before", "now", "value"), [(0, 0, 1.0), (5, 3, 0.4), (5, 5, 0.0), (2, 9, 0.0), (4, 0, 1.0)]
)
def test_reduction_of_violations(before: int, now: int, value: float) -> None:
    counts = {"pelanggaran_tahun_lalu": before, "pelanggaran_tahun_ini": now}
    assert scored({"A3.R.iii.a": counts}).outcomes["A3.R.iii.a"].score == pytest.approx(value)


def test_more_changes_than_agents_count_as_one() -> None:
    counts = {"jumlah_agen_perubahan": 4, "jumlah_perubahan": 9}
    assert scored({"A1.R.i.a": counts}).outcomes["A1.R.i.a"].score == 1.0


def test_a_share_with_a_missing_count_is_empty_and_flagged() -> None:
    outcome = scored({"A5.R.iii.a": {"kepala_satker": 1, "sudah_lapor": 1}}).outcomes["A5.R.iii.a"]
    assert (outcome.score, outcome.flag) == (None, Flag.INCOMPLETE)


def test_complaints_that_do_not_add_up_are_flagged_but_scored() -> None:
    counts = {"harus_ditindaklanjuti": 10, "sedang_diproses": 6, "selesai": 5}
    outcome = scored({"A5.R.ii.a": counts}).outcomes["A5.R.ii.a"]
    assert (outcome.score, outcome.flag) == (0.5, Flag.PARTS_ABOVE_WHOLE)


def test_wealth_reports_count_one_point_each() -> None:
    found = scored(ANSWERS)
    assert found.official.sub_components["A5.R.iii"] == pytest.approx(1.96)
    other = {item.policy: item for item in found.comparisons}
    assert other["K4"].value == pytest.approx(2.0)
    assert other["K3"].value == pytest.approx(126 / 140 * 3)


def test_halves_below_the_minimum_warn_and_do_not_fail() -> None:
    found = scored(ANSWERS)
    halves = {(w.component_id, w.half) for w in found.warnings if w.predicate is Predicate.WBK}
    assert halves == {("A.3", "R")}
    assert found.official.awards[Predicate.WBK].passed


def test_full_marks_need_the_earlier_predicate_for_wbbm() -> None:
    best: dict[str, object] = {}
    for indicator in WORKSHEET.indicators:
        if indicator.kind is Kind.INDEX:
            best[indicator.id] = 4
        elif indicator.kind is not Kind.SHARE:
            best[indicator.id] = indicator.option_codes[0]
        elif indicator.id == "A3.R.iii.a":
            best[indicator.id] = {"pelanggaran_tahun_lalu": 0, "pelanggaran_tahun_ini": 0}
        else:
            *parts, numerator = SHARES[indicator.id].needed
            best[indicator.id] = dict.fromkeys(parts, 2) | {numerator: 2 * len(parts)}
    assert scored(best).official.total == pytest.approx(100, abs=1e-9)
    assert not scored(best).official.awards[Predicate.WBBM].passed
    assert scored(best, "WBK").official.awards[Predicate.WBBM].passed


def test_a_value_exactly_on_its_minimum_passes() -> None:
    found: Any = score_as_json(scored({"B.I.a": 3.6, "B.II.a": 3.2, "B.I.b": "C"}))
    passed = {condition["id"]: condition["lulus"] for condition in found["WBK"]["syarat"]}
    assert (passed["ipak"], passed["pelayanan_prima"], passed["kinerja"], passed["bersih_akuntabel"]) == (
        True,
    ) * 4


@pytest.mark.parametrize(
    ("answers", "problems"),
    [
        ({"A1.P.i.b": "E"}, ["A1.P.i.b"]),
        ({"A1.P.i.a": True}, ["A1.P.i.a"]),
        ({"A1.P.i.b": 1}, ["A1.P.i.b"]),
        ({"Z9": "A"}, ["Z9"]),
        ({"B.I.a": 4.01}, ["B.I.a"]),
        ({"B.I.a": -1}, ["B.I.a"]),
        ({"B.I.a": float("nan")}, ["B.I.a"]),
        ({"B.II.a": "3.4"}, ["B.II.a"]),
        ({"A5.R.ii.a": 0.9}, ["A5.R.ii.a"]),
        ({"A5.R.ii.a": {"harus_ditindaklanjuti": 5, "selesai": 6}}, ["A5.R.ii.a"]),
        ({"A4.R.i.a": {"jumlah_sasaran": 3, "jumlah_tercapai": 4}}, ["A4.R.i.a"]),
        ({"A5.R.ii.a": {"selesai": -1}}, ["A5.R.ii.a.selesai"]),
        ({"A5.R.ii.a": {"selesai": 1.5}}, ["A5.R.ii.a.selesai"]),
        ({"A5.R.ii.a": {"selesai": "satu"}}, ["A5.R.ii.a.selesai"]),
        ({"A5.R.ii.a": {"tuntas": 1}}, ["A5.R.ii.a"]),
        ({"A5.R.ii.a": {"selesai": 1, "konfirmasi_nol": "ya"}}, ["A5.R.ii.a.konfirmasi_nol"]),
        ({"A1.P.i.b": "X", "B.I.a": 9, "Z9": 1}, ["A1.P.i.b", "B.I.a", "Z9"]),
    ],
)  # fmt: skip
def test_bad_answers_are_refused_by_id_all_together(answers: dict[str, object], problems: list[str]) -> None:
    with pytest.raises(AnswersError) as refused:
        validate_answers(WORKSHEET, answers)
    assert list(refused.value.problems) == problems
    assert all(key in str(refused.value) for key in problems)


@settings(max_examples=150, deadline=None)
@given(answer_sets())
def test_totals_keep_their_bounds(answers: dict[str, object]) -> None:
    found = scored(answers)
    for totals in (found.official, found.safe):
        assert 0 <= totals.total <= 100 + 1e-9
        assert totals.levers == pytest.approx(totals.fulfilment + totals.reform)
        assert totals.total == pytest.approx(totals.levers + totals.results)
        for component in WORKSHEET.components:
            assert 0 <= totals.areas[component.id].share <= 1 + 1e-9
    assert found.safe.total <= found.official.total + 1e-9
    for key, value in found.official.sub_components.items():
        assert (found.safe.sub_components[key] or 0) <= (value or 0) + 1e-9
    assert found.answered == sum(outcome.score is not None for outcome in found.outcomes.values())
    if found.safe.awards[Predicate.WBK].passed:
        assert found.official.awards[Predicate.WBK].passed


@settings(max_examples=60, deadline=None)
@given(answer_sets(), st.data())
def test_a_better_answer_never_lowers_the_safe_total(answers: dict[str, object], data: st.DataObject) -> None:
    lettered = [i for i in WORKSHEET.indicators if i.kind.has_options]
    indicator = data.draw(st.sampled_from(lettered))
    before = scored(answers)
    after = scored(answers | {indicator.id: indicator.option_codes[0]})
    assert after.safe.total >= before.safe.total - 1e-9
