"""The Ombudsman's acts towards a station, and the station's answers (UU 37/2008 Pasal 28 to 38).

Nothing here moves a case: what the Ombudsman finds is the Ombudsman's, what a complaint comes to is decided
by the station. Every act is an entry of the log, in the transaction of the act.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import (
    OmbudsmanRequest,
    OmbudsmanTrack,
)
from app.queries.ombudsman_track import (
    get_facts,
    get_request,
    list_clocks,
)
from app.security.ring import get_keys
from app.security.vault import new_case_key, wrap_case_key
from app.services.files import StoredFile
from app.services.track_acts import TrackAct, begin, keep_files, log_track, start_clock, stop_clock
from app.services.track_begin import Place, begin_as_reviewer, local_day
from app.services.track_notices import tell
from workflows.audit import Fact
from workflows.canonical import instant_text
from workflows.errors import GuardRefused
from workflows.ombudsman import (
    RequestFacts,
    RequestKind,
    TrackEvent,
    check_answer,
    check_answerer,
    check_event,
    check_reviewer,
    chosen_duty,
    duty_of,
)
from workflows.snapshot import Actor

DOCUMENTS_SOURCE = "uu37_2008 | Pasal 28(1)b"


def open_agency_track(agency_id: int, subject: str, *, actor: Actor, at: datetime) -> int:
    """Begin an examination of an agency without a case: own initiative, or something systemic.

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: ``subject_missing``
    """

    def work(session: Session) -> int:
        check_reviewer(actor, agency_id, "ori.opened")
        if not subject.strip():
            raise GuardRefused("ori.opened", "subject_missing", field="subject")
        key_id, wrapped = wrap_case_key(get_keys(), new_case_key())
        track = OmbudsmanTrack(
            agency_id=agency_id,
            subject=subject.strip()[:200],
            opened_at=at,
            opened_by_id=actor.user_id,
            vault_key_id=key_id,
            wrapped_key=wrapped,
        )
        session.add(track)
        session.flush()
        log_track(session, track, "ori.opened", actor, at, {}, text=track.subject)
        return track.id

    return run_in_unit(work)


def record_request(
    place: Place,
    kind: RequestKind | None,
    text: str,
    *,
    number: str = "",
    due_on: date | None = None,
    held_on: date | None = None,
    files: Sequence[StoredFile] = (),
    actor: Actor,
    at: datetime,
) -> int:
    """Ask the station for something, or record a summons, an inspection or a mediation; gives the id.

    It reaches the station at once: the clock runs from now, and from no earlier day.

    :param due_on: by when documents are wanted; explanations have the 14 days of the law
    :param held_on: day of a summons, inspection or mediation
    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: what it must follow is missing (`workflows.ombudsman.EVENTS`), or an input
    """

    def work(session: Session) -> int:
        act = begin_as_reviewer(session, place, actor, at, "ori.request")
        _check_request(act, kind, text, due_on, held_on)
        assert kind is not None
        event = TrackEvent(kind.value)
        check_event(get_facts(act.track), event, at, field="kind")
        duty = None
        if kind is RequestKind.DOCUMENTS:
            assert due_on is not None
            duty = chosen_duty(kind.value, at, due_on, act.calendar, DOCUMENTS_SOURCE)
        elif kind.wants_answer:
            duty = duty_of(get_law(), event, at, act.calendar)
        row = OmbudsmanRequest(
            track_id=act.track.id,
            kind=kind.value,
            number=number.strip(),
            text=text.strip(),
            held_on=None if kind.wants_answer else held_on,
            received_at=at,
            due_at=duty.due_at if duty else None,
            recorded_by_id=act.user_id,
        )
        session.add(row)
        session.flush()
        keep_files(act, files, "ombudsman", request_id=row.id)
        if kind is RequestKind.CLARIFICATION_2:
            _void_first(act)
        clock = None
        if duty is not None:
            clock = start_clock(act, duty, request_id=row.id)
        facts: dict[str, Fact] = {"request": row.id, "event": kind.value}
        told = facts | ({"due_at": instant_text(duty.due_at)} if duty else {})
        act.log("ori.request", told, text=row.text, files=files)
        if clock is not None:
            tell(session, act.track, clock, "ori_new", 0, at)
        return row.id

    return run_in_unit(work)


def answer_request(
    request_id: int, text: str, *, files: Sequence[StoredFile] = (), actor: Actor, at: datetime
) -> None:
    """The station's answer, given once.

    :raises CaseNotVisible: not the actor's station, or an interest in the case
    :raises RoleNotPermitted: not the actor's task
    :raises GuardRefused: ``text_missing``, ``answered_before``, ``right_to_answer_lost``
    """

    def work(session: Session) -> None:
        found = get_request(session, request_id, actor)
        act = begin(session, found.track_id, actor, at)
        check_answerer(actor, act.track.agency_id, "ori.answer")
        row = session.get_one(OmbudsmanRequest, request_id)
        check_answer(RequestFacts(RequestKind(row.kind), row.due_at, row.answered_at), at)
        if not text.strip():
            raise GuardRefused("ori.answer", "text_missing", field="text")
        row.answered_at, row.answered_by_id, row.answer = at, act.user_id, text.strip()
        keep_files(act, files, "station", request_id=row.id)
        stop_clock(act, list_clocks(session, act.track.id)["request", row.id])
        facts: dict[str, Fact] = {"request": row.id, "late": at > row.due_at if row.due_at else False}
        act.log("ori.answer", facts, text=row.answer, files=files)

    run_in_unit(work)


def _check_request(
    act: TrackAct, kind: RequestKind | None, text: str, due_on: date | None, held_on: date | None
) -> None:
    if kind is None:
        raise GuardRefused("ori.request", "kind_missing", field="kind")
    if not text.strip():
        raise GuardRefused("ori.request", "text_missing", field="text")
    if kind is RequestKind.DOCUMENTS:
        if due_on is None:
            raise GuardRefused("ori.request", "due_missing", field="due_on")
        if due_on < local_day(act):
            raise GuardRefused("ori.request", "due_before_issue", field="due_on")
    if not kind.wants_answer and held_on is None:
        raise GuardRefused("ori.request", "held_on_missing", field="held_on")


def _void_first(act: TrackAct) -> None:
    """A second request takes the place of the first, whose breach stays written."""
    clocks = list_clocks(act.session, act.track.id)
    for one in act.track.requests:
        if one.kind == RequestKind.CLARIFICATION_1 and ("request", one.id) in clocks:
            clock = clocks["request", one.id]
            if clock.met_at is None and clock.void_at is None:
                stop_clock(act, clock, void=True)
