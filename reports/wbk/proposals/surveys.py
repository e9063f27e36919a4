"""The satisfaction survey (PermenPANRB 14/2017): how often, A6.P.iv.a, and whether published, A6.P.iv.b."""

from __future__ import annotations

from reports.rows import CountGroup, Provenance
from reports.wbk.proposals.facts import Facts
from reports.wbk.proposals.figures import document_group, proposed

SURVEYS, PUBLISHED = "A6.P.iv.a", "A6.P.iv.b"


def surveys_held(facts: Facts) -> Provenance:
    """A6.P.iv.a: survey rounds closed and reported within the year: four or more A, 3 B, 2 C, 1 D, none E."""
    period = facts.period
    started = sorted(
        (row for row in facts.survey_rounds if row.closed_on is None or row.closed_on.year == period.year),
        key=lambda row: row.number,
    )
    done = tuple(
        row.number for row in started if period.holds(row.closed_on) and period.holds(row.reported_on)
    )
    rest = tuple(row.number for row in started if row.number not in done)
    return proposed(
        SURVEYS,
        "EDCBA"[min(len(done), 4)],
        period,
        query="Periode survei kepuasan masyarakat yang ditutup dan berlaporan",
        chosen=f"ditutup dan dilaporkan {period.words}",
        groups=(
            CountGroup("berlaporan", "Ditutup dan berlaporan", done),
            CountGroup("belum", "Belum ditutup atau belum berlaporan", rest),
        ),
        why=f"{len(done)} periode survei sudah ditutup dan berlaporan tahun ini.",
    )


def results_published(facts: Facts) -> Provenance:
    """A6.P.iv.b: ``A`` where the open page shows the index and a document proves the notice at the desk.

    What hangs at the desk Sahut can't see: without a document (a photo) nothing is proposed.
    """
    period, documents = facts.period, facts.documents_of(PUBLISHED)
    online = facts.station.survey_is_public
    if not online:
        why = "Laman statistik belum menampilkan hasil survei; bagian daring belum terbukti dari sini."
    elif not documents:
        why = (
            "Hasil survei tayang di laman statistik. Bagian luring belum terbukti: lampirkan foto papan "
            "pengumuman di tempat layanan."
        )
    else:
        why = "Hasil survei tayang di laman statistik, dan bukti pengumuman di tempat layanan terlampir."
    return proposed(
        PUBLISHED,
        "A" if online and documents else None,
        period,
        query="Hasil survei di laman terbuka, dan dokumen pengumuman luring pada indikator ini",
        chosen=f"{facts.station.survey_answers} jawaban survei bulan-bulan tahun {period.year}; dokumen yang "
        f"berlaku pada {period.cut_off.isoformat()}",
        groups=(document_group("luring", "Bukti pengumuman luring", documents),),
        why=why,
    )
