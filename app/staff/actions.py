"""Every event that staff may fire, with its form, its words, and the service behind it: one row an event.

Who may fire it from where is not said here: that is the table of the rules. Events that only a complainant or
the system fires have no row; a test holds the two lists together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.services import events
from app.services.casework import Outcome
from app.services.completion import Supplements
from app.services.files import StoredFile
from app.staff import action_forms as forms
from app.staff.desk import Desk, instant_of
from workflows.vocabulary import ClosureReason, ComplaintClass, Event, Finding, NoticeKind

Fire = Callable[[str, Any, events.By, Desk, Sequence[StoredFile]], Outcome]
"""Number, form, who acts, desk, files."""


FIRST_OPEN_FINDING = "first_open_finding"
"""Stands in a field map for the first allegation without a finding."""


@dataclass(frozen=True, slots=True)
class Action:
    """How an event is offered.

    :ivar does: the button and the title, as an order
    :ivar done: what the page says afterwards
    :ivar make: makes the form, where its shape hangs on the case
    :ivar warning: something that can't be taken back
    :ivar field_map: the rules' name of an input → the form's field
    """

    does: Any
    done: Any
    fire: Fire
    form: type[forms.ActionForm] = forms.PlainForm
    make: Callable[..., forms.ActionForm] | None = None
    warning: Any = None
    field_map: Mapping[str, str] = field(default_factory=dict)

    def make_form(self, desk: Desk) -> forms.ActionForm:
        """The form for this case, with its choices."""
        form = self.make(desk, today=desk.today) if self.make else self.form(today=desk.today)
        form.send.label.text = str(self.does)
        form.prepare(desk)
        return form


def number_or_none(value: str | None) -> int | None:
    """The id that a choice stands for."""
    return int(value) if value and value.isdecimal() else None


def _at(on: Any, clock_time: Any, desk: Desk) -> datetime | None:
    return instant_of(on, clock_time, desk.zone) if on is not None and clock_time is not None else None


def _complete_received(
    number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]
) -> Outcome:
    given = {name: form[name].data for name in form.SUPPLEMENTS if name in form and form[name].data}
    return events.receive_completion(
        number, form.text.data, supplements=Supplements(**given), files=files, **by
    )


def _classify(number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]) -> Outcome:
    chosen = form.complaint_class.data
    return events.classify(
        number,
        ComplaintClass(chosen) if chosen else None,
        maladministration=form.maladministration.data,
        in_danger=form.in_danger.data,
        reason=form.reason.data,
        **by,
    )


def _route(service: Callable[..., Outcome]) -> Fire:
    def fire(number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]) -> Outcome:
        return service(
            number,
            number_or_none(form.unit_id.data),
            officer_id=number_or_none(form.officer_id.data),
            reason=form.reason.data,
            **by,
        )

    return fire


def _decide(number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]) -> Outcome:
    return events.decide_case(
        number,
        Finding(form.finding.data) if form.finding.data else None,
        form.reason.data,
        findings=form.findings,
        remedies=form.remedies.data or (),
        compensation_idr=form.compensation_idr.data,
        compensation_due_on=form.compensation_due_on.data,
        files=files,
        **by,
    )


def _reject(number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]) -> Outcome:
    chosen = form.closure_reason.data
    return events.reject(number, ClosureReason(chosen) if chosen else None, form.reason.data, **by)


def _record_notice(number: str, form: Any, by: events.By, desk: Desk, files: Sequence[StoredFile]) -> Outcome:
    kind = form.notice_kind.data
    return events.record_notice(
        number,
        NoticeKind(kind) if kind else None,
        text=form.text.data,
        notice_number=form.notice_number.data,
        sent_at=_at(form.sent_on.data, form.sent_time.data, desk),
        received_at=_at(form.received_on.data, form.received_time.data, desk),
        proof=form.proof.data,
        files=files,
        **by,
    )


ACTIONS: Mapping[Event, Action] = {
    Event.ACKNOWLEDGE: Action(
        _l("Terbitkan tanda terima"),
        _l("Tanda terima diterbitkan."),
        lambda number, form, by, desk, files: events.acknowledge(number, **by),
    ),
    Event.VERIFY: Action(
        _l("Mulai verifikasi"),
        _l("Verifikasi dimulai."),
        lambda number, form, by, desk, files: events.verify_file(number, **by),
    ),
    Event.REQUEST_COMPLETION: Action(
        _l("Minta kelengkapan"),
        _l("Permintaan kelengkapan dikirim."),
        lambda number, form, by, desk, files: events.request_completion(number, form.text.data, **by),
        forms.CompletionForm,
    ),
    Event.COMPLETE_RECEIVED: Action(
        _l("Catat kelengkapan yang diterima"),
        _l("Kelengkapan dicatat."),
        _complete_received,
        forms.CompletionReceivedForm,
    ),
    Event.DECLARE_COMPLETE: Action(
        _l("Nyatakan berkas lengkap"),
        _l("Berkas dinyatakan lengkap."),
        lambda number, form, by, desk, files: events.declare_complete(number, **by),
    ),
    Event.CLASSIFY: Action(
        _l("Telaah dan tentukan jenis"), _l("Jenis pengaduan ditetapkan."), _classify, forms.ClassifyForm
    ),
    Event.DISPOSE: Action(
        _l("Disposisi ke unit"), _l("Pengaduan didisposisi."), _route(events.dispose), forms.RouteForm
    ),
    Event.ACCEPT: Action(
        _l("Terima di unit"),
        _l("Pengaduan diterima unit."),
        lambda number, form, by, desk, files: events.accept(
            number, officer_id=number_or_none(form.officer_id.data), **by
        ),
        forms.OfficerForm,
    ),
    Event.REASSIGN: Action(
        _l("Alihkan ke unit atau petugas lain"),
        _l("Pengaduan dialihkan."),
        _route(events.reassign),
        forms.RouteForm,
    ),
    Event.PROPOSE_TRANSFER: Action(
        _l("Usulkan penerusan"),
        _l("Penerusan diusulkan."),
        lambda number, form, by, desk, files: events.propose_transfer(number, form.reason.data, **by),
        forms.ReasonForm,
    ),
    Event.DECLINE_TRANSFER: Action(
        _l("Tolak usul penerusan"),
        _l("Usul penerusan ditolak."),
        lambda number, form, by, desk, files: events.decline_transfer(number, form.reason.data, **by),
        forms.ReasonForm,
    ),
    Event.TRANSFER_OUT: Action(
        _l("Teruskan ke instansi lain"),
        _l("Pengaduan diteruskan dan pelapor diberi tahu."),
        lambda number, form, by, desk, files: events.transfer_out(
            number, form.destination.data, destination_number=form.destination_number.data, **by
        ),
        forms.DestinationForm,
        warning=_l("Pengaduan ditutup di sini."),
    ),
    Event.START_EXAMINATION: Action(
        _l("Mulai pemeriksaan"),
        _l("Pemeriksaan dimulai."),
        lambda number, form, by, desk, files: events.start_examination(number, **by),
    ),
    Event.ASK_INFO: Action(
        _l("Tanya pelapor"),
        _l("Pertanyaan dikirim kepada pelapor."),
        lambda number, form, by, desk, files: events.ask_info(number, form.text.data, **by),
        forms.QuestionForm,
    ),
    Event.INFO_RECEIVED: Action(
        _l("Catat keterangan pelapor"),
        _l("Keterangan pelapor dicatat."),
        lambda number, form, by, desk, files: events.receive_info(number, form.text.data, files=files, **by),
        forms.FilesForm,
    ),
    Event.RESUME_WITHOUT_INFO: Action(
        _l("Lanjutkan tanpa keterangan"),
        _l("Pemeriksaan dilanjutkan."),
        lambda number, form, by, desk, files: events.resume_without_info(number, **by),
    ),
    Event.HOLD_HEARING: Action(
        _l("Adakan dengar pendapat"),
        _l("Dengar pendapat dicatat."),
        lambda number, form, by, desk, files: events.hold_hearing(number, form.text.data, **by),
        forms.NotesForm,
    ),
    Event.SEPARATE_HEARING: Action(
        _l("Adakan dengar pendapat terpisah"),
        _l("Dengar pendapat terpisah dicatat."),
        lambda number, form, by, desk, files: events.hold_separate_hearing(number, form.reason.data, **by),
        forms.ReasonForm,
    ),
    Event.FIELD_CHECK: Action(
        _l("Periksa lapangan atau bukti"),
        _l("Pemeriksaan lapangan dicatat."),
        lambda number, form, by, desk, files: events.check_field(number, form.text.data, **by),
        forms.NotesForm,
    ),
    Event.SUBMIT_REVIEW: Action(
        _l("Serahkan untuk reviu"),
        _l("Hasil diserahkan kepada Kasiwas."),
        lambda number, form, by, desk, files: events.submit_review(number, form.text.data, **by),
        forms.ResultForm,
    ),
    Event.DRAFT_DECISION: Action(
        _l("Susun konsep keputusan"),
        _l("Konsep keputusan disimpan."),
        lambda number, form, by, desk, files: events.draft_decision(number, form.text.data, **by),
        forms.DraftForm,
    ),
    Event.DECIDE: Action(
        _l("Putuskan"),
        _l("Keputusan dicatat."),
        _decide,
        forms.DecideForm,
        make=forms.decide_form,
        warning=_l("Keputusan tidak dapat diubah; hanya keberatan pelapor yang membuka kembali perkara."),
        field_map={"allegation_without_finding": FIRST_OPEN_FINDING},
    ),
    Event.DELIVER_DECISION: Action(
        _l("Sampaikan keputusan"),
        _l("Keputusan disampaikan kepada pelapor."),
        lambda number, form, by, desk, files: events.deliver_decision(
            number,
            notice_number=form.notice_number.data,
            is_keputusan=form.is_keputusan.data,
            files=files,
            **by,
        ),
        forms.DeliverForm,
    ),
    Event.FOLLOW_UP: Action(
        _l("Catat tindak lanjut"),
        _l("Tindak lanjut dicatat dan pelapor diberi tahu."),
        lambda number, form, by, desk, files: events.follow_up(number, form.text.data, **by),
        forms.FollowUpForm,
    ),
    Event.CLOSE: Action(
        _l("Tutup pengaduan"),
        _l("Pengaduan ditutup."),
        lambda number, form, by, desk, files: events.close(number, **by),
    ),
    Event.REJECT: Action(
        _l("Tolak dengan alasan tertulis"),
        _l("Pengaduan ditolak dan pelapor diberi alasannya."),
        _reject,
        forms.RejectForm,
        warning=_l("Pelapor menerima alasan tertulis dan upaya yang masih terbuka baginya."),
    ),
    Event.ARCHIVE: Action(
        _l("Jawab dan arsipkan"),
        _l("Pengaduan dijawab dan diarsipkan."),
        lambda number, form, by, desk, files: events.archive(number, form.text.data, **by),
        forms.AnswerForm,
    ),
    Event.CONTINUE_EX_OFFICIO: Action(
        _l("Lanjutkan karena jabatan"),
        _l("Perkara dilanjutkan karena jabatan."),
        lambda number, form, by, desk, files: events.continue_ex_officio(number, form.reason.data, **by),
        forms.ReasonForm,
    ),
    Event.GIVE_DOCUMENTS: Action(
        _l("Beri dokumen kepada pelapor"),
        _l("Dokumen diberikan kepada pelapor."),
        lambda number, form, by, desk, files: events.give_documents(
            number, form.text.data, files=files, **by
        ),
        forms.FilesForm,
    ),
    Event.RECORD_NOTICE: Action(
        _l("Catat surat"),
        _l("Surat dicatat."),
        _record_notice,
        forms.NoticeForm,
        field_map={"sent_at": "sent_on", "notice_received_at": "received_on"},
    ),
}

MAIN_WAY = (
    Event.ACKNOWLEDGE,
    Event.COMPLETE_RECEIVED,
    Event.INFO_RECEIVED,
    Event.DECLARE_COMPLETE,
    Event.VERIFY,
    Event.CLASSIFY,
    Event.DISPOSE,
    Event.ACCEPT,
    Event.START_EXAMINATION,
    Event.SUBMIT_REVIEW,
    Event.DRAFT_DECISION,
    Event.DECIDE,
    Event.DELIVER_DECISION,
    Event.FOLLOW_UP,
    Event.CLOSE,
)
"""The straight way of a case: its first allowed step is the one to take, the others stand beside."""

SIDE_STEPS = (Event.GIVE_DOCUMENTS, Event.RECORD_NOTICE)
"""Offered at any time; they move nothing, so they stand apart on the page."""
