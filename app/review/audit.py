"""The log: how far it is sealed, its checkpoints, and a copy of each to check it against."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.access import current_actor
from app.extensions import db
from app.queries.audit_view import list_people, list_reach
from app.queries.checkpoints import Told, Way, get_log_state, list_checkpoints, list_last_told, list_told
from app.queries.log import find_checkpoint, signed_checkpoint
from app.review.audit_log import log_options
from app.review.blueprint import blueprint
from config import Settings
from workflows.checkpoint import Witness

WAYS: dict[Way, Any] = {
    Way.FOLDER: _l("folder"),
    Way.HTTP: _l("alamat HTTP"),
    Way.MAIL: _l("surel"),
}


@blueprint.get("/audit")
def audit() -> str:
    """Checkpoints, the newest first, which witness got which, and the tail that none covers yet."""
    session, typed = db.session(), request.args.get("sebelum", "")
    before = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    checkpoints, more = list_checkpoints(session, before=before)
    told = list_told(session, [one.size for one in checkpoints])
    reach = list_reach(session, current_actor())
    return render_template(
        "review/audit.html",
        state=get_log_state(session),
        checkpoints=checkpoints,
        more=more,
        told={size: [_told_line(one) for one in ones] for size, ones in told.items()},
        ways=_ways(),
        last_told=[_told_line(one) for one in list_last_told(session)],
        options=log_options(reach, list_people(session, [one.id for one in reach])),
    )


def _ways() -> list[str]:
    """How witnesses are told here, as the settings have it."""
    settings: Settings = current_app.config["SAHUT_SETTINGS"]
    given = {
        Way.FOLDER: settings.audit_witness_dir,
        Way.HTTP: settings.audit_witness_url,
        Way.MAIL: settings.audit_witness_email,
    }
    return [str(WAYS[way]) for way, where in given.items() if where is not None]


def _told_line(told: Told) -> dict[str, Any]:
    return {
        "way": str(WAYS[told.way]),
        "size": told.size,
        "is_there": told.is_there,
        "fate": _("sudah diterima saksi") if told.is_there else _failure(told),
        "at": told.at,
    }


def _failure(told: Told) -> str:
    """What the last attempt brought, where there was one."""
    if not told.attempts:
        return _("menunggu dikirim")
    if told.answer.isdecimal():
        return _("belum diterima saksi (jawaban HTTP %(status)s)", status=told.answer)
    return _("belum sampai, %(count)s kali dicoba (%(error)s)", count=told.attempts, error=told.answer)


@blueprint.get("/audit/titik/<int:size>.json")
def checkpoint(size: int) -> Response:
    """A checkpoint as a witness keeps it, for ``audit verify --witness``."""
    row = find_checkpoint(db.session(), size)
    if row is None:
        abort(404)
    response = Response(Witness(signed_checkpoint(row)).canonical(), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"titik-{size}.json")
    return response
