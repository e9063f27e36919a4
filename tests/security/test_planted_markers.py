"""One complaint, full of markers, through its whole life and every mishap: then what is left is searched.

That is: the log of the processes, letters that wait and letters that went, the audit log, addresses and
links, names in the storage, cookies, exports, error pages, and the database as a thief sees it.
"""

from __future__ import annotations

import io
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import lxml.html
import pytest
import time_machine
from flask import Flask, abort, render_template_string
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app import clock
from app.database import unit_of_work
from app.extensions import db
from app.models import Complaint, OutboxItem
from app.scheduler import JOBS, Worker
from app.services import events
from config import Settings
from tests.app.content.samples import picture
from tests.app.public.steps import FORM, keepsakes, open_case, send, walk
from tests.app.services.test_delivery import MoodyServer, serving
from tests.factories import PASSWORD, Station, complaint_of, make_station
from tests.factories import walk as work_on
from tests.security import markers
from tests.security.markers import EVERY_MARK, IDENTITY, IDENTITY_MARKS, STAFF, STORY, Sinks, dump_rows
from tests.support.client import StrictClient
from tests.support.databases import Database
from tests.support.mail import free_port
from tests.support.routes import open_blueprint
from workflows.errors import GuardRefused
from workflows.snapshot import complainant_of
from workflows.vocabulary import Event, NoticeKind

DRAFT_MARK = "PENANDADRAF"
CONTENT = {
    "kejadian": {"narrative": STORY["narrative"]},
    "kerugian": {"loss": STORY["loss"]},
    "permintaan": {"remedy": STORY["remedy"], "claim": ""},
    "petugas": {"respondent": STORY["respondent"]},
    "data_diri": {**IDENTITY, "notices": "yes"},
}


@dataclass
class Life:
    """A complaint whose life is over, and everything that it left."""

    number: str
    codes: tuple[str, ...]
    sinks: Sinks = field(default_factory=Sinks)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What may stand nowhere but where it belongs."""
        return (*EVERY_MARK, *self.codes)


@pytest.fixture
def server() -> Iterator[MoodyServer]:
    with serving(MoodyServer("127.0.0.1", free_port())) as running:
        yield running


@pytest.fixture
def settings(database: Database, tmp_path: Path, server: MoodyServer) -> Settings:
    return Settings.from_environ(
        {
            "SAHUT_ENV": "test",
            "SAHUT_INSTANCE": str(tmp_path / "instance"),
            "DATABASE_URL": database.url,
            "SMTP_URL": server.url,
            "PUBLIC_URL": "http://lapor.example.go.id",
            "AUDIT_WITNESS_DIR": str(tmp_path / "saksi"),
        }
    )


@pytest.fixture
def life(
    app: Flask,
    tmp_path: Path,
    server: MoodyServer,
    frozen_clock: time_machine.Traveller,
    capfd: pytest.CaptureFixture[str],
) -> Life:
    """The whole life; what it left is in `Life.sinks`."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    add_mishaps(app)
    with app.app_context():
        station = make_station()
    life = file_complaint(app)
    begin_draft(app)
    server.strangers = {IDENTITY["email"]}
    run_jobs(app)
    server.strangers = set()
    staff_work(app, station, life, frozen_clock)
    server.answers = [f"451 4.7.1 <{IDENTITY['email']}> try later", f"554 spam from {IDENTITY['name']}"]
    server.drops = 1
    for days in (0, 1, 6, 40, 90):
        frozen_clock.shift(timedelta(days=days))
        run_jobs(app)
    mishaps(app, life)
    commands(app, life, tmp_path)
    collect(app, life, server, tmp_path)
    out, err = capfd.readouterr()
    assert '"event": "request"' in err
    assert '"error":' in err
    life.sinks.add("standard output", out)
    life.sinks.add("the log of the processes", err)
    return life


def file_complaint(app: Flask) -> Life:
    """File by the pages of the web form, photo included, then look at it by number and code."""
    client = browser(app)
    walk(client, until="bukti", **CONTENT)
    photo = {"files": [(io.BytesIO(picture()), "PENANDABERKAS Zubaedah.jpg")]}
    assert client.submit("/lapor/bukti", photo, form=FORM, button="forward").status_code == 303
    walk(client, **CONTENT)
    sent = send(client)
    page = client.get(sent.location)
    number, code = keepsakes(page)
    plain = code.replace("-", "").replace(" ", "")
    life = Life(number, (code, plain))
    life.sinks.add("addresses", sent.location)
    for path in (None, "/status/kasus", "/status/kasus/pesan", "/status/kasus/tanda-terima.pdf"):
        answered = page if path is None else client.get(path)
        take_page(life, answered)
    take_cookie(life, client)
    assert client.get("/lapor/terkirim").status_code == 200
    other = browser(app)
    life.sinks.add("addresses", open_case(other, number, code).location)
    take_page(life, other.get("/status/kasus"))
    take_cookie(life, other)
    return life


def begin_draft(app: Flask) -> None:
    """Somebody else begins to write and does not dare to send."""
    client = browser(app)
    walk(client, until="waktu-tempat", kejadian={"narrative": f"{DRAFT_MARK} takut melanjutkan."})


