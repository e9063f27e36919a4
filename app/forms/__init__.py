"""The parts that every audience's forms are made of."""

from app.forms.base import SahutForm
from app.forms.choices import CheckboxesField, CheckboxField, Choice, RadioChoiceField, SelectChoiceField
from app.forms.fields import (
    DateField,
    EmailField,
    FileField,
    FilesField,
    LongTextField,
    NoteField,
    PasswordField,
    RupiahField,
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
