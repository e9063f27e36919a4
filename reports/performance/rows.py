"""What the report is made of: counts of complaints and clocks, never a case and never a person.

A complaint belongs to the period in which it was received (local days, both ends inclusive), and is shown as
it stood when the report was made. A clock is one duty of a station in one such complaint.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

LONGEST_DAYS = 1_096
"""Three years: a longer report would tell nothing of the present."""


class Period(enum.StrEnum):
    """The period asked for, and the equally long one before it."""

    NOW = "kini"
    BEFORE = "lalu"


class Measure(enum.StrEnum):
    """What a row of the data sheet counts; the value stands there."""

    TOTAL = "Diterima"
    MONTH = "Bulan"
    KIND = "Kelas"
    TYPE = "Maladministrasi"
    CHANNEL = "Kanal"
    UNIT = "Unit"
    SERVICE = "Layanan"
    FINDING = "Putusan"
    ENDING = "Penutupan"
    FACT = "Fakta"
    ACTION = "Perbaikan"
    CLOCK = "Tenggat"


class Fact(enum.StrEnum):
    """Things that can be true of a complaint, each counted by itself."""

    OPEN = "Belum ditutup"
    IMPORTED = "Riwayat impor"
    BREACHED = "Pernah melanggar tenggat"
    OBJECTED = "Keberatan atas hasil"
    REOPENED = "Dibuka kembali"
    LAPSED = "Dianggap mencabut"
    LAPSED_UNANSWERED = "Gugur, pertanyaan pelapor belum dijawab"
    LATE_COMPLETE = "Lengkap dinyatakan hari ke-13 atau 14"
    COMPLETE = "Dinyatakan lengkap"
    PAUSED = "Jeda keterangan dua kali atau lebih"
    OWN_UNIT = "Diputus unit yang diadukan"
    DECIDED_APART = "Diputus, selain pengaduan pelayanan tanpa petugas"
    DECIDED = "Diputus"


class Standing(enum.StrEnum):
    """What became of a clock."""

    IN_TIME = "Tepat"
    LATE = "Terlambat"
    OVERDUE = "Lewat"
    RUNNING = "Berjalan"
    VOID = "Gugur"


class Basis(enum.StrEnum):
    """Whose limit a clock has: of statutes and regulations, or of guidelines and local policy."""

    LAW = "Hukum"
    POLICY = "Kebijakan"


class ActionWord(enum.StrEnum):
    """Corrective actions that the Ombudsman asked for in the period."""

    VERIFIED = "Terverifikasi"
    REPORTED = "Dilaporkan"
    OPEN = "Berjalan"
    OVERDUE = "Lewat tenggat"


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """One figure. `category` is in words; ``""`` where the measure has none."""

    period: Period
    agency: str
    measure: Measure
    category: str
    n: int


@dataclass(frozen=True, slots=True, order=True)
class ClockCount:
    """Clocks with one fate, by one thing: each clock is counted once by every `measure`.

    Never by two at once: a unit crossed with a service and a duty would be a handful of people.

    :ivar measure: what `category` names: the duty (`Measure.CLOCK`), or the complaint's unit or service
    """

    period: Period
    agency: str
    measure: Measure
    category: str
    basis: Basis
    standing: Standing
    n: int


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """How many duties that bind were done after so many full days (24 hours) from their start."""

    agency: str
    clock: str
    days: int
    n: int


@dataclass(frozen=True, slots=True)
class StationRow:
    """An agency of the report.

    :ivar ikm: satisfaction index of 25 to 100; None without answers, or with too few to show
    """

    code: str
    name: str
    respondents: int = 0
    ikm: Decimal | None = None
    grade: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceInput:
    """The whole report.

    :ivar first: first local day, inclusive
    :ivar last: last local day, inclusive
    :ivar as_of: aware UTC instant at which everything stood so
    :ivar zone_label: WIB, WITA or WIT, for the instant in words
    :ivar base_url: where the reviewers' desk is, without a slash at the end; None leaves the links out
    :ivar generated_by: function of who exports, never a name
    """

    first: date
    last: date
    as_of: datetime
    local_as_of: datetime
    zone_label: str
    stations: tuple[StationRow, ...]
    counts: tuple[Count, ...]
    clocks: tuple[ClockCount, ...]
    durations: tuple[Duration, ...]
    base_url: str | None = None
    generated_by: str = ""

    @property
    def first_before(self) -> date:
        """First day of the equally long period before."""
        return before(self.first, self.last)[0]

    @property
    def last_before(self) -> date:
        """Last day of it: the day before `first`."""
        return self.first - timedelta(days=1)


def before(first: date, last: date) -> tuple[date, date]:
    """The equally long period that ends on the day before `first`."""
    return first - (last - first) - timedelta(days=1), first - timedelta(days=1)
