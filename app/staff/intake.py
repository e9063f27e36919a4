"""The walk-in desk: a complaint that came by foot, letter, telephone or another register, on one page."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from app import clock
from app.access import current_actor
from app.content.errors import FileRefused
from app.extensions import db
from app.forms import kept_files
from app.forms.words import category_words
from app.i18n import current_language
from app.law import get_law
from app.queries.accounts import Account
from app.queries.case_file import get_visible_complaint
from app.queries.desk import find_external, list_products, list_services
from app.security.codes import format_code
from app.security.keys import KeyName
from app.security.ring import get_keys
from app.security.vault import VaultError, new_case_key, seal, unseal
from app.services.access import record_read
from app.services.files import StoredFile
from app.services.lodging import Filing, Identity, Lodged, lodge_complaint
from app.staff.blueprint import INTAKE_ROLES, blueprint, signed_in
from app.staff.desk import instant_of, local_date_of
from app.staff.forms import IntakeForm
from app.templating import label
from workflows.vocabulary import IdentityMode

ONCE = "receipt_once"
"""Name in the session of what the receipt page shows once, sealed: the code and the name it was given to."""

DESK_FIRST = ("walk_in", "letter", "phone_sms", "box", "email", "whatsapp_local")


@blueprint.route("/pengaduan/baru", methods=["GET", "POST"])
def new_complaint() -> ResponseReturnValue:
    """Record a complaint; nothing can refuse it, only its shape."""
    account, at = _intake_officer(), clock.now()
    form = IntakeForm(today=local_date_of(at, account.zone))
    _offer(form, account)
    if request.method == "GET":
        local = at.astimezone(ZoneInfo(account.zone))
        form.channel.data, form.received_on.data = "walk_in", local.date()
        form.received_time.data = local.time()
        return _page(form)
    is_fine = form.validate_on_submit()
    kept, case_key = kept_files.load(form.kept_files.data, subject=_subject(account))
    case_key = case_key or new_case_key()
    stored, refused = kept_files.store_chosen(form.files, case_key)
    files = [*kept, *stored]
    is_fine = is_fine and not refused and _is_sound(form, account, at)
    if is_fine:
        lodged = _lodge(form, account, at, case_key, files)
        if lodged is not None:
            _remember_once(lodged, form)
            return redirect(url_for("staff.desk_receipt", number=lodged.number))
    kept_files.lay_file_refusals(form, refused)
    form.kept_files.data = kept_files.dump(files, subject=_subject(account), case_key=case_key)
    return _page(form, files), 422


@blueprint.get("/pengaduan/<number>/tanda-terima")
def desk_receipt(number: str) -> ResponseReturnValue:
    """The receipt to print and sign; the tracking code stands on it only the first time.

    It says what the case says, so opening it is a reading like any other.
    """
    actor = current_actor()
    record_read(number, actor=actor, at=clock.now())
    complaint = get_visible_complaint(db.session(), number, actor)
    once = _take_once(complaint.id)
    return render_template(
        "staff/receipt.html",
        case=complaint,
        code=format_code(once["code"]) if once else None,
        name=once["name"] if once else None,
        address=once["address"] if once else None,
        category=category_words(complaint.category),
        channel=label(get_law().channels[complaint.channel]),
    )


def _intake_officer() -> Account:
    account = signed_in()
    if not account.roles & INTAKE_ROLES:
        abort(404)
    return account


def _offer(form: IntakeForm, account: Account) -> None:
    law, database = get_law(), db.session()
    inbound = [code for code, channel in law.channels.items() if channel.inbound and code != "web"]
    ordered = sorted(inbound, key=lambda code: code not in DESK_FIRST)
    form.channel.offer((code, label(law.channels[code])) for code in ordered)
    form.service.offer((one.code, label(one)) for one in list_services(database, account.agency_id))
    form.product.offer(
        (f"{service.code}/{product.code}", f"{service.code.upper()}: {label(product)}")
        for service, product in list_products(database, account.agency_id)
    )
    kinds = [(code, label(kind)) for code, kind in law.report_types.items() if code != "pengaduan"]
    issues = [(code, label(kind)) for code, kind in {**law.issues, **law.conduct}.items()]
    form.category.offer([*issues, *kinds])


def _is_sound(form: IntakeForm, account: Account, at: datetime) -> bool:
    """What hangs on more than one field, or on what is recorded already."""
    received_at = _received_at(form, account)
    if received_at > at:
        form.lay_error(_("Jam diterima belum terjadi. Periksa tanggal dan jamnya."), "received_time")
    service, _slash, _product = (form.product.data or "").partition("/")
    if service and form.service.data and service != form.service.data:
        form.lay_error(_("Produk ini bukan bagian dari layanan yang dipilih."), "product")
    _lay_known(form)
    return not form.errors


def _lay_known(form: IntakeForm) -> bool:
    """Says that another register's number is taken, and by which case, where the officer may know it."""
    if not form.external_number.data:
        return False
    known = find_external(db.session(), current_actor(), form.channel.data or "", form.external_number.data)
    if known is None:
        return False
    words = (
        _("Nomor ini sudah tercatat sebagai %(number)s.", number=known)
        if known
        else _("Nomor ini sudah tercatat.")
    )
    form.lay_error(words, "external_number")
    return True


