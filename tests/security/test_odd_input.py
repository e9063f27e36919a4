"""Addresses and fields that no page of ours makes: answered as wrong input, never by a fault of the inside.

A fault would be a 500: it writes a trace, and its difference tells what the database thinks of a value.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

import lxml.html
import pytest
from flask import Flask

from app.access import Audience, Route, list_routes
from tests.security.world import ENDS, World, addresses, as_person, csrf_of

ODD_WORDS = (
    "x",
    "\x00",
    "a\x00b",
    "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
    "ᄀ" * 300,
    "'; DROP TABLE complaint; --",
    "%",
    "../../etc/passwd",
    "٣",
    "²",
    "-1",
    "1e9",
    "99999999999999999999",
    "9" * 5000,
)
ODD_NUMBERS = ("0", "2147483648", "9223372036854775808", "9" * 60, "٣", "²")
QUERY_NAMES = (
    "next", "lang", "cari", "keadaan", "unit", "kelas", "tenggat", "milik", "tahun", "rak", "setelah",
    "sebelum", "sesudah", "pilih", "tindakan", "daftar", "nomor", "satuan", "angka", "jenis", "asal", "asli",
)  # fmt: skip
ODD_VALUES = (
    *ODD_WORDS,
    "99999999999999999.1",
    "0.99999999999999999",
    "17726112000000000.1",
    "²²²²",
    "0000",
    "0001-01-01",
    "9999-12-31",
    "overdue",
)
PEOPLE = {Audience.STAFF: "kasiwas", Audience.REVIEW: "ombudsman", Audience.CITIZEN: "pelapor"}
"""Who opens the pages; a complainant's own case is open."""


def addresses_of(route: Route) -> list[str]:
    """The address once for every odd value in the place of one of its parts."""
    usual = {
        "<number>": "SRG-2026-000001",
        "<action>": "verify",
        "<code>": "SRG",
        "<int:year>": "2026",
        "<part>": "A1",
    }
    parts = [piece.split(">")[0] for piece in route.rule.split("<")[1:]]
    found = []
    for odd in parts:
        for value in ODD_NUMBERS if odd.startswith("int:") else ODD_WORDS:
            path = route.rule
            for part in parts:
                plain = usual.get(f"<{part}>", "1")
                path = path.replace(f"<{part}>", quote(value, safe="") if part == odd else plain, 1)
            found.append(path)
    return found


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.REVIEW, Audience.ENTRANCE, Audience.CITIZEN])
def test_odd_addresses_are_answered(app: Flask, world: World, audience: Audience) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = as_person(app, world, PEOPLE.get(audience))
    token = csrf_of(client)
    faults = []
    for route in list_routes(app):
        if route.audience is not audience or route.endpoint in {"static", *ENDS}:
            continue
        for path in addresses_of(route):
            if "GET" in route.methods and client.get(path).status_code >= 500:
                faults.append(f"GET {path[:80]}")
            if "POST" in route.methods:
                answer = client.post(path, data={"csrf_token": token})
                if answer.status_code >= 500:
                    faults.append(f"POST {path[:80]}")
    assert not faults


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.REVIEW, Audience.ENTRANCE, Audience.CITIZEN])
def test_odd_arguments_are_answered(app: Flask, world: World, audience: Audience) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = as_person(app, world, PEOPLE.get(audience))
    faults = []
    for route in list_routes(app):
        is_list = route.audience is audience and "GET" in route.methods and "<" not in route.rule
        if not is_list or route.endpoint in ENDS:
            continue
        for value in ODD_VALUES:
            path = f"{route.rule}?{urlencode(dict.fromkeys(QUERY_NAMES, value))}"
            if client.get(path).status_code >= 500:
                faults.append(path[:80])
    assert not faults


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.REVIEW, Audience.ENTRANCE, Audience.CITIZEN])
def test_odd_fields_are_answered(app: Flask, world: World, audience: Audience) -> None:
    """Every field that a form shows, filled with the same odd value."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = as_person(app, world, PEOPLE.get(audience))
    faults, sent = [], 0
    for route in list_routes(app):
        if route.audience is not audience or "POST" not in route.methods or route.endpoint in ENDS:
            continue
        for path in addresses(route, world.own):
            page = client.get(path)
            if page.mimetype != "text/html" or page.status_code != 200:
                continue
            document = lxml.html.fromstring(page.get_data(as_text=True))
            for form in document.xpath("//main//form[@method='post']"):
                for value in ("a\x00b", "9" * 5000, "99999999999999999999", "\ud7ff²٣"):
                    odd = {name: value for name in form.fields if name and name != "csrf_token"}
                    answer = client.post(path, data={**odd, "csrf_token": form.fields["csrf_token"]})
                    sent += 1
                    if answer.status_code >= 500:
                        faults.append(f"{path} {value[:10]!r}")
    assert not faults
    assert sent
