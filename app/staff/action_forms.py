"""The forms of the events that staff fire: one class a shape, filled with the choices of the case at hand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField

from app.forms import (
    CheckboxesField,
    CheckboxField,
    Choice,
    DateField,
    FilesField,
    LongTextField,
    NoteField,
    NotInFuture,
    RadioChoiceField,
    RupiahField,
    SelectChoiceField,
    SubmitButton,
    TextField,
    TimeField,
)
from app.forms.words import category_words
from app.law import get_law
from app.queries.case_file import list_allegations
from app.queries.case_log import list_events
from app.queries.desk import list_colleagues
from app.queries.queue import list_units
from app.staff import drafts
from app.staff.desk import Desk
from app.staff.forms import CaseForm
from app.templating import label
from workflows.conflicts import conflict_of, unit_may_own
from workflows.guards import REJECTION_REASONS
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, CITIZEN_CLASSES, Finding, NoticeKind, Role

EXAMINER_ROLES = frozenset({Role.INVESTIGATOR, Role.INVESTIGATOR_LEAD, Role.UNIT_HEAD})

BY_HAND = (
    NoticeKind.SP3D,
    NoticeKind.FIRST_REPLY,
    NoticeKind.RESULT_DUMAS,
    NoticeKind.SP2HP2,
    NoticeKind.LAPSE_WARNING,
    NoticeKind.URGENT_ALERT,
    NoticeKind.COMPLETENESS,
    NoticeKind.DECISION,
)
"""Letters that an officer may record as sent; the others are written by the events that owe them."""


class ActionForm(CaseForm):
    """What every event's form has: the version seen, and a button that says what is done."""

    send = SubmitButton()

    def prepare(self, desk: Desk) -> None:
        """Sets the choices that come from the case; fills a page that was just opened."""

    @property
    def is_fresh(self) -> bool:
        """Whether the page is being opened, not sent."""
        return request.method == "GET"


class PlainForm(ActionForm):
    """Nothing to say."""


class TextForm(ActionForm):
    """A text that somebody will read."""

    text = LongTextField(_l("Isi"))


class CompletionForm(TextForm):
    """What the complainant is asked to add."""

    text = LongTextField(
        _l("Apa yang masih kurang"), description=_l("Dikirim kepada pelapor seperti tertulis di sini.")
    )

    def prepare(self, desk: Desk) -> None:
        if self.is_fresh:
            self.text.data = drafts.completion_request(desk)


class QuestionForm(TextForm):
    """A question to the complainant."""

    text = LongTextField(
        _l("Pertanyaan kepada pelapor"),
        description=_l("Tulis satu per satu. Jangan tulis nama terlapor atau saksi."),
    )


class FollowUpForm(TextForm):
    """What was done after the decision."""

    text = LongTextField(
        _l("Tindak lanjut yang dilakukan"),
        description=_l("Sanksi, perubahan aturan, dokumen yang terbit, ganti rugi."),
    )


class AnswerForm(TextForm):
    """The answer with which a case is archived."""

    text = LongTextField(_l("Jawaban kepada pelapor"))


class ResultForm(TextForm):
    """Results for review, inside the house."""

    text = LongTextField(_l("Hasil pemeriksaan"), description=_l("Hanya untuk yang menangani perkara."))


class DraftForm(TextForm):
    """A draft of the decision, inside the house."""

    text = LongTextField(
        _l("Konsep keputusan"), description=_l("Hasil, pertimbangan, dan tindak lanjut yang diusulkan.")
    )

    def prepare(self, desk: Desk) -> None:
        if self.is_fresh:
            self.text.data = drafts.decision(desk)


class NotesForm(ActionForm):
    """A working note that may stay empty."""

    text = NoteField(_l("Catatan"), description=_l("Boleh kosong. Hanya untuk yang menangani perkara."))


class ReasonForm(ActionForm):
    """A reason."""

    reason = LongTextField(_l("Alasan"), max_length=4_000)


class FilesForm(TextForm):
    """A text with files."""

    files = FilesField(_l("Berkas"))
    kept_files = HiddenField()


