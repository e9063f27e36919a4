"""Checks on the shape of what was typed; each message says what to do, and is given by the form that asks."""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, Form
from wtforms.validators import StopValidation, ValidationError

from app.templating import number_id


class Required:
    """Something must be typed or chosen. What can't be read keeps its own message.

    :param message: what to do, as "Isi nama Anda."
    """

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.process_errors:
            raise StopValidation
        if field.data is None or field.data == "" or field.data == [] or field.data is False:
            raise StopValidation(str(self.message))


class NotInFuture:
    """A date not after the form's `today`."""

    def __call__(self, form: Any, field: Field) -> None:
        if field.data is not None and field.data > form.today:
            raise ValidationError(_("Tanggal tidak boleh setelah hari ini."))


class NotBefore:
    """A date not before a given one."""

    def __init__(self, first: date, message: Any) -> None:
        self.first = first
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.data is not None and field.data < self.first:
            raise ValidationError(str(self.message))


class SameAs:
    """The same text as another field of the form (a password typed twice)."""

    def __init__(self, other: str, message: Any) -> None:
        self.other = other
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.data != form[self.other].data:
            raise ValidationError(str(self.message))


class FileLimits:
    """No more files than this, each no larger than this and none empty.

    :param most: number of files
    :param bytes_each: bytes in one file
    """

    def __init__(self, *, most: int, bytes_each: int) -> None:
        self.most = most
        self.bytes_each = bytes_each

    def __call__(self, form: Form, field: Field) -> None:
        if len(field.data or ()) > self.most:
            raise ValidationError(
                ngettext(
                    "Pilih paling banyak %(num)d berkas.",
                    "Pilih paling banyak %(num)d berkas.",
                    self.most,
                )
            )
        for file in field.data or ():
            size = file.stream.seek(0, os.SEEK_END)
            file.stream.seek(0)
            if size == 0:
                raise ValidationError(_("Berkas %(name)s kosong. Pilih berkas lain.", name=file.filename))
            if size > self.bytes_each:
                most = number_id(self.bytes_each // 1_000_000)
                raise ValidationError(
                    _(
                        "Berkas %(name)s terlalu besar; paling besar %(most)s MB.",
                        name=file.filename,
                        most=most,
                    )
                )
