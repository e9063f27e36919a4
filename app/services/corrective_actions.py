"""Corrective actions: the unit notes and reports, the reviewer alone verifies or sends back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import ActionStep, CorrectiveAction, TrackClock
from app.queries.ombudsman_track import get_action, list_clocks
from app.services.files import StoredFile
from app.services.track_acts import TrackAct, begin, keep_files, log_track, resume_clock, stop_clock
from app.services.web_addresses import is_web_address
from workflows.errors import CaseNotVisible, GuardRefused
from workflows.ombudsman import ActionState, StepKind, check_report, check_reviewer, check_verdict
from workflows.snapshot import Actor
from workflows.vocabulary import Role


def note_progress(action_id: int, text: str, *, actor: Actor, at: datetime) -> None:
    """Write how far an action has come; its clock runs on.

    :raises CaseNotVisible: not for this actor
    :raises RoleNotPermitted: somebody else's action
    :raises GuardRefused: ``text_missing``, ``action_closed``, ``report_under_review``
    """

    def work(session: Session) -> None:
        act, row = _begin(session, action_id, actor, at)
        _check_station(act, row)
        _step(act, row, StepKind.NOTE, text, kind="ori.action.note")

    run_in_unit(work)


def report_done(
    action_id: int,
    text: str,
    *,
    url: str = "",
    files: Sequence[StoredFile] = (),
    actor: Actor,
    at: datetime,
) -> None:
    """Report an action done, with a file or a link as proof; the reviewer judges.

    :raises CaseNotVisible: not for this actor
    :raises RoleNotPermitted: somebody else's action
    :raises GuardRefused: ``text_missing``, ``proof_missing``, ``url_unfit``, ``action_closed``,
        ``report_under_review``
    """

    def work(session: Session) -> None:
        act, row = _begin(session, action_id, actor, at)
        _check_station(act, row)
        if url and not is_web_address(url):
            raise GuardRefused("ori.action.report", "url_unfit", field="url")
        if not files and not url:
            raise GuardRefused("ori.action.report", "proof_missing", field="files")
        _step(act, row, StepKind.REPORT, text, kind="ori.action.report", url=url, files=files)
        row.state, row.reported_at, row.reported_by_id = ActionState.REPORTED, at, act.user_id
        stop_clock(act, _clock(act, row))

    run_in_unit(work)


def verify_action(action_id: int, text: str, *, actor: Actor, at: datetime) -> None:
    """The reviewer found it done: the action is closed.

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: ``nothing_reported``, ``own_agency``, ``text_missing``
    """

    def work(session: Session) -> None:
        act, row = _begin(session, action_id, actor, at)
        _check_verdict(act, row)
        _step(act, row, StepKind.VERIFIED, text, kind="ori.action.verify")
        row.state, row.verified_at, row.verified_by_id = ActionState.VERIFIED, at, act.user_id
        row.verified_by_role = Role.OMBUDSMAN.value
        session.flush()

    run_in_unit(work)


def send_back(action_id: int, reason: str, *, actor: Actor, at: datetime) -> None:
    """The reviewer found it wanting: the duty runs on to the same day, overdue where that has passed.

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: ``nothing_reported``, ``own_agency``, ``text_missing``
    """

    def work(session: Session) -> None:
        act, row = _begin(session, action_id, actor, at)
        _check_verdict(act, row)
        _step(act, row, StepKind.SENT_BACK, reason, kind="ori.action.send_back")
        row.state, row.reported_at, row.reported_by_id = ActionState.SENT_BACK, None, None
        resume_clock(act, _clock(act, row))

    run_in_unit(work)


def record_action_read(action_id: int, *, actor: Actor, at: datetime) -> None:
    """Write that an action was opened by somebody who need not see the case behind it.

    :raises CaseNotVisible: not for this actor
    """

    def work(session: Session) -> None:
        row = get_action(session, action_id, actor)
        log_track(session, row.lhp.track, "ori.action.read", actor, at, {"action": row.id})

    run_in_unit(work)


def _begin(session: Session, action_id: int, actor: Actor, at: datetime) -> tuple[TrackAct, CorrectiveAction]:
    track_id = get_action(session, action_id, actor).lhp.track_id
    act = begin(session, track_id, actor, at)
    return act, session.get_one(CorrectiveAction, action_id)


def _check_station(act: TrackAct, row: CorrectiveAction) -> None:
    if act.actor.agency_id != act.track.agency_id or Role.OMBUDSMAN in act.actor.roles:
        raise CaseNotVisible("ori.action.report")
    check_report(act.actor, ActionState(row.state), row.unit_id, row.officer_id)


def _check_verdict(act: TrackAct, row: CorrectiveAction) -> None:
    check_reviewer(act.actor, act.track.agency_id, "ori.action.verdict")
    check_verdict(ActionState(row.state))


def _step(
    act: TrackAct,
    row: CorrectiveAction,
    step: StepKind,
    text: str,
    *,
    kind: str,
    url: str = "",
    files: Sequence[StoredFile] = (),
) -> None:
    if not text.strip():
        raise GuardRefused(kind, "text_missing", field="text")
    made = ActionStep(
        action_id=row.id, kind=step.value, text=text.strip(), url=url, at=act.at, by_id=act.user_id
    )
    act.session.add(made)
    act.session.flush()
    keep_files(act, files, "station", step_id=made.id)
    facts = {"action": row.id, "late": act.at > row.due_at}
    act.log(kind, facts, text="\n".join(filter(None, (made.text, url))), files=files)


def _clock(act: TrackAct, row: CorrectiveAction) -> TrackClock:
    return list_clocks(act.session, act.track.id)["action", row.id]
