"""Everything that an address names by a bare id: what isn't yours answers like what never was.

The table is driven by the routes: one that names something new is not let through unattacked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.access import Route, list_routes
from app.extensions import db
from app.models import AuditEntry, OutboxItem
from app.services.examination_reports import ActionOrder, Report, record_lhp
from tests.factories import MONDAY, complaint_of
from tests.security.tracks import OTHERS, Tracks, files_of, mark_of, missing
from tests.security.world import (
    AT_WORK,
    Case,
    World,
    addresses,
    as_person,
    csrf_of,
    enter,
    fingerprint,
    get_actor_of,
    person_routes,
    plain_shape,
)
from tests.support.client import StrictClient
from workflows.errors import Refused
from workflows.ombudsman import Conclusion

pytestmark = pytest.mark.database("sqlite")

TRACK_PARTS = frozenset(
    {
        "<int:track_id>",
        "<int:request_id>",
        "<int:lhp_id>",
        "<int:action_id>",
        "<int:recommendation_id>",
        "<int:track_file_id>",
    }
)
"""Attacked here."""
ATTACKED_ELSEWHERE = frozenset(
    {
        "<number>",  # test_hidden_cases
        "<int:file_id>",
        "<int:notice_id>",
        "<int:deadline_id>",
        "<token>",  # test_links
        "<int:evidence_id>",  # test_zi_rooms
        "<int:entry_id>",
        "<int:sample_id>",
        "<int:place>",
    }
)
PUBLIC = frozenset({"<code>", "<int:year>", "<part>", "<indicator_id>", "<int:size>", "<path:filename>"})
"""Name nothing that anybody could not name."""
CHOICES = frozenset({"<action>", "<act>", "<group>", "<slug>", "<source>"})

BODIES: tuple[dict[str, Any], ...] = (
    {},
    {
        "text": "x", "step": "report", "url": "https://dokumen.example.go.id/x", "verdict": "verified",
        "compliance": "not", "kind": "ori_documents", "due_on": ["1", "6", "2026"],
        "held_on": ["1", "3", "2026"], "number": "X/1", "issued_on": ["1", "3", "2026"],
        "conclusion": "stopped", "summary": "x",
    },
)  # fmt: skip


def parts_of(route: Route) -> set[str]:
    return set(re.findall(r"<[^<>]+>", route.rule))


def track_routes(app: Flask, method: str) -> list[Route]:
    return [route for route in person_routes(app, method) if parts_of(route) & TRACK_PARTS]


def test_no_route_names_something_that_nobody_attacks(app: Flask) -> None:
    named = {part for route in list_routes(app) for part in parts_of(route)}
    assert named - TRACK_PARTS - ATTACKED_ELSEWHERE - PUBLIC - CHOICES == set()
    assert {part for route in track_routes(app, "GET") for part in parts_of(route)} >= TRACK_PARTS


def probes(app: Flask, case: Case) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for route in track_routes(app, "GET"):
        yield from (("GET", path, {}) for path in addresses(route, case))
    for route in track_routes(app, "POST"):
        for path in addresses(route, case):
            yield from (("POST", path, body) for body in BODIES)


def ask(client: StrictClient, token: str, probe: tuple[str, str, dict[str, Any]]) -> Any:
    method, path, body = probe
    answer = client.get(path) if method == "GET" else client.post(path, data={**body, "csrf_token": token})
    return plain_shape(answer, path)


def assert_hidden(app: Flask, client: StrictClient, cases: Sequence[Case]) -> None:
    """Every way to ask about these answers as for ids that nothing has, and changes nothing."""
    token = csrf_of(client)
    with app.app_context():
        before = fingerprint(db.session())
    never = replace(cases[0], ids=missing(cases[0].ids))
    unknown = [ask(client, token, none) for none in probes(app, never)]
    assert len(unknown) > 25
    for case in cases:
        for hidden, answer in zip(probes(app, case), unknown, strict=True):
            assert ask(client, token, hidden) == answer, f"{hidden[:2]} tells that it exists"
    with app.app_context():
        assert fingerprint(db.session()) == before


def assert_unread(client: StrictClient, paths: Iterable[str], marks: Iterable[str]) -> None:
    for path in paths:
        answer = client.get(path)
        told = answer.get_data(as_text=True)
        answer.close()
        assert not [mark for mark in marks if mark in told], f"{path} tells of it"


def every_page(app: Flask, case: Case) -> list[str]:
    return [
        path
        for route in person_routes(app, "GET")
        for path in addresses(route, case)
        if "<action>" not in route.rule
    ]


def test_who_is_complained_of_finds_no_examination_of_it(app: Flask, world: World, tracks: Tracks) -> None:
    for who in ("kasiwas", "kapolresta", "kasatintelkam", "penyidik"):
        client = enter(app, who)
        assert_hidden(app, client, [tracks.conflicted])
        if who != "penyidik":
            pages = every_page(app, replace(world.conflicted, ids=missing(tracks.conflicted.ids)))
            assert_unread(client, pages, [mark_of(tracks.conflicted)])


def test_those_beside_it_find_none(app: Flask, world: World, tracks: Tracks) -> None:
    """The other station, its administrator and ours, desks without the task, and nobody at all."""
    every = [tracks.own, tracks.systemic]
    for who in ("kasiwas", "kasatintelkam", "admin"):
        assert_hidden(app, enter(app, world.other.username(who)), every)
    for who in ("admin", "petugas", "kaspkt"):
        assert_hidden(app, enter(app, who), every)
    assert_hidden(app, as_person(app, world, "pelapor"), [tracks.own])
    assert_hidden(app, as_person(app, world, None), every)


def test_a_reviewer_without_the_mandate_finds_none(app: Flask, world: World, tracks: Tracks) -> None:
    client = enter(app, "ombudsman.lain")
    assert_hidden(app, client, [tracks.own, tracks.systemic])
    marks = [mark_of(one) for one in (tracks.own, tracks.conflicted, tracks.systemic)]
    assert_unread(client, every_page(app, replace(world.own, ids=missing(tracks.own.ids))), marks)
    assert (
        mark_of(tracks.elsewhere) in client.get("/ombudsman/lhp/" + tracks.elsewhere.ids["<int:lhp_id>"]).text
    )


def test_no_file_opens_by_its_id_alone(app: Flask, world: World, tracks: Tracks) -> None:
    """Every file of an examination, on both desks."""
    with app.app_context():
        ids = files_of(tracks.conflicted)
    assert len(ids) == 5
    for who in (*AT_WORK, "admin", OTHERS, "ombudsman.lain"):
        client = enter(app, who)
        for one in ids:
            for desk in ("staf/ombudsman", "ombudsman"):
                assert client.get(f"/{desk}/berkas/{one}").status_code == 404, (who, desk, one)


def test_a_unit_reads_its_own_action_and_nothing_else(app: Flask, world: World, tracks: Tracks) -> None:
    """The attack is fit to find something: the very same addresses open to those whose they are."""
    seen = {}
    gets = [probe for probe in probes(app, tracks.own) if probe[0] == "GET"]
    for who in ("pengganti", "ombudsman", "kasiwas"):
        client = enter(app, who)
        token = csrf_of(client)
        seen[who] = sum(ask(client, token, probe)[0] == 200 for probe in gets)
    assert seen["pengganti"] == seen["kasiwas"] == 4
    assert seen["ombudsman"] == len(gets) - 4


def test_opening_an_examination_writes_that_it_was_opened(app: Flask, world: World, tracks: Tracks) -> None:
    """Whatever shows words of it leaves an entry in the chain of its case, and changes nothing else."""
    kinds = AuditEntry.__table__.columns.keys().index("kind")
    for who in ("pengganti", "ombudsman"):
        client = enter(app, who)
        for method, path, _body in probes(app, tracks.own):
            if method != "GET":
                continue
            with app.app_context():
                before = fingerprint(db.session())
            answer = client.get(path)
            shows = mark_of(tracks.own).encode() in answer.data or answer.mimetype.startswith("image/")
            answer.close()
            with app.app_context():
                after = fingerprint(db.session())
            changed = {table for table in before if before[table] != after[table]}
            assert changed <= {"audit_entry", "audit_chain"}, path
            new = {row[kinds] for row in set(after["audit_entry"]) - set(before["audit_entry"])}
            assert new <= {"case.read", "ori.file.read"}, path
            assert new or not shows, f"{path} shows words of the case and leaves no trace"


@pytest.mark.parametrize("form", ["lihat", "xlsx", "pdf"])
def test_no_report_on_a_station_outside_the_mandate(
    app: Flask, world: World, tracks: Tracks, form: str
) -> None:
    client = enter(app, "ombudsman.lain")
    with app.app_context():
        before = fingerprint(db.session())
    page = client.get("/ombudsman/kinerja")
    assert world.station.code not in page.text
    period = {"first": ["1", "3", "2026"], "last": ["9", "3", "2026"], "form": form}
    answer = client.submit("/ombudsman/kinerja", {**period, "agency": "SRG"}, page=page)
    assert answer.status_code == 422
    assert b"Polresta SRG" not in answer.data
    with app.app_context():
        assert fingerprint(db.session()) == before
    for who in ("kasiwas", "admin"):
        assert enter(app, who).get("/ombudsman/kinerja").status_code == 404


def test_nobody_is_told_of_an_examination_that_he_may_not_find(
    app: Flask, world: World, tracks: Tracks
) -> None:
    """Letters wait for those alone who answer for it; whoever is complained of gets no task in it either."""
    with app.app_context():
        session = db.session()
        told = {
            (item.complaint_id, item.params["track"], item.user_id)
            for item in session.scalars(select(OutboxItem).where(OutboxItem.template.like("ori_%")))
        }
        mine = [world.station.people[who] for who in AT_WORK]
        others = list(world.other.people.values())
        elsewhere = int(tracks.elsewhere.ids["<int:track_id>"])
        hidden = complaint_of(world.conflicted.number).id
        assert not [one for one in told if one[0] == hidden and one[2] in mine]
        assert not [one for one in told if one[1] != elsewhere and one[2] in others]
        assert {one[1] for one in told} == {int(case.ids["<int:track_id>"]) for case in vars(tracks).values()}
        order = ActionOrder("Perbaiki.", world.station.units["intelkam"], date(2026, 4, 1))
        report = Report("LHP/2", date(2026, 3, 6), Conclusion.FOUND, "Temuan.", (("undue_delay", "x"),))
        for officer in (*mine, *others):
            given = replace(report, actions=(replace(order, officer_id=officer),))
            with pytest.raises(Refused) as refused:
                record_lhp(
                    int(tracks.conflicted.ids["<int:track_id>"]),
                    given,
                    actor=get_actor_of("ombudsman"),
                    at=MONDAY + timedelta(days=6),
                )
            assert refused.value.code == "officer_has_interest"
