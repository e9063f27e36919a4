"""The queue: open cases by due date, filters in the address, pages by key; and the archive."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.words import class_words, state_words, substate_words
from app.queries.queue import (
    Count,
    Cursor,
    Due,
    QueueFilter,
    Shelf,
    candidates,
    count_queues,
    list_queue,
    list_units,
)
from app.staff.blueprint import blueprint, signed_in
from app.staff.bulk import offered
from app.staff.desk import local_date_of
from app.templating import number_id
from workflows.vocabulary import CITIZEN_CLASSES, ComplaintClass, PublicState, Substate

FIELDS = ("rak", "keadaan", "unit", "jenis", "tenggat", "milik", "tahun", "cari")
"""Names of the filters in the address, in the order of the page."""

FIRST_YEAR = 2000


@blueprint.get("/antrean")
def queue() -> ResponseReturnValue:
    """A page of cases."""
    account, actor, now, session = signed_in(), current_actor(), clock.now(), db.session()
    if not account.works_on_cases:
        return redirect(url_for("staff.my_work"))
    year = local_date_of(now, account.zone).year
    wanted = filter_of(request.args, agency_code=account.agency_code, year=year)
    page = list_queue(session, actor, wanted, now=now, zone=account.zone, cursor=_cursor(request.args))
    if wanted.search and len(page.rows) == 1 and page.before is None and page.after is None:
        return redirect(url_for("staff.case", number=page.rows[0].number))
    count = count_queues(session, actor, {"shown": wanted}, now=now, zone=account.zone)["shown"]
    units = list_units(session, account.agency_id)
    given = kept(request.args)
    return render_template(
        "staff/queue.html",
        page=page,
        count=count_words(count),
        wanted=wanted,
        given=given,
        options=options(units, year),
        active=active(given, units),
        is_open=wanted.shelf is Shelf.OPEN,
        bulk=offered(actor) if wanted.shelf is Shelf.OPEN else [],
        prev_href=_page_href(given, "sebelum", page.before),
        next_href=_page_href(given, "setelah", page.after),
    )


def filter_of(given: MultiDict[str, str], *, agency_code: str, year: int) -> QueueFilter:
    """The filter that an address names; what it can't name is as if it weren't there."""
    search = given.get("cari", "").strip()[:80]
    wanted_year = given.get("tahun", "")
    return QueueFilter(
        shelf=_word(Shelf, given.get("rak")) or Shelf.OPEN,
        state=_word(PublicState, given.get("keadaan")) or _word(Substate, given.get("keadaan")),
        unit_id=int(given["unit"]) if given.get("unit", "").isdecimal() and len(given["unit"]) < 10 else None,
        complaint_class=_word(ComplaintClass, given.get("jenis")),
        due=_word(Due, given.get("tenggat")),
        mine=given.get("milik") == "saya",
        year=int(wanted_year) if wanted_year.isdecimal() and FIRST_YEAR <= int(wanted_year) <= year else None,
        search=search,
        numbers=candidates(search, agency_code, year) if search else (),
    )


def kept(given: MultiDict[str, str]) -> dict[str, Any]:
    """The filters that are set, as they stand in the address."""
    return {name: given[name] for name in FIELDS if given.get(name)}


def options(units: list[tuple[int, str]], year: int) -> dict[str, list[tuple[str, str]]]:
    """What each filter offers, empty choice first."""
    states = [(state.value, state_words(state)) for state in PublicState]
    substates = [(one.value, f"– {substate_words(one)}") for one in Substate]
    return {
        "rak": [
            (Shelf.OPEN.value, _("Terbuka")),
            (Shelf.CLOSED.value, _("Ditutup")),
            (Shelf.IMPORTED.value, _("Register lama")),
        ],
        "keadaan": [("", _("Semua keadaan")), *states, *substates],
        "unit": [("", _("Semua unit")), *((str(unit_id), name) for unit_id, name in units)],
        "jenis": [("", _("Semua jenis")), *((c.value, class_words(c)) for c in CITIZEN_CLASSES)],
        "tenggat": [("", _("Semua")), (Due.OVERDUE.value, _("Lewat tenggat")), (Due.SOON.value, _("Segera"))],
        "milik": [("", _("Semua petugas")), ("saya", _("Ditangani saya"))],
        "tahun": [(str(one), str(one)) for one in range(year, FIRST_YEAR - 1, -1)],
    }


def active(given: dict[str, Any], units: list[tuple[int, str]]) -> list[dict[str, Any]]:
    """Words for each filter that is set, and the address without it."""
    offered = options(units, FIRST_YEAR)
    found = []
    for name, value in given.items():
        if name in ("rak", "tahun"):
            continue
        words = value if name == "cari" else dict(offered[name]).get(value, value)
        rest = {key: one for key, one in given.items() if key != name}
        found.append({"text": words.removeprefix("– "), "href": url_for("staff.queue", **rest)})
    return found


def count_words(count: Count) -> str:
    """A count as it is told: ``1.000+`` where it was not counted to the end."""
    return number_id(count.value) + ("+" if count.is_capped else "")


def _cursor(given: MultiDict[str, str]) -> Cursor | None:
    if given.get("setelah"):
        return Cursor.from_text(given["setelah"], forward=True)
    if given.get("sebelum"):
        return Cursor.from_text(given["sebelum"], forward=False)
    return None


def _page_href(given: dict[str, Any], way: str, cursor: Cursor | None) -> str | None:
    if cursor is None:
        return None
    return url_for("staff.queue", **(given | {way: cursor.as_text()}))


def _word(words: Any, given: str | None) -> Any:
    """The member of an enumeration that a code names, or None."""
    return next((word for word in words if word.value == given), None)
