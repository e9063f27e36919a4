"""The satisfaction survey: nine elements on one page, by a link that works once, without any account.

What is typed survives every error. The answer is kept apart from the case (:mod:`app.services.survey`).
"""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.extensions import db, limiter
from app.forms import Choice, NoteField, RadioChoiceField, SahutForm, SubmitButton
from app.i18n import current_language
from app.law import get_law
from app.models.survey import LONGEST_COMMENT
from app.public.blueprint import WRITING_LIMIT, blueprint
from app.public.case import open_case
from app.queries.status import Status
from app.services.survey import Asked, NoMarks, SurveyGone, answer_survey, find_survey, find_survey_token
from app.templating import label

QUESTIONS: dict[str, Any] = {
    "requirements": _l("Apakah syaratnya jelas dan sesuai dengan layanannya?"),
    "procedure": _l("Apakah langkah-langkahnya mudah diikuti?"),
    "time": _l("Apakah selesai secepat yang dijanjikan?"),
    "fee": _l("Apakah biayanya sesuai tarif resmi? Lewati bila tidak ada biaya."),
    "product": _l("Apakah hasil layanan sesuai dengan yang dijanjikan?"),
    "competence": _l("Apakah petugas mengerti pekerjaannya?"),
    "behaviour": _l("Apakah petugas sopan dan ramah?"),
    "complaints": _l("Apakah pengaduan Anda ditangani dengan baik?"),
    "facilities": _l("Apakah tempat dan peralatannya baik?"),
}
"""Each element in plain words, beside its official name."""


def survey_form() -> type[SahutForm]:
    """The form, in the order and with the names and marks of the law data."""
    law = get_law().skm
    marks = [Choice(str(one.value), _mark_words(one)) for one in sorted(law.scale.values(), key=_value)]
    fields: dict[str, Any] = {
        code: RadioChoiceField(label(element), description=QUESTIONS[code], choices=marks)
        for code, element in sorted(law.elements.items(), key=lambda item: item[1].no)
    }
    fields["comment"] = NoteField(
        _l("Ada yang ingin Anda tambahkan? (boleh dikosongkan)"),
        description=_l("Jangan menulis nama, nomor, atau hal lain yang menunjukkan siapa Anda."),
        max_length=LONGEST_COMMENT,
    )
    fields["send"] = SubmitButton(_l("Kirim penilaian"))
    return type("SurveyForm", (SahutForm,), fields)


@blueprint.get("/survei/<token>")
def survey(token: str) -> ResponseReturnValue:
    """The page of a link; opening it writes nothing."""
    asked = find_survey(db.session(), token, clock.now())
    if asked is None:
        return _gone()
    return _page(token, asked, survey_form()(formdata=None))


@blueprint.post("/survei/<token>")
@limiter.limit(WRITING_LIMIT)
def send_survey(token: str) -> ResponseReturnValue:
    """Keeps the answer, and thanks; to an unhappy one it offers the way to object."""
    at = clock.now()
    asked = find_survey(db.session(), token, at)
    if asked is None:
        return _gone()
    form: Any = survey_form()()
    if form.validate_on_submit():
        marks = {code: int(form[code].data) for code in QUESTIONS if form[code].data}
        try:
            thanks = answer_survey(token, marks, form.comment.data or "", language=current_language(), at=at)
        except SurveyGone:
            return _gone()
        except NoMarks:
            form.lay_error(_("Beri nilai pada paling sedikit satu unsur."), next(iter(QUESTIONS)))
        else:
            return render_template("public/survey_thanks.html", thanks=thanks, asked=asked)
    return _page(token, asked, form), 422


@blueprint.get("/status/kasus/survei")
def survey_of_case() -> ResponseReturnValue:
    """From the page of the case to its survey, while it can be answered."""
    status = open_case()
    if not isinstance(status, Status):
        return status
    token = find_survey_token(db.session(), status.case.id, clock.now())
    return redirect(url_for("public.survey", token=token)) if token else _gone()


def _page(token: str, asked: Asked, form: Any) -> str:
    return render_template(
        "public/survey.html",
        token=token,
        asked=asked,
        service=_service_words(asked),
        form=form,
        elements=[form[code] for code in _order(form)],
        basis=get_law().skm.legal_basis,
        agency_name=asked.agency_name,
    )


def _service_words(asked: Asked) -> str | None:
    if asked.service is None:
        return None
    return asked.service[1] if current_language() == "en" else asked.service[0]


def _order(form: Any) -> list[str]:
    return [field.name for field in form if field.name in QUESTIONS]


def _mark_words(mark: Any) -> str:
    words = label(mark)
    return words[:1].upper() + words[1:]


def _value(mark: Any) -> int:
    return int(mark.value)


def _gone() -> ResponseReturnValue:
    return render_template("public/survey_gone.html"), 404
