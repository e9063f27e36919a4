"""The forms of filing: one question a page, each in words that a tired person understands."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from app.forms import (
    CheckboxField,
    Choice,
    DateField,
    EmailField,
    FilesField,
    LongTextField,
    NotBefore,
    NoteField,
    NotInFuture,
    RadioChoiceField,
    Required,
    RupiahField,
    SahutForm,
    SubmitButton,
    TelephoneField,
    TextField,
)
from workflows.vocabulary import IdentityMode

LONGEST_STORY = 20_000
LONGEST_PART = 5_000
LARGEST_CLAIM_IDR = 2_000_000_000
FIRST_DAY = date(1945, 8, 17)
UNKNOWN = "unknown"
"""Choice of somebody who doesn't know, or finds none that fits."""

YES_NO = (("yes", _l("Ya")), ("no", _l("Tidak")))


class QuestionForm(SahutForm):
    """One page of the way through filing."""

    forward = SubmitButton(_l("Lanjutkan"))


class StationForm(QuestionForm):
    """Which station; asked where a deployment holds several."""

    station = RadioChoiceField(
        _l("Kantor polisi mana yang Anda adukan?"),
        [Required(_l("Pilih kantor polisi yang Anda adukan."))],
        description=_l("Pilih kantor tempat Anda dilayani, bukan tempat tinggal Anda."),
    )


class KindForm(QuestionForm):
    """What the citizen wants to say."""

    kind = RadioChoiceField(
        _l("Apa yang ingin Anda sampaikan?"),
        [Required(_l("Pilih apa yang ingin Anda sampaikan."))],
        choices=[
            Choice(
                "service",
                _l("Pelayanan yang tidak semestinya"),
                _l("Lambat, dipersulit, pungutan, data salah, laporan ditolak."),
            ),
            Choice(
                "conduct",
                _l("Perilaku anggota polisi"),
                _l("Kasar, menyalahgunakan wewenang, meminta uang, membeda-bedakan."),
            ),
            Choice("suggestion", _l("Saran atau harapan"), _l("Tanpa mengadukan siapa pun.")),
            Choice(
                "information",
                _l("Permintaan informasi"),
                _l("Meminta dokumen atau penjelasan yang menjadi hak publik."),
            ),
        ],
    )


class ServiceForm(QuestionForm):
    """About which service."""

    service = RadioChoiceField(
        _l("Layanan mana yang bersangkutan?"), [Required(_l("Pilih layanan, atau pilih tidak tahu."))]
    )


class ProductForm(QuestionForm):
    """Which of the things that the service issues."""

    product = RadioChoiceField(
        _l("Anda sedang mengurus apa?"), [Required(_l("Pilih yang Anda urus, atau pilih tidak tahu."))]
    )


class IssueForm(QuestionForm):
    """What went wrong, in one line."""

    issue = RadioChoiceField(
        _l("Mana yang paling dekat dengan masalah Anda?"),
        [Required(_l("Pilih yang paling dekat dengan masalah Anda."))],
        description=_l("Pilih satu. Anda dapat menceritakan semuanya pada halaman berikut."),
    )


class DangerForm(QuestionForm):
    """Danger to life or a threat: the urgent clocks run as well."""

    danger = RadioChoiceField(
        _l("Apakah Anda atau orang lain sedang terancam?"),
        [Required(_l("Pilih ya atau tidak."))],
        choices=[
            Choice("yes", _l("Ya, ada ancaman atau bahaya"), _l("Pimpinan diberi tahu dalam 1 jam.")),
            Choice("no", _l("Tidak")),
        ],
    )


class StoryForm(QuestionForm):
    """What happened (UU 25/2009 Pasal 42 ayat (3) huruf b)."""

    narrative = LongTextField(
        _l("Apa yang terjadi?"),
        [Required(_l("Ceritakan apa yang terjadi."))],
        description=_l(
            "Tulis dengan kata-kata Anda sendiri: apa yang Anda minta, apa yang dikatakan dan dilakukan."
        ),
        max_length=LONGEST_STORY,
    )


class WhenWhereForm(QuestionForm):
    """Day and place of the service."""

    on = DateField(
        _l("Tanggal kejadian"),
        [NotInFuture(), NotBefore(FIRST_DAY, _l("Periksa tahunnya: tanggal ini terlalu lama."))],
        subject=_l("tanggal kejadian"),
        description=_l("Misalnya 24 11 2026. Jika berlangsung beberapa hari, tulis hari terakhir."),
    )
    forgot = CheckboxField(_l("Saya tidak ingat tanggalnya"))
    place = TextField(
        _l("Di mana?"),
        [Required(_l("Tulis tempat kejadian, walau hanya kira-kira."))],
        description=_l("Misalnya: loket SKCK lantai 1, atau jalan dan desa."),
        max_length=300,
    )

    def validate_on(self, field: Field) -> None:
        """A day, or that it is forgotten; what can't be read has its own message."""
        if field.data is None and not self.forgot.data and not field.process_errors:
            raise StopValidation(_("Isi tanggal kejadian, atau tandai bahwa Anda tidak ingat."))


class WhoForm(QuestionForm):
    """Who did it, as far as known."""

    respondent = NoteField(
        _l("Siapa petugas yang bersangkutan? (boleh dikosongkan)"),
        description=_l("Nama, pangkat, ciri-ciri, nomor loket, atau nama unit. Kosongkan jika tidak tahu."),
        max_length=500,
    )


