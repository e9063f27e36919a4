"""What the Ombudsman's reviewers opened at this station: whoever supervises is seen doing it."""

from __future__ import annotations

from flask import abort, render_template, request, url_for

from app.access import current_actor
from app.extensions import db
from app.forms.audit_words import audit_words
from app.queries.ombudsman_track import answers_for_station
from app.queries.queue import Cursor
from app.queries.reviewer_reads import list_reviewer_reads
from app.staff.blueprint import blueprint


@blueprint.get("/ombudsman/pembukaan")
def ombudsman_reads() -> str:
    """Openings, the newest first, for those who answer for the whole station."""
    actor = current_actor()
    if not answers_for_station(actor):
        abort(404)
    typed = request.args.get("sesudah")
    cursor = Cursor.from_text(typed, forward=True) if typed else None
    page = list_reviewer_reads(db.session(), actor, cursor=cursor)
    return render_template(
        "staff/ombudsman_reads.html",
        rows=[
            {"at": row.at, "what": audit_words(row.kind), "who": row.by.words, "number": row.number}
            for row in page.rows
        ],
        older=url_for("staff.ombudsman_reads", sesudah=page.after.as_text()) if page.after else None,
    )
