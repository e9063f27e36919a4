"""What a citizen told beyond the story, and likely duplicates, as the desks see them."""

from __future__ import annotations

from datetime import date, timedelta

import lxml.html
import pytest
from flask import Flask

from app.extensions import db
from app.queries.twins import list_twins
from tests.app.staff.conftest import SignIn
from tests.factories import MONDAY, Station, complaint_of, lodge
from workflows.particulars import Attorney, Circumstances, Fee, Payment

pytestmark = pytest.mark.database("sqlite")

FEE = Fee(payment=Payment.PAID, amount_idr=50_000, paid_to="Loket tujuh", tariff_idr=30_000)
TOLD = Circumstances(applied_on=date(2026, 3, 2), attorney=Attorney.LATER)


def main_text(sign_in: SignIn, who: str, address: str) -> str:
    answer = sign_in(who).get(address)
    assert answer.status_code == 200
    (main,) = lxml.html.fromstring(answer.get_data(as_text=True)).xpath("//main")
    return " ".join(main.text_content().split())


def test_the_desk_sees_money_beside_the_tariff(app: Flask, station: Station, sign_in: SignIn) -> None:
    with app.app_context():
        number = lodge(station, fee=FEE, circumstances=TOLD).number
    text = main_text(sign_in, "kasiwas", f"/staf/pengaduan/{number}")
    for words in (
        "Rp50.000",
        "Rp30.000",
        "Rp20.000 lebih dari tarif",
        "Loket tujuh",
        "2 Maret 2026",
        "Menyusul",
    ):
        assert words in text


def test_the_same_words_within_a_day_are_pointed_out(app: Flask, station: Station, sign_in: SignIn) -> None:
    story = "Petugas di loket tujuh meminta uang."
    with app.app_context():
        first = lodge(station, narrative=story).number
        second = lodge(station, narrative=story.upper(), at=MONDAY + timedelta(hours=3)).number
        late = lodge(station, narrative=story, at=MONDAY + timedelta(hours=25)).number
        other = lodge(station, narrative="Hal yang lain.").number
    text = main_text(sign_in, "kasiwas", f"/staf/pengaduan/{first}")
    assert "Mungkin pengaduan yang sama" in text
    assert second in text
    assert late not in text
    assert other not in text
    assert "Mungkin pengaduan yang sama" not in main_text(sign_in, "kasiwas", f"/staf/pengaduan/{other}")


def test_a_twin_that_does_not_exist_for_the_reader_is_not_named(
    app: Flask, station: Station, sign_in: SignIn
) -> None:
    story = "Petugas di loket tujuh meminta uang."
    with app.app_context():
        seen = lodge(station, narrative=story, service_code="sim", category="slow").number
        hidden = lodge(station, narrative=story, service_code="skck", category="rude").number
        actor = station.actor("kasatintelkam")
        assert hidden not in list_twins(db.session(), complaint_of(seen), actor)
        assert hidden in list_twins(db.session(), complaint_of(seen), station.actor("kasiwas"))
