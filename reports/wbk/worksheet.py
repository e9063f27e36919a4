"""The official worksheet (LKE) of an integrity zone, parsed from the data beside this module.

Law: PermenPANRB 90/2021 Lampiran III, amended by PermenPANRB 5/2024. Every node keeps the
sources it was read from and how sure we are of it; what is not verified is shown as such.
Texts for evaluators stay in Indonesian, as they stand in the worksheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from workflows.vocabulary import Confidence


class Kind(StrEnum):
    """How an indicator is answered; values are codes of the worksheet data."""

    YES_NO = "ya_tidak"
    ABC = "abc"
    ABCD = "abcd"
    ABCDE = "abcde"
    SHARE = "persen"
    INDEX = "nilai_0_4"

    @property
    def has_options(self) -> bool:
        """True where the answer is one of a list of letters or words."""
        return self not in (Kind.SHARE, Kind.INDEX)


class Predicate(StrEnum):
    """The two awards of the integrity zone."""

    WBK = "WBK"
    WBBM = "WBBM"


class Automation(StrEnum):
    """How far our own data may answer an indicator (``data_sistem.tingkat``; our analysis)."""

    AUTOMATIC = "otomatis"
    SUGGESTION = "saran"
    EVIDENCE = "bukti"


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a node was read (codes of :attr:`Worksheet.sources`) and how sure we are of it."""

    source: tuple[str, ...]
    confidence: Confidence

    @property
    def verified(self) -> bool:
        """True where the node needs no mark on a sheet."""
        return self.confidence is Confidence.VERIFIED


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer: its code, its score between 0 and 1, its official wording (condensed)."""

    code: str
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class InputField:
    """One count that a share is computed from; it has a row of its own on the LKE sheet."""

    key: str
    label: str
    portal_question_id: int | None


@dataclass(frozen=True, slots=True)
class SystemData:
    """What our own data can say about an indicator (reconstructed: local policy)."""

    level: Automation
    note: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question of the worksheet.

    ``weight`` is the points of a result indicator (B) and None for a lever indicator, which
    weighs its sub-component's points divided by the number of its indicators.
    """

    id: str
    lke_code: str
    excel_row: int
    portal_question_id: int | None
    text_id: str
    text_en: str
    kind: Kind
    weight: float | None
    options: tuple[Option, ...]
    inputs: tuple[InputField, ...]
    formula_text: str | None
    guidance: str | None
    evidence_hints: tuple[str, ...]
    evidence_basis: Basis
    system: SystemData | None
    basis: Basis

    @property
    def option_codes(self) -> tuple[str, ...]:
        """Codes in official order, empty for shares and indices."""
        return tuple(option.code for option in self.options)

    def score_of(self, code: str) -> float:
        """Score of an option.

        :raises KeyError: the code is not among the options
        """
        return {option.code: option.score for option in self.options}[code]


@dataclass(frozen=True, slots=True)
class SubComponent:
    """A group of indicators; its points are the mean of their scores times ``weight``."""

    id: str
    lke_code: str
    name_id: str
    name_en: str
    weight: float
    indicators: tuple[Indicator, ...]
    basis: Basis

    @property
    def indicator_weight(self) -> float:
        """Points one indicator can earn while all are answered."""
        return self.weight / len(self.indicators)


@dataclass(frozen=True, slots=True)
class Half:
    """Pemenuhan (``P``) or reform (``R``) of one component."""

    letter: str
    weight: float
    sub_components: tuple[SubComponent, ...]

    @property
    def name_id(self) -> str:
        """The official word."""
        return "Pemenuhan" if self.letter == "P" else "Reform"


