"""Forms of evidence: a document with its files, and whether it is valid (still)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.content.errors import FileRefused
from app.forms import (
    Choice,
    DateField,
    FilesField,
    NoteField,
    NotInFuture,
    RadioChoiceField,
    Required,
    SahutForm,
    SubmitButton,
    TextField,
    kept_files,
)
from app.security.vault import new_case_key
from app.services.evidence_files import SealedFiles, without_copy
from app.services.evidence_items import LONGEST_REASON, Document
from app.services.files import StoredFile
from app.services.web_addresses import LONGEST_URL


class DocumentForm(SahutForm):
    """A document that the station holds, by number and date, and where an evaluator can open it.

    :ivar kept: files that were chosen before the page came back
    """

    title = TextField(_l("Judul dokumen"), [Required(_l("Tulis judul dokumen."))])
    number = TextField(_l("Nomor dokumen"), max_length=120)
    signed_on = DateField(
        _l("Tanggal dokumen"),
        [NotInFuture()],
        subject=_l("tanggal dokumen"),
        description=_l("Tanpa tanggal, dokumen tersimpan, tetapi tidak dihitung sebagai bukti."),
    )
    signer = TextField(_l("Ditandatangani oleh (jabatan)"))
    files = FilesField(
        _l("Berkas"),
        description=_l("PDF, foto, atau dokumen Office. Disimpan tersandi, ikut dalam paket bukti."),
    )
    url = TextField(
        _l("Tautan, bila tidak ada berkas"),
        description=_l("Harus terbuka bagi penilai tanpa akun; tautan tertutup dihitung tanpa bukti."),
        max_length=LONGEST_URL,
    )
    valid_until = DateField(_l("Berlaku sampai"), subject=_l("tanggal akhir berlaku"))
    kept_files = HiddenField()
    send = SubmitButton(_l("Simpan dokumen"))
    kept: Sequence[StoredFile] = ()

    @property
    def document(self) -> Document:
        """What was typed."""
        return Document(
            number=self.number.data or "",
            title=self.title.data or "",
            signed_on=self.signed_on.data,
            signer=self.signer.data or "",
            url=self.url.data or "",
            valid_until=self.valid_until.data,
        )

    def take_files(self, subject: str) -> tuple[SealedFiles | None, list[FileRefused]]:
        """Files kept from before and those chosen now, sealed; the form carries them on."""
        kept, key = kept_files.load(self.kept_files.data, subject=subject)
        key = key or new_case_key()
        stored, refused = kept_files.store_chosen(self.files, key)
        self.kept = files = [*kept, *map(without_copy, stored)]
        self.kept_files.data = kept_files.dump(files, subject=subject, case_key=key)
        kept_files.lay_file_refusals(self, refused)
        return (SealedFiles(tuple(files), key) if files else None), refused


class VerdictForm(SahutForm):
    """Whether a document is valid (still), and if not why."""

    accepted = RadioChoiceField(
        _l("Apakah dokumen ini berlaku?"),
        [Required(_l("Pilih salah satu."))],
        choices=[
            Choice("ya", _l("Ya, masih berlaku")),
            Choice("tidak", _l("Tidak"), _l("Mulai hari ini tidak dihitung sebagai bukti.")),
        ],
    )
    reason = NoteField(_l("Alasan, bila tidak"), max_length=LONGEST_REASON)
    send = SubmitButton(_l("Simpan"))

    @property
    def is_accepted(self) -> bool:
        """Whether yes was chosen."""
        given: Any = self.accepted.data
        return bool(given == "ya")
