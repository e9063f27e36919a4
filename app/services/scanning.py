"""Asks the virus scanner (clamd, `INSTREAM`) about a file before it is kept.

The file goes over as a stream, in pieces with their length before them; nothing of its name does, and nothing
about it is logged but the name of the signature.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import structlog

from app.content.errors import FileInfected, ScannerUnavailable
from config import ClamdAddress

CONNECT_S = 5.0
ANSWER_S = 60.0
"""Longest silence of the scanner; an archive within an archive takes it a while."""
PIECE_BYTES = 1 << 16
MOST_ANSWER_BYTES = 4096

_FOUND = re.compile(r"stream: (?P<signature>\S+) FOUND")

log = structlog.get_logger(__name__)


class ScannerFailed(Exception):
    """The scanner can't be reached, broke off, or answered neither yes nor no."""


def refuse_infected(stream: BinaryIO, address: ClamdAddress, *, accept_unscanned: bool) -> None:
    """Have `stream` scanned from its beginning; it is left at its end.

    :param accept_unscanned: let it pass where the scanner can't be asked
    :raises FileInfected: something was found
    :raises ScannerUnavailable: the scanner can't be asked, and nothing may pass without it
    """
    stream.seek(0)
    try:
        signature = find_signature(stream, address)
    except ScannerFailed as failure:
        log.warning("upload.unscanned", why=str(failure), accepted=accept_unscanned)
        if accept_unscanned:
            return
        raise ScannerUnavailable from None
    if signature is not None:
        log.warning("upload.infected", signature=signature)
        raise FileInfected


def find_signature(stream: BinaryIO, address: ClamdAddress) -> str | None:
    """Name of what clamd finds in what is left of `stream`, or None.

    :raises ScannerFailed: no answer, or one that is neither yes nor no (as for a stream beyond its limit)
    """
    try:
        with _connected(address) as connection:
            answer = _ask(connection, stream)
    except OSError as error:
        raise ScannerFailed(type(error).__name__) from None
    if answer == "stream: OK":
        return None
    found = _FOUND.fullmatch(answer)
    if found is None:
        raise ScannerFailed("size limit of the scanner" if "size limit exceeded" in answer else "odd answer")
    return found["signature"]


@contextmanager
def _connected(address: ClamdAddress) -> Iterator[socket.socket]:
    if address.socket is None:
        connection = socket.create_connection((address.host, address.port), timeout=CONNECT_S)
    else:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(CONNECT_S)
    with connection:
        if address.socket is not None:
            connection.connect(str(address.socket))
        connection.settimeout(ANSWER_S)
        yield connection


def _ask(connection: socket.socket, stream: BinaryIO) -> str:
    """Send the stream; gives the answer. A scanner that has seen enough may stop listening before its end."""
    try:
        connection.sendall(b"zINSTREAM\0")
        while piece := stream.read(PIECE_BYTES):
            connection.sendall(len(piece).to_bytes(4, "big") + piece)
        connection.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < MOST_ANSWER_BYTES:
        piece = connection.recv(MOST_ANSWER_BYTES)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode("ascii", "replace")
