"""What every fact of law carries, and the facts that drive a case: states, events, clocks.

A node keeps its citations and how sure we are of it. What is not ``verified`` or rests on
``local_policy`` is shown as such on every page that uses it. Codes of parts that may be less
sure than the whole have a confidence of their own (``limit_confidence`` and kin).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from workflows.calendar import CalendarYear
from workflows.errors import LawError
from workflows.law.reading import Citation, named
from workflows.vocabulary import (
    Binding,
    ComplaintClass,
    Confidence,
    Event,
    LimitUnit,
    Party,
    PublicState,
    Role,
    Substate,
)

LOCAL_POLICY = "local_policy"
"""The key of ``sources`` behind which no law stands."""

DAY_UNITS = frozenset({LimitUnit.WORKING_DAY, LimitUnit.CALENDAR_DAY})
"""Units that may pause, and whose limit may be 0: the end of the trigger's own day."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_SURENESS = (Confidence.VERIFIED, Confidence.LIKELY, Confidence.RECONSTRUCTED)
_SANCTION_MARK = "sanctions."


def least_sure(*levels: Confidence | None) -> Confidence:
    """The lowest of several levels; None says nothing."""
    return max((level for level in levels if level is not None), key=_SURENESS.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An Act, a regulation, a page: what a citation points to."""

    title: str
    address: str
    kind: str
    status: str
    replaced_by: str | None = None
    note: str | None = None

    @property
    def short_title(self) -> str:
        """``UU 25/2009`` of ``UU 25/2009 tentang Pelayanan Publik (…)``; else the whole title."""
        head, mark, _ = self.title.partition(" tentang ")
        return head if mark else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A fact with its citations and confidence."""

    source: tuple[Citation, ...]
    confidence: Confidence

    def __post_init__(self) -> None:
        if not self.source:
            raise LawError("source", "empty")

    @property
    def source_texts(self) -> tuple[str, ...]:
        """The citations as text, as they stand in the data."""
        return tuple(str(citation) for citation in self.source)

    @property
    def is_local_policy(self) -> bool:
        """True where nothing but this project's own proposal stands behind it."""
        return all(citation.key == LOCAL_POLICY for citation in self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Node):
    """A fact with a code and its words in both languages."""

    code: str
    label_id: str
    label_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNode(Node):
    """A rule in words."""

    text_id: str
    text_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRule(TextNode):
    """A rule in words with a code."""

    code: str


# --- states and events ---------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicStateRule(Node):
    """A state that citizens see, and the substates under it."""

    code: PublicState
    label_id: str
    label_en: str
    substates: tuple[Substate, ...]


def _read_from(raw: object, path: str) -> frozenset[Substate] | None:
    if raw is None:
        return None
    if raw == "*":
        return frozenset()
    codes = raw if isinstance(raw, list) else [raw]
    if not codes:
        raise LawError(path, "empty")
    return frozenset(_substate(code, path) for code in codes)


def _read_to(raw: object, path: str) -> Substate | Literal["previous"] | None:
    if raw is None:
        return None
    return "previous" if raw == "previous" else _substate(raw, path)


def _substate(raw: object, path: str) -> Substate:
    try:
        return Substate(str(raw))
    except ValueError as error:
        raise LawError(path, f"{raw!r} is no Substate") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule(Node):
    """Who may fire an event, from where, and where it leads.

    :ivar sources: substates it starts from; None for a new case, empty for any substate
        (its citations are ``source``)
    :ivar target: where it leads; None for no change, ``previous`` for the substate before
    :ivar guard: what must hold besides, in words; the checks themselves are code
    """

    code: Event
    by: tuple[Role, ...]
    sources: frozenset[Substate] | None = field(metadata=named("from", _read_from))
    target: Substate | Literal["previous"] | None = field(metadata=named("to", _read_to))
    to_if_never_complete: Substate | None = None
    label_id: str
    label_en: str
    guard: str | None = None

    @property
    def can_fire_when_closed(self) -> bool:
        """Whether it starts from a closed substate too."""
        if self.sources is None:
            return False
        return not self.sources or any(substate.is_closed for substate in self.sources)

    @property
    def to(self) -> Substate | None:
        """Where it leads, or None: nowhere new, or back (see :attr:`to_previous`)."""
        return self.target if isinstance(self.target, Substate) else None

    @property
    def to_previous(self) -> bool:
        """True where it leads back to the substate before."""
        return self.target == "previous"


# --- clocks --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockPoint(Labelled):
    """A moment that starts or stops a clock and is no event of a case.

    :ivar from_field: the field of the complaint that holds it, where one does
    """

    from_field: str | None = None


def _read_ends(raw: object, path: str) -> tuple[str, ...]:
    codes = raw if isinstance(raw, list) else [raw]
    if not codes or not all(isinstance(code, str) for code in codes):
        raise LawError(path, f"not a code or a list of codes: {raw!r}")
    return tuple(codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaStep(Node):
    """One deadline of a class.

    :ivar limit: in ``unit``; 0 days means the end of the trigger's own day
    :ivar starts_at: event or clock point that starts it
    :ivar ends_at: events or clock points, any of which stops it
    :ivar pauses: substates while the case waits in which the clock stands still
    """

    stage: str
    party: Party
    limit: int
    unit: LimitUnit
    starts_at: str
    ends_at: tuple[str, ...] = field(metadata=named("ends_at", _read_ends))
    binding: Binding
    pauses: tuple[Substate, ...]
    on_breach: str | None = None
    note: str | None = None
    limit_confidence: Confidence | None = None
    unit_confidence: Confidence | None = None
    starts_at_confidence: Confidence | None = None

    def __post_init__(self) -> None:
        Node.__post_init__(self)
        if self.limit < 0 or (self.limit == 0 and self.unit not in DAY_UNITS):
            raise LawError("limit", f"{self.limit} {self.unit} is no limit")
        if self.pauses and self.binding in (Binding.STATUTE, Binding.REGULATION):
            raise LawError("pauses", "clocks of statute and regulation never pause")
        if self.pauses and self.unit not in DAY_UNITS:
            raise LawError("pauses", "only clocks in days pause")

    @property
    def due_confidence(self) -> Confidence:
        """How sure a due date is: no surer than the least sure of what it is computed from."""
        return least_sure(
            self.confidence, self.limit_confidence, self.unit_confidence, self.starts_at_confidence
        )

    @property
    def sanction(self) -> str | None:
        """Code of the sanction that a breach risks, where the step names one."""
        _, mark, code = (self.on_breach or "").partition(_SANCTION_MARK)
        return code if mark else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Node):
    """All deadlines of one class of complaint."""

    complaint_class: ComplaintClass
    label_id: str
    label_en: str
    steps: tuple[SlaStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule(TextRule):
    """A rule on counting, with its numbers where it has any.

    :ivar cap_calendar_days: most days, over all waits, that a clock may stand still
    :ivar warn_percent: shares of the time at which to warn
    :ivar escalate_percent: shares of the time at which to tell whom
    """

    cap_calendar_days: int | None = None
    warn_percent: tuple[int, ...] = ()
    escalate_percent: Mapping[Role, int] | None = None


# --- working calendar ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayYear(Node):
    """The free days of a year and what they rest on."""

    basis: str
    national: frozenset[date]
    joint_leave: frozenset[date]

    @property
    def is_decreed(self) -> bool:
        """False where only a library names the days: never the base of a notice or sanction."""
        return self.confidence is not Confidence.RECONSTRUCTED

    def for_calendar(self, year: int) -> CalendarYear:
        """The same as the calendar wants it."""
        return CalendarYear(
            year=year,
            national=self.national,
            joint_leave=self.joint_leave,
            status="decreed" if self.is_decreed else "provisional",
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayLibrary(Node):
    """The library that proposes days where no decree is in hand."""

    package: str
    call: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendarRules(Node):
    """How working days are counted, the station's week, the known years."""

    timezone: str
    service_days: tuple[Weekday, ...]
    rules: Mapping[str, TextRule]
    python: HolidayLibrary
    holidays: Mapping[int, HolidayYear]

    @property
    def service_weekdays(self) -> frozenset[int]:
        """The service days as the calendar wants them, Monday = 0."""
        return frozenset(get_args(Weekday).index(day) for day in self.service_days)
