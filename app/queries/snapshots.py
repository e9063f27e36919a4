"""A case as the rules see it, read from its rows."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.law import get_law
from app.models import (
    Allegation,
    CaseEvent,
    Complainant,
    Complaint,
    Deadline,
    Respondent,
)
from workflows import snapshot
from workflows.vocabulary import (
    ComplaintClass,
    Event,
    Finding,
    IdentityMode,
    Party,
    Substate,
)

EXAMINING = (
    Event.START_EXAMINATION,
    Event.ASK_INFO,
    Event.RESUME_WITHOUT_INFO,
    Event.HOLD_HEARING,
    Event.SEPARATE_HEARING,
    Event.FIELD_CHECK,
    Event.SUBMIT_REVIEW,
)
"""Who fired one of these has examined the case and may not decide it."""


def get_snapshot(session: Session, complaint: Complaint) -> snapshot.CaseSnapshot:
    """Frozen facts of the case for :func:`workflows.transitions.decide`."""
    clocks = _citizen_clocks(session, complaint)
    waiting = [one for one in clocks["info_request_wait"] if one.met_at is None and one.void_at is None]
    asked = clocks["info_wait_in_examination"]
    appeals = clocks["appeal_window"]
    return snapshot.CaseSnapshot(
        number=complaint.number,
        agency_id=complaint.agency_id,
        version=complaint.version,
        substate=Substate(complaint.substate),
        complaint_class=ComplaintClass(complaint.complaint_class),
        class_is_provisional=complaint.class_is_provisional,
        identity_mode=IdentityMode(complaint.identity_mode),
        previous_substate=Substate(complaint.previous_substate) if complaint.previous_substate else None,
        received_at=complaint.received_at,
        declared_complete_at=complaint.declared_complete_at,
        completion_due_at=waiting[-1].due_at if waiting else None,
        info_wait_until=asked[-1].due_at if asked else None,
        objection_until=max(clock.due_at for clock in appeals) if appeals else None,
        owner_unit_id=complaint.owner_unit_id,
        service_unit_id=complaint.service.unit_id if complaint.service else None,
        case_officer_id=complaint.case_officer_id,
        examiner_ids=_examiners(session, complaint.id),
        respondents=get_respondents(session, complaint.id),
        allegations=_allegations(session, complaint.id),
        missing_fields=find_missing_fields(session, complaint),
        compensation_claimed=complaint.compensation_claim_idr is not None,
        in_danger=complaint.in_danger,
        imported=complaint.imported,
    )


def get_respondents(session: Session, complaint_id: int) -> tuple[snapshot.Respondent, ...]:
    """Respondents with their reporting lines, for the conflict rule."""
    rows = session.scalars(
        select(Respondent).where(Respondent.complaint_id == complaint_id).order_by(Respondent.id)
    )
    return tuple(
        snapshot.Respondent(
            user_id=row.user_id,
            unit_id=row.unit_id,
            superior_ids=tuple(superior.user_id for superior in row.superiors),
        )
        for row in rows
    )


def find_missing_fields(session: Session, complaint: Complaint) -> tuple[str, ...]:
    """Contents of UU 25/2009 Pasal 42 ayat (3) that the file lacks, by their codes in the law data.

    A tip has no name and address by nature; a question or a suggestion has no loss.
    """
    anonymous = complaint.identity_mode == IdentityMode.ANONYMOUS
    identity = None if anonymous else session.get(Complainant, complaint.id)
    return missing_fields(
        ComplaintClass(complaint.complaint_class),
        complaint,
        anonymous=anonymous,
        has_name=identity is not None and identity.name_sealed is not None,
        has_address=identity is not None and identity.address_sealed is not None,
    )


class Told(Protocol):
    """The contents of a complaint, stored or about to be."""

    @property
    def narrative(self) -> str: ...
    @property
    def loss(self) -> str: ...
    @property
    def remedy_sought(self) -> str: ...
    @property
    def service_date(self) -> date | None: ...


def missing_fields(
    complaint_class: ComplaintClass, told: Told, *, anonymous: bool, has_name: bool, has_address: bool
) -> tuple[str, ...]:
    """As :func:`find_missing_fields`, from what is known of a complaint."""
    values: dict[str, object] = {"service_gap": told.narrative.strip()}
    if complaint_class not in (ComplaintClass.INFORMATION_REQUEST, ComplaintClass.ASPIRATION):
        values |= {
            "loss": told.loss.strip(),
            "remedy_sought": told.remedy_sought.strip(),
            "service_date": told.service_date,
        }
    if not anonymous:
        values |= {"full_name": has_name, "full_address": has_address}
    known = {field.field for field in get_law().required_fields["complaint"]}
    return tuple(field for field, value in values.items() if field in known and not value)


def _citizen_clocks(session: Session, complaint: Complaint) -> dict[str, Sequence[Deadline]]:
    stages: dict[str, list[Deadline]] = {
        "info_request_wait": [],
        "info_wait_in_examination": [],
        "appeal_window": [],
    }
    rows = session.scalars(
        select(Deadline)
        .where(
            Deadline.complaint_id == complaint.id,
            Deadline.complaint_class == complaint.complaint_class,
            Deadline.party == Party.COMPLAINANT,
            Deadline.effective,
            Deadline.stage.in_(stages),
        )
        .order_by(Deadline.occurrence)
    )
    for row in rows:
        stages[row.stage].append(row)
    return dict(stages)


def _examiners(session: Session, complaint_id: int) -> frozenset[int]:
    rows = session.scalars(
        select(CaseEvent.actor_id)
        .where(
            CaseEvent.complaint_id == complaint_id,
            CaseEvent.event.in_([event.value for event in EXAMINING]),
            CaseEvent.actor_id.isnot(None),
        )
        .distinct()
    )
    return frozenset(row for row in rows if row is not None)


def _allegations(session: Session, complaint_id: int) -> tuple[snapshot.Allegation, ...]:
    rows = session.execute(
        select(Allegation.id, Allegation.finding)
        .where(Allegation.complaint_id == complaint_id)
        .order_by(Allegation.id)
    )
    return tuple(snapshot.Allegation(row.id, Finding(row.finding) if row.finding else None) for row in rows)
