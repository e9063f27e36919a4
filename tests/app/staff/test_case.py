"""The case page: everything on it, who finds it, and what looking at it leaves behind."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import lxml.html
import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Attachment, AuditEntry, IdentityRead, Notice
from app.services import events
from app.services.files import store_file
from app.services.respondents import name_respondent
from tests.app.staff.conftest import SignIn
from tests.app.staff.test_queue import statements
from tests.factories import MONDAY, Station, complaint_of, filing, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event, IdentityMode, NoticeKind

pytestmark = pytest.mark.database("sqlite")

Done = Callable[[Callable[[], Any]], Any]


def make_pdf() -> bytes:
    """One blank page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(out, deterministic_id=True)
    return out.getvalue()


PDF = make_pdf()
PLANTED = ("Siti", "Rahmawati", "Jalan Raya Cilegon 12", "siti.rahmawati", "81234567890")


def main_text(client: StrictClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return " ".join(page.xpath("//main")[0].text_content().split())


def entries(number: str) -> list[tuple[str, str, dict[str, Any]]]:
    rows = db.session().scalars(
        select(AuditEntry).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq)
    )
    return [(row.kind, row.actor, json.loads(row.body)["facts"]) for row in rows]


def test_the_page_tells_everything(station: Station, sign_in: SignIn, done: Done) -> None:
    number = done(
        lambda: lodge(station, compensation_claim_idr=250_000, respondent_text="petugas loket 2").number
    )
    done(lambda: walk(station, number, Event.CLOSE))
    told = main_text(sign_in("kasiwas"), f"/staf/pengaduan/{number}")
    for expected in (
        number,
        "Saya menunggu SKCK selama tiga hari",
        "Dua hari kerja hilang.",
        "SKCK diterbitkan hari ini.",
        "SKCK baru",
        "26 Februari 2026",
        "Loket SKCK",
        "petugas loket 2",
        "Rp250.000",
        "Pelayanan lambat",
        "Terbukti",
        "Satuan Intelkam",
        "Tanda terima pengaduan",
        "Keputusan dan tembusannya",
        "belum tercatat diterima",
        "Pasal 50 ayat (1) UU 25/2009",
        "kebijakan setempat",
        "Konsep: pengaduan terbukti.",
        "Seksi Profesi dan Pengamanan",
        "Nama Penyidik",
        "Perkara dibuka",
        "belum disegel",
    ):
        assert expected in told, expected
    for planted in PLANTED:
        assert planted not in told


def test_opening_writes_one_entry_and_leaves_the_version(
    app: Flask, station: Station, sign_in: SignIn, done: Done
) -> None:
    number = done(lambda: lodge(station).number)
    before = done(lambda: (complaint_of(number).version, entries(number)))
    sign_in("kasiwas").get(f"/staf/pengaduan/{number}")
    after = done(lambda: (complaint_of(number).version, entries(number)))
    assert after[0] == before[0]
    assert after[1][:-1] == before[1]
    assert after[1][-1] == ("case.read", f"user:{station.people['kasiwas']}", {})


def hidden_answers(client: StrictClient, number: str) -> list[tuple[int, bytes, list[tuple[str, str]]]]:
    """Answers of every page about a case, without what differs by itself (request id, cookies)."""
    found = []
    for tail in ("", "/verify", "/identitas", "/berkas/1", "/terlapor", "/dugaan", "/surat/1/diterima",
                 "/tanda-terima", "/tenggat/1", "/record_notice"):  # fmt: skip
        answer = client.get(f"/staf/pengaduan/{number}{tail}")
        body = answer.get_data().replace(number.encode(), b"NUMBER")
        headers = [(k, v) for k, v in answer.headers if k not in ("X-Request-ID", "Set-Cookie")]
        found.append((answer.status_code, body, headers))
    return found


