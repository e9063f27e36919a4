"""Patterns worth a look: each with its rule in words, its figure, and the cases behind it."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l

from app import clock
from app.access import current_actor
from app.extensions import db
from app.queries import patterns as rules
from app.queries.patterns import Pattern, count_patterns
from app.queries.performance_facts import LAST_DAYS
from app.queries.review import list_mandate, list_years
from app.review.blueprint import blueprint
from app.review.index import chosen_year

NAMES: dict[Pattern, Any] = {
    Pattern.COMPLETE_AT_THE_END: _l("Lengkap pada hari terakhir"),
    Pattern.ASKED_AGAIN: _l("Berulang kali ditanya"),
    Pattern.LONG_PAUSE: _l("Jeda hampir habis"),
    Pattern.OWN_UNIT: _l("Diperiksa unit yang diadukan"),
    Pattern.OWN_HAND: _l("Diputus orang dari unit yang diadukan"),
    Pattern.LAPSED_UNANSWERED: _l("Gugur tanpa jawaban"),
    Pattern.ENDED_UNTOLD: _l("Ditolak atau dialihkan tanpa kabar yang sampai"),
    Pattern.RECLASSIFIED: _l("Golongan diganti sesudah pelanggaran"),
    Pattern.WITHDRAWN_SOON: _l("Dicabut tidak lama sesudah identitas dibuka"),
    Pattern.OPENED_OFTEN: _l("Identitas sering dibuka"),
}
RULES: dict[Pattern, Any] = {
    Pattern.COMPLETE_AT_THE_END: _l(
        "Dinyatakan lengkap pada hari ke-%(first)s atau ke-%(last)s sesudah diterima. Enam puluh hari untuk "
        "memutus baru berjalan sejak itu.",
        first=LAST_DAYS[0],
        last=LAST_DAYS[-1],
    ),
    Pattern.ASKED_AGAIN: _l(
        "Pelapor dimintai keterangan %(count)s kali atau lebih. Setiap kali, batas waktu pedoman berhenti.",
        count=rules.PAUSES,
    ),
    Pattern.LONG_PAUSE: _l(
        "Semua penantian keterangan bersama-sama %(days)s hari atau lebih; jeda yang diizinkan 30 hari.",
        days=rules.LONG_PAUSE_DAYS,
    ),
    Pattern.OWN_UNIT: _l(
        "Diputus, dan unit pemeriksanya adalah unit terlapor. Pengaduan layanan tanpa nama petugas tidak "
        "dihitung: unit layanan memang menjawabnya sendiri."
    ),
    Pattern.OWN_HAND: _l(
        "Konsep, putusan, atau penyampaiannya dibuat terlapor atau orang dari unit terlapor (menurut unitnya "
        "sekarang) yang bukan atasannya. Aturan menolaknya; yang terlihat di sini terlapor yang baru dicatat "
        "kemudian, atau orang yang dipindahkan."
    ),
    Pattern.LAPSED_UNANSWERED: _l(
        "Dianggap dicabut karena tidak dilengkapi, padahal pelapor menulis pesan yang tidak pernah dibalas."
    ),
    Pattern.ENDED_UNTOLD: _l(
        "Ditolak atau dialihkan lebih dari %(days)s hari yang lalu, dan tidak ada bukti bahwa suratnya "
        "sampai kepada pelapor.",
        days=rules.UNTOLD_DAYS,
    ),
    Pattern.RECLASSIFIED: _l(
        "Golongan ditetapkan berbeda dari pilihan pelapor sesudah ada tenggat yang terlewat: tenggatnya ikut "
        "berganti."
    ),
    Pattern.WITHDRAWN_SOON: _l(
        "Pencabutan diumumkan dalam %(days)s hari sesudah petugas satuan membuka identitas pelapor.",
        days=rules.WITHDRAWN_WITHIN_DAYS,
    ),
    Pattern.OPENED_OFTEN: _l(
        "Petugas satuan membuka identitas pelapor %(count)s kali atau lebih.", count=rules.OFTEN_OPENED
    ),
}
"""Each rule as `app.queries.patterns` applies it."""


@blueprint.get("/pola")
def patterns() -> str:
    """Every pattern with its rule, how many cases show it, and at which stations."""
    session, actor, now = db.session(), current_actor(), clock.now()
    stations = list_mandate(session, actor)
    years = list_years(session, stations, now) or [now.year]
    year = chosen_year(request.args.get("tahun"), years)
    counts = {
        station.code: count_patterns(session, actor, station.id, station.zone, year, now)
        for station in stations
    }
    return render_template(
        "review/patterns.html",
        stations=stations,
        lines=[
            {
                "code": pattern.value,
                "name": NAMES[pattern],
                "rule": RULES[pattern],
                "total": sum(found[pattern] for found in counts.values()),
                "at": [(station, counts[station.code][pattern]) for station in stations],
            }
            for pattern in Pattern
        ],
        year=year,
        year_options=[(str(one), str(one)) for one in years],
    )
