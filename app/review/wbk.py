"""WBK assessments of the mandate: scores, answers with their evidence, what is missing, workbook and pack."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response, abort, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import DateField, NotInFuture, SahutForm, SubmitButton
from app.forms.downloads import send_evidence, send_export, send_or_tell, send_pack
from app.forms.evidence_words import FINDINGS, OUTCOMES, STATUSES
from app.forms.worksheet_words import answer_words, part_indicators, part_keys, part_name
from app.models import Agency
from app.queries.assessment_work import get_tpi_answers
from app.queries.assessments import (
    AssessmentFacts,
    Standing,
    find_assessment,
    get_standing,
    get_worksheet,
    list_assessments,
    list_stations,
)
from app.review.blueprint import blueprint, signed_in
from app.services.assessments import FIRST_YEAR, LAST_YEAR
from app.services.evidence_files import read_evidence_file
from app.services.evidence_packs import Pack, make_pack
from app.services.exports import Export, export_workbook
from reports.wbk.errors import WorksheetVersionUnknown
from reports.wbk.score import Score
from reports.wbk.worksheet import Worksheet
from workflows.snapshot import Actor


class ExportForm(SahutForm):
    """Until when the figures shall count, empty for now; and which of the two files."""

    cut_off = DateField(
        _l("Tanggal potong"),
        [NotInFuture()],
        subject=_l("tanggal potong"),
        description=_l("Kosongkan untuk keadaan sekarang. Hari yang dipilih ikut dihitung sampai selesai."),
    )
    send = SubmitButton(_l("Unduh buku kerja bukti (XLSX)"))
    pack = SubmitButton(_l("Unduh paket bukti (ZIP)"))


@dataclass(frozen=True, slots=True)
class WbkDesk:
    """One request about the assessment of a station of the mandate."""

    agency: Agency
    year: int
    actor: Actor
    at: datetime
    today: date
    session: Session
    assessment: AssessmentFacts | None

    @property
    def worksheet(self) -> Worksheet:
        """The worksheet that the assessment is on, the newest where none was begun.

        :raises WorksheetVersionUnknown: this installation does not have it
        """
        return get_worksheet(self.assessment.worksheet_version if self.assessment is not None else None)

    def standing(self) -> Standing:
        """Answers, evidence, score and gaps now."""
        known = self.assessment.id if self.assessment is not None else None
        return get_standing(self.session, known, self.at, self.today)


def open_wbk(code: str, year: int) -> WbkDesk:
    """The desk for a station and year; a station outside the mandate is not found."""
    session, actor, at = db.session(), current_actor(), clock.now()
    agency = next((one for one in list_stations(session, actor.mandate) if one.code == code), None)
    if agency is None or not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    today = _local(at, agency.timezone).date()
    desk = WbkDesk(agency, year, actor, at, today, session, find_assessment(session, agency.id, year))
    try:
        desk.worksheet  # noqa: B018 (names the version before anything is read with it)
    except WorksheetVersionUnknown as unknown:
        page = render_template("review/wbk_version.html", agency=agency, year=year, unknown=unknown)
        abort(make_response(page, 409))
    return desk


@blueprint.get("/wbk")
def wbk() -> str:
    """Assessments of the stations, the newest year first, with their totals."""
    session, actor, at = db.session(), current_actor(), clock.now()
    stations = list_stations(session, actor.mandate)
    on = {station.id: _local(at, station.timezone).date() for station in stations}
    listed = [
        (one, _score(session, one, at, on.get(one.agency_id, at.date())))
        for one in list_assessments(session, actor.mandate)
    ]
    begun = {one.agency_id for one, _found in listed}
    return render_template(
        "review/wbk.html",
        listed=listed,
        without=[station for station in stations if station.id not in begun],
        worksheet=get_worksheet(),
        year=_local(at, stations[0].timezone).year if stations else at.year,
    )


@blueprint.route("/wbk/<code>/<int:year>", methods=["GET", "POST"])
def wbk_assessment(code: str, year: int) -> ResponseReturnValue:
    """One assessment: points by component, gaps by points at stake; its form exports workbook or pack."""
    desk = open_wbk(code, year)
    form = ExportForm(today=desk.today)
    if form.validate_on_submit():
        as_of = _end_of(form.cut_off.data, desk)
        back = url_for("review.wbk_assessment", code=code, year=year)
        if form.pack.data:
            return send_or_tell(lambda: send_pack(lambda path: _pack(desk, as_of, path)), back)
        return send_or_tell(lambda: send_export(_export(desk, as_of)), back)
    return render_template(
        "review/wbk_assessment.html",
        desk=desk,
        agency=desk.agency,
        year=year,
        assessment=desk.assessment,
        standing=desk.standing(),
        worksheet=desk.worksheet,
        form=form,
    ), (422 if form.errors else 200)


@blueprint.get("/wbk/<code>/<int:year>/<part>")
def wbk_part(code: str, year: int, part: str) -> str:
    """The indicators of a component: the unit's answer, the TPI's beside it, and the evidence of each."""
    desk = open_wbk(code, year)
    worksheet = desk.worksheet
    if desk.assessment is None or part not in part_keys(worksheet):
        abort(404)
    standing = desk.standing()
    return render_template(
        "review/wbk_part.html",
        desk=desk,
        part=part,
        name=part_name(worksheet, part),
        indicators=part_indicators(worksheet, part),
        points=worksheet.points_of,
        standing=standing,
        tpi=get_tpi_answers(desk.session, desk.assessment.id, desk.at),
        evidence=standing.evidence,
        findings=FINDINGS,
        outcomes=OUTCOMES,
        statuses=STATUSES,
        answer_words=answer_words,
    )


@blueprint.get("/wbk/berkas/<int:file_id>")
def wbk_file(file_id: int) -> Response:
    """A document of a station of the mandate; the reading is logged, and the station sees it."""
    return send_evidence(read_evidence_file(file_id, actor=current_actor(), at=clock.now()))


def _score(session: Session, one: AssessmentFacts, at: datetime, on: date) -> Score | None:
    """The score of an assessment; None where its worksheet version is unknown here."""
    try:
        return get_standing(session, one.id, at, on).score
    except WorksheetVersionUnknown:
        return None


def _end_of(cut_off: date | None, desk: WbkDesk) -> datetime:
    """The last instant of a local day, now for today or none."""
    if cut_off is None or cut_off >= desk.today:
        return desk.at
    after = datetime.combine(cut_off + timedelta(days=1), time(), ZoneInfo(desk.agency.timezone))
    return (after - timedelta(seconds=1)).astimezone(UTC)


def _export(desk: WbkDesk, as_of: datetime) -> Export:
    return export_workbook(
        desk.agency.code,
        desk.year,
        as_of=as_of,
        actor=desk.actor,
        at=desk.at,
        generated_by=_made_by(),
    )


def _pack(desk: WbkDesk, as_of: datetime, path: Path) -> Pack:
    return make_pack(
        desk.agency.code,
        desk.year,
        out=path,
        as_of=as_of,
        actor=desk.actor,
        at=desk.at,
        generated_by=_made_by(),
    )


def _made_by() -> str:
    account = signed_in()
    return f"{account.title}, {account.agency_name}"


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
