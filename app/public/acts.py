"""What a complainant does to the case: complete it, answer, add, withdraw, object.

Each page asks once more before anything happens. A refusal of the rules comes back on its field; typed words
and chosen files stay, the files as a signed list of what is stored already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock
from app.content.errors import FileRefused
from app.extensions import db, limiter
from app.forms import SahutForm, kept_files
from app.law import get_law
from app.public import case_forms as forms
from app.public.blueprint import UPLOAD_LIMIT, blueprint
from app.public.case import open_case
from app.public.case_page import is_objection_over, may
from app.queries.snapshots import find_missing_fields
from app.queries.status import Status, find_complaint
from app.queries.withdrawals import get_cooling_off
from app.services import events, messages
from app.services.completion import Supplements
from app.services.files import StoredFile
from app.services.texts import get_case_key
from app.services.withdrawing import announce_withdrawal
from app.templating import label, to_local
from workflows.errors import CaseNotVisible, Refused, WrongState
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event

Fire = Callable[[str, Any, Sequence[StoredFile], datetime], Any]

FILLABLE = ("loss", "remedy_sought", "service_date", "full_name", "full_address")
"""What a complainant may fill in afterwards; the rest stands in the words."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do.

    :ivar event: what it fires; None where the case does not move
    :ivar starts: what it sets going, one line each
    """

    form: type[SahutForm]
    event: Event | None
    title: Any
    fire: Fire
    done: Any
    starts: tuple[Any, ...] = ()
    warning: Any = None


def _complete(number: str, form: Any, files: Sequence[StoredFile], at: datetime) -> None:
    given = {name: form[name].data for name in FILLABLE if name in form and form[name].data}
    events.receive_completion(
        number,
        form.text.data,
        supplements=Supplements(**given),
        files=files,
        actor=complainant_of(number),
        at=at,
    )


def _answer(number: str, form: Any, files: Sequence[StoredFile], at: datetime) -> None:
    events.receive_info(number, form.text.data, files=files, actor=complainant_of(number), at=at)


def _add(number: str, form: Any, files: Sequence[StoredFile], at: datetime) -> None:
    messages.add_information(number, form.text.data, files=files, actor=complainant_of(number), at=at)


def _withdraw(number: str, form: Any, _files: Sequence[StoredFile], at: datetime) -> None:
    announce_withdrawal(number, form.reason.data or "", actor=complainant_of(number), at=at)


def _object(number: str, form: Any, files: Sequence[StoredFile], at: datetime) -> None:
    events.object_to_outcome(number, form.reason.data, files=files, actor=complainant_of(number), at=at)


ACTS = {
    "lengkapi": Act(
        forms.CompletionForm,
        Event.COMPLETE_RECEIVED,
        _l("Lengkapi pengaduan"),
        _complete,
        _l("Kelengkapan Anda sudah kami terima."),
    ),
    "jawab": Act(
        forms.WordsForm,
        Event.INFO_RECEIVED,
        _l("Jawab pertanyaan pemeriksa"),
        _answer,
        _l("Jawaban Anda sudah kami terima."),
    ),
    "pesan": Act(
        forms.WordsForm,
        None,
        _l("Tambah keterangan atau bukti"),
        _add,
        _l("Keterangan Anda sudah kami terima."),
    ),
    "cabut": Act(
        forms.WithdrawForm,
        Event.WITHDRAW,
        _l("Cabut pengaduan"),
        _withdraw,
        _l("Pencabutan Anda sudah kami catat. Anda masih dapat membatalkannya."),
        starts=(
            _l("memberi Anda waktu untuk berpikir: sampai saat di bawah ini satu klik membatalkannya"),
            _l("memberi tahu Anda lewat surel, jika alamatnya ada pada kami dan Anda mau dikabari"),
            _l("lalu menutup pengaduan tanpa keputusan dan menghentikan batas waktu kami kepada Anda"),
            _l("tetap memungkinkan pimpinan memeriksa dugaan pelanggaran (UU 25/2009 Pasal 41 ayat (3))"),
        ),
        warning=_l("Setelah berlaku, pencabutan tidak dapat dibatalkan lagi."),
    ),
    "keberatan": Act(
        forms.ObjectionForm,
        Event.OBJECT,
        _l("Ajukan keberatan"),
        _object,
        _l("Keberatan Anda sudah kami terima. Pengaduan dibuka kembali."),
        starts=(
            _l("membuka kembali pengaduan Anda"),
            _l("memulai batas waktu penyelesaian keberatan"),
        ),
    ),
}
"""By the last part of the address."""


@blueprint.get("/status/kasus/<act>")
def act_page(act: str) -> ResponseReturnValue:
    """The page of an act."""
    row, status = _find(act), open_case()
    if not isinstance(status, Status):
        return status
    if row.event is Event.WITHDRAW and status.pending is not None:
        return redirect(url_for("public.case"))
    if not _offered(row, status):
        return _too_late(row, status)
    return _show(row, status, _form(row, status, fresh=True), ())


@blueprint.post("/status/kasus/<act>")
@limiter.limit(UPLOAD_LIMIT)
def take_act(act: str) -> ResponseReturnValue:
    """Do it, or say what is wrong."""
    row, status = _find(act), open_case()
    if not isinstance(status, Status):
        return status
    number = status.case.number
    form = _form(row, status, fresh=False)
    is_fine = form.validate_on_submit()
    files, refused = _files(form, status)
    if is_fine and not refused:
        try:
            row.fire(number, form, files, clock.now())
        except CaseNotVisible:
            raise
        except WrongState:
            return _too_late(row, status)
        except FileRefused as refusal:
            refused = [refusal]
        except Refused as refusal:
            form.lay_refusal(refusal, {"objection_window_over": "reason"}, zone=status.case.zone)
        else:
            flash(str(row.done), "success")
            return redirect(url_for("public.case"), 303)
    kept_files.lay_file_refusals(form, refused)
    if "kept_files" in form:
        form.kept_files.data = kept_files.dump(files, subject=_subject(number))
        form.kept_files.raw_data = None
    return _show(row, status, form, files), 422


def _find(act: str) -> Act:
    return ACTS[act] if act in ACTS else abort(404)


def _offered(row: Act, status: Status) -> bool:
    return row.event is None or may(status, row.event, clock.now())


def _form(row: Act, status: Status, *, fresh: bool) -> Any:
    today = to_local(clock.now(), status.case.zone).date()
    form = row.form(formdata=None, today=today) if fresh else row.form(today=today)
    if isinstance(form, forms.CompletionForm):
        missing = _missing(status)
        for name in FILLABLE:
            if name not in missing:
                del form[name]
    return form


def _missing(status: Status) -> tuple[str, ...]:
    complaint = find_complaint(db.session(), status.case.number)
    return () if complaint is None else find_missing_fields(db.session(), complaint)


def _files(form: Any, status: Status) -> tuple[list[StoredFile], list[FileRefused]]:
    """Files kept from before, and those chosen now."""
    if "files" not in form:
        return [], []
    kept, _key = kept_files.load(form.kept_files.data, subject=_subject(status.case.number))
    if not form.files.data:
        return kept, []
    stored, refused = kept_files.store_chosen(form.files, get_case_key(db.session(), status.case.id))
    return [*kept, *stored], refused


def _subject(number: str) -> str:
    return kept_files.subject_of("complainant", number)


def _show(row: Act, status: Status, form: Any, files: Sequence[StoredFile]) -> str:
    names = {field.field: field for field in get_law().required_fields["complaint"]}
    missing = _missing(status) if row.event is Event.COMPLETE_RECEIVED else ()
    return render_template(
        "public/act.html",
        row=row,
        form=form,
        case=status.case,
        zone=status.case.zone,
        agency_name=status.case.agency_name,
        missing=[label(names[name]) for name in missing],
        question=_last_question(status) if row.event is Event.INFO_RECEIVED else None,
        until=status.objection_until if row.event is Event.OBJECT else None,
        effective_at=_effective_at(status) if row.event is Event.WITHDRAW else None,
        kept=files,
        fillable=[form[name] for name in FILLABLE if name in form],
    )


def _effective_at(status: Status) -> datetime:
    """When a withdrawal that is announced now takes effect."""
    complaint = find_complaint(db.session(), status.case.number)
    assert complaint is not None
    return clock.now() + get_cooling_off(db.session(), complaint.agency_id)


def _last_question(status: Status) -> str | None:
    questions = [body for _id, _direction, kind, body, _at in status.messages if kind == "question"]
    return questions[-1] if questions else None


def _too_late(row: Act, status: Status) -> ResponseReturnValue:
    """The case moved on, or the window is over: what holds now, and the way back."""
    is_over = row.event is Event.OBJECT and is_objection_over(status, clock.now())
    return render_template(
        "public/too_late.html",
        row=row,
        case=status.case,
        agency_name=status.case.agency_name,
        zone=status.case.zone,
        until=status.objection_until if is_over else None,
        reason=_("Batas waktu untuk mengajukan keberatan sudah lewat.")
        if is_over
        else _("Pengaduan tidak lagi, atau belum, pada tahap yang membuka langkah ini."),
    ), 409
