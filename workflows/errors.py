"""Refusals and faults of the rules, each with its facts as attributes.

Rules raise; only the edge of the application turns a refusal into words for a reader.
"""

from collections.abc import Sequence
from datetime import datetime


class RuleError(Exception):
    """Root of everything that the rules of a case can raise."""


class LawError(RuleError):
    """The law data is not what it should be.

    :ivar path: where, as ``sla_policies[0].steps[3].starts_at``
    :ivar why: what is wrong there
    """

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


class CalendarUnknown(RuleError):
    """A working day was asked for in a year of which no calendar is known.

    :ivar year: the year without a calendar
    """

    def __init__(self, year: int) -> None:
        super().__init__(f"no working-day calendar for {year}")
        self.year = year


class ChainBroken(RuleError):
    """A chain or log does not verify.

    :ivar position: first bad position, counted from 0
    :ivar why: what is wrong there
    """

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"entry {position}: {why}")
        self.position = position
        self.why = why


class Refused(RuleError):
    """An action on a case is refused.

    :ivar code: stable word for the reason, for tests, logs and translations
    :ivar field: the input that is at fault, or None
    """

    code = "refused"

    def __init__(self, action: str, *, field: str | None = None) -> None:
        super().__init__(f"{action}: {self.code}")
        self.action = action
        self.field = field


class CaseNotVisible(Refused):
    """The actor may not know that the case exists: another agency, or a conflict of interest."""

    code = "not_visible"


class ConflictOfInterest(CaseNotVisible):
    """The actor has an interest in the case (UU 25/2009 Pasal 34 huruf j, 45 ayat (1), 48 ayat (1)).

    :ivar reason: ``respondent`` or ``respondents_unit``
    """

    code = "conflict_of_interest"

    def __init__(self, action: str, reason: str) -> None:
        super().__init__(action)
        self.reason = reason


class RoleNotPermitted(Refused):
    """None of the actor's roles may fire the event."""

    code = "role_not_permitted"


class WrongState(Refused):
    """The event does not start from where the case stands.

    :ivar substate: where it stands
    :ivar allowed: from where the event could be fired
    """

    code = "wrong_state"

    def __init__(self, action: str, substate: str | None, allowed: Sequence[str]) -> None:
        super().__init__(action)
        self.substate = substate
        self.allowed = tuple(allowed)


class GuardRefused(Refused):
    """A guard of the event does not hold.

    :ivar code: which guard, e.g. ``not_declared_complete``
    :ivar until: the instant from which it may hold, where one is known
    """

    def __init__(
        self, action: str, code: str, *, field: str | None = None, until: datetime | None = None
    ) -> None:
        self.code = code
        super().__init__(action, field=field)
        self.until = until


class StaleVersion(Refused):
    """Somebody changed the case since the actor opened it.

    :ivar seen: version that the actor had before them
    :ivar current: version now
    """

    code = "stale_version"

    def __init__(self, action: str, seen: int, current: int) -> None:
        super().__init__(action)
        self.seen = seen
        self.current = current
