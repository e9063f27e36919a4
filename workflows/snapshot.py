"""What the rules need to know of a case and of the one who acts: frozen, nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from workflows.vocabulary import (
    PUBLIC_STATE,
    ClosureReason,
    ComplaintClass,
    Event,
    Finding,
    IdentityMode,
    PublicState,
    Role,
    Substate,
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    ``user_id`` is None for the system and for a complainant, whose case is ``complaint_number``.
    ``unit_id`` and ``agency_id`` are where the actor serves now.
    """

    roles: frozenset[Role]
    user_id: int | None = None
    agency_id: int | None = None
    unit_id: int | None = None
    complaint_number: str | None = None
    mandate: frozenset[int] = frozenset()
    """Agencies that an Ombudsman reviewer may read."""

    @property
    def label(self) -> str:
        """How the log names the actor: ``user:17``, ``complainant`` or ``system``."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return "complainant" if Role.COMPLAINANT in self.roles else "system"


SYSTEM = Actor(roles=frozenset({Role.SYSTEM}))


def complainant_of(number: str) -> Actor:
    """The complainant of one case, known by number and code."""
    return Actor(roles=frozenset({Role.COMPLAINANT}), complaint_number=number)


@dataclass(frozen=True, slots=True)
class Respondent:
    """An officer or unit complained of.

    :ivar user_id: the officer, where known
    :ivar unit_id: the unit, at the time of the event
    :ivar superior_ids: everyone above the officer (or the unit), nearest first
    """

    user_id: int | None = None
    unit_id: int | None = None
    superior_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Allegation:
    """One allegation; a decision needs a finding on each."""

    id: int
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class CaseSnapshot:
    """A case as the rules see it.

    Before ``classify`` the class is provisional, from the citizen's own category.
    ``info_wait_until`` is the due instant of a running question to the complainant,
    ``completion_due_at`` that of the complainant's 30 days: None where the receipt of the
    notice is not known, for what is unknown stays unknown.
    ``objection_until`` is the latest end of the complainant's window, None where none runs.
    """

    number: str
    agency_id: int
    version: int
    substate: Substate
    complaint_class: ComplaintClass
    class_is_provisional: bool = True
    identity_mode: IdentityMode = IdentityMode.OPEN
    previous_substate: Substate | None = None
    received_at: datetime | None = None
    declared_complete_at: datetime | None = None
    completion_due_at: datetime | None = None
    info_wait_until: datetime | None = None
    objection_until: datetime | None = None
    owner_unit_id: int | None = None
    service_unit_id: int | None = None
    case_officer_id: int | None = None
    examiner_ids: frozenset[int] = frozenset()
    respondents: tuple[Respondent, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    missing_fields: tuple[str, ...] = ()
    compensation_claimed: bool = False
    in_danger: bool = False
    """Danger to life or a threat: the clocks of ``urgent`` run as well."""
    imported: bool = False

    @property
    def public_state(self) -> PublicState:
        """The state that a citizen sees."""
        return PUBLIC_STATE[self.substate]

    @property
    def concerns_own_service(self) -> bool:
        """A service complaint that names no officer: the unit may answer for its own service."""
        return self.complaint_class == ComplaintClass.SERVICE and all(
            respondent.user_id is None for respondent in self.respondents
        )

    @property
    def unit_answers_for_itself(self) -> bool:
        """The unit that owns the case is the one complained of: Siwas drafts, the Kapolresta decides."""
        complained_of = {r.unit_id for r in self.respondents} | {self.service_unit_id}
        return self.owner_unit_id is not None and self.owner_unit_id in complained_of


@dataclass(frozen=True, slots=True)
class Given:
    """What an action brings along; each event reads what it needs, and refuses what is missing."""

    text: str = ""
    unit_id: int | None = None
    officer_id: int | None = None
    officer: Actor | None = None
    """Whom the id names, looked up by the service; None where nobody of the house has it."""
    complaint_class: ComplaintClass | None = None
    maladministration: str | None = None
    in_danger: bool = False
    """Triage found danger to life or a threat; what the citizen said before is never taken back."""
    finding: Finding | None = None
    findings: Mapping[int, Finding] = field(default_factory=lambda: MappingProxyType({}))
    remedies: tuple[str, ...] = ()
    compensation_idr: int | None = None
    compensation_due_on: date | None = None
    is_keputusan: bool = False
    """The outcome is a written Keputusan: UU 30/2014 Pasal 77 gives 21 working days."""
    reason: str = ""
    closure_reason: ClosureReason | None = None
    destination: str = ""
    destination_number: str = ""
    notice_kind: str = ""
    notice_number: str = ""
    sent_at: datetime | None = None
    notice_received_at: datetime | None = None
    proof: str = ""
    notice_id: int | None = None
    """An already recorded notice whose receipt is recorded now."""
    asks_completion: bool = False
    """That notice says what is missing: the 30 days run from its receipt, from no other."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an allowed action; the services write it down.

    :ivar to: new substate, equal to ``before`` where the event changes none
    :ivar previous: substate to remember, for a declined transfer
    :ivar points: clock points (and the event itself) that fire, with their instants
    :ivar notices: kinds of letters that the event owes
    :ivar starts: stages of clocks that begin here, for the dialog
    """

    action: Event
    at: datetime
    before: Substate | None
    to: Substate
    previous: Substate | None
    points: tuple[tuple[str, datetime], ...]
    notices: tuple[str, ...] = ()
    declares_complete: bool = False
    reopens: bool = False
    closure_reason: str | None = None

    @property
    def changes_state(self) -> bool:
        """True where the case moves."""
        return self.before != self.to
