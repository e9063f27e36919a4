"""Whose assessment it is, who may work on which part of it, and how each act enters the agency's log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Agency, Assessment
from app.queries.assessment_work import list_own_duties
from app.queries.assessments import get_worksheet
from app.services.audit_log import acting_role, append_agency_entry
from reports.wbk.worksheet import Worksheet
from workflows.audit import Fact
from workflows.errors import CaseNotVisible
from workflows.snapshot import Actor
from workflows.vocabulary import Role

ASSESSORS = frozenset({Role.COORDINATOR, Role.APPROVER})
"""Who works on the whole assessment of their agency (local policy); others on what they were given."""


class AssessmentRefused(Exception):
    """An act on an assessment is refused.

    :ivar code: stable word for the reason
    :ivar field: the input at fault, or None
    :ivar known: what stands already, as a reader knows it; empty where that isn't the reason
    """

    def __init__(self, code: str, field: str | None = None, known: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.known = known


class AnswerChanged(AssessmentRefused):
    """Somebody answered the indicator since the form was opened.

    :ivar indicator_id: which one
    """

    def __init__(self, indicator_id: str) -> None:
        super().__init__("answer_changed")
        self.indicator_id = indicator_id


class ProposalChanged(AssessmentRefused):
    """The figures moved since the proposal was shown.

    :ivar indicator_id: which one
    """

    def __init__(self, indicator_id: str) -> None:
        super().__init__("proposal_changed")
        self.indicator_id = indicator_id


def may_assess(actor: Actor) -> bool:
    """Whether the whole assessment of their agency is the actor's task."""
    return bool(actor.roles & ASSESSORS)


def own_agency(session: Session, code: str, actor: Actor) -> Agency:
    """The actor's agency, whose assessment is their task.

    :raises CaseNotVisible: it isn't
    """
    agency = session.scalar(select(Agency).where(Agency.code == code))
    if agency is None or agency.id != actor.agency_id or not may_assess(actor):
        raise CaseNotVisible("wbk")
    return agency


def own_assessment(
    session: Session, assessment_id: int, actor: Actor, indicator_ids: Sequence[str] | None = None
) -> Assessment:
    """An assessment that the actor works on, locked, so that acts on it come one after the other.

    :param indicator_ids: what the act touches: one who isn't an assessor needs the duty for each of them, and
        without any is refused
    :raises CaseNotVisible: not the actor's agency, or not their task
    """
    found = session.scalar(select(Assessment).where(Assessment.id == assessment_id).with_for_update())
    if found is None or found.agency_id != actor.agency_id:
        raise CaseNotVisible("wbk")
    if may_assess(actor):
        return found
    if not indicator_ids or not set(indicator_ids) <= list_own_duties(session, assessment_id, actor):
        raise CaseNotVisible("wbk")
    return found


def worksheet_of(assessment: Assessment) -> Worksheet:
    """The worksheet that an assessment was begun on, and stays on.

    :raises reports.wbk.errors.WorksheetVersionUnknown: this installation does not have it
    """
    return get_worksheet(assessment.worksheet_version)


def check_indicators(worksheet: Worksheet, indicator_ids: Sequence[str]) -> None:
    """:raises AssessmentRefused: ``indicator_unknown``: none, or one that the worksheet does not have"""
    if not indicator_ids or any(key not in worksheet.by_id for key in indicator_ids):
        raise AssessmentRefused("indicator_unknown", "indicators")


def facts_of(assessment: Assessment, indicator_id: str) -> dict[str, Fact]:
    """What the log says of every act on an indicator."""
    return {"year": assessment.year, "indicator": indicator_id}


def log_act(
    session: Session, agency: Agency, kind: str, actor: Actor, at: datetime, facts: Mapping[str, Fact]
) -> None:
    """Enter an act on the assessment in the chain of the station that it is of."""
    append_agency_entry(session, agency, kind=kind, actor=actor, role=_role(actor), at=at, facts=facts)


def _role(actor: Actor) -> Role:
    """As an assessor, or where they are none in whatever role they were given the indicator."""
    return acting_role(actor, ASSESSORS if may_assess(actor) else None)
