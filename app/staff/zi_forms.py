"""Forms of the integrity zone: an indicator's answer in the shape its kind asks for, and who sees to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

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
)
from app.forms.fields import ReadField
from app.models import Unit, User
from app.services.assessment_access import AssessmentRefused
from app.services.assessment_duties import Owner
from app.services.assessments import LONGEST_NOTE
from app.templating import number_id
from reports.wbk.errors import AnswersError
from reports.wbk.formulas import CONFIRMATION
from reports.wbk.worksheet import Indicator, Kind

NO_ANSWER = "-"
F = TypeVar("F", bound="AnswerForm")
_COUNT = re.compile(r"\d{1,9}")
_INDEX = re.compile(r"\d{1,2}(?:[.,]\d{1,6})?")

REFUSALS: dict[str, Any] = {
    "title_missing": _l("Tulis judul dokumen."),
    "url_unfit": _l("Tulis alamat web yang lengkap, misalnya https://contoh.go.id/dokumen."),
    "valid_before_signed": _l("Masa berlaku berakhir sebelum tanggal dokumen."),
    "signed_in_future": _l("Tanggal dokumen belum tiba."),
    "number_known": _l("Dokumen dengan nomor dan tanggal ini sudah ada. Pilih dari daftar dokumen satuan."),
    "file_known": _l("Berkas yang sama sudah ada pada dokumen lain. Pilih dari daftar dokumen satuan."),
    "file_twice": _l("Berkas yang sama dipilih dua kali."),
    "already_replaced": _l("Dokumen ini sudah digantikan oleh perbaikannya."),
    "reason_missing": _l("Tulis alasannya."),
    "evidence_unknown": _l("Pilih dokumen dari daftar."),
    "indicator_unknown": _l("Indikator ini tidak ada di lembar kerja."),
    "owner_unknown": _l("Pilih orang atau unit dari daftar."),
    "due_past": _l("Batas waktu sudah lewat."),
    "sheet_in_future": _l("Tanggal lembar TPI belum tiba."),
    "sheet_before_year": _l("Tanggal lembar TPI mendahului tahun penilaian."),
    "entered_by_parent": _l(
        "Jawaban ini dicatat oleh Polda. Satuan yang dinilai tidak dapat mengubahnya; hubungi Polda."
    ),
    "year_unfit": _l("Tahun ini di luar lembar kerja."),
    "no_proposal": _l("Sistem tidak mempunyai usul untuk indikator ini."),
    "proposal_changed": _l("Angkanya berubah sejak halaman dibuka. Periksa usul baru, lalu terima lagi."),
    "answer_changed": _l(
        "Indikator ini dijawab orang lain sejak Anda membukanya. Periksa jawabannya, lalu simpan lagi."
    ),
}
"""Code of a refusal → what the reader is told."""


def refusal_text(refused: AssessmentRefused) -> str:
    """What the reader is told of a refusal, with what stands already where that is the reason."""
    text = str(REFUSALS[refused.code])
    return f"{text} ({refused.known})" if refused.known else text


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


class TpiForm(AnswerForm):
    """What the TPI's sheet says of an indicator, and of which day that sheet is."""

    sheet_on = DateField(
        _l("Tanggal lembar TPI"),
        [Required(_l("Tulis tanggal lembar TPI.")), NotInFuture()],
        subject=_l("tanggal lembar TPI"),
    )
    note = NoteField(
        _l("Catatan TPI"), description=_l("Seperti di lembar TPI, kata demi kata."), max_length=LONGEST_NOTE
    )
    send = SubmitButton(_l("Catat jawaban TPI"))


def answer_form(indicator: Indicator, *, value: Any = None, note: str = "", seen: str = "") -> AnswerForm:
    """The form of an indicator, filled with the answer that stands."""
    return _made(AnswerForm, indicator, _l("Jawaban unit"), value, {"note": note, "seen": seen})


def tpi_form(
    indicator: Indicator,
    *,
    value: Any = None,
    note: str = "",
    sheet_on: date | None = None,
    seen: str = "",
    today: date,
) -> TpiForm:
    """The form of the TPI's answer, filled with the entry that stands."""
    given = {"note": note, "seen": seen, "sheet_on": sheet_on}
    return _made(TpiForm, indicator, _l("Jawaban TPI"), value, given, today=today)


def _made(
    base: type[F],
    indicator: Indicator,
    label: Any,
    value: Any,
    given: dict[str, Any],
    today: date | None = None,
) -> F:
    """A form of `base` with the fields that the kind of the indicator asks for."""
    fields: dict[str, Any] = {"indicator": indicator}
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
            fields["answer_value"] = RadioChoiceField(label, choices=[*options, none])
            given["answer_value"] = value or NO_ANSWER
    made = type(f"{base.__name__}_{indicator.kind.name}", (base,), fields)
    form: F = made(data=given, prefix="", today=today)
    return form


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


class LinkForm(SahutForm):
    """A document that the agency has already."""

    evidence = SelectChoiceField(
        _l("Dokumen satuan"), [Required(_l("Pilih dokumen dari daftar."))], blank=_l("Pilih dokumen")
    )
    send = SubmitButton(_l("Kaitkan"))


class DutyForm(SahutForm):
    """Who sees to it, a person or a unit, and until when."""

    owner = SelectChoiceField(_l("Penanggung jawab"), blank=_l("Belum ada"))
    due_on = DateField(
        _l("Batas waktu"),
        subject=_l("batas waktu"),
        description=_l("Pengingat dikirim 14, 7, dan 1 hari sebelumnya, dan sehari sesudahnya."),
    )
    send = SubmitButton(_l("Simpan penanggung jawab"))

    def offer(self, units: Iterable[Unit], people: Iterable[User]) -> None:
        """Sets whom there is to choose from."""
        self.owner.offer(
            [Choice(f"n{unit.id}", unit.name) for unit in units]
            + [Choice(f"u{one.id}", f"{one.full_name} ({one.title})") for one in people]
        )

    @property
    def chosen_owner(self) -> Owner | None:
        """The person or unit, None where nobody shall see to it."""
        chosen: str = self.owner.data or ""
        if not chosen:
            return None
        number = int(chosen[1:])
        return Owner(user_id=number) if chosen[0] == "u" else Owner(unit_id=number)


class PlainForm(SahutForm):
    """A button and its guard."""
