"""Public services with their products and the fourteen standard components.

UU 25/2009 Pasal 21; the fees are ceilings (PP 76/2020). Every part says how sure we are of it.
"""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Model
from app.models.columns import Code, JsonList, Name, Pk, Prose


class Service(Model):
    """A service of a station: SPKT, SKCK or SIM."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[Pk]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[Code]
    label_id: Mapped[Name]
    label_en: Mapped[Name]

    products: Mapped[list["ServiceProduct"]] = relationship(order_by="ServiceProduct.id")
    standards: Mapped[list["ServiceStandard"]] = relationship(order_by="ServiceStandard.component_no")


class ServiceProduct(Model):
    """One thing that the service issues, with its lawful fee in rupiah."""

    __tablename__ = "service_product"
    __table_args__ = (
        UniqueConstraint("service_id", "code"),
        CheckConstraint("fee_idr >= 0", name="fee_not_negative"),
    )

    id: Mapped[Pk]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    code: Mapped[Code]
    label_id: Mapped[Name]
    label_en: Mapped[Name]
    fee_idr: Mapped[int | None]
    duration_minutes: Mapped[int | None]
    requirements: Mapped[JsonList]
    sources: Mapped[JsonList]
    confidence: Mapped[str] = mapped_column(String(20))
    fee_confidence: Mapped[str] = mapped_column(String(20))
    duration_confidence: Mapped[str] = mapped_column(String(20))


class ServiceStandard(Model):
    """One of the fourteen components of a published standard."""

    __tablename__ = "service_standard"
    __table_args__ = (
        UniqueConstraint("service_id", "component_code"),
        CheckConstraint("component_no BETWEEN 1 AND 14", name="component_no"),
    )

    id: Mapped[Pk]
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    component_no: Mapped[int]
    component_code: Mapped[Code]
    text_id: Mapped[Prose]
    text_en: Mapped[Prose]
    confidence: Mapped[str] = mapped_column(String(20))
