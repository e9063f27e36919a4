"""Beside the unit's answers: earlier ones, those of the TPI, and who sees to which indicator until when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, null, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Agency,
    Answer,
    Assessment,
    EvidenceLink,
    IndicatorDuty,
    PastAnswer,
    TpiAnswer,
    Unit,
    User,
    UserRole,
)
from workflows.snapshot import Actor
from workflows.vocabulary import Role

UNIT_LEADERS = frozenset({Role.UNIT_HEAD, Role.INVESTIGATOR_LEAD, Role.COORDINATOR, Role.APPROVER})
"""Who answers for what a unit was given to see to."""


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """An answer of the unit that stood, or stands still.

    :ivar until: when it was replaced or taken back, None while it stands
    """

    value: Any
    note: str
    basis: str
    by_name: str
    by_title: str
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class TpiEntry:
    """What the TPI's sheet says of an indicator.

    :ivar value: None where the sheet gives only a note
    :ivar sheet_on: date of the sheet
    :ivar by_parent: entered by the Polda itself; else copied by the station
    """

    indicator_id: str
    value: Any
    note: str
    sheet_on: date
    by_parent: bool
    by_name: str
    by_title: str
    at: datetime

    @property
    def token(self) -> str:
        """What a form remembers of the entry that it shows."""
        return self.at.isoformat()

    @property
    def is_empty(self) -> bool:
        """A wrong entry that was taken back."""
        return self.value is None and not self.note


@dataclass(frozen=True, slots=True)
class Duty:
    """Who sees to an indicator.

    :ivar owner: name and post of the person, or name of the unit
    """

    indicator_id: str
    owner: str
    user_id: int | None
    unit_id: int | None
    due_on: date | None


def list_earlier_answers(
    session: Session, assessment_id: int, indicator_id: str, as_of: datetime
) -> tuple[EarlierAnswer, ...]:
    """Every answer that the unit gave to an indicator up to an instant, the newest first."""
    wanted: list[tuple[type[Answer | PastAnswer], Select[Any]]] = [
        (Answer, select(*_answer_columns(Answer), null().label("until"))),
        (PastAnswer, select(*_answer_columns(PastAnswer), PastAnswer.replaced_at.label("until"))),
    ]
    found = []
    for model, statement in wanted:
        rows = session.execute(
            statement.outerjoin(User, User.id == model.answered_by_id)
            .where(
                model.assessment_id == assessment_id,
                model.indicator == indicator_id,
                model.answered_at <= as_of,
            )
            .order_by(model.answered_at.desc(), model.id.desc())
        )
        for row in rows:
            ended = row.until if row.until is not None and row.until <= as_of else None
            found.append(
                EarlierAnswer(
                    row.value,
                    row.note,
                    row.basis,
                    row.full_name or "",
                    row.title or "",
                    row.answered_at,
                    ended,
                )
            )
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _answer_columns(model: type[Answer | PastAnswer]) -> tuple[Any, ...]:
    return (model.value, model.note, model.basis, User.full_name, User.title, model.answered_at)


def get_tpi_answers(session: Session, assessment_id: int, as_of: datetime) -> dict[str, TpiEntry]:
    """What the TPI's sheet said as of an instant, by indicator; entries that were taken back are left out."""
    return {
        key: entry
        for key, entry in latest_tpi_answers(session, assessment_id, as_of).items()
        if not entry.is_empty
    }


def latest_tpi_answers(session: Session, assessment_id: int, as_of: datetime) -> dict[str, TpiEntry]:
    """The last entry of each indicator, one that was taken back included."""
    last = _last_entries(TpiAnswer.assessment_id == assessment_id, as_of)
    rows = session.execute(
        select(TpiAnswer, User.full_name, User.title)
        .join(User, User.id == TpiAnswer.entered_by_id)
        .where(TpiAnswer.id.in_(last))
        .order_by(TpiAnswer.indicator)
    )
    return {
        row.indicator: TpiEntry(
            indicator_id=row.indicator,
            value=row.value,
            note=row.note,
            sheet_on=row.sheet_on,
            by_parent=row.entered_as == "parent",
            by_name=name,
            by_title=title,
            at=row.entered_at,
        )
        for row, name, title in rows
    }


