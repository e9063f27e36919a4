"""The log in the open: what its pages show of it, to whom, and that looking at it leaves a trace."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import timedelta

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, ReviewMandate
from app.queries.audit_view import EntryFilter, list_entries, list_reach
from app.security.checkpoints import verify_checkpoint
from app.security.published_keys import PublishedKeys
from app.security.receipts import Inclusion
from app.security.ring import get_keys
from app.services.access import open_identity
from app.services.log_reading import HEADER
from app.services.sealing import seal
from tests.app.review.conftest import sign_in
from tests.factories import MONDAY, Station, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.audit import parse_entry
from workflows.merkle import leaf_hash, verify_inclusion
from workflows.vocabulary import Event

pytestmark = pytest.mark.database("sqlite")

LIST = "/ombudsman/audit/catatan"
HOUR = timedelta(hours=1)


@pytest.fixture
def number(app: Flask, station: Station) -> str:
    """A case whose identity the Kasiwas opened, two days after it came in."""
    with app.app_context():
        made = lodge(station).number
        walk(station, made, Event.DECLARE_COMPLETE)
        actor = station.actor("kasiwas")
        open_identity(made, "Menghubungi pelapor.", actor=actor, at=MONDAY + timedelta(days=2))
    return made


def entries(app: Flask, kind: str) -> list[AuditEntry]:
    with app.app_context():
        return list(
            db.session().scalars(select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.id))
        )


def facts(entry: AuditEntry) -> dict[str, object]:
    found: dict[str, object] = json.loads(entry.body)["facts"]
    return found


def kinds(page: str) -> list[str]:
    """What the rows of the list say was done, the newest first."""
    cells = lxml.html.fromstring(page).xpath("//tbody/tr/td[2]/span")
    return [cell.text.strip() for cell in cells]


def listed(client: StrictClient, query: str) -> list[str]:
    return kinds(client.get(f"{LIST}?{query}").get_data(as_text=True))


def test_entries_are_found_by_case_person_kind_and_date(
    app: Flask, reviewer: StrictClient, station: Station, number: str
) -> None:
    with app.app_context():
        other = lodge(station, at=MONDAY + 2 * HOUR).number
    kasiwas = station.people["kasiwas"]
    assert listed(reviewer, f"orang={kasiwas}") == ["Identitas pelapor dibuka"]
    assert listed(reviewer, "jenis=identity.read") == ["Identitas pelapor dibuka"]
    assert listed(reviewer, "dari=2026-03-04&sampai=2026-03-04") == ["Identitas pelapor dibuka"]
    assert listed(reviewer, f"nomor={number}")[0] == "Identitas pelapor dibuka"
    assert len(listed(reviewer, f"nomor={number}")) == 5
    assert len(listed(reviewer, f"nomor={other.lower()}&orang=complainant")) == 1
    assert listed(reviewer, f"nomor={other}&orang={kasiwas}") == []
    assert listed(reviewer, "dari=2026-03-05&sampai=2026-03-04") == []
    page = reviewer.get(f"{LIST}?jenis=identity.read").get_data(as_text=True)
    assert "Nama Kasiwas, Kasiwas" in page
    assert "reason_commitment" not in page, "told in words: a commitment says nothing on a list"
    link = lxml.html.fromstring(page).xpath("//tbody//th//a")[0].get("href")
    whole = reviewer.get(link).get_data(as_text=True)
    assert "reason_commitment" in whole
    assert "Menghubungi" not in page + whole


def test_ids_among_the_facts_are_told_by_name(
    app: Flask, reviewer: StrictClient, station: Station, number: str
) -> None:
    with app.app_context():
        walk(station, number, Event.DISPOSE)
    page = reviewer.get(f"{LIST}?jenis=dispose").get_data(as_text=True)
    text = " ".join(lxml.html.fromstring(page).text_content().split())
    assert "Ditelaah → Didisposisi" in text
    reviewer.get(f"{LIST}?orang={station.people['kasiwas']}")
    looks = reviewer.get(f"{LIST}?jenis=log.read").get_data(as_text=True)
    assert f"orang: Nama Kasiwas, Kasiwas (#{station.people['kasiwas']})" in looks


def test_garbage_in_the_address_narrows_nothing_and_a_strange_number_shows_nothing(
    reviewer: StrictClient, number: str
) -> None:
    everything = len(listed(reviewer, ""))
    assert everything > 5
    for query in ("orang=999999", "orang=user:1", "jenis=x", "dari=kemarin", "satuan=XXX", "sesudah=zzz"):
        assert len(listed(reviewer, query)) >= everything, query
    for typed in ("SRG-2026-999999", "'; DROP", "%25"):
        page = reviewer.get(f"{LIST}?nomor={typed}").get_data(as_text=True)
        assert "Tidak ada perkara dengan nomor itu" in page


def test_each_look_leaves_one_entry_that_says_at_what(
    app: Flask, reviewer: StrictClient, station: Station, number: str
) -> None:
    kasiwas = station.people["kasiwas"]
    reviewer.get(f"{LIST}?nomor={number}&orang={kasiwas}&jenis=identity.read&dari=2026-03-01")
    (entry,) = entries(app, "log.read")
    assert facts(entry) == {
        "case": number,
        "person": f"user:{kasiwas}",
        "about": "identity.read",
        "first": "2026-03-01",
    }
    assert (entry.chain, entry.actor_role) == ("agency:SRG", "ombudsman")
    assert listed(reviewer, "jenis=log.read") == ["Catatan audit dibaca"] * 2, "itself, and the one before"
    assert len(entries(app, "log.read")) == 2
    reviewer.get("/ombudsman/audit")
    assert len(entries(app, "log.read")) == 2, "checkpoints hold no entries"


@pytest.mark.database("sqlite", "postgresql")
def test_pages_go_by_key_forth_and_back_over_several_agencies(app: Flask, reviewer: StrictClient) -> None:
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        for minutes in range(20):
            lodge(other, at=MONDAY + timedelta(minutes=minutes))
        session, actor = db.session(), other.actor("ombudsman")
        reach = list_reach(session, actor)
        assert [one.code for one in reach] == ["CLG", "SRG", "ORI-BTN"]
        ids = session.scalars(
            select(AuditEntry.id)
            .where(AuditEntry.agency_id.in_([one.id for one in reach]))
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        ).all()
        seen: list[int] = []
        pages = []
        page = list_entries(session, reach, EntryFilter(), limit=9)
        while True:
            seen += [row.id for row in page.rows]
            pages.append(page)
            if page.after is None:
                break
            page = list_entries(session, reach, EntryFilter(), cursor=page.after, limit=9)
        assert seen == list(ids)
        assert page.before is not None
        again = list_entries(session, reach, EntryFilter(), cursor=page.before, limit=9)
        assert [row.id for row in again.rows] == [row.id for row in pages[-2].rows]


def test_entries_of_other_agencies_do_not_exist(app: Flask, reviewer: StrictClient, number: str) -> None:
    with app.app_context():
        other = make_station("CLG", prefix="clg_")
        foreign = lodge(other).number
        seal(MONDAY + HOUR)
        with unit_of_work() as session:
            for row in session.scalars(
                select(ReviewMandate).where(ReviewMandate.agency_id == other.agency_id)
            ):
                session.delete(row)
        entry_id = (
            db.session().scalars(select(AuditEntry.id).where(AuditEntry.agency_id == other.agency_id)).first()
        )
        stranger = other.people["kasiwas"]
    page = reviewer.get(LIST).get_data(as_text=True)
    assert "CLG" not in page
    assert f'value="{stranger}"' not in page
    assert "Tidak ada perkara" in reviewer.get(f"{LIST}?nomor={foreign}").get_data(as_text=True)
    for path in (f"{LIST}/{entry_id}", f"{LIST}/{entry_id}/bukti.json", f"{LIST}/999999"):
        assert reviewer.get(path).status_code == 404
    token = lxml.html.fromstring(page).xpath("//input[@name='csrf_token']/@value")[0]
    data = {"nomor": foreign, "csrf_token": token}
    assert reviewer.post(f"{LIST}/ekspor", data=data).status_code == 404
    assert not entries(app, "export.log")


def test_an_entry_is_shown_as_stored_and_its_proof_holds_by_itself(
    app: Flask, reviewer: StrictClient, number: str
) -> None:
    (wanted,) = entries(app, "identity.read")
    page = reviewer.get(f"{LIST}/{wanted.id}").get_data(as_text=True)
    assert wanted.digest in page
    assert "bukti.json" not in page
    assert reviewer.get(f"{LIST}/{wanted.id}/bukti.json").status_code == 404, "not sealed yet"
    with app.app_context():
        seal(MONDAY + timedelta(days=3))
    assert "bukti.json" in reviewer.get(f"{LIST}/{wanted.id}").get_data(as_text=True)
    answer = reviewer.get(f"{LIST}/{wanted.id}/bukti.json")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=bukti-catatan-")
    proof = Inclusion.from_json(json.loads(answer.data))
    head = proof.checkpoint.checkpoint
    assert parse_entry(proof.entry)["kind"] == "identity.read"
    assert hashlib.sha256(proof.entry).hexdigest() == wanted.digest
    assert verify_inclusion(
        leaf=leaf_hash(proof.entry),
        index=proof.position,
        size=head.size,
        proof=proof.proof,
        root=head.root,
    )
    with app.app_context():
        assert verify_checkpoint(PublishedKeys.of(get_keys()), proof.checkpoint)
    looked = [facts(entry) for entry in entries(app, "log.read")]
    assert looked == [
        {"entry": wanted.id},
        {"entry": wanted.id, "proof": True},
        {"entry": wanted.id},
        {"entry": wanted.id, "proof": True},
    ]


def test_an_export_is_logged_with_its_digest_at_every_agency_that_it_covers(
    app: Flask, reviewer: StrictClient, station: Station, number: str
) -> None:
    answer = reviewer.submit(f"{LIST}?nomor={number}")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=catatan-audit-")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert tuple(rows[0]) == HEADER
    assert len(rows) == 6
    for row in rows[1:]:
        assert hashlib.sha256(row[-1].encode()).hexdigest() == row[-2]
        assert json.loads(row[-1])["chain"] == f"case:{number}"
    made = entries(app, "export.log")
    assert [entry.chain for entry in made] == ["agency:ORI-BTN", "agency:SRG"]
    for entry in made:
        assert facts(entry) == {
            "case": number,
            "rows": 5,
            "sha256": hashlib.sha256(answer.data).hexdigest(),
            "size": len(answer.data),
        }


def test_a_name_is_no_formula_in_the_export(app: Flask, reviewer: StrictClient, station: Station) -> None:
    from app.models import User

    with app.app_context():
        with unit_of_work() as session:
            session.get_one(User, station.people["petugas"]).full_name = "=HYPERLINK(1)"
        walk(station, lodge(station).number, Event.VERIFY)
    answer = reviewer.submit(f"{LIST}?jenis=verify")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[1][8].startswith("'=HYPERLINK")


def test_a_reviewer_seals_on_demand_and_the_asking_is_covered(
    app: Flask, reviewer: StrictClient, number: str
) -> None:
    answer = reviewer.submit("/ombudsman/audit")
    assert answer.status_code == 302
    (entry,) = entries(app, "log.seal")
    assert entry.chain == "agency:ORI-BTN"
    page = reviewer.get("/ombudsman/audit").get_data(as_text=True)
    assert "Tersegel sampai" in page
    with app.app_context():
        from app.queries.inclusions import find_inclusion

        found = find_inclusion(db.session(), entry.id)
        assert found is not None
        assert found.position == found.checkpoint.checkpoint.size - 1


def test_the_page_says_when_nobody_outside_keeps_a_checkpoint(reviewer: StrictClient, number: str) -> None:
    assert "Belum ada saksi di luar" in reviewer.get("/ombudsman/audit").get_data(as_text=True)


@pytest.mark.parametrize("who", ["kapolresta", "admin"])
def test_nobody_of_the_station_reads_or_takes_or_seals_it_here(
    client: StrictClient, station: Station, clock_at: object, who: str
) -> None:
    sign_in(client, station.username(who))
    for path in (LIST, f"{LIST}/1", f"{LIST}/1/bukti.json"):
        assert client.get(path).status_code == 404
