"""SKM and Rekomendasi: what they show, what changes what, and that every office program can open them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from reports import palette
from reports.evidence.annexes import annexes
from reports.rows import SurveyServiceRow, TrackedOrigin, TrackedRow, TrackedStatus, WbkInput
from reports.wbk.workbook import build_workbook, expected_values
from tests.reports.wbk.office import Grid, grid
from tests.reports.wbk.samples import WORKSHEET, sample, survey, tracked

EVERYWHERE = frozenset(
    [
        "AND",
        "AVERAGE",
        "AVERAGEIFS",
        "COUNT",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "DATE",
        "HYPERLINK",
        "IF",
        "INDEX",
        "ISNUMBER",
        "LARGE",
        "MATCH",
        "MAX",
        "MIN",
        "N",
        "NOT",
        "OR",
        "ROUND",
        "SMALL",
        "SUM",
    ]
)
"""Functions that Excel 2007, LibreOffice and every later program compute alike."""
LIGHT = sample(count=0, evidence=())


def shown(**changes: object) -> Grid:
    return grid(build_workbook(WORKSHEET, replace(LIGHT, **changes)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def usual() -> Grid:
    return shown()


def test_the_grade_follows_the_published_index(usual: Grid) -> None:
    assert (usual["SKM"]["E6"], usual["SKM"]["G6"]) == (79.87, "B")
    services = [SurveyServiceRow("x", 9, index) for index in (3.5324, 3.5322, 3.0642, 2.6, 2.5997, 1.0)]
    graded = shown(survey=survey(services=tuple(services)))["SKM"]
    assert [(graded[f"E{row}"], graded[f"F{row}"]) for row in range(21, 27)] == [
        (88.31, "A"),
        (88.31, "A"),
        (76.61, "B"),
        (65.0, "C"),
        (64.99, "D"),
        (25.0, "D"),
    ]


@pytest.mark.parametrize(
    ("changes", "sheet", "words"),
    [
        ({"survey": None}, "SKM", "Belum ada jawaban survei pada tahun 2026"),
        ({"survey": survey(respondents=3, elements=(), services=())}, "SKM", "Baru 3 jawaban."),
        ({"tracked": ()}, "Rekomendasi", "Tidak ada rekomendasi atau tindakan korektif"),
    ],
)
def test_an_empty_annex_says_why(changes: Mapping[str, object], sheet: str, words: str) -> None:
    texts = [str(value) for value in shown(**changes)[sheet].values()]
    assert any(text.startswith(words) for text in texts)


@pytest.mark.parametrize("origin", TrackedOrigin)
def test_only_the_ombudsman_finds_its_own_done(origin: TrackedOrigin) -> None:
    row = TrackedRow(origin, "1", "", date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 15))
    expected = TrackedStatus.REPORTED if origin.is_verified else TrackedStatus.DONE
    assert row.status_on(date(2026, 3, 1)) is expected
    assert replace(row, verified_on=date(2026, 2, 2)).status_on(date(2026, 3, 1)) is TrackedStatus.DONE
    assert replace(row, done_on=None).status_on(date(2026, 2, 1)) is TrackedStatus.RUNNING
    assert replace(row, done_on=None).status_on(date(2026, 2, 2)) is TrackedStatus.OVERDUE


def files(given: WbkInput) -> dict[str, list[str]]:
    return {path: b"".join(chunks).decode("utf-8-sig").splitlines() for path, chunks in annexes(given)}


def test_the_pack_has_both_annexes_as_csv() -> None:
    found = files(LIGHT)
    assert found["lampiran/skm.csv"][:2] == [
        "dari,sampai,jenis,nama,dijawab,jumlah_nilai,indeks",
        "2026-01-01,2026-09-30,unsur,Persyaratan,212,689,",
    ]
    assert found["lampiran/skm.csv"][-1] == "2026-01-01,2026-09-30,layanan,Tanpa layanan,3,,"
    assert found["lampiran/rekomendasi.csv"][1] == (
        "complaint_evaluation,REK-01,,2026-04-02,2026-06-01,2026-05-20,,done"
    )
    assert len(found["lampiran/rekomendasi.csv"]) == len(tracked()) + 1


def test_every_formula_is_one_that_every_office_program_knows() -> None:
    book = openpyxl.load_workbook(BytesIO(build_workbook(WORKSHEET, sample(count=20))))
    ours = expected_values(WORKSHEET, sample(count=20))
    for title, cells in ours.items():
        for address in cells:
            formula = str(book[title][address].value)
            bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", formula)
            assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare)) <= EVERYWHERE, formula
            assert len(formula) < 8_192
            assert "_xl" not in formula


def test_every_list_of_choices_is_short_enough_for_excel() -> None:
    book = openpyxl.load_workbook(BytesIO(build_workbook(WORKSHEET, LIGHT)))
    rules = [rule for sheet in book.worksheets for rule in sheet.data_validations.dataValidation]
    assert rules
    assert all(len(rule.formula1) <= 255 for rule in rules)


def test_good_and_bad_differ_in_a_grey_print_as_well() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    assert grey(palette.SUCCESS_SOFT) - grey(palette.ERROR) > 0.5


def test_nothing_of_a_recommendation_but_its_number_leaves() -> None:
    fields = set(TrackedRow.__dataclass_fields__)
    assert fields == {"origin", "number", "source", "issued_on", "due_on", "done_on", "verified_on"}
    with zipfile.ZipFile(BytesIO(build_workbook(WORKSHEET, LIGHT))) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower() or "external" in name]
