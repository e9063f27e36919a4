"""Several cases at once, deadlines across cases, and the ledger of one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
import time_machine
from sqlalchemy import select

from app.extensions import db
from app.models import Deadline
from tests.app.staff.conftest import SignIn
from tests.app.staff.test_actions import NOW, text_of
from tests.app.staff.test_case import main_text
from tests.factories import MONDAY, Station, complaint_of, lodge, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

Done = Callable[[Callable[[], Any]], Any]


def chosen(event: Event, numbers: list[str]) -> str:
    picks = "".join(f"&pilih={number}" for number in numbers)
    return f"/staf/antrean/massal?tindakan={event.value}{picks}"


def results(client: StrictClient, answer: Any) -> dict[str, str]:
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return {
        str(row.xpath("./th//a/text()")[0]): " ".join(row.xpath("./td")[0].text_content().split())
        for row in page.xpath("//main//tbody/tr")
    }


class TestBulk:
    """The same step on several cases, each with its own answer."""

    def test_each_case_has_its_own_answer(self, station: Station, sign_in: SignIn, done: Done) -> None:
        def prepare() -> list[str]:
            made = [lodge(station, category="illegal_fee").number for _ in range(4)]
            for number in made[:3]:
                walk(station, number, Event.CLASSIFY)
            walk(station, made[3], Event.VERIFY)
            return made

        made = done(prepare)
        client = sign_in("kasiwas")
        page = client.get(chosen(Event.DISPOSE, made))
        assert all(number in text_of(page) for number in made)
        done(lambda: walk(station, made[1], Event.DISPOSE))
        values = {"unit_id": str(station.units["sipropam"]), "reason": "Periksa."}
        answer = client.submit("", values, page=page)
        assert answer.status_code == 200
        told = results(client, answer)
        assert told[made[0]] == told[made[2]] == "Berhasil"
        assert "berubah sejak Anda membukanya" in told[made[1]]
        assert "Keadaan pengaduan sudah berubah" in told[made[3]]
        assert "2 dari 4 pengaduan berhasil." in text_of(answer)
        states = [done(lambda n=n: complaint_of(n).substate) for n in made]
        assert states == ["dispositioned", "dispositioned", "dispositioned", "verifying"]

    def test_a_unit_with_an_interest_is_refused_for_that_case_only(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        def prepare() -> list[str]:
            made = [
                lodge(station, category="illegal_fee", service_code=s, product_code=None).number
                for s in ("skck", "sim")
            ]
            for number in made:
                walk(station, number, Event.CLASSIFY)
            return made

        made = done(prepare)
        client = sign_in("kasiwas")
        answer = client.submit(
            "", {"unit_id": str(station.units["lantas"])}, page=client.get(chosen(Event.DISPOSE, made))
        )
        told = results(client, answer)
        assert told[made[0]] == "Berhasil"
        assert "Unit ini tidak dapat memeriksa pengaduan ini." in told[made[1]]

    def test_a_head_accepts_and_names_an_officer(self, station: Station, sign_in: SignIn, done: Done) -> None:
        made = [done(lambda: lodge(station).number) for _ in range(2)]
        for number in made:
            done(lambda number=number: walk(station, number, Event.DISPOSE))
        client = sign_in("kasipropam")
        page = client.get(chosen(Event.ACCEPT, made))
        answer = client.submit("", {"officer_id": str(station.people["penyidik"])}, page=page)
        assert set(results(client, answer).values()) == {"Berhasil"}
        officers = {done(lambda n=n: complaint_of(n).case_officer_id) for n in made}
        assert officers == {station.people["penyidik"]}

    def test_without_a_unit_nothing_happens(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.CLASSIFY))
        client = sign_in("kasiwas")
        answer = client.submit(
            "", {"reason": "Tetap tertulis."}, page=client.get(chosen(Event.DISPOSE, [number]))
        )
        assert answer.status_code == 422
        assert "Pilih unit yang dituju." in text_of(answer)
        assert "Tetap tertulis." in text_of(answer)
        assert done(lambda: complaint_of(number).substate) == "classified"

    def test_it_is_not_there_for_those_who_may_not(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        for who, event in (("petugas", Event.DISPOSE), ("penyidik", Event.ACCEPT), ("kasiwas", Event.ACCEPT)):
            assert sign_in(who).get(chosen(event, [number])).status_code == 404
        client = sign_in("kasiwas")
        assert client.get(chosen(Event.CLOSE, [number])).status_code == 404
        assert 'value="accept"' not in client.get("/staf/antrean").get_data(as_text=True)

    def test_a_hidden_case_is_neither_shown_nor_done(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.DISPOSE))
        client = sign_in("kaspkt")
        page = client.get(chosen(Event.ACCEPT, [number]))
        assert "Belum ada pengaduan yang dipilih" in text_of(page)
        token = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//input[@name='csrf_token']/@value")
        answer = client.post(
            "/staf/antrean/massal",
            data={"csrf_token": str(token[0]), "event": "accept", "seen": f"{number}:6", "officer_id": ""},
        )
        assert results(client, answer)[number] == "Pengaduan ini tidak ditemukan."
        assert done(lambda: complaint_of(number).substate) == "dispositioned"


class TestDeadlines:
    """Deadlines across cases."""

    def test_running_ones_stand_by_due_date(self, station: Station, sign_in: SignIn, done: Done) -> None:
        late = done(lambda: lodge(station, at=MONDAY).number)
        fresh = done(lambda: lodge(station, at=NOW - timedelta(hours=1)).number)
        page = lxml.html.fromstring(sign_in("kasiwas").get("/staf/tenggat").get_data(as_text=True))
        rows = [
            (str(row.xpath("./th//a/text()")[0]), str(row.xpath("./td[1]//a/text()")[0]))
            for row in page.xpath("//main//tbody/tr")
        ]
        assert rows == [
            ("Verifikasi dan penelaahan", late),
            ("Verifikasi dan penelaahan", fresh),
            ("Pemberitahuan lengkap atau belum", late),
            ("Pemberitahuan lengkap atau belum", fresh),
        ]

    def test_breaches_are_listed_with_what_became_of_them(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, at=MONDAY).number)
        done(lambda: walk(station, number, Event.CLASSIFY, at=NOW - timedelta(hours=2)))
        client = sign_in("kasiwas")
        told = main_text(client, "/staf/tenggat?daftar=pelanggaran")
        assert number in told
        assert "Verifikasi dan penelaahan" in told
        assert "dipenuhi terlambat" in told
        assert number not in main_text(client, "/staf/tenggat?daftar=pelanggaran&tahun=2025")

    def test_hidden_cases_have_no_deadline(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        assert number not in main_text(sign_in("kaspkt"), "/staf/tenggat")
        assert "Tidak ada tenggat" in main_text(sign_in("kaspkt"), "/staf/tenggat")

    def test_pages_by_key(self, station: Station, sign_in: SignIn, done: Done) -> None:
        made = [done(lambda: lodge(station, at=MONDAY).number) for _ in range(20)]
        client = sign_in("kasiwas")
        seen: list[tuple[str, str]] = []
        where: str | None = "/staf/tenggat"
        while where is not None:
            page = lxml.html.fromstring(client.get(where).get_data(as_text=True))
            seen += [
                (str(row.xpath("./th//a/text()")[0]), str(row.xpath("./td[1]//a/text()")[0]))
                for row in page.xpath("//main//tbody/tr")
            ]
            following = page.xpath("//a[@rel='next']/@href")
            where = str(following[0]) if following else None
        assert len(seen) == len(set(seen)) == 40
        assert {number for _stage, number in seen} == set(made)

    def test_a_ledger_tells_day_by_day(
        self, station: Station, sign_in: SignIn, done: Done, frozen_clock: time_machine.Traveller
    ) -> None:
        number = done(lambda: lodge(station, at=MONDAY).number)
        deadline_id = done(
            lambda: db.session().scalars(select(Deadline.id).where(Deadline.stage == "verification")).one()
        )
        client = sign_in("kasiwas")
        link = f"/staf/pengaduan/{number}/tenggat/{deadline_id}"
        assert link in client.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
        page = lxml.html.fromstring(client.get(link).get_data(as_text=True))
        days = [
            tuple(" ".join(cell.text_content().split()) for cell in row.xpath("./th | ./td")[:3])
            for row in page.xpath("//main//tbody/tr")
        ]
        assert days == [
            ("Senin, 2 Maret 2026", "tidak", "hari pemicu, tidak dihitung"),
            ("Selasa, 3 Maret 2026", "ya", "hari kerja"),
            ("Rabu, 4 Maret 2026", "ya", "hari kerja"),
            ("Kamis, 5 Maret 2026", "ya", "hari kerja"),
        ]
        assert client.get(f"/staf/pengaduan/{number}/tenggat/{deadline_id + 999}").status_code == 404

    def test_a_ledger_in_hours(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station, at=MONDAY, in_danger=True).number)
        deadline_id = done(
            lambda: (
                db.session()
                .scalars(
                    select(Deadline.id).where(
                        Deadline.complaint_class == "urgent", Deadline.limit_value == 24
                    )
                )
                .one()
            )
        )
        told = main_text(sign_in("kasiwas"), f"/staf/pengaduan/{number}/tenggat/{deadline_id}")
        assert "Senin, 2 Maret 2026 15,0 jam" in told
        assert "Selasa, 3 Maret 2026 9,0 jam" in told
