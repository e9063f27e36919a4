"""Forms of those who lost their code, and of what somebody wants to be told."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.forms import (
    CheckboxField,
    Choice,
    EmailField,
    RadioChoiceField,
    Required,
    SahutForm,
    SubmitButton,
    TextField,
)
from app.public.forms import TrapForm
from app.services.preferences import Level


class LostCodeForm(TrapForm):
    """Number, and the address or telephone number on file."""

    number = TextField(
        _l("Nomor pengaduan"),
        [Required(_l("Tulis nomor pengaduan Anda."))],
        description=_l("Misalnya SRG-2026-000123. Ada pada tanda terima."),
        max_length=40,
    )
    contact = TextField(
        _l("Surel atau nomor telepon yang Anda tulis saat mengadu"),
        [Required(_l("Tulis surel atau nomor telepon Anda."))],
        max_length=254,
    )
    send = SubmitButton(_l("Minta kode baru"))


class ClaimForm(TrapForm):
    """Number, and the secret of the slip from the desk."""

    number = TextField(_l("Nomor pengaduan"), [Required(_l("Tulis nomor pengaduan Anda."))], max_length=40)
    secret = TextField(
        _l("Kode pengambilan"),
        [Required(_l("Tulis kode pengambilan Anda."))],
        description=_l("16 huruf dan angka pada lembar dari meja pengaduan."),
        max_length=64,
    )
    send = SubmitButton(_l("Ambil kode baru"))


class NoticesForm(SahutForm):
    """How much to be told, and in which language."""

    level = RadioChoiceField(
        _l("Apa yang boleh kami kabarkan lewat surel?"),
        [Required(_l("Pilih salah satu."))],
        choices=[
            Choice(Level.EVERYTHING.value, _l("Semua kabar"), _l("Setiap langkah, surat, dan batas waktu.")),
            Choice(Level.LETTERS.value, _l("Hanya surat dan batas waktu")),
            Choice(
                Level.NOTHING.value,
                _l("Jangan kirim apa pun"),
                _l(
                    "Paling aman bila orang lain dapat membaca surel Anda. Kabar tetap ada di halaman status."
                ),
            ),
        ],
    )
    language = RadioChoiceField(
        _l("Bahasa surat dan kabar"),
        [Required(_l("Pilih bahasa."))],
        choices=[Choice("id", _l("Bahasa Indonesia")), Choice("en", _l("Bahasa Inggris"))],
    )
    save_notices = SubmitButton(_l("Simpan pilihan"))


class AddressForm(SahutForm):
    """Another address, or none."""

    email = EmailField(_l("Alamat surel baru"), max_length=254)
    remove = CheckboxField(_l("Hapus alamat surel saya, tanpa gantinya"))
    save_address = SubmitButton(_l("Ganti alamat"))
