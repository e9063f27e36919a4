"""A lost code, online: who gets a link, what the link does, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.models import AuditEntry, CaseKey, CaseLink, CodeRequest, OutboxItem
from app.security.codes import verify_code
from app.security.ring import get_keys
from app.services import lost_codes, preferences
from app.services.links import Purpose, find_link_of, token_of
from app.services.lodging import Identity
from app.services.lost_codes import (
    LinkGone,
    answer_requests,
    ask_for_code,
    is_same_contact,
    take_code_by_link,
)
from app.services.preferences import Level
from tests import factories
from tests.factories import MONDAY, Station
from workflows.snapshot import complainant_of
from workflows.vocabulary import IdentityMode

EMAIL, PHONE = "siti.rahmawati@example.id", "0812-3456-7890"
HOUR = timedelta(hours=1)


@pytest.fixture
def station(session: Session) -> Station:
    return factories.make_station()


def links(purpose: Purpose = Purpose.NEW_CODE) -> list[CaseLink]:
    session = db.session()
    session.rollback()
    session.expire_all()
    return list(
        session.scalars(select(CaseLink).where(CaseLink.purpose == purpose.value).order_by(CaseLink.id))
    )


def queued(template: str) -> list[OutboxItem]:
    session = db.session()
    session.rollback()
    return list(session.scalars(select(OutboxItem).where(OutboxItem.template == template)))


def kinds(number: str) -> list[str]:
    session = db.session()
    session.rollback()
    return list(
        session.scalars(
            select(AuditEntry.kind).where(AuditEntry.chain == f"case:{number}").order_by(AuditEntry.seq)
        )
    )


def ask(number: str, contact: str = EMAIL) -> tuple[int, int]:
    ask_for_code(number, contact, at=MONDAY + HOUR)
    return answer_requests(MONDAY + HOUR + timedelta(seconds=5))


def token() -> str:
    return token_of(db.session(), links()[-1])


@pytest.mark.parametrize(
    "contact", [EMAIL, " SITI.Rahmawati@Example.ID ", PHONE, "+62 812 3456 7890", "6281234567890"]
)
@pytest.mark.database("sqlite")
def test_who_names_a_contact_on_file_gets_a_link(station: Station, contact: str) -> None:
    lodged = factories.lodge(station)
    assert ask(lodged.number, contact) == (1, 1)
    (item,) = queued("code_link")
    assert item.params == {"link": links()[0].id}
    assert kinds(lodged.number)[-1] == "code.reissue_requested"


@pytest.mark.parametrize(
    "contact", ["", "siti@example.id", "0812-3456-7891", "rahmawati@example.id", "@", "+62", "890"]
)
@pytest.mark.database("sqlite")
def test_any_other_contact_gets_nothing_and_leaves_nothing(station: Station, contact: str) -> None:
    lodged = factories.lodge(station)
    before = kinds(lodged.number)
    assert ask(lodged.number, contact) == (1, 0)
    assert (links(), queued("code_link"), kinds(lodged.number)) == ([], [], before)
    assert db.session().scalar(select(func.count()).select_from(CodeRequest)) == 0


@pytest.mark.database("sqlite")
def test_an_unknown_number_gets_nothing(station: Station) -> None:
    factories.lodge(station)
    assert ask("SRG-2026-999999") == (1, 0)
    assert ask("") == (1, 0)
    assert links() == []


@pytest.mark.database("sqlite")
def test_silence_tips_and_cases_without_an_address_get_nothing(station: Station) -> None:
    silent = factories.lodge(
        station, identity=Identity(name="Siti", address="Serang", email=EMAIL, wants_notices=False)
    )
    phone_only = factories.lodge(
        station, identity=Identity(name="Siti", address="Serang", phone="+6281234567890")
    )
    tip = factories.lodge(station, identity_mode=IdentityMode.ANONYMOUS)
    assert ask(silent.number) == ask(tip.number) == (1, 0)
    assert ask(phone_only.number, PHONE) == (1, 0)
    assert links() == []


@pytest.mark.database("sqlite")
def test_an_erased_case_gets_nothing(station: Station) -> None:
    from app.database import unit_of_work

    lodged = factories.lodge(station)
    with unit_of_work() as unit:
        key = unit.get_one(CaseKey, lodged.complaint_id)
        key.wrapped_key, key.destroyed_at = None, MONDAY
    assert ask(lodged.number) == (1, 0)


@pytest.mark.database("sqlite")
def test_a_mailbox_is_not_filled_by_others(station: Station) -> None:
    lodged = factories.lodge(station)
    sent = [ask(lodged.number)[1] for _ in range(lost_codes.MOST_LINKS_A_DAY + 2)]
    assert sum(sent) == lost_codes.MOST_LINKS_A_DAY


@pytest.mark.database("sqlite")
def test_an_old_request_is_thrown_away(station: Station) -> None:
    lodged = factories.lodge(station)
    ask_for_code(lodged.number, EMAIL, at=MONDAY)
    assert answer_requests(MONDAY + lost_codes.ANSWERED_WITHIN + HOUR) == (1, 0)


def test_the_link_makes_one_new_code_and_kills_the_old_one(station: Station) -> None:
    lodged = factories.lodge(station)
    ask(lodged.number)
    key = token()
    made = take_code_by_link(key, at=MONDAY + 2 * HOUR)
    assert made.number == lodged.number
    assert made.code != lodged.tracking_code
    stored = factories.complaint_of(lodged.number).code_digest
    assert verify_code(get_keys(), made.code, stored)
    assert not verify_code(get_keys(), lodged.tracking_code, stored)
    with pytest.raises(LinkGone):
        take_code_by_link(key, at=MONDAY + 2 * HOUR)
    assert kinds(lodged.number)[-1] == "code.reissue_claimed"
    assert len(queued("code_changed")) == 1
    assert made.code not in repr(made)


@pytest.mark.database("sqlite")
def test_using_one_link_closes_the_others(station: Station) -> None:
    lodged = factories.lodge(station)
    ask(lodged.number)
    first = token()
    ask(lodged.number)
    take_code_by_link(token(), at=MONDAY + 2 * HOUR)
    with pytest.raises(LinkGone):
        take_code_by_link(first, at=MONDAY + 2 * HOUR)


@pytest.mark.database("sqlite")
def test_a_link_dies_after_a_day_and_opens_nothing_else(station: Station) -> None:
    lodged = factories.lodge(station)
    ask(lodged.number)
    key = token()
    assert lost_codes.is_code_link(db.session(), key, MONDAY + 24 * HOUR)
    assert not lost_codes.is_code_link(db.session(), key, MONDAY + 26 * HOUR)
    assert not preferences.is_stop_link(db.session(), key, MONDAY + 2 * HOUR)
    with pytest.raises(LinkGone):
        take_code_by_link(key, at=MONDAY + 26 * HOUR)
    for wrong in ("", "x" * 43, "x" * 5_000, key[:-1], key + "A"):
        with pytest.raises(LinkGone):
            take_code_by_link(wrong, at=MONDAY + 2 * HOUR)


@pytest.mark.database("sqlite")
def test_no_row_holds_token_code_or_contact(station: Station) -> None:
    lodged = factories.lodge(station)
    ask_for_code(lodged.number, EMAIL, at=MONDAY)
    session = db.session()
    (request,) = session.scalars(select(CodeRequest))
    assert EMAIL.encode() not in request.contact_sealed + request.wrapped_key
    answer_requests(MONDAY)
    (link,) = links()
    key = token()
    assert len(key) == 43
    assert key.encode() not in link.nonce
    assert key not in f"{link.token_digest}{queued('code_link')[0].params}"


@pytest.mark.database("sqlite")
def test_after_choosing_silence_no_notice_of_a_new_code_goes_out(station: Station) -> None:
    lodged = factories.lodge(station)
    ask(lodged.number)
    key = token()
    preferences.choose_notices(
        lodged.number, Level.NOTHING, "id", actor=complainant_of(lodged.number), at=MONDAY + HOUR
    )
    take_code_by_link(key, at=MONDAY + 2 * HOUR)
    assert queued("code_changed") == []


@given(st.text(max_size=40))
def test_nothing_matches_an_empty_file(typed: str) -> None:
    assert not is_same_contact(typed, email="", phone="")


@pytest.mark.parametrize(
    ("typed", "phone", "same"),
    [
        ("0812 3456 7890", "+6281234567890", True),
        ("(0812) 3456.7890", "+6281234567890", True),
        ("006281234567890", "+6281234567890", True),
        ("81234567890", "+6281234567890", True),
        ("0812345678", "+6281234567890", False),
        ("+1 812 3456 7890", "+6281234567890", False),
    ],
)
def test_a_telephone_number_is_known_in_any_notation(typed: str, phone: str, *, same: bool) -> None:
    assert is_same_contact(typed, email="", phone=phone) is same


@pytest.mark.database("sqlite")
def test_a_link_of_a_case_is_found_by_its_purpose(station: Station) -> None:
    lodged = factories.lodge(station)
    assert find_link_of(db.session(), lodged.complaint_id, Purpose.NEW_CODE) is None
    ask(lodged.number)
    found = find_link_of(db.session(), lodged.complaint_id, Purpose.NEW_CODE)
    assert found is not None
    assert not found.is_used
