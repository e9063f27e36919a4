"""Forms of the staff's pages that fire no event: door, walk-in desk, identity, respondents, letters."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField

from app.forms import (
    CheckboxField,
    Choice,
    DateField,
    EmailField,
    FilesField,
    LongTextField,
    NoteField,
    NotInFuture,
    PasswordField,
    RadioChoiceField,
    Required,
    RupiahField,
    SahutForm,
    SameAs,
    SelectChoiceField,
    SubmitButton,
    TelephoneField,
    TextField,
    TimeField,
)
from app.security.passwords import SHORTEST
from workflows.vocabulary import IdentityMode


class SignInForm(SahutForm):
    """Name and password."""

    username = TextField(
        _l("Nama pengguna"),
        [Required(_l("Isi nama pengguna Anda."))],
        max_length=60,
        render_kw={"autocomplete": "username", "spellcheck": False},
    )
    password = PasswordField(
        _l("Kata sandi"),
        [Required(_l("Isi kata sandi Anda."))],
        render_kw={"autocomplete": "current-password"},
    )
    carried = HiddenField()
    send = SubmitButton(_l("Masuk"))


class ChangePasswordForm(SahutForm):
    """The present password, and a new one twice."""

    current = PasswordField(
        _l("Kata sandi sekarang"),
        [Required(_l("Isi kata sandi Anda sekarang."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("Kata sandi baru"),
        [Required(_l("Isi kata sandi baru."))],
        description=_l(
            "Paling sedikit %(least)d karakter. Beberapa kata biasa yang tidak berhubungan sudah cukup.",
            least=SHORTEST,
        ),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("Kata sandi baru sekali lagi"),
        [SameAs("new", _l("Kedua kata sandi baru tidak sama."))],
        render_kw={"autocomplete": "new-password"},
    )
    send = SubmitButton(_l("Ganti kata sandi"))


class CaseForm(SahutForm):
    """A form about a case, with the version of it that stood on the screen."""

    seen_version = HiddenField()

    def shown(self) -> list[Field]:
        """The fields that are filled in, in the order of the page; hidden ones and the button stand apart."""
        return [one for one in self if not isinstance(one, (HiddenField, SubmitButton))]

    @property
    def seen(self) -> int | None:
        """The version, None where the field was tampered with."""
        typed = self.seen_version.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else None


class OpenIdentityForm(SahutForm):
    """The reason for opening an identity."""

    reason = NoteField(
        _l("Alasan membuka identitas"),
        [Required(_l("Tulis alasannya."))],
        description=_l("Alasan ini tercatat bersama nama Anda dan dapat dilihat pengawas."),
        max_length=500,
    )
    send = SubmitButton(_l("Buka identitas"))


class ReceiptOfNoticeForm(CaseForm):
    """When and how a letter reached the complainant."""

    received_on = DateField(
        _l("Tanggal diterima"),
        [Required(_l("Isi tanggal surat diterima.")), NotInFuture()],
        subject=_l("tanggal diterima"),
    )
    received_time = TimeField(_l("Jam diterima"), [Required(_l("Isi jam surat diterima."))])
    proof = TextField(
        _l("Bukti penerimaan"),
        [Required(_l("Tulis bukti penerimaan surat."))],
        description=_l("Misalnya: tanda tangan di buku ekspedisi, nomor resi pos."),
        max_length=300,
    )
    send = SubmitButton(_l("Catat penerimaan"))


class RespondentForm(CaseForm):
    """Who is complained of: somebody of the house, a unit, or a description."""

    user_id = SelectChoiceField(_l("Petugas terlapor"), blank=_l("Belum diketahui"))
    unit_id = SelectChoiceField(_l("Unit terlapor"), blank=_l("Belum diketahui"))
    description = TextField(
        _l("Ciri atau keterangan"), description=_l("Diisi bila petugasnya belum dikenal."), max_length=300
    )
    send = SubmitButton(_l("Catat terlapor"))


class AllegationForm(CaseForm):
    """What somebody is said to have done."""

    category = SelectChoiceField(_l("Dugaan"), [Required(_l("Pilih dugaannya."))], blank=_l("Pilih dugaan"))
    respondent_id = SelectChoiceField(_l("Terlapor"), blank=_l("Belum diketahui"))
    description = TextField(_l("Uraian singkat"), max_length=500)
    send = SubmitButton(_l("Catat dugaan"))


class IntakeForm(SahutForm):
    """A complaint that came to the desk, on one page."""

    channel = SelectChoiceField(
        _l("Masuk melalui"), [Required(_l("Pilih saluran masuknya."))], blank=_l("Pilih saluran")
    )
    external_number = TextField(
        _l("Nomor di saluran itu"),
        description=_l("Misalnya nomor SP4N-LAPOR! atau nomor agenda surat. Boleh kosong."),
        max_length=80,
    )
    received_on = DateField(
        _l("Tanggal diterima"),
        [Required(_l("Isi tanggal pengaduan diterima.")), NotInFuture()],
        subject=_l("tanggal diterima"),
    )
    received_time = TimeField(_l("Jam diterima"), [Required(_l("Isi jam pengaduan diterima."))])
    identity_mode = RadioChoiceField(
        _l("Identitas pelapor"),
        [Required(_l("Pilih bagaimana identitas pelapor diperlakukan."))],
        choices=[
            Choice(IdentityMode.OPEN.value, _l("Terbuka bagi yang menangani")),
            Choice(
                IdentityMode.WITHHELD.value,
                _l("Dirahasiakan"),
                _l("Diketahui pengelola, disembunyikan dari terlapor dan unitnya."),
            ),
            Choice(
                IdentityMode.ANONYMOUS.value,
                _l("Tanpa nama"),
                _l("Dicatat sebagai informasi; surat pribadi tidak dapat dikirim."),
                apart=True,
            ),
        ],
    )
    name = TextField(_l("Nama lengkap"), max_length=200)
    address = NoteField(_l("Alamat lengkap"), max_length=500)
    phone = TelephoneField(_l("Nomor telepon"))
    email = EmailField(_l("Alamat surel"))
    proxy = TextField(
        _l("Diwakili oleh"), description=_l("Nama penerima kuasa, bila diwakili."), max_length=200
    )
    silent = CheckboxField(_l("Jangan kirim pemberitahuan apa pun kepada pelapor"))
    service = SelectChoiceField(_l("Layanan"), blank=_l("Tidak menyangkut layanan tertentu"))
    product = SelectChoiceField(_l("Produk layanan"), blank=_l("Tidak tahu"))
    category = SelectChoiceField(
        _l("Pokok pengaduan"), [Required(_l("Pilih pokok pengaduan."))], blank=_l("Pilih pokok pengaduan")
    )
    service_date = DateField(_l("Tanggal pelayanan"), [NotInFuture()], subject=_l("tanggal pelayanan"))
    place = TextField(_l("Tempat kejadian"), max_length=300)
    narrative = LongTextField(
        _l("Apa yang terjadi"),
        [Required(_l("Tulis apa yang terjadi."))],
        description=_l(
            "Tulis seperti yang disampaikan pelapor. Jangan tulis nama atau alamat pelapor di sini."
        ),
    )
    loss = LongTextField(_l("Kerugian yang dialami"), max_length=4_000)
    remedy_sought = LongTextField(_l("Penyelesaian yang diminta"), max_length=4_000)
    respondent_text = TextField(
        _l("Terlapor menurut pelapor"), description=_l("Nama, ciri, atau bagian."), max_length=500
    )
    compensation_claim = RupiahField(_l("Ganti rugi yang dituntut"))
    in_danger = CheckboxField(_l("Ada ancaman atau bahaya terhadap keselamatan"))
    files = FilesField(_l("Berkas pendukung"))
    kept_files = HiddenField()
    send = SubmitButton(_l("Catat dan terbitkan tanda terima"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field: a name and an address, unless it is a tip."""
        fine = super().validate(extra_validators)
        named = self.identity_mode.data in (IdentityMode.OPEN.value, IdentityMode.WITHHELD.value)
        if named and not self.name.data:
            self.lay_error(_l("Isi nama lengkap pelapor, atau pilih tanpa nama."), "name")
            fine = False
        return fine
