"""Examination reports (LHP): findings with their type, and the corrective actions that they order.

The contents follow Peraturan Ombudsman 48/2020 Pasal 25 (replaced by 58/2023, of which only parts were read).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.law import get_law
from app.models import (
    CorrectiveAction,
    ExaminationReport,
    OmbudsmanFinding,
    Unit,
    User,
)
from app.queries.ombudsman_track import (
    get_facts,
    who_can_carry_out,
)
from app.queries.settings import find_setting
from app.services.files import StoredFile
from app.services.track_acts import TrackAct, keep_files, start_clock
from app.services.track_begin import Place, begin_as_reviewer, check_document, local_day
from app.services.track_notices import tell
from workflows.audit import Fact
from workflows.canonical import instant_text
from workflows.errors import GuardRefused
from workflows.ombudsman import (
    ActionState,
    Conclusion,
    TrackEvent,
    check_event,
    chosen_duty,
    duty_of,
)
from workflows.snapshot import Actor
from workflows.vocabulary import ComplaintClass

DAYS_SETTING = "ori.corrective_days"
"""Days proposed for a corrective action, where the agency's practice differs from the law data's 30."""


@dataclass(frozen=True, slots=True)
class ActionOrder:
    """A corrective action as ordered.

    :ivar finding: place of the finding that it answers, from 0; None for the report as a whole
    """

    text: str
    unit_id: int | None
    due_on: date | None
    officer_id: int | None = None
    finding: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """An examination report as typed in.

    :ivar findings: type of maladministration, and what was found
    """

    number: str
    issued_on: date | None
    conclusion: Conclusion | None
    summary: str
    findings: tuple[tuple[str, str], ...] = ()
    actions: tuple[ActionOrder, ...] = ()


def record_lhp(
    place: Place, report: Report, *, files: Sequence[StoredFile] = (), actor: Actor, at: datetime
) -> int:
    """Record an examination report with its findings and corrective actions; gives its id.

    :raises CaseNotVisible: not a reviewer of the agency
    :raises GuardRefused: an explanation can still come, or an input is missing or doesn't fit; fields are
        those of the form, of an action ``action_<place>_due_on`` and the like
    """

    def work(session: Session) -> int:
        act = begin_as_reviewer(session, place, actor, at, "ori.lhp")
        issued_on = _check_report(act, report)
        check_event(get_facts(act.track), TrackEvent.LHP, at, field="conclusion")
        row = ExaminationReport(
            track_id=act.track.id,
            number=report.number.strip(),
            issued_on=issued_on,
            conclusion=report.conclusion,
            summary=report.summary.strip(),
            received_at=at,
            recorded_by_id=act.user_id,
        )
        row.findings = [
            OmbudsmanFinding(maladministration=kind, text=text.strip()) for kind, text in report.findings
        ]
        session.add(row)
        session.flush()
        keep_files(act, files, "ombudsman", lhp_id=row.id)
        for seq, order in enumerate(report.actions, 1):
            _order(act, row, seq, order)
        facts: dict[str, Fact] = {
            "lhp": row.id,
            "issued_on": issued_on.isoformat(),
            "conclusion": row.conclusion,
            "findings": len(row.findings),
            "actions": len(report.actions),
        }
        act.log("ori.lhp", facts, text=_whole(report), files=files)
        return row.id

    return run_in_unit(work)


def proposed_days(session: Session, agency_id: int) -> int:
    """Days for a corrective action: what was set, else the limit of the law data (likely 30)."""
    chosen = find_setting(session, DAYS_SETTING, agency_id)
    if isinstance(chosen, int) and 1 <= chosen <= 365:
        return chosen
    steps = get_law().policies[ComplaintClass.OMBUDSMAN_CASE].steps
    return next(step.limit for step in steps if step.stage == "corrective_action")


def _check_report(act: TrackAct, report: Report) -> date:
    """The day of issue, once everything fits."""
    issued_on = check_document(act, report.number, report.issued_on, "ori.lhp")
    if any(one.number == report.number.strip() for one in act.track.lhps):
        raise GuardRefused("ori.lhp", "number_known", field="number")
    if report.conclusion is None:
        raise GuardRefused("ori.lhp", "conclusion_missing", field="conclusion")
    if not report.summary.strip():
        raise GuardRefused("ori.lhp", "text_missing", field="summary")
    if report.conclusion is Conclusion.FOUND and not report.findings:
        raise GuardRefused("ori.lhp", "finding_missing_lhp", field="finding_0_kind")
    if report.conclusion is not Conclusion.FOUND and (report.findings or report.actions):
        raise GuardRefused("ori.lhp", "nothing_found", field="conclusion")
    for place, (kind, text) in enumerate(report.findings):
        if kind not in get_law().maladministration:
            raise GuardRefused("ori.lhp", "kind_missing", field=f"finding_{place}_kind")
        if not text.strip():
            raise GuardRefused("ori.lhp", "text_missing", field=f"finding_{place}_text")
    for place, order in enumerate(report.actions):
        _check_order(act, report, place, order, issued_on)
    return issued_on


def _check_order(act: TrackAct, report: Report, place: int, order: ActionOrder, issued_on: date) -> None:
    def refuse(code: str, field: str) -> GuardRefused:
        return GuardRefused("ori.lhp", code, field=f"action_{place}_{field}")

    if not order.text.strip():
        raise refuse("text_missing", "text")
    unit = act.session.get(Unit, order.unit_id) if order.unit_id is not None else None
    if unit is None or unit.agency_id != act.track.agency_id:
        raise refuse("unit_missing", "unit")
    if order.officer_id is not None:
        officer = act.session.get(User, order.officer_id)
        if officer is None or not who_can_carry_out(act.session, act.track, [officer]):
            raise refuse("officer_has_interest", "officer")
    if order.due_on is None:
        raise refuse("due_missing", "due_on")
    if order.due_on < issued_on:
        raise refuse("due_before_issue", "due_on")
    if order.due_on < local_day(act):
        raise refuse("due_past", "due_on")
    if order.finding is not None and order.finding >= len(report.findings):
        raise refuse("finding_unknown", "finding")


def _order(act: TrackAct, lhp: ExaminationReport, seq: int, order: ActionOrder) -> None:
    assert order.due_on is not None
    assert order.unit_id is not None
    by_law = duty_of(get_law(), TrackEvent.LHP, act.at, act.calendar)
    duty = chosen_duty(by_law.stage, act.at, order.due_on, act.calendar, *by_law.sources)
    row = CorrectiveAction(
        lhp_id=lhp.id,
        seq=seq,
        finding_id=lhp.findings[order.finding].id if order.finding is not None else None,
        text=order.text.strip(),
        unit_id=order.unit_id,
        officer_id=order.officer_id,
        issued_on=lhp.issued_on,
        due_on=order.due_on,
        due_at=duty.due_at,
        state=ActionState.OPEN,
    )
    act.session.add(row)
    act.session.flush()
    tell(act.session, act.track, start_clock(act, duty, action_id=row.id), "ori_new", 0, act.at)
    facts: dict[str, Fact] = {
        "lhp": lhp.id,
        "action": row.id,
        "unit": row.unit_id,
        "due_at": instant_text(duty.due_at),
    }
    act.log("ori.action", facts, text=row.text)


def _whole(report: Report) -> str:
    """The report as one text, for its commitment."""
    return "\n\n".join((report.summary, *(f"{kind}: {text}" for kind, text in report.findings)))
