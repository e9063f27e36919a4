"""Recommendations: binding, reported on within 60 days, judged, and published where neglected.

UU 37/2008 Pasal 37 to 39.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import (
    OmbudsmanRecommendation,
)
from app.queries.ombudsman_track import (
    get_facts,
    get_recommendation,
    list_clocks,
)
from app.services.files import StoredFile
from app.services.track_acts import begin, keep_files, start_clock, stop_clock
from app.services.track_begin import Place, begin_as_reviewer, check_document
from app.services.track_notices import tell
from workflows.audit import Fact
from workflows.canonical import instant_text
from workflows.errors import GuardRefused
from workflows.ombudsman import (
    Compliance,
    TrackEvent,
    check_answerer,
    check_event,
    duty_of,
)
from workflows.snapshot import Actor


def record_recommendation(
    place: Place,
    number: str,
    issued_on: date | None,
    text: str,
    *,
    files: Sequence[StoredFile] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """Record a recommendation; its report is due 60 days from now (UU 37/2008 Pasal 38 ayat (2)).

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: no LHP found maladministration, or an input is missing
    """

    def work(session: Session) -> int:
        act = begin_as_reviewer(session, place, actor, at, "ori.recommendation")
        day = check_document(act, number, issued_on, "ori.recommendation")
        if any(one.number == number.strip() for one in act.track.recommendations):
            raise GuardRefused("ori.recommendation", "number_known", field="number")
        if not text.strip():
            raise GuardRefused("ori.recommendation", "text_missing", field="text")
        check_event(get_facts(act.track), TrackEvent.RECOMMENDATION, at)
        duty = duty_of(get_law(), TrackEvent.RECOMMENDATION, at, act.calendar)
        row = OmbudsmanRecommendation(
            track_id=act.track.id,
            number=number.strip(),
            issued_on=day,
            text=text.strip(),
            received_at=at,
            due_at=duty.due_at,
            recorded_by_id=act.user_id,
        )
        session.add(row)
        session.flush()
        keep_files(act, files, "ombudsman", recommendation_id=row.id)
        clock = start_clock(act, duty, recommendation_id=row.id)
        tell(session, act.track, clock, "ori_new", 0, at)
        facts: dict[str, Fact] = {"recommendation": row.id, "due_at": instant_text(duty.due_at)}
        act.log("ori.recommendation", facts, text=row.text, files=files)
        return row.id

    return run_in_unit(work)


def report_recommendation(
    recommendation_id: int, text: str, *, files: Sequence[StoredFile] = (), actor: Actor, at: datetime
) -> None:
    """The station's report on carrying out a recommendation; taken late, too, and shown as late.

    :raises CaseNotVisible: not the actor's station, or an interest in the case
    :raises RoleNotPermitted: not the actor's task
    :raises GuardRefused: ``text_missing``, ``answered_before``
    """

    def work(session: Session) -> None:
        found = get_recommendation(session, recommendation_id, actor)
        act = begin(session, found.track_id, actor, at)
        check_answerer(actor, act.track.agency_id, "ori.recommendation.report")
        row = session.get_one(OmbudsmanRecommendation, recommendation_id)
        if row.reported_at is not None:
            raise GuardRefused("ori.recommendation.report", "answered_before")
        if not text.strip():
            raise GuardRefused("ori.recommendation.report", "text_missing", field="text")
        row.reported_at, row.reported_by_id, row.report = at, act.user_id, text.strip()
        keep_files(act, files, "station", recommendation_id=row.id)
        stop_clock(act, list_clocks(session, act.track.id)["recommendation", row.id])
        facts: dict[str, Fact] = {"recommendation": row.id, "late": at > row.due_at}
        act.log("ori.recommendation.report", facts, text=row.report, files=files)

    run_in_unit(work)


def assess_recommendation(
    recommendation_id: int, compliance: Compliance | None, text: str, *, actor: Actor, at: datetime
) -> None:
    """The reviewer's verdict: carried out, partly, or not. A later verdict replaces it until publication.

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: ``compliance_missing``, ``reason_missing``, ``not_due_yet``, ``published_before``
    """

    def work(session: Session) -> None:
        found = get_recommendation(session, recommendation_id, actor)
        act = begin_as_reviewer(session, found.track_id, actor, at, "ori.recommendation.assess")
        row = session.get_one(OmbudsmanRecommendation, recommendation_id)
        if compliance is None or compliance is Compliance.NOT_DUE:
            raise GuardRefused("ori.recommendation.assess", "compliance_missing", field="compliance")
        if row.published_at is not None:
            raise GuardRefused("ori.recommendation.assess", "published_before")
        if row.reported_at is None and at <= row.due_at:
            raise GuardRefused(
                "ori.recommendation.assess", "not_due_yet", field="compliance", until=row.due_at
            )
        if not text.strip():
            raise GuardRefused("ori.recommendation.assess", "reason_missing", field="text")
        row.compliance, row.assessment = compliance, text.strip()
        row.assessed_at, row.assessed_by_id = at, act.user_id
        session.flush()
        facts: dict[str, Fact] = {"recommendation": row.id, "compliance": compliance.value}
        act.log("ori.recommendation.assess", facts, text=row.assessment)

    run_in_unit(work)


def record_publication(recommendation_id: int, text: str, *, actor: Actor, at: datetime) -> None:
    """Record that a neglected recommendation was published and reported (UU 37/2008 Pasal 38 ayat (4)).

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: ``text_missing``, ``nothing_neglected``, ``published_before``
    """

    def work(session: Session) -> None:
        found = get_recommendation(session, recommendation_id, actor)
        act = begin_as_reviewer(session, found.track_id, actor, at, "ori.published")
        row = session.get_one(OmbudsmanRecommendation, recommendation_id)
        if row.published_at is not None:
            raise GuardRefused("ori.published", "published_before")
        check_event(get_facts(act.track), TrackEvent.PUBLISHED, at)
        if row.compliance not in (Compliance.PARTLY, Compliance.NOT):
            raise GuardRefused("ori.published", "nothing_neglected")
        if not text.strip():
            raise GuardRefused("ori.published", "text_missing", field="text")
        row.published_at, row.publication = at, text.strip()
        session.flush()
        act.log("ori.published", {"recommendation": row.id}, text=row.publication)

    run_in_unit(work)
