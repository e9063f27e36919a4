"""What a case holds, in the words of its page: clocks, history, letters, messages, files, log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.audit_words import audit_words
from app.forms.message_words import ABOUT
from app.forms.words import (
    LIMIT_UNITS,
    class_words,
    event_words,
    role_words,
    stage_words,
    substate_words,
)
from app.law import get_law
from app.models import Deadline
from app.queries.case_file import CaseFile, FileRow
from app.queries.case_log import EventRow, Person, is_event
from app.templating import label, relative_due
from workflows.vocabulary import Binding, ClosureReason, Event, Finding, LimitUnit, NoticeKind, Party

BINDINGS: dict[Binding, Any] = {
    Binding.STATUTE: _l("undang-undang"),
    Binding.REGULATION: _l("peraturan"),
    Binding.GUIDELINE: _l("pedoman"),
    Binding.LOCAL: _l("kebijakan setempat"),
}
PARTIES: dict[Party, Any] = {
    Party.STATION: _l("satuan"),
    Party.COMPLAINANT: _l("pelapor"),
    Party.OMBUDSMAN: _l("Ombudsman"),
    Party.KOMPOLNAS: _l("Kompolnas"),
}
PURPOSES: dict[str, Any] = {
    "evidence": _l("bukti"),
    "decision": _l("keputusan"),
    "letter": _l("surat"),
    "proof": _l("bukti penerimaan"),
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One deadline against its law.

    :ivar limit: ``60 hari kalender``
    :ivar trigger: the event or moment that started it
    :ivar late_by: ``terlambat 3 hari``, empty where it was kept or still can be
    """

    id: int
    name: str
    party: str
    limit: str
    trigger: str
    triggered_at: datetime
    due_at: datetime
    met_at: datetime | None
    void_at: datetime | None
    late_by: str
    effective: bool
    binding: str
    sources: tuple[str, ...]
    confidence: str
    provisional: bool
    pauses: tuple[tuple[datetime, datetime | None], ...]


