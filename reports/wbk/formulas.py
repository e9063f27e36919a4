"""The formulas of indicators that are answered with numbers, one table keyed by indicator.

Each formula knows its official wording (``rumus`` in the worksheet data), computes in Python and
writes itself as a spreadsheet formula that gives the same. Nothing is evaluated from text.
Zero denominators follow ``kebijakan_hitung`` K2: the value stays empty with a flag, until a person
confirms the proposed value in the input ``konfirmasi_nol``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reports.wbk.errors import WorksheetError
from reports.wbk.worksheet import Indicator

CONFIRMATION = "konfirmasi_nol"
"""Extra input of every share: ``Ya`` where a person confirms the value proposed at a zero denominator."""

CONFIRMED = "Ya"


class Flag(StrEnum):
    """What a person must look at; the words stand on the sheet beside the answer."""

    EMPTY = "Kosong"
    OUTSIDE_OPTIONS = "Jawaban di luar pilihan"
    INCOMPLETE = "Masukan belum lengkap atau negatif"
    ZERO_PROPOSES_ONE = "Penyebut nol: usul 1, tunggu konfirmasi"
    ZERO_WITH_NUMERATOR = "Penyebut nol, pembilang tidak"
    ZERO_PROPOSES_NOTHING = "Tahun lalu nol: usul 0, tunggu konfirmasi"
    ZERO_CONFIRMED = "Penyebut nol, sudah dikonfirmasi"
    NUMERATOR_ABOVE = "Pembilang melebihi penyebut"
    PARTS_ABOVE_WHOLE = "Sedang + selesai melebihi jumlah yang harus"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Score of one indicator (0 to 1, None while empty), its flag, and a value awaiting confirmation."""

    score: float | None
    flag: Flag | None = None
    proposal: float | None = None


