"""Who may come in where: each blueprint names its audience, and whoever does not belong to it finds nothing.

Denied by default: a route whose blueprint named no audience answers 404, and a test lists every route.
Staff and reviewers who are not signed in are sent to `/masuk`; a signed-in person of another audience gets
the same 404 as for what never existed.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from flask_login import UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app import clock
from app.extensions import db, login_manager
from app.queries.accounts import Account, actor_of, find_account
from workflows.snapshot import Actor

IDLE_LIMIT = timedelta(minutes=60)
"""A desk left alone is signed out after this long; long enough to write a decision in one go."""
SEEN_STEP_S = 60
"""The cookie is renewed at most once a minute."""
SEEN_KEY = "seen"
ASK_AGAIN = "sahut.ask_again"
"""Extension: the view that asks an idle desk's person to sign in again, given the account's id."""


class Audience(enum.StrEnum):
    """For whom a route is."""

    CITIZEN = "citizen"
    """Anybody, without an account."""
    STAFF = "staff"
    """Signed-in people of a station."""
    REVIEW = "review"
    """Signed-in Ombudsman reviewers."""
    MACHINE = "machine"
    """Programs: the API, health, metrics."""
    ENTRANCE = "entrance"
    """The door itself: signing in and out, changing one's password. Shows no case."""


HOMES = {Audience.STAFF: "/staf/", Audience.REVIEW: "/ombudsman/"}
"""Start page of the audiences that sign in."""

_BELOW_ACCESS = {"ops": Audience.MACHINE, "static": Audience.CITIZEN}
"""Blueprints, and endpoints of Flask itself, that stand below this module and can't name their audience."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route, for the list of all of them.

    :ivar audience: None where the blueprint named none
    """

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    audience: Audience | None


class SignedIn(UserMixin):
    """An account as Flask-Login wants it; its id ends with the epoch, so that raising it ends the session."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def get_id(self) -> str:
        return session_id(self.account.id, self.account.epoch)


def session_id(user_id: int, epoch: int) -> str:
    """What the session cookie names an account by."""
    return f"{user_id}.{epoch}"


def declare(blueprint: Blueprint, audience: Audience) -> None:
    """Names the audience of a blueprint and puts the guard before all of its views."""
    blueprint.before_request(_GUARDS[audience])
    blueprint.record(lambda state: _audiences(state.app).__setitem__(state.name, audience))


def list_routes(app: Flask) -> list[Route]:
    """Every route of the application with its audience, by address."""
    return sorted(
        (
            Route(
                rule=rule.rule,
                methods=tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
                endpoint=rule.endpoint,
                audience=audience_of(app, rule.endpoint),
            )
            for rule in app.url_map.iter_rules()
        ),
        key=lambda route: (route.rule, route.methods),
    )


def audience_of(app: App, endpoint: str) -> Audience | None:
    """Audience of an endpoint: that of its blueprint, or of the nearest one around it."""
    named = _audiences(app)
    name = endpoint
    while name not in named and "." in name:
        name = name.rpartition(".")[0]
    return named.get(name)


def init_access(app: Flask) -> None:
    """Gives `app` its way of knowing people, and closes every route that names no audience."""
    _audiences(app)
    login_manager.session_protection = "strong"
    login_manager.user_loader(_load)
    app.before_request(_refuse_unlisted)


def current_account() -> Account | None:
    """The account signed in, whose session is still good; None for everybody else."""
    if "account" not in g:
        g.account = _live_account()
    return g.account


def current_actor() -> Actor:
    """The signed-in person as the rules know them, read once a request.

    :raises RuntimeError: nobody is signed in (the guard of the blueprint lets nobody else through)
    """
    if "actor" not in g:
        account = current_account()
        if account is None:
            raise RuntimeError("current_actor() is for pages behind a guard")
        g.actor = actor_of(db.session(), account)
    return g.actor


def enter(user_id: int) -> None:
    """Begins a session of this account, in a cookie that knows nothing of the one before."""
    account = find_account(db.session(), user_id)
    if account is None:
        raise RuntimeError("only an active account can enter")
    session.clear()
    g.pop("csrf_token", None)  # kept there by Flask-WTF, and worth nothing in the new session
    session[SEEN_KEY] = int(clock.now().timestamp())
    login_user(SignedIn(account), remember=False)
    g.account = account
    g.pop("actor", None)


def leave() -> None:
    """Ends this session."""
    logout_user()
    session.clear()
    g.account = None
    g.pop("actor", None)


def home_for(account: Account) -> str:
    """Where an account lands after signing in."""
    return HOMES[Audience.REVIEW if account.is_reviewer else Audience.STAFF]


def safe_next(wanted: str | None, account: Account) -> str:
    """The page asked for before signing in, if it is one of ours for this account; else its start page."""
    home = home_for(account)
    if not wanted or not wanted.startswith(home) or "\\" in wanted or any(ord(c) < 33 for c in wanted):
        return home
    parts = urlsplit(wanted)
    return home if parts.scheme or parts.netloc else wanted


def _audiences(app: App) -> dict[str, Audience]:
    named: dict[str, Audience] = app.extensions.setdefault("sahut.audiences", dict(_BELOW_ACCESS))
    return named


def _load(wanted: str) -> SignedIn | None:
    user_id, _, epoch = wanted.partition(".")
    if not (user_id.isdecimal() and epoch.isdecimal()):
        return None
    account = find_account(db.session(), int(user_id))
    if account is None or account.epoch != int(epoch):
        return None
    return SignedIn(account)


def _live_account() -> Account | None:
    """The account of the cookie, unless its epoch is over or the desk stood idle."""
    if "_user_id" not in session:
        return None
    if not current_user.is_authenticated:
        session.clear()
        return None
    account: Account = current_user.account
    now = int(clock.now().timestamp())
    seen = session.get(SEEN_KEY)
    if not isinstance(seen, int) or now - seen > IDLE_LIMIT.total_seconds():
        logout_user()
        session.clear()
        g.idled_out = account.id
        return None
    if now - seen >= SEEN_STEP_S:
        session[SEEN_KEY] = now
    return account


def _refuse_unlisted() -> None:
    if request.endpoint is not None and audience_of(current_app, request.endpoint) is None:
        abort(404)


def _let_pass() -> None:
    """Anybody may come: the page itself asks for what it needs (a number and a code, a token)."""


def _staff_only() -> ResponseReturnValue | None:
    return _signed_in(reviewer=False)


def _reviewers_only() -> ResponseReturnValue | None:
    return _signed_in(reviewer=True)


def _signed_in(*, reviewer: bool) -> ResponseReturnValue | None:
    account = current_account()
    if account is None:
        return _ask_again() or _to_the_door()
    if account.is_reviewer != reviewer:
        abort(404)
    if account.must_change_password:
        return redirect(url_for("entrance.change_password"))
    return None


def _ask_again() -> ResponseReturnValue | None:
    """The door with what was typed in hand, for a desk that stood idle over a long text."""
    idle = g.get("idled_out")
    ask: Callable[[int], ResponseReturnValue] | None = current_app.extensions.get(ASK_AGAIN)
    return ask(idle) if idle is not None and ask is not None and request.method == "POST" else None


def _to_the_door() -> Response:
    asked = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("entrance.sign_in", next=asked))


_GUARDS: dict[Audience, Callable[[], ResponseReturnValue | None]] = {
    Audience.CITIZEN: _let_pass,
    Audience.MACHINE: _let_pass,
    Audience.ENTRANCE: _let_pass,
    Audience.STAFF: _staff_only,
    Audience.REVIEW: _reviewers_only,
}
