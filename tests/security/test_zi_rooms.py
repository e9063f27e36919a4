"""Assessments, their documents, closure samples and entries of the log: by bare ids, and by names to guess.

Driven by the routes, as `test_track_rooms`: what isn't yours answers like what never was and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import lxml.html
import pytest
from flask import Flask

from app.access import Route
from app.extensions import db
from app.models import Agency
from app.queries.wbk_documents import list_held
from tests.factories import MONDAY
from tests.security.assessments import OTHERS, OWN, Assessed, mark_of
from tests.security.test_odd_input import ODD_NUMBERS
from tests.security.test_track_rooms import parts_of
from tests.security.tracks import Tracks
from tests.security.tracks import mark_of as track_mark
from tests.security.world import (
    AT_WORK,
    World,
    addresses,
    csrf_of,
    enter,
    fingerprint,
    get_actor_of,
    person_routes,
    plain_shape,
)
from tests.support.client import StrictClient
from workflows.snapshot import Actor

pytestmark = pytest.mark.database("sqlite")

ROOMS = re.compile(r"/staf/zi/|/ombudsman/(wbk|sampel|audit/catatan)/")
IDS = frozenset({"<int:evidence_id>", "<int:file_id>", "<int:sample_id>", "<int:place>", "<int:entry_id>"})
NAMES = frozenset({"<indicator_id>", "<code>", "<part>"})
LISTS = {"<group>": "selesai", "<source>": "putusan"}
NOWHERE = {**dict.fromkeys(IDS, "987654"), "<indicator_id>": "A9.R.ix.z", "<code>": "XYZ", "<part>": "A9"}

BODIES: tuple[dict[str, Any], ...] = (
    {},
    {
        "answer_value": "A", "sheet_on": ["9", "3", "2026"], "title": "x", "reason": "x",
        "accepted": "tidak", "key": "perilaku", "shown": "{}", "seen": "", "outcome": "answered", "note": "x",
        "owner": "u1", "pack": "x",
    },
)  # fmt: skip


def rooms(app: Flask, method: str) -> list[Route]:
    return [route for route in person_routes(app, method) if ROOMS.match(route.rule)]


def test_every_part_of_an_address_here_is_attacked(app: Flask) -> None:
    known = IDS | NAMES | LISTS.keys() | {"<int:year>"}
    named = {part for method in ("GET", "POST") for route in rooms(app, method) for part in parts_of(route)}
    assert named == known


def probes(
    app: Flask, world: World, ids: Mapping[str, str], only: frozenset[str]
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every way to ask about what `ids` name, by routes with one of the parts `only`."""
    case = replace(world.own, ids={**NOWHERE, **LISTS, **ids})
    for method in ("GET", "POST"):
        for route in rooms(app, method):
            if parts_of(route) & only:
                for body in BODIES if method == "POST" else BODIES[:1]:
                    yield from ((method, path, body) for path in addresses(route, case))


def ask(client: StrictClient, token: str, probe: tuple[str, str, dict[str, Any]]) -> Any:
    method, path, body = probe
    answer = client.get(path) if method == "GET" else client.post(path, data={**body, "csrf_token": token})
    shown = plain_shape(answer, path)
    answer.close()
    if answer.status_code == 302:  # what is told comes with the next page
        return shown, plain_shape(client.get(answer.location), path)
    return shown


def assert_hidden(
    app: Flask,
    world: World,
    who: str,
    ids: Mapping[str, str],
    *,
    only: frozenset[str],
    own: Mapping[str, str] | None = None,
) -> None:
    """What `ids` name answers like what nothing has, and asking writes nothing.

    :param only: parts that are not the asker's; a route without one of them is not asked
    :param own: what of `ids` is the asker's own, and stays where the rest is replaced
    """
    client, asked = enter(app, who), 0
    token = csrf_of(client)
    with app.app_context():
        before = fingerprint(db.session())
    hidden = probes(app, world, {**ids, **(own or {})}, only)
    for one, none in zip(hidden, probes(app, world, own or {}, only), strict=True):
        assert ask(client, token, one) == ask(client, token, none), f"{one[:2]} tells that it exists to {who}"
        asked += 1
    assert asked > 12
    with app.app_context():
        after = fingerprint(db.session())
    assert {name for name in after if after[name] != before[name]} == set()


