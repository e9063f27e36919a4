"""`/statistik`: what came in, what was answered in time and how it ended, so that nobody can be recognised.

The page shows frozen months only, in the groups that ``reports.statistics`` allows; the filters stay in the
address. Every chart has its table, every table its CSV.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.extensions import db
from app.public.blueprint import blueprint
from app.public.openness import chosen_station
from app.public.statistics_csv import csv_response
from app.public.statistics_words import (
    clock_steps,
    clock_words,
    months_words,
    outcome_words,
    service_words,
    share_counts,
    share_words,
)
from app.queries.catalogue import ServiceRow, Station, list_services, list_stations
from app.queries.statistics import get_year, list_imported, list_years
from app.queries.survey import FEWEST, services_to_withhold, skm_results
from app.templating import label, number_id
from reports.skm import SkmResult
from reports.statistics.charts import Bar, Column, bars, columns
from reports.statistics.measures import DECIDED, RECEIVED, UNDECIDED
from reports.statistics.year import ClockRow, HalvesRow, MonthsRow, YearCounts

TABLES = ("masuk-bulan", "masuk-layanan", "tepat-waktu", "diputus", "tanpa-putusan", "register-lama")
"""Tables that can be had as CSV, by the name in the address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for.

    :ivar service: code of the service, None for all
    """

    stations: tuple[Station, ...]
    station: Station
    years: tuple[int, ...]
    year: int | None
    services: tuple[ServiceRow, ...]
    service: str | None

    @property
    def query(self) -> dict[str, str | int | None]:
        """The filters as they stand in an address."""
        return {"satuan": self.station.code, "tahun": self.year, "layanan": self.service}


@dataclass(frozen=True, slots=True)
class Figure:
    """One chart with its table; cells of a row after the first are numbers or their words."""

    name: str
    title: str
    lead: str
    chart: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


@blueprint.get("/statistik")
def statistics() -> ResponseReturnValue:
    """The page for one station and year, of all services or of one."""
    choice = _chosen()
    counts = get_year(db.session(), choice.station.id, choice.year) if choice.year else None
    return render_template(
        "public/statistics.html",
        choice=choice,
        counts=counts,
        figures=_figures(counts, choice) if counts else (),
        survey=_survey(counts, choice) if counts else (),
        imported=_imported(choice),
        last_month=_last_month(counts) if counts else None,
        agency_name=choice.station.name,
    )


@blueprint.get("/statistik/data.csv")
def statistics_csv() -> ResponseReturnValue:
    """One table as CSV: the finest that is published, whatever the page adds up."""
    table = request.args.get("tabel", "")
    choice = _chosen()
    if table not in TABLES or choice.year is None:
        abort(404)
    return csv_response(
        table,
        choice.station.code,
        get_year(db.session(), choice.station.id, choice.year),
        list_imported(db.session(), choice.station.id),
        choice.service,
    )


def _chosen() -> Choice:
    """:raises NotFound: an unknown station, year or service"""
    stations = list_stations(db.session())
    station = chosen_station(stations)
    years = list_years(db.session(), station.id)
    services = list_services(db.session(), station.id)
    wanted = request.args.get("tahun") or None
    if wanted is not None and wanted not in {str(year) for year in years}:
        abort(404)
    service = request.args.get("layanan") or None
    if service is not None and service not in {one.code for one in services}:
        abort(404)
    year = int(wanted) if wanted else (years[0] if years else None)
    return Choice(stations, station, years, year, services, service)


def _last_month(counts: YearCounts) -> str:
    return months_words(MonthsRow(counts.months, counts.months, 0)) if counts.months else ""


def _figures(counts: YearCounts, choice: Choice) -> tuple[Figure, ...]:
    made = [_by_month(counts, choice)]
    if choice.service is None:
        made.append(_by_service(counts, choice))
    made += [
        _in_time(counts, choice),
        _endings(counts, choice, DECIDED),
        _endings(counts, choice, UNDECIDED),
    ]
    return tuple(made)


# --- figures -----------------------------------------------------------------------------


def _by_month(counts: YearCounts, choice: Choice) -> Figure:
    rows = counts.received_of(choice.service) if choice.service else counts.received_by_month()
    total = sum(row.n for row in rows)
    title = _("Pengaduan masuk per bulan")
    chart = columns(
        "masuk-bulan",
        title,
        _describe([(months_words(row), number_id(row.n)) for row in rows]),
        [
            Column(months_words(row, width="abbreviated"), row.n, number_id(row.n), row.last - row.first + 1)
            for row in rows
        ],
    )
    return Figure(
        "masuk-bulan",
        title,
        _("Menurut bulan pengaduan dicatat. Bulan yang sedikit digabung dengan bulan sesudahnya."),
        _drawn(chart, rows),
        (_("Bulan"), _("Diterima")),
        tuple((months_words(row), number_id(row.n)) for row in rows),
        (_("Seluruhnya"), number_id(total)) if rows else None,
    )


def _by_service(counts: YearCounts, choice: Choice) -> Figure:
    return _halves(
        "masuk-layanan",
        _("Pengaduan masuk per layanan"),
        _("Setiap semester dimuat sesudah berakhir. Layanan yang sedikit diadukan digabung."),
        _("Layanan"),
        counts.received_by_service(),
        lambda members: service_words(members, choice.services),
        counts,
        RECEIVED,
    )


def _endings(counts: YearCounts, choice: Choice, measure: str) -> Figure:
    rows = counts.outcomes_of(measure, choice.service) if choice.service else counts.outcomes(measure)
    if measure == DECIDED:
        return _halves(
            "diputus",
            _("Hasil pengaduan yang diputus"),
            _("Menurut semester keputusan disampaikan kepada pelapor."),
            _("Hasil"),
            rows,
            outcome_words,
            counts,
            measure,
        )
    return _halves(
        "tanpa-putusan",
        _("Berakhir tanpa putusan"),
        _("Dicabut, gugur, diteruskan, atau ganda. Tidak dihitung sebagai diputus."),
        _("Sebab"),
        rows,
        outcome_words,
        counts,
        measure,
    )


def _halves(
    name: str,
    title: str,
    lead: str,
    head: str,
    rows: Sequence[HalvesRow],
    words: Callable[[Sequence[str]], str],
    counts: YearCounts,
    measure: str,
) -> Figure:
    """A figure of groups by half-year: bars of what is shown in the year, cells of each half-year."""
    greatest = max((row.n for row in rows), default=1)
    named = [(words(row.members), row) for row in rows]
    chart = bars(
        name,
        title,
        _describe([(text, number_id(row.n)) for text, row in named]),
        [Bar(text, row.n / greatest, number_id(row.n)) for text, row in named],
    )
    ended = len(counts.halves)
    heads = (_("Semester I"), _("Semester II"))[:ended]
    totals = [sum(row.counts[half] or 0 for row in rows) for half in range(ended)]
    hidden = [half for half, (_m, shown) in enumerate(counts.shown(measure)) if shown is None]
    notes = tuple(
        _("%(half)s: kurang dari %(k)s, tidak dimuat.", half=heads[half], k=counts.threshold)
        for half in hidden
    )
    return Figure(
        name,
        title,
        lead,
        _drawn(chart, rows),
        (head, *heads),
        tuple((text, *(_cell(row.counts[half]) for half in range(ended))) for text, row in named),
        (_("Seluruhnya"), *map(number_id, totals)) if rows else None,
        notes,
    )


def _in_time(counts: YearCounts, choice: Choice) -> Figure:
    k = counts.threshold
    every = counts.clocks_of(choice.service) if choice.service else counts.clocks()
    known = [row for row in every if row.share is not None and clock_steps(row.clock)]
    title = _("Dijawab tepat waktu")
    chart = bars(
        "tepat-waktu",
        title,
        _describe([(clock_words(row.clock), share_words(row.share, k)) for row in known]),
        [_share_bar(row, k) for row in known],
    )
    rest = [clock_words(row.clock) for row in every if row.share is None and clock_steps(row.clock)]
    notes = [_("Arsiran: sebanyak itu belum dapat dirinci.")] if any(map(_is_range, known)) else []
    if rest:
        notes.append(
            _("Kurang dari %(k)s atau digabung, jadi tidak dimuat: %(list)s.", k=k, list="; ".join(rest))
        )
    return Figure(
        "tepat-waktu",
        title,
        _("Tenggat yang jatuh tempo, dan yang dipenuhi sebelum lewat. Semester yang sudah berakhir."),
        _drawn(chart, known),
        (_("Tenggat"), _("Tepat waktu"), _("Bagian")),
        tuple((clock_words(row.clock), share_counts(row.share), share_words(row.share, k)) for row in known),
        None,
        tuple(notes),
    )


def _is_range(row: ClockRow) -> bool:
    return row.share is not None and row.share.least < row.share.most


def _share_bar(row: ClockRow, k: int) -> Bar:
    share = row.share
    if share is None or not share.n:
        return Bar(clock_words(row.clock), 0, share_words(share, k))
    return Bar(
        clock_words(row.clock),
        share.least / share.n,
        share_words(share, k),
        (share.most - share.least) / share.n,
    )


def _imported(choice: Choice) -> tuple[tuple[str, str], ...]:
    """Old registers by year, counted apart from all else."""
    if choice.service is not None:
        return ()
    found = list_imported(db.session(), choice.station.id)
    return tuple((year, number_id(n)) for year, n in found.items())


def _survey(counts: YearCounts, choice: Choice) -> tuple[tuple[str, ...], ...]:
    """The satisfaction index of each half-year that has ended: name, answers, index, grade.

    Answers of an ended month never change; services with few answers are withheld in pairs.
    """
    rows: list[tuple[str, ...]] = []
    for number, half in enumerate(counts.halves):
        first = date(counts.year, half.start + 1, 1)
        last = date(counts.year, half.stop, monthrange(counts.year, half.stop)[1])
        found = skm_results(db.session(), choice.station.id, first, last)
        if found.overall.respondents < max(counts.threshold, FEWEST):
            continue
        withheld = services_to_withhold(found.services)
        own = {one.code: one.label_id for one in choice.services}
        name = (_("Semester I"), _("Semester II"))[number]
        if choice.service is None:
            rows.append(_survey_row(_("%(half)s, semua layanan", half=name), found.overall))
        for one in found.services:
            is_wanted = choice.service is None or one.label_id == own[choice.service]
            if one.label_id is not None and one.service_id not in withheld and is_wanted:
                rows.append(_survey_row(f"{name}, {label(one)}", one.result))
    return tuple(rows)


def _survey_row(name: str, result: SkmResult) -> tuple[str, ...]:
    grade = f"{result.grade.grade}, {label(result.grade)}" if result.grade else "–"
    ikm = number_id(result.ikm, 2) if result.ikm is not None else "–"
    return name, number_id(result.respondents), ikm, grade


def _cell(count: int | None) -> str:
    return _("digabung") if count is None else number_id(count)


def _describe(pairs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in pairs)


def _drawn(chart: str, rows: Sequence[object]) -> Markup:
    """The chart, or nothing where it would be empty; its texts were escaped where it was made."""
    return Markup(chart) if rows else Markup("")  # noqa: S704
