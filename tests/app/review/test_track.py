"""The Ombudsman's track on both desks: asked, answered, found, put right, verified; and what is refused."""

from __future__ import annotations

import io
from typing import cast

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import CorrectiveAction, ExaminationReport, OmbudsmanRequest, OmbudsmanTrack
from tests.app.content.samples import picture
from tests.app.review.conftest import sign_in
from tests.factories import Station, lodge
from tests.support.client import StrictClient

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def number(app: Flask, station: Station, clock_at: time_machine.Traveller) -> str:
    with app.app_context():
        return lodge(station).number


def enter(app: Flask, station: Station, who: str) -> StrictClient:
    client = cast(StrictClient, app.test_client())
    sign_in(client, station.username(who))
    return client


def the_one(app: Flask, model: type) -> int:
    with app.app_context():
        return int(db.session().scalars(select(model.id)).one())  # type: ignore[attr-defined]


REPORT = {
    "number": "LHP/7/2026",
    "issued_on": ["1", "3", "2026"],
    "conclusion": "found",
    "summary": "Pelayanan tertunda.",
    "finding_0_kind": "undue_delay",
    "finding_0_text": "Tiga hari untuk satu jam.",
    "action_0_text": "Atur giliran.",
    "action_0_finding": "0",
}


def test_the_whole_way_on_both_desks(
    app: Flask, station: Station, number: str, reviewer: StrictClient, clock_at: time_machine.Traveller
) -> None:
    kasiwas = enter(app, station, "kasiwas")
    assert "Tidak ada yang ditunggu" in kasiwas.get("/staf/ombudsman").get_data(as_text=True)
    asked = {"kind": "ori_clarification_1", "text": "Jelaskan keterlambatan."}
    assert reviewer.submit(f"/ombudsman/pengaduan/{number}/permintaan", asked).status_code == 302
    track, request_id = the_one(app, OmbudsmanTrack), the_one(app, OmbudsmanRequest)

    again = reviewer.submit(f"/ombudsman/perkara/{track}/permintaan", asked | {"kind": "ori_clarification_2"})
    page = again.get_data(as_text=True)
    assert again.status_code == 422
    assert "Satuan masih dapat menjawab permintaan pertama." in page
    assert "Jelaskan keterlambatan." in page
    found = {name: value for name, value in REPORT.items() if not name.startswith("action")}
    early = reviewer.submit(f"/ombudsman/perkara/{track}/lhp-baru", found).get_data(as_text=True)
    assert "Satuan masih dapat memberi penjelasan tertulis." in early

    assert number in kasiwas.get("/staf/ombudsman").get_data(as_text=True)
    speechless = {"files": [(io.BytesIO(picture()), "lampiran.jpg")]}
    kept = kasiwas.submit(f"/staf/ombudsman/permintaan/{request_id}", speechless).get_data(as_text=True)
    assert "Berkas yang sudah dipilih tetap tersimpan" in kept
    assert "lampiran.jpg (" in kept
    answer = {"text": "Sudah diperbaiki.", "files": [(picture(), "surat.jpg")]}
    assert _send_files(kasiwas, f"/staf/ombudsman/permintaan/{request_id}", answer) == 302
    shown = reviewer.get(f"/ombudsman/perkara/{track}").get_data(as_text=True)
    assert "Sudah diperbaiki." in shown
    assert "surat.jpg" in shown

    filled = REPORT | {
        "action_0_unit": str(station.units["siwas"]),
        "action_0_due_on": ["1", "2", "2026"],
    }
    refused = reviewer.submit(f"/ombudsman/perkara/{track}/lhp-baru", filled)
    page = refused.get_data(as_text=True)
    assert (refused.status_code, "Batas waktu tidak boleh sebelum tanggal surat." in page) == (422, True)
    assert "Tiga hari untuk satu jam." in page
    filled["action_0_due_on"] = ["1", "4", "2026"]
    assert reviewer.submit(f"/ombudsman/perkara/{track}/lhp-baru", filled).status_code == 302
    action = the_one(app, CorrectiveAction)
    assert "LHP/7/2026/1" in reviewer.get("/ombudsman/lhp").get_data(as_text=True)
    assert "1 belum terverifikasi, 0 menunggu" in reviewer.get("/ombudsman/").get_data(as_text=True)

    path = f"/staf/ombudsman/tindakan/{action}"
    bare = kasiwas.submit(path, {"step": "report", "text": "Giliran diatur."})
    assert (bare.status_code, "Lampirkan bukti" in bare.get_data(as_text=True)) == (422, True)
    done = {"step": "report", "text": "Giliran diatur.", "url": "https://dokumen.example.go.id/g.pdf"}
    assert kasiwas.submit(path, done).status_code == 302
    assert "Hanya Ombudsman yang dapat menutup" in kasiwas.get(path).get_data(as_text=True)

    verdict = {"verdict": "sent_back", "text": "Belum ditandatangani."}
    assert reviewer.submit(f"/ombudsman/tindakan/{action}", verdict).status_code == 302
    assert kasiwas.submit(path, done).status_code == 302
    verdict = {"verdict": "verified", "text": "Terbukti."}
    assert reviewer.submit(f"/ombudsman/tindakan/{action}", verdict).status_code == 302
    assert "LHP/7/2026/1" not in reviewer.get("/ombudsman/lhp").get_data(as_text=True)
    lhp = the_one(app, ExaminationReport)
    assert "terverifikasi" in reviewer.get(f"/ombudsman/lhp/{lhp}").get_data(as_text=True)
    assert "LHP/7/2026" in reviewer.get("/ombudsman/lhp").get_data(as_text=True)

    rec = {"number": "REK/1/2026", "issued_on": ["2", "3", "2026"], "text": "Laksanakan."}
    assert reviewer.submit(f"/ombudsman/perkara/{track}/rekomendasi", rec).status_code == 302
    soon = reviewer.submit("/ombudsman/rekomendasi/1", {"compliance": "not", "text": "Diam."})
    assert "Satuan masih dapat melapor." in soon.get_data(as_text=True)
    assert kasiwas.submit("/staf/ombudsman/rekomendasi/1", {"text": "Sebagian."}).status_code == 302
    assessed = reviewer.submit("/ombudsman/rekomendasi/1", {"compliance": "partly", "text": "Belum semua."})
    assert assessed.status_code == 302
    page = reviewer.get("/ombudsman/rekomendasi/1").get_data(as_text=True)
    assert "dilaksanakan sebagian" in page
    assert "Catat publikasi" in page


