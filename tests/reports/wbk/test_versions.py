"""Versions of the worksheet: a new regulation is a new file, and an unknown version is named."""

from __future__ import annotations

import json

import pytest

from reports.wbk import by_version, newest_version, official_worksheet_text, version_order
from reports.wbk.criteria import parse_worksheet
from reports.wbk.errors import WorksheetError, WorksheetVersionUnknown


def test_the_newest_is_the_one_for_new_assessments_by_number_not_by_letters() -> None:
    texts = dict.fromkeys(("1.9", "1.10", "1.2"), "")
    assert newest_version(texts) == "1.10"
    assert sorted(texts, key=version_order) == ["1.2", "1.9", "1.10"]


def test_a_version_is_found_by_the_name_that_its_file_gives() -> None:
    newest = parse_worksheet(official_worksheet_text())
    assert parse_worksheet(official_worksheet_text(newest.version)) == newest


def test_an_unknown_version_is_named_with_those_that_there_are() -> None:
    with pytest.raises(WorksheetVersionUnknown) as refusal:
        official_worksheet_text("0.9")
    assert refusal.value.version == "0.9"
    assert "0.9" in str(refusal.value)
    assert refusal.value.known == (parse_worksheet(official_worksheet_text()).version,)


def test_a_new_file_is_a_new_version() -> None:
    old = official_worksheet_text()
    changed = json.loads(old)
    changed["meta"]["versi_berkas"] = "2.0"
    found = by_version({"lke_zi.json": old, "lke_zi_2.json": json.dumps(changed)})
    assert newest_version(found) == "2.0"
    assert parse_worksheet(found["2.0"]).version == "2.0"
    assert found[parse_worksheet(old).version] == old


@pytest.mark.parametrize(
    "texts",
    [
        {"lke_zi.json": "{"},
        {"lke_zi.json": "{}"},
        {"lke_zi.json": '{"meta": {"versi_berkas": 1}}'},
        {
            "lke_zi.json": '{"meta": {"versi_berkas": "1"}}',
            "lke_zi_2.json": '{"meta": {"versi_berkas": "1"}}',
        },
    ],
)
def test_a_file_that_does_not_say_its_version_alone_is_named(texts: dict[str, str]) -> None:
    with pytest.raises(WorksheetError, match=r"lke_zi\w*\.json: meta\.versi_berkas"):
        by_version(texts)
