"""The integrity zone: the agency's worksheet of a year; the system proposes, people answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import Choice
from app.models import Agency
from app.queries.accounts import Account
from app.queries.assessments import (
    AssessmentFacts,
    Standing,
    find_agency,
    find_assessment,
    get_standing,
    get_worksheet,
)
from app.queries.evidence import view_agency_evidence
from app.queries.wbk import get_provenance, proposal_words
from app.services.assessments import (
    FIRST_YEAR,
    AssessmentRefused,
    accept_proposal,
    answer_indicator,
    may_assess,
    proposal_token,
    start_assessment,
)
from app.services.evidence_items import Document, attach_evidence, link_evidence, unlink_evidence
from app.services.exports import export_workbook
from app.staff.blueprint import blueprint, signed_in
from app.staff.zi_forms import REFUSALS, AnswerForm, DocumentForm, LinkForm, PlainForm, answer_form
from reports.rows import Provenance
from reports.wbk.errors import AnswersError, WbkError
from reports.wbk.worksheet import Automation, Indicator, Worksheet
from workflows.snapshot import Actor

RESULTS = "B"
"""Address of the part that holds the results: surveys and performance."""
NUMBERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ZiDesk:
    """One request about the worksheet of a year."""

    account: Account
    actor: Actor
    agency: Agency
    at: datetime
    today: date
    session: Session
    year: int
    assessment: AssessmentFacts | None

    @property
    def worksheet(self) -> Worksheet:
        """The official worksheet."""
        return get_worksheet()

    @property
    def assessment_id(self) -> int:
        """Id of the assessment; a page of its parts doesn't exist before it was begun."""
        if self.assessment is None:
            abort(404)
        return self.assessment.id

    def standing(self) -> Standing:
        """Answers, evidence, score and gaps now."""
        known = self.assessment.id if self.assessment else None
        return get_standing(self.session, known, self.at, self.today)

    def provenance(self) -> dict[str, Provenance]:
        """What our own data proposes now."""
        return get_provenance(self.session, self.agency, self.year, as_of=self.at, actor=self.actor)

    def indicator(self, indicator_id: str) -> Indicator:
        """An indicator of the worksheet, else not found."""
        found = self.worksheet.by_id.get(indicator_id)
        if found is None:
            abort(404)
        return found


def open_zi(year: int | None = None) -> ZiDesk:
    """The desk of the signed-in assessor; others find nothing.

    :param year: the present local year if not given
    """
    account, actor, at, session = signed_in(), current_actor(), clock.now(), db.session()
    agency = find_agency(session, account.agency_code)
    if agency is None or agency.kind != "polres" or not may_assess(actor):
        abort(404)
    today = at.astimezone(ZoneInfo(account.zone)).date()
    wanted = year if year is not None else today.year
    if not FIRST_YEAR <= wanted <= today.year + 1:
        abort(404)
    assessment = find_assessment(session, agency.id, wanted)
    return ZiDesk(account, actor, agency, at, today, session, wanted, assessment)


@blueprint.get("/zi")
def zi() -> str:
    """The worksheet of a year: score, progress by component, what costs the most points."""
    typed = request.args.get("tahun", "")
    desk = open_zi(int(typed) if typed.isdecimal() and len(typed) == 4 else None)
    standing = desk.standing()
    return render_template(
        "staff/zi/index.html",
        desk=desk,
        standing=standing,
        parts=[_progress(desk, standing, key) for key in part_keys(desk.worksheet)],
        years=[(str(y), str(y)) for y in range(desk.today.year + 1, FIRST_YEAR - 1, -1)],
        form=PlainForm(),
        home_of=desk.worksheet.home_of,
    )


@blueprint.post("/zi/<int:year>/mulai")
def zi_start(year: int) -> ResponseReturnValue:
    """Begin the worksheet of a year."""
    desk = open_zi(year)
    start_assessment(desk.agency.code, year, actor=desk.actor, at=desk.at)
    return redirect(url_for("staff.zi", tahun=year))


