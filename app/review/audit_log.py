"""The log itself: entries by case, person, kind and date, with place, proof and facts in words.

Whoever looks leaves an entry (`app.services.log_reading`); nothing here, and no setting, can prevent that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.audit_words import AGENCY_KINDS, AUDIT_KINDS, audit_words
from app.forms.text import clean_line
from app.forms.words import role_words
from app.queries import audit_view
from app.queries.audit_view import EntryFilter, LogRow, find_case, list_people, list_reach
from app.queries.inclusions import find_inclusion
from app.queries.queue import Cursor
from app.queries.review import Station
from app.review.blueprint import blueprint
from app.review.case_words import actor_words
from app.review.entry_words import fact_lines, short_facts
from app.services.log_reading import export_log, record_log_read, seal_on_demand
from app.services.sealing import LogDamaged
from workflows.audit import Fact
from workflows.snapshot import Actor
from workflows.vocabulary import Event, Role

NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}")
NO_CASE = 0
"""Id that no case has: of a number that names none in the mandate, no entry is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for.

    :ivar arguments: what says it in an address: codes and ids, never a name
    :ivar facts: the same for the log
    :ivar agency_id: the one agency that it is about, by its code or its case; None for several
    """

    wanted: EntryFilter
    arguments: dict[str, Any]
    facts: dict[str, Fact]
    agency_id: int | None

    @property
    def is_of_no_case(self) -> bool:
        """A number was asked for that names no case of the mandate."""
        return self.wanted.complaint_id == NO_CASE

    def without(self, name: str) -> dict[str, Any]:
        """The arguments of the list that this one no longer narrows."""
        return {key: value for key, value in self.arguments.items() if key != name}


@blueprint.get("/audit/catatan")
def audit_entries() -> str:
    """Entries, the newest first."""
    session, actor = db.session(), current_actor()
    reach = list_reach(session, actor)
    people = list_people(session, [one.id for one in _chosen(reach, request.args)])
    asked = _ask(request.args, reach, [person.id for person, _code in people], actor)
    cursor = _cursor(request.args)
    if not asked.is_of_no_case:
        _record(reach, asked, {"older": True} if cursor else {}, actor)
    page = audit_view.list_entries(db.session(), reach, asked.wanted, cursor=cursor)
    options = log_options(reach, people)
    around = {
        name: url_for("review.audit_entries", **asked.arguments | {argument: key.as_text()})
        for name, argument, key in (("prev", "sebelum", page.before), ("next", "sesudah", page.after))
        if key is not None
    }
    return render_template(
        "review/audit_entries.html",
        rows=[_line(row) for row in page.rows],
        around=around,
        asked=asked,
        active=_active(asked, options),
        options=options,
    )


@blueprint.post("/audit/catatan/ekspor")
def audit_export() -> ResponseReturnValue:
    """The entries asked for as CSV; that they were taken along stands in the log of each agency."""
    session, actor, at = db.session(), current_actor(), clock.now()
    reach = list_reach(session, actor)
    people = list_people(session, [one.id for one in _chosen(reach, request.form)])
    asked = _ask(request.form, reach, [person.id for person, _code in people], actor)
    if asked.is_of_no_case:
        abort(404)
    made = export_log(reach, asked.wanted, asked.facts, words=audit_words, actor=actor, at=at)
    response = Response(made.content, mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


@blueprint.get("/audit/catatan/<int:entry_id>")
def audit_entry(entry_id: int) -> str:
    """One entry as it is stored, and the checkpoint that covers it."""
    row = _read_entry(entry_id, {})
    return render_template(
        "review/audit_entry.html",
        line=_line(row),
        facts=fact_lines(row),
        body=json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
        inclusion=find_inclusion(db.session(), row.id),
    )


@blueprint.get("/audit/catatan/<int:entry_id>/bukti.json")
def audit_proof(entry_id: int) -> Response:
    """The proof that the entry stands in the log (RFC 9162), under the first checkpoint that covers it."""
    row = _read_entry(entry_id, {"proof": True})
    inclusion = find_inclusion(db.session(), row.id)
    if inclusion is None:
        abort(404)
    content = json.dumps(inclusion.to_json(), indent=2, sort_keys=True)
    response = Response(content, mimetype="application/json")
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"bukti-catatan-{inclusion.position}.json"
    )
    return response


@blueprint.post("/audit/segel")
def audit_seal() -> ResponseReturnValue:
    """Seal what waits, now; the witnesses get it at the next turn of the scheduler."""
    actor = current_actor()
    assert actor.agency_id is not None
    try:
        signed = seal_on_demand(actor.agency_id, actor=actor, at=clock.now())
    except LogDamaged:
        flash(_("Ujung catatan sudah diubah dan tidak disegel. Jalankan pemeriksaan catatan sekarang."))
    else:
        flash(
            _("Tersegel sampai %(size)s catatan.", size=signed.checkpoint.size)
            if signed is not None
            else _("Penyegelan menunggu pekerjaan lain selesai. Coba lagi sebentar lagi.")
        )
    return redirect(url_for("review.audit"))


def log_options(
    reach: Sequence[Station], people: Sequence[tuple[Any, str]]
) -> dict[str, list[tuple[str, str]]]:
    """What the filter of the log offers: agencies, people as far as they fit, kinds of entries."""
    kinds = sorted(
        ((kind, audit_words(kind)) for kind in (*Event, *AUDIT_KINDS, *AGENCY_KINDS)), key=lambda one: one[1]
    )
    who = [
        (audit_view.UNNAMED[0], role_words(Role.COMPLAINANT)),
        (audit_view.UNNAMED[1], role_words(Role.SYSTEM)),
    ]
    everybody = _("Semua orang")
    if len(people) > audit_view.MOST_PEOPLE:
        everybody = _("Semua orang (pilih satuan dahulu untuk memilih seseorang)")
    else:
        who += [(str(person.id), f"{person.words} ({code})") for person, code in people]
    return {
        "satuan": [("", _("Semua satuan")), *((one.code, one.name) for one in reach)],
        "orang": [("", everybody), *who],
        "jenis": [("", _("Semua perbuatan")), *((str(kind), words) for kind, words in kinds)],
    }


def _chosen(reach: Sequence[Station], given: Mapping[str, str]) -> list[Station]:
    code = given.get("satuan", "")
    return [one for one in reach if one.code == code] or list(reach)


def _ask(given: Mapping[str, str], reach: Sequence[Station], people: Sequence[int], actor: Actor) -> Asked:
    """The filter of an address; what it doesn't know it leaves out."""
    agency = next((one for one in reach if one.code == given.get("satuan")), None)
    number = (clean_line(given.get("nomor", "")) or "").upper()
    case = find_case(db.session(), number, actor) if NUMBER.fullmatch(number) else None
    case_id = case[0] if case else NO_CASE if number else None
    typed = given.get("orang", "")
    who = typed if typed in audit_view.UNNAMED else None
    if typed.isdecimal() and len(typed) < 10 and int(typed) in people:
        who = f"user:{int(typed)}"
    kind = given.get("jenis", "")
    known = kind in AUDIT_KINDS or kind in AGENCY_KINDS or kind in set(Event)
    first, last = _day(given.get("dari", "")), _day(given.get("sampai", ""))
    wanted = EntryFilter(
        agency_id=agency.id if agency else None,
        complaint_id=case_id,
        actor=who,
        kind=kind if known else None,
        first=first,
        last=last,
    )
    arguments = {
        "satuan": agency.code if agency else "",
        "nomor": number[:30],
        "orang": typed if who else "",
        "jenis": kind if known else "",
        "dari": first.isoformat() if first else "",
        "sampai": last.isoformat() if last else "",
    }
    facts: dict[str, Fact] = {
        "agency": arguments["satuan"],
        "case": number if case_id else "",
        "person": who,
        "about": arguments["jenis"],
        "first": arguments["dari"],
        "last": arguments["sampai"],
    }
    return Asked(
        wanted,
        {name: value for name, value in arguments.items() if value},
        {name: fact for name, fact in facts.items() if fact},
        case[1] if case else wanted.agency_id,
    )


