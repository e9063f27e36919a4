"""A proposal on its page: the figure and exactly its cases, taken up, corrected, refused when it moved."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import (
    Agency,
    Answer,
    AuditEntry,
    Complaint,
    EvidenceFile,
    EvidenceItem,
    EvidenceLink,
    Respondent,
    TakenProposal,
)
from app.queries.wbk import get_wbk_input
from app.services.evidence_files import read_evidence_file
from reports.wbk.proposals.held import SOURCES
from reports.wbk.proposals.registry import RULES
from tests.app.staff.conftest import SignIn
from tests.conftest import MONDAY_MORNING
from tests.factories import Station, lodge, walk
from tests.support.client import StrictClient
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

HANDLED, FOLLOWED_UP, RESPONSIVE = "A5.R.ii.a", "A5.P.iii.b", "A6.R.ii.a"
BEFORE = MONDAY_MORNING - timedelta(days=3)


def page_of(indicator: str) -> str:
    return f"/staf/zi/2026/indikator/{indicator}/usulan"


@pytest.fixture
def cases(app: Flask, station: Station) -> tuple[str, str, str]:
    """One case that was finished, one that waits, one about the Kasiwas, which they may not see."""
    with app.app_context():
        finished = lodge(station, at=BEFORE).number
        walk(station, finished, Event.CLOSE, at=BEFORE + timedelta(hours=1))
        waiting = lodge(station, at=BEFORE + timedelta(minutes=1), category="abuse").number
        hidden = lodge(station, at=BEFORE + timedelta(minutes=2), category="abuse").number
        with unit_of_work() as session:
            complaint = session.scalars(select(Complaint).where(Complaint.number == hidden)).one()
            session.add(
                Respondent(
                    complaint_id=complaint.id,
                    user_id=station.people["kasiwas"],
                    unit_id=station.units["siwas"],
                )
            )
        return finished, waiting, hidden


@pytest.fixture
def kasiwas(cases: tuple[str, str, str], sign_in: SignIn) -> StrictClient:
    client = sign_in("kasiwas")
    assert send(client, "/staf/zi", "mulai").status_code == 302
    return client


def send(client: StrictClient, path: str, ends_with: str, values: dict[str, Any] | None = None) -> Any:
    """Send the first form of the page whose address ends so."""
    page = client.get(path)
    forms = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//form[@method='post']")
    form = next(one for one in forms if one.get("action", "").endswith(ends_with))
    return client.post(
        form.get("action"),
        data=dict(form.form_values()) | (values or {}),
        headers={"Referer": f"http://localhost{path}"},
    )


def correct(client: StrictClient, path: str, values: dict[str, Any]) -> Any:
    page = client.get(path)
    (form,) = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//form[@id='koreksi']")
    assert set(values) <= set(form.fields.keys())
    return client.post(path, data=dict(form.form_values()) | values, headers={"Referer": "http://localhost/"})


def text(client: StrictClient, path: str) -> str:
    answered = client.get(path)
    assert answered.status_code == 200, path
    return " ".join(lxml.html.fromstring(answered.get_data(as_text=True)).text_content().split())


def links(client: StrictClient, path: str) -> list[str]:
    page = lxml.html.fromstring(client.get(path).get_data(as_text=True))
    return [str(link) for link in page.xpath("//section[@id='usul']//table//a/@href")]


def rows(app: Flask, model: Any) -> list[Any]:
    with app.app_context():
        return list(db.session().scalars(select(model)))


def test_a_figure_and_its_lists_know_nothing_of_a_case_in_which_the_reader_has_an_interest(
    kasiwas: StrictClient, cases: tuple[str, str, str]
) -> None:
    finished, waiting, hidden = cases
    page = text(kasiwas, page_of(HANDLED))
    assert "harus ditindaklanjuti 2, sedang diproses 0, selesai 1" in page
    assert "tidak tampil" not in page
    assert hidden not in page
    listed: dict[str, set[str]] = {}
    for link in links(kasiwas, page_of(HANDLED)):
        found = text(kasiwas, link)
        listed[link.split("/usulan/")[1].split("?")[0]] = set(re.findall(r"SRG-2026-\d{6}", found))
        assert "tidak tampil" not in found
    assert listed == {
        "harus_ditindaklanjuti": {finished, waiting},
        "belum_diproses": {waiting},
        "selesai": {finished},
    }


def test_all_proposals_stand_beside_the_answers(kasiwas: StrictClient) -> None:
    assert send(kasiwas, page_of(HANDLED), "/terima").status_code == 302
    page = text(kasiwas, "/staf/zi/2026/usulan")
    for indicator in RULES:
        assert indicator in page
    assert page.count("usul diterima") == 1
    assert "Sahut tidak membuka kanal pelapor internal" in page
    assert kasiwas.get("/staf/zi/2025/usulan").status_code == 404


def test_the_kapolresta_sees_every_case(
    kasiwas: StrictClient, sign_in: SignIn, cases: tuple[str, str, str]
) -> None:
    kapolresta = sign_in("kapolresta")
    assert "harus ditindaklanjuti 3" in text(kapolresta, page_of(HANDLED))
    (all_of_them, *_rest) = links(kapolresta, page_of(HANDLED))
    assert set(cases) <= set(re.findall(r"SRG-2026-\d{6}", text(kapolresta, all_of_them)))


def test_an_accepted_proposal_keeps_query_filter_and_instant(
    app: Flask, kasiwas: StrictClient, station: Station
) -> None:
    assert send(kasiwas, page_of(HANDLED), "/terima").status_code == 302
    (answer,), (taken,) = rows(app, Answer), rows(app, TakenProposal)
    assert (answer.value["selesai"], answer.basis, answer.answered_at) == (1, "proposal", taken.at)
    assert (taken.accepted, taken.as_of, taken.proposed) == (True, MONDAY_MORNING, answer.value)
    assert taken.counts["harus_ditindaklanjuti"] == 2
    assert taken.query.startswith("Jumlah pengaduan berkadar pengawasan")
    assert f"{MONDAY_MORNING:%Y-%m-%d %H:%M:%S} UTC" in taken.filter
    with app.app_context():
        agency = db.session().get_one(Agency, station.agency_id)
        as_of = MONDAY_MORNING
        given = get_wbk_input(db.session(), agency, 2026, as_of=as_of, actor=station.actor("kasiwas"))
    assert given.answers[HANDLED].basis == (
        f"Usul sistem yang diterima petugas, data per 09-03-2026 09.00 WIB: {taken.query}"
    )
    (logged,) = [row for row in rows(app, AuditEntry) if row.kind == "wbk.proposal"]
    assert '"accepted":true' in logged.body
    assert json.loads(json.loads(logged.body)["facts"]["figures"])["counts"] == taken.counts
    assert "Jawaban sekarang berasal dari usul" in text(kasiwas, page_of(HANDLED))


def test_a_figure_that_moved_since_it_was_shown_is_not_taken_up(
    app: Flask, kasiwas: StrictClient, station: Station
) -> None:
    """The letter would be the same, the figure is not: what the person saw is not what they would sign."""
    page = lxml.html.fromstring(kasiwas.get(page_of(FOLLOWED_UP)).get_data(as_text=True))
    (form,) = page.xpath("//form[@id='terima']")
    with app.app_context():
        lodge(station, at=MONDAY_MORNING - timedelta(minutes=1), category="abuse")
    sent = kasiwas.post(
        form.get("action"),
        data=dict(form.form_values()),
        headers={"Referer": f"http://localhost{page_of(FOLLOWED_UP)}"},
    )
    assert sent.status_code == 302
    assert "Angkanya berubah" in text(kasiwas, page_of(FOLLOWED_UP))
    assert rows(app, Answer) == rows(app, TakenProposal) == []


def test_a_correction_needs_a_reason_and_an_answer(app: Flask, kasiwas: StrictClient) -> None:
    path = f"{page_of(FOLLOWED_UP)}/koreksi"
    assert correct(kasiwas, path, {"answer_value": "Ya", "note": "  "}).status_code == 422
    nothing = correct(kasiwas, path, {"answer_value": "-", "note": "Belum yakin."})
    assert nothing.status_code == 422
    assert "Belum yakin." in nothing.get_data(as_text=True)
    assert rows(app, Answer) == rows(app, TakenProposal) == []
    reason = "Tindakan dicatat di buku Siwas, tanggal 8 Maret."
    assert correct(kasiwas, path, {"answer_value": "Ya", "note": reason}).status_code == 302
    (answer,), (taken,) = rows(app, Answer), rows(app, TakenProposal)
    assert (answer.value, answer.basis, answer.note) == ("Ya", "correction", reason)
    assert (taken.proposed, taken.accepted, taken.reason) == ("Tidak", False, reason)
    with app.app_context():
        kinds = select(AuditEntry.kind).where(AuditEntry.kind.like("wbk.answer%"))
        assert list(db.session().scalars(kinds)) == ["wbk.answer"]


def test_counts_above_the_denominator_come_back_beside_their_field(app: Flask, kasiwas: StrictClient) -> None:
    refused = correct(
        kasiwas,
        f"{page_of(HANDLED)}/koreksi",
        {"harus_ditindaklanjuti": "5", "sedang_diproses": "0", "selesai": "6", "note": "Salah hitung."},
    )
    assert refused.status_code == 422
    assert "pembilang 6 melebihi penyebut 5" in refused.get_data(as_text=True)
    assert rows(app, TakenProposal) == []


def test_every_indicator_with_data_has_its_page(kasiwas: StrictClient) -> None:
    for indicator in SOURCES:
        page = text(kasiwas, page_of(indicator))
        assert "Dokumen yang sudah ada di Sahut" in page
    assert "Sahut tidak menyimpan dokumen untuk indikator ini" in text(kasiwas, page_of("A5.P.iv.b"))
    assert kasiwas.get(page_of("A1.P.i.b")).status_code == 404
    assert kasiwas.get(page_of("A9.X")).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "per=kemarin",
        "per=2026-03-09",
        "per=" + quote("2027-01-01T00:00:00+07:00"),
        "per=" + quote("0001-01-01T00:00:00+14:00"),
        "hal=0",
        "hal=9",
    ],
)
def test_a_list_at_an_odd_instant_or_page_is_not_found(kasiwas: StrictClient, query: str) -> None:
    assert kasiwas.get(f"{page_of(HANDLED)}/harus_ditindaklanjuti?{query}").status_code == 404


def test_a_list_stands_at_the_instant_of_its_figure(
    app: Flask, kasiwas: StrictClient, station: Station, cases: tuple[str, str, str]
) -> None:
    (all_of_them, *_rest) = links(kasiwas, page_of(HANDLED))
    before = text(kasiwas, f"{page_of(HANDLED)}/selesai?per={quote(BEFORE.isoformat())}")
    assert "0 dihitung" in before
    assert cases[0] in text(kasiwas, all_of_them)


def test_a_document_that_sahut_holds_is_attached_with_one_click_and_only_once(
    app: Flask, kasiwas: StrictClient, station: Station, cases: tuple[str, str, str]
) -> None:
    path = page_of("A3.P.v.a")
    page = text(kasiwas, path)
    assert "Pengaduan tentang perilaku anggota 2026: 1" in page
    assert "tidak tampil untuk Anda" not in page
    assert send(kasiwas, path, "/lampirkan").status_code == 302
    assert send(kasiwas, path, "/lampirkan").status_code == 302
    (item,), (link,), (file,) = rows(app, EvidenceItem), rows(app, EvidenceLink), rows(app, EvidenceFile)
    assert (item.signed_on, link.indicator, file.content_type) == (
        MONDAY_MORNING.date(),
        "A3.P.v.a",
        "text/csv",
    )
    with app.app_context():
        actor = station.actor("kasiwas")
        opened = read_evidence_file(file.id, actor=actor, at=MONDAY_MORNING)
        content = b"".join(opened.chunks).decode("utf-8-sig")
    assert cases[1] in content
    assert cases[2] not in content
    assert "tidak dicantumkan" not in content
    listed = text(kasiwas, f"{path}/rekap/perilaku")
    assert cases[1] in listed
    assert cases[2] not in listed
    assert "pengaduan dihitung, tetapi" not in listed


def test_a_list_tells_none_of_its_readers_of_a_case_in_which_he_has_an_interest(
    app: Flask, kasiwas: StrictClient, sign_in: SignIn, cases: tuple[str, str, str]
) -> None:
    """Who seals it sees the case; whoever opens it later may be the one complained of."""
    path = page_of("A3.P.v.a")
    kapolresta = sign_in("kapolresta")
    assert cases[2] in text(kapolresta, f"{path}/rekap/perilaku")
    for client in (kapolresta, kasiwas):
        assert send(client, path, "/lampirkan").status_code == 302
    (item,), (file,) = rows(app, EvidenceItem), rows(app, EvidenceFile)
    assert item.title == "Pengaduan tentang perilaku anggota 2026: 1"
    opened = kasiwas.get(f"/staf/zi/berkas/{file.id}")
    content = opened.get_data().decode("utf-8-sig")
    opened.close()
    assert cases[1] in content
    assert cases[2] not in content
    assert "tidak dicantumkan" not in content


def test_a_document_that_is_not_held_is_not_attached(app: Flask, kasiwas: StrictClient) -> None:
    assert send(kasiwas, page_of("A3.P.v.a"), "/lampirkan", {"key": "lhp-1"}).status_code == 302
    assert "tidak ada lagi di Sahut" in text(kasiwas, page_of("A3.P.v.a"))
    assert rows(app, EvidenceItem) == []
    assert kasiwas.get(f"{page_of('A3.P.v.a')}/rekap/pungli").status_code == 404


def test_others_find_no_proposal(sign_in: SignIn, kasiwas: StrictClient) -> None:
    assert sign_in("admin").get(page_of(HANDLED)).status_code == 404
    assert sign_in("penyidik").get(f"{page_of(HANDLED)}/selesai").status_code == 404
