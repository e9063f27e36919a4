"""Read models of the reports: what ``app/queries`` hands in, and nothing more.

No type here has room for a complainant, a respondent or a complaint's text: cases are numbers,
codes and instants. Dates are calendar dates in the agency's zone; instants are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from workflows.law.surveys import SurveyGrade
from workflows.vocabulary import (
    Binding,
    ClosureReason,
    ComplaintClass,
    Finding,
    PublicState,
    Substate,
)


@dataclass(frozen=True, slots=True)
class AgencyInfo:
    """Whose report it is; ``zone`` is an IANA name (Asia/Jakarta, Asia/Makassar, Asia/Jayapura)."""

    name: str
    code: str
    polda: str
    zone: str = "Asia/Jakarta"

    @property
    def zone_label(self) -> str:
        """WIB, WITA or WIT."""
        return {
            "Asia/Jakarta": "WIB",
            "Asia/Makassar": "WITA",
            "Asia/Jayapura": "WIT",
        }.get(self.zone, self.zone)

    def local(self, instant: datetime) -> datetime:
        """An instant on the agency's wall clock.

        :raises ValueError: the instant is naive
        """
        if instant.tzinfo is None:
            raise ValueError("an aware instant is expected")
        return instant.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class UnitAnswer:
    """The unit's answer to one indicator, by whom (function, not name), when, and on what basis.

    ``value`` is an option code, a survey index, or the counts of a share by input key; see
    ``reports.wbk.answers``.
    """

    value: str | float | Mapping[str, float | str] | None
    note: str = ""
    answered_by_title: str = ""
    answered_on: date | None = None
    basis: str = ""


class EvidenceStatus(StrEnum):
    """Where an evidence item stands after its checks."""

    VALID = "valid"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"
    UNREACHABLE = "unreachable"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A document that supports one or several indicators. ``signer`` is a function, as on the letter."""

    id: int
    indicator_ids: tuple[str, ...]
    number: str
    title: str
    signed_on: date | None
    signer: str
    url: str | None
    valid_until: date | None
    status: EvidenceStatus = EvidenceStatus.UNCHECKED

    def status_on(self, day: date) -> EvidenceStatus:
        """The status on a day: a validity that has run out overrides a good check."""
        sound = self.status in (EvidenceStatus.VALID, EvidenceStatus.UNCHECKED)
        return (
            EvidenceStatus.EXPIRED if sound and self.valid_until and self.valid_until < day else self.status
        )

    def counts_on(self, day: date) -> bool:
        """True where an evaluator would accept the document on that day."""
        return self.status_on(day) in (EvidenceStatus.VALID, EvidenceStatus.UNCHECKED)


