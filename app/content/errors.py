"""Why a file is refused: one class a reason, each with a stable code for the words beside the field.

Nothing about the file itself (name, content) ever stands in these: they may be logged.
"""

from __future__ import annotations

from workflows.errors import Refused


class FileRefused(Refused):
    """Root of all refusals of a file; `field` is the input that chose it."""

    code = "file_refused"

    def __init__(self) -> None:
        super().__init__("upload", field="files")


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