def _lodge(
    form: IntakeForm, account: Account, at: datetime, case_key: bytes, files: Sequence[StoredFile]
) -> Lodged | None:
    """The new case; None where it was refused, with the reason laid on the form."""
    try:
        return lodge_complaint(_filing(form, account, case_key, files), actor=current_actor(), at=at)
    except FileRefused as refusal:
        form.lay_refusal(refusal)
    except IntegrityError:
        if not _lay_known(form):
            raise
    return None


def _filing(form: IntakeForm, account: Account, case_key: bytes, files: Sequence[StoredFile]) -> Filing:
    mode = IdentityMode(form.identity_mode.data)
    service, _slash, product = (form.product.data or "").partition("/")
    identity = Identity(
        name=form.name.data or "",
        address=form.address.data or "",
        email=form.email.data or "",
        phone=form.phone.data or "",
        proxy=form.proxy.data or "",
        wants_notices=not form.silent.data,
    )
    return Filing(
        agency_code=account.agency_code,
        channel=form.channel.data or "",
        identity_mode=mode,
        narrative=form.narrative.data or "",
        language=current_language(),
        identity=Identity() if mode is IdentityMode.ANONYMOUS else identity,
        category=form.category.data,
        service_code=form.service.data or service or None,
        product_code=product or None,
        service_date=form.service_date.data,
        place=form.place.data or "",
        loss=form.loss.data or "",
        remedy_sought=form.remedy_sought.data or "",
        respondent_text=form.respondent_text.data or "",
        compensation_claim_idr=form.compensation_claim.data,
        in_danger=bool(form.in_danger.data),
        external_number=form.external_number.data or None,
        external_source=form.channel.data if form.external_number.data else None,
        received_at=_received_at(form, account),
        case_key=case_key,
        files=files,
    )


def _received_at(form: IntakeForm, account: Account) -> datetime:
    """The instant that the desk gave; to the minute."""
    on, clock_time = form.received_on.data, form.received_time.data
    assert on is not None  # both are required by the form
    assert clock_time is not None
    return instant_of(on, clock_time, account.zone)


def _page(form: IntakeForm, files: Sequence[StoredFile] = ()) -> str:
    return render_template("staff/intake.html", form=form, kept=files)


def _subject(account: Account) -> str:
    return kept_files.subject_of(account.id, "baru")


def _remember_once(lodged: Lodged, form: IntakeForm) -> None:
    """Keeps what the next page shows once, sealed under the session key, in this browser alone."""
    shown = {"code": lodged.tracking_code, "name": form.name.data or "", "address": form.address.data or ""}
    if form.identity_mode.data == IdentityMode.ANONYMOUS.value:
        shown |= {"name": "", "address": ""}
    sealed = seal(
        get_keys().current(KeyName.SESSION).secret,
        case_id=lodged.complaint_id,
        field=ONCE,
        version=1,
        text=json.dumps(shown),
    )
    session[ONCE] = base64.b64encode(sealed).decode("ascii")


def _take_once(complaint_id: int) -> dict[str, str] | None:
    """What was kept for this case; gone afterwards."""
    kept = session.pop(ONCE, None)
    if kept is None:
        return None
    try:
        text = unseal(
            get_keys().current(KeyName.SESSION).secret,
            case_id=complaint_id,
            field=ONCE,
            version=1,
            sealed=base64.b64decode(kept),
        )
    except VaultError:
        return None
    shown: dict[str, str] = json.loads(text)
    return shown
