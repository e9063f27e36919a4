"""The services of a station as the law data gives them: products, fees, the fourteen standard components.

What the data doesn't know (staff numbers, guarantees) is filled with plain local words and marked as
reconstructed, so that pages show it as such.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, Service, ServiceProduct, ServiceStandard, Unit
from workflows.law import Law
from workflows.law.catalogues import Service as LawService
from workflows.vocabulary import Confidence

OWNERS: Mapping[str, str] = {"spkt": "spkt", "skck": "intelkam", "sim": "lantas"}
"""Unit that answers for each service."""

_LOCAL: Mapping[str, tuple[str, str]] = {
    "procedure": (
        "Ambil nomor antrean, serahkan persyaratan di loket, bayar PNBP bila ada, terima produk.",
        "Take a queue number, hand in the documents, pay the state fee if any, collect the product.",
    ),
    "facilities": (
        "Ruang tunggu, loket, toilet, ruang laktasi, jalur kursi roda, mesin antrean.",
        "Waiting room, counters, toilets, nursing room, ramp, queue machine.",
    ),
    "competence": (
        "Petugas memahami standar pelayanan dan mengikuti pelatihan pelayanan publik.",
        "Staff know the service standard and are trained in public service.",
    ),
    "internal_control": (
        "Kepala unit setiap hari; Siwas secara berkala.",
        "The head of the unit daily, the supervision section at intervals.",
    ),
    "complaints": (
        "Melalui Sahut, meja pengaduan, surat, surel, atau telepon; tanda terima diberikan saat itu juga.",
        "Through Sahut, the desk, letter, e-mail or telephone; a receipt is given at once.",
    ),
    "staff_number": ("Paling sedikit tiga petugas pada jam layanan.", "At least three during service hours."),
    "service_guarantee": (
        "Pelayanan diberikan sesuai standar; bila tidak, pelapor berhak mengadu.",
        "Service as the standard says; otherwise there is a right to complain.",
    ),
    "safety_guarantee": (
        "Data dilindungi; dokumen memakai pengaman; ruang pelayanan dijaga.",
        "Data are protected, documents are secured, the room is guarded.",
    ),
    "staff_evaluation": (
        "Dievaluasi setiap bulan dan melalui survei kepuasan masyarakat.",
        "Evaluated monthly and by the satisfaction survey.",
    ),
}


def make_services(session: Session, agency: Agency, units: Mapping[str, Unit]) -> dict[str, Service]:
    """Services of a station by code, with products and standards."""
    law = get_law()
    made: dict[str, Service] = {}
    for code, known in law.services.items():
        service = Service(
            agency_id=agency.id,
            unit_id=units[OWNERS[code]].id,
            code=code,
            label_id=known.label_id,
            label_en=known.label_en,
        )
        service.products = _products(known)
        service.standards = _standards(law, known)
        session.add(service)
        made[code] = service
    session.flush()
    return made


def _products(known: LawService) -> list[ServiceProduct]:
    common = list(known.requirements_common.values) if known.requirements_common else []
    return [
        ServiceProduct(
            code=product.code,
            label_id=product.label_id,
            label_en=product.label_en,
            fee_idr=product.fee_idr,
            duration_minutes=product.duration_minutes,
            requirements=list(product.requirements) or common,
            sources=list(product.source_texts),
            confidence=product.confidence.value,
            fee_confidence=(product.fee_confidence or product.confidence).value,
            duration_confidence=(product.duration_confidence or product.confidence).value,
        )
        for product in known.products.values()
    ]


def _standards(law: Law, known: LawService) -> list[ServiceStandard]:
    rows = []
    for component in sorted(law.standard_components.values(), key=lambda found: found.no):
        text_id, text_en, confidence = _component(law, known, component.code)
        rows.append(
            ServiceStandard(
                component_no=component.no,
                component_code=component.code,
                text_id=text_id,
                text_en=text_en,
                confidence=confidence.value,
            )
        )
    return rows


def _component(law: Law, known: LawService, code: str) -> tuple[str, str, Confidence]:
    """Words of one component in both languages, and how sure they are."""
    products = list(known.products.values())
    if code == "legal_basis":
        basis = "; ".join(known.legal_basis or ("UU 2/2002", "UU 25/2009"))
        return basis, basis, known.confidence
    if code == "requirements":
        needed = {need: None for product in products for need in product.requirements}
        if known.requirements_common:
            needed = dict.fromkeys(known.requirements_common.values)
        text = "; ".join(needed)
        return text, text, Confidence.LIKELY
    if code == "time":
        times = [(p.label_id, p.label_en, p.duration_minutes) for p in products if p.duration_minutes]
        return (
            "; ".join(f"{label} {minutes} menit" for label, _, minutes in times),
            "; ".join(f"{label} {minutes} minutes" for _, label, minutes in times),
            Confidence.RECONSTRUCTED,
        )
    if code == "fee":
        rule = law.document.services.fee_rule
        return (
            "; ".join(f"{p.label_id} Rp{p.fee_idr:,}".replace(",", ".") for p in products)
            + f". {rule.text_id}",
            "; ".join(f"{p.label_en} Rp{p.fee_idr:,}" for p in products) + f". {rule.text_en}",
            known.confidence,
        )
    if code == "product":
        return (
            "; ".join(product.label_id for product in products),
            "; ".join(product.label_en for product in products),
            known.confidence,
        )
    text_id, text_en = _LOCAL[code]
    return text_id, text_en, Confidence.RECONSTRUCTED
