"""The moments on which a case turned: who declared it complete and on which day, who asked, what ended it.

All of them stand in the history too; here they stand alone, with the days counted, so that nobody has to
look for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.words import event_words, role_words
from app.queries.case_file import CaseFile
from app.queries.case_log import EventRow
from app.queries.case_marks import Announced, Reissue
from app.review.case_words import actor_words, reason_words
from app.templating import local_date
from workflows.transitions import CLOSURE
from workflows.vocabulary import Event, NoticeKind, Role, Substate

TURNS = (
    Event.REQUEST_COMPLETION,
    Event.COMPLETE_RECEIVED,
    Event.DECLARE_COMPLETE,
    Event.CLASSIFY,
    Event.ASK_INFO,
    Event.INFO_RECEIVED,
    Event.RESUME_WITHOUT_INFO,
    Event.LAPSE,
    Event.REJECT,
    Event.ARCHIVE,
    Event.TRANSFER_OUT,
    Event.WITHDRAW,
    Event.OBJECT,
    Event.CONTINUE_EX_OFFICIO,
    Event.FOLLOW_UP,
)
ENDS = (Event.LAPSE, Event.REJECT, Event.ARCHIVE, Event.TRANSFER_OUT, Event.WITHDRAW)
LETTERS = {
    Event.LAPSE: NoticeKind.COMPLETENESS,
    Event.REJECT: NoticeKind.DECISION,
    Event.ARCHIVE: NoticeKind.FIRST_REPLY,
    Event.TRANSFER_OUT: NoticeKind.TRANSFER,
}
"""The letter from which a lapse is counted, or that tells of the end."""

PROOFS: dict[str, Any] = {
    "ktp": _l("KTP"),
    "sim": _l("SIM"),
    "passport": _l("paspor"),
    "receipt": _l("tanda terima"),
    "known_contact": _l("kontak yang dikenal"),
}
STOPPED_BY: dict[str, Any] = {
    "complainant": _l("dihentikan pelapor"),
    "staff": _l("dihentikan petugas"),
    "system": _l("dihentikan sistem"),
}
OUTCOMES: dict[str, Any] = {
    "undone": _l("dibatalkan pelapor"),
    "effective": _l("sudah berlaku"),
    "void": _l("gugur karena perkara selesai lebih dulu"),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One of them.

    :ivar more: days counted, reasons, outcomes
    """

    at: datetime
    what: str
    who: str
    more: str


def list_moments(file: CaseFile, reissues: Sequence[Reissue], announced: Sequence[Announced]) -> list[Moment]:
    """The moments of a case, oldest first."""
    found = [_of_event(file, row) for row in file.events if row.event in TURNS]
    found += [moment for row in reissues for moment in _of_reissue(row)]
    found += [_of_withdrawal(row) for row in announced]
    return sorted(found, key=lambda moment: moment.at)


def waited_days(events: Sequence[EventRow], now: datetime) -> float:
    """Days (24 hours each) that a case waited for information from its complainant, all together."""
    total, since = timedelta(), None
    for row in events:
        if since is not None and row.before == Substate.AWAITING_COMPLAINANT_INFO != row.after:
            total += row.at - since
            since = None
        if row.after == Substate.AWAITING_COMPLAINANT_INFO and since is None:
            since = row.at
    if since is not None:
        total += now - since
    return total / timedelta(days=1)


def _of_event(file: CaseFile, row: EventRow) -> Moment:
    parts = [row.note]
    if row.event == Event.DECLARE_COMPLETE:
        zone = ZoneInfo(file.complaint.agency.timezone)
        day = row.at.astimezone(zone).date() - file.complaint.received_at.astimezone(zone).date()
        parts.insert(0, _("hari ke-%(day)s sesudah diterima; batasnya hari ke-14", day=day.days))
    elif row.event in ENDS:
        reason = row.details.get("closure_reason") or CLOSURE.get(Event(row.event))
        parts = [reason_words(reason), row.note, _letter(file, Event(row.event))]
    return Moment(
        row.at,
        event_words(row.event),
        actor_words(row.by, row.role),
        " · ".join(part for part in parts if part),
    )


def _letter(file: CaseFile, event: Event) -> str:
    """Whether the letter on which the end rests reached the complainant, as far as anybody knows."""
    kind = LETTERS.get(event)
    sent = [notice for notice in file.notices if notice.kind == kind]
    if kind is None:
        return ""
    received = [notice.received_at for notice in sent if notice.received_at is not None]
    if not received:
        return _("tidak ada bukti suratnya sampai")
    return _("suratnya sampai %(at)s", at=local_date(max(received), file.complaint.agency.timezone))


def _of_reissue(row: Reissue) -> list[Moment]:
    proof = _("bukti: %(proof)s", proof=PROOFS.get(row.proof, row.proof))
    found = [
        Moment(row.requested_at, _("Kode baru diminta"), row.requested_by.words, f"{row.reason} · {proof}")
    ]
    if row.approved_at is not None and row.approved_by is not None:
        found.append(Moment(row.approved_at, _("Kode baru disetujui"), row.approved_by.words, ""))
    if row.claimed_at is not None:
        found.append(Moment(row.claimed_at, _("Kode baru diambil"), role_words(Role.COMPLAINANT), ""))
    if row.stopped_at is not None:
        why = str(STOPPED_BY[row.stopped_by]) if row.stopped_by else ""
        found.append(Moment(row.stopped_at, _("Kode baru dihentikan"), "–", why))
    return found


def _of_withdrawal(row: Announced) -> Moment:
    outcome = str(OUTCOMES[row.outcome]) if row.outcome else _("masih dapat dibatalkan")
    return Moment(row.announced_at, _("Pencabutan diumumkan"), role_words(Role.COMPLAINANT), outcome)
