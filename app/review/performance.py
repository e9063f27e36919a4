"""The performance report of the mandate: its answer on the page, the whole of it as workbook or paper."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, ValidationError

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms import (
    DateField,
    NotInFuture,
    RadioChoiceField,
    Required,
    SahutForm,
    SelectChoiceField,
    SubmitButton,
)
from app.forms.downloads import send_export
from app.models import Agency
from app.queries.performance import get_performance, list_reach
from app.review.blueprint import blueprint, signed_in
from app.services.performance_exports import BadPeriod, Form, check_period, export_performance
from reports.performance.findings import answer, find
from reports.performance.measures import Figures

LOOK = "lihat"


class PeriodForm(SahutForm):
    """Which agency, from which day to which."""

    agency = SelectChoiceField(_l("Satuan"), blank=_l("Semua satuan dalam wilayah kerja"))
    first = DateField(
        _l("Hari pertama"),
        [Required(_l("Isi hari pertama.")), NotInFuture()],
        subject=_l("hari pertama"),
    )
    last = DateField(
        _l("Hari terakhir"),
        [Required(_l("Isi hari terakhir.")), NotInFuture()],
        subject=_l("hari terakhir"),
        description=_l("Hari terakhir ikut dihitung. Paling lama tiga tahun."),
    )
    form = RadioChoiceField(
        _l("Bentuk"),
        [Required(_l("Pilih bentuk laporan."))],
        choices=[
            (LOOK, _l("Ringkasan di halaman ini")),
            (Form.XLSX.value, _l("Buku kerja (XLSX), untuk dihitung ulang")),
            (Form.PDF.value, _l("Laporan (PDF), paling banyak delapan halaman")),
        ],
        default=LOOK,
    )
    send = SubmitButton(_l("Buat laporan"))

    def validate_last(self, field: Field) -> None:
        """Neither backwards nor too long."""
        if self.first.data is None or field.data is None:
            return
        try:
            check_period(self.first.data, field.data)
        except BadPeriod:
            words = _("Hari terakhir tidak boleh sebelum hari pertama, dan periode paling lama tiga tahun.")
            raise ValidationError(words) from None


@blueprint.route("/kinerja", methods=["GET", "POST"])
def performance() -> ResponseReturnValue:
    """The form; sending it shows the answer and the findings, or exports the report.

    Nothing is counted until it is asked for: a report reads every case of its period.
    """
    agencies = list_reach(db.session(), current_actor())
    zone = ZoneInfo(agencies[0].timezone) if agencies else ZoneInfo("Asia/Jakarta")
    today = clock.now().astimezone(zone).date()
    form = PeriodForm(today=today, data={"first": date(today.year, 1, 1), "last": today, "form": LOOK})
    form.agency.offer([(one.code, one.name) for one in agencies])
    figures = None
    first, last = form.first.data, form.last.data
    if agencies and form.validate_on_submit() and first is not None and last is not None:
        if form.form.data != LOOK:
            return _download(form, first, last)
        chosen = [one for one in agencies if form.agency.data in (None, "", one.code)]
        figures = _figures(chosen, first, last)
    return render_template(
        "review/performance.html",
        form=form,
        agencies=agencies,
        answer=answer(figures) if figures else None,
        findings=find(figures) if figures else (),
    ), (422 if form.errors else 200)


def _download(form: PeriodForm, first: date, last: date) -> ResponseReturnValue:
    account = signed_in()
    return send_export(
        export_performance(
            first,
            last,
            Form(form.form.data),
            actor=current_actor(),
            at=clock.now(),
            agency_code=form.agency.data or "",
            base_url=current_app.config["PUBLIC_URL"],
            generated_by=f"{account.title}, {account.agency_name}",
        )
    )


def _figures(agencies: list[Agency], first: date, last: date) -> Figures:
    return Figures(
        get_performance(
            db.session(),
            agencies,
            first,
            last,
            actor=current_actor(),
            as_of=clock.now(),
        )
    )
