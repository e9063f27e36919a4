"""What the public may know of a station: who answers for complaints, which services, what they cost.

Read for every citizen's page that asks about a service: a few statements on tables, made once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from app.database import read_rows
from app.law import get_law
from app.models import Agency, Service, ServiceProduct, ServiceStandard, Setting


@dataclass(frozen=True, slots=True)
class Station:
    """A station as citizens see it (UU 25/2009 Pasal 36 ayat (4)).

    :ivar zone: IANA name of its zone
    """

    id: int
    code: str
    name: str
    zone: str
    address: str
    phone: str
    email: str
    contact_name: str
    contact_title: str
    parent_name: str | None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One thing that a service issues; labels are chosen by the reader's language."""

    code: str
    label_id: str
    label_en: str
    fee_idr: int | None
    duration_minutes: int | None
    requirements: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str
    fee_confidence: str
    duration_confidence: str


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One of the fourteen components of a service standard (UU 25/2009 Pasal 21)."""

    no: int
    code: str
    text_id: str
    text_en: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with what it issues; standards only where they were asked for."""

    code: str
    label_id: str
    label_en: str
    products: tuple[ProductRow, ...]
    standards: tuple[StandardRow, ...] = ()


@dataclass(frozen=True, slots=True)
class LawfulFee:
    """What a product may cost at most (PP 76/2020).

    :ivar sources: as in the law data, for ``citations``
    """

    idr: int
    confidence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pledge:
    """A service pledge that the station published (UU 25/2009 Pasal 22)."""

    text: str
    signed_on: date
    signer_name: str
    signer_title: str


PLEDGE_SETTING = "service_pledge"
"""Key of the setting that holds a station's pledge, with the fields of `Pledge`; the day in ISO form."""


def list_stations(session: Session) -> tuple[Station, ...]:
    """Stations that offer services, hence take complaints here; the first entered comes first."""
    return tuple(Station(**row._mapping) for row in read_rows(session, _STATIONS).all())


def list_services(
    session: Session, agency_id: int, *, with_standards: bool = False
) -> tuple[ServiceRow, ...]:
    """Services of a station with their products, as they were entered."""
    products: dict[int, list[ProductRow]] = {}
    for row in read_rows(session, _PRODUCTS, agency_id=agency_id).all():
        products.setdefault(row.service_id, []).append(_product(row))
    standards: dict[int, list[StandardRow]] = {}
    if with_standards:
        for row in read_rows(session, _STANDARDS, agency_id=agency_id).all():
            standards.setdefault(row.service_id, []).append(_standard(row))
    return tuple(
        ServiceRow(
            code=row.code,
            label_id=row.label_id,
            label_en=row.label_en,
            products=tuple(products.get(row.id, ())),
            standards=tuple(standards.get(row.id, ())),
        )
        for row in read_rows(session, _SERVICES, agency_id=agency_id).all()
    )


def list_services_around(session: Session, agency_id: int, chosen: str | None) -> tuple[ServiceRow, ...]:
    """Services of a station, with products only for the chosen one.

    :param chosen: code of a service; None while there is none
    """
    services: dict[str, ServiceRow] = {}
    products: list[ProductRow] = []
    for row in read_rows(session, _AROUND, agency_id=agency_id, chosen=chosen or "").all():
        if row.code is not None:
            products.append(_product(row))
        services[row.service_code] = ServiceRow(
            row.service_code,
            row.service_label_id,
            row.service_label_en,
            tuple(products) if row.service_code == chosen else (),
        )
    return tuple(services.values())


