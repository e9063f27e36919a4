"""Links that need no code: each opens its one door, tells nothing of the case, and is kept nowhere.

The table is driven by the routes: a new one with a token in its address is not let through unattacked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import lxml.html
import pytest
import time_machine
from flask import Flask

from app import clock
from app.access import list_routes
from app.database import unit_of_work
from app.extensions import db
from app.models import SurveyResponse
from app.models.survey import ELEMENTS
from app.services import lost_codes, reissue
from app.services.links import Purpose, find_link_of, make_link, token_of
from app.services.withdrawing import announce_withdrawal, undo_token
from tests.factories import complaint_of
from tests.security.markers import cookie_payload, dump_rows, found_in
from tests.security.world import World, csrf_of, fingerprint, get_actor_of, plain_shape
from tests.support.client import StrictClient
from workflows.snapshot import complainant_of

pytestmark = pytest.mark.database("sqlite")

DOORS = {
    "/status/kode-baru/<token>": "new_code",
    "/status/hentikan-kode/<token>": "stop_reissue",
    "/status/batal-cabut/<token>": "undo",
    "/pemberitahuan/berhenti/<token>": "stop_notices",
    "/survei/<token>": "survey",
}
"""What each route with a token opens."""
WORDS = ("SRG-2026-", "Siti", "Rahmawati", "siti.rahmawati", "Saya menunggu SKCK", "Ponsel hilang", "0812")
"""What a page of a link may not say: number, person, story, and what the officer wrote."""
NEVER = "A" * 43
TWICE_IS_AS_ONCE = "stop_notices"
"""A mail program may press twice; all others answer the second time as if they had never been."""
EVERYTHING_TYPED = {**dict.fromkeys(ELEMENTS, "1"), "comment": "x", "List-Unsubscribe": "One-Click"}


@dataclass(frozen=True)
class Keys:
    """Tokens of one case by what they open, and the other secrets that somebody may hold of it."""

    tokens: Mapping[str, str]
    slip: str = field(repr=False)


@pytest.fixture
def keys(app: Flask, world: World) -> Keys:
    """A case for which every kind of link is out."""
    number, at = world.own.number, clock.now()
    with app.app_context():
        session = db.session()
        lost_codes.ask_for_code(number, "siti.rahmawati@example.id", at=at)
        assert lost_codes.answer_requests(at) == (1, 1)
        slip = reissue.request_reissue(
            number, reason="Ponsel hilang.", proof="ktp", actor=get_actor_of("petugas"), at=at
        )
        announce_withdrawal(number, actor=complainant_of(number), at=at)
        with unit_of_work() as unit:
            for purpose in (Purpose.STOP_NOTICES, Purpose.SURVEY):
                make_link(unit, complaint_of(number), purpose, at=at)
        complaint, tokens = complaint_of(number), {}
        for purpose in Purpose:
            link = find_link_of(session, complaint.id, purpose)
            assert link is not None
            tokens[purpose.value] = token_of(session, link)
        return Keys({**tokens, "undo": undo_token(session, complaint, at)}, slip.secret)


def stranger(app: Flask) -> StrictClient:
    return cast(StrictClient, app.test_client())


def rows(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    with app.app_context():
        return fingerprint(db.session())


def asked(client: StrictClient, csrf: str, rule: str, token: str) -> Iterator[Any]:
    """How a door answers to being opened, and to everything that its form could send."""
    path = rule.replace("<token>", token)
    yield plain_shape(client.get(path), path)
    yield plain_shape(client.post(path, data={**EVERYTHING_TYPED, "csrf_token": csrf}), path)


def wrong_keys(own: str, world: World, keys: Keys) -> list[str]:
    """What could be tried at the door that `own` opens."""
    mine = keys.tokens[own]
    others = [token for name, token in keys.tokens.items() if name != own]
    secrets = [keys.slip, world.own.tracking_code, world.own.number]
    bent = [f"{mine}=", f"{mine}A", mine[:-1], mine.swapcase(), f"%20{mine}", "A" * 65, "A" * 500]
    return [*others, *secrets, *bent]


def test_every_route_with_a_token_is_attacked(app: Flask) -> None:
    assert {route.rule for route in list_routes(app) if "<token>" in route.rule} == set(DOORS)


def test_a_token_opens_its_own_door_and_no_other(app: Flask, world: World, keys: Keys) -> None:
    client = stranger(app)
    csrf = csrf_of(client)
    before = rows(app)
    for rule, own in DOORS.items():
        never = list(asked(client, csrf, rule, NEVER))
        assert {answer[0] for answer in never} <= {404, 410}
        for wrong in wrong_keys(own, world, keys):
            assert list(asked(client, csrf, rule, wrong)) == never, f"{rule} {wrong[:60]}"
    assert rows(app) == before


def test_opening_a_link_writes_nothing_and_tells_nothing(app: Flask, keys: Keys) -> None:
    """Mail programs and scanners open links, too."""
    client, before = stranger(app), rows(app)
    for rule, own in DOORS.items():
        page = client.get(rule.replace("<token>", keys.tokens[own]))
        assert page.status_code == 200, rule
        assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert not [word for word in WORDS if word in page.get_data(as_text=True)], rule
        assert client.get("/status/kasus").status_code == 303, f"{rule} opened the case"
    assert rows(app) == before


@pytest.mark.parametrize("own", DOORS.values())
def test_what_was_used_is_gone_and_showed_no_case(app: Flask, world: World, keys: Keys, own: str) -> None:
    rule = next(rule for rule, opens in DOORS.items() if opens == own)
    path = rule.replace("<token>", keys.tokens[own])
    client = stranger(app)
    csrf = csrf_of(client)
    never = list(asked(client, csrf, rule, NEVER))
    before = rows(app)
    done = client.post(path, data={**EVERYTHING_TYPED, "csrf_token": csrf})
    told = done.get_data(as_text=True)
    assert done.status_code == 200
    assert rows(app) != before
    if own == "new_code":  # whoever has the code has the case
        assert client.get("/status/kasus").status_code == 200
    else:
        assert not [word for word in WORDS if word in told]
        assert client.get("/status/kasus").status_code == 303
    after = rows(app)
    again = list(asked(stranger_in(client), csrf, rule, keys.tokens[own]))
    if own != TWICE_IS_AS_ONCE:
        assert again == never
    assert rows(app) == after


def stranger_in(client: StrictClient) -> StrictClient:
    """The same browser, with the case closed again."""
    client.get("/keluar-cepat")
    return client


def test_what_is_past_its_time_is_gone(app: Flask, keys: Keys, frozen_clock: time_machine.Traveller) -> None:
    """But for what protects the complainant: stopping letters, and undoing until it takes effect."""
    frozen_clock.shift(timedelta(days=91))
    client = stranger(app)
    csrf = csrf_of(client)
    before = rows(app)
    for rule, own in DOORS.items():
        if own not in ("stop_notices", "undo"):
            never = list(asked(client, csrf, rule, NEVER))
            assert list(asked(client, csrf, rule, keys.tokens[own])) == never, rule
    assert rows(app) == before


def test_the_links_of_one_case_do_nothing_to_another(app: Flask, world: World, keys: Keys) -> None:
    """Everything is used; the other case, of the same person, has not moved."""
    client = stranger(app)
    csrf = csrf_of(client)
    with app.app_context():
        other = complaint_of(world.conflicted.number).id
    before = [row for table in rows(app).values() for row in table]
    for rule, own in reversed(DOORS.items()):
        data = {**EVERYTHING_TYPED, "csrf_token": csrf}
        assert client.post(rule.replace("<token>", keys.tokens[own]), data=data).status_code in (200, 404)
    after = [row for table in rows(app).values() for row in table]
    with app.app_context():
        case = complaint_of(world.conflicted.number)
        assert (case.id, case.number) == (other, world.conflicted.number)
    mine = [row for row in before if world.conflicted.number in map(str, row)]
    assert mine
    assert [row for row in after if world.conflicted.number in map(str, row)] == mine


def test_no_link_and_no_code_is_kept_anywhere(
    app: Flask,
    world: World,
    keys: Keys,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Rows, log lines and cookies after every door was used: none of the secrets stands in them."""
    caplog.set_level("DEBUG")
    client = stranger(app)
    csrf = csrf_of(client)
    secrets = [*keys.tokens.values(), keys.slip]
    for rule, own in reversed(DOORS.items()):
        path = rule.replace("<token>", keys.tokens[own])
        client.get(path)
        done = client.post(path, data={**EVERYTHING_TYPED, "csrf_token": csrf})
        client.post(path, data={"csrf_token": "x" * 30})
        client.put(path)
    code = lxml.html.fromstring(done.data).xpath("//*[@class='sahut-keepsake__value']")[1].text_content()
    secrets += [code, code.replace("-", "")]
    claim = {"number": world.own.number, "secret": keys.slip, "csrf_token": csrf}
    assert client.post("/status/kode-baru", data=claim).status_code == 422
    with app.app_context():
        left = dump_rows(db.session())
    told = capsys.readouterr()
    left["log"] = (caplog.text + told.out + told.err).encode()
    cookie = client.get_cookie("sahut")
    assert cookie is not None
    left["cookie"] = cookie_payload(cookie.value)
    assert len(left["log"]) > 1000
    assert not [(where, secret) for where, data in left.items() for secret in found_in(data, secrets)]


def test_an_answer_to_the_survey_leads_back_to_nobody(app: Flask, world: World, keys: Keys) -> None:
    """What is kept holds neither the case, nor when it came; the log says nothing, the link not when."""
    client = stranger(app)
    before = rows(app)
    form = {**EVERYTHING_TYPED, "csrf_token": csrf_of(client)}
    assert client.post(f"/survei/{keys.tokens['survey']}", data=form).status_code == 200
    after = rows(app)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"survey_response", "case_link"}
    with app.app_context():
        (kept,) = db.session().query(SurveyResponse).all()
        assert (kept.answered_in.day, kept.comment) == (1, "x")
    changes = set(after["case_link"]) - set(before["case_link"])
    (link,) = changes
    assert clock.now() not in [value for value in link if value is not None][6:]
