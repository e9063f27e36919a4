"""Forms of the questions that depend on the matter: money, delay, refusal, witnesses, and whom one acts for.

None of them demands what a frightened person may not know: every amount, name and date may stay open.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from app.forms import (
    CheckboxField,
    Choice,
    DateField,
    NotBefore,
    NoteField,
    NotInFuture,
    RadioChoiceField,
    Required,
    RupiahField,
    TextField,
)
from app.public.forms import FIRST_DAY, LARGEST_CLAIM_IDR, QuestionForm
from workflows.particulars import Attorney, Known, Payment, Refusal, SaidToBe

OTHER = "other"
"""Somebody complains for another (UU 25/2009 Pasal 42 ayat (1))."""

_TOO_OLD = _l("Periksa tahunnya: tanggal ini terlalu lama.")


class MoneyForm(QuestionForm):
    """Whether money was paid or only asked, how much, and to whom."""

    payment = RadioChoiceField(
        _l("Apakah uangnya Anda bayar?"),
        [Required(_l("Pilih dibayar atau hanya diminta."))],
        choices=[
            Choice(Payment.PAID.value, _l("Ya, saya bayar")),
            Choice(Payment.ASKED.value, _l("Tidak, hanya diminta")),
        ],
    )
    amount = RupiahField(
        _l("Berapa? (boleh dikosongkan)"),
        description=_l("Misalnya 50.000 atau 50 ribu. Kosongkan jika jumlahnya tidak disebut."),
    )
    paid_to = TextField(
        _l("Kepada siapa? (boleh dikosongkan)"),
        description=_l("Nama, ciri-ciri, nomor loket, atau nomor rekening."),
        max_length=300,
    )

    def validate_amount(self, field: Field) -> None:
        """A sum of money that the books can hold."""
        if field.data is not None and not 0 < field.data <= LARGEST_CLAIM_IDR:
            raise ValidationError(_("Tulis jumlah antara 1 dan 2.000.000.000, atau kosongkan."))


class ReasonForm(QuestionForm):
    """As what the money was asked, and whether anything proves it."""

    said_to_be = RadioChoiceField(
        _l("Uang itu disebut untuk apa?"),
        [Required(_l("Pilih untuk apa uang itu menurut yang meminta."))],
        choices=[
            Choice(SaidToBe.OFFICIAL.value, _l("Biaya resmi")),
            Choice(
                SaidToBe.TEST.value,
                _l("Tes kesehatan atau psikologi"),
                _l("Tes untuk SIM dibayar kepada klinik atau lembaga, di luar tarif."),
            ),
            Choice(SaidToBe.OTHER.value, _l("Biaya lain"), _l("Agar cepat, map, asuransi, terima kasih.")),
            Choice(SaidToBe.NOTHING.value, _l("Tidak disebut untuk apa"), apart=True),
        ],
    )
    proof = RadioChoiceField(
        _l("Apakah Anda menerima bukti pembayaran?"),
        [Required(_l("Pilih ya, tidak, atau tidak ingat."))],
        choices=[
            Choice(Known.YES.value, _l("Ya")),
            Choice(Known.NO.value, _l("Tidak")),
            Choice(Known.UNKNOWN.value, _l("Tidak ingat")),
        ],
    )


class DelayForm(QuestionForm):
    """When it was applied for, and what was promised."""

    applied_on = DateField(
        _l("Kapan Anda mengajukan permohonan?"),
        [NotInFuture(), NotBefore(FIRST_DAY, _TOO_OLD)],
        subject=_l("tanggal pengajuan"),
        description=_l("Misalnya 24 11 2026."),
    )
    forgot = CheckboxField(_l("Saya tidak ingat tanggalnya"))
    promised_on = DateField(
        _l("Kapan dijanjikan selesai? (boleh dikosongkan)"),
        [NotBefore(FIRST_DAY, _TOO_OLD)],
        subject=_l("tanggal yang dijanjikan"),
        description=_l("Kosongkan jika tidak ada janji."),
    )

    def validate_applied_on(self, field: Field) -> None:
        """A day, or that it is forgotten; what can't be read has its own message."""
        if field.data is None and not self.forgot.data and not field.process_errors:
            raise StopValidation(_("Isi tanggal pengajuan, atau tandai bahwa Anda tidak ingat."))

    def validate_promised_on(self, field: Field) -> None:
        """Nobody promises a day before the application."""
        if field.data and self.applied_on.data and field.data < self.applied_on.data:
            raise ValidationError(_("Tanggal yang dijanjikan tidak boleh sebelum tanggal pengajuan."))


