"""The forms of the citizens' pages after filing: opening a case, adding to it, taking it back, objecting."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.forms import (
    CheckboxField,
    DateField,
    FileField,
    FilesField,
    LongTextField,
    NotBefore,
    NoteField,
    NotInFuture,
    Required,
    SahutForm,
    SubmitButton,
    TextField,
)
from app.public.forms import FIRST_DAY, LONGEST_PART, LONGEST_STORY, LossForm, RemedyForm, TrapForm


class CodeForm(TrapForm):
    """Number and code: the two things that open a case."""

    number = TextField(
        _l("Nomor pengaduan"),
        [Required(_l("Tulis nomor pengaduan Anda."))],
        description=_l("Misalnya SRG-2026-000123. Ada pada tanda terima."),
        max_length=40,
    )
    code = TextField(
        _l("Kode lacak"),
        [Required(_l("Tulis kode lacak Anda."))],
        description=_l("16 huruf dan angka. Huruf kecil, spasi, dan tanda hubung tidak berpengaruh."),
        max_length=64,
    )
    send = SubmitButton(_l("Buka pengaduan saya"))


class WordsForm(SahutForm):
    """Words and files that a complainant adds to a case."""

    text = LongTextField(_l("Pesan Anda"), [Required(_l("Tulis pesan Anda."))], max_length=LONGEST_STORY)
    files = FilesField(_l("Lampirkan berkas (boleh dikosongkan)"))
    kept_files = TextField(max_length=100_000)
    send = SubmitButton(_l("Kirim"))


class CompletionForm(WordsForm):
    """What the file lacked; only fields that are missing stand on the page."""

    loss = LongTextField(LossForm.loss.args[0], max_length=LONGEST_PART)
    remedy_sought = LongTextField(RemedyForm.remedy.args[0], max_length=LONGEST_PART)
    service_date = DateField(
        _l("Tanggal kejadian"),
        [NotInFuture(), NotBefore(FIRST_DAY, _l("Periksa tahunnya: tanggal ini terlalu lama."))],
        subject=_l("tanggal kejadian"),
    )
    full_name = TextField(_l("Nama lengkap"), max_length=200)
    full_address = TextField(_l("Alamat lengkap"), max_length=300)


class WithdrawForm(SahutForm):
    """Taking a complaint back: a reason is asked for, not demanded."""

    reason = NoteField(
        _l("Mengapa Anda mencabut pengaduan ini? (boleh dikosongkan)"),
        description=_l(
            "Jika ada yang menekan Anda untuk mencabut, tulis di sini. "
            "Petugas yang menangani dan Ombudsman dapat membacanya."
        ),
    )
    sure = CheckboxField(
        _l("Saya mencabut pengaduan ini atas kemauan sendiri."),
        [Required(_l("Tandai pernyataan ini untuk mencabut."))],
    )
    send = SubmitButton(_l("Cabut pengaduan"))


class ObjectionForm(SahutForm):
    """Disagreeing with the outcome."""

    reason = LongTextField(
        _l("Apa yang tidak Anda setujui, dan mengapa?"),
        [Required(_l("Tulis alasan keberatan Anda."))],
        max_length=LONGEST_STORY,
    )
    files = FilesField(_l("Lampirkan berkas (boleh dikosongkan)"))
    kept_files = TextField(max_length=100_000)
    send = SubmitButton(_l("Ajukan keberatan"))


class VerifyForm(SahutForm):
    """A receipt to be checked: a file, or its text."""

    files = FileField(_l("Berkas tanda terima (PDF atau JSON)"))
    document = LongTextField(_l("atau tempel isi berkas JSON"), max_length=LONGEST_STORY * 10)
    send = SubmitButton(_l("Periksa"))