def test_an_excluded_case_answers_like_one_that_does_not_exist(
    app: Flask, station: Station, sign_in: SignIn, done: Done
) -> None:
    number = done(lambda: lodge(station).number)
    done(
        lambda: name_respondent(
            number, user_id=station.people["petugas"], actor=station.actor("kasiwas"), at=MONDAY
        )
    )
    before = done(lambda: entries(number))
    client = sign_in("petugas")
    excluded, unknown = hidden_answers(client, number), hidden_answers(client, "SRG-2026-999999")
    assert excluded == unknown
    assert {status for status, _body, _headers in excluded} == {404}
    assert done(lambda: entries(number)) == before


def test_a_foreign_case_answers_like_one_that_does_not_exist(
    station: Station, sign_in: SignIn, done: Done
) -> None:
    other = done(lambda: make_station("CLG", prefix="clg-"))
    number = done(lambda: lodge(other).number)
    client = sign_in("kasiwas")
    assert hidden_answers(client, number) == hidden_answers(client, "CLG-2026-999999")


def test_posting_to_a_hidden_case_finds_nothing(station: Station, sign_in: SignIn, done: Done) -> None:
    number = done(lambda: lodge(station).number)
    own = done(lambda: lodge(station).number)
    client = sign_in("kaspkt")
    assert client.get(f"/staf/pengaduan/{own}").status_code == 404
    token = lxml.html.fromstring(client.get("/staf/").get_data(as_text=True)).xpath(
        "//input[@name='csrf_token']/@value"
    )[0]
    answer = client.post(f"/staf/pengaduan/{number}/verify", data={"csrf_token": str(token)})
    assert answer.status_code == 404
    assert done(lambda: complaint_of(number).substate) == "acknowledged"


class TestIdentity:
    """Opening who complained."""

    def test_it_is_masked_until_opened_with_a_reason(
        self, app: Flask, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, identity_mode=IdentityMode.WITHHELD).number)
        client = sign_in("kasiwas")
        address = f"/staf/pengaduan/{number}/identitas"
        assert "Dirahasiakan" in main_text(client, f"/staf/pengaduan/{number}")
        page = client.get(address).get_data(as_text=True)
        assert not any(planted in page for planted in PLANTED)
        opened = client.submit(address, {"reason": "Memastikan alamat untuk surat."})
        told = opened.get_data(as_text=True)
        assert opened.status_code == 200
        assert all(planted in told for planted in PLANTED)
        again = client.get(address).get_data(as_text=True)
        assert not any(planted in again for planted in PLANTED)

        def after() -> tuple[str, dict[str, Any], list[str]]:
            kind, actor, facts = entries(number)[-1]
            assert actor == f"user:{station.people['kasiwas']}"
            return kind, facts, list(db.session().scalars(select(IdentityRead.reason)))

        kind, facts, reasons = done(after)
        assert kind == "identity.read"
        assert set(facts) == {"reason_commitment"}
        assert reasons == ["Memastikan alamat untuk surat."]
        assert "Memastikan alamat untuk surat." in main_text(client, f"/staf/pengaduan/{number}")

    def test_without_a_reason_it_stays_closed(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        before = done(lambda: entries(number))
        answer = sign_in("kasiwas").submit(f"/staf/pengaduan/{number}/identitas", {"reason": "   "})
        assert answer.status_code == 422
        assert "Tulis alasannya." in answer.get_data(as_text=True)
        assert not any(planted in answer.get_data(as_text=True) for planted in PLANTED)
        assert done(lambda: entries(number)) == before

    def test_the_unit_that_answers_never_opens_a_withheld_one(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, identity_mode=IdentityMode.WITHHELD).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        client = sign_in("penyidik")
        assert "Identitas tertutup bagi tugas Anda." in main_text(client, f"/staf/pengaduan/{number}")
        assert client.get(f"/staf/pengaduan/{number}/identitas").status_code == 404

    def test_a_tip_has_nothing_to_open(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station, identity_mode=IdentityMode.ANONYMOUS).number)
        client = sign_in("kasiwas")
        assert "Buka identitas" not in main_text(client, f"/staf/pengaduan/{number}")
        assert client.get(f"/staf/pengaduan/{number}/identitas").status_code == 404


