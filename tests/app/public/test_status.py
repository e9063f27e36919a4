"""The door, the page of a case, its letters, and everything that a complainant may do."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select

from app import clock
from app.extensions import db
from app.models import Attachment, AuditEntry, CaseEvent, Message, Notice, OutboxItem
from app.security.codes import format_code
from app.services import events
from tests.app.public.steps import errors_of, open_case, texts
from tests.factories import MONDAY, Station, complaint_of, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event, IdentityMode, NoticeKind, Substate

pytestmark = pytest.mark.database("sqlite")

WRONG_CODE = "0000-0000-0000-0000"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)


class Case:
    """A case with its code, and the app to act on it behind the pages."""

    def __init__(self, app: Flask, station: Station, **changes: object) -> None:
        self.app, self.station = app, station
        with app.app_context():
            lodged = lodge(station, **changes)
        self.number, self.code = lodged.number, format_code(lodged.tracking_code)

    def walk(self, until: Event | Substate) -> None:
        with self.app.app_context():
            walk(self.station, self.number, until)

    def ask(self, text: str) -> None:
        with self.app.app_context():
            events.ask_info(self.number, text, actor=self.station.actor("penyidik"), at=clock.now())

    def substate(self) -> str:
        with self.app.app_context():
            return complaint_of(self.number).substate


@pytest.fixture
def case(app: Flask, station: Station) -> Case:
    """A case that was filed a week ago."""
    return Case(app, station)


@pytest.fixture
def opened(client: StrictClient, case: Case) -> Case:
    """The same, opened in this browser."""
    assert open_case(client, case.number, case.code).status_code == 303
    return case


def body(response: object) -> str:
    return response.get_data(as_text=True)  # type: ignore[attr-defined]


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database is asked inside the block."""
    seen: list[str] = []

    def listen(*given: Any) -> None:
        seen.append(given[2])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield seen
    event.remove(engine, "before_cursor_execute", listen)


# The door ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["SRG-2026-000001", "srg-2026-1", " srg 2026 000001 ", "SRG/2026/1", "SRG2026000001"]
)
def test_a_number_is_understood_however_it_is_written(client: StrictClient, case: Case, typed: str) -> None:
    assert open_case(client, typed, case.code.lower().replace("-", " ")).status_code == 303


def test_unknown_number_and_wrong_code_get_the_same_page(client: StrictClient, case: Case) -> None:
    pages = []
    for number in (case.number, "SRG-2026-000999"):
        response = open_case(client, number, WRONG_CODE)
        assert response.status_code == 422
        page = lxml.html.fromstring(body(response))
        for token in page.xpath("//input[@name='csrf_token']"):
            token.set("value", "")
        pages.append(lxml.html.tostring(page).decode().replace(number, "NOMOR"))
    assert pages[0] == pages[1]
    assert errors_of(response) == ["Nomor dan kode ini tidak cocok. Periksa keduanya, lalu coba lagi."]


def test_both_take_the_same_work(app: Flask, client: StrictClient, case: Case) -> None:
    """The same statements and the same checks of a code, counted rather than timed."""
    counts = []
    for number in (case.number, "SRG-2026-000999"):
        with statements(app) as seen:
            open_case(client, number, WRONG_CODE)
        counts.append(seen)
    assert counts[0] == counts[1] != []


def test_guessing_is_stopped_by_number_and_by_address(client: StrictClient, case: Case) -> None:
    answers = [open_case(client, case.number, WRONG_CODE).status_code for _ in range(15)]
    assert set(answers) == {422}
    page = client.get("/status")
    assert client.submit("/status", {"number": case.number, "code": case.code}, page=page).status_code == 429
    answers = [
        client.submit("/status", {"number": f"SRG-2026-{n}", "code": WRONG_CODE}, page=page).status_code
        for n in range(100, 108)
    ]
    assert answers == [422] * 4 + [429] * 4, "fifteen and the refused one are counted to the address, too"


