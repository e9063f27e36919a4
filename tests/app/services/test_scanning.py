"""Files go past a real virus scanner before anything of them is kept."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.content.errors import FileInfected, ScannerUnavailable
from app.security.vault import new_case_key
from app.services.files import store_file
from app.services.scanning import ScannerFailed, find_signature, refuse_infected
from app.storage import get_storage
from config import ClamdAddress, Settings
from tests.app.content import samples
from tests.support.clamd import EICAR, SIGNATURE, STREAM_LIMIT_MB, clamd

pytestmark = pytest.mark.database("sqlite")

ARCHIVE = samples.office("docx", {"word/media/a.bin": EICAR})


@pytest.fixture(scope="module")
def scanner() -> Iterator[ClamdAddress]:
    with clamd() as path:
        yield ClamdAddress(socket=path)


@pytest.fixture
def nobody(tmp_path: Path) -> ClamdAddress:
    """Where no scanner listens."""
    return ClamdAddress(socket=tmp_path / "nobody")


def answering(answer: bytes) -> ClamdAddress:
    """A scanner that reads a little, says this and hangs up."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with server, suppress(OSError), server.accept()[0] as connection:
            connection.recv(1 << 20)
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(1 << 20):
                pass

    threading.Thread(target=serve, daemon=True).start()
    return ClamdAddress(host="127.0.0.1", port=server.getsockname()[1])


def uploads_in(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """What the log says of uploads."""
    said = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    return [one for one in said if one["event"].startswith("upload.")]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"catatan", None),
        (samples.picture(), None),
        (bytes(900_000), None),
        (EICAR, f"{SIGNATURE}.UNOFFICIAL"),
        (ARCHIVE, f"{SIGNATURE}.UNOFFICIAL"),
    ],
)
def test_the_scanner_says_what_it_finds(scanner: ClamdAddress, content: bytes, found: str | None) -> None:
    assert find_signature(io.BytesIO(content), scanner) == found


def test_what_is_found_is_refused_before_anything_is_kept_and_logged_without_its_name(
    app: Flask, settings: Settings, scanner: ClamdAddress, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["SAHUT_SETTINGS"] = replace(settings, clamd=scanner)
    with app.app_context():
        with pytest.raises(FileInfected) as caught:
            store_file(io.BytesIO(ARCHIVE), "Siti Rahmawati.docx", new_case_key())
        assert list(get_storage().list_keys()) == []
        assert "Siti" not in f"{caught.value!r} {caught.value}"
        kept = store_file(io.BytesIO(samples.office("docx")), "surat.docx", new_case_key())
        assert kept.name == "surat.docx"
    (said,) = uploads_in(caplog)
    assert (said["event"], said["signature"]) == ("upload.infected", f"{SIGNATURE}.UNOFFICIAL")
    assert "Siti" not in caplog.text


def test_a_file_beyond_the_scanners_own_limit_counts_as_not_scanned(scanner: ClamdAddress) -> None:
    large = io.BytesIO(bytes((STREAM_LIMIT_MB * 3) << 20))
    with pytest.raises(ScannerFailed, match="size limit"):
        find_signature(large, scanner)


@pytest.mark.parametrize("answer", [b"", b"stream: ", b"UNKNOWN\0", b"stream: OK? \xff\0", b"x" * 9999])
def test_an_answer_that_is_neither_yes_nor_no_counts_as_not_scanned(answer: bytes) -> None:
    with pytest.raises(ScannerFailed):
        find_signature(io.BytesIO(b"catatan"), answering(answer))


def test_without_the_scanner_nothing_comes_in(app: Flask, settings: Settings, nobody: ClamdAddress) -> None:
    app.config["SAHUT_SETTINGS"] = replace(settings, clamd=nobody)
    with app.app_context():
        with pytest.raises(ScannerUnavailable):
            store_file(io.BytesIO(b"catatan"), "a.txt", new_case_key())
        assert list(get_storage().list_keys()) == []


def test_files_come_in_unscanned_where_the_station_said_so_and_the_log_says_it(
    app: Flask, nobody: ClamdAddress, caplog: pytest.LogCaptureFixture
) -> None:
    refuse_infected(io.BytesIO(EICAR), nobody, accept_unscanned=True)
    (said,) = uploads_in(caplog)
    assert (said["event"], said["why"], said["accepted"]) == ("upload.unscanned", "FileNotFoundError", True)
