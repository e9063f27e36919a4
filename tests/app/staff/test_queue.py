"""The queue: filters in the address, pages by key, capped counts, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import lxml.html
import pytest
from flask import Flask
from sqlalchemy import Engine, event, update

from app.database import unit_of_work
from app.extensions import db
from app.models import Complaint, ImportBatch
from app.queries import queue as queries
from app.queries.queue import Cursor, QueueFilter, Shelf, candidates, list_queue
from app.services.respondents import name_respondent
from tests.app.staff.conftest import SignIn
from tests.factories import MONDAY, Station, add_user, filing, lodge, make_station, walk
from tests.support.client import StrictClient
from workflows.vocabulary import ComplaintClass, Event, IdentityMode, Role

pytestmark = pytest.mark.database("sqlite")

Done = Callable[[Callable[[], Any]], Any]
NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)


def numbers(client: StrictClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.get_data(as_text=True))
    return [str(cell).strip() for cell in page.xpath("//main//table//tbody//th//a/text()")]


def link(client: StrictClient, address: str, rel: str) -> str | None:
    page = lxml.html.fromstring(client.get(address).get_data(as_text=True))
    found = page.xpath(f"//a[@rel='{rel}']/@href")
    return str(found[0]) if found else None


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is sent to the database inside the block."""
    sent: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def lodge_many(station: Station, count: int, **changes: Any) -> list[str]:
    return [lodge(station, at=MONDAY + timedelta(hours=n // 3), **changes).number for n in range(count)]


def test_open_cases_stand_by_due_date(station: Station, sign_in: SignIn, done: Done) -> None:
    late = done(lambda: lodge(station, at=MONDAY).number)
    soon = done(lambda: lodge(station, at=MONDAY + timedelta(days=4)).number)
    later = done(lambda: lodge(station, at=MONDAY + timedelta(days=6)).number)
    assert numbers(sign_in("kasiwas"), "/staf/antrean") == [late, soon, later]


def test_filters_narrow_and_add_up(station: Station, sign_in: SignIn, done: Done) -> None:
    def prepare() -> dict[str, str]:
        made = {
            "late": lodge(station, at=MONDAY).number,
            "soon": lodge(station, at=MONDAY + timedelta(days=4)).number,
            "routed": lodge(station, at=MONDAY, category="illegal_fee").number,
            "closed": lodge(station, at=MONDAY).number,
        }
        walk(station, made["routed"], Event.ACCEPT)
        walk(station, made["closed"], Event.CLOSE)
        return made

    made = done(prepare)
    client = sign_in("kasiwas")
    sipropam = station.units["sipropam"]
    for query, expected in {
        "": {"late", "soon", "routed"},
        "tenggat=overdue": {"late"},
        "tenggat=soon": {"soon"},
        "keadaan=assigned": {"routed"},
        "keadaan=accepted_by_unit": {"routed"},
        "keadaan=received": {"late", "soon"},
        f"unit={sipropam}": {"routed"},
        "unit=99999": set(),
        "jenis=supervisory_complaint": {"routed"},
        "jenis=service_complaint&tenggat=overdue": {"late"},
        "rak=closed": {"closed"},
        "rak=closed&tahun=2025": set(),
        "rak=imported": set(),
        "milik=saya": set(),
        "keadaan=nonsense&unit=x&jenis=y&tenggat=z&tahun=q": {"late", "soon", "routed"},
    }.items():
        found = {name for name, number in made.items() if number in numbers(client, f"/staf/antrean?{query}")}
        assert found == expected, query
    officer = sign_in("penyidik")
    assert numbers(officer, "/staf/antrean?milik=saya") == [made["routed"]]


def test_a_number_leads_straight_to_its_case(station: Station, sign_in: SignIn, done: Done) -> None:
    number = done(lambda: lodge(station, external_number="LAPOR-77", external_source="sp4n_lapor").number)
    done(lambda: walk(station, number, Event.CLOSE))
    client = sign_in("kasiwas")
    for typed in (number, number.lower(), "1", "000001", "LAPOR-77"):
        answer = client.get("/staf/antrean", query_string={"cari": typed})
        assert answer.location == f"/staf/pengaduan/{number}", typed
    for typed in ("2", "LAPOR-7", "SRG-2026-000002", "x' OR 1=1 --"):
        assert numbers(client, f"/staf/antrean?cari={typed}") == []


def test_a_bare_counter_is_looked_for_in_five_years() -> None:
    assert candidates("123", "SRG", 2026) == tuple(f"SRG-{year}-000123" for year in range(2026, 2021, -1))
    assert candidates(" srg-2026-000001 ", "SRG", 2026) == ("SRG-2026-000001",)


def test_pages_by_key_show_every_case_once_both_ways(station: Station, sign_in: SignIn, done: Done) -> None:
    made = done(lambda: lodge_many(station, 60))
    client = sign_in("kasiwas")
    address: str | None = "/staf/antrean"
    pages = []
    while address is not None:
        pages.append(numbers(client, address))
        last, address = address, link(client, address, "next")
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [number for page in pages for number in page] == made
    back = link(client, last, "prev")
    assert back is not None
    assert numbers(client, back) == pages[1]
    first = link(client, back, "prev")
    assert first is not None
    assert numbers(client, first) == pages[0]
    assert link(client, first, "prev") is None
    assert link(client, "/staf/antrean", "prev") is None


def test_the_archive_is_paged_newest_first(app: Flask, station: Station, done: Done) -> None:
    def close_all() -> list[str]:
        made = lodge_many(station, 7)
        for number in made:
            walk(station, number, Event.CLOSE, step=timedelta(seconds=1))
        return made

    made = done(close_all)
    with app.app_context():
        actor, session = station.actor("kasiwas"), db.session()

        def page(cursor: Cursor | None) -> queries.QueuePage:
            wanted = QueueFilter(shelf=Shelf.CLOSED)
            return list_queue(session, actor, wanted, now=NOW, zone="Asia/Jakarta", cursor=cursor, limit=3)

        first = page(None)
        second = page(first.after)
        third = page(second.after)
        seen = [row.number for one in (first, second, third) for row in one.rows]
        assert sorted(seen) == sorted(made)
        assert [row.received_at for one in (first, second, third) for row in one.rows] == sorted(
            (row.received_at for one in (first, second, third) for row in one.rows), reverse=True
        )
        assert third.after is None
        assert third.before is not None
        assert page(third.before).rows == second.rows


def test_counts_stop_at_a_cap(
    station: Station, sign_in: SignIn, done: Done, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(lambda: lodge_many(station, 6))
    client = sign_in("kasiwas")
    assert "6 pengaduan" in client.get("/staf/antrean").get_data(as_text=True)
    monkeypatch.setattr(queries, "COUNT_CAP", 5)
    assert "5+ pengaduan" in client.get("/staf/antrean").get_data(as_text=True)


def test_my_work_counts_what_the_queue_shows(station: Station, sign_in: SignIn, done: Done) -> None:
    def prepare() -> None:
        for n in range(3):
            walk(station, lodge(station).number, (Event.VERIFY, Event.CLASSIFY, Event.ACCEPT)[n])
        lodge(station, at=NOW - timedelta(hours=1))

    done(prepare)
    for who in ("petugas", "kasiwas", "kapolresta", "kasipropam", "penyidik", "kasatintelkam"):
        client = sign_in(who)
        page = lxml.html.fromstring(client.get("/staf/").get_data(as_text=True))
        tiles = page.xpath("//dl[@class='sahut-stats']/div")
        assert len(tiles) >= 8
        for tile in tiles:
            address = str(tile.xpath(".//a/@href")[0])
            value = re.sub(r"\D", "", str(tile.xpath("./dd/text()")[0]))
            assert len(numbers(client, address)) == int(value), (who, address)


def test_a_conflict_leaves_no_row_and_no_count(station: Station, sign_in: SignIn, done: Done) -> None:
    number = done(lambda: lodge(station).number)
    done(lambda: name_in_siwas(station, number))
    for who in ("petugas",):
        client = sign_in(who)
        assert numbers(client, "/staf/antrean") == []
        assert numbers(client, f"/staf/antrean?cari={number}") == []
        assert "0 pengaduan" in client.get("/staf/antrean").get_data(as_text=True)
    assert numbers(sign_in("kapolresta"), "/staf/antrean") == [number]


def name_in_siwas(station: Station, number: str) -> None:
    """Makes the desk officer himself the respondent."""
    name_respondent(
        number,
        user_id=station.people["petugas"],
        actor=station.actor("kasiwas"),
        at=MONDAY + timedelta(hours=2),
    )


def test_another_station_is_not_there(app: Flask, station: Station, sign_in: SignIn, done: Done) -> None:
    other = done(lambda: make_station("CLG", prefix="clg-"))
    theirs = done(lambda: lodge(other, external_number="A1", external_source="letter").number)
    client = sign_in("kasiwas")
    for query in ("", f"?cari={theirs}", "?cari=A1", "?rak=closed"):
        assert numbers(client, f"/staf/antrean{query}") == []


def test_a_queue_page_sends_few_statements(app: Flask, station: Station, sign_in: SignIn, done: Done) -> None:
    done(lambda: lodge_many(station, 30))
    client = sign_in("kasiwas")
    client.get("/staf/antrean")
    with app.app_context():
        engine = db.engine
    for address, most in {"/staf/antrean": 4, "/staf/antrean?keadaan=received": 4, "/staf/": 4}.items():
        with statements(engine) as sent:
            client.get(address)
        assert len(sent) <= most, sent


def test_the_open_queue_walks_its_partial_index(app: Flask, station: Station, done: Done) -> None:
    done(lambda: lodge_many(station, 5))
    with app.app_context():
        actor, session, engine = station.actor("kasiwas"), db.session(), db.engine
        with statements(engine) as sent:
            list_queue(session, actor, QueueFilter(), now=NOW, zone="Asia/Jakarta")
        raw = engine.raw_connection()
        try:
            statement = sent[-1]
            plan = raw.execute(f"EXPLAIN QUERY PLAN {statement}", ("x",) * statement.count("?")).fetchall()
        finally:
            raw.close()
    told = " / ".join(str(row[-1]) for row in plan)
    assert "USING INDEX ix_complaint_queue" in told, told
    assert "TEMP B-TREE" not in told, told


def test_imported_history_has_a_shelf_of_its_own(
    app: Flask, station: Station, sign_in: SignIn, done: Done
) -> None:
    number = done(lambda: lodge(station).number)

    def make_old() -> None:
        with unit_of_work() as session:
            session.add(
                ImportBatch(
                    agency_id=station.agency_id, source="buku", kind="complaints", file_sha256="0" * 64,
                    mapping_sha256="0" * 64, started_at=NOW,
                )
            )  # fmt: skip
            session.execute(update(Complaint).where(Complaint.number == number).values(imported=True))

    done(make_old)
    client = sign_in("kasiwas")
    assert numbers(client, "/staf/antrean") == []
    assert numbers(client, "/staf/antrean?rak=imported") == [number]


def test_nothing_personal_stands_in_the_queue(station: Station, sign_in: SignIn, done: Done) -> None:
    done(lambda: lodge(station, identity_mode=IdentityMode.WITHHELD))
    page = sign_in("kasiwas").get("/staf/antrean").get_data(as_text=True)
    for planted in ("Siti", "Rahmawati", "Cilegon", "siti.rahmawati", "81234567890"):
        assert planted not in page
    assert filing(station).identity.name == "Siti Rahmawati"


def test_a_cursor_that_somebody_made_up_shows_the_first_page(
    station: Station, sign_in: SignIn, done: Done
) -> None:
    made = done(lambda: lodge_many(station, 3))
    client = sign_in("kasiwas")
    for cursor in ("x", "1", "1.", ".1", "-1.2", "9" * 30 + ".1", "1.2.3"):
        assert numbers(client, f"/staf/antrean?setelah={cursor}") == made


@pytest.mark.parametrize("who", ["kasiwas", "kasatintelkam", "penyidik"])
def test_everybody_sees_only_the_units_that_examine(station: Station, sign_in: SignIn, who: str) -> None:
    page = lxml.html.fromstring(sign_in(who).get("/staf/antrean").get_data(as_text=True))
    offered = set(page.xpath("//select[@name='unit']/option/@value")) - {""}
    assert offered == {str(i) for short, i in station.units.items() if short != "pimpinan"}


def test_a_unit_head_sees_the_work_of_the_unit(station: Station, sign_in: SignIn, done: Done) -> None:
    def prepare() -> tuple[str, str]:
        own, other = lodge(station).number, lodge(station, category="illegal_fee").number
        walk(station, own, Event.DISPOSE, unit="intelkam", complaint_class=ComplaintClass.SERVICE)
        walk(station, other, Event.DISPOSE)
        add_user(station, "anggota", Role.UNIT_HEAD, unit="lantas")
        return own, other

    own, other = done(prepare)
    assert numbers(sign_in("kasatintelkam"), "/staf/antrean") == [own]
    assert numbers(sign_in("kasipropam"), "/staf/antrean") == [other]
    assert numbers(sign_in("anggota"), "/staf/antrean") == []


def test_the_literal_condition_is_that_of_the_index(app: Flask) -> None:
    with app.app_context():
        wanted = queries._on_shelf(
            db.session(),
            None,
            QueueFilter(),
            now=NOW,
            zone="Asia/Jakarta",  # type: ignore[arg-type]
        )
        index = next(one for one in Complaint.__table__.indexes if one.name == "ix_complaint_queue")  # type: ignore[attr-defined]
        condition = str(index.dialect_options["sqlite"]["where"]).split(" AND ")
        assert [f"complaint.{part}" for part in condition] == str(wanted).split(" AND ")
