"""How fields are drawn: the component library's widgets, speaking the reader's language.

Every widget takes, at render time, the usual HTML attributes and these words of its own:

``heading``  size (``"l"``, ``"m"``) with which the label is the page's own heading; one question a page
``params``   anything else that the component's macro takes, merged last
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from govuk_frontend_wtf import wtforms_widgets as govuk
from govuk_frontend_wtf.gov_form_base import GovFormBase
from markupsafe import Markup, escape
from wtforms import Field

MACRO_PARAMS = frozenset(
    (
        "autocomplete",
        "classes",
        "describedBy",
        "disabled",
        "inputmode",
        "prefix",
        "rows",
        "spellcheck",
        "suffix",
    )
)
"""Attributes that the macros take as parameters of their own."""

FLAGS_LEFT_TO_US = ("required", "minlength", "maxlength", "accept")
"""Attributes with which the browser would speak in place of the error summary, or cut a pasted text."""


def call_macro(component: str, macro: str, params: dict[str, Any]) -> Markup:
    """The markup of one component of the library.

    :param component: its folder, as ``file-upload``
    :param macro: its macro, as ``govukFileUpload``
    """
    template = current_app.jinja_env.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return Markup(getattr(template.module, macro)(params))  # noqa: S704  (escaped by the macro)


class Drawn:
    """What Sahut's widgets add to those of the library; comes first among their bases."""

    component: str
    macro: str
    legend = False
    """The label is the legend of a group of inputs."""

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        params: dict[str, Any] = {name: kwargs.pop(name) for name in MACRO_PARAMS & kwargs.keys()}
        heading = kwargs.pop("heading", None)
        if heading:
            kind = "fieldset__legend" if self.legend else "label"
            title = {
                "classes": f"govuk-{kind}--{heading}",
                "isPageHeading": True,
                "text": field.label.text,
            }
            params |= {"fieldset": {"legend": title}} if self.legend else {"label": title}
        elif self.legend:
            params["fieldset"] = {
                "legend": {
                    "text": field.label.text,
                    "classes": "govuk-fieldset__legend--s",
                }
            }
        params |= self.own_params(field)
        params |= kwargs.pop("params", {})
        return super().__call__(field, params=params, **kwargs)  # type: ignore[misc]

    def own_params(self, field: Field) -> dict[str, Any]:
        """Parameters of this kind of component, above all its words."""
        return {}

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        for name in FLAGS_LEFT_TO_US:
            params.get("attributes", {}).pop(name, None)
        if not field.description:
            params.pop("hint", None)
        if field.errors:
            params["errorMessage"] = {
                "text": field.errors[0],
                "visuallyHiddenText": _("Galat"),
            }
        return params

    def render(self, params: dict[str, Any]) -> Markup:
        return call_macro(self.component, self.macro, params)


class TextInput(Drawn, govuk.GovTextInput):
    component, macro = "input", "govukInput"


class EmailInput(Drawn, govuk.GovTextInput):
    component, macro = "input", "govukInput"
    input_type = "email"


class TelephoneInput(Drawn, govuk.GovTextInput):
    component, macro = "input", "govukInput"
    input_type = "tel"


class PasswordInput(Drawn, govuk.GovPasswordInput):
    component, macro = "password-input", "govukPasswordInput"

    def own_params(self, field: Field) -> dict[str, Any]:
        return {
            "showPasswordText": _("Tampilkan"),
            "hidePasswordText": _("Sembunyikan"),
            "showPasswordAriaLabelText": _("Tampilkan kata sandi"),
            "hidePasswordAriaLabelText": _("Sembunyikan kata sandi"),
            "passwordShownAnnouncementText": _("Kata sandi Anda terlihat"),
            "passwordHiddenAnnouncementText": _("Kata sandi Anda tersembunyi"),
        }


class TextArea(Drawn, govuk.GovTextArea):
    component, macro = "textarea", "govukTextarea"

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        return with_kept_lines(super().map_gov_params(field, **kwargs))


class CountedTextArea(Drawn, govuk.GovCharacterCount):
    """A text area that says how much room is left; the field's `max_length` is the room."""

    component, macro = "character-count", "govukCharacterCount"

    def own_params(self, field: Field) -> dict[str, Any]:
        return {
            "maxlength": str(field.max_length),
            "threshold": "75",
            "textareaDescriptionText": _("Paling banyak %{count} karakter"),
            "charactersUnderLimitText": {"other": _("Masih tersedia %{count} karakter")},
            "charactersAtLimitText": _("Tidak ada lagi karakter tersisa"),
            "charactersOverLimitText": {"other": _("Kelebihan %{count} karakter")},
        }

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        return with_kept_lines(super().map_gov_params(field, **kwargs))


