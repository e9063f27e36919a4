"""The bench's citizen walks the real way, and what is left to be sent makes one complaint each."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import Complaint
from bench.filing import ANSWERS, filings
from bench.load import UnexpectedAnswerError, measure
from bench.visitor import Visitor
from tests.factories import make_station
from tests.support.browser import LiveServer

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def port(app: Flask, live_server: LiveServer) -> int:
    """Where a station's pages are served."""
    with app.app_context():
        make_station()
    found = urlsplit(live_server.url).port
    assert found is not None
    return found


def _stories(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Complaint.narrative)))


def test_nothing_is_filed_until_the_measured_request(app: Flask, port: int) -> None:
    ready = filings(port, 2)
    assert _stories(app) == []
    assert measure(port, ready, clients=2, seconds=30).requests == 2
    assert _stories(app) == [ANSWERS["kejadian"]["narrative"]] * 2


def test_a_form_without_the_asked_fields_is_told(port: int) -> None:
    citizen = Visitor(port)
    with pytest.raises(UnexpectedAnswerError, match=r"/status: no form with the fields \['colour'\]"):
        citizen.filled("/status", {"colour": "blue"})
