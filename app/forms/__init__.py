"""The parts that every audience's forms are made of."""

from app.forms.base import SahutForm
from app.forms.fields import (
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    EmailField,
    FileField,
    FilesField,
    LongTextField,
    NoteField,
    PasswordField,
    RadioChoiceField,
    RupiahField,
    SelectChoiceField,
    SubmitButton,
    TelephoneField,
    TextField,
    TimeField,
)
from app.forms.validators import FileLimits, NotBefore, NotInFuture, Required, SameAs

__all__ = [
    "CheckboxField",
    "CheckboxesField",
    "Choice",
    "DateField",
    "EmailField",
    "FileField",
    "FileLimits",
    "FilesField",
    "LongTextField",
    "NotBefore",
    "NotInFuture",
    "NoteField",
    "PasswordField",
    "RadioChoiceField",
    "Required",
    "RupiahField",
    "SahutForm",
    "SameAs",
    "SelectChoiceField",
    "SubmitButton",
    "TelephoneField",
    "TextField",
    "TimeField",
]
