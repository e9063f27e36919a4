"""The list of cases, narrowed by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.extensions import db
from app.forms.text import clean_line
from app.forms.words import class_words, state_words
from app.law import get_law
from app.queries.patterns import Pattern
from app.queries.queue import Cursor
from app.queries.review import CaseFilter, Figure, count_cases, list_cases, list_mandate, list_years
from app.review.blueprint import blueprint
from app.review.patterns import NAMES
from workflows.vocabulary import CITIZEN_CLASSES, ComplaintClass, PublicState

Word = TypeVar("Word", Figure, Pattern, PublicState, ComplaintClass)

FIGURES: dict[Figure, Any] = {
    Figure.OPEN: _l("Belum ditutup"),
    Figure.OVERDUE: _l("Lewat tenggat sekarang"),
    Figure.BREACHED: _l("Pernah melanggar tenggat"),
    Figure.IN_TIME: _l("Diputus dalam batas hukum"),
    Figure.LATE: _l("Melewati batas putusan"),
}
ORIGINS: dict[str, Any] = {"sahut": _l("Dicatat di Sahut"), "impor": _l("Riwayat impor")}
LONGEST_SEARCH = 80


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A filter with the arguments that say it in an address."""

    filter: CaseFilter
    arguments: dict[str, Any]

    def without(self, name: str) -> dict[str, Any]:
        """The arguments of the list that this one no longer narrows."""
        return {key: value for key, value in self.arguments.items() if key != name}


@blueprint.get("/pengaduan")
def cases() -> str:
    """Cases of the mandate, the last received first."""
    session, actor, now = db.session(), current_actor(), clock.now()
    stations = list_mandate(session, actor)
    years = list_years(session, stations, now) or [now.year]
    narrowed = narrow(request.args, years)
    page = list_cases(session, actor, narrowed.filter, now=now, cursor=_cursor(request.args))
    around = {
        name: url_for("review.cases", **narrowed.arguments | {argument: cursor.as_text()})
        for name, argument, cursor in (("prev", "sebelum", page.before), ("next", "sesudah", page.after))
        if cursor is not None
    }
    return render_template(
        "review/cases.html",
        stations=stations,
        page=page,
        count=count_cases(session, actor, narrowed.filter, now=now),
        around=around,
        narrowed=narrowed,
        active=_active(narrowed, {station.code: station.name for station in stations}),
        options=_options(stations, years),
    )


def narrow(given: Mapping[str, str], years: list[int]) -> Narrowed:
    """The filter of an address; what it doesn't know it leaves out.

    A pattern is looked for within one year, the last where none is named: it asks much of each case.
    """
    search = (clean_line(given.get("nomor", "")) or "")[:LONGEST_SEARCH]
    year, pattern = given.get("tahun", ""), _word(Pattern, given.get("pola"))
    chosen = int(year) if year.isdecimal() and int(year) in years else None
    wanted = CaseFilter(
        agency_code=given.get("satuan", "") if given.get("satuan", "").isalnum() else "",
        year=chosen or (years[0] if pattern else None),
        figure=_word(Figure, given.get("angka")),
        pattern=pattern,
        state=_word(PublicState, given.get("keadaan")),
        complaint_class=_word(ComplaintClass, given.get("jenis")),
        imported={"impor": True, "sahut": False}.get(given.get("asal", "")),
        search=search,
    )
    arguments = {
        "satuan": wanted.agency_code,
        "tahun": str(wanted.year or ""),
        "angka": wanted.figure.value if wanted.figure else "",
        "pola": wanted.pattern.value if wanted.pattern else "",
        "keadaan": wanted.state.value if wanted.state else "",
        "jenis": wanted.complaint_class.value if wanted.complaint_class else "",
        "asal": "" if wanted.imported is None else given["asal"],
        "nomor": search,
    }
    return Narrowed(wanted, {key: value for key, value in arguments.items() if value})


def _word(words: type[Word], typed: str | None) -> Word | None:
    try:
        return words(typed) if typed else None
    except ValueError:
        return None


def _cursor(given: Mapping[str, str]) -> Cursor | None:
    if "sebelum" in given:
        return Cursor.from_text(given["sebelum"], forward=False)
    return Cursor.from_text(given["sesudah"], forward=True) if "sesudah" in given else None


def _options(stations: list[Any], years: list[int]) -> dict[str, list[tuple[str, str]]]:
    law = get_law()
    return {
        "satuan": [("", _("Semua satuan")), *((one.code, one.name) for one in stations)],
        "tahun": [("", _("Semua tahun")), *((str(year), str(year)) for year in years)],
        "keadaan": [("", _("Semua keadaan")), *((one.value, state_words(one)) for one in law.public_states)],
        "jenis": [("", _("Semua jenis")), *((one.value, class_words(one)) for one in CITIZEN_CLASSES)],
        "angka": [("", _("Semua")), *((one.value, str(words)) for one, words in FIGURES.items())],
        "pola": [("", _("Semua")), *((one.value, str(words)) for one, words in NAMES.items())],
        "asal": [("", _("Semua")), *((code, str(words)) for code, words in ORIGINS.items())],
    }


def _active(narrowed: Narrowed, names: Mapping[str, str]) -> list[dict[str, str]]:
    wanted = narrowed.filter
    words = {
        "satuan": names.get(wanted.agency_code, wanted.agency_code),
        "tahun": _("diterima %(year)s", year=wanted.year),
        "angka": str(FIGURES[wanted.figure]) if wanted.figure else "",
        "pola": str(NAMES[wanted.pattern]) if wanted.pattern else "",
        "keadaan": state_words(wanted.state) if wanted.state else "",
        "jenis": class_words(wanted.complaint_class) if wanted.complaint_class else "",
        "asal": str(ORIGINS[narrowed.arguments["asal"]]) if "asal" in narrowed.arguments else "",
        "nomor": _("nomor “%(search)s”", search=wanted.search),
    }
    return [
        {"text": words[key], "href": url_for("review.cases", **narrowed.without(key))}
        for key in narrowed.arguments
    ]
