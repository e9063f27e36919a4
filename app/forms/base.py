"""The form that all of Sahut's forms are: CSRF, messages in the reader's language, one list of errors.

A form checks the shape of input only. What a service refuses is laid on the field at fault with
`lay_refusal`, so that the reader sees it where they can mend it, with everything typed still there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from wtforms import Field, ValidationError

from app.forms.refusals import refusal_words
from app.forms.widgets import DateParts, Files
from app.templating import DEFAULT_ZONE, Zone
from workflows.errors import Refused

_AT_LEAST = _l("Isi paling sedikit %(min)d karakter.")
_AT_MOST = _l("Isi paling banyak %(max)d karakter.")
_EXACTLY = _l("Isi tepat %(max)d karakter.")
_CHOICE = _l("Pilih salah satu pilihan yang tersedia.")

LIBRARY_MESSAGES: dict[str, Any] = {
    "Invalid field name '%s'.": _l("Nama isian '%s' tidak dikenal."),
    "Field must be equal to %(other_name)s.": _l("Isian ini harus sama dengan %(other_name)s."),
    "Field must be at least %(min)d character long.": _AT_LEAST,
    "Field must be at least %(min)d characters long.": _AT_LEAST,
    "Field cannot be longer than %(max)d character.": _AT_MOST,
    "Field cannot be longer than %(max)d characters.": _AT_MOST,
    "Field must be exactly %(max)d character long.": _EXACTLY,
    "Field must be exactly %(max)d characters long.": _EXACTLY,
    "Field must be between %(min)d and %(max)d characters long.": _l("Isi %(min)d sampai %(max)d karakter."),
    "Number must be at least %(min)s.": _l("Angka paling kecil %(min)s."),
    "Number must be at most %(max)s.": _l("Angka paling besar %(max)s."),
    "Number must be between %(min)s and %(max)s.": _l("Isi angka dari %(min)s sampai %(max)s."),
    "Date must be at least %(min)s.": _l("Tanggal paling awal %(min)s."),
    "Date must be at most %(max)s.": _l("Tanggal paling akhir %(max)s."),
    "Date must be between %(min)s and %(max)s.": _l("Tanggal harus antara %(min)s dan %(max)s."),
    "This field is required.": _l("Isian ini wajib diisi."),
    "Invalid input.": _l("Isian ini tidak sesuai bentuk yang diminta."),
    "Invalid email address.": _l("Tulis alamat surel yang lengkap, misalnya nama@contoh.id."),
    "Invalid IP address.": _l("Alamat IP tidak sah."),
    "Invalid Mac address.": _l("Alamat MAC tidak sah."),
    "Invalid URL.": _l("Alamat tautan tidak sah."),
    "Invalid UUID.": _l("Pengenal tidak sah."),
    "Invalid value, must be one of: %(values)s.": _l("Pilih salah satu dari: %(values)s."),
    "Invalid value, can't be any of: %(values)s.": _l("Tidak boleh salah satu dari: %(values)s."),
    "This field cannot be edited.": _l("Isian ini tidak dapat diubah."),
    "This field is disabled and cannot have a value.": _l("Isian ini tidak dapat diisi."),
    "Invalid Choice: could not coerce.": _CHOICE,
    "Not a valid choice.": _CHOICE,
    "Choices cannot be None.": _CHOICE,
    "Invalid choice(s): one or more data inputs could not be coerced.": _CHOICE,
    "'%(value)s' is not a valid choice for this field.": _CHOICE,
    "'%(value)s' are not valid choices for this field.": _CHOICE,
    "Not a valid datetime value.": _l("Tulis tanggal dan jam yang lengkap."),
    "Not a valid date value.": _l("Tulis tanggal yang lengkap."),
    "Not a valid time value.": _l("Tulis jam sebagai jam dan menit, misalnya 14.05."),
    "Not a valid week value.": _l("Tulis minggu yang sah."),
    "Not a valid integer value.": _l("Tulis bilangan bulat, tanpa huruf."),
    "Not a valid decimal value.": _l("Tulis angka, tanpa huruf."),
    "Not a valid float value.": _l("Tulis angka, tanpa huruf."),
    "Invalid CSRF Token.": _l("Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."),
    "CSRF token missing.": _l("Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."),
    "CSRF failed.": _l("Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."),
    "CSRF token expired.": _l("Halaman ini sudah terlalu lama terbuka. Kirim sekali lagi."),
}
"""Every message of the forms library, in our words; a test finds the ones that a new version brings."""


class _OurWords:
    """Stands where the forms library expects its own catalogue."""

    def gettext(self, message: str) -> str:
        return str(LIBRARY_MESSAGES.get(message, message))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class _Guard(_FlaskFormCSRF):
    """The library's guard, saying in our words what its own names by its inside."""

    def validate_csrf_token(self, form: FlaskForm, field: Field) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError:
            raise ValidationError(str(LIBRARY_MESSAGES["CSRF failed."])) from None


class SahutForm(FlaskForm):
    """Base of every form.

    :param today: local date of the request, for forms that ask a date; from the view's `clock.now()`
    """

    class Meta(FlaskForm.Meta):
        csrf_class = _Guard

        def get_translations(self, form: FlaskForm) -> _OurWords:
            return _OurWords()

    def __init__(self, *args: Any, today: date | None = None, **kwargs: Any) -> None:
        self._today = today
        super().__init__(*args, **kwargs)

    @property
    def today(self) -> date:
        """:raises RuntimeError: where the view gave none"""
        if self._today is None:
            raise RuntimeError(f"{type(self).__name__} asks a date: give it today=")
        return self._today

    def lay_error(self, message: Any, field: str | None = None) -> None:
        """Lays a message on a field, or above the form where no field is at fault."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, str(message)]
        else:
            self.form_errors.append(str(message))

    def lay_refusal(
        self, refusal: Refused, field_map: Mapping[str, str] | None = None, *, zone: Zone = DEFAULT_ZONE
    ) -> None:
        """Lays a refusal of the rules on the field at fault.

        :param field_map: the rules' name of an input, or a refusal's code → this form's field
        :param zone: the agency's zone
        """
        names = field_map or {}
        field = names.get(refusal.code) or names.get(refusal.field or "", refusal.field or "")
        self.lay_error(refusal_words(refusal, zone), field)

    def error_list(self) -> list[dict[str, str]]:
        """What is wrong, in the order of the page: ``text``, and ``href`` to the input where there is one."""
        listed = [{"text": str(message)} for message in self.form_errors]
        for field in self:
            href = f"#{first_input_id(field)}"
            listed += [{"text": str(message), "href": href} for message in shown_errors(field)]
        return listed


def shown_errors(field: Field) -> Sequence[Any]:
    """The first thing that is wrong with a field; of several files, what is wrong with each."""
    return field.errors if isinstance(field.widget, Files) else field.errors[:1]


def first_input_id(field: Field) -> str:
    """Id of the input to go to in order to mend the field."""
    if isinstance(field.widget, DateParts):
        return f"{field.id}-{field.wrong_parts[0]}"
    return str(field.id)