class CompletionReceivedForm(FilesForm):
    """What the complainant brought to the desk; only the missing parts are asked."""

    text = LongTextField(_l("Keterangan yang diterima"))
    loss = LongTextField(_l("Kerugian yang dialami"), max_length=4_000)
    remedy_sought = LongTextField(_l("Penyelesaian yang diminta"), max_length=4_000)
    service_date = DateField(_l("Tanggal pelayanan"), [NotInFuture()], subject=_l("tanggal pelayanan"))
    full_name = TextField(_l("Nama lengkap pelapor"))
    full_address = NoteField(_l("Alamat lengkap pelapor"), max_length=500)

    SUPPLEMENTS = ("loss", "remedy_sought", "service_date", "full_name", "full_address")

    def prepare(self, desk: Desk) -> None:
        for name in self.SUPPLEMENTS:
            if name not in desk.case.missing_fields:
                del self[name]


class ClassifyForm(ActionForm):
    """Triage."""

    complaint_class = RadioChoiceField(_l("Jenis pengaduan"))
    maladministration = SelectChoiceField(
        _l("Bentuk maladministrasi yang diduga"), blank=_l("Belum ditentukan")
    )
    in_danger = CheckboxField(_l("Darurat: ada ancaman atau bahaya terhadap keselamatan"))
    reason = NoteField(
        _l("Pertimbangan"), description=_l("Boleh kosong. Hanya untuk yang menangani perkara.")
    )

    def prepare(self, desk: Desk) -> None:
        law = get_law()
        self.complaint_class.offer(Choice(c.value, label(law.policies[c])) for c in CITIZEN_CLASSES)
        self.maladministration.offer((code, label(kind)) for code, kind in law.maladministration.items())
        if self.is_fresh:
            self.complaint_class.data = desk.complaint.complaint_class
            self.maladministration.data = desk.complaint.maladministration
            self.in_danger.data = desk.complaint.in_danger


class OfficerForm(ActionForm):
    """Who in the unit takes the case."""

    officer_id = SelectChoiceField(_l("Petugas yang memeriksa"), blank=_l("Belum ditunjuk"))

    def prepare(self, desk: Desk) -> None:
        self.officer_id.offer(officer_choices(desk, EXAMINER_ROLES, {desk.complaint.owner_unit_id}))
        if self.is_fresh and desk.complaint.case_officer_id is not None:
            self.officer_id.data = str(desk.complaint.case_officer_id)


class RouteForm(ActionForm):
    """To which unit, and to whom in it."""

    unit_id = SelectChoiceField(_l("Unit yang dituju"), blank=_l("Pilih unit"))
    officer_id = SelectChoiceField(_l("Petugas"), blank=_l("Biarkan unit menunjuk"))
    reason = NoteField(_l("Petunjuk atau alasan"))

    def prepare(self, desk: Desk) -> None:
        units = [
            (unit_id, name)
            for unit_id, name in list_units(desk.session, desk.complaint.agency_id)
            if unit_may_own(desk.case, unit_id)
        ]
        self.unit_id.offer((str(unit_id), name) for unit_id, name in units)
        self.officer_id.offer(officer_choices(desk, CASE_ROLES, {unit_id for unit_id, _name in units}))


class DestinationForm(ActionForm):
    """Where a case goes that is not ours."""

    destination = TextField(
        _l("Diteruskan ke"), description=_l("Instansi atau satuan yang berwenang."), max_length=200
    )
    destination_number = TextField(
        _l("Nomor di sana"), description=_l("Bila sudah diketahui."), max_length=80
    )


class RejectForm(ReasonForm):
    """Why a complaint is rejected."""

    closure_reason = RadioChoiceField(_l("Alasan penolakan"))
    reason = LongTextField(
        _l("Penjelasan kepada pelapor"),
        description=_l("Tulis alasannya dan apa yang masih dapat dilakukan pelapor."),
        max_length=4_000,
    )

    def prepare(self, desk: Desk) -> None:
        reasons = get_law().closure_reasons
        self.closure_reason.offer((code.value, label(reasons[code])) for code in REJECTION_REASONS)


