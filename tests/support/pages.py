"""Pages of the tests' own, one for every component: components are proved before any view uses them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, flash, render_template_string
from markupsafe import Markup

from app.access import Audience, declare
from app.forms import (
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    EmailField,
    FileLimits,
    FilesField,
    LongTextField,
    NoteField,
    NotInFuture,
    PasswordField,
    RadioChoiceField,
    Required,
    RupiahField,
    SahutForm,
    SelectChoiceField,
    SubmitButton,
    TelephoneField,
    TextField,
    TimeField,
)
from workflows.errors import GuardRefused

NOW = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
"""Tuesday 24 November 2026, 10.30 WIB."""

TODAY = date(2026, 11, 24)

FORM_PAGE = """
{% extends "base/citizen.html" %}
{% from "components/form.html" import error_summary, form_tag %}
{% from "components/page.html" import back_link %}
{% block title %}Contoh{% endblock %}
{% block before %}{{ back_link("/") }}{% endblock %}
{% block content %}
{{ error_summary(form) }}
{% call form_tag(form, files=true) %}
{{ form.service(heading="l", reveal={"sim": form.fee(), "skck": form.note()}) }}
{{ form.on() }}{{ form.at() }}{{ form.name() }}{{ form.email() }}{{ form.phone() }}{{ form.story() }}
{{ form.channels() }}{{ form.unit() }}{{ form.secret() }}{{ form.files() }}{{ form.agree() }}{{ form.send() }}
{% endcall %}
{% endblock %}
"""

PARTS_PAGE = """
{% extends "base/citizen.html" %}
{% from "components/deadline.html" import deadline_list %}
{% from "components/facts.html" import empty_state, key_facts, stat_tile, stats %}
{% from "components/form.html" import confirm_page %}
{% from "components/letters.html" import file_list, letter_card, messages %}
{% from "components/page.html" import aside, card, keepsake, page_title, start_button %}
{% from "components/state.html" import progress, state_tag %}
{% from "components/timeline.html" import timeline %}
{% block title %}Bagian{% endblock %}
{% block content %}
{% call confirm_page(form, "Sampaikan keputusan", caption="SRG-2026-000123", starts=("Tenggat keberatan",),
                     cancel_href="/", warning="Tidak dapat dibatalkan.") %}
{{ form.note() }}{{ form.send() }}
{% endcall %}
{{ progress(steps) }}
{{ state_tag("received", "Diterima") }}{{ state_tag("resolved", "Dicabut", "stopped") }}
{% call card("Tenggat", id="tenggat") %}{{ deadline_list(deadlines, now) }}{% endcall %}
{{ timeline(entries) }}
{{ key_facts(facts) }}
{% call stats() %}{{ stat_tile("Terlambat", 3, href="/", tone="late", note="per 24 Nov") }}{% endcall %}
{{ empty_state("Belum ada surat", "Surat muncul di sini.", "/", "Tulis surat") }}
{% call aside("near", "Perhatian") %}<p>Jawab sekarang.</p>{% endcall %}
{{ keepsake("Kode", "7KQ2-M9XD", "Simpan.") }}
{{ letter_card(letter) }}
{{ file_list(files) }}
{{ messages(talk) }}
{{ start_button("/", "Mulai") }}
{% endblock %}
"""

DESK_PAGE = """
{% extends "base/" ~ layout ~ ".html" %}
{% from "components/lists.html" import data_table, filter_bar, filter_select, filter_text %}
{% from "components/lists.html" import keyset_pagination %}
{% from "components/page.html" import page_title %}
{% block title %}Antrean{% endblock %}
{% block content %}
{{ page_title("Antrean") }}
{% call filter_bar("/", clear_href="/", active=[{"text": "Diterima", "href": "/"}]) %}
{{ filter_select("state", "Keadaan", [("", "Semua"), ("received", "Diterima")], "received") }}
{{ filter_text("q", "Nomor") }}
{% endcall %}
{{ data_table("Pengaduan", [{"text": "Nomor"}, {"text": "Hari", "numeric": true}],
              [[{"html": number, "header": true}, 12], ["<script>", 3]]) }}
{{ keyset_pagination("/?before=1", "/?after=2") }}
{% endblock %}
"""


class SampleForm(SahutForm):
    """A field of every kind."""

    service = RadioChoiceField(
        "Layanan mana?",
        [Required("Pilih layanan.")],
        choices=[
            Choice("skck", "SKCK", "Surat keterangan"),
            Choice("sim", "SIM"),
            Choice("unknown", "Saya tidak tahu", apart=True),
        ],
    )
    fee = RupiahField("Berapa yang diminta?")
    note = NoteField("Catatan")
    on = DateField(
        "Kapan terjadi?", [Required("Isi tanggal kejadian."), NotInFuture()], subject="tanggal kejadian"
    )
    at = TimeField("Jam berapa?")
    name = TextField("Nama", max_length=20)
    email = EmailField("Surel")
    phone = TelephoneField("Telepon")
    story = LongTextField("Apa yang terjadi?", [Required("Ceritakan apa yang terjadi.")], max_length=40)
    channels = CheckboxesField("Hubungi saya lewat", choices=[("email", "Surel"), ("phone", "Telepon")])
    unit = SelectChoiceField("Unit", choices=[("1", "Sat Intelkam")], blank="Pilih unit")
    secret = PasswordField("Kata sandi")
    files = FilesField("Bukti", [FileLimits(most=2, bytes_each=1_000_000)])
    agree = CheckboxField("Isi ini benar")
    send = SubmitButton("Kirim")


def by_class(tree: Any, name: str) -> list[Any]:
    """Elements of a class, in the order of the page."""
    found: list[Any] = tree.xpath(f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
    return found


def words(element: Any) -> str:
    """The text of an element, blanks made one."""
    return " ".join(element.text_content().split())


def add_sample_pages(app: Flask) -> None:
    """Serves the pages below `/contoh/` as pages for citizens."""
    pages = Blueprint("samples", __name__, url_prefix="/contoh")
    declare(pages, Audience.CITIZEN)

    @pages.route("/isian", methods=["GET", "POST"])
    def form_page() -> str:
        form = SampleForm(today=TODAY)
        if form.validate_on_submit():
            flash("Tersimpan.", "success")
        return render_template_string(FORM_PAGE, form=form, agency_name="Polresta Serang Kota")

    @pages.get("/bagian")
    def parts_page() -> str:
        form = SampleForm(formdata=None, today=TODAY)
        return render_template_string(PARTS_PAGE, form=form, **sample_context())

    @pages.get("/meja/<layout>")
    def desk_page(layout: str) -> str:
        return render_template_string(
            DESK_PAGE,
            layout=layout,
            number=Markup('<a class="govuk-link" href="/">SRG-2026-000123</a>'),
            agency_name="Polresta Serang Kota",
            user={"name": "Rina Marlina", "post": "Kasiwas"},
            logout_url="/keluar",
            nav=[
                {"heading": None, "links": [{"text": "Antrean", "href": "/", "current": True, "count": 24}]},
                {"heading": "Zona Integritas", "links": [{"text": "Bukti", "href": "/"}]},
            ],
        )

    @pages.get("/rusak")
    def broken_page() -> str:
        raise ZeroDivisionError("planted-marker")

    @pages.post("/ditolak")
    def refused_page() -> str:
        raise GuardRefused("decide", "not_declared_complete")

    app.register_blueprint(pages)


def sample_context() -> dict[str, object]:
    """What `PARTS_PAGE` shows: a deadline in every state, a message with a file, a letter on its way."""

    def deadline(
        name: str, days: float, *, met: float | None = None, void: float | None = None
    ) -> dict[str, object]:
        instants = {"met_at": met, "void_at": void}
        return {
            "name": name,
            "due_at": NOW + timedelta(days=days),
            "sources": ["uu25_2009 | Pasal 50(1)"],
            "confidence": "verified",
            "provisional": days > 100,
            "note": None,
        } | {key: None if at is None else NOW + timedelta(days=at) for key, at in instants.items()}

    return {
        "now": NOW,
        "steps": [
            {"text": "Diterima", "state": "done", "note": "2 Nov"},
            {"text": "Ditugaskan", "state": "current", "note": None},
            {"text": "Selesai", "state": "ahead", "note": None},
        ],
        "deadlines": [
            deadline("Lengkap", -10, met=-12),
            deadline("Terlambat dipenuhi", -10, met=-2),
            deadline("Gugur", -10, void=-11),
            deadline("Lewat", -3),
            deadline("Besok", 1),
            deadline("Jauh", 120),
        ],
        "entries": [
            {"at": NOW, "title": "Diterima", "text": "<b>tebal</b>", "by": "Petugas"},
            {"at": NOW, "title": "Surat", "html": Markup("<em>miring</em>"), "kind": "letter"},
        ],
        "facts": [
            {"key": "Pelapor", "value": "<i>Siti</i>", "href": "/", "action": "Buka"},
            {"key": "Layanan", "html": Markup("<em>SKCK</em>")},
            {"key": "Terlapor", "value": None},
        ],
        "letter": {"title": "Lengkap", "number": "B/1", "sent_at": NOW, "received_at": None, "href": "/"},
        "files": [{"name": "<foto>.jpg", "size": 2_400_000, "href": "/"}],
        "talk": [
            {"at": NOW, "by": "Pemeriksa", "text": "Jam berapa?", "mine": False},
            {
                "at": NOW,
                "by": "Anda",
                "text": "Pukul 9\n<loket 3>",
                "mine": True,
                "files": [{"name": "a.pdf", "size": 900}],
            },
        ],
    }
