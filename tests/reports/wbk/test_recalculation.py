"""LibreOffice computes every workbook anew: each formula equals Python's figure, no cell shows an error."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from reports.rows import WbkInput
from reports.wbk.canvas import Value
from reports.wbk.criteria import Kind
from reports.wbk.formulas import SHARES, Reduction
from reports.wbk.layout import LKE, LKE_HEADER
from reports.wbk.workbook import build_workbook, expected_values
from tests.reports.wbk.office import Grid, grid, recalculated
from tests.reports.wbk.samples import ANSWERS, WORKSHEET, sample

ZEROS: dict[str, object] = ANSWERS | {
    **{key: {field.key: 0 for field in WORKSHEET.by_id[key].inputs} for key in SHARES},
    "A1.R.i.a": {"jumlah_agen_perubahan": 0, "jumlah_perubahan": 3},
    "A3.R.iii.a": {"pelanggaran_tahun_lalu": 0, "pelanggaran_tahun_ini": 2, "pelanggaran_disanksi": 1},
    "A4.R.i.a": {"jumlah_sasaran": 0, "jumlah_tercapai": 0, "konfirmasi_nol": "Ya"},
    "A5.R.iii.a": {"kepala_satker": 1, "pejabat_wajib": 4},
    "A6.R.i.b": {"layanan_terdaftar": 0, "layanan_dipermudah": 0, "konfirmasi_nol": "Tidak"},
}


def random_answers(seed: int) -> dict[str, object]:
    """Some answers, some gaps, some zeros."""
    chance = random.Random(seed)
    found: dict[str, object] = {}
    for indicator in WORKSHEET.indicators:
        if chance.random() < 0.25:
            continue
        if indicator.kind is Kind.SHARE:
            counts: dict[str, object] = {f.key: chance.choice((0, 3, 250)) for f in indicator.inputs}
            formula = SHARES[indicator.id]
            if not isinstance(formula, Reduction) and formula.part_of_whole:
                counts[formula.numerator] = chance.randint(
                    0, sum(int(str(counts[k])) for k in formula.denominators)
                )
            found[indicator.id] = counts | {"konfirmasi_nol": chance.choice(("Ya", "Tidak", None))}
        elif indicator.kind is Kind.INDEX:
            found[indicator.id] = round(chance.uniform(0, 4), 2)
        else:
            found[indicator.id] = chance.choice(indicator.option_codes)
    return found


CASES: dict[str, WbkInput] = {
    "worked": sample(),
    "held": sample(previous_predicate="WBK"),
    "half": sample(dict(list(ANSWERS.items())[::2])),
    "empty": sample({}, count=0, evidence=(), provenance=None),
    "zeros": sample(ZEROS, count=3),
    **{f"random{seed}": sample(random_answers(seed), count=seed * 20) for seed in range(2)},
}


def retyped(book: bytes, answers: Mapping[str, object]) -> bytes:
    """The workbook after a person cleared ``Jawaban Unit`` and typed other answers, by the ids."""
    workbook = openpyxl.load_workbook(BytesIO(book))
    sheet = workbook[LKE]
    titles = [cell.value for cell in sheet[LKE_HEADER]]
    ids, target = titles.index("ID") + 1, titles.index("Jawaban Unit") + 1
    rows = {str(sheet.cell(row, ids).value): row for row in range(LKE_HEADER + 1, sheet.max_row + 1)}
    for key, indicator in WORKSHEET.by_id.items():
        answer = answers.get(key)
        keys = [*(f.key for f in indicator.inputs), "konfirmasi_nol"] if indicator.kind is Kind.SHARE else []
        for part in keys:
            value = answer.get(part) if isinstance(answer, Mapping) else None
            sheet.cell(rows[f"{key}.{part}"], target).value = value
        if not keys:
            sheet.cell(rows[key], target).value = answer  # type: ignore[assignment]
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


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


RETYPED = {"retyped-full": ANSWERS, "retyped-random": random_answers(77)}


@pytest.fixture(scope="module")
def grids(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Grid]:
    folder: Path = tmp_path_factory.mktemp("office")
    books = {name: spoiled(build_workbook(WORKSHEET, given)) for name, given in CASES.items()}
    blank = build_workbook(WORKSHEET, sample({}))
    books |= {name: retyped(blank, answers) for name, answers in RETYPED.items()}
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


@pytest.mark.parametrize("name", RETYPED)
def test_retyped_answers_recalculate_everything(grids: dict[str, Grid], name: str) -> None:
    assert differences(grids[name], expected_values(WORKSHEET, sample(RETYPED[name]))) == []


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