def test_opening_often_locks_nobody_out(client: StrictClient, case: Case) -> None:
    page = client.get("/status?nomor=SRG-2026-000001")
    assert lxml.html.fromstring(body(page)).xpath("//input[@name='number']/@value") == ["SRG-2026-000001"]
    values = {"number": case.number, "code": case.code}
    assert {client.submit("/status", values, page=page).status_code for _ in range(40)} == {303}


@pytest.mark.parametrize(
    ("number", "code", "message"),
    [
        ("", WRONG_CODE, "Tulis nomor pengaduan Anda."),
        ("SRG-2026-000001", "", "Tulis kode lacak Anda."),
        ("SRG-2026-000001", "abc", "Kode lacak terdiri dari 16 huruf dan angka. Periksa lagi."),
        ("bukan nomor", WRONG_CODE, "Nomor dan kode ini tidak cocok. Periksa keduanya, lalu coba lagi."),
    ],
)
def test_what_is_wrong_at_the_door_is_said(
    client: StrictClient, case: Case, number: str, code: str, message: str
) -> None:
    response = open_case(client, number, code)
    assert errors_of(response) == [message]
    shown = dict(lxml.html.fromstring(body(response)).forms[0].form_values())
    assert (shown.get("number", ""), shown.get("code", "")) == (number, code)


