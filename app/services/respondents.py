"""Name who is complained of, and what each is said to have done.

Who handles a case and who may not even see it follows from this (UU 25/2009 Pasal 34 huruf j, 45 ayat (1)),
so it is written down with the line above the respondent as it is now, and stands in the log.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Allegation, Complaint, Respondent, RespondentSuperior, Unit, User
from app.queries.actors import list_line_above, list_unit_superiors
from app.queries.snapshots import get_snapshot
from app.services.audit_log import acting_role, append_case_entry
from app.services.casework import lock_case
from workflows.audit import Fact
from workflows.conflicts import unit_may_own
from workflows.errors import CaseNotVisible, GuardRefused, RoleNotPermitted, StaleVersion, WrongState
from workflows.permissions import can_see
from workflows.snapshot import Actor
from workflows.vocabulary import Role, Substate

NAMING_ROLES = frozenset({Role.INTAKE, Role.COORDINATOR})
"""Who may name respondents and allegations (local policy)."""

NAME = "respondent.named"
ALLEGE = "allegation.added"


@dataclass(frozen=True, slots=True)
class Named:
    """A respondent who was named.

    :ivar owner_has_interest: the unit that has the case may not examine it any more: it must be reassigned
    """

    respondent_id: int
    owner_has_interest: bool


def name_respondent(
    number: str,
    *,
    user_id: int | None = None,
    unit_id: int | None = None,
    description: str = "",
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> Named:
    """Name an officer, a unit, or a stranger by description; superiors are those of now.

    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> Named:
        complaint = _open_case(session, number, NAME, actor, seen_version)
        user = session.get(User, user_id) if user_id is not None else None
        unit = session.get(Unit, unit_id) if unit_id is not None else None
        for found, asked, field in ((user, user_id, "user_id"), (unit, unit_id, "unit_id")):
            if asked is not None and (found is None or found.agency_id != complaint.agency_id):
                raise GuardRefused(NAME, "respondent_unknown", field=field)
        if user is None and unit is None and not description.strip():
            raise GuardRefused(NAME, "respondent_missing", field="user_id")
        own_unit = user.unit_id if user is not None else None
        row = Respondent(
            complaint_id=complaint.id,
            user_id=user.id if user else None,
            unit_id=own_unit or (unit.id if unit else None),
            description=description.strip()[:300],
        )
        row.superiors = [
            RespondentSuperior(user_id=superior, rank=rank)
            for rank, superior in enumerate(_line_above(session, user, unit), 1)
        ]
        session.add(row)
        session.flush()
        facts: dict[str, Fact] = {"respondent": row.id, "user": row.user_id, "unit": row.unit_id}
        _log(session, complaint, NAME, actor, at, facts)
        case = get_snapshot(session, complaint)
        owner = complaint.owner_unit_id
        return Named(row.id, owner is not None and not unit_may_own(case, owner))

    return run_in_unit(work)


def add_allegation(
    number: str,
    *,
    category: str,
    respondent_id: int | None = None,
    description: str = "",
    actor: Actor,
    at: datetime,
    seen_version: int | None = None,
) -> int:
    """Write down one more allegation; the decision then needs a finding on it. Gives its id.

    :param category: an issue or a conduct of the law data
    :raises workflows.errors.Refused: nothing was written
    """

    def work(session: Session) -> int:
        complaint = _open_case(session, number, ALLEGE, actor, seen_version)
        respondent = session.get(Respondent, respondent_id) if respondent_id is not None else None
        if respondent_id is not None and (respondent is None or respondent.complaint_id != complaint.id):
            raise GuardRefused(ALLEGE, "respondent_unknown", field="respondent_id")
        row = Allegation(
            complaint_id=complaint.id,
            respondent_id=respondent_id,
            category=category,
            description=description.strip()[:500],
        )
        session.add(row)
        session.flush()
        facts: dict[str, Fact] = {
            "allegation": row.id,
            "category": category,
            "respondent": respondent_id,
        }
        _log(session, complaint, ALLEGE, actor, at, facts)
        return row.id

    return run_in_unit(work)


def _open_case(
    session: Session, number: str, action: str, actor: Actor, seen_version: int | None
) -> Complaint:
    """The case, locked, that the actor may change in this way."""
    complaint = lock_case(session, number, action)
    if not can_see(get_snapshot(session, complaint), actor):
        raise CaseNotVisible(action)
    if not actor.roles & NAMING_ROLES:
        raise RoleNotPermitted(action)
    if seen_version is not None and seen_version != complaint.version:
        raise StaleVersion(action, seen_version, complaint.version)
    if Substate(complaint.substate).is_closed:
        raise WrongState(action, complaint.substate, [s for s in Substate if not s.is_closed])
    return complaint


def _line_above(session: Session, user: User | None, unit: Unit | None) -> tuple[int, ...]:
    if user is not None:
        return list_line_above(session, user.id)
    return list_unit_superiors(session, unit.id) if unit is not None else ()


def _log(
    session: Session, complaint: Complaint, kind: str, actor: Actor, at: datetime, facts: dict[str, Fact]
) -> None:
    complaint.version += 1
    append_case_entry(
        session,
        complaint,
        kind=kind,
        actor=actor,
        role=acting_role(actor, NAMING_ROLES),
        at=at,
        facts={"version": complaint.version, **facts},
    )
