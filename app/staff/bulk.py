"""The same step on several cases, each in its own transaction, each with its own answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import NoteField, SahutForm, SelectChoiceField, SubmitButton
from app.forms.refusals import refusal_words
from app.law import get_table
from app.queries.accounts import Account
from app.queries.desk import list_colleagues
from app.queries.queue import QueueRow, list_chosen, list_units
from app.services import events
from app.services.casework import Outcome
from app.staff.action_forms import EXAMINER_ROLES
from app.staff.actions import number_or_none
from app.staff.blueprint import BULK_ROLES, blueprint, signed_in
from workflows.errors import Refused
from workflows.snapshot import Actor
from workflows.vocabulary import Event

MOST = 50
"""Cases in one go."""


class BulkForm(SahutForm):
    """What is done to all of them."""

    event = HiddenField()
    seen = HiddenField()
    unit_id = SelectChoiceField(_l("Unit yang dituju"), blank=_l("Pilih unit"))
    officer_id = SelectChoiceField(_l("Petugas"), blank=_l("Biarkan unit menunjuk"))
    reason = NoteField(_l("Petunjuk atau alasan"))
    send = SubmitButton()


TITLES = {
    Event.DISPOSE: _l("Disposisi beberapa pengaduan"),
    Event.ACCEPT: _l("Terima dan tunjuk petugas"),
    Event.REASSIGN: _l("Alihkan beberapa pengaduan"),
}
FIELDS = {
    Event.DISPOSE: ("unit_id", "officer_id", "reason"),
    Event.ACCEPT: ("officer_id",),
    Event.REASSIGN: ("unit_id", "officer_id", "reason"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    number: str
    is_done: bool
    words: str


@blueprint.get("/antrean/massal")
def bulk() -> ResponseReturnValue:
    """The chosen cases, and what to do with them."""
    account, actor = signed_in(), current_actor()
    event = _event(request.args.get("tindakan"), actor)
    chosen = tuple(dict.fromkeys(request.args.getlist("pilih")))[:MOST]
    rows = list_chosen(db.session(), actor, chosen) if chosen else ()
    form = _form(event, account)
    form.event.data = event.value
    form.seen.data = ",".join(f"{row.number}:{row.version}" for row in rows)
    return _page(form, event, rows)


@blueprint.post("/antrean/massal")
def do_bulk() -> ResponseReturnValue:
    """Fires the event on each case; a refusal of one stops no other."""
    account, actor = signed_in(), current_actor()
    event = _event(request.form.get("event"), actor)
    form = _form(event, account)
    seen = _seen(form.seen.data)
    if not seen:
        return redirect(url_for("staff.queue"))
    rows = list_chosen(db.session(), actor, tuple(seen))
    if not form.validate_on_submit():
        return _page(form, event, rows), 422
    if event is not Event.ACCEPT and not form.unit_id.data:
        form.lay_error(_l("Pilih unit yang dituju."), "unit_id")
        return _page(form, event, rows), 422
    results = [_fire(event, number, version, form, actor) for number, version in seen.items()]
    return render_template("staff/bulk_results.html", title=TITLES[event], results=results)


def _fire(event: Event, number: str, version: int, form: BulkForm, actor: Actor) -> Result:
    by: events.By = {"actor": actor, "at": clock.now(), "seen_version": version}
    try:
        _service(event, number, form, by)
    except Refused as refusal:
        return Result(number, False, refusal_words(refusal, signed_in().zone))
    return Result(number, True, "")


def _service(event: Event, number: str, form: BulkForm, by: events.By) -> Outcome:
    officer = number_or_none(form.officer_id.data)
    if event is Event.ACCEPT:
        return events.accept(number, officer_id=officer, **by)
    route = events.dispose if event is Event.DISPOSE else events.reassign
    unit_id, reason = number_or_none(form.unit_id.data), form.reason.data or ""
    return route(number, unit_id, officer_id=officer, reason=reason, **by)


def _event(code: str | None, actor: Actor) -> Event:
    """The step that was chosen, if one of the actor's roles may take it at all; else not found."""
    event = next((one for one in TITLES if one.value == code), None)
    if event is None or not actor.roles & BULK_ROLES or not actor.roles & get_table()[event].by:
        abort(404)
    return event


def offered(actor: Actor) -> list[tuple[str, Any]]:
    """Steps that this person may take on several cases."""
    return [(event.value, title) for event, title in TITLES.items() if actor.roles & get_table()[event].by]


def _form(event: Event, account: Account) -> BulkForm:
    form, session = BulkForm(), db.session()
    form.send.label.text = str(TITLES[event])
    if event is Event.ACCEPT:
        del form.unit_id
        del form.reason
    else:
        form.unit_id.offer((str(i), name) for i, name in list_units(session, account.agency_id))
    people = list_colleagues(session, account.agency_id, roles=EXAMINER_ROLES)
    if event is Event.ACCEPT:
        people = [one for one in people if one.unit_id == account.unit_id]
    form.officer_id.offer((str(one.id), f"{one.name}, {one.title}") for one in people)
    return form


def _seen(text: str | None) -> dict[str, int]:
    """Versions on the page, by number; nothing for a field that was tampered with."""
    found: dict[str, int] = {}
    for part in (text or "").split(","):
        number, _colon, version = part.partition(":")
        if version.isdecimal() and len(version) < 10:
            found[number] = int(version)
    return dict(list(found.items())[:MOST])


def _page(form: BulkForm, event: Event, rows: tuple[QueueRow, ...]) -> str:
    return render_template(
        "staff/bulk.html",
        form=form,
        title=TITLES[event],
        fields=[form[name] for name in FIELDS[event]],
        rows=rows,
        most=MOST,
    )
