"""The conditions of WBK and WBBM: all must hold together, the total alone is not enough.

Law: PermenPANRB 90/2021; the figures are ``ambang_predikat`` of the worksheet data. K5: each area is
tested as pemenuhan + reform together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.wbk.worksheet import Predicate, Thresholds

COMPARED_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a predicate; values are points, percent for areas, a predicate for the last."""

    id: str
    label: str
    value: float | str | None
    minimum: float | str
    passed: bool


@dataclass(frozen=True, slots=True)
class Award:
    """Whether a predicate's conditions all hold, and each of them."""

    passed: bool
    conditions: tuple[Condition, ...]


def reaches(value: float | None, minimum: float) -> bool:
    """True where a value stands on or above its minimum, binary noise left aside."""
    return value is not None and round(value, COMPARED_DECIMALS) >= minimum


CONDITION_LABELS: Mapping[str, str] = {
    "total": "Nilai total",
    "pengungkit": "Nilai pengungkit",
    "tiap_area": "Area terendah (persen bobot)",
    "bersih_akuntabel": "Birokrasi bersih dan akuntabel",
    "ipak": "Nilai survei persepsi korupsi (IPAK)",
    "kinerja": "Capaian kinerja",
    "pelayanan_prima": "Nilai persepsi kualitas pelayanan (IPKP)",
    "predikat_sebelumnya": "Predikat sebelumnya",
}


def minima(thresholds: Thresholds) -> Mapping[str, float]:
    """Minimum of each numeric condition: points, percent for ``tiap_area``."""
    return {
        "total": thresholds.total,
        "pengungkit": thresholds.levers,
        "tiap_area": thresholds.area_share * 100,
        "bersih_akuntabel": thresholds.clean,
        "ipak": thresholds.ipak_points,
        "kinerja": thresholds.performance,
        "pelayanan_prima": thresholds.service_points,
    }


def award_of(thresholds: Thresholds, values: Mapping[str, float | None], previous: str | None) -> Award:
    """Whether all conditions of a predicate hold together; ``values`` are by condition id."""
    conditions = [
        Condition(
            key,
            CONDITION_LABELS[key],
            values[key],
            minimum,
            reaches(values[key], minimum),
        )
        for key, minimum in minima(thresholds).items()
    ]
    if thresholds.previous is not None:
        held = previous in (Predicate.WBK, Predicate.WBBM)
        conditions.append(
            Condition(
                "predikat_sebelumnya",
                CONDITION_LABELS["predikat_sebelumnya"],
                previous,
                thresholds.previous,
                held,
            )
        )
    return Award(all(condition.passed for condition in conditions), tuple(conditions))
