"""Deadlines across cases, and the ledger of one: which days were counted, which not, and why."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.words import stage_words, substate_words
from app.law import get_law
from app.queries.calendars import get_calendar
from app.queries.deadlines import get_deadline, list_breaches, list_running
from app.queries.queue import Cursor
from app.services.clocks import get_facts
from app.staff.blueprint import blueprint, signed_in
from app.staff.case import trigger_words
from app.staff.desk import local_date_of, open_desk
from app.staff.previews import limit_words
from workflows import sla
from workflows.vocabulary import ComplaintClass

RUNNING, BREACHES = "berjalan", "pelanggaran"


@blueprint.get("/tenggat")
def deadlines() -> ResponseReturnValue:
    """Running duties by due date, or the breaches of a year."""
    account, actor, now, session = signed_in(), current_actor(), clock.now(), db.session()
    if not account.works_on_cases:
        return redirect(url_for("staff.my_work"))
    view = BREACHES if request.args.get("daftar") == BREACHES else RUNNING
    this_year = local_date_of(now, account.zone).year
    typed = request.args.get("tahun", "")
    year = int(typed) if typed.isdecimal() and 2000 <= int(typed) <= this_year else this_year
    cursor = None
    for name, forward in (("setelah", True), ("sebelum", False)):
        if request.args.get(name):
            cursor = Cursor.from_text(request.args[name], forward=forward)
    if view == RUNNING:
        page = list_running(session, actor, cursor=cursor)
        given: dict[str, Any] = {}
    else:
        page = list_breaches(session, actor, year=year, zone=account.zone, cursor=cursor)
        given = {"daftar": BREACHES, "tahun": str(year)}

    def href(way: str, key: Cursor | None) -> str | None:
        return url_for("staff.deadlines", **(given | {way: key.as_text()})) if key is not None else None

    return render_template(
        "staff/deadlines.html",
        page=page,
        view=view,
        year=year,
        years=[(str(one), str(one)) for one in range(this_year, this_year - 10, -1)],
        stage_words=stage_words,
        substate_words=substate_words,
        prev_href=href("sebelum", page.before),
        next_href=href("setelah", page.after),
    )


@blueprint.get("/pengaduan/<number>/tenggat/<int:deadline_id>")
def ledger(number: str, deadline_id: int) -> ResponseReturnValue:
    """The ledger of a clock, computed anew from its trigger by the calendar known now."""
    desk = open_desk(number, log=True)
    row = get_deadline(desk.session, desk.complaint.id, deadline_id)
    if row is None:
        abort(404)
    law, calendar = get_law(), get_calendar(desk.session, desk.complaint.agency)
    facts = get_facts(desk.session, desk.complaint)
    computed = next(
        one
        for one in sla.compute_deadlines(law, ComplaintClass(row.complaint_class), facts, calendar)
        if (one.stage, one.step, one.occurrence) == (row.stage, row.step, row.occurrence)
    )
    days = sla.explain(law, computed, calendar)
    return render_template(
        "staff/ledger.html",
        desk=desk,
        case=desk.complaint,
        row=row,
        name=stage_words(row.stage),
        limit=limit_words(row.limit_value, row.unit),
        trigger=trigger_words(row.trigger),
        days=[day_row(day) for day in days],
        counted=sum(day.counted for day in days),
    )


def day_row(day: sla.LedgerDay) -> dict[str, Any]:
    """A date of the ledger in words."""
    return {
        "on": day.on,
        "counted": day.counted,
        "why": reason_words(day.why),
        "basis": [str(one) for one in day.basis],
        "hours": None if day.span is None else day.span.total_seconds() / 3600,
    }


def reason_words(why: sla.DayReason) -> str:
    """Why a date counts or does not."""
    words = {
        sla.DayReason.TRIGGER_DAY: _("hari pemicu, tidak dihitung"),
        sla.DayReason.SAME_DAY: _("jatuh tempo hari itu juga"),
        sla.DayReason.WORKING_DAY: _("hari kerja"),
        sla.DayReason.CALENDAR_DAY: _("hari kalender"),
        sla.DayReason.HOURS: _("jam demi jam"),
        sla.DayReason.ANNIVERSARY: _("genap setahun"),
        sla.DayReason.WEEKEND: _("akhir pekan"),
        sla.DayReason.NATIONAL_HOLIDAY: _("hari libur nasional"),
        sla.DayReason.JOINT_LEAVE: _("cuti bersama"),
        sla.DayReason.WAITING: _("menunggu pelapor, tidak dihitung"),
        sla.DayReason.WAITING_BEYOND_CAP: _("menunggu pelapor di atas batas 30 hari"),
    }
    return words[why]
