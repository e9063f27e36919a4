"""LibreOffice computes every workbook anew: each formula equals Python's figure, no cell shows an error."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from reports.rows import SurveyElementRow, WbkInput
from reports.wbk.canvas import Value
from reports.wbk.criteria import Kind
from reports.wbk.formulas import CONFIRMATION, SHARES
from reports.wbk.layout import LKE, Column, lay_out
from reports.wbk.workbook import build_workbook, expected_values
from tests.reports.wbk.answers import answer_sets
from tests.reports.wbk.office import Grid, grid, recalculated, typed_and_recalculated
from tests.reports.wbk.samples import ANSWERS, WORKSHEET, sample, survey, tracked

ZEROS: dict[str, object] = ANSWERS | {
    **{key: {field.key: 0 for field in WORKSHEET.by_id[key].inputs} for key in SHARES},
    "A1.R.i.a": {"jumlah_agen_perubahan": 0, "jumlah_perubahan": 3},
    "A3.R.iii.a": {"pelanggaran_tahun_lalu": 0, "pelanggaran_tahun_ini": 2, "pelanggaran_disanksi": 1},
    "A4.R.i.a": {"jumlah_sasaran": 0, "jumlah_tercapai": 0, "konfirmasi_nol": "Ya"},
    "A5.R.iii.a": {"kepala_satker": 1, "pejabat_wajib": 4},
    "A6.R.i.b": {"layanan_terdaftar": 0, "layanan_dipermudah": 0, "konfirmasi_nol": "Tidak"},
}

NO_MARKS = survey(
    respondents=6,
    elements=tuple(SurveyElementRow(f"u{at}", f"Unsur {at}", 0, 0) for at in range(1, 10)),
    services=(),
    rounds=(),
    rounded_weight=True,
)

CASES: dict[str, WbkInput] = {
    "worked": sample(),
    "half": sample(dict(list(ANSWERS.items())[::2])),
    "empty": sample({}, count=0, evidence=(), provenance=None),
    "zeros": sample(ZEROS, count=3, previous_predicate="WBK", survey=NO_MARKS, tracked=()),
    "few": sample(count=3, survey=survey(respondents=3, elements=(), services=()), tracked=tracked()[:1]),
}


def spoiled(book: bytes) -> bytes:
    """The workbook with every cached figure overwritten by nonsense."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(book)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f><v>[^<]*</v>", b"</f><v>7</v>", data).replace(b' t="str"><f>', b"><f>")
            target.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def grids(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Grid]:
    folder: Path = tmp_path_factory.mktemp("office")
    books = {name: spoiled(build_workbook(WORKSHEET, given)) for name, given in CASES.items()}
    return {name: grid(book) for name, book in recalculated(books, folder).items()}


def differences(found: Grid, expected: Mapping[str, Mapping[str, Value]]) -> list[str]:
    """Every formula cell that is not what Python computed."""
    wrong = []
    for title, cells in expected.items():
        for address, value in cells.items():
            got = found[title].get(address, "")
            if isinstance(value, str) or not isinstance(got, int | float):
                same = got == value
            else:
                same = abs(got - (value or 0.0)) <= 1e-9
            if not same:
                wrong.append(f"{title}!{address}: {got!r}, expected {value!r}")
    return wrong


@pytest.mark.parametrize("name", CASES)
def test_every_formula_equals_python(grids: dict[str, Grid], name: str) -> None:
    expected = expected_values(WORKSHEET, CASES[name])
    assert sum(map(len, expected.values())) > 2_000
    assert differences(grids[name], expected) == []


def blank(answers: Mapping[str, object]) -> WbkInput:
    """The same station with some answers, as light as it may be: only what follows from answers matters."""
    return sample(answers, count=8)


def typing(answers: Mapping[str, object]) -> dict[tuple[str, str], str | float | None]:
    """Every cell of ``Jawaban Unit`` with what a person types there, or clears."""
    layout, typed = lay_out(WORKSHEET), {}
    for key, indicator in WORKSHEET.by_id.items():
        answer = answers.get(key)
        if indicator.kind is not Kind.SHARE:
            typed[LKE, layout.cell(Column.ANSWER, layout.indicators[key])] = answer
            continue
        for part in (*(field.key for field in indicator.inputs), CONFIRMATION):
            value = answer.get(part) if isinstance(answer, Mapping) else None
            typed[LKE, layout.cell(Column.ANSWER, layout.inputs[f"{key}.{part}"])] = value
    return typed  # type: ignore[return-value]


def hundred_answer_sets() -> list[dict[str, object]]:
    """A hundred sets by Hypothesis, gathered first: LibreOffice takes them all in one go."""
    found: list[dict[str, object]] = []

    slow = [HealthCheck.too_slow]  # a busy machine is no fault of the answers

    @settings(
        max_examples=100, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=slow
    )
    @given(answer_sets())
    def gather(answers: dict[str, object]) -> None:
        found.append(answers)

    gather()
    return found


def test_a_hundred_sets_of_retyped_answers_recalculate_everything(tmp_path: Path) -> None:
    sets = [ANSWERS, *hundred_answer_sets()]
    book = build_workbook(WORKSHEET, blank({}))
    found = typed_and_recalculated(book, list(map(typing, sets)), tmp_path)
    assert len(found) == len(sets) > 100
    for answers, figures in zip(sets, found, strict=True):
        expected = expected_values(WORKSHEET, blank(answers))
        assert differences(figures, expected) == [], answers


def test_no_cell_shows_an_error(grids: dict[str, Grid]) -> None:
    errors = [
        f"{name} {title}!{address}: {value}"
        for name, found in grids.items()
        for title, cells in found.items()
        for address, value in cells.items()
        if isinstance(value, str) and re.match(r"#[A-Z/0]+[!?]?$|Err:\d+", value)
    ]
    assert errors == []


def test_worked_example_total_by_its_defined_name(grids: dict[str, Grid]) -> None:
    workbook = openpyxl.load_workbook(BytesIO(build_workbook(WORKSHEET, CASES["worked"])))
    figures = {}
    for name in ("NILAI_TOTAL", "NILAI_PENGUNGKIT", "NILAI_HASIL", *(f"NILAI_A{n}" for n in range(1, 7))):
        title, address = str(workbook.defined_names[name].attr_text).split("!")
        figures[name] = grids["worked"][title][address.replace("$", "")]
    assert figures == {
        "NILAI_TOTAL": pytest.approx(82.0949, abs=5.1e-5),
        "NILAI_PENGUNGKIT": pytest.approx(47.2824, abs=5.1e-5),
        "NILAI_HASIL": pytest.approx(34.8125, abs=5.1e-5),
        "NILAI_A1": pytest.approx(6.6387, abs=5.1e-5),
        "NILAI_A2": pytest.approx(4.975, abs=5.1e-5),
        "NILAI_A3": pytest.approx(6.3783, abs=5.1e-5),
        "NILAI_A4": pytest.approx(8.2756, abs=5.1e-5),
        "NILAI_A5": pytest.approx(12.6155, abs=5.1e-5),
        "NILAI_A6": pytest.approx(8.3992, abs=5.1e-5),
    }


def test_a_missing_office_fails_and_does_not_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError):
        recalculated({"any": b""}, tmp_path)
