"""A case that one may not see answers like one that does not exist: every route, every method, every role.

Byte for byte, but for what differs by itself: the number that was asked for, CSRF token and request id.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.extensions import db
from app.services.respondents import name_respondent
from tests.app.staff.test_intake import LETTER
from tests.factories import MONDAY, add_user, lodge
from tests.security.world import (
    AT_WORK,
    NEVER,
    Case,
    World,
    addresses,
    csrf_of,
    enter,
    enter_citizen,
    fingerprint,
    get_actor_of,
    make_reviewer_elsewhere,
    person_routes,
    shape,
)
from tests.support.client import StrictClient
from workflows.vocabulary import Role

pytestmark = pytest.mark.database("sqlite")

BODIES: tuple[dict[str, Any], ...] = (
    {},
    {
        "reason": "x", "text": "x", "seen_version": "1", "received_on-day": "2", "received_on-month": "3",
        "received_on-year": "2026", "received_time": "09.00", "proof": "x", "user_id": "1", "unit_id": "1",
        "description": "x", "category": "slow", "note": "x", "finding": "substantiated",
    },
)  # fmt: skip


def probes(app: Flask, case: Case) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and form of every way to ask about a case."""
    for route in person_routes(app, "GET"):
        if "<number>" in route.rule:
            yield from (("GET", path, {}) for path in addresses(route, case))
    for route in person_routes(app, "POST"):
        if "<number>" in route.rule:
            for path in addresses(route, case):
                yield from (("POST", path, body) for body in BODIES)
    for event in ("dispose", "accept", "reassign"):
        yield "GET", f"/staf/antrean/massal?tindakan={event}&pilih={case.number}", {}
        for unit in ("1", "3"):
            form = {"event": event, "seen": f"{case.number}:3", "unit_id": unit, "reason": "x"}
            yield "POST", "/staf/antrean/massal", form
    yield "GET", f"/staf/antrean?cari={case.number}", {}
    yield "GET", f"/staf/antrean?cari={case.number}&rak=arsip", {}
    yield "GET", f"/ombudsman/pengaduan?nomor={case.number}", {}


def ask(client: StrictClient, token: str, probe: tuple[str, str, dict[str, Any]], number: str) -> Any:
    method, path, body = probe
    if method == "GET":
        return shape(client.get(path), number)
    return shape(client.post(path, data={**body, "csrf_token": token}), number)


def assert_hidden(app: Flask, client: StrictClient, case: Case) -> None:
    never = dataclasses.replace(case, number=NEVER.format(code=case.code))
    token = csrf_of(client)
    with app.app_context():
        before = fingerprint(db.session())
    asked = 0
    for hidden, missing in zip(probes(app, case), probes(app, never), strict=True):
        one, other = ask(client, token, hidden, case.number), ask(client, token, missing, never.number)
        assert one == other, f"{hidden[:2]} tells that the case exists"
        asked += 1
    assert asked > 60
    with app.app_context():
        assert fingerprint(db.session()) == before


@pytest.mark.parametrize("who", AT_WORK)
def test_a_respondent_finds_nothing(app: Flask, world: World, who: str) -> None:
    assert_hidden(app, enter(app, who), world.conflicted)


@pytest.mark.parametrize("who", [*AT_WORK, "admin"])
def test_another_station_finds_nothing(app: Flask, world: World, who: str) -> None:
    assert_hidden(app, enter(app, world.other.username(who)), world.own)


def test_the_administrator_finds_nothing(app: Flask, world: World) -> None:
    assert_hidden(app, enter(app, "admin"), world.own)


def test_a_reviewer_of_another_office_finds_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        make_reviewer_elsewhere()
    assert_hidden(app, enter(app, "ombudsman.lain"), world.own)


def test_nobody_in_particular_finds_nothing(app: Flask, world: World, anonymous: StrictClient) -> None:
    assert_hidden(app, anonymous, world.own)


def test_another_complainant_finds_nothing(app: Flask, world: World) -> None:
    assert_hidden(app, enter_citizen(app, world.own), world.conflicted)


def test_a_complainant_opens_files_and_letters_of_the_own_case_alone(app: Flask, world: World) -> None:
    """Their addresses hold a bare id: those of another case, and of none, are one."""
    client, other = enter_citizen(app, world.own), world.conflicted
    for path in ("/status/kasus/berkas/{}", "/status/kasus/surat/{}"):
        mine, foreign = (world.own.file_id, other.file_id)
        if "surat" in path:
            mine, foreign = (world.own.notice_id, other.notice_id)
        assert client.get(path.format(mine)).status_code in (200, 302)
        none = 10 ** len(str(foreign)) - 1
        answers = [shape(client.get(path.format(one)), path.format(one)) for one in (foreign, none)]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


def test_a_wrong_code_is_told_like_an_unknown_number(
    app: Flask, world: World, anonymous: StrictClient
) -> None:
    answers = []
    for number in (world.own.number, NEVER.format(code="SRG"), "XYZ-2020-000001"):
        form = {"csrf_token": csrf_of(anonymous), "number": number, "code": "7KQ2M9XD7KQ2M9XD"}
        answers.append(shape(anonymous.post("/status", data=form), number))
    assert answers[0][0] == 422
    assert answers[0] == answers[1] == answers[2]


def test_the_number_of_another_register_leads_to_no_hidden_case(app: Flask, world: World) -> None:
    """The desk must say that such a number is taken; which case has it, only to those for whom it exists."""
    with app.app_context():
        made = lodge(world.station, external_number="AG-77", external_source="letter").number
        name_respondent(
            made, user_id=world.station.people["petugas"], actor=get_actor_of("pengganti"), at=MONDAY
        )
        add_user(world.station, "petugas.dua", Role.INTAKE)
    for who, is_told in (("petugas", False), ("petugas.dua", True)):
        answer = enter(app, who).submit("/staf/pengaduan/baru", LETTER)
        told = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "Nomor ini sudah tercatat" in told
        assert (made in told) == is_told


def test_those_who_may_do_find_it(app: Flask, world: World) -> None:
    """The attack is fit to find something: for somebody who may see the case, the two do differ."""
    for who, home in (("pengganti", "/staf"), ("ombudsman", "/ombudsman")):
        client = enter(app, who)
        seen = client.get(f"{home}/pengaduan/{world.conflicted.number}")
        assert seen.status_code == 200
        assert shape(seen, world.conflicted.number) != shape(
            client.get(f"{home}/pengaduan/{NEVER.format(code='SRG')}"), NEVER.format(code="SRG")
        )
