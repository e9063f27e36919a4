"""Workbook and evidence pack of a worksheet, as it stands now; each download is logged before it begins."""

from __future__ import annotations

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.forms.downloads import send_export, send_or_tell, send_pack
from app.services.evidence_packs import make_pack
from app.services.exports import export_workbook
from app.staff.blueprint import blueprint
from app.staff.zi_desk import ZiDesk, open_for_assessor


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

    return send_or_tell(make, url_for("staff.zi", tahun=year))


@blueprint.post("/zi/<int:year>/paket")
def zi_pack(year: int) -> ResponseReturnValue:
    """The evidence pack of the year: workbook, documents, annexes, and the proofs of the log."""
    desk = open_for_assessor(year)
    return send_or_tell(
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
        url_for("staff.zi", tahun=year),
    )


def _made_by(desk: ZiDesk) -> str:
    return f"{desk.account.title}, {desk.account.agency_name}"
