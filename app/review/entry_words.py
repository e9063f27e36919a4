"""The facts of a log entry in words: codes get their labels, commitments and digests their first figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from string import hexdigits
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.audit_words import audit_words
from app.forms.words import class_words, identity_words, stage_words, substate_words
from app.law import get_law
from app.queries.audit_view import PEOPLE_FACTS, UNIT_FACTS, LogRow
from app.review.case_words import BINDINGS, outcome_words, reason_words
from app.templating import label, short_datetime
from workflows.vocabulary import Binding, ComplaintClass, NoticeKind, Substate

DIGEST_SHOWN = 16
DIGEST_CHARS = 64
TECHNICAL = frozenset(
    {
        "from",
        "to",
        "version",
        "policy",
        "size",
        "sha256",
        "worksheet",
        "occurrence",
        "step",
        "provisional_calendar",
    }
)
"""Facts that the one line leaves out: the states stand before all others, the rest is for the whole entry."""

NAMES: dict[str, Any] = {
    "about": _l("perbuatan"),
    "account": _l("akun"),
    "agency": _l("satuan"),
    "announced_at": _l("diumumkan"),
    "action": _l("tindakan perbaikan"),
    "answer": _l("jawaban"),
    "as_of": _l("keadaan pada"),
    "asked_at": _l("diminta"),
    "attachment": _l("berkas"),
    "binding": _l("dasar"),
    "case": _l("perkara"),
    "cases": _l("banyaknya perkara"),
    "channel": _l("saluran"),
    "class": _l("jenis"),
    "closure_reason": _l("alasan berakhir"),
    "due_at": _l("jatuh tempo"),
    "entry": _l("catatan"),
    "evidence": _l("bukti"),
    "file": _l("berkas"),
    "files": _l("banyaknya berkas"),
    "finding": _l("hasil"),
    "first": _l("dari"),
    "form": _l("bentuk"),
    "format": _l("bentuk"),
    "from": _l("dari keadaan"),
    "identity_mode": _l("identitas"),
    "indicator": _l("indikator"),
    "issued_on": _l("tanggal"),
    "last": _l("sampai"),
    "late": _l("terlambat"),
    "lhp": _l("LHP"),
    "message": _l("pesan"),
    "notice": _l("surat"),
    "notice_kind": _l("jenis surat"),
    "occurrence": _l("kali ke (dari 0)"),
    "officer": _l("petugas"),
    "percent": _l("persen dari batas"),
    "person": _l("orang"),
    "policy": _l("versi kebijakan"),
    "proof": _l("bukti masuk catatan"),
    "received_at": _l("diterima"),
    "recommendation": _l("rekomendasi"),
    "provisional_calendar": _l("kalender sementara"),
    "reissue": _l("kode baru"),
    "request": _l("permintaan"),
    "respondent": _l("terlapor"),
    "rows": _l("baris"),
    "size": _l("ukuran"),
    "stage": _l("tahap"),
    "step": _l("langkah kebijakan"),
    "supplemented": _l("dilengkapi"),
    "takes_effect_at": _l("mulai berlaku"),
    "to": _l("ke keadaan"),
    "triggered_at": _l("pemicu"),
    "unit": _l("unit"),
    "user": _l("petugas"),
    "version": _l("versi perkara"),
    "way": _l("cara"),
    "withdrawal": _l("pencabutan"),
    "worksheet": _l("lembar kerja"),
    "year": _l("tahun"),
}
"""Names of facts; one that is not here stands under its own."""


def fact_lines(row: LogRow) -> list[str]:
    """``jenis: Pengaduan layanan``, for each fact that says something, in the order of the entry."""
    return [
        f"{NAMES.get(name, name)}: {value_words(name, value, row)}"
        for name, value in row.facts.items()
        if value is not None
    ]


def short_facts(row: LogRow) -> str:
    """The facts that tell a reader something, on one line; commitments and technical ones are left out."""
    facts = row.facts
    parts = []
    if facts.get("from") or facts.get("to"):
        states = [value_words(name, facts[name], row) for name in ("from", "to") if facts.get(name)]
        parts.append(" → ".join(dict.fromkeys(states)))
    parts += [
        f"{NAMES[name]}: {value_words(name, value, row)}"
        for name, value in facts.items()
        if value is not None and name in NAMES and name not in TECHNICAL
    ]
    return " · ".join(parts)


def value_words(name: str, value: Any, row: LogRow) -> str:
    """One fact; what isn't known stands as it is."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, int):
        return _id_words(name, value, row)
    text = str(value)
    if _is_digest(text):
        return f"{text[:DIGEST_SHOWN]}…"
    if name.endswith("_at") or name == "as_of":
        return _instant(text, row.zone)
    if name == "person" and text.startswith("user:"):
        return _id_words("user", int(text.removeprefix("user:")), row)
    words = _WORDS.get(name)
    try:
        return words(text) if words is not None else text
    except (KeyError, ValueError):
        return text


def _id_words(name: str, value: int, row: LogRow) -> str:
    """Who or what an id stands for, with the id itself, which is what the log proves."""
    if name in PEOPLE_FACTS and value in row.names.people:
        return f"{row.names.people[value].words} (#{value})"
    if name in UNIT_FACTS and value in row.names.units:
        return f"{row.names.units[value]} (#{value})"
    return str(value)


def _is_digest(text: str) -> bool:
    return len(text) == DIGEST_CHARS and set(text) <= set(hexdigits)


def _instant(value: str, zone: str) -> str:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return value
    if at.tzinfo is None:
        return value
    return short_datetime(at, zone)


def _state(value: str) -> str:
    return substate_words(Substate(value))


def _notice(value: str) -> str:
    return label(get_law().notices[NoticeKind(value)])


def _binding(value: str) -> str:
    return str(BINDINGS[Binding(value)])


def _channel(value: str) -> str:
    return label(get_law().channels[value])


def _class(value: str) -> str:
    return class_words(ComplaintClass(value)).split(" (")[0]


_WORDS: Mapping[str, Callable[[str], str]] = {
    "about": audit_words,
    "binding": _binding,
    "channel": _channel,
    "class": _class,
    "closure_reason": reason_words,
    "finding": outcome_words,
    "from": _state,
    "identity_mode": identity_words,
    "notice_kind": _notice,
    "stage": stage_words,
    "to": _state,
}
