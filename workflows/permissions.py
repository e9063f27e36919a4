"""Who may see a case, and who may fire an event on it.

The role lists come from the law data (``states.events[].by``, local policy). Two things are
asked before any role: does the case lie in the actor's reach, and has the actor an interest in
it? To those who fail, the case does not exist.
"""

from workflows.conflicts import conflict_of
from workflows.errors import CaseNotVisible, ConflictOfInterest, RoleNotPermitted
from workflows.snapshot import Actor, CaseSnapshot
from workflows.vocabulary import CASE_ROLES, Event, Role

OWNER_ONLY = frozenset(
    {
        Event.ACCEPT,
        Event.START_EXAMINATION,
        Event.ASK_INFO,
        Event.HOLD_HEARING,
        Event.SEPARATE_HEARING,
        Event.FIELD_CHECK,
        Event.SUBMIT_REVIEW,
        Event.RESUME_WITHOUT_INFO,
    }
)
"""Events of the unit that owns the case."""

_UNIT_BOUND = frozenset({Role.UNIT_HEAD, Role.INVESTIGATOR_LEAD, Role.INVESTIGATOR})


def can_see(case: CaseSnapshot, actor: Actor) -> bool:
    """Whether the case exists for the actor at all."""
    if Role.SYSTEM in actor.roles:
        return True
    if Role.COMPLAINANT in actor.roles:
        return actor.complaint_number == case.number
    if Role.OMBUDSMAN in actor.roles:
        return case.agency_id in actor.mandate
    if actor.agency_id != case.agency_id or not actor.roles & CASE_ROLES:
        return False
    if conflict_of(case, actor) is not None:
        return False
    return not is_unit_bound(actor) or _is_own_work(case, actor)


def is_unit_bound(actor: Actor) -> bool:
    """True for those who see only the work of their own unit, not the whole agency's."""
    return bool(actor.roles & _UNIT_BOUND) and not actor.roles & (CASE_ROLES - _UNIT_BOUND)


def _is_own_work(case: CaseSnapshot, actor: Actor) -> bool:
    return actor.user_id is not None and (
        (case.owner_unit_id is not None and case.owner_unit_id == actor.unit_id)
        or case.case_officer_id == actor.user_id
    )


def check_permission(case: CaseSnapshot, action: Event, by: frozenset[Role], actor: Actor) -> None:
    """Pass, or say why the actor may not fire the event.

    :param by: roles that the law data lets fire it
    :raises ConflictOfInterest: an interest in the case; to be shown as "not found"
    :raises CaseNotVisible: outside the actor's reach; to be shown as "not found"
    :raises RoleNotPermitted: visible, but not this actor's to do
    """
    reason = conflict_of(case, actor)
    if reason is not None:
        raise ConflictOfInterest(action, reason)
    if not can_see(case, actor):
        raise CaseNotVisible(action)
    if not actor.roles & by:
        raise RoleNotPermitted(action)
    if action in OWNER_ONLY and actor.roles & by <= _UNIT_BOUND and not _is_own_work(case, actor):
        raise RoleNotPermitted(action)