@dataclass(frozen=True, slots=True)
class Component:
    """One of the six areas of change; ``id`` is ``A.1`` to ``A.6``."""

    id: str
    name_id: str
    name_en: str
    weight: float
    minimum_wbk: float
    minimum_wbbm: float
    owner: str
    owner_confidence: Confidence
    fulfilment: Half
    reform: Half
    basis: Basis

    @property
    def key(self) -> str:
        """``A1`` to ``A6``: name of the sheet and of the defined name."""
        return self.id.replace(".", "")

    @property
    def number(self) -> int:
        """1 to 6."""
        return int(self.id.removeprefix("A."))

    @property
    def halves(self) -> tuple[Half, Half]:
        """Pemenuhan, then reform."""
        return (self.fulfilment, self.reform)

    @property
    def sub_components(self) -> tuple[SubComponent, ...]:
        """Those of pemenuhan, then those of reform."""
        return self.fulfilment.sub_components + self.reform.sub_components

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All, in the order of :attr:`sub_components`."""
        return tuple(indicator for sub in self.sub_components for indicator in sub.indicators)


@dataclass(frozen=True, slots=True)
class ResultGroup:
    """One of the two result groups (``B.I``, ``B.II``); its points are the sum of its indicators'."""

    id: str
    name_id: str
    name_en: str
    weight: float
    indicators: tuple[Indicator, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Minimum values of one predicate; all must hold together.

    ``area_share`` is a fraction of an area's weight (0.60); surveys are indices of 0 to 4.
    """

    predicate: Predicate
    total: float
    levers: float
    area_share: float
    clean: float
    ipak_points: float
    ipak_survey: float
    performance: float
    service_points: float
    service_survey: float
    previous: str | None
    conflict_note: str | None
    basis: Basis


@dataclass(frozen=True, slots=True)
class CountingPolicy:
    """How a gap of the official sheet is treated (K1 to K5)."""

    id: str
    problem: str
    official_behaviour: str
    proposal: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Regulation:
    """A regulation and what became of it."""

    name: str
    status: str
    note: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """A condition before proposing. A checklist only: the text of the law was not readable."""

    id: str
    level: str
    text_id: str
    value: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding about the copies in circulation (T1 to T6)."""

    id: str
    text: str
    basis: Basis


@dataclass(frozen=True, slots=True)
class Source:
    """A work the data was read from."""

    code: str
    title: str
    address: str
    note: str


@dataclass(frozen=True, slots=True)
class StatusMapping:
    """From which complaint statuses one figure of A5.R.ii.a is taken."""

    figure: str
    taken_from: str


@dataclass(frozen=True)
class Worksheet:
    """The whole worksheet, validated: 6 components, 42 sub-components, 113 indicators."""

    version: str
    title: str
    legal_basis: str
    wording_note: str
    components: tuple[Component, ...]
    results: tuple[ResultGroup, ...]
    thresholds: Mapping[Predicate, Thresholds]
    policies: tuple[CountingPolicy, ...]
    regulations: tuple[Regulation, ...]
    prerequisites: tuple[Prerequisite, ...]
    remarks: tuple[Remark, ...]
    sources: tuple[Source, ...]
    status_basis: str
    status_mapping: tuple[StatusMapping, ...]
    status_mapping_confidence: Confidence
    lever_weight: float
    result_weight: float

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """All 113 in the order of the official sheet."""
        levers = [indicator for component in self.components for indicator in component.indicators]
        return tuple(sorted(levers, key=lambda indicator: indicator.excel_row)) + tuple(
            indicator for group in self.results for indicator in group.indicators
        )

    @cached_property
    def by_id(self) -> Mapping[str, Indicator]:
        """Indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def sub_components(self) -> tuple[SubComponent, ...]:
        """All 42, component by component."""
        return tuple(sub for component in self.components for sub in component.sub_components)

    @cached_property
    def points_of(self) -> Mapping[str, float]:
        """Points that each indicator can earn while all are answered."""
        points = {i.id: sub.indicator_weight for sub in self.sub_components for i in sub.indicators}
        points.update({i.id: i.weight or 0.0 for group in self.results for i in group.indicators})
        return points

    @cached_property
    def home_of(self) -> Mapping[str, str]:
        """Component key (``A1`` to ``A6``) of each lever indicator, ``B`` of each result."""
        homes = {i.id: component.key for component in self.components for i in component.indicators}
        homes.update({i.id: "B" for group in self.results for i in group.indicators})
        return homes

    def in_halves(self, letter: str) -> Iterator[tuple[Component, Half]]:
        """Each component with its half ``P`` or ``R``: the official sheet runs half by half."""
        for component in self.components:
            yield component, component.fulfilment if letter == "P" else component.reform