def test_a_case_closes_after_half_an_hour(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    frozen_clock.shift(29 * 60)
    assert client.get("/status/kasus").status_code == 200
    frozen_clock.shift(29 * 60)
    assert client.get("/status/kasus").status_code == 200
    frozen_clock.shift(31 * 60)
    assert client.get("/status/kasus").headers["Location"] == "/status"


def test_a_case_can_be_left(client: StrictClient, opened: Case) -> None:
    client.submit("/status/kasus", form="//form[@action='/status/keluar']")
    assert client.get("/status/kasus").headers["Location"] == "/status"


@pytest.mark.parametrize(
    "path",
    [
        "/status/kasus", "/status/kasus/pesan", "/status/kasus/cabut", "/status/kasus/surat/1",
        "/status/kasus/berkas/1", "/status/kasus/tanda-terima.pdf", "/status/kasus/tanda-terima.json",
    ],
)  # fmt: skip
def test_without_number_and_code_everything_leads_to_the_door(
    client: StrictClient, case: Case, path: str
) -> None:
    assert client.get(path).headers["Location"] == "/status"


# The page ------------------------------------------------------------------------------------------------


def test_the_page_tells_where_the_case_stands_and_what_is_due(client: StrictClient, opened: Case) -> None:
    page = client.get("/status/kasus")
    assert texts(page, "//h1") == ["Pengaduan Anda sudah kami terima"]
    due = texts(page, "//section[@id='berikutnya']//li")
    assert any(
        "Pemberitahuan lengkap atau belum" in text and "Pasal 44 ayat (3) UU 25/2009" in text for text in due
    )
    assert any("batas Senin, 16 Maret 2026, 23.59 WIB" in text for text in due)
    happened = texts(page, "//section[@id='riwayat']//h3")
    assert happened == ["Tanda terima diterbitkan", "Pengaduan Anda kirim"]
    assert opened.number in body(page)


def test_a_passed_limit_is_owned_up_to(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    assert "Kami terlambat" in body(client.get("/status/kasus")), "verification was due within three days"
    frozen_clock.move_to(MONDAY + timedelta(days=2))
    open_case(client, opened.number, opened.code)
    assert "Kami terlambat" not in body(client.get("/status/kasus"))
    frozen_clock.move_to(MONDAY + timedelta(days=15))
    open_case(client, opened.number, opened.code)
    page = body(client.get("/status/kasus"))
    assert "137" in page
    assert "terlambat" in texts(client.get("/status/kasus"), "//section[@id='berikutnya']//li")[0]


def test_what_is_internal_stays_inside(client: StrictClient, opened: Case) -> None:
    opened.walk(Event.DRAFT_DECISION)
    page = body(client.get("/status/kasus"))
    for inside in (
        "Konsep: pengaduan terbukti",
        "Hasil pemeriksaan terlampir",
        "Nama Penyidik",
        "Reviu",
        "Konsep",
    ):
        assert inside not in page
    assert "Seksi Profesi dan Pengamanan" in page
    assert texts(client.get("/status/kasus"), "//h1") == ["Pengaduan Anda sedang diperiksa"]


def test_opening_pages_writes_nothing(client: StrictClient, app: Flask, opened: Case) -> None:
    opened.walk(Event.DECLARE_COMPLETE)

    def written() -> tuple[int | None, int | None]:
        with app.app_context():
            counts = [db.session.scalar(select(func.count(table.id))) for table in (AuditEntry, CaseEvent)]
            return counts[0], counts[1]

    before = written()
    for path in ("", "/pesan", "/cabut", "/tanda-terima.json", "/tanda-terima.pdf"):
        assert client.get(f"/status/kasus{path}").status_code == 200
    assert written() == before


def test_the_page_takes_few_statements_however_much_happened(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    opened.walk(Event.CLOSE)
    with statements(app) as seen:
        client.get("/status/kasus")
    assert len([one for one in seen if one.startswith("SELECT")]) <= 6


# Letters -------------------------------------------------------------------------------------------------


def test_opening_a_letter_records_its_receipt_once(
    client: StrictClient, app: Flask, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    opened.walk(Event.DECLARE_COMPLETE)
    with app.app_context():
        notice = db.session.scalars(select(Notice).where(Notice.kind == "completeness")).one()
        notice_id, words = notice.id, notice.body
    page = client.get("/status/kasus")
    assert words not in body(page)
    assert client.get(f"/status/kasus/surat/{notice_id}").headers["Location"].endswith(f"#surat-{notice_id}")
    button = f"//form[@action='/status/kasus/surat/{notice_id}']"
    sent = client.submit("/status/kasus", form=button, page=page)
    opened_at = clock.now()
    letter = client.get(sent.headers["Location"])
    assert words.splitlines()[0] in body(letter)
    frozen_clock.shift(60)
    client.submit("/status/kasus", form=button, page=page)
    with app.app_context():
        row = db.session.get_one(Notice, notice_id)
        assert (row.received_at, row.proof) == (opened_at, "status_page")
    assert texts(client.get("/status/kasus"), f"//article[@id='surat-{notice_id}']//form") == []


def test_letters_of_other_cases_do_not_exist(client: StrictClient, app: Flask, opened: Case) -> None:
    other = Case(app, opened.station)
    with app.app_context():
        theirs = db.session.scalars(
            select(Notice.id).where(Notice.complaint_id == complaint_of(other.number).id)
        ).one()
    page = client.get("/status/kasus")
    token = lxml.html.fromstring(body(page)).xpath("//input[@name='csrf_token']/@value")[0]
    assert client.post(f"/status/kasus/surat/{theirs}", data={"csrf_token": token}).status_code == 404
    assert client.get(f"/status/kasus/surat/{theirs}").status_code == 404
    with app.app_context():
        assert db.session.get_one(Notice, theirs).received_at is None


def test_letters_to_others_are_not_shown(client: StrictClient, app: Flask, opened: Case) -> None:
    with app.app_context():
        events.record_notice(
            opened.number,
            NoticeKind.URGENT_ALERT,
            text="Kepada Kapolresta.",
            sent_at=clock.now(),
            actor=opened.station.actor("kasiwas"),
            at=clock.now(),
        )
        hidden = db.session.scalars(select(Notice.id).where(Notice.kind == "urgent_alert")).one()
    assert "Kapolresta" not in texts(client.get("/status/kasus"), "//main")[0]
    assert client.get(f"/status/kasus/surat/{hidden}").status_code == 404


# Acts ----------------------------------------------------------------------------------------------------


def test_more_can_be_added_at_any_time_with_files(client: StrictClient, app: Flask, opened: Case) -> None:
    with app.app_context():
        version = complaint_of(opened.number).version
    sent = client.submit(
        "/status/kasus/pesan",
        {"text": "Saksi: Budi, loket delapan.", "files": [(io.BytesIO(PNG), "foto loket.png")]},
    )
    assert sent.headers["Location"] == "/status/kasus"
    page = client.get("/status/kasus")
    assert "Keterangan Anda sudah kami terima." in body(page)
    (message,) = texts(page, "//ol[@class='sahut-messages']/li")
    assert "Saksi: Budi, loket delapan." in message
    href = lxml.html.fromstring(body(page)).xpath("//ol[@class='sahut-messages']//a/@href")[0]
    download = client.get(href)
    assert download.get_data() == PNG
    assert download.headers["Content-Disposition"].startswith("attachment")
    with app.app_context():
        complaint = complaint_of(opened.number)
        assert complaint.version == version
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.complaint_id == complaint.id).order_by(AuditEntry.seq.desc())
        ).first()
        assert entry is not None
        assert (entry.kind, entry.actor) == ("message.added", "complainant")
        assert "files_commitment" in entry.body
        assert "Budi" not in entry.body
        told = db.session.scalars(select(OutboxItem).where(OutboxItem.template == "case_answered")).all()
        assert [item.user_id for item in told] == [opened.station.people["kasiwas"]]


def test_what_was_chosen_and_typed_stays_when_something_is_missing(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    files = [(io.BytesIO(PNG), "baik.png"), (io.BytesIO(b"MZ" + b"\0" * 99), "jahat.pdf")]
    first = client.submit("/status/kasus/pesan", {"text": "", "files": files})
    assert first.status_code == 422
    assert "baik.png" in body(first)
    assert any(
        "program" in text for text in errors_of(first) + texts(first, "//p[@class='govuk-error-message']")
    )
    second = client.submit("/status/kasus/pesan", {"text": "Ini buktinya."}, page=first)
    assert second.status_code == 303
    with app.app_context():
        assert [row.name for row in db.session.scalars(select(Attachment))] == ["baik.png"]


def test_a_question_is_answered(client: StrictClient, opened: Case) -> None:
    opened.walk(Event.START_EXAMINATION)
    opened.ask("Jam berapa Anda datang?")
    page = client.get("/status/kasus")
    assert texts(page, "//h1") == ["Pemeriksa menunggu jawaban Anda"]
    assert "Jam berapa Anda datang?" in body(client.get("/status/kasus/jawab"))
    assert client.submit("/status/kasus/jawab", {"text": "Pukul sembilan."}).status_code == 303
    assert opened.substate() == Substate.CLARIFICATION
    late = client.get("/status/kasus/jawab")
    assert late.status_code == 409


def test_what_was_missing_is_filled_in(client: StrictClient, app: Flask, station: Station) -> None:
    case = Case(app, station, loss="", service_date=None)
    open_case(client, case.number, case.code)
    case.walk(Event.VERIFY)
    with app.app_context():
        events.request_completion(
            case.number, "Mohon lengkapi.", actor=station.actor("petugas"), at=clock.now()
        )
    page = client.get("/status/kasus/lengkapi")
    fields = set(lxml.html.fromstring(body(page)).forms[0].fields.keys())
    assert {"loss", "service_date", "text"} <= fields
    assert not {"remedy_sought", "full_name"} & fields
    values = {"loss": "Dua hari upah.", "service_date": ["26", "2", "2026"], "text": "Sudah saya lengkapi."}
    assert client.submit("/status/kasus/lengkapi", values, page=page).status_code == 303
    assert case.substate() == Substate.VERIFYING
    with app.app_context():
        complaint = complaint_of(case.number)
        assert (complaint.loss, str(complaint.service_date)) == ("Dua hari upah.", "2026-02-26")


def test_a_withdrawal_is_announced_only_on_purpose(client: StrictClient, opened: Case) -> None:
    response = client.submit("/status/kasus/cabut", {"reason": "Saya ditekan petugas."})
    assert errors_of(response) == ["Tandai pernyataan ini untuk mencabut."]
    assert "Saya ditekan petugas." in body(response)
    assert "pencabutan berlaku Kamis, 12 Maret 2026, 09.00 WIB" in body(response)
    assert client.submit("/status/kasus/cabut", {"sure": "y"}, page=response).status_code == 303
    assert opened.substate() == Substate.ACKNOWLEDGED
    page = client.get("/status/kasus")
    assert "Pencabutan berlaku Kamis, 12 Maret 2026, 09.00 WIB." in body(page)
    assert "Cabut pengaduan ini" not in body(page)
    assert client.get("/status/kasus/cabut").headers["Location"] == "/status/kasus"


def test_an_objection_reopens_the_case_within_its_window(
    client: StrictClient, app: Flask, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    assert client.get("/status/kasus/keberatan").status_code == 409
    opened.walk(Event.CLOSE)
    assert "Ajukan keberatan" in body(client.get("/status/kasus"))
    assert client.submit("/status/kasus/keberatan", {"reason": "Saksi tidak didengar."}).status_code == 303
    assert opened.substate() == Substate.CLARIFICATION
    with app.app_context():
        assert db.session.scalars(select(Message.kind)).all()[-1] == "objection"


def test_after_the_window_it_is_said_why_not(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    opened.walk(Event.CLOSE)
    frozen_clock.move_to(MONDAY + timedelta(days=60))
    open_case(client, opened.number, opened.code)
    assert "Ajukan keberatan" not in body(client.get("/status/kasus"))
    late = client.get("/status/kasus/keberatan")
    assert late.status_code == 409
    assert "Batas keberatan: Rabu, 1 April 2026, 23.59 WIB." in body(late)
    assert "Batas mengajukan keberatan sudah lewat" in body(client.get("/status/kasus"))


def test_a_tip_is_followed_by_its_code_too(client: StrictClient, app: Flask, station: Station) -> None:
    case = Case(app, station, identity_mode=IdentityMode.ANONYMOUS)
    assert open_case(client, case.number, case.code).status_code == 303
    assert client.submit("/status/kasus/pesan", {"text": "Masih terjadi."}).status_code == 303
    assert "Masih terjadi." in body(client.get("/status/kasus"))


def test_files_that_were_not_shared_do_not_exist(client: StrictClient, app: Flask, opened: Case) -> None:
    client.submit("/status/kasus/pesan", {"text": "x", "files": [(io.BytesIO(PNG), "a.png")]})
    from app.database import unit_of_work

    with app.app_context(), unit_of_work() as session:
        row = session.scalars(select(Attachment)).one()
        row.uploaded_by, row.shared = "staff", False
        hidden = row.id
    assert client.get(f"/status/kasus/berkas/{hidden}").status_code == 404
    assert "a.png" not in body(client.get("/status/kasus"))


def test_a_replaced_code_voids_what_the_old_one_opened(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    from app.database import unit_of_work
    from app.security.codes import code_digest, new_tracking_code
    from app.security.ring import get_keys

    with app.app_context(), unit_of_work():
        complaint_of(opened.number).code_digest = code_digest(get_keys(), new_tracking_code())
    assert client.get("/status/kasus").headers["Location"] == "/status"


def test_a_station_sees_only_its_services(client: StrictClient, app: Flask, station: Station) -> None:
    with app.app_context():
        make_station("CLG", prefix="clg-")
    assert client.get("/layanan?satuan=CLG").status_code == 200
    assert client.get("/layanan?satuan=XXX").status_code == 404
    assert "Rp30.000" in body(client.get("/layanan"))


def test_windows_are_told_when_they_matter(client: StrictClient, app: Flask, opened: Case) -> None:
    def windows() -> list[str]:
        return texts(
            client.get("/status/kasus"), "//section[@id='berikutnya']/h3/following-sibling::ul//p[1]"
        )

    ombudsman = "Anda dapat melapor ke Ombudsman"
    assert windows() == [ombudsman], "verification is late"
    opened.walk(Event.START_EXAMINATION)
    page = client.get("/status/kasus")
    client.submit("/status/kasus", form="//form[contains(@action, '/surat/')]", page=page)
    assert windows() == [], "a file that was declared complete has nothing left to complete"
    opened.ask("Jam berapa?")
    assert windows() == ["Anda menjawab pertanyaan pemeriksa"], "nothing is late any more"
    client.submit("/status/kasus/jawab", {"text": "Pukul sembilan."})
    opened.walk(Event.DELIVER_DECISION)
    assert windows() == ["Anda dapat mengajukan keberatan"]