@dataclass(frozen=True, slots=True)
class Ratio:
    """``min(1, numerator / sum of denominators)``.

    :ivar part_of_whole: the numerator counts a part of the denominator, so it can't be larger
    :ivar parts: further counts that together with the numerator can't exceed the denominator (K3);
        a warning only, since the official formula does not use them
    """

    numerator: str
    denominators: tuple[str, ...]
    part_of_whole: bool = True
    parts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The official wording this formula stands for."""
        whole = " + ".join(self.denominators)
        return f"min(1, {self.numerator} / {f'({whole})' if len(self.denominators) > 1 else whole})"

    @property
    def needed(self) -> tuple[str, ...]:
        """Inputs without which there is no score."""
        return (*self.denominators, self.numerator)

    def compute(self, inputs: Mapping[str, float], confirmed: bool) -> Outcome:
        """Score of validated inputs (missing keys are empty cells)."""
        if any(key not in inputs for key in self.needed):
            return Outcome(None, Flag.INCOMPLETE if inputs else Flag.EMPTY)
        part, whole = (
            inputs[self.numerator],
            sum(inputs[key] for key in self.denominators),
        )
        if whole == 0:
            if part != 0:
                return Outcome(None, Flag.ZERO_WITH_NUMERATOR)
            return (
                Outcome(1.0, Flag.ZERO_CONFIRMED) if confirmed else Outcome(None, Flag.ZERO_PROPOSES_ONE, 1.0)
            )
        above = self.parts and part + sum(inputs.get(key, 0.0) for key in self.parts) > whole
        return Outcome(min(1.0, part / whole), Flag.PARTS_ABOVE_WHOLE if above else None)

    def cell_value(self, cells: Mapping[str, str], confirmation: str) -> str:
        """Spreadsheet formula of the score; ``cells`` maps input keys to addresses."""
        part, whole = cells[self.numerator], self._whole(cells)
        return (
            f'=IF({self._unusable(cells)},"",IF({whole}=0,IF(AND({part}=0,{confirmation}="{CONFIRMED}"),1,""),'
            f"MIN(1,{part}/({whole}))))"
        )

    def cell_flag(self, cells: Mapping[str, str], confirmation: str) -> str:
        """Spreadsheet formula of the flag."""
        part, whole = cells[self.numerator], self._whole(cells)
        at_zero = (
            f'IF({part}<>0,"{Flag.ZERO_WITH_NUMERATOR}",'
            f'IF({confirmation}="{CONFIRMED}","{Flag.ZERO_CONFIRMED}","{Flag.ZERO_PROPOSES_ONE}"))'
        )
        rest = '""'
        if self.parts:
            together = ",".join([part, *(cells[key] for key in self.parts)])
            rest = f'IF(SUM({together})>{whole},"{Flag.PARTS_ABOVE_WHOLE}","")'
        if self.part_of_whole:
            rest = f'IF({part}>{whole},"{Flag.NUMERATOR_ABOVE}",{rest})'
        return _flag(cells, self._unusable(cells), f"IF({whole}=0,{at_zero},{rest})")

    def _whole(self, cells: Mapping[str, str]) -> str:
        return "+".join(cells[key] for key in self.denominators)

    def _unusable(self, cells: Mapping[str, str]) -> str:
        return _unusable([cells[key] for key in self.needed])


@dataclass(frozen=True, slots=True)
class Reduction:
    """``(before - now) / before``, not below 0; none before and none now is 1."""

    before: str
    now: str

    @property
    def text(self) -> str:
        """The official wording this formula stands for."""
        before, now = (key.removeprefix("pelanggaran_") for key in (self.before, self.now))
        return f"1 jika {before} = 0 dan {now} = 0; selain itu max(0, ({before} - {now}) / {before})"

    @property
    def needed(self) -> tuple[str, ...]:
        """Inputs without which there is no score."""
        return (self.before, self.now)

    part_of_whole = False

    def compute(self, inputs: Mapping[str, float], confirmed: bool) -> Outcome:
        """Score of validated inputs (missing keys are empty cells)."""
        if any(key not in inputs for key in self.needed):
            return Outcome(None, Flag.INCOMPLETE if inputs else Flag.EMPTY)
        before, now = inputs[self.before], inputs[self.now]
        if before != 0:
            return Outcome(max(0.0, (before - now) / before))
        if now == 0:
            return Outcome(1.0)
        return (
            Outcome(0.0, Flag.ZERO_CONFIRMED) if confirmed else Outcome(None, Flag.ZERO_PROPOSES_NOTHING, 0.0)
        )

    def cell_value(self, cells: Mapping[str, str], confirmation: str) -> str:
        """Spreadsheet formula of the score; ``cells`` maps input keys to addresses."""
        before, now = cells[self.before], cells[self.now]
        return (
            f'=IF({_unusable([before, now])},"",IF({before}=0,IF({now}=0,1,'
            f'IF({confirmation}="{CONFIRMED}",0,"")),MAX(0,({before}-{now})/{before})))'
        )

    def cell_flag(self, cells: Mapping[str, str], confirmation: str) -> str:
        """Spreadsheet formula of the flag."""
        before, now = cells[self.before], cells[self.now]
        at_zero = f'IF({confirmation}="{CONFIRMED}","{Flag.ZERO_CONFIRMED}","{Flag.ZERO_PROPOSES_NOTHING}")'
        return _flag(
            cells,
            _unusable([before, now]),
            f'IF(AND({before}=0,{now}<>0),{at_zero},"")',
        )


SHARES: Mapping[str, Ratio | Reduction] = {
    "A1.R.i.a": Ratio("jumlah_perubahan", ("jumlah_agen_perubahan",), part_of_whole=False),
    "A1.R.i.b": Ratio("jumlah_terintegrasi", ("jumlah_perubahan",)),
    "A3.R.iii.a": Reduction("pelanggaran_tahun_lalu", "pelanggaran_tahun_ini"),
    "A4.R.i.a": Ratio("jumlah_tercapai", ("jumlah_sasaran",)),
    "A5.R.ii.a": Ratio("selesai", ("harus_ditindaklanjuti",), parts=("sedang_diproses",)),
    "A5.R.iii.a": Ratio("sudah_lapor", ("kepala_satker", "pejabat_wajib", "lainnya")),
    "A5.R.iii.b": Ratio("sudah_lapor", ("eselon_iii", "eselon_iv", "fungsional_pelaksana")),
    "A6.R.i.b": Ratio("layanan_dipermudah", ("layanan_terdaftar",)),
}
"""Formula of every percentage indicator."""

INDEX_MAXIMUM = 4.0
"""Surveys are indices from 0 to 4; the score is the index divided by it (``konversi_nilai``)."""


def index_text(indicator: Indicator) -> str:
    """The official wording of an index formula, as ``(ipak / 4) * 17.5``."""
    return f"({indicator.inputs[0].key} / 4) * {indicator.weight:g}"


def share_formula(indicator: Indicator) -> Ratio | Reduction:
    """Formula of a percentage indicator.

    :raises WorksheetError: the table has none, or the worksheet words it otherwise: a new regulation
        may have changed it, and a person must look
    """
    formula = SHARES.get(indicator.id)
    if formula is None:
        raise WorksheetError(indicator.id, "no formula is known for this percentage")
    if formula.text != indicator.formula_text:
        raise WorksheetError(
            indicator.id,
            f"{indicator.formula_text!r} is not the known formula {formula.text!r}",
        )
    return formula


def option_cell_value(indicator: Indicator, cell: str) -> str:
    """Spreadsheet formula of the score of an answer chosen from options."""
    nested = '""'
    for option in reversed(indicator.options):
        nested = f'IF({cell}="{option.code}",{option.score:g},{nested})'
    return f"={nested}"


def option_cell_flag(value: str, cell: str) -> str:
    """Spreadsheet formula of the flag of an answer chosen from options."""
    return f'=IF({cell}="","{Flag.EMPTY}",IF({value}="","{Flag.OUTSIDE_OPTIONS}",""))'


def index_cell_value(cell: str) -> str:
    """Spreadsheet formula of the score of a survey index."""
    return f'=IF(COUNT({cell})=0,"",IF(OR({cell}<0,{cell}>{INDEX_MAXIMUM:g}),"",{cell}/{INDEX_MAXIMUM:g}))'


def _unusable(cells: list[str]) -> str:
    listed = ",".join(cells)
    return f"OR(COUNT({listed})<{len(cells)},MIN({listed})<0)"


def _flag(cells: Mapping[str, str], unusable: str, otherwise: str) -> str:
    every = ",".join(cells.values())
    return f'=IF(COUNTA({every})=0,"{Flag.EMPTY}",IF({unusable},"{Flag.INCOMPLETE}",{otherwise}))'