class TestFiles:
    """Evidence: logged when read, and never run by the browser."""

    def lodge_with_file(self, station: Station) -> tuple[str, int]:
        made = filing(station)
        stored = store_file(io.BytesIO(PDF), "bukti antrean.pdf", made.case_key)
        number = lodge(station, case_key=made.case_key, files=[stored]).number
        return number, db.session().scalars(select(Attachment.id)).one()

    def test_it_is_sent_as_a_download_and_logged(
        self, app: Flask, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number, file_id = done(lambda: self.lodge_with_file(station))
        client = sign_in("kasiwas")
        page = client.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
        assert f"/staf/pengaduan/{number}/berkas/{file_id}" in page
        answer = client.get(f"/staf/pengaduan/{number}/berkas/{file_id}/asli")
        assert answer.get_data() == PDF
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''bukti%20antrean.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.mimetype == "application/pdf"
        kind, actor, facts = done(lambda: entries(number))[-1]
        assert (kind, actor) == ("file.read", f"user:{station.people['kasiwas']}")
        assert facts == {"attachment": file_id, "original": True}

    def test_the_clean_copy_comes_first(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number, file_id = done(lambda: self.lodge_with_file(station))
        answer = sign_in("kasiwas").get(f"/staf/pengaduan/{number}/berkas/{file_id}")
        assert answer.status_code == 200
        assert answer.get_data().startswith(b"%PDF")
        assert done(lambda: entries(number))[-1][2]["original"] is False

    def test_a_file_of_another_case_is_not_found(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number, file_id = done(lambda: self.lodge_with_file(station))
        other = done(lambda: lodge(station).number)
        client = sign_in("kasiwas")
        assert client.get(f"/staf/pengaduan/{other}/berkas/{file_id}").status_code == 404
        assert client.get(f"/staf/pengaduan/{number}/berkas/{file_id + 1}").status_code == 404


class TestLetters:
    """Receipt of a letter, recorded with its proof."""

    def test_receipt_starts_the_clock_that_hangs_on_it(
        self, app: Flask, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.VERIFY))
        done(
            lambda: events.request_completion(
                number, "Mohon lengkapi.", actor=station.actor("petugas"), at=MONDAY + timedelta(hours=3)
            )
        )
        notice_id = done(
            lambda: (
                db.session().scalars(select(Notice.id).where(Notice.kind == NoticeKind.COMPLETENESS)).one()
            )
        )
        client = sign_in("petugas")
        address = f"/staf/pengaduan/{number}/surat/{notice_id}/diterima"
        assert address in client.get(f"/staf/pengaduan/{number}").get_data(as_text=True)
        early = {"received_on": ["1", "3", "2026"], "received_time": "08.00", "proof": "Resi JNE 123"}
        refused = client.submit(address, early)
        assert refused.status_code == 422
        assert "Tanggal terima tidak boleh sebelum tanggal kirim." in refused.get_data(as_text=True)
        assert "Resi JNE 123" in refused.get_data(as_text=True)
        answer = client.submit(address, early | {"received_on": ["4", "3", "2026"]})
        assert answer.status_code == 302
        told = main_text(client, f"/staf/pengaduan/{number}")
        assert "diterima 4 Maret 2026" in told
        assert "Resi JNE 123" in told
        assert "Pelapor melengkapi berkas" in told
        assert client.get(address).status_code == 404

    def test_proof_is_demanded(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        notice_id = done(lambda: db.session().scalars(select(Notice.id)).one())
        answer = sign_in("petugas").submit(
            f"/staf/pengaduan/{number}/surat/{notice_id}/diterima",
            {"received_on": ["4", "3", "2026"], "received_time": "08.00"},
        )
        assert answer.status_code == 422
        assert "Tulis bukti penerimaan surat." in answer.get_data(as_text=True)


class TestRespondents:
    """Naming somebody excludes at once."""

    def test_an_officer_named_is_out_and_the_superior_is_not(
        self, app: Flask, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, category="rude").number)
        done(lambda: walk(station, number, Event.ACCEPT))
        client = sign_in("kasiwas")
        answer = client.submit(
            f"/staf/pengaduan/{number}/terlapor", {"user_id": str(station.people["penyidik"])}
        )
        assert answer.status_code == 302
        page = client.get(answer.location).get_data(as_text=True)
        assert "Unit yang memegang perkara ini kini berkepentingan" in page
        assert "Nama Penyidik, Kanit Paminal" in page
        assert sign_in("penyidik").get(f"/staf/pengaduan/{number}").status_code == 404
        assert sign_in("kasipropam").get(f"/staf/pengaduan/{number}").status_code == 200
        kind, _actor, facts = done(lambda: entries(number)[-3:])[0]
        assert kind == "respondent.named"
        assert facts["user"] == station.people["penyidik"]
        assert facts["unit"] == station.units["sipropam"]

    def test_naming_somebody_of_the_own_unit_ends_the_own_view(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station, category="rude").number)
        client = sign_in("petugas")
        answer = client.submit(
            f"/staf/pengaduan/{number}/terlapor", {"user_id": str(station.people["kasiwas"])}
        )
        assert answer.location == "/staf/antrean"
        assert client.get(f"/staf/pengaduan/{number}").status_code == 404

    def test_nobody_chosen_is_refused(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        answer = sign_in("kasiwas").submit(f"/staf/pengaduan/{number}/terlapor", {})
        assert answer.status_code == 422
        assert "Pilih petugas atau unit, atau tulis cirinya." in answer.get_data(as_text=True)

    def test_an_allegation_needs_a_finding_of_its_own(
        self, station: Station, sign_in: SignIn, done: Done
    ) -> None:
        number = done(lambda: lodge(station).number)
        client = sign_in("kasiwas")
        answer = client.submit(
            f"/staf/pengaduan/{number}/dugaan", {"category": "illegal_fee", "description": "Rp50.000"}
        )
        assert answer.status_code == 302
        told = main_text(client, f"/staf/pengaduan/{number}")
        assert "Pungutan di luar tarif PNBP: Rp50.000 · belum ada hasil" in told

    def test_only_desk_and_coordinator_name(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        done(lambda: walk(station, number, Event.ACCEPT))
        for who in ("penyidik", "kapolresta"):
            client = sign_in(who)
            assert "Catat terlapor" not in main_text(client, f"/staf/pengaduan/{number}")
            assert client.get(f"/staf/pengaduan/{number}/terlapor").status_code == 404

    def test_a_stale_page_loses_nothing(self, station: Station, sign_in: SignIn, done: Done) -> None:
        number = done(lambda: lodge(station).number)
        client = sign_in("kasiwas")
        page = client.get(f"/staf/pengaduan/{number}/terlapor")
        done(lambda: walk(station, number, Event.VERIFY))
        stale = client.submit("", {"description": "berkumis, pos 2"}, page=page)
        told = stale.get_data(as_text=True)
        assert stale.status_code == 422
        assert "berkumis, pos 2" in told
        assert "Verifikasi kelengkapan" in told
        assert "Nama Petugas, Petugas SPDT" in told
        assert client.submit("", page=stale).status_code == 302


def test_a_long_history_costs_no_more_statements(
    app: Flask, station: Station, sign_in: SignIn, done: Done
) -> None:
    short, long = done(lambda: lodge(station).number), done(lambda: lodge(station).number)
    done(lambda: (walk(station, short, Event.CLOSE), walk(station, long, Event.CLOSE)))
    client = sign_in("kasiwas")
    for _ in range(30):
        client.get(f"/staf/pengaduan/{long}")
    client.get(f"/staf/pengaduan/{short}")
    with app.app_context():
        engine = db.engine
    sent = []
    for number in (short, long):
        with statements(engine) as found:
            client.get(f"/staf/pengaduan/{number}")
        sent.append(len(found))
    assert sent[0] == sent[1]
    assert sent[0] <= 45
