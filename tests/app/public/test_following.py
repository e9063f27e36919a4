"""Following a case: withdrawals that cool off, who opened it, the decision, and what lateness entitles to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import cast

import brotli
import lxml.html
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import clock
from app.database import unit_of_work
from app.models import Allegation
from app.public.entitlements import late_note
from app.public.words import HAPPENED, STANDINGS, WITHIN
from app.services import events
from app.services.access import open_identity, record_read
from app.services.withdrawing import settle_withdrawals, undo_token
from tests.app.public.steps import errors_of, open_case, texts
from tests.app.public.test_status import Case, body
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, complaint_of, walk
from tests.support.client import StrictClient
from workflows.vocabulary import ComplaintClass, Event, Finding, Substate

pytestmark = pytest.mark.database("sqlite")

UNDO = "//form[@action='/status/kasus/batal-cabut']"


@pytest.fixture
def case(app: Flask, station: Station) -> Case:
    """A case that was filed a week ago."""
    return Case(app, station)


@pytest.fixture
def opened(client: StrictClient, case: Case) -> Case:
    """The same, opened in this browser."""
    assert open_case(client, case.number, case.code).status_code == 303
    return case


def link_of(opened: Case) -> str:
    with opened.app.app_context():
        from app.extensions import db

        return undo_token(db.session(), complaint_of(opened.number), clock.now())


# Withdrawing -----------------------------------------------------------------------------------------------


def test_one_click_undoes_it_on_the_page(client: StrictClient, app: Flask, opened: Case) -> None:
    client.submit("/status/kasus/cabut", {"sure": "y"})
    assert client.submit("/status/kasus", form=UNDO).status_code == 303
    page = client.get("/status/kasus")
    assert "Pencabutan dibatalkan. Pengaduan Anda berjalan terus." in body(page)
    assert "Cabut pengaduan ini" in body(page)
    with app.app_context():
        settle_withdrawals(clock.now() + timedelta(days=9))
    assert opened.substate() == Substate.ACKNOWLEDGED


def test_the_link_undoes_without_the_code_and_shows_nothing(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    client.submit("/status/kasus/cabut", {"sure": "y"})
    token = link_of(opened)
    stranger = app.test_client()
    page = stranger.get(f"/status/batal-cabut/{token}")
    assert page.status_code == 200
    assert opened.number not in body(page)
    assert "akan dicabut pada Kamis, 12 Maret 2026, 09.00 WIB" in body(page)
    assert opened.substate() == Substate.ACKNOWLEDGED
    done = stranger.submit(f"/status/batal-cabut/{token}", page=page, form="//main//form")  # type: ignore[attr-defined]
    assert "Pencabutan dibatalkan" in body(done)
    assert "akan dicabut" not in body(client.get("/status/kasus"))
    assert stranger.get("/status/kasus").headers["Location"] == "/status", "the link opens no case"
    again = stranger.get(f"/status/batal-cabut/{token}")
    never = stranger.get("/status/batal-cabut/bukan-tautan")
    assert (again.status_code, never.status_code) == (410, 410)
    assert texts(again, "//main") == texts(never, "//main")


def test_after_it_took_effect_nothing_can_be_undone(
    client: StrictClient, app: Flask, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    client.submit("/status/kasus/cabut", {"sure": "y"})
    token = link_of(opened)
    frozen_clock.shift(timedelta(days=3).total_seconds())
    with app.app_context():
        settle_withdrawals(clock.now())
    open_case(client, opened.number, opened.code)
    page = client.get("/status/kasus")
    assert texts(page, "//h1") == ["Pengaduan ini Anda cabut"]
    assert client.get("/status/kasus/cabut").status_code == 409
    assert client.get(f"/status/batal-cabut/{token}").status_code == 410
    skipped = texts(page, "//li[contains(@class, 'sahut-progress__step--ahead')]")
    assert skipped == ["Ditugaskan", "Diperiksa"], "what it never reached is not shown as done"


# Access ----------------------------------------------------------------------------------------------------


def test_the_access_statement_names_days_and_groups_and_nobody(
    client: StrictClient, app: Flask, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    assert "Belum ada yang membukanya" in body(client.get("/status/kasus/akses"))
    with app.app_context():
        station = opened.station
        record_read(opened.number, actor=station.actor("petugas"), at=clock.now())
        reason = "Memanggil pelapor untuk dengar pendapat."
        open_identity(opened.number, reason, actor=station.actor("kasiwas"), at=clock.now())
    page = client.get("/status/kasus/akses")
    (day,) = texts(page, "//li[@class='sahut-access__day']")
    assert day == "Senin, 9 Maret 2026 Meja pengaduan: isi pengaduan Pengawasan membuka identitas Anda"
    for hidden in ("Petugas", "Kasiwas", "Seksi", "09.", "Memanggil"):
        assert hidden not in texts(page, "//main")[0]
    assert client.get("/status/kasus/akses?sebelum=2026-03-09").status_code == 200
    assert client.get("/status/kasus/akses?sebelum=kemarin").status_code == 200


# Late ------------------------------------------------------------------------------------------------------


def test_what_is_late_says_what_that_entitles_to(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    frozen_clock.move_to(MONDAY + timedelta(days=15))
    open_case(client, opened.number, opened.code)
    page = client.get("/status/kasus")
    late = texts(page, "//section[@id='berikutnya']//li[.//*[contains(@class, 'sahut-due--overdue')]]")
    assert any("Anda berhak atas jawaban tertulis: lengkap atau belum." in one for one in late)
    assert any("Batas undang-undang." in one for one in late)
    assert any("bukan batas undang-undang" in one for one in late)
    aside = texts(page, "//div[contains(@class, 'sahut-aside--late')]")[0]
    for told in ("Ombudsman Republik Indonesia, telepon 137", "Itwasda", "bukti pengaduan"):
        assert told in aside
    for word in ("sebaiknya", "disarankan", "pembebasan dari jabatan", "penurunan gaji"):
        assert word not in body(page)


# Waiting for the complainant -------------------------------------------------------------------------------


def test_thirty_days_of_law_and_fourteen_of_ours_are_told_apart(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    opened.walk(Event.VERIFY)
    with app.app_context():
        desk = opened.station.actor("petugas")
        events.request_completion(opened.number, "Mohon lampirkan bukti.", actor=desk, at=clock.now())
    unread = body(client.get("/status/kasus"))
    assert "30 hari sejak surat itu Anda terima" in unread
    client.submit("/status/kasus", form="//form[contains(@action, '/surat/')]")
    statutory = texts(client.get("/status/kasus"), "//section[@id='berikutnya']/h3/following-sibling::ul/li")
    assert "dianggap dicabut" in statutory[0]
    assert "Pasal 44 ayat (4)" in statutory[0]
    client.submit("/status/kasus/lengkapi", {"text": "Terlampir."})
    opened.walk(Event.START_EXAMINATION)
    opened.ask("Jam berapa?")
    local = texts(client.get("/status/kasus"), "//section[@id='berikutnya']/h3/following-sibling::ul/li")
    assert "Kebijakan setempat, bukan undang-undang." in local[0]
    assert "tidak dianggap dicabut" in local[0]


# The decision ----------------------------------------------------------------------------------------------


def decided(opened: Case) -> None:
    """Partly substantiated, with compensation, and its letter sent."""
    at = MONDAY + timedelta(hours=5)
    with opened.app.app_context():
        service = ComplaintClass.SERVICE
        walk(opened.station, opened.number, Event.DRAFT_DECISION, complaint_class=service)
        with unit_of_work() as session:
            case_id = complaint_of(opened.number).id
            session.add(
                Allegation(complaint_id=case_id, category="illegal_fee", description="Nama Terlapor, loket 7")
            )
            session.flush()
            wanted = select(Allegation.id).where(Allegation.complaint_id == case_id).order_by(Allegation.id)
            first, second = session.scalars(wanted).all()
        station = opened.station
        events.decide_case(
            opened.number,
            Finding.PARTLY_SUBSTANTIATED,
            "Antrean terbukti melampaui standar. Pungutan tidak terbukti.",
            findings={first: Finding.SUBSTANTIATED, second: Finding.NOT_SUBSTANTIATED},
            remedies=["apology_explanation", "compensation"],
            compensation_idr=150_000,
            compensation_due_on=date(2026, 4, 30),
            actor=station.actor("kapolresta"),
            at=at,
        )
        walk(station, opened.number, Event.DELIVER_DECISION, at=at + timedelta(hours=1))


def test_the_decision_is_read_once_its_letter_was_opened(client: StrictClient, opened: Case) -> None:
    decided(opened)
    assert client.get("/status/kasus/keputusan").headers["Location"] == "/status/kasus#surat"
    assert "Pungutan tidak terbukti" not in body(client.get("/status/kasus"))
    letter = "//article[h3[contains(., 'eputusan')]]//form"
    sent = client.submit("/status/kasus", form=letter)
    assert sent.headers["Location"] == "/status/kasus/keputusan"
    page = client.get("/status/kasus/keputusan")
    assert texts(page, "//h1") == ["Pengaduan Anda terbukti sebagian"]
    assert texts(page, "//section[@id='dugaan']//strong") == ["Terbukti", "Tidak terbukti"]
    assert "Antrean terbukti melampaui standar." in texts(page, "//section[@id='alasan']")[0]
    remedies = texts(page, "//section[@id='penyelesaian']")[0]
    assert "Ganti rugi Rp150.000, dibayar paling lambat 30 April 2026" in remedies
    assert "Pasal 50 ayat (3)" in remedies
    ways = texts(page, "//section[@id='langkah']//li")
    assert "Sampai Rabu, 1 April 2026, 23.59 WIB." in ways[0]
    assert any("21 hari kerja" in way and "UU 30/2014" in way for way in ways)
    assert "sampai 26 Februari 2028" in ways[-1]
    assert "Nama Terlapor" not in body(page)


def test_an_objection_takes_the_decision_off_the_page(client: StrictClient, opened: Case) -> None:
    decided(opened)
    client.submit("/status/kasus", form="//article[h3[contains(., 'eputusan')]]//form")
    client.submit("/status/kasus/keberatan", {"reason": "Saksi tidak didengar."})
    page = client.get("/status/kasus")
    assert "Lihat keputusan" not in body(page)
    assert client.get("/status/kasus/keputusan").status_code == 302


def test_an_objection_after_its_window_comes_back_on_its_field(
    client: StrictClient, opened: Case, frozen_clock: time_machine.Traveller
) -> None:
    """The page was open while the window closed: typed words stay."""
    decided(opened)
    frozen_clock.move_to(datetime(2026, 4, 1, 16, 55, tzinfo=UTC))
    open_case(client, opened.number, opened.code)
    page = client.get("/status/kasus/keberatan")
    frozen_clock.shift(600)
    late = client.submit("/status/kasus/keberatan", {"reason": "Saksi tidak didengar."}, page=page)
    assert late.status_code == 422
    assert errors_of(late) == [texts(late, "//p[@class='govuk-error-message']")[0].removeprefix("Galat: ")]
    assert "Saksi tidak didengar." in lxml.html.fromstring(body(late)).xpath("//textarea/text()")[0]


# Weight ----------------------------------------------------------------------------------------------------


def test_a_long_life_is_shown_by_its_latest_part(client: StrictClient, opened: Case) -> None:
    opened.walk(Event.START_EXAMINATION)
    for turn in range(20):
        opened.ask(f"Pertanyaan {turn}?")
        client.submit("/status/kasus/jawab", {"text": f"Jawaban {turn}."})
    short = client.get("/status/kasus")
    assert len(brotli.compress(short.get_data(), quality=4)) <= 6_000, "fifteen thousand are allowed"
    whole = client.get("/status/kasus?semua=1")
    assert "Pertanyaan 0?" in body(whole)
    page = body(client.get("/status/kasus"))
    assert "Pertanyaan 0?" not in page
    assert "Jawaban 19." in page
    assert "Tampilkan semua surat, pesan, dan kejadian" in page


def test_station_and_reviewers_see_that_it_was_announced(
    client: StrictClient, app: Flask, opened: Case
) -> None:
    client.submit("/status/kasus/cabut", {"sure": "y", "reason": "Saya ditekan."})
    for who, path in (("kasiwas", "/staf/pengaduan"), ("ombudsman", "/ombudsman/pengaduan")):
        inside = cast(StrictClient, app.test_client())
        sign_in(inside, opened.station.username(who))
        page = inside.get(f"{path}/{opened.number}")
        assert page.status_code == 200
        assert "Berlaku Kamis, 12 Maret 2026, 09.00 WIB, kecuali dibatalkan pelapor." in body(page)
        assert "Pencabutan diumumkan pelapor" in body(page)
        assert "Saya ditekan." in body(page)


def test_every_substate_and_event_has_words() -> None:
    assert set(STANDINGS) == set(Substate)
    assert set(HAPPENED) | WITHIN == set(Event)
    assert not set(HAPPENED) & WITHIN


def test_a_number_of_a_rule_with_a_start_of_ours_is_said_so(app: Flask) -> None:
    with app.test_request_context():
        assert "peraturan Polri" in late_note("result_notice", "regulation", "likely")
        assert "pembacaan kami" in late_note("first_response", "regulation", "reconstructed")
        assert late_note("unknown_stage", "statute", "verified") == "Batas undang-undang."
