"""`/prosedur`: how complaints are managed, in the ten contents of UU 25/2009 Pasal 37 ayat (3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.extensions import db
from app.law import get_law
from app.public.blueprint import blueprint
from app.public.openness import chosen_station
from app.public.statistics_words import STAGES, limit_words
from app.queries.catalogue import list_stations
from workflows.vocabulary import ComplaintClass, Party

CONTENTS: Mapping[str, str] = {
    "a": "identitas pengadu",
    "b": "prosedur pengelolaan pengaduan",
    "c": "penentuan pelaksana yang mengelola pengaduan",
    "d": "prioritas penyelesaian pengaduan",
    "e": "pelaporan proses dan hasil pengelolaan pengaduan kepada atasan pelaksana",
    "f": "rekomendasi pengelolaan pengaduan",
    "g": "penyampaian hasil pengelolaan pengaduan kepada pihak terkait",
    "h": "pemantauan dan evaluasi pengelolaan pengaduan",
    "i": "dokumentasi dan statistik pengelolaan pengaduan",
    "j": "pencantuman nama dan alamat penanggung jawab serta sarana pengaduan yang mudah diakses",
}
"""The statute's own words, so they stay Indonesian on the English page, which explains them."""

MEANINGS: Mapping[str, Any] = {
    "a": _l("Siapa yang mengadu"),
    "b": _l("Jalannya pengaduan"),
    "c": _l("Siapa yang menangani"),
    "d": _l("Mana yang didahulukan"),
    "e": _l("Laporan kepada atasan"),
    "f": _l("Rekomendasi"),
    "g": _l("Hasil untuk Anda dan pihak lain"),
    "h": _l("Pemantauan dan evaluasi"),
    "i": _l("Catatan dan statistik"),
    "j": _l("Penanggung jawab dan sarana"),
}

_OTHER_STAGES: Mapping[str, Any] = {
    "verification": _l("Pengaduan ditelaah dan dikelompokkan"),
    "investigation": _l("Pemeriksaan selesai"),
    "routing": _l("Diserahkan kepada unit"),
    "escalation": _l("Kapolresta diberi tahu"),
    "extension_kip": _l("Jawaban setelah perpanjangan"),
    "appeal_reply": _l("Keberatan informasi dijawab"),
}
_CLASSES = (
    ComplaintClass.SERVICE,
    ComplaintClass.SUPERVISORY,
    ComplaintClass.INFORMATION_REQUEST,
    ComplaintClass.URGENT,
)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One duty of the station: what, within which limit, by which source, and how sure that is."""

    what: Any
    limit: str
    sources: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True)
class ClockList:
    """The duties of one class of complaints."""

    law: Any
    lines: tuple[ClockLine, ...]


@blueprint.get("/prosedur")
def procedure() -> ResponseReturnValue:
    """The procedure of a station, filled from the rules by which Sahut works."""
    stations = list_stations(db.session())
    station = chosen_station(stations)
    law = get_law()
    return render_template(
        "public/procedure.html",
        stations=stations,
        station=station,
        contents=CONTENTS,
        meanings=MEANINGS,
        clocks=[_clocks(kind) for kind in _CLASSES],
        fields=[field for field in law.required_fields["complaint"] if field.required is True],
        urgent={step.stage: step for step in law.policies[ComplaintClass.URGENT].steps},
        remedies=law.remedies.values(),
        registers=law.registers.values(),
        channels=law.channels.values(),
        warn_percent=law.clock_rules["reminder"].warn_percent,
        reminder=law.clock_rules["reminder"],
        agency_name=station.name,
    )


def _clocks(kind: ComplaintClass) -> ClockList:
    policy = get_law().policies[kind]
    return ClockList(
        policy,
        tuple(
            ClockLine(
                STAGES.get(step.stage) or _OTHER_STAGES[step.stage],
                limit_words(step.limit, step.unit),
                step.source_texts,
                step.confidence.value,
            )
            for step in policy.steps
            if step.party is Party.STATION
        ),
    )
