"""How complaints were handled: A5.R.ii.a in three counts, and A5.P.iii.b, whether each has a recorded act."""

from __future__ import annotations

from collections.abc import Iterable

from reports.rows import AnonymisedCaseRow, CountGroup, Provenance
from reports.wbk.proposals.facts import Facts
from reports.wbk.proposals.figures import proposed
from reports.wbk.proposals.standing import Standing, cases_in_period, standing

FOLLOWED_UP, HANDLED = "A5.P.iii.b", "A5.R.ii.a"
NOTHING_TO_HANDLE = "Tidak ada pengaduan yang harus ditindaklanjuti pada periode ini"


def complaints_handled(facts: Facts) -> Provenance:
    """A5.R.ii.a: the three counts, K3 checked by construction (waiting + in process + finished = all).

    A year without complaints is no 0 of 0: nothing is proposed, and the share stays unknown (K2).
    """
    period = facts.period
    groups: dict[Standing, list[str]] = {kind: [] for kind in Standing}
    counted: list[str] = []
    imported: list[str] = []
    for case in _in_period(facts):
        kind = standing(case)
        groups[kind].append(case.number)
        if kind.counted:
            counted.append(case.number)
        if case.imported:
            imported.append(case.number)
    shown = [
        _group("harus_ditindaklanjuti", "Harus ditindaklanjuti", counted),
        _group("belum_diproses", Standing.WAITING.value, groups[Standing.WAITING]),
        _group("sedang_diproses", Standing.IN_PROCESS.value, groups[Standing.IN_PROCESS]),
        _group("selesai", Standing.FINISHED.value, groups[Standing.FINISHED]),
    ]
    shown += [
        _group(f"di_luar_{kind.name.lower()}", kind.value, numbers)
        for kind, numbers in groups.items()
        if not kind.counted and numbers
    ]
    if imported:
        shown.append(_group("impor", "Riwayat impor (sudah termasuk di atas)", imported))
    finished = len(groups[Standing.FINISHED])
    return proposed(
        HANDLED,
        {
            "harus_ditindaklanjuti": len(counted),
            "sedang_diproses": len(groups[Standing.IN_PROCESS]),
            "selesai": finished,
        }
        if counted
        else None,
        period,
        query="Jumlah pengaduan berkadar pengawasan menurut kedudukannya pada tanggal potong",
        chosen=period.carried_words
        + "; selesai = putusan bertemuan (selesai benar atau selesai tidak benar) yang sudah disampaikan; "
        "dicabut, gugur, ditolak, diteruskan, ganda, dan tidak berkadar keluar dari penyebut",
        groups=shown,
        why=f"{finished} dari {len(counted)} pengaduan yang harus ditindaklanjuti sudah selesai."
        if counted
        else f"{NOTHING_TO_HANDLE}: penyebut nol, jangan dianggap 100%.",
    )


def complaints_followed_up(facts: Facts) -> Provenance:
    """A5.P.iii.b: ``Ya`` where every complaint that must be followed up has a recorded action."""
    period = facts.period
    duty = [case for case in _in_period(facts) if standing(case).counted]
    untouched = [case.number for case in duty if not case.has_recorded_action]
    if not duty:
        why = f"{NOTHING_TO_HANDLE}; jawab dengan pertimbangan sendiri."
    elif untouched:
        why = f"{len(untouched)} dari {len(duty)} pengaduan belum mempunyai tindakan tercatat."
    else:
        why = f"Semua {len(duty)} pengaduan mempunyai sedikitnya satu tindakan tercatat."
    return proposed(
        FOLLOWED_UP,
        None if not duty else "Tidak" if untouched else "Ya",
        period,
        query="Pengaduan yang harus ditindaklanjuti, dengan dan tanpa tindakan tercatat",
        chosen=f"{period.carried_words}; tindakan = perbuatan petugas yang tercatat setelah pengaduan masuk",
        groups=(
            _group("harus_ditindaklanjuti", "Harus ditindaklanjuti", (case.number for case in duty)),
            _group("tanpa_tindakan", "Tanpa tindakan tercatat", untouched),
        ),
        why=why,
    )


def _in_period(facts: Facts) -> Iterable[AnonymisedCaseRow]:
    rows = (one.case for one in facts.cases)
    return cases_in_period(rows, facts.period.year, facts.period.cut_off)


def _group(code: str, label: str, numbers: Iterable[str]) -> CountGroup:
    return CountGroup(code, label, tuple(numbers), of_cases=True)