@dataclass(frozen=True, slots=True)
class CountGroup:
    """One figure and the cases, recommendations or survey rounds behind it, by number.

    :ivar of_cases: True where the numbers are those of complaints
    :ivar hidden: complaints that count, and that the reader may not see: in the figure, never in the list
    """

    code: str
    label: str
    numbers: tuple[str, ...]
    of_cases: bool = False
    hidden: int = 0

    @property
    def count(self) -> int:
        """The figure."""
        return len(self.numbers) + self.hidden


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a proposed answer comes from, so that anyone can take it again.

    ``proposal`` is None where the data can't carry an answer; ``remark`` says why.

    :ivar why: the reason for the proposal in plain words, in Indonesian like all reports
    """

    indicator_id: str
    proposal: str | Mapping[str, int] | None
    query: str
    filter: str
    as_of: datetime
    groups: tuple[CountGroup, ...]
    remark: str = ""
    why: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """Each figure by its code."""
        return {group.code: group.count for group in self.groups}

    @property
    def case_numbers(self) -> tuple[str, ...]:
        """Every number behind any figure, once, in order."""
        return tuple(dict.fromkeys(number for group in self.groups for number in group.numbers))


@dataclass(frozen=True, slots=True)
class AnonymisedCaseRow:
    """One complaint as it stood at the cut-off, without a person or a word of its text.

    :ivar complaint_class: the class, provisional (from the citizen's category) before ``classify``
    :ivar classified: False while the class is provisional
    :ivar ended_on: when the case was closed or its decision delivered, None while it runs
    :ivar has_recorded_action: an officer recorded at least one act after filing
    :ivar imported: history that was loaded, not lived
    """

    number: str
    received_on: date
    channel: str
    service: str
    complaint_class: ComplaintClass
    classified: bool
    state: PublicState
    substate: Substate
    finding: Finding | None = None
    closure_reason: ClosureReason | None = None
    duplicate: bool = False
    complete_on: date | None = None
    decided_on: date | None = None
    ended_on: date | None = None
    decision_due_on: date | None = None
    has_recorded_action: bool = False
    imported: bool = False

    @property
    def days_to_decision(self) -> int | None:
        """Calendar days from completeness to the decision (UU 25/2009 Pasal 50 ayat (1))."""
        if self.complete_on is None or self.decided_on is None:
            return None
        return (self.decided_on - self.complete_on).days


class ClockStatus(StrEnum):
    """How a deadline stands at the cut-off."""

    RUNNING = "running"
    MET = "met"
    BREACHED = "breached"
    MET_LATE = "met_late"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One deadline of one case: stage label, article, aware instants, status at the cut-off."""

    case_number: str
    stage: str
    law: str
    binding: Binding
    due_at: datetime
    met_at: datetime | None
    status: ClockStatus
    provisional_calendar: bool = False


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation of an evaluation (of complaint handling, or of a survey), by its own number."""

    number: str
    issued_on: date
    completed_on: date | None


class ActionStatus(StrEnum):
    """How a corrective action of an examination report (LHP) stands at the cut-off."""

    OPEN = "open"
    OVERDUE = "overdue"
    REPORTED = "reported"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class CorrectiveActionRow:
    """A corrective action of the Ombudsman, by its own number; the text stays out.

    :ivar issued_on: date of the examination report
    :ivar done_on: when the unit reported it done, the report that stands; None after it was sent back
    :ivar verified_on: when the reviewer, and nobody else, found it done
    :ivar source: number of the examination report
    """

    number: str
    issued_on: date
    due_on: date
    done_on: date | None
    verified_on: date | None
    status: ActionStatus
    source: str


@dataclass(frozen=True, slots=True)
class SurveyRoundRow:
    """A round of the satisfaction survey (SKM); it counts once closed and reported."""

    number: str
    closed_on: date | None
    reported_on: date | None
    opened_on: date | None = None
    respondents: int = 0


@dataclass(frozen=True, slots=True)
class SurveyElementRow:
    """What was marked on one element of the survey: how many marks of 1 to 4, and their sum."""

    code: str
    label: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class SurveyServiceRow:
    """The index (1 to 4) of one service; None where so few answered that a mark could be laid to a person."""

    label: str
    respondents: int
    index: float | None


@dataclass(frozen=True, slots=True)
class SurveyAnnex:
    """The satisfaction survey over whole months: an answer keeps no more than its month.

    :ivar first: first day of the first month
    :ivar last: last day of the last month that ended by the cut-off; None where none did
    :ivar fewest: with fewer answers nothing but their number is shown, and ``elements`` is empty
    :ivar rounded_weight: the weight is taken at two places (0.11), as some agencies do
    :ivar grades: the conversion table of PermenPANRB 14/2017
    """

    first: date
    last: date | None
    respondents: int
    fewest: int
    rounded_weight: bool
    elements: tuple[SurveyElementRow, ...]
    services: tuple[SurveyServiceRow, ...]
    rounds: tuple[SurveyRoundRow, ...]
    grades: tuple[SurveyGrade, ...]


class TrackedOrigin(StrEnum):
    """Who asked for what is tracked; an examination report and a recommendation come from the Ombudsman."""

    EVALUATION = "complaint_evaluation"
    SURVEY = "skm"
    EXAMINATION = "lhp"
    OMBUDSMAN = "ombudsman"

    @property
    def is_verified(self) -> bool:
        """Whether the Ombudsman, and nobody else, finds it done."""
        return self in (TrackedOrigin.EXAMINATION, TrackedOrigin.OMBUDSMAN)


class TrackedStatus(StrEnum):
    """How a recommendation or corrective action stands at the cut-off."""

    RUNNING = "running"
    OVERDUE = "overdue"
    REPORTED = "reported"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TrackedRow:
    """A recommendation or corrective action as it stood at the cut-off, by its own number; no text.

    :ivar source: number of the paper it stands in, where it isn't one itself
    :ivar done_on: when the unit found or reported it done; None after it was sent back
    :ivar verified_on: when the Ombudsman found it done
    """

    origin: TrackedOrigin
    number: str
    source: str
    issued_on: date
    due_on: date | None
    done_on: date | None
    verified_on: date | None = None

    def status_on(self, day: date) -> TrackedStatus:
        """The status on a day: done is done whatever the day, and late is what is not even reported."""
        if self.verified_on or (self.done_on and not self.origin.is_verified):
            return TrackedStatus.DONE
        if self.done_on:
            return TrackedStatus.REPORTED
        late = self.due_on is not None and self.due_on < day
        return TrackedStatus.OVERDUE if late else TrackedStatus.RUNNING


@dataclass(frozen=True, slots=True)
class WbkInput:
    """Everything the evidence workbook is made of. Equal inputs give equal bytes.

    :ivar as_of: cut-off; also the workbook's created and modified time
    :ivar assessed: False where the unit has begun no assessment for the year: the worksheet is empty
    :ivar unlisted: complaints of the year that the reader may not see: in no annex
    :ivar previous_predicate: ``WBK`` or ``WBBM`` where the unit holds it
    :ivar generated_by: function of who exported, never a name
    """

    agency: AgencyInfo
    year: int
    as_of: datetime
    worksheet_version: str
    answers: Mapping[str, UnitAnswer]
    evidence: tuple[EvidenceRow, ...] = ()
    provenance: Mapping[str, Provenance] | None = None
    cases: tuple[AnonymisedCaseRow, ...] = ()
    clocks: tuple[ClockRow, ...] = ()
    survey: SurveyAnnex | None = None
    tracked: tuple[TrackedRow, ...] = ()
    assessed: bool = True
    unlisted: int = 0
    previous_predicate: str | None = None
    generated_by: str = ""

    @property
    def cut_off(self) -> date:
        """The cut-off as a local date."""
        return self.agency.local(self.as_of).date()
