"""What a complaint is lodged on: the station, and the service and product complained of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.database import read_rows
from app.models import Agency, Service, ServiceProduct


@dataclass(frozen=True, slots=True)
class Station:
    """The agency, as letters, receipts and clocks need it."""

    id: int
    code: str
    name: str
    timezone: str
    address: str
    contact_title: str
    contact_name: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a complaint belongs; what is not known, or not the station's, is None.

    :ivar unit_id: the unit that gives the service
    """

    agency: Station
    service_id: int | None
    unit_id: int | None
    product_id: int | None


def find_ground(
    session: Session, agency_code: str, service_code: str | None, product_code: str | None
) -> Ground:
    """Station, service and product by their codes.

    :raises sqlalchemy.exc.NoResultFound: there is no such agency
    """
    found: tuple[Any, ...] = tuple(
        read_rows(
            session, _GROUND, agency=agency_code, service=service_code or "", product=product_code or ""
        ).one()
    )
    *station, service_id, unit_id, product_id = found
    return Ground(Station(*station), service_id, unit_id, product_id)


def _ground() -> Select[Any]:
    agency, service, product = Agency.__table__, Service.__table__, ServiceProduct.__table__
    return (
        select(
            agency.c.id,
            agency.c.code,
            agency.c.name,
            agency.c.timezone,
            agency.c.address,
            agency.c.contact_title,
            agency.c.contact_name,
            service.c.id,
            service.c.unit_id,
            product.c.id,
        )
        .select_from(agency)
        .outerjoin(service, (service.c.agency_id == agency.c.id) & (service.c.code == bindparam("service")))
        .outerjoin(product, (product.c.service_id == service.c.id) & (product.c.code == bindparam("product")))
        .where(agency.c.code == bindparam("agency"))
    )


_GROUND = _ground()