class RefusalForm(QuestionForm):
    """Which report was refused, and how."""

    report = NoteField(
        _l("Laporan apa yang ditolak?"),
        [Required(_l("Tulis laporan apa yang ditolak, walau singkat."))],
        description=_l("Misalnya: kehilangan motor, penipuan, kekerasan dalam rumah tangga."),
        max_length=500,
    )
    refusal = RadioChoiceField(
        _l("Bagaimana penolakan disampaikan?"),
        [Required(_l("Pilih tertulis atau lisan."))],
        choices=[
            Choice(Refusal.WRITTEN.value, _l("Tertulis"), _l("Surat, pesan, atau catatan petugas.")),
            Choice(Refusal.SPOKEN.value, _l("Lisan, atau tidak diberi jawaban")),
        ],
    )


class WitnessForm(QuestionForm):
    """Whether anybody saw it."""

    witnessed = RadioChoiceField(
        _l("Apakah ada yang melihat atau mendengar?"),
        [Required(_l("Pilih ada, tidak ada, atau tidak tahu."))],
        choices=[
            Choice(Known.YES.value, _l("Ada")),
            Choice(Known.NO.value, _l("Tidak ada")),
            Choice(Known.UNKNOWN.value, _l("Tidak tahu")),
        ],
    )
    witnesses = NoteField(
        _l("Siapa? (boleh dikosongkan)"),
        description=_l(
            "Cukup “teman saya” atau “orang yang mengantre”. Tulis nama hanya jika orangnya setuju."
        ),
        max_length=500,
    )


class PartyForm(QuestionForm):
    """For whom somebody complains."""

    party = RadioChoiceField(
        _l("Anda mengadu untuk siapa?"),
        [Required(_l("Pilih untuk diri sendiri atau untuk orang lain."))],
        choices=[
            Choice("self", _l("Untuk diri saya sendiri")),
            Choice(
                OTHER,
                _l("Mewakili orang lain"),
                _l("Keluarga, teman, atau klien yang memberi Anda kuasa. Surat kuasa boleh menyusul."),
            ),
        ],
    )


class RepresentedForm(QuestionForm):
    """Whom somebody acts for; the complaint is theirs."""

    name = TextField(
        _l("Nama lengkap yang Anda wakili"), [Required(_l("Tulis nama orang yang Anda wakili."))]
    )
    address = TextField(
        _l("Alamat lengkapnya"),
        [Required(_l("Tulis alamat orang yang Anda wakili."))],
        description=_l("Jalan, nomor, desa atau kelurahan, kecamatan, kota. NIK tidak diperlukan."),
        max_length=300,
    )
    relation = TextField(
        _l("Apa hubungan Anda dengannya?"),
        [Required(_l("Tulis hubungan Anda, misalnya anak atau advokat."))],
        description=_l("Misalnya anak, saudara, tetangga, advokat, pendamping."),
        max_length=80,
    )
    attorney = RadioChoiceField(
        _l("Di mana surat kuasanya?"),
        [Required(_l("Pilih sudah diunggah atau menyusul."))],
        choices=[
            Choice(Attorney.ATTACHED.value, _l("Sudah saya unggah bersama bukti")),
            Choice(
                Attorney.LATER.value,
                _l("Menyusul"),
                _l("Kirim lewat halaman status. Pengaduan tetap diterima sekarang."),
            ),
        ],
    )
    has_files: bool = False
    """Whether anything was uploaded; set by the question."""

    def validate_attorney(self, field: Any) -> None:
        """Nothing can be attached where nothing was uploaded."""
        if field.data == Attorney.ATTACHED.value and not self.has_files:
            raise ValidationError(_("Belum ada berkas yang diunggah. Pilih “Menyusul”, atau unggah dahulu."))
