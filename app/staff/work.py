"""My work: what waits for this person, as counts that lead to the cases behind them."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.words import state_words, substate_words
from app.queries.accounts import Account
from app.queries.queue import QueueFilter, count_queues, list_queue
from app.staff.blueprint import blueprint, signed_in
from app.staff.queue import count_words, filter_of
from workflows.vocabulary import PublicState, Role, Substate

WAITING_FOR: dict[Role, tuple[Substate, ...]] = {
    Role.INTAKE: (
        Substate.ACKNOWLEDGED,
        Substate.VERIFYING,
        Substate.AWAITING_COMPLETION,
        Substate.DECIDED,
    ),
    Role.COORDINATOR: (
        Substate.COMPLETE,
        Substate.CLASSIFIED,
        Substate.TRANSFER_PENDING,
        Substate.REVIEW,
        Substate.DECIDED,
        Substate.DECISION_DELIVERED,
        Substate.FOLLOW_UP_RUNNING,
    ),
    Role.APPROVER: (Substate.REVIEW, Substate.DECISION_DRAFTED),
    Role.UNIT_HEAD: (
        Substate.DISPOSITIONED,
        Substate.REASSIGNED,
        Substate.ACCEPTED_BY_UNIT,
        Substate.CLARIFICATION,
    ),
    Role.INVESTIGATOR_LEAD: (
        Substate.DISPOSITIONED,
        Substate.REASSIGNED,
        Substate.ACCEPTED_BY_UNIT,
        Substate.CLARIFICATION,
    ),
    Role.INVESTIGATOR: (
        Substate.ACCEPTED_BY_UNIT,
        Substate.CLARIFICATION,
        Substate.AWAITING_COMPLAINANT_INFO,
        Substate.HEARING,
        Substate.FIELD_CHECK,
    ),
}
"""Where cases stand that somebody in this role is to move on."""

NEXT_SHOWN = 8


@blueprint.get("/")
def my_work() -> ResponseReturnValue:
    """The start page of the desk; an administrator of accounts sees no case data."""
    account = signed_in()
    if not account.works_on_cases:
        return render_template("staff/my_work.html", groups=(), rows=())
    actor, now, session = current_actor(), clock.now(), db.session()
    links = {
        f"{group}{n}": query
        for group, queries in wanted_of(account).items()
        for n, query in enumerate(queries)
    }
    filters = {name: _filter(account, query) for name, query in links.items()}
    counts = count_queues(session, actor, filters, now=now, zone=account.zone)
    tiles: dict[str, list[dict[str, Any]]] = {}
    for name, query in links.items():
        tiles.setdefault(name.rstrip("0123456789"), []).append(
            {
                "label": tile_words(query),
                "value": count_words(counts[name]),
                "href": url_for("staff.queue", **query),
                "tone": tone(query, counts[name].value),
            }
        )
    page = list_queue(session, actor, QueueFilter(), now=now, zone=account.zone, limit=NEXT_SHOWN)
    titles = {"due": _("Tenggat"), "steps": _("Menunggu langkah Anda"), "states": _("Semua yang terbuka")}
    return render_template(
        "staff/my_work.html",
        groups=[(titles[group], tiles[group]) for group in titles if group in tiles],
        rows=page.rows,
    )


def wanted_of(account: Account) -> dict[str, list[dict[str, Any]]]:
    """The filters whose counts this account sees, as parts of an address."""
    steps = dict.fromkeys(
        substate for role in WAITING_FOR if role in account.roles for substate in WAITING_FOR[role]
    )
    return {
        "due": [{"tenggat": "overdue"}, {"tenggat": "soon"}, {"milik": "saya"}],
        "steps": [{"keadaan": substate.value} for substate in steps],
        "states": [{"keadaan": state.value} for state in PublicState],
    }


def tile_words(query: dict[str, str]) -> str:
    """What a count is about."""
    if query.get("tenggat") == "overdue":
        return _("Lewat tenggat")
    if query.get("tenggat") == "soon":
        return _("Jatuh tempo dalam 3 hari")
    if query.get("milik"):
        return _("Ditangani saya")
    code = query["keadaan"]
    if code in {state.value for state in PublicState}:
        return state_words(code)
    return substate_words(code)


def tone(query: dict[str, str], value: int) -> str:
    """How a tile stands out: late and near duties only, and only where there are any."""
    if value and query.get("tenggat") == "overdue":
        return "late"
    return "near" if value and query.get("tenggat") == "soon" else "plain"


def _filter(account: Account, query: dict[str, str]) -> QueueFilter:
    return filter_of(MultiDict(query), agency_code=account.agency_code, year=1)
