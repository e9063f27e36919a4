"""The cover names what an evaluator must know: nothing assessed, no case, doubtful papers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.rows import WbkInput
from reports.wbk.layout import LKE, MONTHLY
from reports.wbk.notices import notices
from reports.wbk.report import prepare
from tests.reports.wbk.samples import AS_OF, WORKSHEET, a_document, cases, sample


def plain() -> WbkInput:
    """A station without anything to remark."""
    settled = tuple(replace(case, classified=True, imported=False) for case in cases(20))
    return sample(cases=settled, clocks=(), evidence=(a_document(),))


def words(given: WbkInput) -> list[str]:
    return [notice.words for notice in notices(prepare(WORKSHEET, given))]


def test_nothing_is_said_where_nothing_is_wrong() -> None:
    assert words(plain()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"assessed": False}, "Satuan belum memulai penilaian tahun 2026: lembar kerja ini masih kosong."),
        ({"unlisted": 3}, "3 pengaduan dihitung, tetapi tidak boleh dilihat pengekspor."),
        (
            {"evidence": (a_document(signed_on=None, valid_until=AS_OF.date().replace(year=2025)),)},
            "Dokumen bukti yang perlu dibenahi: 1 tanpa tanggal, 1 kedaluwarsa.",
        ),
    ],
)
def test_each_is_named(changes: dict[str, object], said: str) -> None:
    assert words(replace(plain(), **changes)) == [said]  # type: ignore[arg-type]


def test_a_year_without_cases_is_no_full_score() -> None:
    (notice,) = notices(prepare(WORKSHEET, replace(plain(), cases=())))
    assert "jangan dianggap 100%" in notice.words
    assert notice.sheet == MONTHLY


def test_the_gravest_stands_first_and_leads_to_its_sheet() -> None:
    found = notices(prepare(WORKSHEET, sample(assessed=False, unlisted=1)))
    assert found[0].sheet == LKE
    assert len(found) == 5
