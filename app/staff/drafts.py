"""Drafts written from the case, in the complainant's language, so that the desk need not begin from nothing.

A draft is a proposal. An officer reads it, changes it and sends it; it names nobody.
"""

from __future__ import annotations

from babel.dates import format_date
from flask_babel import gettext as _

from app.forms.words import category_words, event_words
from app.i18n import speaking
from app.law import get_law
from app.queries.case_file import list_allegations
from app.queries.case_log import EventRow
from app.queries.desk import find_last_note
from app.staff.desk import Desk, local_date_of
from app.templating import label
from workflows.vocabulary import Event, NoticeKind

TOLD = frozenset(
    {
        Event.ACKNOWLEDGE,
        Event.VERIFY,
        Event.REQUEST_COMPLETION,
        Event.COMPLETE_RECEIVED,
        Event.DECLARE_COMPLETE,
        Event.CLASSIFY,
        Event.DISPOSE,
        Event.ACCEPT,
        Event.REASSIGN,
        Event.START_EXAMINATION,
        Event.ASK_INFO,
        Event.INFO_RECEIVED,
        Event.HOLD_HEARING,
        Event.SEPARATE_HEARING,
        Event.FIELD_CHECK,
        Event.SUBMIT_REVIEW,
        Event.DECIDE,
    }
)
"""Steps that a progress letter may name; what is drafted or proposed inside stays inside."""


def completion_request(desk: Desk) -> str:
    """What is missing, one line each, by the words of UU 25/2009 Pasal 42 ayat (3)."""
    fields = {field.field: field for field in get_law().required_fields["complaint"]}
    with speaking(desk.complaint.language):
        if not desk.case.missing_fields:
            return ""
        lines = [f"- {label(fields[name])}" for name in desk.case.missing_fields]
        return "\n".join([_("Mohon lengkapi pengaduan Anda dengan:"), *lines])


def letter(desk: Desk, kind: NoticeKind, events: tuple[EventRow, ...]) -> str:
    """The text of a letter that is recorded by hand, from the history of the case."""
    with speaking(desk.complaint.language):
        if kind is NoticeKind.SP3D or kind is NoticeKind.SP2HP2:
            return _progress(desk, events)
        if kind is NoticeKind.FIRST_REPLY:
            return _(
                "Pengaduan Anda sudah kami baca dan sedang ditangani. Perkembangannya dapat Anda ikuti di "
                "halaman status dengan nomor pengaduan dan kode lacak."
            )
        return ""


def decision(desk: Desk) -> str:
    """The last draft, or the parts that a decision must have."""
    note = find_last_note(desk.session, desk.complaint.id)
    if note:
        return note
    with speaking(desk.complaint.language):
        found = [f"- {category}: …" for category in _allegations(desk)]
        return "\n".join([_("Hasil pemeriksaan:"), *found, "", _("Pertimbangan:"), "…"])


def _progress(desk: Desk, events: tuple[EventRow, ...]) -> str:
    language = desk.complaint.language

    def on(row: EventRow) -> str:
        return format_date(local_date_of(row.at, desk.zone), "d MMMM y", locale=language)

    told = [f"- {on(row)}: {event_words(row.event)}" for row in events if row.event in TOLD]
    return "\n".join(
        [
            _("Yang sudah dilakukan atas pengaduan Anda:"),
            *told,
            "",
            _("Langkah berikutnya:"),
            "…",
        ]
    )


def _allegations(desk: Desk) -> list[str]:
    return [category_words(row.category) for row in list_allegations(desk.session, desk.complaint.id)]
