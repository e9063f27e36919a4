"""What a station owes the public: pledge, privacy, accessibility; its standards, procedure and statistics."""

from __future__ import annotations

from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.public.blueprint import blueprint
from app.queries.catalogue import Station, find_pledge, list_stations

ACCESSIBILITY_STATED_ON = date(2026, 11, 24)
"""When the statement was last held against the pages."""


def chosen_station(stations: tuple[Station, ...]) -> Station:
    """The station asked for by its code (``satuan``); the first one otherwise.

    :raises NotFound: where there is none such
    """
    wanted = request.args.get("satuan") or None
    found = next((one for one in stations if wanted is None or one.code == wanted), None)
    return found or abort(404)


@blueprint.get("/maklumat")
def pledge() -> ResponseReturnValue:
    """The pledge with its date and signer, and who is responsible for complaints (Pasal 22, 36 ayat (4))."""
    stations = list_stations(db.session())
    station = chosen_station(stations)
    return render_template(
        "public/pledge.html",
        stations=stations,
        station=station,
        pledge=find_pledge(db.session(), station.id),
        agency_name=station.name,
    )


@blueprint.get("/privasi")
def privacy() -> ResponseReturnValue:
    """How personal data are treated, in plain words (UU 27/2022)."""
    return render_template("public/privacy.html", stations=list_stations(db.session()))


@blueprint.get("/aksesibilitas")
def accessibility() -> ResponseReturnValue:
    """How far the pages serve everybody, what is known to be lacking, and the other ways in."""
    return render_template(
        "public/accessibility.html", stations=list_stations(db.session()), stated_on=ACCESSIBILITY_STATED_ON
    )
