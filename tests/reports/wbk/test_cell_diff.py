"""One thing changes: only the cells that depend on it do, and each of them is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reports.rows import TrackedStatus, WbkInput
from reports.wbk.layout import lay_out
from reports.wbk.proposals.standing import Standing, standing
from reports.wbk.workbook import build_workbook
from tests.reports.wbk.five import automatic_provenance
from tests.reports.wbk.office import Grid, grid
from tests.reports.wbk.samples import WORKSHEET, sample, survey, tracked
from workflows.vocabulary import Finding, PublicState, Substate

LIGHT = sample(count=0, evidence=())


@pytest.fixture(scope="module")
def given_input() -> WbkInput:
    return sample()


def changed(before: Grid, after: Grid) -> dict[str, set[str]]:
    found = {
        title: {
            address
            for address in before[title].keys() | after[title].keys()
            if before[title].get(address) != after[title].get(address)
        }
        for title in before
    }
    return {title: cells for title, cells in found.items() if cells}


def with_provenance(given_input: WbkInput) -> WbkInput:
    found = automatic_provenance(
        cases=given_input.cases,
        evaluation=(),
        survey_rounds=(),
        survey_actions=(),
        year=given_input.year,
        cut_off=given_input.cut_off,
        as_of=given_input.as_of,
    )
    return replace(given_input, provenance=found)


def made(given_input: WbkInput) -> Grid:
    return grid(build_workbook(WORKSHEET, given_input))


def test_one_case_changes_only_the_cells_that_depend_on_it(given_input: WbkInput) -> None:
    chosen = next(
        c for c in given_input.cases if standing(c) is Standing.IN_PROCESS and c.received_on.month == 5
    )
    done = replace(
        chosen,
        state=PublicState.RESOLVED,
        substate=Substate.DECISION_DELIVERED,
        finding=Finding.NOT_SUBSTANTIATED,
        decided_on=chosen.received_on.replace(day=28),
    )
    after_cases = tuple(done if c is chosen else c for c in given_input.cases)
    before = made(with_provenance(given_input))
    found = changed(before, made(with_provenance(replace(given_input, cases=after_cases))))
    (row,) = {int(address[1:]) for address in found["Daftar Pengaduan"]}
    month, total = 11, 19
    assert before["Daftar Pengaduan"][f"A{row}"] == chosen.number
    assert found.pop("Daftar Pengaduan") == {f"{letter}{row}" for letter in "FGHKLNQ"}
    assert found.pop("Rekap Bulanan") == {
        *(f"{letter}{line}" for letter in "DEGIJ" for line in (month, total)),
        "B23",  # sedang diproses, from the list
        "B24",  # selesai
    }
    figures = [address for address in found.pop("Metode") if address.startswith("C")]
    assert len(figures) == 4  # proposed and counted, in process and finished
    assert found == {}


def test_taking_over_the_new_count_moves_the_score_along_its_path_only(given_input: WbkInput) -> None:
    counts = {"harus_ditindaklanjuti": 140, "sedang_diproses": 13, "selesai": 127}
    answers = dict(given_input.answers)
    answers["A5.R.ii.a"] = replace(answers["A5.R.ii.a"], value=counts)
    found = changed(made(given_input), made(replace(given_input, answers=answers)))
    layout = lay_out(WORKSHEET)
    half, sub = layout.halves["A5.R"], layout.subs["A5.R.ii"]
    sums = [layout.parts[key] for key in ("A", "A.II", "T")]
    score = layout.indicators["A5.R.ii.a"]
    counts_typed = [layout.inputs[f"A5.R.ii.a.{key}"] for key in ("sedang_diproses", "selesai")]
    assert found.pop("LKE") == {
        *(f"F{row}" for row in counts_typed),
        *(f"{letter}{row}" for letter in "GHQ" for row in (*sums, half, sub, score)),
    }
    assert found.keys() == {"Sampul", "Rekap", "A5", "Rekap Bulanan", "Metode"}


def test_one_more_mark_changes_its_element_and_the_index_only() -> None:
    elements = list(survey().elements)
    elements[2] = replace(elements[2], answered=elements[2].answered + 1, total=elements[2].total + 4)
    after = made(replace(LIGHT, survey=survey(elements=tuple(elements))))
    index = {"C18", "D18", "G18", "C6", "E6"}
    assert changed(made(LIGHT), after) == {"SKM": {"C11", "D11", "E11", "G11", *index}}


def test_one_action_done_changes_its_line_and_the_count_only() -> None:
    rows = list(tracked())
    assert rows[3].status_on(LIGHT.cut_off) is TrackedStatus.OVERDUE
    rows[3] = replace(rows[3], done_on=date(2026, 7, 1))
    after = made(replace(LIGHT, tracked=tuple(rows)))
    line, own, whole = {"F17", "H17", "I17"}, {"C8", "F8", "G8"}, {"C11", "F11", "G11"}
    assert changed(made(LIGHT), after) == {"Rekomendasi": line | own | whole}
