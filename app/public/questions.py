"""The questions of a complaint: in which order, whom they are asked, and what answers they take.

A question is asked only where it matters, and an answer that fits no longer (the service was changed) counts
as missing, so that the way always leads to where something is to be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from app.forms import Choice, DateField, SahutForm
from app.public import detail_forms, forms
from app.public.filling import (
    TELLING_OF_DELAY,
    TELLING_OF_MONEY,
    TELLING_OF_REFUSAL,
    TELLING_OF_WITNESSES,
    Filling,
)
from app.public.forms import UNKNOWN
from app.public.identity_modes import mode_heads, mode_rows
from app.templating import label
from workflows.particulars import Attorney, Payment
from workflows.vocabulary import IdentityMode

Prepare = Callable[[Any, Filling], None]
Asks = Callable[[Filling], bool]

HINTS = {
    "illegal_fee": _l("Diminta membayar lebih dari tarif resmi."),
    "middleman": _l("Ditawari atau diarahkan ke perantara."),
    "abuse": _l("Termasuk kekerasan, ancaman, dan pemerasan."),
    "wrong_discretion": _l("Keputusan di lapangan yang tidak patut."),
}


def _always(_filling: Filling) -> bool:
    return True


def _nothing(_form: Any, _filling: Filling) -> None:
    """The form is complete as it is."""


@dataclass(frozen=True, slots=True)
class Question:
    """One page.

    :ivar slug: last part of its address
    :ivar about: what it is called on the last page, and in its title
    :ivar asked: whether it is asked, for what was answered before
    :ivar fits: whether the answer given still fits
    :ivar completes: an answer that fits no longer lacks something, and is asked for the rest; others go
    :ivar template: of its page
    :ivar more: what the template is given beside what every question's is
    """

    slug: str
    about: Any
    form: type[SahutForm]
    asked: Asks = _always
    prepare: Prepare = _nothing
    fits: Asks = _always
    completes: bool = False
    template: str = "public/lapor/question.html"
    more: Callable[[], dict[str, Any]] = dict

    def is_answered(self, filling: Filling) -> bool:
        """Whether there is an answer, and it still fits."""
        return self.slug in filling.content.answers and self.fits(filling)

    def make_form(self, filling: Filling, *, today: date, fresh: bool = True) -> Any:
        """The form, filled with what was typed and not accepted, else with the accepted answers.

        :param fresh: False for a form that was just sent
        """
        if not fresh:
            form = self.form(today=today)
        elif typed := filling.content.typed.get(self.slug):
            form = self.form(
                formdata=MultiDict({name: list(values) for name, values in typed.items()}), today=today
            )
        else:
            form = self.form(formdata=None, data=self._decoded(filling), today=today)
        self.prepare(form, filling)
        return form

    def holds_unsaved(self, filling: Filling, *, today: date) -> bool:
        """Whether something else than the accepted answer was typed, and left without going on."""
        if self.slug not in filling.content.typed:
            return False
        typed = self.make_form(filling, today=today).data
        accepted = self.form(formdata=None, data=self._decoded(filling), today=today).data
        named = filling.content.typed[self.slug]
        return any((typed[name] or None) != (accepted[name] or None) for name in named if name in typed)

    def _decoded(self, filling: Filling) -> dict[str, Any]:
        answers = dict(filling.content.answers.get(self.slug, {}))
        for name, value in answers.items():
            field = getattr(self.form, name, None)
            if value is not None and getattr(field, "field_class", None) is DateField:
                answers[name] = date.fromisoformat(value)
        return answers


def _offer_stations(form: forms.StationForm, filling: Filling) -> None:
    form.station.offer(Choice(one.code, one.name) for one in filling.stations)


def _offer_services(form: forms.ServiceForm, filling: Filling) -> None:
    form.service.offer(
        [
            *(Choice(one.code, f"{label(one)} ({one.code.upper()})") for one in filling.services),
            Choice(UNKNOWN, _("Bukan salah satunya, atau saya tidak tahu"), apart=True),
        ]
    )


def _offer_products(form: forms.ProductForm, filling: Filling) -> None:
    products = filling.service.products if filling.service else ()
    form.product.offer(
        [
            *(Choice(one.code, label(one)) for one in products),
            Choice(UNKNOWN, _("Lainnya, atau saya tidak tahu"), apart=True),
        ]
    )


def _offer_issues(form: forms.IssueForm, filling: Filling) -> None:
    choices = [Choice(code, label(node), HINTS.get(code, "")) for code, node in filling.issues().items()]
    form.issue.offer([*choices, Choice(UNKNOWN, _("Hal lain"), apart=True)])


def _word_story(form: forms.StoryForm, filling: Filling) -> None:
    if filling.kind == "suggestion":
        form.narrative.label.text = _("Apa saran atau harapan Anda?")
        form.narrative.description = _("Tulis apa yang sebaiknya diubah, dan mengapa.")
    elif filling.kind == "information":
        form.narrative.label.text = _("Informasi apa yang Anda minta?")
        form.narrative.description = _("Sebutkan dokumen atau keterangan yang Anda perlukan, dan untuk apa.")


def _ask_for_proof(form: detail_forms.ReasonForm, filling: Filling) -> None:
    """Only who paid can hold a proof of it."""
    if filling.answer("uang", "payment") != Payment.PAID:
        del form.proof


def _look_for_files(form: detail_forms.RepresentedForm, filling: Filling) -> None:
    form.has_files = bool(filling.content.files)


def _reason_fits(filling: Filling) -> bool:
    """Whoever says now that money was paid is asked for the proof."""
    has_proof = filling.answer("alasan-uang", "proof") is not None
    return has_proof or filling.answer("uang", "payment") != Payment.PAID


def _attorney_fits(filling: Filling) -> bool:
    """What was attached and removed again is not attached."""
    return filling.answer("diwakili", "attorney") != Attorney.ATTACHED or bool(filling.content.files)


def _asks(matters: frozenset[str]) -> Asks:
    return lambda filling: filling.tells_of(matters)


def _is_named(filling: Filling) -> bool:
    return filling.mode is not IdentityMode.ANONYMOUS


def _is_complaint(filling: Filling) -> bool:
    return filling.is_complaint


def _product_fits(filling: Filling) -> bool:
    return filling.answer("produk", "product") == UNKNOWN or filling.product is not None


def _issue_fits(filling: Filling) -> bool:
    chosen = filling.answer("perihal", "issue")
    return chosen == UNKNOWN or chosen in filling.issues()


QUESTIONS = (
    Question(
        "satuan",
        _l("Kantor polisi"),
        forms.StationForm,
        asked=lambda filling: len(filling.stations) > 1,
        prepare=_offer_stations,
    ),
    Question("jenis", _l("Jenis"), forms.KindForm),
    Question("layanan", _l("Layanan"), forms.ServiceForm, prepare=_offer_services),
    Question(
        "produk",
        _l("Urusan"),
        forms.ProductForm,
        asked=lambda filling: filling.is_product_asked,
        prepare=_offer_products,
        fits=_product_fits,
    ),
    Question(
        "perihal",
        _l("Masalah"),
        forms.IssueForm,
        asked=_is_complaint,
        prepare=_offer_issues,
        fits=_issue_fits,
    ),
    Question(
        "bahaya", _l("Ancaman"), forms.DangerForm, asked=_is_complaint, template="public/lapor/danger.html"
    ),
    Question("kejadian", _l("Kejadian"), forms.StoryForm, prepare=_word_story),
    Question(
        "waktu-tempat",
        _l("Kapan dan di mana"),
        forms.WhenWhereForm,
        asked=_is_complaint,
        template="public/lapor/when_where.html",
    ),
    Question(
        "uang",
        _l("Uang yang diminta"),
        detail_forms.MoneyForm,
        asked=_asks(TELLING_OF_MONEY),
        template="public/lapor/money.html",
    ),
    Question(
        "alasan-uang",
        _l("Untuk apa uang itu"),
        detail_forms.ReasonForm,
        asked=_asks(TELLING_OF_MONEY),
        prepare=_ask_for_proof,
        fits=_reason_fits,
        completes=True,
        template="public/lapor/reason.html",
    ),
    Question(
        "pengajuan",
        _l("Pengajuan"),
        detail_forms.DelayForm,
        asked=_asks(TELLING_OF_DELAY),
        template="public/lapor/delay.html",
    ),
    Question(
        "penolakan",
        _l("Penolakan"),
        detail_forms.RefusalForm,
        asked=_asks(TELLING_OF_REFUSAL),
        template="public/lapor/refusal.html",
    ),
    Question("petugas", _l("Petugas"), forms.WhoForm, asked=_is_complaint),
    Question(
        "saksi",
        _l("Saksi"),
        detail_forms.WitnessForm,
        asked=_asks(TELLING_OF_WITNESSES),
        template="public/lapor/witnesses.html",
    ),
    Question("kerugian", _l("Kerugian"), forms.LossForm, asked=_is_complaint),
    Question(
        "permintaan",
        _l("Penyelesaian"),
        forms.RemedyForm,
        asked=_is_complaint,
        template="public/lapor/remedy.html",
    ),
    Question("pihak", _l("Untuk siapa"), detail_forms.PartyForm, asked=_is_complaint),
    Question("bukti", _l("Bukti"), forms.EvidenceForm, template="public/lapor/evidence.html"),
    Question(
        "identitas",
        _l("Identitas"),
        forms.ModeForm,
        template="public/lapor/mode.html",
        more=lambda: {"mode_heads": mode_heads(), "mode_rows": mode_rows()},
    ),
    Question(
        "diwakili",
        _l("Yang diwakili"),
        detail_forms.RepresentedForm,
        asked=lambda filling: filling.acts_for_another and _is_named(filling),
        prepare=_look_for_files,
        fits=_attorney_fits,
        completes=True,
        template="public/lapor/represented.html",
    ),
    Question(
        "data-diri",
        _l("Tentang Anda"),
        forms.IdentityForm,
        asked=_is_named,
        template="public/lapor/identity.html",
    ),
)
"""All questions, in their order."""


def asked(filling: Filling) -> Iterator[Question]:
    """Questions that are asked, for the answers so far."""
    return (question for question in QUESTIONS if question.asked(filling))


def find_question(slug: str, filling: Filling) -> Question | None:
    """The question of this address, if it is asked."""
    return next((question for question in asked(filling) if question.slug == slug), None)


def first_open(filling: Filling) -> Question | None:
    """The first question without a fitting answer; None when all are answered."""
    return next((question for question in asked(filling) if not question.is_answered(filling)), None)


def neighbours(question: Question, filling: Filling) -> tuple[Question | None, Question | None]:
    """The question before and the one after, as asked."""
    listed = list(asked(filling))
    at = listed.index(question)
    before = listed[at - 1] if at else None
    after = listed[at + 1] if at + 1 < len(listed) else None
    return before, after


def is_way_known(filling: Filling) -> bool:
    """Whether no answer to come can add a question: until then their number is an estimate."""
    settled = ("jenis", "layanan", "perihal", "pihak", "identitas")
    return not any(one.slug in settled and not one.is_answered(filling) for one in asked(filling))