def get_duties(session: Session, assessment_id: int) -> dict[str, Duty]:
    """Who sees to what, by indicator."""
    rows = session.execute(
        select(IndicatorDuty, User.full_name, User.title, Unit.name)
        .outerjoin(User, User.id == IndicatorDuty.user_id)
        .outerjoin(Unit, Unit.id == IndicatorDuty.unit_id)
        .where(IndicatorDuty.assessment_id == assessment_id)
        .order_by(IndicatorDuty.indicator)
    )
    return {
        row.indicator: Duty(
            indicator_id=row.indicator,
            owner=unit if row.unit_id is not None else f"{name} ({title})",
            user_id=row.user_id,
            unit_id=row.unit_id,
            due_on=row.due_on,
        )
        for row, name, title, unit in rows
    }


def falls_to(actor: Actor) -> ColumnElement[bool]:
    """Condition on ``wbk_duty``: given to the actor, or to the unit that the actor leads."""
    if actor.user_id is None:
        return false()
    own = IndicatorDuty.user_id == actor.user_id
    if actor.unit_id is None or not actor.roles & UNIT_LEADERS:
        return own
    return or_(own, IndicatorDuty.unit_id == actor.unit_id)


def list_own_duties(session: Session, assessment_id: int, actor: Actor) -> frozenset[str]:
    """Indicators that the actor was given to see to."""
    return frozenset(
        session.scalars(
            select(IndicatorDuty.indicator).where(
                IndicatorDuty.assessment_id == assessment_id, falls_to(actor)
            )
        )
    )


def supports_own_duty(session: Session, evidence_id: int, actor: Actor) -> bool:
    """Whether a document supports an indicator that the actor was given to see to."""
    same = and_(
        IndicatorDuty.assessment_id == EvidenceLink.assessment_id,
        IndicatorDuty.indicator == EvidenceLink.indicator,
    )
    wanted = (
        select(IndicatorDuty.id)
        .join(EvidenceLink, same)
        .where(EvidenceLink.evidence_id == evidence_id, falls_to(actor))
    )
    return session.scalar(wanted.limit(1)) is not None


def has_duties(session: Session, actor: Actor) -> bool:
    """Whether anything of any assessment of their agency falls to the actor."""
    wanted = (
        select(IndicatorDuty.id)
        .join(Assessment, Assessment.id == IndicatorDuty.assessment_id)
        .where(and_(Assessment.agency_id == actor.agency_id, falls_to(actor)))
    )
    return session.scalar(wanted.limit(1)) is not None


def list_possible_owners(session: Session, agency_id: int) -> tuple[list[Unit], list[User]]:
    """Units of an agency, and its active people, by name."""
    units = session.scalars(select(Unit).where(Unit.agency_id == agency_id).order_by(Unit.name, Unit.id))
    people = session.scalars(
        select(User)
        .where(User.agency_id == agency_id, User.is_active)
        .where(User.id.in_(select(UserRole.user_id).where(UserRole.role != Role.ADMIN.value)))
        .order_by(User.full_name, User.id)
    )
    return list(units), list(people)


def list_subordinate_assessments(session: Session, agency_id: int) -> list[tuple[Agency, int, int]]:
    """Stations below an agency with year and id of each assessment, the newest year first, then by name."""
    rows = session.execute(
        select(Agency, Assessment.year, Assessment.id)
        .join(Assessment, Assessment.agency_id == Agency.id)
        .where(Agency.parent_id == agency_id, Agency.kind == "polres")
        .order_by(Assessment.year.desc(), Agency.name, Agency.id)
    )
    return [(agency, year, assessment_id) for agency, year, assessment_id in rows]


def count_tpi_answers(session: Session, assessment_ids: Collection[int], as_of: datetime) -> dict[int, int]:
    """How many indicators the TPI's sheet answers, by assessment."""
    last = _last_entries(TpiAnswer.assessment_id.in_(assessment_ids), as_of)
    rows = session.execute(
        select(TpiAnswer.assessment_id, func.count().label("answered"))
        .where(TpiAnswer.id.in_(last), TpiAnswer.value.is_not(None))
        .group_by(TpiAnswer.assessment_id)
    )
    counts = dict.fromkeys(assessment_ids, 0)
    counts.update((row.assessment_id, row.answered) for row in rows)
    return counts


def _last_entries(within: ColumnElement[bool], as_of: datetime) -> Select[Any]:
    """Ids of the last entry of each indicator as of an instant."""
    return (
        select(func.max(TpiAnswer.id))
        .where(within, TpiAnswer.entered_at <= as_of)
        .group_by(TpiAnswer.assessment_id, TpiAnswer.indicator)
    )
