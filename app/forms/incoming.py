"""Requests that bring files: read to their end, kept only as far as they may be.

A browser shows an answer only after it has sent all it has to send; a connection that is closed before looks
like a fault of the network. So a file that is too large, or one too many, is read and thrown away as it
comes, while the other files and everything typed in the same form are kept; whoever reads such a file is told
why it isn't there. Files beyond a few kilobytes lie in nameless temporary files, so memory stays flat.
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import IO, cast

from flask import Request, current_app

from app.content.errors import CaseFull, FileRefused, FileTooLarge

IN_MEMORY_BYTES = 1 << 16
"""Up to here a file is held in memory: forms carry many small ones."""


class Allowance:
    """How much all files of one request may still take.

    :ivar left: bytes
    """

    def __init__(self, most: int) -> None:
        self.most = self.left = most


class IncomingFile:
    """A file as it comes in; what is beyond the limits is dropped, and reading it then refuses the file.

    :param most: bytes of one file
    :param allowance: shared by the files of the request
    """

    def __init__(self, most: int, allowance: Allowance) -> None:
        self._kept = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 (closed with us)
        self._most = most
        self._allowance = allowance
        self._size = 0
        self._refusal: FileRefused | None = None

    def write(self, data: bytes) -> int:
        """Take the next bytes, or count them only."""
        self._size += len(data)
        if self._refusal is not None:
            return len(data)
        if self._size > self._most:
            self._drop(FileTooLarge(self._most), kept=self._size - len(data))
        elif len(data) > self._allowance.left:
            self._drop(CaseFull(self._allowance.most), kept=self._size - len(data))
        else:
            self._allowance.left -= len(data)
            self._kept.write(data)
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        :raises FileTooLarge: more came than one file may have
        :raises CaseFull: more came than all files of a case may have
        """
        if self._refusal is not None:
            raise self._refusal
        return self._kept.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in what was kept."""
        self._kept.seek(offset, whence)
        return self._kept.tell()

    def tell(self) -> int:
        """The place."""
        return self._kept.tell()

    def close(self) -> None:
        """Let go of it."""
        self._kept.close()

    def _drop(self, refusal: FileRefused, *, kept: int) -> None:
        self._refusal = refusal
        self._allowance.left += kept
        self._kept.seek(0)
        self._kept.truncate()


class IncomingRequest(Request):
    """A request whose files are `IncomingFile`, let go of at its end, also those that came in half."""

    _allowance: Allowance | None = None
    _incoming: tuple[IncomingFile, ...] = ()

    def close(self) -> None:
        """Let go of the files."""
        for file in self._incoming:
            file.close()
        super().close()

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self._allowance is None:
            self._allowance = Allowance(current_app.config["MAX_CASE_FILE_BYTES"])
        file = IncomingFile(current_app.config["MAX_FILE_BYTES"], self._allowance)
        self._incoming += (file,)
        return cast("IO[bytes]", file)
