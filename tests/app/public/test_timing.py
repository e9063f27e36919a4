"""Nobody learns from the time of an answer whether a number exists.

Refused requests of each kind are sent in turns through the whole application, and their times compared as
`tests.support.two_samples` does. A comparison that tells two kinds apart is repeated once with fresh requests
and fails only if it does so again: doors that give nothing away fail less than once in a thousand million
times. Two doors that leak show that a leak is caught.
"""

from __future__ import annotations

import gc
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

import lxml.html
import pytest
from flask import Flask, current_app, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from app.database import unit_of_work
from app.extensions import db
from app.models import Complaint
from app.queries.status import find_code, find_status
from app.security.codes import new_tracking_code
from app.security.passwords import Passwords
from config import Settings
from tests.factories import MONDAY, PASSWORD_MEMORY_KIB, lodge, make_station
from tests.support.ground import Ground, ground_of
from tests.support.routes import open_blueprint
from tests.support.two_samples import are_told_apart

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.timeout(240)]

ROUNDS = 300
NUMBERS = 110
"""So many of each kind that no limit on one number is reached."""
READINGS = 3
"""How often the leak of `reading_on` reads."""
STATION = 17
"""A number that is typed at random."""

Fields = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True)
class Kind:
    """One kind of request: the numbers that are typed, and what is typed beside them."""

    numbers: tuple[str, ...]
    fields: Fields


class Door:
    """A page that takes a form, opened once; each knock comes from another address."""

    def __init__(self, app: Flask, path: str, form_at: str | None = None) -> None:
        self.path = path
        self.client = FlaskClient(app, app.response_class)
        page = self.client.get(form_at or path).get_data(as_text=True)
        (self.token,) = set(lxml.html.fromstring(page).xpath("//main//input[@name='csrf_token']/@value"))
        self.knocks = 0

    def knock(self, fields: Mapping[str, str]) -> tuple[int, str]:
        """Nanoseconds that the answer took, and the answer without what differs by itself.

        Counted is what this thread worked: what a stranger would measure on a machine that does nothing else.
        Waiting for others would only hide a leak.
        """
        self.knocks += 1
        address = f"10.{self.knocks >> 16}.{self.knocks >> 8 & 255}.{self.knocks & 255}"
        data = {"csrf_token": self.token, **fields}
        start = time.thread_time_ns()
        answer = self.client.post(self.path, data=data, environ_overrides={"REMOTE_ADDR": address})
        body = answer.get_data(as_text=True)
        took = time.thread_time_ns() - start
        assert answer.status_code in (303, 422), answer.status
        body = re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", body)
        for name, value in fields.items():
            body = body.replace(f'value="{value}"', f'value="{name}"')
        headers = {
            name: value for name, value in answer.headers if name not in ("X-Request-ID", "Set-Cookie")
        }
        return took, f"{answer.status} {sorted(headers.items())} {body}"


def measure(door: Door, kinds: Mapping[str, Kind], rounds: int) -> dict[str, list[int]]:
    """Times by kind; in each round one request of every kind, in an order drawn anew."""
    chance = random.Random()
    times: dict[str, list[int]] = {name: [] for name in kinds}
    answers = set()
    gc.collect()
    gc.disable()
    try:
        for turn in range(rounds + 10):
            for name in chance.sample(list(kinds), len(kinds)):
                kind = kinds[name]
                number = kind.numbers[turn % len(kind.numbers)]
                took, answer = door.knock(kind.fields(number))
                answers.add(answer)
                if turn >= 10:  # the first ones find caches empty
                    times[name].append(took)
    finally:
        gc.enable()
    assert len(answers) == 1, "the answers themselves differ"
    return times


def leaks(door: Door, kinds: Mapping[str, Kind], rounds: int = ROUNDS) -> set[str]:
    """Kinds whose answers are told apart from those of the first kind, twice in succession."""
    suspects = set(kinds)
    for _attempt in range(2):
        times = measure(door, kinds, rounds)
        first = times.pop(next(iter(kinds)))
        suspects &= {name for name, taken in times.items() if are_told_apart(first, taken)}
        if not suspects:
            break
    return suspects


def make_numbers() -> dict[str, tuple[str, ...]]:
    """Numbers that no case has, that have one, and that have one without any code (imported, or erased)."""
    station = make_station()
    known = tuple(lodge(station, at=MONDAY).number for _ in range(NUMBERS))
    codeless = tuple(lodge(station, at=MONDAY).number for _ in range(NUMBERS))
    with unit_of_work() as session:
        for row in session.query(Complaint).where(Complaint.number.in_(codeless)):
            row.code_digest = None
    return {
        "unknown": tuple(f"SRG-2026-{500_000 + at * STATION:06d}" for at in range(NUMBERS)),
        "known": known,
        "without code": codeless,
    }


@pytest.fixture
def ground() -> Ground:
    """The cases of all tests, filed once."""
    return ground_of("numbers", "sqlite", make_numbers)


@pytest.fixture
def settings(settings: Settings, ground: Ground) -> Settings:
    """Settings of a test, where a copy of these cases lies already."""
    ground.copy_to(settings)
    return settings


@pytest.fixture
def numbers(ground: Ground) -> dict[str, tuple[str, ...]]:
    """Numbers by what they lead to; see `make_numbers`."""
    return cast(dict[str, tuple[str, ...]], ground.what)


def with_code(number: str) -> Mapping[str, str]:
    return {"number": number, "code": new_tracking_code()}


def with_contact(number: str) -> Mapping[str, str]:
    return {"number": number, "contact": "orang.lain@example.id"}


def with_slip(number: str) -> Mapping[str, str]:
    return {"number": number, "secret": new_tracking_code()}


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/status", with_code), ("/status/kode-hilang", with_contact), ("/status/kode-baru", with_slip)],
)
def test_no_door_tells_whether_a_number_exists(
    app: Flask, numbers: dict[str, tuple[str, ...]], path: str, fields: Fields
) -> None:
    kinds = {name: Kind(listed, fields) for name, listed in numbers.items()}
    assert leaks(Door(app, path), kinds) == set()


def hashing_late() -> ResponseReturnValue:
    """Leaks: hashes what was typed only where there is something to compare it with."""
    if find_code(db.session(), request.form["number"]) is not None:
        passwords: Passwords = current_app.extensions["tests.passwords"]
        passwords.hash(request.form["code"])
    return current_app.view_functions["public.open_status"]()


def reading_on() -> ResponseReturnValue:
    """Leaks: reads the whole case before it looks at the code, as often as three pages of it would.

    Once is under a quarter of a millisecond, which a machine with other work to do does not always show.
    """
    for _ in range(READINGS):
        find_status(db.session().connection(), request.form["number"])
    return current_app.view_functions["public.open_status"]()


@pytest.mark.parametrize(("view", "rounds"), [(hashing_late, ROUNDS // 2), (reading_on, ROUNDS)])
def test_a_door_that_leaks_is_caught(
    app: Flask, numbers: dict[str, tuple[str, ...]], view: Callable[[], ResponseReturnValue], rounds: int
) -> None:
    """A hash takes as long as the rest of an answer: half of the rounds show it."""
    leaking = open_blueprint()
    leaking.add_url_rule("/bocor", view_func=view, methods=["POST"])
    app.register_blueprint(leaking)
    app.extensions["tests.passwords"] = Passwords(memory_cost=PASSWORD_MEMORY_KIB)
    kinds = {name: Kind(numbers[name], with_code) for name in ("unknown", "known")}
    assert leaks(Door(app, "/bocor", form_at="/status"), kinds, rounds) == {"known"}
