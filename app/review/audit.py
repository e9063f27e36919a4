"""The log: how far it is sealed, its checkpoints, and a copy of each to check it against."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from app.extensions import db
from app.queries.checkpoints import get_log_state, list_checkpoints
from app.queries.log import find_checkpoint, signed_checkpoint
from app.review.blueprint import blueprint
from workflows.checkpoint import Witness


@blueprint.get("/audit")
def audit() -> str:
    """Checkpoints, the newest first, and the tail that none covers yet."""
    session, typed = db.session(), request.args.get("sebelum", "")
    before = int(typed) if typed.isdecimal() and len(typed) < 10 else None
    checkpoints, more = list_checkpoints(session, before=before)
    return render_template(
        "review/audit.html", state=get_log_state(session), checkpoints=checkpoints, more=more
    )


@blueprint.get("/audit/titik/<int:size>.json")
def checkpoint(size: int) -> Response:
    """A checkpoint as a witness keeps it, for ``audit verify --witness``."""
    row = find_checkpoint(db.session(), size)
    if row is None:
        abort(404)
    response = Response(Witness(signed_checkpoint(row)).canonical(), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename=f"titik-{size}.json")
    return response
