"""What goes into clocks and what comes out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workflows.errors import RuleError
from workflows.vocabulary import Binding, ComplaintClass, Confidence, LimitUnit, Party


class StageUnknown(RuleError):
    """The policy of a class has no such stage.

    :ivar known: the stages it has, in order
    """

    def __init__(self, complaint_class: ComplaintClass, stage: str, known: Sequence[str]) -> None:
        super().__init__(f"{complaint_class} has no stage {stage!r}; it has {', '.join(known)}")
        self.complaint_class = complaint_class
        self.stage = stage
        self.known = tuple(known)


def refuse_naive(*instants: datetime) -> None:
    """An instant without a zone is a mistake of the caller.

    :raises ValueError: one of them has none
    """
    for at in instants:
        if at.tzinfo is None:
            raise ValueError(f"{at} has no zone")


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which the case waited in a substate; ``end`` None while it still does."""

    substate: str
    start: datetime
    end: datetime | None

    def __post_init__(self) -> None:
        refuse_naive(self.start, *(() if self.end is None else (self.end,)))
        if self.end is not None and self.end < self.start:
            raise ValueError("a wait cannot end before it starts")


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """What the clocks of a case hang on.

    :ivar points: instants by event code or clock point. ``resolution_kip_due`` is the one
        computed point: its instants here say when an extension with its written reason was
        recorded, its clock starts where the stage itself falls due
    :ivar waits: all times of waiting, whatever for
    :ivar closed_at: since when the case stands closed; None while it does not
    """

    points: Mapping[str, tuple[datetime, ...]]
    waits: tuple[Wait, ...] = ()
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        for instants in self.points.values():
            refuse_naive(*instants)
        if self.closed_at is not None:
            refuse_naive(self.closed_at)


@dataclass(frozen=True, slots=True)
class Pause:
    """A wait as one clock felt it: the dates from ``first_on`` until before ``until_on``.

    No dates at all where the cap was used up before.
    """

    substate: str
    start: datetime
    end: datetime | None
    first_on: date
    until_on: date

    @property
    def days(self) -> int:
        """Calendar days that did not count."""
        return (self.until_on - self.first_on).days


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline of a case, with all that is needed to explain it.

    :ivar step: index of the step in the policy of the class
    :ivar occurrence: 0 for the first time that the stage was triggered
    :ivar trigger: event or clock point that started it
    :ivar due_at: last instant in time, inclusive
    :ivar met_at: when what it waits for was done, in time or late
    :ivar void_at: when it stopped to bind without being met: closed, or replaced by an extension
    :ivar effective: the one that binds among the steps of the stage
    :ivar confidence: that of the least sure of limit, unit, start and rule
    :ivar provisional_calendar: a year without a decree was counted: no base for notice or sanction
    """

    stage: str
    step: int
    occurrence: int
    party: Party
    complaint_class: ComplaintClass
    limit: int
    unit: LimitUnit
    binding: Binding
    trigger: str
    triggered_at: datetime
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    effective: bool
    pauses: tuple[Pause, ...]
    sources: tuple[str, ...]
    confidence: Confidence
    provisional_calendar: bool
    policy_version: str

    @property
    def is_running(self) -> bool:
        """Whether it still waits for something."""
        return self.met_at is None and self.void_at is None

    def breached_at(self, at: datetime) -> datetime | None:
        """The instant of breach as seen at an instant: the due one if nothing came by then."""
        stopped = min(instant for instant in (self.met_at, self.void_at, at) if instant is not None)
        return self.due_at if stopped > self.due_at else None