class LossForm(QuestionForm):
    """The loss, material or not (Pasal 42 ayat (3) huruf b)."""

    loss = LongTextField(
        _l("Apa kerugian yang Anda alami?"),
        [Required(_l("Tulis kerugian Anda. Jika tidak ada, tulis “tidak ada”."))],
        description=_l("Uang, waktu, pekerjaan, rasa takut. Jika tidak ada, tulis “tidak ada”."),
        max_length=LONGEST_PART,
    )


class RemedyForm(QuestionForm):
    """What would put it right (Pasal 42 ayat (3) huruf c, ayat (4))."""

    remedy = LongTextField(
        _l("Apa yang harus dilakukan agar ini selesai?"),
        [Required(_l("Tulis penyelesaian yang Anda minta."))],
        description=_l(
            "Misalnya: SKCK diterbitkan, uang dikembalikan, petugas ditegur, prosedur diperbaiki."
        ),
        max_length=LONGEST_PART,
    )
    claim = RupiahField(
        _l("Tuntutan ganti rugi dalam rupiah (boleh dikosongkan)"),
        description=_l("Hanya jika Anda menuntut ganti rugi. Jumlah dan batas bayarnya diputuskan tertulis."),
    )

    def validate_claim(self, field: Field) -> None:
        """A claim is a positive amount that the books can hold."""
        if field.data is not None and not 0 < field.data <= LARGEST_CLAIM_IDR:
            raise ValidationError(_("Tulis jumlah antara 1 dan 2.000.000.000, atau kosongkan."))


class EvidenceForm(SahutForm):
    """Files that show it; chosen in any number of turns."""

    files = FilesField(
        _l("Pilih foto, dokumen, rekaman suara, atau video"),
    )
    add = SubmitButton(_l("Unggah berkas"))
    forward = SubmitButton(_l("Lanjutkan"))


class ModeForm(QuestionForm):
    """Open, withheld or without a name; explained before it is chosen."""

    mode = RadioChoiceField(
        _l("Pilihan Anda"),
        [Required(_l("Pilih bagaimana identitas Anda diperlakukan."))],
        choices=[
            Choice(
                IdentityMode.WITHHELD.value,
                _l("Dirahasiakan"),
                _l("Yang diadukan dan unitnya tidak diberi tahu siapa Anda."),
            ),
            Choice(
                IdentityMode.OPEN.value,
                _l("Terbuka"),
                _l("Petugas yang menangani tahu nama Anda dan dapat menghubungi Anda langsung."),
            ),
            Choice(
                IdentityMode.ANONYMOUS.value,
                _l("Tanpa nama"),
                _l("Kami tidak menanyakan siapa Anda. Kode yang hilang tidak dapat diganti."),
                apart=True,
            ),
        ],
    )


class IdentityForm(QuestionForm):
    """Who complains (Pasal 42 ayat (3) huruf a); the national identity number is never asked."""

    name = TextField(_l("Nama lengkap"), [Required(_l("Tulis nama lengkap Anda."))], max_length=200)
    address = TextField(
        _l("Alamat lengkap"),
        [Required(_l("Tulis alamat lengkap Anda."))],
        description=_l("Jalan, nomor, desa atau kelurahan, kecamatan, kota. NIK tidak diperlukan."),
        max_length=300,
    )
    email = EmailField(_l("Surel (boleh dikosongkan)"))
    phone = TelephoneField(
        _l("Nomor telepon (boleh dikosongkan)"), description=_l("Misalnya 0812 3456 7890.")
    )
    notices = RadioChoiceField(
        _l("Bolehkah kami memberi tahu Anda lewat surel?"),
        [Required(_l("Pilih boleh atau jangan."))],
        description=_l("Surel hanya berkata ada kabar baru, tanpa isi pengaduan."),
        choices=[
            Choice("yes", _l("Boleh")),
            Choice(
                "no", _l("Jangan kirim apa pun"), _l("Pilih ini jika orang lain dapat membaca surel Anda.")
            ),
        ],
    )

    def validate_email(self, field: Field) -> None:
        """Notices need somewhere to go."""
        if self.notices.data == "yes" and not field.data:
            raise StopValidation(_("Tulis alamat surel, atau pilih “Jangan kirim apa pun”."))


class TrapForm(SahutForm):
    """Carries a field that people don't see and programs fill in."""

    website = TextField(_l("Biarkan kolom ini kosong"), max_length=200)

    def validate_website(self, field: Field) -> None:
        """A person whose browser filled it in is told; nobody is turned away in silence."""
        if field.data:
            raise ValidationError(_("Kosongkan kolom ini, lalu kirim lagi."))


class SendForm(TrapForm):
    """The last look; the consent stands for the signature (Pasal 42 ayat (3) huruf d)."""

    consent = CheckboxField(
        _l(
            "Saya menyatakan isi ini benar sepanjang pengetahuan saya, dan mengirimkannya sebagai tanda "
            "tangan saya."
        ),
        [Required(_l("Tandai pernyataan ini untuk mengirim."))],
    )
    send = SubmitButton(_l("Kirim sekarang"))


class ResumeForm(SahutForm):
    """The code of an unfinished complaint."""

    code = TextField(
        _l("Kode lanjut"),
        [Required(_l("Tulis kode lanjut Anda."))],
        description=_l("16 huruf dan angka. Huruf kecil, spasi, dan tanda hubung tidak berpengaruh."),
        max_length=64,
    )
    send = SubmitButton(_l("Lanjutkan menulis"))


def question_data(form: SahutForm) -> dict[str, Any]:
    """Accepted answers of a form as JSON values by field."""
    skipped = ("csrf_token", "forward", "send", "website")
    return {field.short_name: _plain(field.data) for field in form if field.short_name not in skipped}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