@blueprint.get("/zi/<int:year>/<part>")
def zi_part(year: int, part: str) -> str:
    """The indicators of one component with answer, proposal and evidence."""
    desk = open_zi(year)
    if desk.assessment is None or part not in part_keys(desk.worksheet):
        abort(404)
    indicators = part_indicators(desk.worksheet, part)
    automatic = any(_is_automatic(one) for one in indicators)
    return render_template(
        "staff/zi/part.html",
        desk=desk,
        part=part,
        name=part_name(desk.worksheet, part),
        indicators=indicators,
        standing=desk.standing(),
        proposals=desk.provenance() if automatic else {},
        proposal_words=proposal_words,
        proposal_token=proposal_token,
        answer_words=answer_words,
        form=PlainForm(),
    )


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>", methods=["GET", "POST"])
def zi_indicator(year: int, indicator_id: str) -> ResponseReturnValue:
    """Answer one indicator; an answer that the worksheet doesn't allow comes back with what was typed."""
    desk = open_zi(year)
    indicator = desk.indicator(indicator_id)
    if desk.assessment is None:
        abort(404)
    given = desk.standing().answers.get(indicator_id)
    form = answer_form(
        indicator,
        value=given.value if given else None,
        note=given.note if given else "",
        seen=given.token if given else "",
    )
    if form.validate_on_submit():
        try:
            answer_indicator(
                desk.assessment_id,
                indicator_id,
                form.answer,
                form.note.data or "",
                seen=form.seen.data or "",
                actor=desk.actor,
                at=desk.at,
            )
        except AnswersError as error:
            form.lay_problems(error)
        except AssessmentRefused as refused:
            form.lay_error(REFUSALS[refused.code])
            form.seen.data = given.token if given else ""
        else:
            flash(_("Jawaban %(id)s tersimpan.", id=indicator_id), "success")
            return _to_indicator(desk, indicator_id)
    return _indicator_page(desk, indicator, form), 422 if form.errors else 200


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/terima")
def zi_accept(year: int, indicator_id: str) -> ResponseReturnValue:
    """Take up the proposal that was shown."""
    desk = open_zi(year)
    desk.indicator(indicator_id)
    try:
        accept_proposal(
            desk.assessment_id,
            indicator_id,
            shown=request.form.get("shown", ""),
            seen=request.form.get("seen", ""),
            actor=desk.actor,
            at=desk.at,
        )
    except AssessmentRefused as refused:
        flash(str(REFUSALS[refused.code]))
    else:
        flash(_("Usul untuk %(id)s diterima sebagai jawaban Anda.", id=indicator_id), "success")
    return _to_indicator(desk, indicator_id)


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>/bukti", methods=["GET", "POST"])
def zi_evidence(year: int, indicator_id: str) -> ResponseReturnValue:
    """Add a document to an indicator."""
    desk = open_zi(year)
    indicator = desk.indicator(indicator_id)
    assessment_id, form = desk.assessment_id, DocumentForm(today=desk.today)
    if form.validate_on_submit():
        document = Document(
            number=form.number.data or "",
            title=form.title.data or "",
            signed_on=form.signed_on.data,
            signer=form.signer.data or "",
            url=form.url.data or "",
            valid_until=form.valid_until.data,
        )
        try:
            attach_evidence(assessment_id, (indicator_id,), document, actor=desk.actor, at=desk.at)
        except AssessmentRefused as refused:
            form.lay_error(REFUSALS[refused.code], refused.field)
        else:
            flash(_("Bukti ditambahkan pada %(id)s.", id=indicator_id), "success")
            return _to_indicator(desk, indicator_id)
    page = render_template("staff/zi/evidence.html", desk=desk, indicator=indicator, form=form)
    return page, 422 if form.errors else 200


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/kaitkan")
def zi_link(year: int, indicator_id: str) -> ResponseReturnValue:
    """Tie a document of the agency to one more indicator."""
    desk = open_zi(year)
    desk.indicator(indicator_id)
    typed = request.form.get("evidence", "")
    chosen = int(typed) if typed.isdecimal() and len(typed) < 16 else 0
    try:
        link_evidence(desk.assessment_id, indicator_id, chosen, actor=desk.actor, at=desk.at)
    except AssessmentRefused as refused:
        flash(str(REFUSALS[refused.code]))
    else:
        flash(_("Bukti ditambahkan pada %(id)s.", id=indicator_id), "success")
    return _to_indicator(desk, indicator_id)


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/bukti/<int:evidence_id>/lepas")
def zi_unlink(year: int, indicator_id: str, evidence_id: int) -> ResponseReturnValue:
    """Take a document off an indicator."""
    desk = open_zi(year)
    desk.indicator(indicator_id)
    unlink_evidence(desk.assessment_id, indicator_id, evidence_id, actor=desk.actor, at=desk.at)
    flash(_("Bukti dilepas dari %(id)s. Dokumennya sendiri tetap tersimpan.", id=indicator_id), "success")
    return _to_indicator(desk, indicator_id)


