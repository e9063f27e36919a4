"""Forms of the integrity zone: an indicator's answer in the shape its kind asks for, and its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.forms import (
    Choice,
    DateField,
    NoteField,
    NotInFuture,
    RadioChoiceField,
    Required,
    SahutForm,
    SelectChoiceField,
    SubmitButton,
    TextField,
)
from app.forms.fields import ReadField
from app.services.assessments import LONGEST_NOTE
from app.services.web_addresses import LONGEST_URL
from app.templating import number_id
from reports.wbk.errors import AnswersError
from reports.wbk.formulas import CONFIRMATION
from reports.wbk.worksheet import Indicator, Kind

NO_ANSWER = "-"
_COUNT = re.compile(r"\d{1,9}")
_INDEX = re.compile(r"\d{1,2}(?:[.,]\d{1,6})?")

REFUSALS: dict[str, Any] = {
    "title_missing": _l("Tulis judul dokumen."),
    "url_unfit": _l("Tulis alamat web yang lengkap, misalnya https://contoh.go.id/dokumen."),
    "valid_before_signed": _l("Masa berlaku berakhir sebelum tanggal dokumen."),
    "number_known": _l("Dokumen bernomor ini sudah ada. Pilih dari daftar dokumen satuan."),
    "evidence_unknown": _l("Pilih dokumen dari daftar."),
    "indicator_unknown": _l("Indikator ini tidak ada di lembar kerja."),
    "year_unfit": _l("Tahun ini di luar lembar kerja."),
    "no_proposal": _l("Sistem tidak mempunyai usul untuk indikator ini."),
    "proposal_changed": _l("Angkanya berubah sejak halaman dibuka. Periksa usul baru, lalu terima lagi."),
    "answer_changed": _l(
        "Indikator ini dijawab orang lain sejak Anda membukanya. Periksa jawabannya, lalu simpan lagi."
    ),
}
"""Code of a refusal → what the reader is told."""


class CountField(ReadField):
    """A whole number from 0; `data` is an int, or None where nothing is typed."""

    unreadable = _l("Tulis bilangan bulat dari 0, tanpa huruf.")

    def read(self, typed: str) -> int | None:
        plain = typed.replace(".", "").replace(" ", "")
        return int(plain) if _COUNT.fullmatch(plain) else None

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**({"inputmode": "numeric", "classes": "govuk-input--width-10"} | kwargs))


class IndexField(ReadField):
    """A survey index of 0 to 4, with comma or point; `data` is a float."""

    unreadable = _l("Tulis indeks sebagai angka, misalnya 3,65.")

    def read(self, typed: str) -> float | None:
        return float(typed.replace(",", ".")) if _INDEX.fullmatch(typed) else None

    def write(self, value: float) -> str:
        return number_id(value)

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**({"inputmode": "decimal", "classes": "govuk-input--width-5"} | kwargs))


class AnswerForm(SahutForm):
    """What every indicator's form has; the answer's own fields come before it (see `answer_form`)."""

    note = NoteField(
        _l("Catatan untuk penilai"),
        description=_l("Tampil di lembar kerja. Jangan menulis data pribadi."),
        max_length=LONGEST_NOTE,
    )
    seen = HiddenField()
    send = SubmitButton(_l("Simpan jawaban"))

    indicator: Indicator

    @property
    def answer(self) -> Any:
        """The answer as the worksheet takes it, None where nothing is given."""
        if self.indicator.kind is Kind.SHARE:
            return {name: self[name].data for name in self.answer_fields if self[name].data is not None}
        given = self["answer_value"].data
        return None if given == NO_ANSWER else given

    @property
    def answer_fields(self) -> tuple[str, ...]:
        """Names of the fields that hold the answer, in order."""
        if self.indicator.kind is not Kind.SHARE:
            return ("answer_value",)
        return (*(one.key for one in self.indicator.inputs), CONFIRMATION)

    def lay_problems(self, error: AnswersError) -> None:
        """Lays each fault on its input, named by the indicator's id."""
        for key, why in error.problems.items():
            name = key.removeprefix(f"{self.indicator.id}.")
            self.lay_error(f"{key}: {why}.", name if name in self else self.answer_fields[0])


def answer_form(indicator: Indicator, *, value: Any = None, note: str = "", seen: str = "") -> AnswerForm:
    """The form of an indicator, filled with the answer that stands."""
    fields: dict[str, Any] = {"indicator": indicator}
    given: dict[str, Any] = {"note": note, "seen": seen}
    match indicator.kind:
        case Kind.SHARE:
            for one in indicator.inputs:
                fields[one.key] = CountField(one.label)
            fields[CONFIRMATION] = RadioChoiceField(
                _l("Bila penyebutnya nol: nilai usulan disetujui?"),
                choices=[Choice("Ya", _l("Ya")), Choice("Tidak", _l("Tidak"))],
            )
            given |= dict(value) if isinstance(value, Mapping) else {}
        case Kind.INDEX:
            fields["answer_value"] = IndexField(_l("Indeks survei, 0 sampai 4"))
            given["answer_value"] = value
        case _:
            options = [
                Choice(
                    one.code,
                    one.code,
                    _("%(text)s Nilai %(score)s.", text=_sentence(one.text), score=number_id(one.score)),
                )
                for one in indicator.options
            ]
            none = Choice(NO_ANSWER, _l("Belum dijawab"), apart=True)
            fields["answer_value"] = RadioChoiceField(_l("Jawaban unit"), choices=[*options, none])
            given["answer_value"] = value or NO_ANSWER
    made = type(f"AnswerForm_{indicator.kind.name}", (AnswerForm,), fields)
    form: AnswerForm = made(data=given, prefix="")
    return form


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


class DocumentForm(SahutForm):
    """A document that the station holds, by number and date, and where an evaluator can open it."""

    title = TextField(_l("Judul dokumen"), [Required(_l("Tulis judul dokumen."))])
    number = TextField(_l("Nomor dokumen"), max_length=120)
    signed_on = DateField(_l("Tanggal dokumen"), [NotInFuture()], subject=_l("tanggal dokumen"))
    signer = TextField(_l("Ditandatangani oleh (jabatan)"))
    url = TextField(
        _l("Tautan"),
        description=_l("Tautan yang dapat dibuka penilai tanpa meminta izin."),
        max_length=LONGEST_URL,
    )
    valid_until = DateField(_l("Berlaku sampai"), subject=_l("tanggal akhir berlaku"))
    send = SubmitButton(_l("Tambahkan bukti"))


class LinkForm(SahutForm):
    """A document that the agency has already."""

    evidence = SelectChoiceField(
        _l("Dokumen satuan"), [Required(_l("Pilih dokumen dari daftar."))], blank=_l("Pilih dokumen")
    )
    send = SubmitButton(_l("Kaitkan"))


class PlainForm(SahutForm):
    """A button and its guard."""
