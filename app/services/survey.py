"""The satisfaction survey after an answer (PermenPANRB 14/2017): one link a case, one answer a link.

The answer keeps agency, service, month, language, marks and comment, and nothing of the case. The link keeps
that it was used, and not when; the log has no entry of it. Who copies the database once cannot tell whose an
answer is, unless a service had a single one. (Who copies it twice can see what came in between:
docs/threats.md.)
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_table
from app.models import Agency, Complaint, Service, SurveyResponse
from app.models.survey import ELEMENTS, LONGEST_COMMENT
from app.queries.snapshots import get_snapshot
from app.services.links import Purpose, find_link, find_link_of, make_link, token_of
from app.services.outbox import queue_for_complainant
from app.services.texts import CaseKeyDestroyed
from workflows.snapshot import complainant_of
from workflows.transitions import allowed_actions
from workflows.vocabulary import Event

ANSWERS = frozenset({Event.DELIVER_DECISION, Event.REJECT, Event.ARCHIVE})
"""Events by which somebody has had an answer. A withdrawal, a lapse or a transfer is none."""
NOTICE_AFTER = timedelta(days=3)
"""First the answer is read, then one is asked how it was."""
UNHAPPY = 2
"""A mark as low as this on any element offers the way to object. (An average below 2.6 implies one.)"""


class SurveyGone(Exception):
    """The link was used, is too old, or never was one."""


class NoMarks(Exception):
    """Nothing was marked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a survey is about.

    :ivar service: its labels, Indonesian and English; None where the case is about none
    """

    agency_name: str
    service: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Thanks:
    """What follows an answer.

    :ivar may_object: the answer was unhappy, and an objection is open
    :ivar until: when that ends; None where no window runs
    """

    is_unhappy: bool
    may_object: bool
    until: datetime | None
    zone: str


def offer_survey(session: Session, complaint: Complaint, event: Event, *, at: datetime) -> None:
    """Make the link of a case that got an answer, once in its life, and queue the letter that brings it."""
    if event not in ANSWERS or complaint.imported:
        return
    if find_link_of(session, complaint.id, Purpose.SURVEY) is not None:
        return
    with contextlib.suppress(CaseKeyDestroyed):
        link = make_link(session, complaint, Purpose.SURVEY, at=at)
        queue_for_complainant(
            session,
            complaint,
            template="survey",
            at=at + NOTICE_AFTER,
            key=f"{complaint.number}/survey",
            params={"link": link.id},
        )


def find_survey(session: Session, token: str, at: datetime) -> Asked | None:
    """What a link asks about; None where it is not good (any more). Writes nothing."""
    link = find_link(session, token, Purpose.SURVEY, at)
    if link is None:
        return None
    row = session.execute(
        select(Agency.name, Service.label_id, Service.label_en)
        .select_from(Complaint)
        .join(Agency, Agency.id == Complaint.agency_id)
        .outerjoin(Service, Service.id == Complaint.service_id)
        .where(Complaint.id == link.complaint_id)
    ).one()
    return Asked(row.name, (row.label_id, row.label_en) if row.label_id else None)


def find_survey_token(session: Session, complaint_id: int, at: datetime) -> str | None:
    """Token of the survey that a case may still answer; None where there is none."""
    link = find_link_of(session, complaint_id, Purpose.SURVEY)
    if link is None or link.is_used or (link.expires_at is not None and link.expires_at <= at):
        return None
    try:
        return token_of(session, link)
    except CaseKeyDestroyed:
        return None


def answer_survey(
    token: str, marks: Mapping[str, int], comment: str, *, language: str, at: datetime
) -> Thanks:
    """Keep an answer, apart from the case.

    :param marks: by code of the element, 1 to 4; elements that do not apply are left out
    :raises SurveyGone: nothing was written
    :raises NoMarks: nothing was written
    """
    given = {code: mark for code, mark in marks.items() if code in ELEMENTS}
    if not given:
        raise NoMarks

    def work(session: Session) -> Thanks:
        link = find_link(session, token, Purpose.SURVEY, at, lock=True)
        if link is None:
            raise SurveyGone
        complaint = session.get_one(Complaint, link.complaint_id)
        link.is_used = True
        _keep(session, complaint, given, comment, language, at)
        return _thanks(session, complaint, is_unhappy=min(given.values()) <= UNHAPPY, at=at)

    return run_in_unit(work)


def _keep(
    session: Session,
    complaint: Complaint,
    marks: Mapping[str, int],
    comment: str,
    language: str,
    at: datetime,
) -> None:
    today = at.astimezone(ZoneInfo(complaint.agency.timezone)).date()
    session.add(
        SurveyResponse(
            id=secrets.token_hex(16),
            agency_id=complaint.agency_id,
            service_id=complaint.service_id,
            answered_in=today.replace(day=1),
            language=language,
            comment=comment.strip()[:LONGEST_COMMENT],
            **marks,
        )
    )
    session.flush()


def _thanks(session: Session, complaint: Complaint, *, is_unhappy: bool, at: datetime) -> Thanks:
    case = get_snapshot(session, complaint)
    offered = allowed_actions(case, complainant_of(complaint.number), table=get_table())
    is_open = case.objection_until is None or at <= case.objection_until
    return Thanks(
        is_unhappy=is_unhappy,
        may_object=is_unhappy and Event.OBJECT in offered and is_open,
        until=case.objection_until,
        zone=complaint.agency.timezone,
    )
