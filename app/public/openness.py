"""What a station owes the public: its services with their standards, its pledge, and how data are treated."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.law import get_law
from app.public.blueprint import blueprint
from app.queries.catalogue import Station, list_services, list_stations


def _chosen(stations: tuple[Station, ...]) -> Station:
    """The station asked for by its code; the first one otherwise."""
    wanted = request.args.get("satuan")
    found = next((one for one in stations if wanted is None or one.code == wanted), None)
    return found or abort(404)


@blueprint.get("/layanan")
def services() -> ResponseReturnValue:
    """Services of a station: what each costs and how long it takes, with source and how sure that is."""
    stations = list_stations(db.session())
    station = _chosen(stations)
    return render_template(
        "public/services.html",
        stations=stations,
        station=station,
        services=list_services(db.session(), station.id),
        agency_name=station.name,
    )


@blueprint.get("/layanan/<code>")
def service(code: str) -> ResponseReturnValue:
    """One service with the components of its standard (UU 25/2009 Pasal 21)."""
    stations = list_stations(db.session())
    station = _chosen(stations)
    listed = list_services(db.session(), station.id, with_standards=True)
    found = next((one for one in listed if one.code == code), None) or abort(404)
    components = get_law().standard_components
    return render_template(
        "public/service.html",
        station=station,
        service=found,
        standards=[(components[row.code], row) for row in found.standards],
        is_default=station is stations[0],
        agency_name=station.name,
    )


@blueprint.get("/maklumat")
def pledge() -> ResponseReturnValue:
    """The pledge, and who is responsible for complaints (UU 25/2009 Pasal 22, 36 ayat (4))."""
    stations = list_stations(db.session())
    return render_template(
        "public/pledge.html",
        stations=stations,
        agency_name=stations[0].name if len(stations) == 1 else None,
    )


@blueprint.get("/privasi")
def privacy() -> ResponseReturnValue:
    """How personal data are treated, in plain words (UU 27/2022)."""
    return render_template("public/privacy.html", stations=list_stations(db.session()))
