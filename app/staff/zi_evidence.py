"""Evidence: documents added, corrected, judged, tied to indicators; what checks found of each."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock
from app.access import current_actor
from app.forms import kept_files
from app.forms.downloads import send_evidence
from app.forms.evidence_words import FIELD_OF, FINDINGS, OUTCOMES, STATUSES
from app.queries.evidence import EvidenceView, get_evidence, view_evidence
from app.services.assessment_access import AssessmentRefused
from app.services.evidence_files import read_evidence_file
from app.services.evidence_items import (
    attach_evidence,
    correct_evidence,
    judge_evidence,
    link_evidence,
    unlink_evidence,
)
from app.staff.blueprint import blueprint
from app.staff.zi_answers import to_indicator
from app.staff.zi_desk import ZiDesk, open_for_assessor, open_zi
from app.staff.zi_evidence_forms import DocumentForm, VerdictForm
from app.staff.zi_forms import refusal_text


@blueprint.get("/zi/<int:year>/bukti")
def zi_evidence_list(year: int) -> str:
    """Every document of the year with what checks found, those that don't count first."""
    desk = open_for_assessor(year)
    views = view_evidence(desk.session, desk.assessment_id, desk.at)
    return render_template(
        "staff/zi/evidence_list.html",
        desk=desk,
        views=sorted(views, key=lambda view: (view.counts, not view.findings, view.row.id)),
        findings=FINDINGS,
        statuses=STATUSES,
    )


@blueprint.route("/zi/<int:year>/indikator/<indicator_id>/bukti", methods=["GET", "POST"])
def zi_evidence(year: int, indicator_id: str) -> ResponseReturnValue:
    """Add a document to an indicator."""
    desk = open_zi(year)
    indicator, assessment_id = desk.indicator(indicator_id), desk.assessment_id
    form = DocumentForm(today=desk.today)
    if request.method == "POST":
        valid = form.validate_on_submit()
        sealed, refused_files = form.take_files(_subject(desk))
        if valid and not refused_files:
            try:
                attach_evidence(
                    assessment_id,
                    (indicator_id,),
                    form.document,
                    sealed=sealed,
                    actor=desk.actor,
                    at=desk.at,
                )
            except AssessmentRefused as refused:
                _lay(form, refused)
            else:
                flash(_added(form, sealed is not None, indicator_id), "success")
                return to_indicator(desk, indicator_id)
    page = render_template("staff/zi/evidence.html", desk=desk, indicator=indicator, form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/zi/<int:year>/bukti/<int:evidence_id>")
def zi_document(year: int, evidence_id: int) -> str:
    """One document: what it supports, its files, what checks and people found."""
    desk = open_for_assessor(year)
    return _document_page(desk, _document(desk, evidence_id), VerdictForm())


@blueprint.post("/zi/<int:year>/bukti/<int:evidence_id>/nilai")
def zi_judge(year: int, evidence_id: int) -> ResponseReturnValue:
    """Say whether a document is valid (still)."""
    desk, form = open_for_assessor(year), VerdictForm()
    view = _document(desk, evidence_id)
    if form.validate_on_submit():
        try:
            judge_evidence(
                evidence_id, form.is_accepted, form.reason.data or "", actor=desk.actor, at=desk.at
            )
        except AssessmentRefused as refused:
            form.lay_error(refusal_text(refused), refused.field)
        else:
            flash(_("Penilaian dokumen tersimpan."), "success")
            return redirect(url_for("staff.zi_document", year=year, evidence_id=evidence_id))
    return _document_page(desk, view, form), 422


@blueprint.route("/zi/<int:year>/bukti/<int:evidence_id>/ubah", methods=["GET", "POST"])
def zi_document_correct(year: int, evidence_id: int) -> ResponseReturnValue:
    """Correct a document: a new item takes the place of the old one, with its files."""
    desk = open_for_assessor(year)
    view = _document(desk, evidence_id)
    if view.replaced_by is not None:
        abort(404)
    row = view.row
    given = {name: getattr(row, name) for name in ("title", "number", "signed_on", "signer", "valid_until")}
    form = DocumentForm(today=desk.today, data=given | {"url": row.url or ""})
    if request.method == "POST":
        valid = form.validate_on_submit()
        sealed, refused_files = form.take_files(_subject(desk))
        if valid and not refused_files:
            try:
                new_id = correct_evidence(
                    evidence_id, form.document, sealed=sealed, actor=desk.actor, at=desk.at
                )
            except AssessmentRefused as refused:
                _lay(form, refused)
            else:
                flash(_("Perbaikan tersimpan; dokumen lama tetap ada dalam riwayat."), "success")
                return redirect(url_for("staff.zi_document", year=year, evidence_id=new_id))
        page = render_template("staff/zi/document_correct.html", desk=desk, view=view, form=form)
        return page, 422 if form.errors else 200
    for finding in view.findings:
        if finding.is_fatal and finding in FIELD_OF:
            form.lay_error(FINDINGS[finding], FIELD_OF[finding])
    return render_template("staff/zi/document_correct.html", desk=desk, view=view, form=form)


@blueprint.get("/zi/berkas/<int:file_id>")
def zi_file(file_id: int) -> Response:
    """A file of a document as it was uploaded; the reading is logged."""
    return send_evidence(read_evidence_file(file_id, actor=current_actor(), at=clock.now()))


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
        flash(refusal_text(refused))
    else:
        flash(_("Bukti ditambahkan pada %(id)s.", id=indicator_id), "success")
    return to_indicator(desk, indicator_id)


@blueprint.post("/zi/<int:year>/indikator/<indicator_id>/bukti/<int:evidence_id>/lepas")
def zi_unlink(year: int, indicator_id: str, evidence_id: int) -> ResponseReturnValue:
    """Take a document off an indicator."""
    desk = open_zi(year)
    desk.indicator(indicator_id)
    unlink_evidence(desk.assessment_id, indicator_id, evidence_id, actor=desk.actor, at=desk.at)
    flash(_("Bukti dilepas dari %(id)s. Dokumennya sendiri tetap tersimpan.", id=indicator_id), "success")
    return to_indicator(desk, indicator_id)


def _document(desk: ZiDesk, evidence_id: int) -> EvidenceView:
    view = get_evidence(desk.session, evidence_id, desk.year, desk.at)
    if view.agency_id != desk.agency.id:
        abort(404)
    return view


def _document_page(desk: ZiDesk, view: EvidenceView, form: VerdictForm) -> str:
    return render_template(
        "staff/zi/document.html",
        desk=desk,
        view=view,
        form=form,
        findings=FINDINGS,
        outcomes=OUTCOMES,
        statuses=STATUSES,
    )


def _lay(form: DocumentForm, refused: AssessmentRefused) -> None:
    form.lay_error(refusal_text(refused), refused.field)


def _added(form: DocumentForm, has_file: bool, indicator_id: str) -> str:
    """What is told after saving: plainly so where the document doesn't count yet."""
    if form.signed_on.data is None:
        return _("Dokumen tersimpan, tetapi tanpa tanggal tidak dihitung sebagai bukti.")
    if not has_file and not form.url.data:
        return _("Dokumen tersimpan, tetapi tanpa berkas dan tautan tidak dihitung sebagai bukti.")
    return _("Bukti ditambahkan pada %(id)s.", id=indicator_id)


def _subject(desk: ZiDesk) -> str:
    return kept_files.subject_of(desk.account.id, f"zi/{desk.agency.code}")
