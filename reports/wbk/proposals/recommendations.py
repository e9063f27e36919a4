"""What evaluations asked for, and whether it was done: A5.P.iii.d and A6.P.iv.c."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reports.rows import CountGroup, Provenance, RecommendationRow
from reports.wbk.proposals.facts import Facts, Period
from reports.wbk.proposals.figures import proposed

EVALUATION, SURVEY_FOLLOW_UP = "A5.P.iii.d", "A6.P.iv.c"


def evaluation_followed_up(facts: Facts) -> Provenance:
    """A5.P.iii.d: all recommendations of complaint evaluations done A, some B, none C."""

    def letter(done: int, issued: int) -> str:
        return "A" if done == issued else "B" if done else "C"

    query = "Rekomendasi evaluasi penanganan pengaduan menurut penyelesaiannya"
    return _share_done(EVALUATION, query, facts.evaluation, facts.period, letter)


def survey_followed_up(facts: Facts) -> Provenance:
    """A6.P.iv.c: survey elements or recommendations done: all A, more than half B, some C, none D."""

    def letter(done: int, issued: int) -> str:
        return "A" if done == issued else "B" if done * 2 > issued else "C" if done else "D"

    query = "Unsur dan rekomendasi survei kepuasan masyarakat menurut penyelesaian tindak lanjutnya"
    return _share_done(SURVEY_FOLLOW_UP, query, facts.survey_actions, facts.period, letter)


def _share_done(
    indicator_id: str,
    query: str,
    rows: Iterable[RecommendationRow],
    period: Period,
    letter: Callable[[int, int], str],
) -> Provenance:
    issued = sorted((row for row in rows if period.holds(row.issued_on)), key=lambda row: row.number)
    done = [row for row in issued if row.completed_on is not None and row.completed_on <= period.cut_off]
    open_ = [row for row in issued if row not in done]
    return proposed(
        indicator_id,
        letter(len(done), len(issued)) if issued else None,
        period,
        query=query,
        chosen=f"terbit {period.words}",
        groups=(
            CountGroup("rekomendasi", "Rekomendasi", tuple(row.number for row in issued)),
            CountGroup("selesai", "Selesai ditindaklanjuti", tuple(row.number for row in done)),
            CountGroup("terbuka", "Masih terbuka", tuple(row.number for row in open_)),
        ),
        why=f"{len(done)} dari {len(issued)} rekomendasi selesai ditindaklanjuti."
        if issued
        else "Belum ada rekomendasi tercatat; tidak ada yang dapat diusulkan.",
    )
