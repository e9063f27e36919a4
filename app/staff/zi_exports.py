"""Workbook and evidence pack of a worksheet, as it stands now; each download is logged before it begins."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.forms.downloads import send_export, send_pack
from app.services.evidence_packs import NotSealed, make_pack
from app.services.exports import export_workbook
from app.staff.blueprint import blueprint
from app.staff.zi_desk import ZiDesk, open_for_assessor
from reports.wbk.errors import WbkError


@blueprint.post("/zi/<int:year>/ekspor")
def zi_export(year: int) -> ResponseReturnValue:
    """The evidence workbook of the year."""
    desk = open_for_assessor(year)

    def make() -> Response:
        made = export_workbook(
            desk.agency.code,
            year,
            as_of=desk.at,
            actor=desk.actor,
            at=desk.at,
            generated_by=_made_by(desk),
        )
        return send_export(made)

    return _or_back(year, make)


@blueprint.post("/zi/<int:year>/paket")
def zi_pack(year: int) -> ResponseReturnValue:
    """The evidence pack of the year: workbook, documents, annexes, and the proofs of the log."""
    desk = open_for_assessor(year)
    return _or_back(
        year,
        lambda: send_pack(
            lambda path: make_pack(
                desk.agency.code,
                year,
                out=path,
                as_of=desk.at,
                actor=desk.actor,
                at=desk.at,
                generated_by=_made_by(desk),
            )
        ),
    )


def _or_back(year: int, make: Callable[[], Response]) -> ResponseReturnValue:
    """The file; where it can't be made, back to the worksheet with the reason."""
    try:
        return make()
    except WbkError as error:
        flash(_("Ekspor dibatalkan: %(why)s.", why=str(error)))
    except NotSealed:
        flash(_("Catatan audit sedang tidak dapat disegel. Coba lagi sebentar."))
    return redirect(url_for("staff.zi", tahun=year))


def _made_by(desk: ZiDesk) -> str:
    return f"{desk.account.title}, {desk.account.agency_name}"
