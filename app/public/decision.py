"""The decision in plain words: what was found, why, what follows, and what may be done next, by when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.extensions import db
from app.forms.words import LIMIT_UNITS, category_words
from app.law import get_law
from app.public.blueprint import blueprint
from app.public.case import open_case
from app.public.case_page import is_objection_over, may
from app.queries.decision import Decision, find_decision
from app.queries.status import Status
from app.templating import label
from workflows.vocabulary import ComplaintClass, Event, Finding, LimitUnit, NoticeKind

FOUND: dict[Finding, Any] = {
    Finding.SUBSTANTIATED: _l("Pengaduan Anda terbukti"),
    Finding.PARTLY_SUBSTANTIATED: _l("Pengaduan Anda terbukti sebagian"),
    Finding.NOT_SUBSTANTIATED: _l("Pengaduan Anda tidak terbukti"),
    Finding.SETTLED: _l("Pengaduan Anda selesai dengan kesepakatan"),
    Finding.ANSWERED: _l("Pengaduan Anda sudah dijawab"),
}
MEANING: dict[Finding, Any] = {
    Finding.SUBSTANTIATED: _l(
        "Pemeriksaan menemukan bahwa yang Anda adukan memang terjadi dan tidak semestinya."
    ),
    Finding.PARTLY_SUBSTANTIATED: _l("Pemeriksaan membenarkan sebagian dari yang Anda adukan."),
    Finding.NOT_SUBSTANTIATED: _l(
        "Pemeriksaan tidak menemukan bukti yang cukup. Ini tidak berarti Anda berbohong, dan tidak ada "
        "akibat bagi Anda."
    ),
    Finding.SETTLED: _l("Penyelesaian disepakati bersama, dan tertulis di bawah ini."),
    Finding.ANSWERED: _l("Jawabannya tertulis di bawah ini."),
}

PATHS: dict[ComplaintClass, tuple[tuple[str, Any], ...]] = {
    ComplaintClass.ADMINISTRATIVE_OBJECTION: (
        (
            "objection_window",
            _l("Keberatan tertulis, jika hasilnya Keputusan tertulis (misalnya dokumen ditolak)"),
        ),
        ("appeal_window", _l("Banding kepada atasan, jika keberatan itu ditolak")),
    ),
    ComplaintClass.INFORMATION_REQUEST: (
        ("appeal_window", _l("Keberatan kepada atasan PPID")),
        ("external_window", _l("Sengketa ke Komisi Informasi, setelah tanggapan atas keberatan")),
    ),
}
"""Ways that the law opens beside the objection, by the policy and stage that hold their limits."""


@blueprint.get("/status/kasus/keputusan")
def decision() -> ResponseReturnValue:
    """The decision, once its letter was opened; before that, the way to the letter."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    found = find_decision(db.session(), status.case.id)
    if found is None:
        return redirect(url_for("public.case", _anchor="surat"))
    now = clock.now()
    return render_template(
        "public/decision.html",
        case=status.case,
        zone=status.case.zone,
        agency_name=status.case.agency_name,
        now=now,
        decision=found,
        headline=FOUND[Finding(found.finding)],
        meaning=MEANING[Finding(found.finding)],
        allegations=_allegations(found),
        remedies=[label(get_law().remedies[code]) for code in found.remedies if code != "compensation"],
        letter=_letter(status, found),
        may_object=may(status, Event.OBJECT, now),
        objection_until=status.objection_until,
        objection_over=is_objection_over(status, now),
        ombudsman_until=_ombudsman_until(status),
        paths=_paths(ComplaintClass(status.case.complaint_class)),
    )


def _allegations(found: Decision) -> list[dict[str, str]]:
    return [
        {
            "what": category_words(category),
            "finding": label(get_law().outcomes[Finding(finding)]) if finding else _("belum diputus"),
        }
        for category, finding in found.allegations
    ]


def _letter(status: Status, found: Decision) -> int | None:
    """The letter that brought this decision."""
    letters = (
        one.id
        for one in status.letters
        if one.kind == NoticeKind.DECISION and one.sent_at >= found.delivered_at and one.received_at
    )
    return next(letters, None)


def _ombudsman_until(status: Status) -> datetime | None:
    """End of the two years of UU 37/2008 Pasal 24 ayat (3), where the day of the event is known."""
    ends = [one.due_at for one in status.clocks if one.stage == "external_window" and one.is_running]
    return max(ends) if ends and status.case.complaint_class != ComplaintClass.INFORMATION_REQUEST else None


def _paths(complaint_class: ComplaintClass) -> list[dict[str, Any]]:
    """The law's other ways with their limits, never which to take."""
    policy = (
        ComplaintClass.INFORMATION_REQUEST
        if complaint_class is ComplaintClass.INFORMATION_REQUEST
        else ComplaintClass.ADMINISTRATIVE_OBJECTION
    )
    steps = {step.stage: step for step in get_law().policies[policy].steps}
    return [
        {
            "name": name,
            "limit": f"{steps[stage].limit} {LIMIT_UNITS[LimitUnit(steps[stage].unit)]}",
            "sources": steps[stage].source_texts,
            "confidence": steps[stage].confidence,
        }
        for stage, name in PATHS[policy]
    ]
