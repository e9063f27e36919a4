"""Every event that staff may fire has a page: it says what it starts, fires, refuses, and loses nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.database import unit_of_work
from app.extensions import db
from app.law import get_table
from app.models import Allegation, Attachment, ClockPoint, Deadline, Message, Notice, UserRole
from app.services import events
from app.staff.actions import ACTIONS
from app.templating import local_datetime
from tests.app.staff.conftest import SignIn
from tests.app.staff.test_case import PDF, main_text
from tests.factories import MONDAY, Station, add_user, complaint_of, lodge, walk
from workflows.snapshot import complainant_of
from workflows.vocabulary import (
    CASE_ROLES,
    ComplaintClass,
    Event,
    Finding,
    IdentityMode,
    NoticeKind,
    Role,
    Substate,
)

pytestmark = pytest.mark.database("sqlite")

Done = Callable[[Callable[[], Any]], Any]
NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def address(number: str, event: Event) -> str:
    return f"/staf/pengaduan/{number}/{event.value}"


def text_of(answer: TestResponse) -> str:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return " ".join(page.xpath("//main")[0].text_content().split())


def value_of(answer: TestResponse, name: str) -> str:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    field = page.xpath(f"//main//*[@name='{name}']")[0]
    return str(field.text if field.tag == "textarea" else field.get("value"))


def error_on(answer: TestResponse, name: str) -> str:
    """The message beside a field; its link in the summary leads there."""
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    ids = [str(one) for one in page.xpath(f"//main//*[@name='{name}']/@id")]
    ids += [one.rpartition("-")[0] for one in ids]
    links = [str(href) for href in page.xpath("//*[contains(@class,'govuk-error-summary')]//a/@href")]
    assert any(link.removeprefix("#") in ids for link in links), (links, ids)
    messages = page.xpath("//p[contains(@class,'govuk-error-message')]")
    return " ".join(" ".join(one.text_content().split()) for one in messages)


def substate(done: Done, number: str) -> str:
    return str(done(lambda: complaint_of(number).substate))


def test_every_event_that_staff_may_fire_has_a_row(app: Flask) -> None:
    with app.app_context():
        firable = {
            event for event, row in get_table().rows.items() if row.by & CASE_ROLES and event != Event.SUBMIT
        }
    assert set(ACTIONS) == firable


class TestWholeLife:
    """One case from desk to closing, by the pages alone."""

    def test_supervisory(self, app: Flask, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station, category="illegal_fee", at=MONDAY).number)
        people = {who: sign_in(who) for who in ("petugas", "kasiwas", "kasipropam", "penyidik", "kapolresta")}
        allegation = done(lambda: db.session().scalars(select(Allegation.id)).one())
        sipropam, penyidik = str(station.units["sipropam"]), str(station.people["penyidik"])
        life: list[tuple[str, Event, dict[str, Any], Substate]] = [
            ("petugas", Event.VERIFY, {}, Substate.VERIFYING),
            (
                "petugas",
                Event.REQUEST_COMPLETION,
                {"text": "Mohon kirim kuitansi."},
                Substate.AWAITING_COMPLETION,
            ),
            ("petugas", Event.COMPLETE_RECEIVED, {"text": "Kuitansi dibawa ke loket."}, Substate.VERIFYING),
            ("petugas", Event.DECLARE_COMPLETE, {}, Substate.COMPLETE),
            ("kasiwas", Event.CLASSIFY, {"complaint_class": "supervisory_complaint"}, Substate.CLASSIFIED),
            ("kasiwas", Event.PROPOSE_TRANSFER, {"reason": "Mungkin Polda."}, Substate.TRANSFER_PENDING),
            ("kasiwas", Event.DECLINE_TRANSFER, {"reason": "Tetap di sini."}, Substate.CLASSIFIED),
            ("kasiwas", Event.DISPOSE, {"unit_id": sipropam, "reason": "Periksa."}, Substate.DISPOSITIONED),
            ("kasipropam", Event.ACCEPT, {"officer_id": penyidik}, Substate.ACCEPTED_BY_UNIT),
            ("penyidik", Event.START_EXAMINATION, {}, Substate.CLARIFICATION),
            ("penyidik", Event.ASK_INFO, {"text": "Jam berapa?"}, Substate.AWAITING_COMPLAINANT_INFO),
            ("petugas", Event.INFO_RECEIVED, {"text": "Pukul 10."}, Substate.CLARIFICATION),
            ("penyidik", Event.FIELD_CHECK, {"text": "Loket dilihat."}, Substate.FIELD_CHECK),
            ("penyidik", Event.HOLD_HEARING, {"text": "Hadir semua."}, Substate.HEARING),
            ("penyidik", Event.GIVE_DOCUMENTS, {"text": "Salinan terlampir."}, Substate.HEARING),
            ("penyidik", Event.SUBMIT_REVIEW, {"text": "Pungutan terjadi."}, Substate.REVIEW),
            ("kasiwas", Event.DRAFT_DECISION, {}, Substate.DECISION_DRAFTED),
            (
                "kapolresta",
                Event.DECIDE,
                {
                    "finding": "substantiated",
                    f"finding_{allegation}": "substantiated",
                    "reason": "Pungutan terbukti dan dikembalikan.",
                    "remedies": ["compensation", "sanction_officer"],
                    "compensation_idr": "150.000",
                    "compensation_due_on": ["30", "4", "2026"],
                },
                Substate.DECIDED,
            ),
            (
                "kasiwas",
                Event.DELIVER_DECISION,
                {"notice_number": "R/12/III/2026"},
                Substate.DECISION_DELIVERED,
            ),
            ("kasiwas", Event.FOLLOW_UP, {"text": "Uang dikembalikan."}, Substate.FOLLOW_UP_RUNNING),
            ("kasiwas", Event.CLOSE, {}, Substate.CLOSED),
        ]
        for who, event, values, expected in life:
            client = people[who]
            case = client.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
            assert f'href="{address(number, event)}"' in case, event
            answer = client.submit(address(number, event), values)
            assert answer.status_code == 302, (event, text_of(answer))
            assert substate(done, number) == expected, event
        told = main_text(people["kasiwas"], f"/staf/pengaduan/{number}")
        for expected_text in (
            "Pungutan terbukti dan dikembalikan.",
            "Rp150.000, paling lambat 30 April 2026",
            "R/12/III/2026",
            "Pelapor, dicatat oleh Nama Petugas, Petugas SPDT",
            "Jam berapa?",
            "Pungutan terjadi.",
        ):
            assert expected_text in told

    @pytest.mark.parametrize(
        ("until", "event", "who", "values", "expected"),
        [
            (Event.VERIFY, Event.REJECT, "kasiwas",
             {"closure_reason": "before_court", "reason": "Sedang disidangkan."}, Substate.CLOSED_REJECTED),
            (Event.CLASSIFY, Event.TRANSFER_OUT, "kasiwas",
             {"destination": "Disdukcapil Serang", "destination_number": "D-9"}, Substate.CLOSED_TRANSFERRED),
            (Event.START_EXAMINATION, Event.SEPARATE_HEARING, "penyidik",
             {"reason": "Pelapor keberatan dipertemukan."}, Substate.SEPARATE_HEARING),
        ],
    )  # fmt: skip
    def test_side_paths(
        self, station: Station, sign_in: SignIn, done: Done,
        until: Event, event: Event, who: str, values: dict[str, str], expected: Substate,
    ) -> None:  # fmt: skip
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, until))
        assert sign_in(who).submit(address(number, event), values).status_code == 302
        assert substate(done, number) == expected

    def test_archive_answers_first(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station, category="aspirasi").number)
        done(lambda: walk(station, number, Event.CLASSIFY, complaint_class=ComplaintClass.ASPIRATION))
        client = sign_in("kasiwas")
        assert client.submit(address(number, Event.ARCHIVE), {"text": "Terima kasih."}).status_code == 302
        assert substate(done, number) == Substate.CLOSED_ARCHIVED
        assert "Terima kasih." in main_text(client, f"/staf/pengaduan/{number}")

    def test_reassign_and_accept_anew(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        values = {"unit_id": str(station.units["lantas"]), "reason": "Menyangkut SIM."}
        assert sign_in("kasiwas").submit(address(number, Event.REASSIGN), values).status_code == 302
        assert sign_in("kasatlantas").submit(address(number, Event.ACCEPT)).status_code == 302
        assert substate(done, number) == Substate.ACCEPTED_BY_UNIT

    def test_an_officer_is_of_the_unit_that_gets_the_case(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.CLASSIFY))
        client, page = sign_in("kasiwas"), address(number, Event.DISPOSE)
        values = {"unit_id": str(station.units["lantas"]), "officer_id": str(station.people["kasipropam"])}
        refused = client.submit(page, values)
        assert refused.status_code == 422
        assert "Petugas ini bukan dari unit yang dituju." in text_of(refused)
        assert client.submit(page, {**values, "unit_id": str(station.units["sipropam"])}).status_code == 302

    def test_an_officer_is_taken_off_and_the_unit_names_another(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        assert done(lambda: complaint_of(number).case_officer_id) == station.people["penyidik"]
        values = {"unit_id": str(station.units["sipropam"]), "reason": "Berkas terlalu lama diam."}
        assert sign_in("kasiwas").submit(address(number, Event.REASSIGN), values).status_code == 302
        assert done(lambda: complaint_of(number).case_officer_id) is None

    def test_resume_without_info(
        self, station: Station, sign_in: SignIn, done: Done, frozen_clock: time_machine.Traveller
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.START_EXAMINATION))
        done(lambda: events.ask_info(number, "Kapan?", actor=station.actor("penyidik"), at=NOW))
        client = sign_in("penyidik")
        early = client.submit(address(number, Event.RESUME_WITHOUT_INFO))
        assert early.status_code == 422
        assert "Pelapor masih dapat menjawab pertanyaan. Batasnya 23 Maret 2026, 23.59 WIB." in text_of(early)
        frozen_clock.move_to(NOW + timedelta(days=16))
        client = sign_in("penyidik")
        assert client.submit(address(number, Event.RESUME_WITHOUT_INFO)).status_code == 302
        assert substate(done, number) == Substate.CLARIFICATION

    def test_continue_ex_officio(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: events.withdraw(number, actor=complainant_of(number), at=MONDAY + timedelta(hours=1)))
        client = sign_in("kasiwas")
        answer = client.submit(address(number, Event.CONTINUE_EX_OFFICIO), {"reason": "Menyangkut pungli."})
        assert answer.status_code == 302
        assert substate(done, number) == Substate.VERIFYING


class TestWhatItStarts:
    """The page says in words what the step sets going."""

    def test_declaring_complete_names_the_clock_with_its_article(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        told = main_text(sign_in("petugas"), address(number, Event.DECLARE_COMPLETE))
        # Monday 9 March 2026 + 14 working days, without Nyepi, Idul Fitri and joint leave: Monday 6 April
        for expected in (
            "memindahkan pengaduan ke keadaan “Berkas lengkap”",
            "mengirim surat “Tanggapan lengkap / tidak lengkap” kepada pelapor",
            "memenuhi tenggat Pemberitahuan lengkap atau belum (batas Senin, 16 Maret 2026, 23.59 WIB)",
            "memulai tenggat Keputusan: 14 hari kerja, batas Senin, 6 April 2026, 23.59 WIB (",
            "memulai tenggat Keputusan: 60 hari kalender, batas Jumat, 8 Mei 2026, 23.59 WIB (Pasal 50",
        ):
            assert expected in told, expected

    def test_the_promised_due_date_is_the_stored_one(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        client = sign_in("petugas")
        told = main_text(client, address(number, Event.DECLARE_COMPLETE))
        client.submit(address(number, Event.DECLARE_COMPLETE))
        due_at = done(
            lambda: (
                db.session()
                .scalars(select(Deadline.due_at).where(Deadline.stage == "resolution", Deadline.effective))
                .one()
            )
        )
        with client.application.test_request_context():
            assert f"batas {local_datetime(due_at)}" in told

    def test_a_tip_gets_no_promise_of_a_letter(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station, identity_mode=IdentityMode.ANONYMOUS).number)
        done(lambda: walk(station, number, Event.VERIFY))
        told = main_text(sign_in("petugas"), address(number, Event.DECLARE_COMPLETE))
        assert "yang dapat dibaca di halaman status dengan kode lacak" in told

    def test_closing_ends_what_runs(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        told = main_text(sign_in("kasiwas"), address(number, Event.REJECT))
        assert "mengakhiri tenggat satuan yang masih berjalan" in told


class TestRefusals:
    """A refusal lies on its field, with everything typed still there."""

    @pytest.mark.parametrize(
        ("until", "event", "who", "values", "field", "words"),
        [
            (Event.VERIFY, Event.REQUEST_COMPLETION, "petugas", {"text": " "}, "text", "Tulis isinya."),
            (Event.DECLARE_COMPLETE, Event.CLASSIFY, "kasiwas",
             {"complaint_class": None, "reason": "diketik"}, "complaint_class", "Pilih jenis pengaduan."),
            (Event.CLASSIFY, Event.DISPOSE, "kasiwas", {"reason": "diketik"}, "unit_id", "Pilih unit"),
            (Event.ACCEPT, Event.REASSIGN, "kasiwas",
             {"unit_id": "SIPROPAM", "officer_id": "PENYIDIK", "reason": "diketik"}, "unit_id",
             "Pilih unit atau petugas yang berbeda"),
            (Event.ACCEPT, Event.REASSIGN, "kasiwas", {"unit_id": "LANTAS"}, "reason", "Tulis alasannya."),
            (Event.CLASSIFY, Event.TRANSFER_OUT, "kasiwas",
             {"destination_number": "diketik"}, "destination", "Tulis ke mana pengaduan ini diteruskan"),
            (Event.VERIFY, Event.REJECT, "kasiwas",
             {"reason": "diketik"}, "closure_reason", "Pilih alasan penolakan."),
            (Event.VERIFY, Event.REJECT, "kasiwas",
             {"closure_reason": "duplicate"}, "reason", "Tulis alasannya."),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": None, "reason": "diketik"}, "finding", "Pilih hasil pemeriksaan."),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": "substantiated", "reason": ""}, "reason", "Tulis alasannya."),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": "substantiated", "reason": "diketik"}, "finding_ONE", "Beri hasil untuk"),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": "substantiated", "finding_ONE": "substantiated", "reason": "diketik",
              "compensation_idr": "150.000"}, "compensation_due_on", "Ganti rugi perlu jumlah dan tanggal"),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": "substantiated", "finding_ONE": "substantiated", "reason": "diketik",
              "compensation_idr": "150.000", "compensation_due_on": ["1", "1", "2026"]},
             "compensation_due_on", "Tanggal pembayaran ganti rugi sudah lewat."),
            (Event.DRAFT_DECISION, Event.DECIDE, "kapolresta",
             {"finding": "substantiated", "finding_ONE": "substantiated", "reason": "diketik",
              "remedies": ["compensation"]}, "compensation_idr", "Ganti rugi perlu jumlah dan tanggal"),
            (Event.VERIFY, Event.RECORD_NOTICE, "petugas",
             {"text": "diketik"}, "notice_kind", "Pilih jenis surat."),
            (Event.VERIFY, Event.RECORD_NOTICE, "petugas",
             {"notice_kind": "sp3d", "text": "diketik", "sent_time": ""}, "sent_on", "Isi tanggal surat"),
            (Event.VERIFY, Event.RECORD_NOTICE, "petugas",
             {"notice_kind": "sp3d", "text": "diketik", "sent_time": "23.00"}, "sent_on",
             "Tanggal kirim tidak boleh di masa depan."),
            (Event.VERIFY, Event.RECORD_NOTICE, "petugas",
             {"notice_kind": "sp3d", "text": "diketik", "received_on": ["9", "3", "2026"],
              "received_time": "08.59", "sent_time": "08.30"}, "proof", "Tulis bukti penerimaan surat."),
        ],
    )  # fmt: skip
    def test_it_lies_on_its_field(
        self, station: Station, sign_in: SignIn, done: Done,
        until: Event, event: Event, who: str, values: dict[str, Any], field: str, words: str,
    ) -> None:  # fmt: skip
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, until))
        one = str(done(lambda: db.session().scalars(select(Allegation.id)).one()))
        units = {"SIPROPAM": str(station.units["sipropam"]), "LANTAS": str(station.units["lantas"]),
                 "PENYIDIK": str(station.people["penyidik"])}  # fmt: skip
        values = {name.replace("ONE", one): units.get(str(v), v) for name, v in values.items()}
        before = done(lambda: (complaint_of(number).version, complaint_of(number).substate))
        answer = sign_in(who).submit(address(number, event), values)
        assert answer.status_code == 422
        assert words in error_on(answer, field.replace("ONE", one))
        assert done(lambda: (complaint_of(number).version, complaint_of(number).substate)) == before
        for name, value in values.items():
            if value == "diketik":
                assert value_of(answer, name).strip() == "diketik"

    def test_an_incomplete_file_says_what_is_missing(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, loss="", service_date=None).number)
        done(lambda: walk(station, number, Event.VERIFY))
        client = sign_in("petugas")
        answer = client.submit(address(number, Event.DECLARE_COMPLETE))
        assert answer.status_code == 422
        assert "Berkas belum lengkap" in text_of(answer)
        assert "Uraian kerugian materiel atau immateriel" in text_of(answer)
        drafted = client.get(address(number, Event.REQUEST_COMPLETION))
        assert "Uraian kerugian materiel atau immateriel" in value_of(drafted, "text")
        assert "Tanggal menerima pelayanan" in value_of(drafted, "text")

    def test_what_was_missing_is_asked_and_nothing_else(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, loss="").number)
        done(lambda: walk(station, number, Event.VERIFY))
        done(
            lambda: events.request_completion(
                number, "Kerugian?", actor=station.actor("petugas"), at=MONDAY + timedelta(hours=3)
            )
        )
        client = sign_in("petugas")
        page = client.get(address(number, Event.COMPLETE_RECEIVED)).get_data(as_text=True)
        assert 'name="loss"' in page
        assert 'name="remedy_sought"' not in page
        values = {"text": "Datang ke loket.", "loss": "Rp200.000"}
        assert client.submit(address(number, Event.COMPLETE_RECEIVED), values).status_code == 302
        assert done(lambda: complaint_of(number).loss) == "Rp200.000"

    def test_who_examined_does_not_decide(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))

        def add_both() -> None:
            user_id = add_user(station, "rangkap", Role.APPROVER, unit="sipropam")
            with unit_of_work() as session:
                session.add(UserRole(user_id=user_id, role=Role.INVESTIGATOR.value))

        done(add_both)
        client = sign_in("rangkap")
        assert client.submit(address(number, Event.START_EXAMINATION)).status_code == 302
        one = done(lambda: db.session().scalars(select(Allegation.id)).one())
        values = {"finding": "answered", f"finding_{one}": "answered", "reason": "Saya putus sendiri."}
        answer = client.submit(address(number, Event.DECIDE), values)
        assert answer.status_code == 422
        assert "Yang memeriksa tidak boleh memutus." in text_of(answer)
        assert value_of(answer, "reason").strip() == "Saya putus sendiri."

    def test_own_service_is_decided_above(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(
            lambda: walk(
                station, number, Event.DRAFT_DECISION, unit="intelkam", complaint_class=ComplaintClass.SERVICE
            )
        )
        one = done(lambda: db.session().scalars(select(Allegation.id)).one())
        values = {"finding": "answered", f"finding_{one}": "answered", "reason": "Sudah."}
        answer = sign_in("kasiwas").submit(address(number, Event.DECIDE), values)
        assert answer.status_code == 422
        assert "diputus oleh Kapolresta" in text_of(answer)

    def test_a_unit_with_an_interest_is_not_offered(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        member = done(
            lambda: add_user(station, "anggota", Role.INVESTIGATOR, unit="intelkam", superior="kasatintelkam")
        )
        number = done(lambda: lodge(station, category="illegal_fee").number)
        done(lambda: walk(station, number, Event.CLASSIFY))
        page = lxml.html.fromstring(
            sign_in("kasiwas").get(address(number, Event.DISPOSE)).get_data(as_text=True)
        )
        offered = set(page.xpath("//select[@name='unit_id']/option/@value")) - {""}
        assert str(station.units["intelkam"]) not in offered
        assert str(station.units["sipropam"]) in offered
        people = set(page.xpath("//select[@name='officer_id']/option/@value"))
        assert str(member) not in people
        assert str(station.people["penyidik"]) in people


class TestMeanwhile:
    """Somebody else was faster."""

    def test_what_changed_by_whom_and_nothing_lost(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        first, second = sign_in("petugas"), sign_in("kasiwas")
        page = second.get(address(number, Event.REQUEST_COMPLETION))
        first.submit(f"/staf/pengaduan/{number}/dugaan", {"category": "rude"})
        stale = second.submit("", {"text": "Mohon lengkapi tanggalnya."}, page=page)
        assert stale.status_code == 422
        told = text_of(stale)
        assert "Pengaduan ini berubah sejak Anda membukanya." in told
        assert "Dugaan dicatat: Nama Petugas, Petugas SPDT, 9 Mar 2026, 09.00 WIB" in told
        assert value_of(stale, "text").strip() == "Mohon lengkapi tanggalnya."
        assert substate(done, number) == Substate.VERIFYING
        again = second.submit("", page=stale)
        assert again.status_code == 302
        assert substate(done, number) == Substate.AWAITING_COMPLETION

    def test_a_step_that_is_over_keeps_the_text_and_says_why(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        first, second = sign_in("petugas"), sign_in("kasiwas")
        page = second.get(address(number, Event.REJECT))
        first.submit(address(number, Event.REQUEST_COMPLETION), {"text": "Mohon lengkapi."})
        values = {"closure_reason": "too_vague", "reason": "Panjang lebar."}
        stale = second.submit("", values, page=page)
        assert "Pemberitahuan belum lengkap: Nama Petugas" in text_of(stale)
        over = second.submit("", page=stale)
        assert over.status_code == 422
        assert "Keadaan pengaduan sudah berubah" in text_of(over)
        assert value_of(over, "reason").strip() == "Panjang lebar."
        assert substate(done, number) == Substate.AWAITING_COMPLETION

    def test_opening_a_step_that_is_over_says_what_happened(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.CLASSIFY))
        answer = sign_in("kasiwas").get(address(number, Event.REQUEST_COMPLETION))
        assert answer.status_code == 409
        told = text_of(answer)
        assert "Keadaan pengaduan sekarang: Ditelaah." in told
        assert "oleh Nama Kasiwas, Kasiwas" in told

    def test_a_version_that_was_tampered_with_is_stale(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        client = sign_in("petugas")
        for typed in ("", "x", "-1", "999", "99999999999999999999"):
            answer = client.submit(address(number, Event.VERIFY), {"seen_version": typed})
            assert answer.status_code == 422
        assert substate(done, number) == Substate.ACKNOWLEDGED

    @pytest.mark.parametrize(
        "event", [Event.CLASSIFY, Event.DECIDE, Event.WITHDRAW, Event.LAPSE, Event.SUBMIT]
    )
    def test_a_step_of_somebody_else_does_not_exist(
        self, station: Station, sign_in: SignIn, done: Done, event: Event
    ) -> None:
        number = done(lambda: lodge(station).number)
        assert sign_in("petugas").get(address(number, event)).status_code == 404


class TestFilesAndLetters:
    """Documents that come and go with a step."""

    def test_a_signed_decision_is_attached(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.DRAFT_DECISION))
        one = done(lambda: db.session().scalars(select(Allegation.id)).one())
        values = {
            "finding": "substantiated",
            f"finding_{one}": "substantiated",
            "reason": "Terbukti.",
            "files": (io.BytesIO(PDF), "keputusan.pdf"),
        }
        assert sign_in("kapolresta").submit(address(number, Event.DECIDE), values).status_code == 302
        rows = done(
            lambda: db.session().execute(select(Attachment.name, Attachment.purpose, Attachment.shared)).all()
        )
        assert [tuple(row) for row in rows] == [("keputusan.pdf", "decision", False)]
        assert done(lambda: complaint_of(number).finding) == Finding.SUBSTANTIATED

    def test_chosen_files_survive_a_refusal(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.DRAFT_DECISION))
        one = done(lambda: db.session().scalars(select(Allegation.id)).one())
        client = sign_in("kapolresta")
        refused = client.submit(
            address(number, Event.DECIDE),
            {"finding": "substantiated", "reason": "Terbukti.", "files": (io.BytesIO(PDF), "keputusan.pdf")},
        )
        assert refused.status_code == 422
        assert "keputusan.pdf" in text_of(refused)
        answer = client.submit("", {f"finding_{one}": "substantiated"}, page=refused)
        assert answer.status_code == 302
        assert done(lambda: list(db.session().scalars(select(Attachment.name)))) == ["keputusan.pdf"]

    def test_a_list_of_files_of_another_case_is_ignored(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        numbers = [done(lambda: lodge(station).number) for _ in range(2)]
        for number in numbers:
            done(lambda number=number: walk(station, number, Event.DRAFT_DECISION))
        client = sign_in("kapolresta")
        refused = client.submit(
            address(numbers[0], Event.DECIDE),
            {"finding": "substantiated", "reason": "Ya.", "files": (io.BytesIO(PDF), "keputusan.pdf")},
        )
        stolen = value_of(refused, "kept_files")
        assert stolen
        answer = client.submit(
            address(numbers[1], Event.DECIDE),
            {"finding": "substantiated", "reason": "Ya.", "kept_files": stolen},
        )
        assert "keputusan.pdf" not in text_of(answer)

    def test_a_program_is_refused_on_its_field(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        client = sign_in("kasiwas")
        answer = client.submit(
            address(number, Event.GIVE_DOCUMENTS),
            {"text": "Ini dokumennya.", "files": (io.BytesIO(b"MZ" + b"\0" * 200), "surat.pdf")},
        )
        assert answer.status_code == 422
        assert value_of(answer, "text").strip() == "Ini dokumennya."
        assert done(lambda: list(db.session().scalars(select(Attachment.id)))) == []

    def test_documents_reach_the_complainant(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        client = sign_in("kasiwas")
        values = {"text": "Salinan terlampir.", "files": (io.BytesIO(PDF), "salinan.pdf")}
        assert client.submit(address(number, Event.GIVE_DOCUMENTS), values).status_code == 302
        row = done(
            lambda: (
                db.session()
                .execute(
                    select(Attachment.shared, Message.body).join(Message, Message.id == Attachment.message_id)
                )
                .one()
            )
        )
        assert tuple(row) == (True, "Salinan terlampir.")

    def test_an_sp3d_is_drafted_from_the_case_and_starts_its_clock(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, category="illegal_fee").number)
        done(lambda: walk(station, number, Event.START_EXAMINATION))
        client = sign_in("kasiwas")
        link = f"{address(number, Event.RECORD_NOTICE)}?jenis=sp3d"
        assert link in client.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
        page = client.get(link)
        draft = value_of(page, "text")
        assert "2 Maret 2026: Pemeriksaan / klarifikasi dimulai" in draft
        for planted in ("Siti", "Penyidik", "Kasipropam"):
            assert planted not in draft
        values = {
            "notice_number": "B/77/III/2026",
            "received_on": ["9", "3", "2026"],
            "received_time": "08.55",
            "sent_time": "08.30",
            "proof": "Diambil pelapor.",
        }
        assert client.submit("", values, page=page).status_code == 302

        def after() -> tuple[list[str], str, str]:
            session = db.session()
            points = list(session.scalars(select(ClockPoint.code).where(ClockPoint.code.startswith("sp3d"))))
            notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.SP3D)).one()
            due = session.scalars(select(Deadline.stage).where(Deadline.stage == "result_notice")).one()
            return points, notice.number, due

        points, letter_number, stage = done(after)
        assert sorted(points) == ["sp3d_received", "sp3d_sent"]
        assert letter_number == "B/77/III/2026"
        assert stage == "result_notice"

    def test_an_english_speaker_gets_an_english_draft(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, language="en").number)
        done(lambda: walk(station, number, Event.START_EXAMINATION))
        page = sign_in("kasiwas").get(f"{address(number, Event.RECORD_NOTICE)}?jenis=sp3d")
        assert "2 March 2026: Examination starts" in value_of(page, "text")


def test_urgency_is_told_once_a_coordinator_sees_it(station: Station, sign_in: SignIn, done: Done) -> None:
    number = done(lambda: lodge(station).number)
    done(lambda: walk(station, number, Event.DECLARE_COMPLETE))
    client = sign_in("kasiwas")
    values = {"complaint_class": "supervisory_complaint", "in_danger": "y"}
    assert client.submit(address(number, Event.CLASSIFY), values).status_code == 302
    assert done(lambda: complaint_of(number).in_danger)
    assert "darurat" in main_text(client, f"/staf/pengaduan/{number}")
