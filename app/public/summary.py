"""The last page before sending: every answer in words, with the way to change it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.forms import particulars
from app.forms.words import IDENTITY_MODES
from app.public.filling import Filling
from app.public.lodgement import circumstances_of, fee_of
from app.templating import label, local_date, rupiah
from workflows.vocabulary import IdentityMode

CHANGE = "ubah"
"""Argument of a question that was opened from the last page, to go back there: ``?ubah=1``."""

_LINES = Markup('<span class="sahut-lines">{}</span>')
"""Keeps the line breaks of what was typed."""


def rows_of(slug: str, about: Any, filling: Filling) -> list[dict[str, Any]]:
    """Lines of the last page for one question: what was asked, what was answered, the way to change it."""
    href = url_for("public.ask", slug=slug, ubah=1)
    told = [(about, value) for value in [_one_answer(slug, filling)] if value is not None]
    told += _several_answers(slug, filling)
    rows: list[dict[str, Any]] = [
        {"key": str(key), "html": _LINES.format(value), "href": href, "of": str(key)} for key, value in told
    ]
    fee = fee_of(filling) if slug == "uang" else None
    reckoned = particulars.tariff_rows(fee) if fee else []
    return rows + [{"key": key, "html": value} for key, value in reckoned]


def _one_answer(slug: str, filling: Filling) -> str | None:
    """The answer to a question with one field, in words; None for the others."""
    unknown = _("Tidak tahu")
    match slug:
        case "satuan":
            return filling.station.name
        case "layanan":
            return label(filling.service) if filling.service else unknown
        case "produk":
            return label(filling.product) if filling.product else unknown
        case "perihal":
            return label(filling.issues()[filling.category]) if filling.category else _("Hal lain")
        case "bahaya":
            return _("Ya, ada ancaman atau bahaya") if filling.in_danger else _("Tidak")
        case "kejadian":
            return str(filling.answer(slug, "narrative"))
        case "petugas":
            return filling.answer(slug, "respondent") or unknown
        case "kerugian":
            return str(filling.answer(slug, "loss"))
        case "pihak":
            return _("Mewakili orang lain") if filling.acts_for_another else _("Diri sendiri")
        case "identitas":
            return str(IDENTITY_MODES[filling.mode or IdentityMode.OPEN])
        case "bukti":
            names = [one.name for one in filling.content.files]
            return "\n".join(names) if names else _("Tidak ada berkas")
        case "jenis":
            return _kind_words(filling.kind)
    return None


def _kind_words(kind: str | None) -> str:
    return {
        "service": _("Pelayanan yang tidak semestinya"),
        "conduct": _("Perilaku anggota polisi"),
        "suggestion": _("Saran atau harapan"),
        "information": _("Permintaan informasi"),
    }[kind or "service"]


def _several_answers(slug: str, filling: Filling) -> list[tuple[str, str]]:
    """Answers to a question with several fields."""
    answers = filling.content.answers.get(slug, {})
    match slug:
        case "waktu-tempat":
            on = answers.get("on")
            day = local_date(date.fromisoformat(on)) if on else _("Tidak ingat")
            return [(_("Tanggal"), day), (_("Tempat"), answers.get("place", ""))]
        case "permintaan":
            claim = answers.get("claim")
            rows = [(_("Penyelesaian"), answers.get("remedy", ""))]
            return [*rows, (_("Ganti rugi"), rupiah(claim))] if claim else rows
        case "uang" | "alasan-uang" | "pengajuan" | "penolakan" | "saksi":
            return _particulars(slug, filling)
        case "diwakili":
            return [
                (_("Yang diwakili"), answers.get("name", "")),
                (_("Alamatnya"), answers.get("address", "")),
                (_("Hubungan"), answers.get("relation", "")),
                (_("Surat kuasa"), str(particulars.ATTORNEYS[answers["attorney"]])),
            ]
        case "data-diri":
            wanted = answers.get("notices") == "yes"
            return [
                (_("Nama"), answers.get("name", "")),
                (_("Alamat"), answers.get("address", "")),
                (_("Surel"), answers.get("email") or "–"),
                (_("Telepon"), answers.get("phone") or "–"),
                (_("Kabar lewat surel"), _("Boleh") if wanted else _("Jangan kirim apa pun")),
            ]
    return []


def _particulars(slug: str, filling: Filling) -> list[tuple[str, str]]:
    """Answers to a question that depends on the matter."""
    told, fee = circumstances_of(filling), fee_of(filling)
    match slug:
        case "uang":
            return particulars.asked_rows(fee) if fee else []
        case "alasan-uang":
            return particulars.reason_rows(fee) if fee else []
        case "pengajuan":
            return particulars.delay_rows(told)
        case "penolakan":
            return particulars.refusal_rows(told)
    return particulars.witness_rows(told)
