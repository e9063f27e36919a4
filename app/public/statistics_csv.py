"""The statistics as CSV: stable headers and codes, never translated; the finest that is published."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from reports.csv_file import csv_bytes
from reports.statistics.measures import CLOCKS, DECIDED, RECEIVED, UNDECIDED
from reports.statistics.year import LeafRow, YearCounts

_Cells = tuple[str | int, ...]
_LEAF = ("satuan", "tahun", "semester", "bulan_awal", "bulan_akhir", "layanan")


def csv_response(
    table: str, station: str, counts: YearCounts, imported: dict[str, int], service: str | None
) -> Response:
    """The file of one table; groups are codes joined by ``+``, all months and services of one row alike.

    :param service: only rows of this service by itself
    """
    header, rows = _table(table, station, counts, imported, service)
    name = f"sahut-{table}-{station}-{counts.year}.csv"
    return Response(
        csv_bytes(header, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _table(
    table: str, station: str, counts: YearCounts, imported: dict[str, int], service: str | None
) -> tuple[tuple[str, ...], list[_Cells]]:
    year = counts.year
    if table == "masuk-bulan":
        rows = counts.received_of(service) if service else counts.received_by_month()
        return (
            ("satuan", "tahun", "bulan_awal", "bulan_akhir", "layanan", "jumlah"),
            [(station, year, row.first, row.last, service or "semua", row.n) for row in rows],
        )
    if table == "register-lama":
        return ("satuan", "tahun_register", "jumlah"), [(station, y, n) for y, n in imported.items()]
    if table == "tepat-waktu":
        clocks = [(clock, leaf) for clock in CLOCKS for leaf in _leaves(counts, clock, service)]
        return (
            (*_LEAF, "tenggat", "dipenuhi", "jumlah"),
            [
                (*_start(station, year, leaf), clock, "+".join(leaf.categories), leaf.n)
                for clock, leaf in clocks
            ],
        )
    if table == "masuk-layanan":
        leaves = _leaves(counts, RECEIVED, service)
        return (*_LEAF, "jumlah"), [(*_start(station, year, leaf), leaf.n) for leaf in leaves]
    leaves = _leaves(counts, DECIDED if table == "diputus" else UNDECIDED, service)
    return (
        (*_LEAF, "hasil", "jumlah"),
        [(*_start(station, year, leaf), "+".join(leaf.categories), leaf.n) for leaf in leaves],
    )


def _leaves(counts: YearCounts, measure: str, service: str | None) -> Sequence[LeafRow]:
    return [leaf for leaf in counts.leaves(measure) if service is None or leaf.services == (service,)]


def _start(station: str, year: int, leaf: LeafRow) -> _Cells:
    return station, year, leaf.half, leaf.first, leaf.last, "+".join(leaf.services)