def test_another_station_finds_nothing_of_it(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    """By ids under the own year, and by the other station's code; its own owner and assessors too."""
    _here, there = assessed
    own = {"<indicator_id>": OTHERS, "<part>": "A5"}
    assert_hidden(app, world, "pengganti", there.ids, only=IDS | {"<code>"}, own=own)
    own = {"<indicator_id>": OWN, "<part>": "A3"}
    assert_hidden(app, world, "kasatlantas", there.ids, only=IDS | {"<code>"}, own=own)


def test_who_has_no_task_in_it_finds_nothing(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    here, _there = assessed
    every = IDS | NAMES | {"<int:year>"}
    for who in ("petugas", "kaspkt", "admin", "clg-kasatlantas"):
        assert_hidden(app, world, who, {**here.ids, "<part>": "A5"}, only=every)


def test_an_owner_finds_nothing_of_the_other_indicators(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    here, _there = assessed
    assert_hidden(app, world, "kasatlantas", {**here.ids, "<part>": "A5"}, only=IDS | NAMES)


def test_an_owner_draws_no_document_of_another_to_his_own(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    """Tied to his own indicator it would open; neither offered, nor tied by its id."""
    here, there = assessed
    client = enter(app, "kasatlantas")
    page = client.get(f"/staf/zi/2026/indikator/{OWN}")
    assert f"{mark_of('SRG')}3" in page.text
    assert f"{mark_of('SRG')}5" not in page.text
    token, path = csrf_of(client), f"/staf/zi/2026/indikator/{OWN}/kaitkan"
    with app.app_context():
        before = fingerprint(db.session())
    said = set()
    for evidence in (here.ids["<int:evidence_id>"], there.ids["<int:evidence_id>"], "987654"):
        client.post(path, data={"evidence": evidence, "csrf_token": token})
        shown = client.get(f"/staf/zi/2026/indikator/{OWN}")
        said.add(re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", shown.text))
    assert len(said) == 1
    with app.app_context():
        assert fingerprint(db.session()) == before
    assert client.get(f"/staf/zi/berkas/{here.ids['<int:file_id>']}").status_code == 404


def test_a_reviewer_without_the_mandate_finds_nothing(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    here, there = assessed
    assert_hidden(app, world, "ombudsman.lain", {**here.ids, "<part>": "A5"}, only=IDS | {"<code>"})
    client = enter(app, "ombudsman.lain")
    for path in ("wbk", "sampel", "pola", "audit/catatan", "audit/catatan?satuan=SRG", "audit"):
        page = client.get(f"/ombudsman/{path}")
        assert page.status_code == 200
        assert "Polresta SRG" not in page.text, path
        assert world.own.number not in page.text, path
    found = client.get(f"/ombudsman/wbk/berkas/{there.ids['<int:file_id>']}")
    assert found.status_code == 200
    found.close()


def test_those_whose_it_is_find_it(app: Flask, world: World, assessed: tuple[Assessed, Assessed]) -> None:
    """The attack is fit to find something: the very same addresses open to those whose they are."""
    here, _there = assessed
    opened = {}
    for who in ("pengganti", "ombudsman", "kasatlantas"):
        client, indicator = enter(app, who), OWN if who == "kasatlantas" else OTHERS
        ids = {**here.ids, "<part>": "A5", "<indicator_id>": indicator}
        token = csrf_of(client)
        gets = [one for one in probes(app, world, ids, IDS | NAMES) if one[0] == "GET"]
        opened[who] = {one[1] for one in gets if ask(client, token, one)[0] == 200}
    assert len(opened["pengganti"]) >= 10
    assert len(opened["ombudsman"]) >= 6
    assert 3 <= len(opened["kasatlantas"]) < len(opened["pengganti"])


def test_no_document_opens_by_its_id_alone(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    _here, there = assessed
    for who in (*AT_WORK, "admin", "pengganti"):
        client = enter(app, who)
        for desk in ("staf/zi", "ombudsman/wbk"):
            found = client.get(f"/{desk}/berkas/{there.ids['<int:file_id>']}")
            assert found.status_code == 404, (who, desk)


def test_odd_parts_and_fields_are_answered(
    app: Flask, world: World, assessed: tuple[Assessed, Assessed]
) -> None:
    """As `test_odd_input`, where an assessment was begun and a sample drawn: there the forms are."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    here, _there = assessed
    usual = {**here.ids, **LISTS, "<part>": "A5", "<int:year>": "2026"}
    faults, sent = [], 0
    for who in ("pengganti", "ombudsman"):
        client = enter(app, who)
        for route in rooms(app, "GET"):
            for odd in parts_of(route):
                for value in ODD_NUMBERS if "int:" in odd else ("\x00", "9" * 5000, "²", "%"):
                    (path,) = addresses(route, replace(world.own, ids={**usual, odd: quote(value, safe="")}))
                    answer = client.get(path)
                    faults += [path[:90]] if answer.status_code >= 500 else []
                    answer.close()
            (path,) = addresses(route, replace(world.own, ids=usual))
            page = client.get(path)
            document = lxml.html.fromstring(page.text) if page.mimetype == "text/html" else None
            page.close()
            for form in document.xpath("//main//form[@method='post']") if document is not None else ():
                for value in ("a\x00b", "9" * 5000, "-1", "NaN", "0001-01-01"):
                    given = {name: value for name in form.fields if name}
                    typed = {**given, "csrf_token": form.fields["csrf_token"]}
                    answer = client.post(form.get("action") or path, data=typed)
                    faults += [f"{path} {value[:9]}"] if answer.status_code >= 500 else []
                    sent += 1
                    answer.close()
    assert not faults
    assert sent > 50


def test_a_document_of_an_examination_is_none_for_whom_it_is_about(
    app: Flask, world: World, tracks: Tracks
) -> None:
    """What is attached opens to all who work on the assessment, so it is taken for all of them."""
    with app.app_context():
        session = db.session()
        agency = session.get_one(Agency, world.station.agency_id)

        def marks_and_letters(*readers: Actor) -> tuple[set[str], int]:
            given: dict[str, Any] = {"actor": get_actor_of("pengganti"), "at": MONDAY + timedelta(days=9)}
            held = list_held(session, agency, 2026, "A5.P.iii.d", readers=readers, **given)
            (sent,) = list_held(session, agency, 2026, "A6.R.ii.a", readers=readers, **given)[1:]
            return {one.number for one in held}, sum(int(str(row[1])) for row in sent.rows)

        every, letters = marks_and_letters()
        fewer, fewer_letters = marks_and_letters(world.station.actor("kasiwas"))
    assert every - fewer == {f"LHP/{track_mark(tracks.conflicted)}"}
    assert fewer
    assert 0 < fewer_letters < letters
