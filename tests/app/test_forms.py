"""What people type: read where it can be, kept and explained where it can't."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import FileStorage, MultiDict

from app.forms import Required, SahutForm, SameAs, TextField, text
from app.forms.base import LIBRARY_MESSAGES
from app.forms.refusals import WORDS, refusal_words
from tests.support.client import StrictClient
from tests.support.pages import TODAY, SampleForm, add_sample_pages, by_class, words
from workflows.errors import CaseNotVisible, GuardRefused, Refused, StaleVersion

pytestmark = pytest.mark.database("sqlite")

RULES = Path(__file__).parents[2] / "workflows"


@pytest.fixture
def app(app: Flask) -> Flask:
    add_sample_pages(app)
    return app


@pytest.fixture
def request_context(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/contoh/isian", method="POST"):
        yield app


def fill(values: Mapping[str, Any], **kwargs: Any) -> SampleForm:
    form = SampleForm(formdata=MultiDict(values), meta={"csrf": False}, today=TODAY, **kwargs)
    form.validate()
    return form


# Reading ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  satu\r\ndua\rtiga\n ", "satu\ndua\ntiga"),
        ("e\u0301", "é"),
        ("a\x00b\x07c\u202egpj.exe\u2066", "abcgpj.exe"),
        ("\ufeffkata\u200b", "kata"),
        ("👨\u200d👩\u200d👧 dan 🇮🇩", "👨\u200d👩\u200d👧 dan 🇮🇩"),
        ("\x00\n\t ", ""),
        (None, None),
    ],
)
def test_text_is_cleaned_without_losing_words(typed: str | None, kept: str | None) -> None:
    assert text.clean_text(typed) == kept


def test_one_line_stays_one_line() -> None:
    assert text.clean_line(" Siti\r\n\tAminah  binti X ") == "Siti Aminah binti X"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("24", "11", "2026"), date(2026, 11, 24)),
        (("1", "Agustus", "2026"), date(2026, 8, 1)),
        ((" 07 ", "Nop.", "2025"), date(2025, 11, 7)),
        (("29", "Pebruari", "2028"), date(2028, 2, 29)),
        (("29", "2", "2026"), None),
        (("1", "13", "2026"), None),
        (("1", "1", "26"), None),
        (("satu", "1", "2026"), None),
        (("0", "1", "2026"), None),
        (("१", "1", "2026"), date(2026, 1, 1)),
    ],
)
def test_dates(parts: tuple[str, str, str], expected: date | None) -> None:
    assert text.read_date(*parts) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14.05", time(14, 5)),
        ("14:05 WIB", time(14, 5)),
        ("1405", time(14, 5)),
        ("905", time(9, 5)),
        ("9", time(9, 0)),
        ("24.00", None),
        ("9.60", None),
        ("pagi", None),
    ],
)
def test_times(typed: str, expected: time | None) -> None:
    assert text.read_time(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("50000", 50_000),
        ("50.000", 50_000),
        ("50,000", 50_000),
        ("Rp 1.250.000,00", 1_250_000),
        ("Rp150.000,-", 150_000),
        ("IDR 30 000", 30_000),
        ("50.00", 50),
        ("50.0000", None),
        ("lima puluh", None),
        ("-5", None),
    ],
)
def test_money(typed: str, expected: int | None) -> None:
    assert text.read_rupiah(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "(0812) 3456.7890",
        "+6281234567890",
        "+62 812-3456-7890",
        "+62 (0)812 3456 7890",
        "6281234567890",
        "006281234567890",
        "81234567890",
    ],
)
def test_ten_ways_to_write_a_telephone_number(typed: str) -> None:
    assert text.read_telephone(typed) == "+6281234567890"


@pytest.mark.parametrize("typed", ["abc", "0812", "12345", "0812345678901234567", "08123456789a", ""])
def test_what_is_no_telephone_number(typed: str) -> None:
    assert text.read_telephone(typed) is None


def test_numbers_from_abroad_and_from_the_desk() -> None:
    assert text.read_telephone("+65 6123 4567") == "+6561234567"
    assert text.read_telephone("0254-200110") == "+62254200110"


# Fields -------------------------------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "service": "sim",
    "on": ["24", "11", "2026"],
    "story": "Saya diminta\r\nuang.",
    "fee": "Rp 150.000",
    "at": "9.30",
    "name": " Siti \x00",
    "email": "siti@example.com",
    "phone": "0812 3456 7890",
    "channels": ["email", "phone"],
    "unit": "1",
    "agree": "y",
}


def test_a_good_form_gives_values(request_context: Flask) -> None:
    form = fill(GOOD)
    assert form.errors == {}
    assert form.error_list() == []
    assert form.on.data == date(2026, 11, 24)
    assert form.at.data == time(9, 30)
    assert form.fee.data == 150_000
    assert form.phone.data == "+6281234567890"
    assert form.story.data == "Saya diminta\nuang."
    assert form.name.data == "Siti"
    assert form.channels.data == ["email", "phone"]
    assert form.unit.data == "1"
    assert form.agree.data is True


def test_empty_answers_are_no_answers(request_context: Flask) -> None:
    form = fill({"service": "sim", "on": ["24", "11", "2026"], "story": "Ya", "unit": "", "phone": " "})
    assert form.errors == {}
    assert (form.unit.data, form.phone.data, form.fee.data, form.at.data) == (None, None, None, None)
    assert (form.name.data, form.files.data, form.channels.data) == ("", [], [])


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("service", "", "Pilih layanan."),
        ("service", "lain", "Pilih salah satu pilihan yang tersedia."),
        ("story", " \n ", "Ceritakan apa yang terjadi."),
        ("story", "x" * 42, "Teks kelebihan 2 karakter; paling banyak 40 karakter."),
        ("name", "x" * 21, "Teks kelebihan 1 karakter; paling banyak 20 karakter."),
        ("on", ["", "", ""], "Isi tanggal kejadian."),
        ("on", ["24", "", "2026"], "Lengkapi tanggal kejadian: isi bulan."),
        ("on", ["", "11", ""], "Lengkapi tanggal kejadian: isi tanggal dan tahun."),
        ("on", ["24", "11"], "Lengkapi tanggal kejadian: isi tahun."),
        (
            "on",
            ["24", "Sura", "2026"],
            "Bulan harus angka 1 sampai 12 atau nama bulan, misalnya 8 atau Agustus.",
        ),
        ("on", ["24", "11", "26"], "Tahun harus empat angka, misalnya 2026."),
        ("on", ["31", "11", "2026"], "Tanggal ini tidak ada. Periksa tanggal kejadian, misalnya 24 11 2026."),
        ("on", ["25", "11", "2026"], "Tanggal tidak boleh setelah hari ini."),
        ("at", "pagi", "Tulis jam sebagai jam dan menit, misalnya 14.05."),
        ("fee", "banyak", "Tulis jumlah uang dalam angka, misalnya 150.000."),
        ("email", "siti@", "Tulis alamat surel yang lengkap, misalnya nama@contoh.id."),
        ("phone", "12", "Nomor telepon harus 8 sampai 15 angka, misalnya 0812 3456 7890."),
        ("channels", ["email", "merpati"], "Pilih dari pilihan yang tersedia."),
        ("unit", "99", "Pilih salah satu pilihan yang tersedia."),
    ],
)
def test_a_bad_answer_is_explained_and_the_others_kept(
    client: StrictClient, name: str, typed: Any, message: str
) -> None:
    sent = GOOD | {name: typed}
    if name in ("service", "channels", "unit"):  # what no page offers can only be sent past the page
        with client.application.test_request_context(method="POST"):
            assert fill(sent).errors == {name: [message]}
        return
    page = client.submit("/contoh/isian", {**sent, "files": None})
    shown = lxml.html.fromstring(page.get_data(as_text=True))
    (link,) = shown.xpath("//div[@role='alert']//a")
    assert words(link) == message
    target = link.get("href").removeprefix("#")
    (there,) = shown.xpath(f"//*[@id='{target}']")
    assert there.tag in ("input", "textarea")
    assert words(by_class(shown, "govuk-error-message")[0]) == f"Galat: {message}"
    assert shown.findtext(".//title", "").startswith("Perbaiki: ")
    shown_form = shown.xpath("//form[@method='post']")[0]
    kept = dict(shown_form.form_values())
    for other in {"name", "email", "phone", "fee", "at"} - {name}:
        assert kept[other].strip() == str(GOOD[other]).replace("\x00", "").strip()
    if name == "on":
        assert [part.get("value") or "" for part in shown_form.xpath(".//input[@name='on']")] == [
            *typed,
            "",
            "",
        ][:3]


def test_wrong_parts_of_a_date_are_marked(request_context: Flask) -> None:
    form = fill(GOOD | {"on": ["24", "", "2026"]})
    assert form.error_list() == [{"text": "Lengkapi tanggal kejadian: isi bulan.", "href": "#on-month"}]
    drawn = lxml.html.fromstring(form.on())
    assert [part.get("id") for part in by_class(drawn, "govuk-input--error")] == ["on-month"]
    assert [words(label) for label in drawn.xpath("//label")] == ["Tanggal", "Bulan", "Tahun"]


def test_every_line_of_a_text_comes_back_as_it_was(client: StrictClient) -> None:
    typed = "satu\n\n  dua <b>\n\ttiga"
    page = client.submit("/contoh/isian", {**GOOD, "story": typed, "note": typed, "name": "x" * 30})
    form = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//form[@method='post']")[0]
    kept = dict(form.form_values())
    assert kept["story"] == typed
    assert kept["note"] == typed, "also where the field lies within another"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ([("a.pdf", b"%PDF-")], None),
        ([("a.pdf", b"x"), ("b.pdf", b"x"), ("c.pdf", b"x")], "Pilih paling banyak 2 berkas."),
        ([("kosong.jpg", b"")], "Berkas kosong.jpg kosong. Pilih berkas lain."),
        ([("besar.mp4", b"x" * 1_000_001)], "Berkas besar.mp4 terlalu besar; paling besar 1 MB."),
        ([("", b"")], None),
    ],
)
def test_files(request_context: Flask, chosen: list[tuple[str, bytes]], message: str | None) -> None:
    stored = [FileStorage(io.BytesIO(content), name) for name, content in chosen]
    form = fill(MultiDict([*MultiDict(GOOD).items(multi=True), *(("files", one) for one in stored)]))
    assert form.errors == ({} if message is None else {"files": [message]})
    if message is None:
        assert [one.read() for one in form.files.data] == [c for n, c in chosen if n], "read from its start"


def test_a_password_is_never_sent_back(request_context: Flask) -> None:
    form = fill(GOOD | {"secret": " rahasia  sekali "})
    assert form.secret.data == " rahasia  sekali ", "not cleaned: every character counts"
    assert "rahasia" not in form.secret()


def test_values_given_in_advance(request_context: Flask) -> None:
    form = SampleForm(
        formdata=None, today=TODAY, on=date(2026, 8, 17), fee=150_000, at=time(9, 5), service="skck"
    )
    drawn = lxml.html.fromstring(f"<div>{form.on()}{form.fee()}{form.at()}{form.service()}</div>")
    values = {field.get("id"): field.get("value") for field in drawn.xpath("//input[@type='text']")}
    assert values == {"on-day": "17", "on-month": "8", "on-year": "2026", "fee": "150.000", "at": "09.05"}
    assert drawn.xpath("//input[@checked]/@value") == ["skck"]


def test_the_browser_never_speaks_in_our_place(request_context: Flask) -> None:
    form = SampleForm(formdata=None, today=TODAY)
    drawn = lxml.html.fromstring("<div>" + "".join(str(field()) for field in form) + "</div>")
    assert not drawn.xpath("//*[@required or @maxlength or @minlength or @pattern]")
    assert drawn.xpath("//input[@type='file']/@multiple")


def test_a_question_can_be_the_heading_of_its_page(request_context: Flask) -> None:
    form = SampleForm(formdata=None, today=TODAY)
    for drawn in (form.story(heading="l"), form.service(heading="l"), form.on(heading="l")):
        (heading,) = lxml.html.fromstring(drawn).xpath("//h1")
        assert words(heading) in ("Apa yang terjadi?", "Layanan mana?", "Kapan terjadi?")


def test_choices_carry_hints_dividers_and_what_they_reveal(request_context: Flask) -> None:
    form = SampleForm(formdata=None, today=TODAY)
    drawn = lxml.html.fromstring(form.service(reveal={"sim": form.fee()}))
    assert [words(hint) for hint in by_class(drawn, "govuk-radios__hint")] == ["Surat keterangan"]
    assert [words(divider) for divider in by_class(drawn, "govuk-radios__divider")] == ["atau"]
    (revealed,) = by_class(drawn, "govuk-radios__conditional")
    sim = drawn.xpath("//input[@value='sim']")[0]
    assert sim.get("data-aria-controls") == revealed.get("id")
    assert revealed.xpath(".//input/@name") == ["fee"]


def test_choices_offered_later(request_context: Flask) -> None:
    form = SampleForm(formdata=MultiDict(GOOD | {"unit": "7"}), meta={"csrf": False}, today=TODAY)
    form.unit.offer([("7", "Sat Lantas"), ("8", "SPKT")])
    assert form.validate()
    assert lxml.html.fromstring(form.unit()).xpath("//option/@value") == ["", "7", "8"]


def test_a_form_that_asks_a_date_needs_to_know_today(request_context: Flask) -> None:
    with pytest.raises(RuntimeError, match="today="):
        SampleForm(formdata=MultiDict(GOOD), meta={"csrf": False}).validate()


class Twice(SahutForm):
    first = TextField("Sandi baru", [Required("Isi sandi baru.")])
    again = TextField("Sekali lagi", [SameAs("first", "Kedua sandi harus sama.")])


def test_the_same_twice(request_context: Flask) -> None:
    form = Twice(formdata=MultiDict({"first": "a", "again": "b"}), meta={"csrf": False})
    assert not form.validate()
    assert form.error_list() == [{"text": "Kedua sandi harus sama.", "href": "#again"}]


# Words --------------------------------------------------------------------------------------------------


def test_every_message_of_the_library_is_ours() -> None:
    source = "".join(
        files("wtforms").joinpath(name).read_text()
        for name in (
            "validators.py",
            "fields/choices.py",
            "fields/datetime.py",
            "fields/numeric.py",
            "csrf/core.py",
            "csrf/session.py",
        )
    )
    one = re.findall(r'gettext\(\s*"([^"]+)"\s*\)', source)
    many = re.findall(r'ngettext\(\s*"([^"]+)",\s*"([^"]+)"', source)
    known = {*one, *(message for pair in many for message in pair)}
    assert len(known) > 30, "the pattern no longer finds the library's messages"
    assert known - LIBRARY_MESSAGES.keys() == set()


def test_our_words_keep_the_places_of_values(request_context: Flask) -> None:
    place = re.compile(r"%(?:\(\w+\))?[sd]")
    for theirs, ours in LIBRARY_MESSAGES.items():
        assert set(place.findall(str(ours))) <= set(place.findall(theirs)), theirs


def test_every_refusal_of_the_rules_has_words() -> None:
    source = "".join(path.read_text() for path in RULES.rglob("*.py"))
    codes = {
        *re.findall(r'refuse\(\s*"(\w+)"', source),
        *re.findall(r'GuardRefused\(\s*[\w.]+,\s*"(\w+)"', source),
        *re.findall(r'^    code = "(\w+)"', (RULES / "errors.py").read_text(), re.MULTILINE),
    }
    assert len(codes) > 25, "the pattern no longer finds the refusals"
    assert codes - WORDS.keys() == set()


def test_who_is_excluded_is_never_told(request_context: Flask) -> None:
    hidden = {str(WORDS["not_visible"]), str(WORDS["conflict_of_interest"])}
    assert hidden == {refusal_words(CaseNotVisible("decide"))}


def test_a_refusal_names_the_end_of_a_window(request_context: Flask) -> None:
    refusal = GuardRefused(
        "lapse", "completion_window_open", until=datetime(2026, 11, 24, 16, 59, tzinfo=UTC)
    )
    assert refusal_words(refusal).endswith("Batasnya 24 November 2026, 23.59 WIB.")
    assert refusal_words(refusal, "Asia/Jayapura").endswith("Batasnya 25 November 2026, 01.59 WIT.")


@pytest.mark.parametrize(
    ("refusal", "field_map", "expected"),
    [
        (GuardRefused("classify", "text_missing", field="name"), {}, "#name"),
        (GuardRefused("classify", "text_missing", field="text"), {"text": "story"}, "#story"),
        (GuardRefused("decide", "file_incomplete"), {"file_incomplete": "files"}, "#files"),
        (GuardRefused("classify", "text_missing", field="elsewhere"), {}, None),
        (StaleVersion("decide", 3, 4), {}, None),
    ],
)
def test_refusals_are_laid_on_the_field_at_fault(
    request_context: Flask, refusal: Refused, field_map: dict[str, str], expected: str | None
) -> None:
    form = fill(GOOD)
    form.lay_refusal(refusal, field_map)
    (error,) = form.error_list()
    assert error.get("href") == expected
    assert error["text"] == refusal_words(refusal)
    assert form.errors, "the page then shows its summary"


def test_form_speaks_the_readers_language(request_context: Flask) -> None:
    with force_locale("en"):
        form = fill(GOOD | {"on": ["24", "11", "2027"], "story": "x" * 1_500})
        assert "1,460" in form.error_list()[1]["text"], "numbers in local form"
