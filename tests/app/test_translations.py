"""The English catalogue says everything that the screens say, nothing more, and is what is shipped."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.support.client import StrictClient

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "app/translations/en/LC_MESSAGES/messages.po"
COMPILED = CATALOGUE.with_suffix(".mo")

MARKED_BY = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "lazy_gettext"])}
"""Names of functions whose literal argument is a text; the Makefile gives the same to pybabel."""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%\{\w+\}|%[sd]")
CITATION = re.compile(r"UU \d+/\d{4}|Pasal \d+|ayat \(\d+\)|huruf [a-z]\b")

Text = str | tuple[str, ...]
"""A msgid or its translation; singular and plural where the text counts something."""


def forms(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def faults(gathered: Iterable[Text], catalogue: Mapping[Text, Text]) -> list[str]:
    """What keeps `catalogue` (msgid to translation) from saying exactly the `gathered` texts, if anything."""
    wanted = set(gathered)
    found = [f"not in the catalogue: {text!r}" for text in wanted - catalogue.keys()]
    found += [f"nobody says it any more: {text!r}" for text in catalogue.keys() - wanted]
    for text, translation in catalogue.items():
        if not translation or not all(form.strip() for form in forms(translation)):
            found.append(f"not translated: {text!r}")
            continue
        if len(forms(text)) != len(forms(translation)):
            found.append(f"singular and plural differ: {text!r}")
            continue
        for ours, theirs in zip(forms(text), forms(translation), strict=True):
            found += _differences(ours, theirs)
    return sorted(found)


def _differences(ours: str, theirs: str) -> Iterator[str]:
    if Counter(PLACEHOLDER.findall(ours)) != Counter(PLACEHOLDER.findall(theirs)):
        yield f"placeholders differ: {ours!r}"
    if Counter(CITATION.findall(ours)) != Counter(CITATION.findall(theirs)):
        yield f"cites another article: {ours!r}"
    if (ours[:1].isspace(), ours[-1:].isspace()) != (theirs[:1].isspace(), theirs[-1:].isspace()):
        yield f"spaces at the ends differ: {ours!r}"


def gather() -> set[Text]:
    """Every text of the code and the pages, found as `make translations` finds it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    mappings = settings["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        ROOT,
        method_map=[(one["pattern"], one["method"]) for one in mappings],
        options_map={
            one["pattern"]: {k: v for k, v in one.items() if k not in ("pattern", "method")}
            for one in mappings
        },
        keywords=MARKED_BY,
        directory_filter=lambda folder: Path(folder).relative_to(ROOT).parts[:1] == ("app",),
    )
    return {text for _file, _line, text, _comments, _context in found}


def messages(catalogue: Catalog) -> dict[Text, Text]:
    """Msgid and translation of every entry but the header."""
    return {_text(message.id): _text(message.string) for message in catalogue if message.id}


def _text(value: str | Sequence[str] | None) -> Text:
    return value if isinstance(value, str) else tuple(value or ())


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def test_the_catalogue_says_what_the_screens_say(english: Catalog) -> None:
    gathered = gather()
    assert {"Kembali", "Pengaduan ini tidak ditemukan."} <= gathered, "both templates and code are read"
    assert faults(gathered, messages(english)) == []


def test_nothing_is_guessed_or_left_over(english: Catalog) -> None:
    assert [message.id for message in english if message.id and message.fuzzy] == []
    assert list(english.obsolete) == []
    assert [(message.id, [str(error) for error in errors]) for message, errors in english.check()] == []


def test_the_compiled_catalogue_is_this_one(english: Catalog) -> None:
    with COMPILED.open("rb") as file:
        compiled = read_mo(file)
    assert messages(compiled) == messages(english)
    assert compiled.plural_forms == english.plural_forms


def test_no_text_function_goes_by_a_name_that_is_not_gathered() -> None:
    strangers = [
        f"{path.relative_to(ROOT)}: {alias.asname or alias.name}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ImportFrom) and node.module == "flask_babel"
        for alias in node.names
        if alias.name.endswith("gettext") and (alias.asname or alias.name) not in MARKED_BY
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("gathered", "catalogue", "fault"),
    [
        (["Surat", "Baru"], {"Surat": "Letters"}, "not in the catalogue: 'Baru'"),
        ([], {"Lama": "Old"}, "nobody says it any more: 'Lama'"),
        (["Surat"], {"Surat": ""}, "not translated: 'Surat'"),
        (
            [("%(n)d hari", "%(n)d hari")],
            {("%(n)d hari", "%(n)d hari"): ("%(n)d day", "")},
            "not translated: ",
        ),
        ([("hari", "hari")], {("hari", "hari"): "days"}, "singular and plural differ: "),
        (["%(n)d hari"], {"%(n)d hari": "%(m)d days"}, "placeholders differ: "),
        (["Sisa %{count}"], {"Sisa %{count}": "Left"}, "placeholders differ: "),
        (["Pasal 44 ayat (3)"], {"Pasal 44 ayat (3)": "Pasal 44 ayat (4)"}, "cites another article: "),
        ([" dan "], {" dan ": "and"}, "spaces at the ends differ: "),
    ],
)
def test_each_fault_is_found(gathered: list[Text], catalogue: dict[Text, Text], fault: str) -> None:
    (found,) = faults(gathered, catalogue)
    assert found.startswith(fault)


@pytest.mark.database("sqlite")
def test_a_page_speaks_english_when_asked(client: StrictClient) -> None:
    indonesian = client.get("/privasi?lang=id").get_data(as_text=True)
    english = client.get("/privasi?lang=en").get_data(as_text=True)
    assert "Apa yang kami simpan" in indonesian
    assert "What we keep" in english
    assert "Apa yang kami simpan" not in english
