"""The access statement: who opened the case, by day and role group (UU 27/2022 Pasal 32)."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.extensions import db
from app.public.blueprint import blueprint
from app.public.case import open_case
from app.queries.access_statement import Group, Opened, get_access_statement
from app.queries.status import Status

GROUPS: dict[Group, Any] = {
    Group.DESK: _l("Meja pengaduan"),
    Group.SUPERVISION: _l("Pengawasan"),
    Group.EXAMINATION: _l("Pemeriksaan"),
    Group.LEADERSHIP: _l("Pimpinan"),
    Group.OMBUDSMAN: _l("Ombudsman"),
    Group.SYSTEM: _l("Pengelola sistem"),
}
OPENED: dict[Opened, Any] = {
    Opened.CASE: _l("isi pengaduan"),
    Opened.IDENTITY: _l("identitas Anda"),
    Opened.FILE: _l("berkas"),
    Opened.CODE: _l("permintaan kode lacak baru"),
}


@blueprint.get("/status/kasus/akses")
def access_statement() -> ResponseReturnValue:
    """Who opened the case, the latest day first."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    before = _day(request.args.get("sebelum", ""))
    statement = get_access_statement(db.session(), status.case.id, status.case.zone, before=before)
    older = (
        url_for("public.access_statement", sebelum=statement.before.isoformat()) if statement.before else None
    )
    return render_template(
        "public/access.html",
        case=status.case,
        agency_name=status.case.agency_name,
        days=[
            {
                "on": day.on,
                "opened": [
                    {
                        "group": GROUPS[group],
                        "what": [OPENED[one] for one in opened if one is not Opened.IDENTITY],
                        "identity": Opened.IDENTITY in opened,
                    }
                    for group, opened in day.opened
                ],
            }
            for day in statement.days
        ],
        is_first=before is None,
        older=older,
    )


def _day(typed: str) -> date | None:
    """The day in the address; what is none begins at the latest.

    Nor is the very first of all days one: where the station stands it begins before there is any time in UTC.
    """
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day > date.min else None