class DecideForm(ActionForm):
    """A decision; the findings on allegations are added by `decide_form`."""

    finding = RadioChoiceField(_l("Hasil pemeriksaan secara keseluruhan"))
    reason = LongTextField(
        _l("Keputusan dan pertimbangannya"),
        description=_l("Isi ini dikirim kepada pelapor saat keputusan disampaikan."),
    )
    remedies = CheckboxesField(_l("Bentuk penyelesaian"))
    compensation_idr = RupiahField(_l("Jumlah ganti rugi"))
    compensation_due_on = DateField(_l("Dibayar paling lambat"), subject=_l("tanggal pembayaran"))
    files = FilesField(
        _l("Keputusan yang ditandatangani"), description=_l("Pindaian PDF atau foto, bila sudah ada.")
    )
    kept_files = HiddenField()

    allegation_ids: tuple[int, ...] = ()

    def prepare(self, desk: Desk) -> None:
        law = get_law()
        findings = [(code.value, label(outcome)) for code, outcome in law.outcomes.items()]
        self.finding.offer(findings)
        self.remedies.offer((code, label(remedy)) for code, remedy in law.remedies.items())
        for allegation_id in self.allegation_ids:
            self[f"finding_{allegation_id}"].offer(findings)
        if self.is_fresh:
            self.reason.data = drafts.decision(desk)

    def shown(self) -> list[Field]:
        """Findings on allegations stand below the finding on the whole."""
        own = [self[f"finding_{row}"] for row in self.allegation_ids]
        rest = [one for one in super().shown() if one not in own]
        return [rest[0], *own, *rest[1:]]

    @property
    def findings(self) -> dict[int, Finding]:
        """Findings given so far, by allegation."""
        given = {row: self[f"finding_{row}"].data for row in self.allegation_ids}
        return {row: Finding(code) for row, code in given.items() if code}


class DeliverForm(ActionForm):
    """How the decision goes out."""

    notice_number = TextField(_l("Nomor surat"), description=_l("Boleh kosong."), max_length=80)
    is_keputusan = CheckboxField(
        _l("Ini Keputusan tertulis (UU 30/2014): pelapor punya 21 hari kerja untuk keberatan")
    )
    files = FilesField(_l("Salinan keputusan yang ditandatangani"))
    kept_files = HiddenField()


class NoticeForm(FilesForm):
    """A letter that was sent: kind, number, when, and whether it was received."""

    notice_kind = SelectChoiceField(_l("Jenis surat"), blank=_l("Pilih jenis surat"))
    notice_number = TextField(_l("Nomor surat"), max_length=80)
    text = LongTextField(_l("Isi surat"), description=_l("Pelapor membacanya di halaman status."))
    sent_on = DateField(_l("Tanggal dikirim"), [NotInFuture()], subject=_l("tanggal dikirim"))
    sent_time = TimeField(_l("Jam dikirim"))
    received_on = DateField(
        _l("Tanggal diterima pelapor"),
        [NotInFuture()],
        subject=_l("tanggal diterima"),
        description=_l("Kosongkan bila belum diketahui."),
    )
    received_time = TimeField(_l("Jam diterima pelapor"))
    proof = TextField(_l("Bukti penerimaan"), max_length=300)
    files = FilesField(_l("Salinan surat"))

    def prepare(self, desk: Desk) -> None:
        notices = get_law().notices
        self.notice_kind.offer((kind.value, label(notices[kind])) for kind in BY_HAND)
        if not self.is_fresh:
            return
        wanted = request.args.get("jenis")
        if wanted in {kind.value for kind in BY_HAND}:
            self.notice_kind.data = wanted
            events = list_events(desk.session, desk.complaint.id)
            self.text.data = drafts.letter(desk, NoticeKind(wanted), events)
        self.sent_on.data = desk.today
        self.sent_time.data = desk.local_now.time()


def decide_form(desk: Desk, **kwargs: Any) -> DecideForm:
    """The form of a decision on this case: one finding for each allegation that has none."""
    rows = [row for row in list_allegations(desk.session, desk.complaint.id) if row.finding is None]
    fields = {
        f"finding_{row.id}": SelectChoiceField(
            _(
                "Hasil atas dugaan: %(allegation)s",
                allegation=" – ".join(filter(None, (category_words(row.category), row.description))),
            ),
            blank=_("Pilih hasil"),
        )
        for row in rows
    }
    made = type("DecideCaseForm", (DecideForm,), {**fields, "allegation_ids": tuple(row.id for row in rows)})
    form: DecideForm = made(**kwargs)
    return form


def officer_choices(
    desk: Desk, roles: frozenset[Role], unit_ids: Collection[int | None]
) -> list[tuple[str, str]]:
    """Colleagues of the units, in one of the roles, who have no interest in the case, as choices."""
    agency_id = desk.complaint.agency_id
    return [
        (str(one.id), f"{one.name}, {one.title}")
        for one in list_colleagues(desk.session, agency_id, roles=roles)
        if one.unit_id in unit_ids
        and conflict_of(
            desk.case, Actor(roles=CASE_ROLES, user_id=one.id, agency_id=agency_id, unit_id=one.unit_id)
        )
        is None
    ]
