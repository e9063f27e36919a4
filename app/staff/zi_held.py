"""Documents that Sahut holds for an indicator: attached with one click, and the complaints behind a list."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app.models import Agency
from app.queries.queue import list_chosen
from app.queries.wbk_recaps import RECAPS, count_recap, list_recap
from app.services.assessment_access import AssessmentRefused
from app.services.wbk_documents import attach_held
from app.staff.blueprint import blueprint
from app.staff.zi_forms import refusal_text
from app.staff.zi_proposals import chosen_page, open_indicator, page_numbers
from reports.rows import CountGroup
from reports.wbk.proposals.held import SOURCES, Source
from workflows.snapshot import Actor

GONE = _l("Dokumen ini tidak ada lagi di Sahut. Periksa daftarnya.")


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/usulan/lampirkan")
def zi_held_attach(year: int, indicator_id: str) -> ResponseReturnValue:
    """Seal an extract of the document and tie it to the indicator."""
    desk, _indicator = open_indicator(year, indicator_id)
    try:
        attach_held(
            desk.assessment_id, indicator_id, request.form.get("key", ""), actor=desk.actor, at=desk.at
        )
    except AssessmentRefused as refused:
        flash(str(GONE) if refused.code == "held_unknown" else refusal_text(refused))
    else:
        flash(_("Bukti ditambahkan pada %(id)s.", id=indicator_id), "success")
    return redirect(url_for("staff.zi_proposal", year=year, indicator_id=indicator_id))


@blueprint.get("/zi/<int:year>/indikator/<indicator_id>/usulan/rekap/<source>")
def zi_held_list(year: int, indicator_id: str, source: str) -> str:
    """The complaints that a list counts, of the own view."""
    desk, indicator = open_indicator(year, indicator_id)
    chosen = next((one for one in SOURCES.get(indicator_id, ()) if one.value == source), None)
    if chosen is None or chosen not in RECAPS:
        abort(404)
    group = _group(desk.session, desk.agency, year, chosen, desk.actor)
    page, pages = chosen_page(group)
    numbers = page_numbers(group, page)
    rows = list_chosen(desk.session, desk.actor, numbers)
    here: dict[str, Any] = {"year": year, "indicator_id": indicator_id, "source": source}
    return render_template(
        "staff/zi/usulan_daftar.html",
        desk=desk,
        indicator=indicator,
        as_of=desk.at,
        group=group,
        rows=sorted(rows, key=lambda row: numbers.index(row.number)),
        numbers=numbers,
        prev_href=url_for("staff.zi_held_list", **here, hal=page - 1) if page > 1 else None,
        next_href=url_for("staff.zi_held_list", **here, hal=page + 1) if page < pages else None,
    )


def _group(session: Session, agency: Agency, year: int, source: Source, actor: Actor) -> CountGroup:
    numbers = list_recap(session, agency, year, source, actor=actor)
    count = count_recap(session, agency, year, source, actor=actor)
    return CountGroup(source.value, RECAPS[source].title, numbers, of_cases=True, hidden=count - len(numbers))
