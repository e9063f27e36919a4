"""The one rule of what an actor may see, as SQL; a property test holds it equal to ``can_see``."""

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true

from app.models import Complaint, Respondent, RespondentSuperior
from workflows.permissions import is_unit_bound
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, ComplaintClass, Role


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint``: rows that exist for the actor, for every list, count, search and export."""
    if Role.SYSTEM in actor.roles:
        return true()
    if Role.COMPLAINANT in actor.roles:
        return Complaint.number == actor.complaint_number
    if Role.OMBUDSMAN in actor.roles:
        return Complaint.agency_id.in_(sorted(actor.mandate)) if actor.mandate else false()
    if not actor.roles & CASE_ROLES:
        return false()
    conditions = [Complaint.agency_id == actor.agency_id, not_(_conflicts_with(actor))]
    if is_unit_bound(actor):
        conditions.append(_own_work(actor))
    return and_(*conditions)


def counted_for(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint``: cases that figures of a whole agency hold when the actor reads them.

    That somebody's tasks are few doesn't make the agency's figures smaller; but for whoever has an interest
    in a case it does not exist, in figures no more than in lists.
    """
    if Role.SYSTEM in actor.roles or Role.OMBUDSMAN in actor.roles:
        return true()
    return not_(_conflicts_with(actor))


def without_interest(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``complaint``: cases of the actor's agency in which nothing speaks against a task for him.

    They need not exist for the actor: a unit that puts something right knows its task, not the case behind.
    """
    if not actor.roles & CASE_ROLES:
        return false()
    return and_(Complaint.agency_id == actor.agency_id, not_(_conflicts_with(actor)))


def _own_work(actor: Actor) -> ColumnElement[bool]:
    mine = Complaint.case_officer_id == actor.user_id
    if actor.unit_id is None:
        return mine
    return or_(Complaint.owner_unit_id == actor.unit_id, mine)


def _conflicts_with(actor: Actor) -> ColumnElement[bool]:
    here = Respondent.complaint_id == Complaint.id
    is_respondent = exists(select(Respondent.id).where(here, Respondent.user_id == actor.user_id))
    if actor.unit_id is None:
        return is_respondent
    names_an_officer = exists(select(Respondent.id).where(here, Respondent.user_id.isnot(None)))
    is_superior = exists(
        select(RespondentSuperior.user_id).where(
            RespondentSuperior.respondent_id == Respondent.id,
            RespondentSuperior.user_id == actor.user_id,
        )
    )
    same_unit = exists(
        select(Respondent.id).where(here, Respondent.unit_id == actor.unit_id, not_(is_superior))
    )
    own_service = and_(Complaint.complaint_class == ComplaintClass.SERVICE, not_(names_an_officer))
    return or_(is_respondent, and_(same_unit, not_(own_service)))
