"""Fields that offer choices: one of a few, one of many, any number, or a single statement to agree to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.forms import widgets


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a question.

    :ivar value: what is sent
    :ivar label: what is read
    :ivar hint: one sentence below it
    :ivar apart: set off by "atau" from the choices above it
    """

    value: str
    label: Any
    hint: Any = ""
    apart: bool = False


class _ChoiceMixin:
    """Choices as `Choice` or plain (value, label) pairs."""

    _named: dict[str, Choice]

    def _take(self, choices: Iterable[Choice | tuple[str, Any]]) -> list[SelectChoice]:
        taken = [c if isinstance(c, Choice) else Choice(*c) for c in choices]
        self._named = {c.value: c for c in taken}
        return [SelectChoice(c.value, c.label) for c in taken]

    def choice_of(self, value: str) -> Choice:
        """The choice that `value` stands for."""
        return self._named[value]

    def offer(self, choices: Iterable[Choice | tuple[str, Any]]) -> None:
        """Sets the choices after the form was made, for those that come from the database."""
        self.choices = self._take(choices)


class RadioChoiceField(_ChoiceMixin, RadioField):
    """One choice of a few, all in sight."""

    widget = widgets.Radios()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        choices: Any = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label,
            validators,
            choices=self._take(choices),
            validate_choice=False,
            coerce=_text_or_none,
            **kwargs,
        )

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in self._named:
            raise StopValidation(_("Pilih salah satu pilihan yang tersedia."))


class SelectChoiceField(_ChoiceMixin, SelectField):
    """One choice of many, folded away; an empty first choice where `blank` has words."""

    widget = widgets.Select()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        choices: Any = (),
        blank: Any = None,
        **kwargs: Any,
    ) -> None:
        self._blank = blank
        super().__init__(
            label,
            validators,
            choices=self._take(choices),
            validate_choice=False,
            coerce=_text_or_none,
            **kwargs,
        )

    def _take(self, choices: Iterable[Choice | tuple[str, Any]]) -> list[SelectChoice]:
        taken = super()._take(choices)
        return taken if self._blank is None else [SelectChoice("", self._blank), *taken]

    def pre_validate(self, form: Any) -> None:
        if self.data is not None and self.data not in self._named:
            raise StopValidation(_("Pilih salah satu pilihan yang tersedia."))


class CheckboxesField(_ChoiceMixin, SelectMultipleField):
    """Any number of choices."""

    widget = widgets.Checkboxes()

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        choices: Any = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label,
            validators,
            choices=self._take(choices),
            validate_choice=False,
            **kwargs,
        )

    def pre_validate(self, form: Any) -> None:
        if any(value not in self._named for value in self.data or ()):
            raise StopValidation(_("Pilih dari pilihan yang tersedia."))


class CheckboxField(BooleanField):
    """A single statement to agree to."""

    widget = widgets.Checkbox()

    def choice_of(self, value: str) -> Choice:
        return Choice(value, self.label.text, self.description)


def _text_or_none(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)
