"""Jinja's shortcuts mean what Jinja means."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import jinja2
import pytest
from flask import Flask
from markupsafe import Markup, escape

from app.i18n import lazy_gettext
from app.rendering import PageEnvironment, text_of

pytestmark = pytest.mark.database("sqlite")


class Coded(StrEnum):
    """A text that isn't exactly a `str`."""

    MARKED = "<b>"


class Thing:
    """Something with an attribute, an item of the same name, and a way of its own of being markup."""

    name = "attribute"

    def __getitem__(self, key: str) -> str:
        return f"item {key}"

    def __html__(self) -> str:
        return "<i>thing</i>"


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "",
        "a < b & c > 'd' \"e\"",
        Markup("<b>kept</b>"),
        Coded.MARKED,
        7,
        True,
        1.5,
        None,
        ["<", 1],
        Thing(),
        lazy_gettext("Sistem"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_written_is_what_markupsafe_writes(value: Any) -> None:
    assert str(text_of(value)) == str(escape(value))


SHARED: dict[str, Any] = {
    "row": {"title": "<t>", "items": "an entry", "none": None},
    "thing": Thing(),
    "echo": lambda *args, **named: f"{args}{sorted(named)}",
    "lazy": lazy_gettext("Sistem"),
}

SOURCES = {
    "parts.html": """
        {% macro frame(title, kind="plain") %}[{{ kind }}|{{ title }}|{{ caller() if caller }}]{% endmacro %}
        {% macro twice(x) %}{{ x }}{{ frame(x) }}{% endmacro %}
    """,
    "names.html": """
        {{ row.title }}|{{ row.items is callable }}|{{ row["items"] }}|{{ row.none }}|{{ row.gone }}
        {{ row.gone is defined }}|{{ row.gone or "else" }}|{{ thing.name }}|{{ thing.other }}|{{ thing }}
    """,
    "macros.html": """
        {% from "parts.html" import frame, twice %}
        {{ twice("<x>") }}{{ frame(kind="<k>", title=row.title) }}{{ frame("a") ~ "<" }}
        {% call frame("t") %}<em>{{ row.title }}</em>{% endcall %}
    """,
    "calls.html": """
        {% for x in [1, 2] %}{{ echo(x, loop.index, word="w") }}{% endfor %}{{ range(3) | list }}
        {% set f = told %}{{ f(lazy) }}{{ [1, 2].index(2) }}{{ namespace(a=2).a }}{{ dict(a=1) }}
    """,
    "child.html": """
        {% extends "root.html" %}{% block a %}<{{ super() }}{{ row.title }}>{% endblock %}
    """,
    "root.html": """{% block a %}root{{ echo("<") }}{% endblock %}{{ self.a() }}""",
}


def environment(app: Flask, kind: type[jinja2.Environment]) -> jinja2.Environment:
    given: dict[str, Any] = {"loader": jinja2.DictLoader(SOURCES), "autoescape": True}
    made = kind(app, **given) if kind is PageEnvironment else kind(**given)

    @jinja2.pass_context
    def told(context: Any, text: str) -> str:
        return f"{context['row']['title']}{text}"

    made.globals.update(SHARED | {"told": told})
    return made


@pytest.mark.parametrize("name", ["names.html", "macros.html", "calls.html", "child.html"])
def test_templates_read_alike_in_both_environments(app: Flask, name: str) -> None:
    ours, theirs = environment(app, PageEnvironment), environment(app, jinja2.Environment)
    assert ours.get_template(name).render() == theirs.get_template(name).render()
    row = {"title": "&", "items": 2}
    assert ours.get_template(name).render(row=row) == theirs.get_template(name).render(row=row)


def test_what_a_property_lacks_is_not_taken_for_an_absent_name(app: Flask) -> None:
    class Broken:
        @property
        def title(self) -> Any:
            return SHARED["nothing"]

    with pytest.raises(KeyError):
        environment(app, PageEnvironment).from_string("{{ thing.title }}").render(thing=Broken())


def test_the_application_renders_with_it(app: Flask) -> None:
    assert isinstance(app.jinja_env, PageEnvironment)


def test_icons_and_citations_are_drawn_once_a_language(app: Flask) -> None:
    source = (
        '{% from "components/law.html" import citation %}'
        '{{ citation(["uu25_2009 | Pasal 50(1)"], "verified") }}'
    )

    def shown(language: str) -> str:
        with app.test_request_context(f"/?lang={language}"):
            app.preprocess_request()
            text = app.jinja_env.from_string(source).render()
            app.do_teardown_request()
        return text

    indonesian, english = shown("id"), shown("en")
    assert "Pasal 50 ayat (1)" in indonesian
    assert "Article 50(1)" in english
    assert (shown("id"), shown("en")) == (indonesian, english)
