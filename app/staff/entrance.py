"""The door of staff and reviewers: signing in and out, and the change of an initial password."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import clock
from app.access import Audience, current_account, declare, enter, home_for, leave, safe_next
from app.extensions import limiter
from app.security.keys import KeyName
from app.security.passwords import SHORTEST
from app.security.ring import get_keys
from app.services import accounts
from app.staff.forms import ChangePasswordForm, SignInForm

blueprint = Blueprint("entrance", __name__)
declare(blueprint, Audience.ENTRANCE)

LONGEST_CARRIED_S = 3600
"""How long a form may wait at the door."""

ATTEMPTS = "20 per 5 minutes"
"""From one address; an account has its own lock besides."""


@blueprint.route("/masuk", methods=["GET", "POST"])
@limiter.limit(ATTEMPTS, methods=["POST"], key_func=get_remote_address)
def sign_in() -> ResponseReturnValue:
    """Sign in; whatever is wrong, the answer is the same."""
    account = current_account()
    if account is not None and request.method == "GET":
        return redirect(safe_next(request.args.get("next"), account))
    form = SignInForm()
    if form.validate_on_submit():
        user_id = accounts.sign_in(form.username.data, form.password.data or "", at=clock.now())
        if user_id is not None:
            carried = load_carried(form.carried.data, user_id)
            return _let_in(user_id) if carried is None else _send_on(user_id, *carried)
        form.lay_error(
            _(
                "Nama pengguna atau kata sandi tidak cocok. Setelah beberapa kali gagal, akun dikunci "
                "sebentar; tunggu beberapa menit, lalu coba lagi."
            ),
            "username",
        )
    return _door(form), 422 if form.errors else 200


@blueprint.post("/keluar")
def sign_out() -> ResponseReturnValue:
    """Sign out everywhere."""
    account = current_account()
    if account is not None:
        accounts.sign_out(account.id, at=clock.now())
        leave()
    return redirect(url_for("entrance.sign_in"))


@blueprint.route("/masuk/sandi", methods=["GET", "POST"])
@limiter.limit(ATTEMPTS, methods=["POST"], key_func=get_remote_address)
def change_password() -> ResponseReturnValue:
    """Choose a new password; an initial one must be changed before anything else."""
    account = current_account()
    if account is None:
        return redirect(url_for("entrance.sign_in"))
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            accounts.change_password(account.id, form.current.data or "", form.new.data or "", at=clock.now())
        except accounts.WrongPassword:
            form.lay_error(_("Kata sandi sekarang tidak cocok."), "current")
        except accounts.PasswordUnfit:
            form.lay_error(
                _("Pilih kata sandi baru, paling sedikit %(least)d karakter.", least=SHORTEST), "new"
            )
        else:
            enter(account.id)
            flash(_("Kata sandi Anda sudah diganti."), "success")
            return redirect(home_for(account))
    return render_template(
        "staff/change_password.html", form=form, account=account, home_url=home_for(account)
    ), (422 if form.errors else 200)


def ask_again(user_id: int) -> ResponseReturnValue:
    """The door for somebody whose desk stood idle over a form: what was typed comes along, unsent.

    :param user_id: whose session it was; nobody else gets to see the text again
    """
    form = SignInForm(formdata=None)
    kept = [[name, value] for name, value in request.form.items(multi=True) if name != "csrf_token"]
    form.carried.data = _carrier().dumps({"user": user_id, "path": request.path, "fields": kept})
    return _door(form), 403


def load_carried(text: str | None, user_id: int) -> tuple[str, list[list[str]]] | None:
    """Address and fields of a form that was carried through the door by the same person."""
    if not text:
        return None
    try:
        value = _carrier().loads(text, max_age=LONGEST_CARRIED_S)
    except BadSignature:
        return None
    return (value["path"], value["fields"]) if value["user"] == user_id else None


def _carrier() -> URLSafeTimedSerializer:
    secret = get_keys().current(KeyName.SESSION).secret
    return URLSafeTimedSerializer(secret, salt="sahut/carried-form/v1")


def _door(form: SignInForm) -> str:
    return render_template(
        "staff/sign_in.html",
        form=form,
        idled_out=g.get("idled_out") is not None,
        carries=bool(form.carried.data),
    )


def _send_on(user_id: int, path: str, fields: list[list[str]]) -> ResponseReturnValue:
    """Signed in again: the form is shown to be sent, never sent by itself."""
    enter(user_id)
    account = current_account()
    assert account is not None
    return render_template("staff/send_on.html", path=path, fields=fields, home_url=home_for(account))


def _let_in(user_id: int) -> ResponseReturnValue:
    wanted = request.args.get("next")
    enter(user_id)
    account = current_account()
    assert account is not None
    if account.must_change_password:
        return redirect(url_for("entrance.change_password"))
    return redirect(safe_next(wanted, account))