def _record(reach: Sequence[Station], asked: Asked, more: Mapping[str, Fact], actor: Actor) -> None:
    """In the chain of the agency that is looked at; of the own office where there are several."""
    agency_id = asked.agency_id
    watched = [one.id for one in reach if one.id != actor.agency_id]
    if agency_id is None:
        agency_id = watched[0] if len(watched) == 1 else actor.agency_id
    assert agency_id is not None
    record_log_read(agency_id, {**asked.facts, **more}, actor=actor, at=clock.now())


def _read_entry(entry_id: int, more: Mapping[str, Fact]) -> LogRow:
    """The entry, once it is written down that it was opened."""
    session, actor = db.session(), current_actor()
    reach = list_reach(session, actor)
    row = audit_view.find_entry(session, reach, entry_id)
    if row is None:
        abort(404)
    agency_id = next(one.id for one in reach if one.code == row.agency_code)
    record_log_read(agency_id, {"entry": entry_id, **more}, actor=actor, at=clock.now())
    return row


def _line(row: LogRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "at": row.at,
        "zone": row.zone,
        "what": audit_words(row.kind),
        "who": actor_words(row.by, row.role),
        "chain": row.case_number or row.agency_code,
        "case": row.case_number,
        "seq": row.seq,
        "facts": short_facts(row),
        "digest": row.digest,
        "position": row.position,
    }


def _active(asked: Asked, options: Mapping[str, list[tuple[str, str]]]) -> list[dict[str, str]]:
    words = {
        "nomor": _("nomor “%(search)s”", search=asked.arguments.get("nomor", "")),
        "dari": _("dari %(day)s", day=asked.arguments.get("dari", "")),
        "sampai": _("sampai %(day)s", day=asked.arguments.get("sampai", "")),
    }
    for name in ("satuan", "orang", "jenis"):
        words[name] = dict(options[name]).get(asked.arguments.get(name, ""), "")
    return [
        {"text": words[name], "href": url_for("review.audit_entries", **asked.without(name))}
        for name in asked.arguments
    ]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if len(typed) == len("2026-01-01") else None
    except ValueError:
        return None


def _cursor(given: Mapping[str, str]) -> Cursor | None:
    if "sebelum" in given:
        return Cursor.from_text(given["sebelum"], forward=False)
    return Cursor.from_text(given["sesudah"], forward=True) if "sesudah" in given else None
