"""Evidence passes through the real server: without staying in its memory, without holding up others."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import DraftFile
from app.storage import get_storage
from config import Settings
from scripts.serve import answers
from tests.app.content import samples
from tests.app.public.steps import texts, walk
from tests.factories import make_station
from tests.support.client import StrictClient
from tests.support.server import Server, children_of, forget_peak, memory_kb, serving

pytestmark = pytest.mark.database("sqlite")

FILE_BYTES = 20 * 1024 * 1024
MOST_KB = 16 * 1024
NOISE = os.urandom(1 << 20)
NAMES = "//ul[contains(@class, 'sahut-files--chosen')]//span[@class='sahut-files__name']"


class Visitor:
    """A browser whose cookie and token work at the real server as well."""

    def __init__(self, client: StrictClient, server: Server) -> None:
        self.client, self.server = client, server
        page = client.get("/lapor/bukti")
        text = page.get_data(as_text=True)
        self.token = text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]
        cookie = client.get_cookie("sahut")
        assert cookie is not None
        self.cookie = cookie.value

    def post(self, files: dict[str, tuple[bytes, int]], *, declared: int | None = None) -> Iterator[bytes]:
        """The pieces of a request: files by name, as a beginning that is filled up to a size."""
        line = "--grens\r\nContent-Disposition: form-data; name="
        fields = f'{line}"csrf_token"\r\n\r\n{self.token}\r\n{line}"add"\r\n\r\n1\r\n'.encode()
        heads = {
            name: f'{line}"files"; filename="{name}"\r\nContent-Type: video/mp4\r\n\r\n'.encode()
            for name in files
        }
        end = b"--grens--\r\n"
        size = len(fields) + len(end) + sum(len(heads[name]) + files[name][1] + 2 for name in files)
        yield (
            f"POST /lapor/bukti HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sahut={self.cookie}\r\n"
            f"Accept: text/html\r\nContent-Type: multipart/form-data; boundary=grens\r\n"
            f"Content-Length: {declared or size}\r\n\r\n"
        ).encode()
        yield fields
        for name, (beginning, length) in files.items():
            yield heads[name] + beginning
            left = length - len(beginning)
            while left > 0:
                piece = NOISE[: min(left, 1 << 17)]
                left -= len(piece)
                yield piece
            yield b"\r\n"
        yield end


@pytest.fixture
def visitor(client: StrictClient, app: Flask, settings: Settings) -> Iterator[Visitor]:
    with app.app_context():
        make_station()
    walk(client, until="bukti")
    with serving(settings) as server:
        yield Visitor(client, server)


def answer_of(connection: socket.socket) -> str:
    """Head and beginning of the answer."""
    connection.settimeout(120)
    return connection.recv(1 << 16).decode("utf-8", "replace")


def exchange(visitor: Visitor, files: dict[str, tuple[bytes, int]]) -> str:
    """Send all, and hear the answer."""
    with socket.create_connection(("127.0.0.1", visitor.server.port)) as connection:
        for piece in visitor.post(files):
            connection.sendall(piece)
        return answer_of(connection)


def test_a_hundred_megabytes_raise_the_servers_memory_by_at_most_sixteen(
    visitor: Visitor, app: Flask
) -> None:
    film = samples.media(b"isom")
    files = {f"{n}.mp4": (film + bytes([n]), FILE_BYTES) for n in range(4)}
    files["foto.jpg"] = (samples.picture(size=(4000, 3000)), FILE_BYTES)
    worker = visitor.server.worker()
    exchange(visitor, {"pemanasan.txt": (b"catatan", 7)})
    visitor.client.submit("/lapor/bukti", form="(//form[@class='sahut-files__remove'])[1]", button="berkas")
    forget_peak(worker)
    before = memory_kb(worker, "VmRSS")
    highest = 0
    with socket.create_connection(("127.0.0.1", visitor.server.port)) as connection:
        for number, piece in enumerate(visitor.post(files)):
            connection.sendall(piece)
            if number % 8 == 0:
                time.sleep(0.002)
                highest = max(highest, memory_kb(worker, "VmRSS"))
        answer = answer_of(connection)
    assert answer.startswith("HTTP/1.1 303"), answer[:600]
    peak = memory_kb(worker, "VmHWM")
    assert max(peak, highest) - before <= MOST_KB, f"{before} kB before, {peak} kB at most"
    assert children_of(worker) == [], "who looked into the files is gone"
    assert texts(visitor.client.get("/lapor/bukti"), NAMES) == list(files)
    with app.app_context():
        rows = db.session.scalars(select(DraftFile).order_by(DraftFile.id)).all()
        assert all(get_storage().is_sound(row.storage_key) for row in rows)
        assert [row.view_storage_key is not None for row in rows] == [False] * 4 + [True]


def test_too_large_a_file_is_answered_after_it_was_read(visitor: Visitor) -> None:
    film = samples.media(b"isom")
    answer = exchange(visitor, {"besar.mp4": (film, 130 << 20), "kecil.mp4": (film, 1 << 20)})
    assert answer.startswith("HTTP/1.1 422"), answer[:600]
    assert texts(visitor.client.get("/lapor/bukti"), NAMES) == ["kecil.mp4"]


def test_a_body_beyond_all_measure_is_answered_at_once(visitor: Visitor) -> None:
    film = samples.media(b"isom")
    pieces = visitor.post({"film.mp4": (film, 1 << 20)}, declared=1 << 40)
    with socket.create_connection(("127.0.0.1", visitor.server.port)) as connection:
        for _ in range(3):
            connection.sendall(next(pieces))
        answer = answer_of(connection)
    assert answer.startswith("HTTP/1.1 413"), answer[:600]


def test_slow_senders_do_not_hold_up_anybody_else(visitor: Visitor) -> None:
    film = samples.media(b"isom")
    with ExitStack() as open_connections:
        for _ in range(8):
            connection = socket.create_connection(("127.0.0.1", visitor.server.port))
            open_connections.enter_context(connection)
            pieces = visitor.post({"film.mp4": (film, 1 << 20)})
            for _piece in range(3):
                connection.sendall(next(pieces))
        for _ in range(3):
            assert answers(visitor.server.url), "somebody else is served meanwhile"
    assert answers(visitor.server.url)
