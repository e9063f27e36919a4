"""Two at once on codes, links and withdrawals: one wins, the other is told, the log has one of it.

And an answer that never arrives: between a new code and the screen stands a bad line.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import unit_of_work
from app.extensions import db
from app.models import AuditEntry, CaseLink, CodeReissue, SurveyResponse, Withdrawal
from app.security.codes import verify_code
from app.security.ring import get_keys
from app.services import lost_codes, preferences, reissue
from app.services.links import Purpose, find_link_of, make_link, token_of
from app.services.lost_codes import LinkGone, NewCode, take_code_by_link
from app.services.reissue import ClaimRefused, claim_code
from app.services.survey import SurveyGone, answer_survey
from app.services.withdrawing import announce_withdrawal, settle_withdrawals, undo_by_link, undo_token
from tests.factories import MONDAY, Station, add_user, complaint_of, lodge, make_station
from tests.security.test_rivals import assert_chain_verifies, at_once, failed, succeeded
from tests.security.world import get_actor_of
from workflows.errors import GuardRefused
from workflows.snapshot import complainant_of
from workflows.vocabulary import Role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READY = MONDAY + 2 * HOUR + DAY
"""When a slip asked for and approved on Monday takes a code."""
ADDRESS = "siti.rahmawati@example.id"


@pytest.fixture
def station(app: Flask) -> Station:
    with app.app_context():
        return make_station()


@pytest.fixture
def number(app: Flask, station: Station) -> str:
    with app.app_context():
        return lodge(station).number


def link(app: Flask, number: str, purpose: Purpose) -> str:
    """The token of one more link of a case."""
    with app.app_context(), unit_of_work() as unit:
        made = make_link(unit, complaint_of(number), purpose, at=READY - HOUR)
        return token_of(unit, made)


def request(station: Station, number: str, who: str = "petugas") -> reissue.Slip:
    return reissue.request_reissue(
        number, reason="Hilang.", proof="ktp", actor=station.actor(who), at=MONDAY + HOUR
    )


def approved(app: Flask, station: Station, number: str) -> tuple[str, str]:
    """The secret of a slip that takes a code at `READY`, and the token that stops it."""
    with app.app_context():
        slip = request(station, number)
        reissue.approve_reissue(number, actor=station.actor("kasiwas"), at=MONDAY + 2 * HOUR)
        found = find_link_of(db.session(), complaint_of(number).id, Purpose.STOP_REISSUE)
        assert found is not None
        return slip.secret, token_of(db.session(), found)


def kinds(number: str, prefix: str) -> list[str]:
    """Kinds of the log entries of a case that begin so; its chain verifies."""
    assert_chain_verifies(number)
    chain = AuditEntry.chain == f"case:{number}"
    wanted = select(AuditEntry.kind).where(chain, AuditEntry.kind.like(f"{prefix}%")).order_by(AuditEntry.seq)
    return list(db.session().scalars(wanted))


@pytest.mark.parametrize("ways", ["one link", "two links", "link and slip", "slip"])
def test_of_two_who_take_a_new_code_one_has_it(app: Flask, station: Station, number: str, ways: str) -> None:
    secret, _stop = approved(app, station, number)
    first, second = (link(app, number, Purpose.NEW_CODE) for _ in range(2))
    by_slip = lambda: claim_code(number, secret, at=READY)  # noqa: E731
    by_first, by_second = (
        lambda: take_code_by_link(first, at=READY),
        lambda: take_code_by_link(second, at=READY),
    )
    works: dict[str, tuple[Callable[[], NewCode], ...]] = {
        "one link": (by_first, by_first),
        "two links": (by_first, by_second),
        "link and slip": (by_first, by_slip),
        "slip": (by_slip, by_slip),
    }
    results = at_once(app, *works[ways])
    (won,), (lost,) = succeeded(results), failed(results)
    assert isinstance(lost, LinkGone | ClaimRefused), lost
    with app.app_context():
        assert verify_code(get_keys(), won.code, complaint_of(number).code_digest)
        assert kinds(number, "code.reissue_claimed") == ["code.reissue_claimed"]
        open_links = select(CaseLink.id).where(CaseLink.purpose == "new_code", ~CaseLink.is_used)
        assert not db.session().scalars(open_links).all()
        (row,) = db.session().scalars(select(CodeReissue)).all()
        assert (row.claimed_at is None) != (row.stopped_at is None)


def test_a_slip_is_taken_or_stopped_and_never_both(app: Flask, station: Station, number: str) -> None:
    secret, stop = approved(app, station, number)
    taken, stopped = at_once(
        app, lambda: claim_code(number, secret, at=READY), lambda: reissue.stop_by_link(stop, at=READY)
    )
    assert (isinstance(taken, NewCode), stopped) in ((True, False), (False, True))
    assert isinstance(taken, NewCode | ClaimRefused)
    with app.app_context():
        last = "code.reissue_claimed" if isinstance(taken, NewCode) else "code.reissue_stopped"
        assert kinds(number, "code.reissue_")[-1] == last
        assert len(kinds(number, "code.reissue_")) == 3


def test_two_officers_at_once_make_one_request_and_one_approval(
    app: Flask, station: Station, number: str
) -> None:
    with app.app_context():
        actors = {who: station.actor(who) for who in ("petugas", "kasiwas", "kapolresta")}
        add_user(station, "wakasiwas", Role.COORDINATOR)
        actors["second"] = get_actor_of("wakasiwas")

    asking = partial(reissue.request_reissue, number, reason="Hilang.", proof="ktp", at=MONDAY + HOUR)
    asked = at_once(app, partial(asking, actor=actors["petugas"]), partial(asking, actor=actors["kasiwas"]))
    assert len(succeeded(asked)) == 1
    assert [one.code for one in failed(asked) if isinstance(one, GuardRefused)] == ["reissue_under_way"]
    said = at_once(
        app,
        partial(reissue.approve_reissue, number, actor=actors["second"], at=MONDAY + 2 * HOUR),
        partial(reissue.approve_reissue, number, actor=actors["kapolresta"], at=MONDAY + 2 * HOUR),
    )
    assert succeeded(said) == [READY]
    assert [one.code for one in failed(said) if isinstance(one, GuardRefused)] == ["reissue_approved"]
    with app.app_context():
        assert kinds(number, "code.") == ["code.reissue_requested", "code.reissue_approved"]


def test_a_link_in_the_old_mailbox_is_used_before_the_address_changes_or_not_at_all(
    app: Flask, number: str
) -> None:
    token = link(app, number, Purpose.NEW_CODE)
    taken, changed = at_once(
        app,
        lambda: take_code_by_link(token, at=READY),
        lambda: preferences.change_address(number, "baru@example.id", actor=complainant_of(number), at=READY),
    )
    assert isinstance(taken, NewCode | LinkGone)
    assert changed is None
    with app.app_context():
        wanted = ["code.reissue_claimed"] if isinstance(taken, NewCode) else []
        assert kinds(number, "code.") == wanted
        assert kinds(number, "notices.") == ["notices.address_changed"]
        assert not lost_codes.is_code_link(db.session(), token, READY)


def test_a_survey_is_answered_once_and_letters_are_stopped_once(app: Flask, number: str) -> None:
    survey, stop = link(app, number, Purpose.SURVEY), link(app, number, Purpose.STOP_NOTICES)

    def answer() -> Any:
        return answer_survey(survey, {"time": 1}, "", language="id", at=READY)

    answered = at_once(app, answer, answer)
    assert len(succeeded(answered)) == 1
    assert [type(one) for one in failed(answered)] == [SurveyGone]
    stopping = partial(preferences.stop_by_link, stop, at=READY)
    assert at_once(app, stopping, stopping) == [True, True]
    with app.app_context():
        assert len(db.session().scalars(select(SurveyResponse)).all()) == 1
        assert kinds(number, "notices.") == ["notices.stopped"]


def test_a_withdrawal_is_announced_once_and_undone_or_carried_out(app: Flask, number: str) -> None:
    mine = complainant_of(number)
    announcing = partial(announce_withdrawal, number, "Terpaksa.", actor=mine, at=MONDAY)
    first, second = at_once(app, announcing, announcing)
    assert first == second == MONDAY + 3 * DAY
    with app.app_context():
        token = undo_token(db.session(), complaint_of(number), MONDAY)
    undone, twice, settled = at_once(
        app,
        partial(undo_by_link, token, at=MONDAY + 3 * DAY),
        partial(undo_by_link, token, at=MONDAY + 3 * DAY),
        lambda: settle_withdrawals(MONDAY + 3 * DAY).effective,
    )
    assert sorted([undone, twice, bool(settled)]) == [False, False, True]  # type: ignore[type-var]
    with app.app_context():
        (row,) = db.session().scalars(select(Withdrawal)).all()
        assert row.outcome == ("effective" if settled else "undone")
        wanted = ["withdrawal.announced"] + ([] if settled else ["withdrawal.undone"])
        assert kinds(number, "withdrawal.") == wanted
        assert (complaint_of(number).closure_reason == "withdrawn") == bool(settled)


@pytest.mark.database("sqlite")
def test_a_code_that_never_reached_the_screen_is_not_the_last(
    app: Flask, station: Station, number: str
) -> None:
    """It is committed before it is shown, and shown once. Both ways to another stay open at once."""
    secret, _stop = approved(app, station, number)
    with app.app_context():
        lost = claim_code(number, secret, at=READY)
        lost_codes.ask_for_code(number, ADDRESS, at=READY)
        assert lost_codes.answer_requests(READY) == (1, 1)
        found = find_link_of(db.session(), complaint_of(number).id, Purpose.NEW_CODE)
        assert found is not None
        again = take_code_by_link(token_of(db.session(), found), at=READY)
        digest = complaint_of(number).code_digest
        assert not verify_code(get_keys(), lost.code, digest)
        assert verify_code(get_keys(), again.code, digest)
        assert request(station, number).delay_hours == 24
