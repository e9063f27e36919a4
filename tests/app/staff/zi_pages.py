"""Steps on the pages of the integrity zone, for its tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lxml.html
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models import AuditEntry
from tests.support.client import StrictClient

YEAR = "/staf/zi/2026"


def indicator(key: str) -> str:
    """Address of an indicator's page."""
    return f"{YEAR}/indikator/{key}"


def send(client: StrictClient, path: str, ends_with: str, values: dict[str, Any] | None = None) -> Any:
    """Send the one form of the page whose address ends so."""
    page = client.get(path)
    forms = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//form[@method='post']")
    (form,) = [one for one in forms if one.get("action", "").endswith(ends_with)]
    return client.post(
        form.get("action"),
        data=dict(form.form_values()) | (values or {}),
        headers={"Referer": f"http://localhost{path}"},
    )


def answer(client: StrictClient, path: str, values: dict[str, Any]) -> Any:
    """Fill in the form of an indicator's answer."""
    page = client.get(path)
    (form,) = lxml.html.fromstring(page.get_data(as_text=True)).xpath("//form[@id='jawab']")
    assert set(values) <= set(form.fields.keys())
    return client.post(path, data=dict(form.form_values()) | values, headers={"Referer": "http://localhost/"})


def kinds(app: Flask) -> Sequence[str]:
    """What the log of the station says of its assessment, in order."""
    with app.app_context():
        chain = AuditEntry.chain == "agency:SRG"
        wanted = select(AuditEntry.kind).where(chain, AuditEntry.kind.like("wbk%")).order_by(AuditEntry.id)
        return list(db.session().scalars(wanted))