_AGENCY, _SERVICE = Agency.__table__, Service.__table__
_PRODUCT, _STANDARD = ServiceProduct.__table__, ServiceStandard.__table__
_PARENT = _AGENCY.alias("parent")
_STATIONS = (
    select(
        _AGENCY.c.id,
        _AGENCY.c.code,
        _AGENCY.c.name,
        _AGENCY.c.timezone.label("zone"),
        _AGENCY.c.address,
        _AGENCY.c.phone,
        _AGENCY.c.email,
        _AGENCY.c.contact_name,
        _AGENCY.c.contact_title,
        _PARENT.c.name.label("parent_name"),
    )
    .select_from(_AGENCY.outerjoin(_PARENT, _PARENT.c.id == _AGENCY.c.parent_id))
    .where(_AGENCY.c.kind == "polres", exists().where(_SERVICE.c.agency_id == _AGENCY.c.id))
    .order_by(_AGENCY.c.id)
)
_SERVICES = select(_SERVICE).where(_SERVICE.c.agency_id == bindparam("agency_id")).order_by(_SERVICE.c.id)
_PRODUCTS = (
    select(_PRODUCT)
    .join(_SERVICE, _SERVICE.c.id == _PRODUCT.c.service_id)
    .where(_SERVICE.c.agency_id == bindparam("agency_id"))
    .order_by(_PRODUCT.c.id)
)
_AROUND = (
    select(
        _SERVICE.c.code.label("service_code"),
        _SERVICE.c.label_id.label("service_label_id"),
        _SERVICE.c.label_en.label("service_label_en"),
        _PRODUCT,
    )
    .select_from(
        _SERVICE.outerjoin(
            _PRODUCT, (_PRODUCT.c.service_id == _SERVICE.c.id) & (_SERVICE.c.code == bindparam("chosen"))
        )
    )
    .where(_SERVICE.c.agency_id == bindparam("agency_id"))
    .order_by(_SERVICE.c.id, _PRODUCT.c.id)
)
_STANDARDS = (
    select(_STANDARD)
    .join(_SERVICE, _SERVICE.c.id == _STANDARD.c.service_id)
    .where(_SERVICE.c.agency_id == bindparam("agency_id"))
    .order_by(_STANDARD.c.component_no)
)


def find_pledge(session: Session, agency_id: int) -> Pledge | None:
    """The pledge of a station; None where it published none here."""
    value = session.scalar(
        select(Setting.value).where(Setting.key == PLEDGE_SETTING, Setting.agency_id == agency_id)
    )
    if not isinstance(value, dict):
        return None
    return Pledge(
        text=str(value["text"]),
        signed_on=date.fromisoformat(str(value["signed_on"])),
        signer_name=str(value["signer_name"]),
        signer_title=str(value["signer_title"]),
    )


def find_lawful_fee(session: Session, agency_id: int, service: str, product: str) -> LawfulFee | None:
    """The ceiling of a product's fee; None where the station lists no such product, or no fee for it."""
    row = session.scalar(
        select(ServiceProduct)
        .join(Service, Service.id == ServiceProduct.service_id)
        .where(Service.agency_id == agency_id, Service.code == service, ServiceProduct.code == product)
    )
    if row is None or row.fee_idr is None:
        return None
    return LawfulFee(row.fee_idr, row.fee_confidence, fee_sources(service, _product(row)))


def fee_sources(service: str, product: ProductRow) -> tuple[str, ...]:
    """What the fee itself rests on, where the law data tells it apart from the product's other sources."""
    known = get_law().services.get(service)
    found = known.products.get(product.code) if known else None
    if found is None or not found.fee_source or found.fee_idr != product.fee_idr:
        return product.sources
    return tuple(str(source) for source in found.fee_source)


def _product(row: Any) -> ProductRow:
    return ProductRow(
        code=row.code,
        label_id=row.label_id,
        label_en=row.label_en,
        fee_idr=row.fee_idr,
        duration_minutes=row.duration_minutes,
        requirements=tuple(row.requirements),
        sources=tuple(row.sources),
        confidence=row.confidence,
        fee_confidence=row.fee_confidence,
        duration_confidence=row.duration_confidence,
    )


def _standard(row: Any) -> StandardRow:
    return StandardRow(row.component_no, row.component_code, row.text_id, row.text_en, row.confidence)
