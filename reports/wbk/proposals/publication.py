"""A6.P.i.d: standards and pledge published on pages that anyone can open (UU 25/2009 Pasal 21 and 22)."""

from __future__ import annotations

from reports.rows import CountGroup, Provenance
from reports.wbk.proposals.facts import Facts
from reports.wbk.proposals.figures import proposed

STANDARDS_PUBLISHED = "A6.P.i.d"


def standards_published(facts: Facts) -> Provenance:
    """``Ya`` where every service shows its standard and the pledge is published.

    What is missing here may hang elsewhere, so no ``Tidak`` is proposed.
    """
    period, station = facts.period, facts.station
    filled = [one for one in station.services if one.components]
    pledged = station.pledge_on is not None and station.pledge_on <= period.cut_off
    lacking = [one.name for one in station.services if not one.components]
    if not station.services:
        why = "Belum ada layanan yang terdaftar."
    elif lacking or not pledged:
        parts = [f"standar {name}" for name in lacking] + ([] if pledged else ["maklumat pelayanan"])
        why = f"Belum tayang di laman ini: {', '.join(parts)}."
    else:
        why = f"Standar {len(filled)} layanan dan maklumat pelayanan tayang di laman terbuka."
    return proposed(
        STANDARDS_PUBLISHED,
        "Ya" if station.services and not lacking and pledged else None,
        period,
        query="Laman standar pelayanan tiap layanan, dan maklumat pelayanan",
        chosen="layanan terdaftar saat ditarik; standar tayang = sedikitnya satu komponen terisi; maklumat "
        f"bertanggal sampai {period.cut_off.isoformat()}",
        groups=(
            CountGroup("layanan", "Layanan terdaftar", tuple(one.name for one in station.services)),
            CountGroup("tayang", "Layanan dengan standar yang tayang", tuple(one.name for one in filled)),
            CountGroup(
                "maklumat",
                "Maklumat yang tayang",
                (f"Maklumat {station.pledge_on.isoformat()}",) if pledged and station.pledge_on else (),
            ),
        ),
        why=why,
    )
