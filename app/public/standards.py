"""`/layanan`: every service with the fourteen components of its standard (UU 25/2009 Pasal 21).

What nobody verified is shown as the policy of the station, never as law; what is missing is said to be so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.law import get_law
from app.public.blueprint import blueprint
from app.public.openness import chosen_station
from app.queries.catalogue import (
    ServiceRow,
    StandardRow,
    fee_sources,
    list_services,
    list_stations,
)
from workflows.law.catalogues import StandardComponent

SLUGS: Mapping[str, str] = {
    "legal_basis": "dasar-hukum",
    "requirements": "persyaratan",
    "procedure": "prosedur",
    "time": "waktu",
    "fee": "biaya",
    "product": "produk",
    "facilities": "fasilitas",
    "competence": "kompetensi",
    "internal_control": "pengawasan",
    "complaints": "pengaduan",
    "staff_number": "jumlah-petugas",
    "service_guarantee": "jaminan-pelayanan",
    "safety_guarantee": "jaminan-keamanan",
    "staff_evaluation": "evaluasi",
}
"""Anchor of each component, for links from other pages: ``/layanan/skck#biaya``."""

THIRD_PARTY_SERVICE = "sim"
"""The service whose tests are paid to others (``services.third_party_costs``)."""


@dataclass(frozen=True, slots=True)
class Component:
    """One of the fourteen, as the page shows it.

    :ivar row: what the station published; None where it published nothing
    """

    slug: str
    law: StandardComponent
    row: StandardRow | None


@blueprint.get("/layanan")
def services() -> ResponseReturnValue:
    """Services of a station: what each costs and how long it takes, with source and how sure that is."""
    stations = list_stations(db.session())
    station = chosen_station(stations)
    return render_template(
        "public/services.html",
        stations=stations,
        station=station,
        services=list_services(db.session(), station.id),
        is_default=station is stations[0],
        third_party_service=THIRD_PARTY_SERVICE,
        fee_rule=get_law().document.services.fee_rule,
        third_party_costs=get_law().document.services.third_party_costs,
        agency_name=station.name,
    )


@blueprint.get("/layanan/<code>")
def service(code: str) -> ResponseReturnValue:
    """One service with the fourteen components of its standard, each with an anchor."""
    stations = list_stations(db.session())
    station = chosen_station(stations)
    listed = list_services(db.session(), station.id, with_standards=True)
    found = next((one for one in listed if one.code == code), None) or abort(404)
    components = _components(found)
    return render_template(
        "public/service.html",
        station=station,
        service=found,
        components=components,
        lacking=sum(one.row is None for one in components),
        fee_sources=_fee_sources(found),
        shared_requirements=_shared_requirements(found),
        is_default=station is stations[0],
        is_third_party=code == THIRD_PARTY_SERVICE,
        fee_rule=get_law().document.services.fee_rule,
        third_party_costs=get_law().document.services.third_party_costs,
        agency_name=station.name,
    )


def _components(found: ServiceRow) -> list[Component]:
    rows = {row.code: row for row in found.standards}
    laws = sorted(get_law().standard_components.values(), key=lambda one: one.no)
    return [Component(SLUGS[one.code], one, rows.get(one.code)) for one in laws]


def _shared_requirements(found: ServiceRow) -> tuple[str, ...] | None:
    """Requirements of every product where all ask for the same; None where they differ."""
    kinds = {product.requirements for product in found.products}
    return next(iter(kinds)) if len(kinds) == 1 else None


def _fee_sources(found: ServiceRow) -> list[tuple[list[str], str]]:
    """What the fees rest on, by how sure that is, each source once."""
    grouped: dict[str, dict[str, None]] = {}
    for product in found.products:
        sources = grouped.setdefault(product.fee_confidence, {})
        sources.update(dict.fromkeys(fee_sources(found.code, product)))
    return [(list(sources), confidence) for confidence, sources in grouped.items()]
