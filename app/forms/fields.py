"""Fields that Sahut's forms are made of: shape of input only, never a rule of a case.

Each takes text as people write it, cleans it (`app.forms.text`), keeps what was typed when it can't be read,
and says in the reader's language what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, time
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    Field,
    StringField,
    SubmitField,
)
from wtforms import PasswordField as PlainPasswordField
from wtforms.validators import StopValidation

from app.forms import text, widgets
from app.templating import number_id, rupiah


class TextField(StringField):
    """One line of text; `data` is cleaned, empty text is ``""``.

    :param max_length: characters at most
    """

    widget = widgets.TextInput()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        max_length: int = 200,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label,
            validators,
            filters=[_one_line, *kwargs.pop("filters", [])],
            **kwargs,
        )
        self.max_length = max_length

    def pre_validate(self, form: Any) -> None:
        _check_length(self.data, self.max_length)


class LongTextField(StringField):
    """Several lines of text, with a count of what room is left.

    :param max_length: characters at most (code points, line breaks counted as one)
    """

    widget = widgets.CountedTextArea()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        max_length: int = 10_000,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label,
            validators,
            filters=[_lines, *kwargs.pop("filters", [])],
            **kwargs,
        )
        self.max_length = max_length

    def pre_validate(self, form: Any) -> None:
        _check_length(self.data, self.max_length)


class NoteField(LongTextField):
    """A short note without a count."""

    widget = widgets.TextArea()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **({"max_length": 2_000} | kwargs))


class EmailField(TextField):
    """An e-mail address, checked for its shape; nothing is sent or looked up.

    A name of the host in another script is turned into its ASCII form, as mail needs it.
    """

    widget = widgets.EmailInput()
    data: str | None

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        try:
            found = validate_email(self.data, check_deliverability=False)
        except EmailNotValidError:
            raise StopValidation(_("Tulis alamat surel yang lengkap, misalnya nama@contoh.id.")) from None
        if found.ascii_email is None:
            raise StopValidation(_("Surel ini memakai huruf yang belum dapat kami kirimi. Tulis surel lain."))
        self.data = found.ascii_email


class ReadField(StringField):
    """Base of fields that read a value out of one line of text; what can't be read stays as typed."""

    widget = widgets.TextInput()
    unreadable: Any = ""
    """What to say where the text can't be read."""

    def read(self, typed: str) -> Any:
        """The value, or `None` where the text doesn't name one."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """The value as text, for a field that is filled in advance."""
        return str(value)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.typed = (text.clean_line(valuelist[0]) or "") if valuelist else ""
        self.data = self.read(self.typed) if self.typed else None
        if self.typed and self.data is None:
            raise ValueError(str(self.unreadable))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.write(self.data)


class TelephoneField(ReadField):
    """A telephone number; `data` in international form, as ``+6281234567890``."""

    widget = widgets.TelephoneInput()
    unreadable = lazy_gettext("Nomor telepon harus 8 sampai 15 angka, misalnya 0812 3456 7890.")

    def read(self, typed: str) -> str | None:
        return text.read_telephone(typed)


class RupiahField(ReadField):
    """An amount of money; `data` in whole rupiah."""

    unreadable = lazy_gettext("Tulis jumlah uang dalam angka, misalnya 150.000.")

    def read(self, typed: str) -> int | None:
        return text.read_rupiah(typed)

    def write(self, value: int) -> str:
        return rupiah(value).removeprefix("Rp")

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**({"prefix": {"text": "Rp"}, "inputmode": "numeric"} | kwargs))


class TimeField(ReadField):
    """A time of day on the local clock; `data` is a `datetime.time`."""

    unreadable = lazy_gettext("Tulis jam sebagai jam dan menit, misalnya 14.05.")

    def read(self, typed: str) -> time | None:
        return text.read_time(typed)

    def write(self, value: time) -> str:
        return f"{value:%H.%M}"


class DateField(Field):
    """A date in three parts: day, month (number or name), year in four digits; `data` is a `datetime.date`.

    Three inputs share the field's name, in this order.

    :param subject: what the date is, in the middle of a sentence: ``tanggal kejadian``
    """

    PARTS = ("day", "month", "year")
    widget = widgets.DateParts()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        subject: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.subject = subject or lazy_gettext("tanggal")
        self.wrong_parts: tuple[str, ...] = self.PARTS

    @property
    def typed(self) -> tuple[str, str, str]:
        """What stands in the three inputs."""
        if self.raw_data:
            day, month, year, *_rest = [
                *(str(part).strip() for part in self.raw_data),
                "",
                "",
                "",
            ]
            return day, month, year
        return (str(self.data.day), str(self.data.month), str(self.data.year)) if self.data else ("", "", "")

    @property
    def is_empty(self) -> bool:
        return not any(self.typed)

    def _value(self) -> str:
        return " ".join(self.typed).strip()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data: date | None = None
        if not any(part.strip() for part in valuelist):
            return
        if self.typed[0] and not any(self.typed[1:]) and (whole := text.split_date(self.typed[0])):
            self._read(whole)
            return
        missing = tuple(part for part, typed in zip(self.PARTS, self.typed, strict=True) if not typed)
        if missing:
            self.wrong_parts = missing
            words = {"day": _("tanggal"), "month": _("bulan"), "year": _("tahun")}
            wanted = _(" dan ").join(words[part] for part in missing)
            raise ValueError(
                _(
                    "Lengkapi %(subject)s: isi %(wanted)s.",
                    subject=self.subject,
                    wanted=wanted,
                )
            )
        self._read(self.typed)

    def _read(self, parts: tuple[str, str, str]) -> None:
        """Take the date of three parts; what is wrong is said of the part at fault, or of the one input."""
        is_whole = parts != self.typed
        self.data = text.read_date(*parts)
        if self.data is not None:
            return
        if text.read_month(parts[1]) is None:
            self.wrong_parts = ("day",) if is_whole else ("month",)
            raise ValueError(_("Bulan harus angka 1 sampai 12 atau nama bulan, misalnya 8 atau Agustus."))
        if len(parts[2]) != 4 or not parts[2].isdecimal():
            self.wrong_parts = ("day",) if is_whole else ("year",)
            raise ValueError(_("Tahun harus empat angka, misalnya 2026."))
        raise ValueError(
            _(
                "Tanggal ini tidak ada. Periksa %(subject)s, misalnya 24 11 2026.",
                subject=self.subject,
            )
        )


class PasswordField(PlainPasswordField):
    """A password, never sent back to the page and never cleaned: every character counts."""

    widget = widgets.PasswordInput()


class FilesField(MultipleFileField):
    """Any number of files; `data` is a list of those really chosen.

    A browser forgets chosen files when a page comes back with an error: the view must have kept them.
    """

    widget = widgets.Files()

    def process_formdata(self, valuelist: Iterable[Any]) -> None:
        self.data = [one for one in valuelist if isinstance(one, FileStorage) and one.filename]


class FileField(FilesField):
    """One file; `data` is a list of at most one."""

    widget = widgets.Files(multiple=False)


class SubmitButton(SubmitField):
    """The one thing a page asks to do; sent once even where it is pressed twice."""

    widget = widgets.Submit()


def _one_line(typed: str | None) -> str:
    return text.clean_line(typed) or ""


def _lines(typed: str | None) -> str:
    return text.clean_text(typed) or ""


def _check_length(typed: str | None, most: int) -> None:
    excess = len(typed or "") - most
    if excess > 0:
        raise StopValidation(
            _(
                "Teks kelebihan %(excess)s karakter; paling banyak %(most)s karakter.",
                excess=number_id(excess),
                most=number_id(most),
            )
        )
