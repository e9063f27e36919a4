"""Which answers the answer cells of the LKE sheet accept, for the unit and for the TPI alike."""

from __future__ import annotations

from openpyxl.worksheet.datavalidation import DataValidation

from reports.wbk.canvas import Canvas
from reports.wbk.layout import Column, IndicatorLine, InputLine, Line
from reports.wbk.report import Report
from reports.wbk.worksheet import Kind

COUNTS, INDEX, CONFIRMATION = "counts", "index", "Ya,Tidak"


def choice(codes: str) -> DataValidation:
    """A drop-down list of comma-separated codes."""
    return DataValidation(
        type="list",
        formula1=f'"{codes}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Jawaban tidak sah",
        error=f"Pilih salah satu: {codes.replace(',', ', ')}.",
    )


def _numbers() -> dict[str, DataValidation]:
    counts = DataValidation(
        type="whole",
        operator="greaterThanOrEqual",
        formula1="0",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Jawaban tidak sah",
        error="Isi bilangan bulat, 0 atau lebih.",
    )
    index = DataValidation(
        type="decimal",
        operator="between",
        formula1="0",
        formula2="4",
        allow_blank=True,
        showErrorMessage=True,
        errorTitle="Jawaban tidak sah",
        error="Isi indeks hasil survei, 0 sampai 4.",
    )
    return {COUNTS: counts, INDEX: index}


def _rule_of(line: Line) -> str | None:
    if isinstance(line, InputLine):
        return COUNTS if line.field else CONFIRMATION
    if isinstance(line, IndicatorLine) and line.indicator.kind is not Kind.SHARE:
        return INDEX if line.indicator.kind is Kind.INDEX else ",".join(line.indicator.option_codes)
    return None


def add_validations(canvas: Canvas, report: Report) -> None:
    """Attach a rule to every answer cell; cells of one kind share a rule."""
    rules = _numbers()
    for line in report.layout.lines:
        key = _rule_of(line)
        if key is None:
            continue
        rule = rules.setdefault(key, choice(key))
        for column in (Column.ANSWER, Column.TPI_ANSWER):
            rule.add(f"{column}{line.row}")
    for rule in rules.values():
        canvas.sheet.add_data_validation(rule)
