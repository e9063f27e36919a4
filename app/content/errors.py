"""Why a file is refused: one class a reason, each with a stable code for the words beside the field.

Nothing about the file itself (name, content) ever stands in their texts: they may be logged.
"""

from __future__ import annotations

from typing import Self

from workflows.errors import Refused


class FileRefused(Refused):
    """Root of all refusals of a file; `field` is the input that chose it."""

    code = "file_refused"

    name: str | None = None
    """As its sender calls the file, for the words beside the field; in no text or trace of the refusal."""

    def __init__(self) -> None:
        super().__init__("upload", field="files")

    def of(self, name: str) -> Self:
        """The refusal, with the name of its file."""
        self.name = name
        return self


class FileEmpty(FileRefused):
    """No bytes at all."""

    code = "file_empty"


class FileTooLarge(FileRefused):
    """More bytes than one file may have.

    :ivar limit: the most bytes allowed
    """

    code = "file_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class CaseFull(FileRefused):
    """The files of a case together would exceed what a case may hold.

    :ivar limit: the most bytes allowed
    """

    code = "case_files_too_large"

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit


class FileExecutable(FileRefused):
    """A program or a script, whatever its name says; also a document with macros."""

    code = "file_executable"


class FileTypeUnknown(FileRefused):
    """Not one of the accepted types."""

    code = "file_type_unknown"


class FileOfOldOffice(FileRefused):
    """A document of an office suite before 2007, in which macros can't be told from words."""

    code = "file_old_office"


class FileAmbiguous(FileRefused):
    """One file that reads as two types: made to deceive somebody."""

    code = "file_ambiguous"


class FileUnpacksTooLarge(FileRefused):
    """A small file that unpacks into an enormous one."""

    code = "file_unpacks_too_large"


class FileDamaged(FileRefused):
    """Begins like one of the accepted types and can't be read as it."""

    code = "file_damaged"


class FileLocked(FileRefused):
    """Needs a password that nobody here has."""

    code = "file_locked"


class FileInfected(FileRefused):
    """The virus scanner knows what is in it."""

    code = "file_infected"


class ScannerUnavailable(FileRefused):
    """The virus scanner can't be asked now, and no file may come in without it."""

    code = "scanner_unavailable"


class ExaminerBusy(FileRefused):
    """As many files as may are being looked into already."""

    code = "file_examiner_busy"


BY_CODE: dict[str, type[FileRefused]] = {
    kind.code: kind
    for kind in (
        FileEmpty,
        FileExecutable,
        FileTypeUnknown,
        FileOfOldOffice,
        FileAmbiguous,
        FileUnpacksTooLarge,
        FileDamaged,
        FileLocked,
    )
}
"""Refusals that are found by looking into the file."""
