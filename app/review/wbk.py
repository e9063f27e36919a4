"""WBK assessments of the mandate: their scores, what is missing, and the evidence workbook."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import DateField, NotInFuture, SahutForm, SubmitButton
from app.models import Agency
from app.queries.assessments import (
    find_assessment,
    get_standing,
    get_worksheet,
    list_assessments,
    list_stations,
)
from app.review.blueprint import blueprint, signed_in
from app.services.assessments import FIRST_YEAR, LAST_YEAR
from app.services.exports import Export, export_workbook
from reports.wbk.errors import WbkError


class ExportForm(SahutForm):
    """Until when the figures shall count; empty means now."""

    cut_off = DateField(
        _l("Tanggal potong"),
        [NotInFuture()],
        subject=_l("tanggal potong"),
        description=_l("Kosongkan untuk keadaan sekarang. Hari yang dipilih ikut dihitung sampai selesai."),
    )
    send = SubmitButton(_l("Unduh buku kerja bukti (XLSX)"))


@blueprint.get("/wbk")
def wbk() -> str:
    """Assessments of the stations, the newest year first, with their totals."""
    session, actor, at = db.session(), current_actor(), clock.now()
    stations = list_stations(session, actor.mandate)
    on = {station.id: _local(at, station.timezone).date() for station in stations}
    listed = [
        (one, get_standing(session, one.id, at, on.get(one.agency_id, at.date())).score)
        for one in list_assessments(session, actor.mandate)
    ]
    begun = {one.agency_id for one, _score in listed}
    return render_template(
        "review/wbk.html",
        listed=listed,
        without=[station for station in stations if station.id not in begun],
        worksheet=get_worksheet(),
        year=_local(at, stations[0].timezone).year if stations else at.year,
    )


@blueprint.route("/wbk/<code>/<int:year>", methods=["GET", "POST"])
def wbk_assessment(code: str, year: int) -> ResponseReturnValue:
    """One assessment: points by component, gaps by points at stake; sending the form exports the workbook."""
    session, actor, at = db.session(), current_actor(), clock.now()
    agency = next((one for one in list_stations(session, actor.mandate) if one.code == code), None)
    if agency is None or not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    today = _local(at, agency.timezone).date()
    form = ExportForm(today=today)
    if form.validate_on_submit():
        as_of = at
        if form.cut_off.data is not None and form.cut_off.data < today:
            after = datetime.combine(form.cut_off.data + timedelta(days=1), time(), ZoneInfo(agency.timezone))
            as_of = (after - timedelta(seconds=1)).astimezone(UTC)
        try:
            return as_download(_export(agency, year, as_of, at))
        except WbkError:
            flash(_("Jawaban lembar kerja ini tidak sesuai dengan versi yang berlaku; ekspor dibatalkan."))
            return redirect(url_for("review.wbk_assessment", code=code, year=year))
    assessment = find_assessment(session, agency.id, year)
    return render_template(
        "review/wbk_assessment.html",
        agency=agency,
        year=year,
        assessment=assessment,
        standing=get_standing(session, assessment.id if assessment else None, at, today),
        worksheet=get_worksheet(),
        form=form,
    ), (422 if form.errors else 200)


def _export(agency: Agency, year: int, as_of: datetime, at: datetime) -> Export:
    account = signed_in()
    return export_workbook(
        agency.code,
        year,
        as_of=as_of,
        actor=current_actor(),
        at=at,
        generated_by=f"{account.title}, {account.agency_name}",
    )


def as_download(export: Export) -> Response:
    """The file as an attachment."""
    response = Response(export.content, mimetype=export.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=export.name)
    return response


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
