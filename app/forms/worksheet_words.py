"""The parts of a WBK worksheet and their names, and answers on one line; for station and reviewers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.wbk.worksheet import Indicator, Worksheet

RESULTS = "B"
"""Address of the part that holds the results: surveys and performance."""


def part_keys(worksheet: Worksheet) -> tuple[str, ...]:
    """``A1`` to ``A6``, then the results."""
    return (*(component.key for component in worksheet.components), RESULTS)


def part_indicators(worksheet: Worksheet, part: str) -> list[Indicator]:
    """Indicators of a part in official order."""
    return [one for one in worksheet.indicators if worksheet.home_of[one.id] == part]


def part_name(worksheet: Worksheet, part: str) -> dict[str, str]:
    """Name of a part in both languages."""
    for component in worksheet.components:
        if component.key == part:
            return {"label_id": component.name_id, "label_en": component.name_en}
    return {"label_id": "Hasil", "label_en": "Results"}


def answer_words(value: Any) -> str:
    """A given answer on one line."""
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {part}" for key, part in value.items())
    return str(value)