def staff_work(app: Flask, station: Station, life: Life, moving: time_machine.Traveller) -> None:
    """Lead the case to its end, look at everything, open the identity, ask, answer, write a letter."""
    number = life.number
    moving.shift(timedelta(hours=1))
    client = enter(app, "kasiwas")
    for path in (
        "/staf/",
        "/staf/antrean",
        f"/staf/antrean?cari={number}",
        f"/staf/pengaduan/{number}",
        f"/staf/pengaduan/{number}/tanda-terima",
        f"/staf/pengaduan/{number}/identitas",
    ):
        take_page(life, client.get(path))
    opened = client.submit(f"/staf/pengaduan/{number}/identitas", {"reason": STAFF["reason"]})
    assert "PENANDANAMA" in opened.get_data(as_text=True)
    take_page(life, opened)
    assert client.get(f"/staf/pengaduan/{number}/berkas/1").data[:2] == b"\xff\xd8"
    take_cookie(life, client)
    with app.app_context():
        at = work_on(station, number, Event.START_EXAMINATION, at=clock.now())
        events.ask_info(number, STAFF["text"], actor=station.actor("penyidik"), at=at)
        events.receive_info(number, STORY["narrative"], actor=complainant_of(number), at=at)
        by: events.By = {"actor": station.actor("kasiwas"), "at": at}
        events.record_notice(number, NoticeKind.SP3D, text="PENANDAKEPUTUSAN", sent_at=at, **by)
        work_on(station, number, Event.CLOSE, at=at + timedelta(minutes=1))
    reviewer = enter(app, "ombudsman")
    for path in ("/ombudsman/", "/ombudsman/pengaduan", f"/ombudsman/pengaduan/{number}"):
        take_page(life, reviewer.get(path))


# --- mishaps -------------------------------------------------------------------------


def add_mishaps(app: Flask) -> None:
    """Views that fail in every way in which one of ours might, with the whole case in their hands."""
    views = open_blueprint()

    def story() -> str:
        return db.session().scalars(select(Complaint.narrative)).first() or "".join(EVERY_MARK)

    @views.get("/uji/kendala")
    def broken_constraint() -> str:
        with unit_of_work() as session:
            session.execute(update(Complaint).values(substate="closed", closure_reason=None))
        return ""

    @views.get("/uji/templat")
    def broken_template() -> str:
        return render_template_string("{{ story.no.such }}", story=story())

    @views.get("/uji/nilai")
    def broken_value() -> str:
        return str(int(story()))

    @views.get("/uji/rantai")
    def broken_twice() -> str:
        try:
            return {"": ""}[story()]
        except KeyError as error:
            raise LookupError(f"no case says {story()}") from error

    @views.get("/uji/tolak")
    def refused() -> str:
        raise GuardRefused("decide", "finding_missing")

    @views.get("/uji/<int:status>")
    def aborted(status: int) -> str:
        abort(status, description=story())

    app.register_blueprint(views)


def mishaps(app: Flask, life: Life) -> None:
    """Every error page, with markers in whatever a visitor may send."""
    client = browser(app)
    statuses = set()

    def visit(ask: Callable[..., TestResponse], *arguments: Any, **options: Any) -> None:
        answered = ask(*arguments, **options)
        statuses.add(answered.status_code)
        life.sinks.add(f"error page {answered.status_code}", answered.data)

    mark = "PENANDANAMA"
    for path in ("kendala", "templat", "nilai", "rantai", "tolak", "403", "404", "409", "413", "429", "503"):
        visit(client.get, f"/uji/{path}")
    headers = {"X-Request-ID": f"{mark} {mark}", "User-Agent": mark, "Referer": f"http://x/{mark}"}
    visit(client.get, "/staf/tidak-ada", headers=headers)
    visit(client.post, "/masuk", data={"username": mark, "password": mark}, headers=headers)
    visit(client.put, "/", data=mark)
    token = str(
        lxml.html.fromstring(client.get("/masuk").data).xpath("//input[@name='csrf_token']/@value")[0]
    )
    for _ in range(21):
        refused = client.post("/masuk", data={"csrf_token": token, "username": mark, "password": mark})
        statuses.add(refused.status_code)
    visit(client.post, "/masuk", data={"csrf_token": token, "username": mark, "password": mark})
    visit(client.post, "/status", data={"csrf_token": token, "number": life.number, "code": "A" * 2_000_000})
    assert statuses >= {400, 404, 405, 409, 413, 422, 429, 500, 503}


