"""Regular evaluation of complaint handling: A5.P.iii.c for all complaints, A6.P.iii.c for services.

Sahut makes the reports (statistics that stand for good month by month); the meeting has to be real. So a
proposal needs documents on the indicator: minutes dated in a quarter, or within a month after it. By local
policy, quarterly is what "regular" (*berkala*) means here.
"""

from __future__ import annotations

from datetime import date, timedelta

from reports.rows import CountGroup, EvidenceRow, Provenance
from reports.wbk.proposals.facts import Facts
from reports.wbk.proposals.figures import document_group, proposed

EVALUATED, SERVICES_EVALUATED = "A5.P.iii.c", "A6.P.iii.c"
GRACE = timedelta(days=31)
"""After a quarter, until its minutes are dated."""


def evaluated(facts: Facts) -> Provenance:
    """A5.P.iii.c: reports without a gap and minutes of every quarter A, some B; nothing without minutes."""
    return _periodic(EVALUATED, "pengaduan masyarakat", facts)


def services_evaluated(facts: Facts) -> Provenance:
    """A6.P.iii.c: the same of complaints about services, on the documents of that indicator."""
    return _periodic(SERVICES_EVALUATED, "pengaduan pelayanan", facts)


def _periodic(indicator_id: str, about: str, facts: Facts) -> Provenance:
    period, documents = facts.period, facts.documents_of(indicator_id)
    months, quarters = period.ended_months, period.ended_quarters
    reported = [month for month in months if month in facts.station.frozen_months]
    met = [first for first in quarters if any(_belongs(row, first) for row in documents)]
    whole = len(reported) == len(months) and len(met) == len(quarters)
    answer: str | None
    if not quarters:
        answer, why = None, "Belum ada triwulan yang selesai pada tahun ini."
    elif not met:
        answer = None
        why = "Laporan tersedia, tetapi belum ada notula rapat evaluasi yang dilampirkan pada indikator ini."
    else:
        answer = "A" if whole else "B"
        why = (
            f"Notula {len(met)} dari {len(quarters)} triwulan terlampir; "
            f"statistik {len(reported)} dari {len(months)} bulan terbit."
        )
    return proposed(
        indicator_id,
        answer,
        period,
        query=f"Statistik bulanan yang terbit dan notula evaluasi {about} per triwulan",
        chosen=f"bulan dan triwulan {period.year} yang berakhir sebelum {period.instant_words}; notula = "
        "dokumen indikator ini yang bertanggal di triwulannya atau sampai 31 hari sesudahnya",
        groups=(
            CountGroup("bulan", "Bulan yang berakhir", tuple(f"{month:%Y-%m}" for month in months)),
            CountGroup("terbit", "Statistik yang terbit", tuple(f"{month:%Y-%m}" for month in reported)),
            CountGroup("triwulan", "Triwulan yang berakhir", tuple(map(_quarter, quarters))),
            CountGroup("berapat", "Triwulan dengan notula", tuple(map(_quarter, met))),
            document_group("notula", "Dokumen terlampir", documents),
        ),
        why=why,
    )


def _belongs(document: EvidenceRow, first: date) -> bool:
    """True for minutes of the quarter that begins then."""
    after = (first + timedelta(days=93)).replace(day=1)
    return document.signed_on is not None and first <= document.signed_on < after + GRACE


def _quarter(first: date) -> str:
    return f"Triwulan {first.month // 3 + 1} {first.year}"
