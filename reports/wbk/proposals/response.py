"""How fast people are answered: A6.R.ii.a, and whether the digital way made it faster: A2.R.ii.a.

The worksheet sets no threshold for "fast" and "various". Three ways in, and a median within the station's own
limit, are decisions of the project; so is the least number of decisions that a trend may rest on.
"""

from __future__ import annotations

from statistics import median

from reports.rows import Provenance
from reports.wbk.proposals.facts import Facts, Reply
from reports.wbk.proposals.figures import case_group, proposed
from workflows.vocabulary import ComplaintClass

RESPONSIVE, TRANSFORMATION = "A6.R.ii.a", "A2.R.ii.a"
VARIOUS = 3
"""So many ways in are "various"."""
FEWEST_DECISIONS = 5
"""With fewer in either year, a median tells nothing about the station."""


def responsive(facts: Facts) -> Provenance:
    """A6.R.ii.a: fast and various A, fast B, various C, neither D.

    About complaints of services, as the indicator asks. Fast is a median first reply within its limit: at
    least half of those that were due came in time. A reply that is overdue counts as late, so that not
    answering makes nobody faster.
    """
    lived = [one for one in facts.lived if one.case.complaint_class is ComplaintClass.SERVICE]
    due = [one for one in lived if one.reply is not None]
    timely = [one for one in due if one.reply is Reply.IN_TIME]
    late = [one for one in due if one.reply is not Reply.IN_TIME]
    ways = {one.channel for one in lived}
    fast, various = len(timely) * 2 >= len(due), len(ways) >= VARIOUS
    answer = None
    if due:
        answer = ("A" if various else "B") if fast else ("C" if various else "D")
    return proposed(
        RESPONSIVE,
        answer,
        facts.period,
        query="Tanggapan pertama atas pengaduan pelayanan, terhadap tenggatnya; kanal yang terpakai",
        chosen=f"diterima {facts.period.words}, tanpa riwayat impor; cepat = mediannya tidak melewati "
        f"tenggat satuan; berbagai kanal = sedikitnya {VARIOUS} kanal terpakai",
        groups=(
            case_group("jatuh_tempo", "Tanggapan pertama yang diukur", due),
            case_group("tepat_waktu", "Tepat waktu", timely),
            case_group("terlambat", "Terlambat atau lewat tenggat", late),
            case_group("semua", "Pengaduan pelayanan lewat kanal yang terpakai", lived),
        ),
        why=f"{len(timely)} dari {len(due)} tanggapan pertama tepat waktu (median "
        f"{'di dalam' if fast else 'melewati'} tenggat), lewat {len(ways)} kanal."
        if due
        else "Belum ada tanggapan pertama atas pengaduan pelayanan yang jatuh tempo; kecepatan tak terukur.",
    )


def transformation(facts: Facts) -> Provenance:
    """A2.R.ii.a: faster than the year before and linked to another system A, faster alone B, not faster C.

    Measured in full days from a complete file to its decision; a case with the number of another system
    (SP4N-LAPOR!, Dumas Presisi, Ombudsman) shows the link.
    """
    decided = [
        one
        for one in facts.cases
        if one.case.days_to_decision is not None and facts.period.holds(one.case.decided_on)
    ]
    days = [one.case.days_to_decision for one in decided if one.case.days_to_decision is not None]
    tickets = [one for one in facts.lived if one.has_ticket]
    answer: str | None
    if min(len(days), len(facts.days_before)) < FEWEST_DECISIONS:
        answer = None
        why = (
            f"{len(days)} putusan tahun ini dan {len(facts.days_before)} tahun sebelumnya; perbandingan "
            f"butuh sedikitnya {FEWEST_DECISIONS} di tiap tahun."
        )
    else:
        now, before = median(days), median(facts.days_before)
        answer = "C" if now >= before else "A" if tickets else "B"
        linked = (
            f"{len(tickets)} pengaduan bernomor sistem lain" if tickets else "belum ada tautan sistem lain"
        )
        why = f"Median {_days(now)} hari sampai putusan, tahun sebelumnya {_days(before)} hari; {linked}."
    return proposed(
        TRANSFORMATION,
        answer,
        facts.period,
        query="Hari dari berkas lengkap sampai putusan, tahun ini dan sebelumnya; nomor tiket sistem lain",
        chosen=f"diputus {facts.period.words}, dibandingkan dengan putusan sepanjang "
        f"{facts.period.year - 1}; riwayat impor ikut bila registernya memuat kedua tanggal",
        groups=(
            case_group("diputus", "Diputus tahun ini, berkas lengkap tercatat", decided),
            case_group("bernomor", "Bernomor sistem lain", tickets),
        ),
        why=why,
    )


def _days(value: float) -> str:
    return f"{value:g}".replace(".", ",")
