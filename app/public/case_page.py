"""What the page of a case says: where it stands, what is due, what is late and what that entitles to.

Everything comes from one read of the case (`app.queries.status`) and, while it can be withdrawn, one of its
announced withdrawal. A long life is shown by its latest part; ``?semua=1`` shows it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from flask_babel import gettext as _

from app.forms.words import stage_words, state_words
from app.law import get_law, get_table
from app.public.entitlements import late_note, own_note
from app.public.words import HAPPENED, HIDDEN_STAGES, LATER_WINDOWS, MESSAGE_KINDS, STANDINGS, WAITS, WINDOWS
from app.queries.status import Clock, Status
from app.queries.withdrawals import Pending
from app.templating import label
from workflows.vocabulary import ClosureReason, Event, NoticeKind, Party, PublicState, Role, Substate

ACTS = (Event.COMPLETE_RECEIVED, Event.INFO_RECEIVED, Event.WITHDRAW, Event.OBJECT)
"""What a complainant may do that moves the case."""

LATEST = 8
"""How many happenings, letters and messages are shown at first, each."""

T = TypeVar("T")


def may(status: Status, event: Event, now: datetime) -> bool:
    """Whether the page offers the complainant this act; the service decides."""
    return _starts(status, event) and (event is not Event.OBJECT or not is_objection_over(status, now))


def is_objection_over(status: Status, now: datetime) -> bool:
    """Whether the case could be objected to, had its window not ended."""
    until = status.objection_until
    return _starts(status, Event.OBJECT) and until is not None and now > until


def page(status: Status, now: datetime, pending: Pending | None, *, whole: bool = False) -> dict[str, Any]:
    """What the template of the case needs.

    :param pending: the withdrawal that was announced, if one is
    :param whole: show all of a long life
    """
    clocks = [one for one in status.clocks if one.stage not in HIDDEN_STAGES]
    station = [one for one in clocks if one.party == Party.STATION]
    running = [one for one in station if one.is_running]
    letters = [one for one in status.letters if one.kind != NoticeKind.RECEIPT]
    happened = [row for row in reversed(status.events) if Event(row[0]) in HAPPENED]
    shown = None if whole else LATEST
    return {
        "status": status,
        "case": status.case,
        "now": now,
        "zone": status.case.zone,
        "agency_name": status.case.agency_name,
        "standing": STANDINGS[status.substate],
        "steps": _steps(status),
        "pending": pending,
        "late": [_late_clock(one) for one in running if one.is_late(now)],
        "due": [_clock(one) for one in running if not one.is_late(now)],
        "done": [_clock(one) for one in station if not one.is_running],
        "mine": [_own_clock(one) for one in clocks if _is_my_window(one, status, now)],
        "letters": [(one, _letter_name(one.kind)) for one in letters[:shown]],
        "messages": [_message(status, *row) for row in _last(status.messages, shown)],
        "timeline": [{"at": at, "title": HAPPENED[Event(event)]} for event, at in happened[:shown]],
        "hidden": 0 if whole else sum(max(0, len(x) - LATEST) for x in (letters, status.messages, happened)),
        "own_files": [one for one in status.files if one.message_id is None and one.is_mine],
        "their_files": [one for one in status.files if one.message_id is None and not one.is_mine],
        "may": {event.value: may(status, event, now) for event in ACTS},
        "objection_until": status.objection_until,
        "objection_over": is_objection_over(status, now),
        "has_decision": status.case.finding is not None and status.case.delivered_at is not None,
        "closure": _closure(status),
        "letter_starts_clock": _letter_starts_clock(status),
    }


def _starts(status: Status, event: Event) -> bool:
    row = get_table()[event]
    return Role.COMPLAINANT in row.by and row.starts_from(status.substate)


def _last(rows: Sequence[T], shown: int | None) -> Sequence[T]:
    return rows if shown is None else rows[-shown:]


def _is_my_window(window: Clock, status: Status, now: datetime) -> bool:
    """Whether a window of the complainant is open, and it is time to speak of it."""
    if window.party != Party.COMPLAINANT or not window.is_running or now > window.due_at:
        return False
    if WAITS.get(window.stage, status.substate) is not status.substate:
        return False
    station = (one for one in status.clocks if one.party == Party.STATION)
    is_time = status.case.delivered_at is not None or any(one.is_late(now) for one in station)
    return is_time or window.stage not in LATER_WINDOWS


_PASSED_BY = {PublicState.ASSIGNED: Event.DISPOSE, PublicState.INVESTIGATED: Event.START_EXAMINATION}
"""Steps that a case may end without, and the event that takes it there."""


def _letter_starts_clock(status: Status) -> bool:
    """Whether the thirty days to complete wait for the letter that asks for it (Pasal 44 ayat (4))."""
    is_running = any(one.stage == "info_request_wait" and one.is_running for one in status.clocks)
    return status.substate is Substate.AWAITING_COMPLETION and not is_running


def _steps(status: Status) -> list[dict[str, Any]]:
    """The four states: what a case that ended early never reached is not shown as done."""
    order = list(PublicState)
    at = order.index(PublicState(status.case.public_state))
    is_over = status.case.closed_at is not None
    fired = {event for event, _at in status.events}

    def standing(index: int, state: PublicState) -> str:
        if index == at and not is_over:
            return "current"
        passed_by = _PASSED_BY.get(state)
        skipped = is_over and not status.case.imported and passed_by is not None and passed_by not in fired
        return "ahead" if index > at or skipped else "done"

    return [
        {"text": state_words(state.value), "state": standing(index, state)}
        for index, state in enumerate(order)
    ]


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "name": WINDOWS.get(clock.stage) or stage_words(clock.stage),
        "due_at": clock.due_at,
        "met_at": clock.met_at,
        "void_at": clock.void_at,
        "sources": clock.sources,
        "confidence": clock.confidence,
        "provisional": clock.provisional,
        "note": None,
    }


def _late_clock(clock: Clock) -> dict[str, Any]:
    return _clock(clock) | {"note": late_note(clock.stage, clock.binding, clock.confidence)}


def _own_clock(clock: Clock) -> dict[str, Any]:
    return _clock(clock) | {"note": own_note(clock.stage)}


def _letter_name(kind: str) -> str:
    return label(get_law().notices[NoticeKind(kind)])


def _message(
    status: Status, message_id: int, direction: str, kind: str, body: str, at: datetime
) -> dict[str, Any]:
    mine = direction == "from_complainant"
    by = MESSAGE_KINDS.get(kind) or (_("Anda") if mine else status.case.agency_name)
    return {
        "at": at,
        "by": str(by),
        "text": body,
        "mine": mine,
        "files": [
            {"name": one.name, "size": one.size, "href": f"/status/kasus/berkas/{one.id}"}
            for one in status.files_of(message_id)
        ],
    }


def _closure(status: Status) -> str | None:
    reason = status.case.closure_reason
    return label(get_law().closure_reasons[ClosureReason(reason)]) if reason else None
