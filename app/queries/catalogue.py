"""What the public may know of a station: who answers for complaints, which services, what they cost.

Read for every citizen's page that asks about a service, so each function is one query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Agency, Service, ServiceProduct, ServiceStandard


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


def list_stations(session: Session) -> tuple[Station, ...]:
    """Stations that offer services, hence take complaints here; the first entered comes first."""
    offers = exists(select(Service.id).where(Service.agency_id == Agency.id))
    rows = session.scalars(
        select(Agency)
        .where(Agency.kind == "polres", offers)
        .options(joinedload(Agency.parent))
        .order_by(Agency.id)
    )
    return tuple(
        Station(
            id=row.id,
            code=row.code,
            name=row.name,
            zone=row.timezone,
            address=row.address,
            phone=row.phone,
            email=row.email,
            contact_name=row.contact_name,
            contact_title=row.contact_title,
            parent_name=row.parent.name if row.parent else None,
        )
        for row in rows
    )


def list_services(
    session: Session, agency_id: int, *, with_standards: bool = False
) -> tuple[ServiceRow, ...]:
    """Services of a station with their products, as they were entered."""
    loads: list[Any] = [selectinload(Service.products)]
    if with_standards:
        loads.append(selectinload(Service.standards))
    rows = session.scalars(
        select(Service).where(Service.agency_id == agency_id).options(*loads).order_by(Service.id)
    )
    return tuple(
        ServiceRow(
            code=row.code,
            label_id=row.label_id,
            label_en=row.label_en,
            products=tuple(map(_product, row.products)),
            standards=_standards(row.standards) if with_standards else (),
        )
        for row in rows
    )


def _product(row: ServiceProduct) -> ProductRow:
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


def _standards(rows: Sequence[ServiceStandard]) -> tuple[StandardRow, ...]:
    return tuple(
        StandardRow(row.component_no, row.component_code, row.text_id, row.text_en, row.confidence)
        for row in rows
    )
