"""Files chosen with a form of the Ombudsman's track: stored at once, kept while the form comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from app.content.errors import FileRefused
from app.forms import kept_files
from app.forms.base import SahutForm
from app.forms.fields import FilesField
from app.services.files import StoredFile
from app.services.track_files import TrackDownload


class TrackForm(SahutForm):
    """Base of the forms that may bring files."""

    files = FilesField(_l("Berkas"), description=_l("PDF, foto, atau dokumen Office. Disimpan tersandi."))
    kept_files = HiddenField()
    kept: Sequence[StoredFile] = ()
    """What the form carries on, to be shown: chosen before the page came back."""

    def take_files(self, key: bytes, subject: str) -> tuple[list[StoredFile], list[FileRefused]]:
        """Files kept from before and those chosen now; the form carries them all on."""
        kept, _key = kept_files.load(self.kept_files.data, subject=subject)
        stored, refused = kept_files.store_chosen(self.files, key)
        self.kept = files = [*kept, *stored]
        self.kept_files.data = kept_files.dump(files, subject=subject)
        kept_files.lay_file_refusals(self, refused)
        return files, refused


def send(found: TrackDownload) -> Response:
    """A file on its way to its reader."""
    response: Any = Response(found.chunks, mimetype=found.content_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response