@blueprint.post("/zi/<int:year>/ekspor")
def zi_export(year: int) -> ResponseReturnValue:
    """The evidence workbook of the year as it stands now; the download is logged."""
    desk = open_zi(year)
    try:
        made = export_workbook(
            desk.agency.code,
            year,
            as_of=desk.at,
            actor=desk.actor,
            at=desk.at,
            generated_by=f"{desk.account.title}, {desk.account.agency_name}",
        )
    except WbkError:
        flash(_("Jawaban lembar kerja ini tidak sesuai dengan versi yang berlaku; ekspor dibatalkan."))
        return redirect(url_for("staff.zi", tahun=year))
    response = Response(made.content, mimetype=made.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=made.name)
    return response


def part_keys(worksheet: Worksheet) -> tuple[str, ...]:
    """``A1`` to ``A6``, then the results."""
    return (*(component.key for component in worksheet.components), RESULTS)


def part_indicators(worksheet: Worksheet, part: str) -> list[Indicator]:
    """Indicators of a part in official order."""
    return [one for one in worksheet.indicators if worksheet.home_of[one.id] == part]


def part_name(worksheet: Worksheet, part: str) -> dict[str, str]:
    """Name of a part in both languages."""
    for component in worksheet.components:
        if component.key == part:
            return {"label_id": component.name_id, "label_en": component.name_en}
    return {"label_id": "Hasil", "label_en": "Results"}


def _progress(desk: ZiDesk, standing: Standing, part: str) -> dict[str, Any]:
    indicators = part_indicators(desk.worksheet, part)
    official = standing.score.official
    area = official.areas.get(f"{part[0]}.{part[1:]}")
    points = sum(desk.worksheet.points_of[one.id] for one in indicators)
    earned = area.total if area is not None else official.results
    at_stake = sum(gap.stake for gap in standing.gaps if desk.worksheet.home_of[gap.indicator.id] == part)
    return {
        "key": part,
        "name": part_name(desk.worksheet, part),
        "answered": sum(standing.score.outcomes[one.id].score is not None for one in indicators),
        "count": len(indicators),
        "points": points,
        "earned": earned,
        "at_stake": at_stake,
    }


def _is_automatic(indicator: Indicator) -> bool:
    return indicator.system is not None and indicator.system.level is Automation.AUTOMATIC


def _indicator_page(desk: ZiDesk, indicator: Indicator, form: AnswerForm) -> str:
    standing = desk.standing()
    item = desk.provenance().get(indicator.id) if _is_automatic(indicator) else None
    link = LinkForm()
    tied = {row.id for row in standing.evidence.get(indicator.id, ())}
    link.evidence.offer(
        [
            Choice(str(row.id), f"{row.number or '–'}: {row.title}")
            for row in (
                view.row for view in view_agency_evidence(desk.session, desk.agency.id, desk.year, desk.at)
            )
            if row.id not in tied
        ]
    )
    return render_template(
        "staff/zi/indicator.html",
        desk=desk,
        indicator=indicator,
        part=desk.worksheet.home_of[indicator.id],
        form=form,
        link=link,
        answer=standing.answers.get(indicator.id),
        outcome=standing.score.outcomes[indicator.id],
        evidence=standing.evidence.get(indicator.id, ()),
        proposal=item,
        shown=proposal_token(item.proposal) if item is not None else "",
        proposal_words=proposal_words,
        answer_words=answer_words,
        numbers_shown=NUMBERS_SHOWN,
        is_case=_is_case_number(desk),
    )


def _is_case_number(desk: ZiDesk) -> Any:
    """Whether a number behind a figure is a case's, so that it can lead there."""
    return lambda number: number.startswith(f"{desk.agency.code}-")


def _to_indicator(desk: ZiDesk, indicator_id: str) -> ResponseReturnValue:
    return redirect(url_for("staff.zi_indicator", year=desk.year, indicator_id=indicator_id))


def answer_words(value: Any) -> str:
    """A given answer on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {part}" for key, part in value.items())
    return str(value)