class Choices(Drawn):
    """Several choices below one question.

    Takes ``reveal`` at render time: choice value → markup that shows only while that choice is taken.
    """

    legend = True

    def __call__(self, field: Field, *, reveal: Mapping[str, str] | None = None, **kwargs: Any) -> Markup:
        if reveal:
            kwargs["params"] = {
                "items": [
                    {"conditional": {"html": reveal[choice._value()]}} if choice._value() in reveal else {}
                    for choice in field
                ]
            }
        return super().__call__(field, **kwargs)

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params = super().map_gov_params(field, **kwargs)
        return params | {"items": list(annotated(field, params["items"]))}


class Radios(Choices, govuk.GovRadioInput):
    component, macro = "radios", "govukRadios"


class Checkboxes(Choices, govuk.GovCheckboxesInput):
    component, macro = "checkboxes", "govukCheckboxes"


class Checkbox(Drawn, govuk.GovCheckboxInput):
    component, macro = "checkboxes", "govukCheckboxes"


class Select(Drawn, govuk.GovSelect):
    component, macro = "select", "govukSelect"


class DateParts(Drawn, GovFormBase):
    """Day, month and year, in the order people here write them; the parts at fault are marked."""

    component, macro, legend = "date-input", "govukDateInput", True

    def __call__(self, field: Field, **kwargs: Any) -> Markup:
        return super().__call__(field, id=field.id, **kwargs)

    def own_params(self, field: Field) -> dict[str, Any]:
        typed = dict(zip(field.PARTS, field.typed, strict=True))
        titles = {"day": _("Tanggal"), "month": _("Bulan"), "year": _("Tahun")}
        return {
            "id": field.id,
            "items": [
                {
                    "id": f"{field.id}-{part}",
                    "name": field.name,
                    "label": titles[part],
                    "value": typed[part],
                    "classes": f"govuk-input--width-{width}"
                    + (" govuk-input--error" if field.errors and part in field.wrong_parts else ""),
                    "inputmode": inputmode,
                }
                for part, width, inputmode in (
                    ("day", 2, "numeric"),
                    ("month", 5, "text"),
                    ("year", 4, "numeric"),
                )
            ],
        }


class Files(Drawn, govuk.GovFileInput):
    """A chooser for files that also takes them dropped, where scripts run."""

    component, macro = "file-upload", "govukFileUpload"

    def __init__(self, *, multiple: bool = True) -> None:
        super().__init__(multiple=multiple)

    def own_params(self, field: Field) -> dict[str, Any]:
        return {
            "javascript": True,
            "multiple": self.multiple,
            "chooseFilesButtonText": _("Pilih berkas"),
            "dropInstructionText": _("atau letakkan berkas di sini"),
            "noFileChosenText": _("Belum ada berkas dipilih"),
            "multipleFilesChosenText": {"other": _("%{count} berkas dipilih")},
            "enteredDropZoneText": _("Di atas tempat berkas"),
            "leftDropZoneText": _("Keluar dari tempat berkas"),
        }

    def map_gov_params(self, field: Field, **kwargs: Any) -> dict[str, Any]:
        params = super().map_gov_params(field, **kwargs)
        params.get("attributes", {}).pop("multiple", None)
        params.pop("value", None)
        if field.errors:
            messages = Markup("<br>").join(str(message) for message in field.errors)
            params["errorMessage"] = {"html": messages, "visuallyHiddenText": _("Galat")}
        return params


class Submit(Drawn, govuk.GovSubmitInput):
    component, macro = "button", "govukButton"

    def own_params(self, field: Field) -> dict[str, Any]:
        return {"preventDoubleClick": True}


def annotated(field: Field, items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The items with their hints below them, and a divider before those that stand apart from the rest."""
    for item in items:
        choice = field.choice_of(item["value"])
        if choice.apart:
            yield {"divider": _("atau")}
        yield item | {"hint": {"text": choice.hint}} if choice.hint else item


def with_kept_lines(params: dict[str, Any]) -> dict[str, Any]:
    """Line breaks as references: the library indents its markup, and would indent the typed text, too."""
    escaped = escape(params.get("value") or "")
    return params | {"value": Markup(str(escaped).replace("\n", "&#10;"))}  # noqa: S704  (escaped above)
