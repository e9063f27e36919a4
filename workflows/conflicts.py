"""Who has an interest in a case and may therefore not handle it.

UU 25/2009 Pasal 34 huruf j (no conflict of interest), 45 ayat (1) (a complaint about an officer
goes to the superior), 48 ayat (1) (no side taken). How far a unit reaches is local policy.
"""

from workflows.snapshot import Actor, CaseSnapshot


def conflict_of(case: CaseSnapshot, actor: Actor) -> str | None:
    """Why the actor is excluded: ``respondent``, ``respondents_unit``, or None.

    A respondent is always excluded. So is everybody in the respondent's unit who is not a
    superior of the respondent. Only where a service complaint names no officer may the unit
    answer for its own service: Siwas then drafts and the Kapolresta decides.
    """
    if actor.user_id is None:
        return None
    for respondent in case.respondents:
        if respondent.user_id == actor.user_id:
            return "respondent"
    if case.concerns_own_service:
        return None
    for respondent in case.respondents:
        if (
            respondent.unit_id is not None
            and respondent.unit_id == actor.unit_id
            and actor.user_id not in respondent.superior_ids
        ):
            return "respondents_unit"
    return None


def unit_may_own(case: CaseSnapshot, unit_id: int) -> bool:
    """False where the unit is complained of and may not examine itself."""
    if case.concerns_own_service:
        return True
    return all(respondent.unit_id != unit_id for respondent in case.respondents)