def _send_files(client: StrictClient, path: str, values: dict[str, object]) -> int:
    files = [(io.BytesIO(content), name) for content, name in values["files"]]  # type: ignore[attr-defined]
    return client.submit(path, values | {"files": files}).status_code


def test_others_find_nothing(app: Flask, station: Station, number: str, reviewer: StrictClient) -> None:
    asked = {"kind": "ori_clarification_1", "text": "Jelaskan keterlambatan."}
    reviewer.submit(f"/ombudsman/pengaduan/{number}/permintaan", asked)
    request_id = the_one(app, OmbudsmanRequest)
    for who in ("petugas", "admin"):
        client = enter(app, station, who)
        assert client.get("/staf/ombudsman").status_code == 404
        assert client.get(f"/staf/ombudsman/permintaan/{request_id}").status_code == 404
    head = enter(app, station, "kasatlantas")
    assert number not in head.get("/staf/ombudsman").get_data(as_text=True)
    for path in (f"permintaan/{request_id}", "permintaan/99", "tindakan/1", "rekomendasi/1", "berkas/1"):
        assert head.get(f"/staf/ombudsman/{path}").status_code == 404
    for path in ("perkara/99", "lhp/9", "tindakan/9", "rekomendasi/9", "berkas/9", "perkara/9/permintaan"):
        assert reviewer.get(f"/ombudsman/{path}").status_code == 404


def test_an_examination_without_a_case(app: Flask, station: Station, reviewer: StrictClient) -> None:
    empty = reviewer.submit("/ombudsman/lhp", {"agency": str(station.agency_id), "subject": ""})
    assert (empty.status_code, "Tulis pokok pemeriksaan." in empty.get_data(as_text=True)) == (422, True)
    begun = reviewer.submit("/ombudsman/lhp", {"agency": str(station.agency_id), "subject": "Antrean SIM"})
    assert begun.status_code == 302
    track = the_one(app, OmbudsmanTrack)
    held = {"kind": "ori_field", "text": "Kunjungan tanpa pemberitahuan."}
    bare = reviewer.submit(f"/ombudsman/perkara/{track}/permintaan", held)
    assert "Isi tanggal pelaksanaannya." in bare.get_data(as_text=True)
    held |= {"held_on": ["2", "3", "2026"]}  # type: ignore[dict-item]
    assert reviewer.submit(f"/ombudsman/perkara/{track}/permintaan", held).status_code == 302
    assert "Kunjungan tanpa" in reviewer.get(f"/ombudsman/perkara/{track}").get_data(as_text=True)