def commands(app: Flask, life: Life, folder: Path) -> None:
    """Every command that tells or takes out something, and one that fails on the database."""

    @app.cli.command("gagal")
    def fail() -> None:
        with unit_of_work() as session:
            session.execute(update(Complaint).values(substate="closed", closure_reason=None))

    for arguments in (
        ("register", "export", "--agency", "SRG", "--out", str(folder / "register.csv")),
        ("register", "export", "--agency", "SRG", "--out", str(folder / "register.xlsx")),
        ("wbk", "export", "--agency", "SRG", "--year", "2026", "--out", str(folder / "wbk.xlsx")),
        ("audit", "checkpoint", "--out", str(folder / "titik.json")),
        ("audit", "verify", "--json"),
        ("audit", "verify", "--complaint", life.number),
        ("sla", "sweep"),
        ("gagal",),
    ):
        result = app.test_cli_runner().invoke(args=arguments)
        life.sinks.add(f"command {arguments[0]}", result.output)
        if arguments == ("gagal",):
            assert isinstance(result.exception, DBAPIError)
            life.sinks.add("command gagal", "".join(traceback.format_exception(result.exception)))
        else:
            assert result.exit_code == 0, result.output
    for name in ("register.csv", "register.xlsx", "wbk.xlsx"):
        content = markers.unpacked(folder / name)
        assert life.number.encode() in content
        life.sinks.add(f"export {name}", content)
    life.sinks.add("checkpoint", (folder / "titik.json").read_bytes())


# --- what is left --------------------------------------------------------------------


def collect(app: Flask, life: Life, server: MoodyServer, folder: Path) -> None:
    """Letters, rows of the outbox and the log, names in the storage and with the witness."""
    with app.app_context():
        statuses = set(db.session().scalars(select(OutboxItem.status)))
        rows = dump_rows(db.session(), tables=("outbox", "audit_entry", "audit_chain", "checkpoint", "lease"))
    assert {"sent", "failed"} <= statuses
    for table, data in rows.items():
        life.sinks.add(f"table {table}", data)
    assert len(server.letters) > 5
    for letter in server.letters:
        told = [f"{name}: {value}" for name, value in letter.message.items() if name != "To"]
        life.sinks.add("letters", "\n".join(told))
        life.sinks.add("letters", letter.message.get_body().get_content())  # type: ignore[union-attr]
    instance = Path(app.instance_path)
    stored = [str(path.relative_to(instance)) for path in instance.rglob("*")]
    assert any("files" in name for name in stored)
    life.sinks.add("names in the instance folder", "\n".join(stored))
    for path in (instance / "files").rglob("*"):
        if path.is_file():
            life.sinks.add("stored files", path.read_bytes())
    for path in (folder / "saksi").rglob("*.json"):
        life.sinks.add("the witness", path.name.encode() + path.read_bytes())


def take_page(life: Life, page: TestResponse) -> None:
    """Take down the addresses on a page, and what its headers say."""
    life.sinks.add("headers", "\n".join(f"{n}: {v}" for n, v in page.headers if n != "Set-Cookie"))
    if page.mimetype == "text/html":
        document = lxml.html.fromstring(page.get_data(as_text=True))
        links = [link for _e, _a, link, _p in document.iterlinks()]
        assert links
        life.sinks.add("addresses", "\n".join(links))
    life.sinks.add("addresses", urlsplit(page.request.url).path)
    page.close()


def take_cookie(life: Life, client: StrictClient) -> None:
    """Take down what the session cookie says to whoever reads it."""
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    life.sinks.add("cookies", markers.cookie_payload(cookie.value))


def run_jobs(app: Flask) -> None:
    worker = Worker(app)
    for job in JOBS:
        assert worker.run(job)
    worker.release()


def browser(app: Flask) -> StrictClient:
    return cast(StrictClient, app.test_client())


def enter(app: Flask, username: str) -> StrictClient:
    client = browser(app)
    assert client.submit("/masuk", {"username": username, "password": PASSWORD}).status_code == 302
    return client


# --- the search ----------------------------------------------------------------------


def test_nothing_that_a_case_leaves_behind_tells_who_complained(
    life: Life, app: Flask, database: Database
) -> None:
    assert_the_search_finds_what_it_looks_for(life, app)
    assert not life.sinks.faults(life.secrets)
    assert len(life.sinks.left) > 20
    with app.app_context():
        stolen = dump_rows(db.session())
    stolen["the database file"] = markers.file_bytes(database)
    told = Sinks(stolen).faults((*IDENTITY_MARKS, *life.codes, DRAFT_MARK))
    # The name that a file came with is no identity of ours: it stands with the file, as evidence.
    assert [fault for fault in told if fault not in FILE_NAME_FAULTS] == []


FILE_NAME_FAULTS = ("Zubaedah in attachment", "Zubaedah in the database file")


def assert_the_search_finds_what_it_looks_for(life: Life, app: Flask) -> None:
    """Each marker is found where it belongs, so that finding none elsewhere says something."""
    with app.app_context():
        rows = dump_rows(
            db.session(), tables=("complaint", "message", "notice", "identity_read", "attachment")
        )
        assert complaint_of(life.number).substate == "closed"
    here = Sinks(rows).faults(EVERY_MARK)
    for mark, table in (
        ("PENANDACERITA", "complaint"),
        ("PENANDARUGI", "complaint"),
        ("PENANDAPESAN", "message"),
        ("PENANDAKEPUTUSAN", "notice"),
        ("PENANDAALASAN", "identity_read"),
        ("PENANDABERKAS", "attachment"),
    ):
        assert f"{mark} in {table}" in here
