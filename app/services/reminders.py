"""Whom a deadline concerns: for a batch of cases, without asking the database for each.

Warned are those who work on the case; a breach is told to the coordinators and to the nearest superior above
them who has no interest in it; an escalation to the heads. Nobody is told of a case that does not exist for
them (:func:`workflows.permissions.can_see`, over the facts that it needs and no others).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Complaint, Respondent, RespondentSuperior, User, UserRole
from app.queries.actors import get_actor, list_line_above, list_unit_superiors
from app.services.outbox import list_in_role
from workflows import snapshot
from workflows.permissions import can_see
from workflows.snapshot import Actor, CaseSnapshot
from workflows.vocabulary import ComplaintClass, Role, Substate

UNIT_LEADERS = (Role.UNIT_HEAD, Role.INVESTIGATOR_LEAD)


@dataclass(slots=True)
class Audience:
    """Answers for one transaction, each person, unit and line being read once."""

    session: Session
    _actors: dict[int, Actor | None] = field(default_factory=dict)
    _roles: dict[tuple[int, Role], list[int]] = field(default_factory=dict)
    _leaders: dict[int, list[int]] = field(default_factory=dict)
    _above: dict[tuple[int | None, int | None], Sequence[int]] = field(default_factory=dict)

    def workers(self, case: CaseSnapshot) -> list[int]:
        """The case officer, else the leaders of the unit; before routing the coordinators."""
        if case.case_officer_id is not None:
            found = self._clean(case, [case.case_officer_id])
            if found:
                return found
        if case.owner_unit_id is not None:
            found = self._clean(case, self._unit_leaders(case.owner_unit_id))
            if found:
                return found
        return self.in_role(case, Role.COORDINATOR)

    def in_role(self, case: CaseSnapshot, role: Role) -> list[int]:
        """Everybody of the agency in a role."""
        key = (case.agency_id, role)
        if key not in self._roles:
            self._roles[key] = list_in_role(self.session, case.agency_id, role)
        return self._clean(case, self._roles[key])

    def superior(self, case: CaseSnapshot) -> list[int]:
        """The nearest one above the case officer (or the unit) for whom the case exists; at most one."""
        key = (case.case_officer_id, case.owner_unit_id)
        if key not in self._above:
            if case.case_officer_id is not None:
                self._above[key] = list_line_above(self.session, case.case_officer_id)
            elif case.owner_unit_id is not None:
                self._above[key] = list_unit_superiors(self.session, case.owner_unit_id)
            else:
                self._above[key] = ()
        return self._clean(case, self._above[key])[:1]

    def _unit_leaders(self, unit_id: int) -> list[int]:
        if unit_id not in self._leaders:
            self._leaders[unit_id] = list(
                self.session.scalars(
                    select(User.id)
                    .join(UserRole, UserRole.user_id == User.id)
                    .where(User.unit_id == unit_id, UserRole.role.in_([role.value for role in UNIT_LEADERS]))
                    .order_by(User.id)
                    .distinct()
                )
            )
        return self._leaders[unit_id]

    def _clean(self, case: CaseSnapshot, people: Iterable[int]) -> list[int]:
        return [user_id for user_id in people if (who := self._actor(user_id)) and can_see(case, who)]

    def _actor(self, user_id: int) -> Actor | None:
        if user_id not in self._actors:
            user = self.session.get(User, user_id)
            active = user is not None and user.is_active
            self._actors[user_id] = get_actor(self.session, user) if user is not None and active else None
        return self._actors[user_id]


def list_cases(session: Session, complaint_ids: Sequence[int]) -> dict[int, CaseSnapshot]:
    """What visibility hangs on, of many cases at once; the other facts of the snapshots are left out."""
    respondents = _respondents(session, complaint_ids)
    rows = session.execute(
        select(
            Complaint.id,
            Complaint.number,
            Complaint.agency_id,
            Complaint.version,
            Complaint.substate,
            Complaint.complaint_class,
            Complaint.owner_unit_id,
            Complaint.case_officer_id,
            Complaint.imported,
        ).where(Complaint.id.in_(complaint_ids))
    )
    return {
        row.id: CaseSnapshot(
            number=row.number,
            agency_id=row.agency_id,
            version=row.version,
            substate=Substate(row.substate),
            complaint_class=ComplaintClass(row.complaint_class),
            owner_unit_id=row.owner_unit_id,
            case_officer_id=row.case_officer_id,
            respondents=tuple(respondents.get(row.id, ())),
            imported=row.imported,
        )
        for row in rows
    }


def _respondents(session: Session, complaint_ids: Sequence[int]) -> dict[int, list[snapshot.Respondent]]:
    superiors: dict[int, list[int]] = {}
    for respondent_id, user_id in session.execute(
        select(RespondentSuperior.respondent_id, RespondentSuperior.user_id)
        .join(Respondent, Respondent.id == RespondentSuperior.respondent_id)
        .where(Respondent.complaint_id.in_(complaint_ids))
        .order_by(RespondentSuperior.rank)
    ):
        superiors.setdefault(respondent_id, []).append(user_id)
    found: dict[int, list[snapshot.Respondent]] = {}
    for row in session.execute(
        select(Respondent.id, Respondent.complaint_id, Respondent.user_id, Respondent.unit_id)
        .where(Respondent.complaint_id.in_(complaint_ids))
        .order_by(Respondent.id)
    ):
        found.setdefault(row.complaint_id, []).append(
            snapshot.Respondent(row.user_id, row.unit_id, tuple(superiors.get(row.id, ())))
        )
    return found
