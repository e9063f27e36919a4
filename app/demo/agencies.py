"""Stations of the demo: Polda Banten, Polresta Serang Kota, four neighbours, the Ombudsman's office.

The stations exist; the people in charge, addresses and numbers below do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.law import get_law
from app.models import Agency, CalendarDay, CalendarDecree, ReviewMandate, Setting, Unit
from app.queries.catalogue import PLEDGE_SETTING

POLDA = "BTN"
STATION = "SRG"
OFFICE = "ORI-BTN"


@dataclass(frozen=True, slots=True)
class Place:
    """An agency to be made."""

    code: str
    name: str
    kind: str
    contact_name: str = ""
    contact_title: str = ""


PLACES = (
    Place(POLDA, "Polda Banten", "polda"),
    Place(STATION, "Polresta Serang Kota", "polres", "AKP Rukmini Sastrawinata", "Kepala Seksi Pengawasan"),
    Place("SRK", "Polres Serang", "polres", "AKP Gilang Natadireja", "Kepala Seksi Pengawasan"),
    Place("CLG", "Polres Cilegon", "polres", "AKP Imas Tirtanagari", "Kepala Seksi Pengawasan"),
    Place("PDG", "Polres Pandeglang", "polres", "AKP Wawan Jayasantika", "Kepala Seksi Pengawasan"),
    Place("LBK", "Polres Lebak", "polres", "AKP Nining Mulyasari", "Kepala Seksi Pengawasan"),
    Place(OFFICE, "Ombudsman RI Perwakilan Banten", "ombudsman"),
)
NEIGHBOURS = tuple(place.code for place in PLACES if place.kind == "polres" and place.code != STATION)

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "pimpinan": "Pimpinan",
        "siwas": "Seksi Pengawasan (Siwas)",
        "sipropam": "Seksi Profesi dan Pengamanan (Sipropam)",
        "spkt": "Sentra Pelayanan Kepolisian Terpadu (SPKT)",
        "intelkam": "Satuan Intelijen dan Keamanan (SKCK)",
        "lantas": "Satuan Lalu Lintas (SIM)",
    }
)


def make_agencies(session: Session) -> dict[str, Agency]:
    """The tree of agencies, and the mandate of the Ombudsman's office over all of it."""
    made: dict[str, Agency] = {}
    for place in PLACES:
        parent = made.get(POLDA) if place.kind == "polres" else None
        slug = place.code.lower()
        made[place.code] = Agency(
            code=place.code,
            name=place.name,
            kind=place.kind,
            parent_id=parent.id if parent else None,
            address=f"Jalan Contoh {place.name} No. 1, Banten",
            phone="(0254) 000-0000",
            email=f"pengaduan@{slug}.contoh.example",
            contact_name=place.contact_name,
            contact_title=place.contact_title,
        )
        session.add(made[place.code])
        session.flush()
    session.add_all(
        ReviewMandate(reviewer_agency_id=made[OFFICE].id, agency_id=agency.id)
        for agency in made.values()
        if agency.kind != "ombudsman"
    )
    session.flush()
    return made


def make_pledge(session: Session, agency: Agency, at: datetime) -> None:
    """The pledge of the one station that published its own (UU 25/2009 Pasal 22); the others lack theirs."""
    session.add(
        Setting(
            key=PLEDGE_SETTING,
            agency_id=agency.id,
            value={
                "text": (
                    "Kami sanggup menyelenggarakan pelayanan sesuai standar pelayanan yang telah ditetapkan. "
                    "Bila tidak menepati janji ini, kami siap menerima sanksi menurut peraturan."
                ),
                "signed_on": date(at.year, 1, 5).isoformat(),
                "signer_name": "Kombes Pol. Surya Mahendrata",
                "signer_title": "Kapolresta Serang Kota",
            },
            updated_at=at,
        )
    )


def make_units(session: Session, agency: Agency) -> dict[str, Unit]:
    """The units of a station, by code."""
    units = {
        code: Unit(agency_id=agency.id, code=code, name=name, examines=code != "pimpinan")
        for code, name in UNITS.items()
    }
    session.add_all(units.values())
    session.flush()
    return units


def make_decrees(session: Session) -> None:
    """The years of the law data as decree entries, so that a demo shows where calendars are kept."""
    for year, known in sorted(get_law().calendar_years.items()):
        decree = CalendarDecree(
            year=year,
            agency_id=None,
            status="decreed" if known.is_decreed else "provisional",
            basis=known.basis[:300],
            recorded_at=datetime.combine(date(year - 1, 10, 1), time(2), UTC),
        )
        session.add(decree)
        session.flush()
        days = dict.fromkeys(known.joint_leave, "joint_leave") | dict.fromkeys(known.national, "national")
        session.add_all(
            CalendarDay(decree_id=decree.id, on=day, kind=kind) for day, kind in sorted(days.items())
        )
    session.flush()
