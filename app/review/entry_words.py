"""The facts of a log entry in words: codes get their labels, commitments and digests their first figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.forms.audit_words import audit_words
from app.forms.words import class_words, stage_words, substate_words
from app.law import get_law
from app.review.case_words import outcome_words, reason_words
from app.templating import label, short_datetime
from workflows.canonical import parse_instant
from workflows.vocabulary import ComplaintClass, NoticeKind, Substate

DIGEST_SHOWN = 16

NAMES: dict[str, Any] = {
    "about": _l("perbuatan"),
    "account": _l("akun"),
    "agency": _l("satuan"),
    "announced_at": _l("diumumkan"),
    "answer": _l("jawaban"),
    "as_of": _l("keadaan pada"),
    "asked_at": _l("diminta"),
    "attachment": _l("berkas"),
    "binding": _l("dasar"),
    "case": _l("perkara"),
    "cases": _l("perkara"),
    "class": _l("jenis"),
    "closure_reason": _l("alasan berakhir"),
    "due_at": _l("jatuh tempo"),
    "entry": _l("catatan"),
    "evidence": _l("bukti"),
    "file": _l("berkas"),
    "files": _l("berkas"),
    "finding": _l("hasil"),
    "first": _l("dari"),
    "form": _l("bentuk"),
    "format": _l("bentuk"),
    "from": _l("dari keadaan"),
    "last": _l("sampai"),
    "message": _l("pesan"),
    "notice": _l("surat"),
    "notice_kind": _l("jenis surat"),
    "officer": _l("petugas"),
    "percent": _l("persen dari batas"),
    "person": _l("orang"),
    "policy": _l("versi kebijakan"),
    "proof": _l("bukti masuk catatan"),
    "reissue": _l("kode baru"),
    "respondent": _l("terlapor"),
    "rows": _l("baris"),
    "size": _l("ukuran"),
    "stage": _l("tahap"),
    "takes_effect_at": _l("berlaku"),
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


def fact_lines(facts: Mapping[str, Any], zone: str) -> list[str]:
    """``jenis: Pengaduan layanan``, for each fact that says something, in the order of the entry."""
    return [
        f"{NAMES.get(name, name)}: {value_words(name, value, zone)}"
        for name, value in facts.items()
        if value is not None
    ]


def value_words(name: str, value: Any, zone: str) -> str:
    """One fact; what isn't known stands as it is."""
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if not isinstance(value, str):
        return str(value)
    if name.endswith(("commitment", "sha256", "digest")) or name == "manifest":
        return f"{value[:DIGEST_SHOWN]}…"
    if name.endswith("_at") or name == "as_of":
        return _instant(value, zone)
    words = _WORDS.get(name)
    try:
        return words(value) if words is not None else value
    except (KeyError, ValueError):
        return value


def _instant(value: str, zone: str) -> str:
    try:
        at: datetime = parse_instant(value)
    except ValueError:
        return value
    return short_datetime(at, zone)


def _state(value: str) -> str:
    return substate_words(Substate(value))


def _notice(value: str) -> str:
    return label(get_law().notices[NoticeKind(value)])


def _class(value: str) -> str:
    return class_words(ComplaintClass(value))


_WORDS: Mapping[str, Callable[[str], str]] = {
    "about": audit_words,
    "class": _class,
    "closure_reason": reason_words,
    "finding": outcome_words,
    "from": _state,
    "notice_kind": _notice,
    "stage": stage_words,
    "to": _state,
}