def clock_line(row: Deadline, at: datetime | None = None) -> ClockLine:
    """A stored deadline in words.

    :param at: as seen at this instant, for how late it is
    """
    return ClockLine(
        id=row.id,
        name=stage_words(row.stage),
        party=str(PARTIES[Party(row.party)]),
        limit=limit_words(row.limit_value, row.unit),
        trigger=trigger_words(row.trigger),
        triggered_at=row.triggered_at,
        due_at=row.due_at,
        met_at=row.met_at,
        void_at=row.void_at,
        late_by=_late_by(row, at),
        effective=row.effective,
        binding=str(BINDINGS[Binding(row.binding)]),
        sources=tuple(row.sources),
        confidence=row.confidence,
        provisional=row.provisional_calendar,
        pauses=tuple(
            (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
            for start, end in row.pauses
        ),
    )


def clock_lines(file: CaseFile, at: datetime) -> list[ClockLine]:
    """Every deadline of the case, in the order in which they were triggered and fall due."""
    return [clock_line(row, at) for row in file.deadlines]


def limit_words(limit: int, unit: str) -> str:
    """``14 hari kerja``; a limit of 0 days ends with the day itself."""
    if limit == 0:
        return _("hari itu juga")
    return f"{limit} {LIMIT_UNITS[LimitUnit(unit)]}"


def trigger_words(code: str) -> str:
    """What starts a clock: an event, a moment of the law data, or the end of another clock."""
    law = get_law()
    if is_event(code):
        return event_words(code)
    if code in law.clock_points:
        return label(law.clock_points[code])
    return _("jatuh tempo: %(stage)s", stage=stage_words(code.removesuffix("_due")))


def _late_by(row: Deadline, at: datetime | None) -> str:
    if row.party != Party.STATION:
        return ""
    stopped = row.met_at or row.void_at or at
    if stopped is None or stopped <= row.due_at or (row.breached_at is None and row.met_at is None):
        return ""
    return relative_due(row.due_at, stopped)


def story(file: CaseFile) -> list[dict[str, Any]]:
    """What happened, oldest first, for the timeline."""
    letters = {Event.REQUEST_COMPLETION, Event.DELIVER_DECISION, Event.FOLLOW_UP, Event.RECORD_NOTICE}
    return [
        {
            "at": row.at,
            "title": event_words(row.event),
            "text": " · ".join(part for part in (_what(row), row.note) if part),
            "by": actor_words(row.by, row.role),
            "kind": "letter" if row.event in letters else None,
        }
        for row in file.events
    ]


def _what(row: EventRow) -> str:
    law, details = get_law(), row.details
    parts = []
    if row.before != row.after:
        parts.append(_("keadaan: %(state)s", state=substate_words(row.after)))
    if "complaint_class" in details:
        parts.append(class_words(details["complaint_class"]))
    if "finding" in details:
        parts.append(label(law.outcomes[Finding(details["finding"])]))
    if "closure_reason" in details:
        parts.append(label(law.closure_reasons[ClosureReason(details["closure_reason"])]))
    if "notice_kind" in details:
        parts.append(label(law.notices[NoticeKind(details["notice_kind"])]))
    if "destination" in details:
        parts.append(_("ke %(where)s", where=details["destination"]))
    return ", ".join(parts)


def actor_words(by: Person | None, role: str) -> str:
    """Who, in which role; complainant and system have no name here."""
    return f"{by.words} ({role_words(role)})" if by else role_words(role)


def letter_lines(file: CaseFile) -> list[dict[str, Any]]:
    """Letters with when they were sent and received, and on what proof."""
    notices = get_law().notices
    return [
        {
            "title": label(notices[NoticeKind(row.kind)]),
            "number": row.number,
            "sent_at": row.sent_at,
            "received_at": row.received_at,
            "proof": _("dibuka di halaman status") if row.proof == "status_page" else row.proof,
            "text": row.body,
        }
        for row in file.notices
    ]


def message_lines(file: CaseFile) -> list[dict[str, Any]]:
    """Messages, oldest first; what never reached the complainant is marked."""
    lines = []
    for row in file.messages:
        author = f"{row.author.full_name}, {row.author.title}" if row.author else _("Pelapor")
        if row.direction == "internal":
            author = _("Catatan dalam: %(who)s", who=author)
        lines.append(
            {
                "at": row.at,
                "by": author,
                "about": ABOUT.get(row.kind),
                "text": row.body,
                "mine": row.direction != "from_complainant",
                "files": [_file_line(file, one) for one in file.files_of(row.id)],
            }
        )
    return lines


def file_lines(file: CaseFile) -> list[dict[str, Any]]:
    """Files of the case, oldest first, each with the digest of its original bytes."""
    return [_file_line(file, row) for row in file.files]


def _file_line(file: CaseFile, row: FileRow) -> dict[str, Any]:
    by = _("dari pelapor") if row.by_complainant else _("dari satuan")
    return {
        "name": row.name,
        "size": row.size,
        "href": url_for("review.case_file", number=file.complaint.number, file_id=row.id),
        "kind": str(PURPOSES[row.purpose]),
        "note": f"{by} · SHA-256 {row.sha256[:16]}…",
    }


def audit_lines(file: CaseFile) -> list[dict[str, Any]]:
    """Log entries of the case, newest first, with digest and place in the sealed log."""
    return [
        {
            "seq": row.seq,
            "at": row.at,
            "what": audit_words(row.kind),
            "who": actor_words(row.by, row.role),
            "digest": row.digest,
            "position": row.position,
        }
        for row in file.audit
    ]


def purpose_words(code: str) -> str:
    """For what a file was handed in."""
    return str(PURPOSES[code])


def outcome_words(code: str | None) -> str:
    """A finding, empty where there is none."""
    return label(get_law().outcomes[Finding(code)]) if code else ""


def reason_words(code: str | None) -> str:
    """Why a case ended, empty while it runs."""
    return label(get_law().closure_reasons[ClosureReason(code)]) if code else ""


WORDS: tuple[Callable[..., str], ...] = (outcome_words, reason_words)
"""What the templates of this blueprint call by name, besides the filters of ``app.forms.words``."""
