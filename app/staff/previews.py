"""What a step will set going, in words, before it is taken: the new state, clocks, letters."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _

from app.forms.words import stage_words, substate_words
from app.law import get_law, get_table
from app.models import Complaint
from app.queries.calendars import get_calendar
from app.services.clocks import classes_of, get_facts
from app.staff.desk import Desk
from app.templating import citations, label, local_datetime
from workflows import sla
from workflows.errors import CalendarUnknown, Refused
from workflows.transitions import OWED_NOTICES, SENT_POINTS
from workflows.vocabulary import ComplaintClass, Event, LimitUnit, Party, Substate


def starts_of(desk: Desk, event: Event) -> list[str]:
    """One line for each thing that the event sets going, with due instants as they would be computed now."""
    lines = [*_move(desk, event)]
    points = {event.value}
    for kind in OWED_NOTICES.get(event, ()):
        points.update(SENT_POINTS.get(kind, ()))
        lines.append(_letter(desk, label(get_law().notices[kind])))
    if event is Event.CLASSIFY:
        lines.append(_("menghitung ulang semua tenggat menurut jenis yang dipilih, dari kejadian pemicunya"))
        return lines
    target = _target(desk, event)
    if target is not None and target.is_closed:
        lines.append(_("mengakhiri tenggat satuan yang masih berjalan"))
    return lines + _clocks_met(desk, points) + _clocks_started(desk, points)


def _target(desk: Desk, event: Event) -> Substate | None:
    try:
        return get_table()[event].target(desk.case)
    except Refused:
        return None


def _move(desk: Desk, event: Event) -> list[str]:
    target = _target(desk, event)
    if target is None or target == desk.case.substate:
        return []
    return [_("memindahkan pengaduan ke keadaan “%(state)s”", state=substate_words(target))]


def _letter(desk: Desk, title: str) -> str:
    if desk.case.identity_mode == "anonymous":
        return _(
            "membuat surat “%(title)s” yang dapat dibaca di halaman status dengan kode lacak", title=title
        )
    return _("mengirim surat “%(title)s” kepada pelapor", title=title)


def _clocks_met(desk: Desk, points: set[str]) -> list[str]:
    law, lines = get_law(), []
    facts = get_facts(desk.session, desk.complaint)
    calendar = get_calendar(desk.session, desk.complaint.agency)
    for complaint_class in classes_of(desk.complaint):
        steps = law.policies[complaint_class].steps
        for clock in sla.compute_deadlines(law, complaint_class, facts, calendar):
            running = clock.met_at is None and clock.void_at is None and clock.effective
            if running and clock.party is Party.STATION and points & set(steps[clock.step].ends_at):
                lines.append(
                    _(
                        "memenuhi tenggat %(stage)s (batas %(due)s)",
                        stage=stage_words(clock.stage),
                        due=local_datetime(clock.due_at, desk.zone),
                    )
                )
    return lines


def _clocks_started(desk: Desk, points: set[str]) -> list[str]:
    lines: list[str] = []
    for complaint_class in classes_of(desk.complaint):
        stages = dict.fromkeys(
            step.stage for step in get_law().policies[complaint_class].steps if step.starts_at in points
        )
        for stage in stages:
            lines += _clock(desk.complaint, complaint_class, stage, desk.at, points, desk)
    return lines


def _clock(
    complaint: Complaint,
    complaint_class: ComplaintClass,
    stage: str,
    at: datetime,
    points: set[str],
    desk: Desk,
) -> list[str]:
    """One line for each step of the stage that starts at one of the points, the nearest first."""
    law = get_law()
    steps = law.policies[complaint_class].steps
    try:
        found = sla.deadlines_from(
            law, complaint_class, stage, at, (), get_calendar(desk.session, complaint.agency)
        )
    except CalendarUnknown as unknown:
        return [
            _(
                "memulai tenggat %(stage)s; hari libur tahun %(year)d belum diketahui",
                stage=stage_words(stage),
                year=unknown.year,
            )
        ]
    begun = [one for one in found if steps[one.step].starts_at in points]
    return [
        _(
            "memulai tenggat %(stage)s: %(limit)s, batas %(due)s (%(law)s)",
            stage=stage_words(stage),
            limit=limit_words(one.limit, one.unit),
            due=local_datetime(one.due_at, desk.zone),
            law="; ".join(citations(one.sources)),
        )
        for one in sorted(begun, key=lambda one: one.due_at)
    ]


def limit_words(limit: int, unit: str) -> str:
    """A limit: ``14 hari kerja``, ``hari itu juga``."""
    if limit == 0:
        return _("hari itu juga")
    match unit:
        case LimitUnit.WORKING_DAY.value:
            return _("%(n)d hari kerja", n=limit)
        case LimitUnit.CALENDAR_DAY.value:
            return _("%(n)d hari kalender", n=limit)
        case LimitUnit.HOUR.value:
            return _("%(n)d jam", n=limit)
        case _:
            return _("%(n)d tahun", n=limit)
