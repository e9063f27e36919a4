"""Answers to the worksheet: what is allowed, and every fault named by indicator at once."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real

from reports.wbk.errors import AnswersError
from reports.wbk.formulas import CONFIRMATION, INDEX_MAXIMUM, share_formula
from reports.wbk.worksheet import Indicator, Kind, Worksheet

Answer = str | float | Mapping[str, float | str]
"""An option code, a survey index, or the counts of a share by input key."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Validated answers by indicator id; an id that is missing is an empty answer.

    ``options`` hold option codes, ``indices`` survey indices of 0 to 4, ``counts`` whole numbers by
    input key (empty inputs left out), ``confirmed`` the shares whose zero denominator a person confirmed.
    """

    options: Mapping[str, str]
    indices: Mapping[str, float]
    counts: Mapping[str, Mapping[str, int]]
    confirmed: frozenset[str]


class _RefusedError(Exception):
    def __init__(self, why: str, key: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.key = key


def validate_answers(worksheet: Worksheet, answers: Mapping[str, object]) -> Answers:
    """The answers in their types. ``None``, an empty text and an empty set of counts are empty answers.

    :raises AnswersError: naming each bad indicator: unknown id, option outside its list, no number,
        a negative or fractional count, an index outside 0 to 4, an unknown input, a numerator above
        its denominator where it is a part of it
    """
    problems: dict[str, str] = {}
    options: dict[str, str] = {}
    indices: dict[str, float] = {}
    counts: dict[str, dict[str, int]] = {}
    confirmed: set[str] = set()
    for indicator in worksheet.indicators:
        answer = answers.get(indicator.id)
        if _is_empty(answer):
            continue
        try:
            if indicator.kind is Kind.SHARE:
                counts[indicator.id], sure = _counts(indicator, answer)
                if sure:
                    confirmed.add(indicator.id)
            elif indicator.kind is Kind.INDEX:
                indices[indicator.id] = _index(answer)
            else:
                options[indicator.id] = _option(indicator, answer)
        except _RefusedError as refusal:
            problems[f"{indicator.id}.{refusal.key}" if refusal.key else indicator.id] = refusal.why
    for key in answers:
        if key not in worksheet.by_id:
            problems[str(key)] = "indikator tidak dikenal"
    if problems:
        raise AnswersError(problems)
    return Answers(options, indices, counts, frozenset(confirmed))


def _is_empty(answer: object) -> bool:
    if isinstance(answer, Mapping):
        return all(_is_empty(value) for value in answer.values())
    return answer is None or (isinstance(answer, str) and not answer.strip())


def _option(indicator: Indicator, answer: object) -> str:
    if not isinstance(answer, str) or answer.strip() not in indicator.option_codes:
        raise _RefusedError(f"{answer!r} tidak ada di antara pilihan {', '.join(indicator.option_codes)}")
    return answer.strip()


def _number(answer: object, key: str | None = None) -> float:
    if isinstance(answer, bool) or not isinstance(answer, Real) or not math.isfinite(float(answer)):
        raise _RefusedError(f"{answer!r} bukan angka", key)
    if answer < 0:
        raise _RefusedError(f"{answer} negatif", key)
    return float(answer)


def _index(answer: object) -> float:
    index = _number(answer)
    if index > INDEX_MAXIMUM:
        raise _RefusedError(f"{index:g} di luar skala 0-{INDEX_MAXIMUM:g}")
    return index


def _counts(indicator: Indicator, answer: object) -> tuple[dict[str, int], bool]:
    keys = [field.key for field in indicator.inputs]
    if not isinstance(answer, Mapping):
        raise _RefusedError(f"isian {', '.join(keys)} diharapkan, bukan {answer!r}")
    if unknown := [str(key) for key in answer if key not in (*keys, CONFIRMATION)]:
        raise _RefusedError(f"isian tidak dikenal: {', '.join(unknown)}")
    counts: dict[str, int] = {}
    for key in keys:
        if not _is_empty(answer.get(key)):
            number = _number(answer[key], key)
            if number != int(number):
                raise _RefusedError(f"{number:g} bukan bilangan bulat", key)
            counts[key] = int(number)
    _check_parts(indicator, counts)
    confirmation = answer.get(CONFIRMATION)
    if not _is_empty(confirmation) and confirmation not in ("Ya", "Tidak"):
        raise _RefusedError(f"{confirmation!r} tidak ada di antara pilihan Ya, Tidak", CONFIRMATION)
    return counts, confirmation == "Ya"


def _check_parts(indicator: Indicator, counts: Mapping[str, int]) -> None:
    formula = share_formula(indicator)
    if not formula.part_of_whole or any(key not in counts for key in formula.needed):
        return
    *denominators, numerator = formula.needed
    whole = sum(counts[key] for key in denominators)
    if counts[numerator] > whole:
        raise _RefusedError(f"pembilang {counts[numerator]} melebihi penyebut {whole}")
