"""A letter by e-mail, made at the moment of sending from what the outbox row points to.

The address is unsealed here and nowhere kept. Subject and first lines reveal nothing: they may be seen over a
shoulder, and a mail server reads them. What is new stands on the page behind the login or the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import format_datetime as local_text
from sqlalchemy.orm import Session

from app.models import Assessment, CaseLink, Complainant, Complaint, OmbudsmanTrack, OutboxItem, User
from app.queries.actors import get_actor
from app.queries.ombudsman_track import get_track
from app.queries.snapshots import get_snapshot
from app.security.vault import VaultError
from app.services import withdrawing
from app.services.access import read_identity_in
from app.services.links import Purpose, find_link_of, token_of
from app.services.preferences import read_former_address
from app.services.texts import CaseKeyDestroyed
from app.services.witnesses import witness_of_range
from config import Settings
from workflows.errors import CaseNotVisible
from workflows.permissions import can_see

STAFF_LANGUAGE = "id"
LANGUAGES = ("id", "en")
SENDER_NAME = "Sahut"
"""Beside the sender's address in the list of mails: a name that says nothing of complaints or of police."""
FORMER = "former"
"""Parameter ``to`` of a letter to the address before the last change."""

LINK_PATHS = {
    Purpose.NEW_CODE: "/status/kode-baru",
    Purpose.STOP_REISSUE: "/status/hentikan-kode",
    Purpose.STOP_NOTICES: "/pemberitahuan/berhenti",
    Purpose.SURVEY: "/survei",
}
"""Where the pages of the links stand; a test holds them against the routes."""


class Undeliverable(Exception):
    """There is nobody to tell any more, or nobody who may be told.

    :ivar reason: stable code
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


UNFOLDED = SMTP.clone(max_line_length=998)
"""As long as a line may be (RFC 5322, 2.1.1). Set once the body is encoded: with shorter lines, Python writes
an address in ``List-Unsubscribe`` as encoded words, forbidden there (RFC 2047) and read by no program."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, and the one address that it goes to."""

    message: EmailMessage
    address: str


def write_mail(session: Session, item: OutboxItem, settings: Settings) -> Letter:
    """The letter that an outbox row stands for, the same each time but for what the case says by then.

    :raises Undeliverable: it must not, or can't, be sent
    """
    complaint = session.get(Complaint, item.complaint_id) if item.complaint_id is not None else None
    address, language = _recipient(session, item, complaint, settings)
    stop_url = _stop_url(session, item)
    doors = _links(session, item) | {"stop_url": stop_url}
    subject, body = _words(session, item, complaint, language, doors)
    sender = settings.smtp.sender if settings.smtp is not None else ""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(SENDER_NAME, addr_spec=sender)
        message["To"] = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError):
        raise Undeliverable("address_unusable") from None
    message["Subject"] = subject
    message["Date"] = format_datetime(item.created_at)
    message["Message-ID"] = item.message_id
    message["Auto-Submitted"] = "auto-generated"
    if stop_url:
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(body, cte="quoted-printable")
    if item.recipient == "witness":
        witness = witness_of_range(session, size=item.params["size"], start=item.params["start"])
        message.add_attachment(
            witness.canonical(),
            maintype="application",
            subtype="json",
            filename=f"checkpoint-{witness.size:012d}.json",
        )
    message["Content-Language"] = language
    message.policy = UNFOLDED
    return Letter(message, address)


def _recipient(
    session: Session, item: OutboxItem, complaint: Complaint | None, settings: Settings
) -> tuple[str, str]:
    if item.recipient == "witness":
        if settings.audit_witness_email is None:
            raise Undeliverable("no_witness")
        return settings.audit_witness_email, STAFF_LANGUAGE
    if item.recipient == "user" and complaint is None and "track" in item.params:
        return _track_reader(session, item), STAFF_LANGUAGE
    if item.recipient == "user" and complaint is None and "assessment" in item.params:
        return _assessor_address(session, item), STAFF_LANGUAGE
    if complaint is None:
        raise Undeliverable("no_case")
    if item.recipient == "user":
        return _user_address(session, item, complaint), STAFF_LANGUAGE
    language = complaint.language if complaint.language in LANGUAGES else LANGUAGES[0]
    return _complainant_address(session, item, complaint), language


def _user_address(session: Session, item: OutboxItem, complaint: Complaint) -> str:
    """Address of a member of staff, if the case still exists for them."""
    user = session.get(User, item.user_id)
    if user is None or not user.is_active:
        raise Undeliverable("user_gone")
    if not can_see(get_snapshot(session, complaint), get_actor(session, user)):
        raise Undeliverable("not_visible")
    if not user.email:
        raise Undeliverable("no_address")
    return user.email


def _track_reader(session: Session, item: OutboxItem) -> str:
    """Address of somebody who may still read an examination of the Ombudsman that has no case."""
    user = session.get(User, item.user_id)
    if user is None or not user.is_active:
        raise Undeliverable("user_gone")
    try:
        get_track(session, int(item.params["track"]), get_actor(session, user))
    except CaseNotVisible:
        raise Undeliverable("not_visible") from None
    if not user.email:
        raise Undeliverable("no_address")
    return user.email


def _assessor_address(session: Session, item: OutboxItem) -> str:
    """Address of somebody of the station who sees to a part of its WBK assessment."""
    user = session.get(User, item.user_id)
    if user is None or not user.is_active:
        raise Undeliverable("user_gone")
    if session.get_one(Assessment, int(item.params["assessment"])).agency_id != user.agency_id:
        raise Undeliverable("not_visible")
    if not user.email:
        raise Undeliverable("no_address")
    return user.email


def _complainant_address(session: Session, item: OutboxItem, complaint: Complaint) -> str:
    identity = session.get(Complainant, complaint.id)
    if identity is None:
        raise Undeliverable("no_address")
    if not identity.wants_notices:
        raise Undeliverable("not_wanted")
    try:
        if item.params.get("to") == FORMER:
            address = read_former_address(session, complaint.id)
        else:
            address = read_identity_in(session, complaint).email
    except CaseKeyDestroyed:
        raise Undeliverable("erased") from None
    except VaultError:
        raise Undeliverable("vault") from None
    if not address:
        raise Undeliverable("no_address")
    return address


def _stop_url(session: Session, item: OutboxItem) -> str:
    """Where one click stops the notices of a case; empty for letters to others than its complainant.

    An address that was given up is another's.
    """
    if item.recipient != "complainant" or item.complaint_id is None or item.params.get("to") == FORMER:
        return ""
    link = find_link_of(session, item.complaint_id, Purpose.STOP_NOTICES)
    return "" if link is None or link.is_used else _address_of(session, link)


def _links(session: Session, item: OutboxItem) -> dict[str, str]:
    """The one door that a letter opens, where it opens one.

    :raises Undeliverable: the door was shut since the letter was queued
    """
    if "reissue" in item.params and item.complaint_id is not None:
        reissue_id = int(item.params["reissue"])
        link = find_link_of(session, item.complaint_id, Purpose.STOP_REISSUE, reissue_id=reissue_id)
    elif "link" in item.params:
        link = session.get(CaseLink, int(item.params["link"]))
    else:
        return {}
    if link is None or link.complaint_id != item.complaint_id or link.is_used:
        raise Undeliverable("link_gone")
    return {"link_url": _address_of(session, link)}


def _address_of(session: Session, link: CaseLink) -> str:
    path = LINK_PATHS[Purpose(link.purpose)]
    return f"{current_app.config['PUBLIC_URL']}{path}/{token_of(session, link)}"


def _words(
    session: Session,
    item: OutboxItem,
    complaint: Complaint | None,
    language: str,
    doors: dict[str, str],
) -> tuple[str, str]:
    """Subject and body."""
    template = current_app.jinja_env.get_template(f"mail/{item.template}.{language}.txt")
    base = current_app.config["PUBLIC_URL"]
    values: dict[str, Any] = {"params": item.params, "status_url": f"{base}/status", **doors}
    if complaint is not None:
        values |= {
            "number": complaint.number,
            "agency": complaint.agency,
            "case_url": f"{base}/staf/pengaduan/{complaint.number}",
            "due": _due_text(item.params.get("due_at"), complaint.agency.timezone),
        }
        if item.template == withdrawing.TEMPLATE:
            values["undo_url"] = _undo_url(session, complaint, base)
    if "track" in item.params:
        track = session.get_one(OmbudsmanTrack, int(item.params["track"]))
        values |= {
            "track_url": f"{base}/staf/ombudsman",
            "due": _due_text(item.params.get("due_at"), track.agency.timezone),
        }
    if "assessment" in item.params:
        assessment = session.get_one(Assessment, int(item.params["assessment"]))
        values |= {
            "zi_url": f"{base}/staf/zi?tahun={assessment.year}",
            "due": _due_text(item.params.get("due_at"), assessment.agency.timezone),
        }
    subject, _, body = template.render(values).strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _undo_url(session: Session, complaint: Complaint, base: str) -> str:
    """Where one click undoes the withdrawal that is pending.

    :raises Undeliverable: none is pending any more
    """
    try:
        token = withdrawing.find_undo_token(session, complaint)
    except CaseKeyDestroyed:
        raise Undeliverable("erased") from None
    if token is None:
        raise Undeliverable("settled")
    return f"{base}/status/batal-cabut/{token}"


def _due_text(due_at: str | None, zone: str) -> str:
    if due_at is None:
        return ""
    local = datetime.fromisoformat(due_at).astimezone(ZoneInfo(zone))
    with force_locale(STAFF_LANGUAGE):
        return f"{local_text(local, 'EEEE, d MMMM y, HH.mm', rebase=False)} {_ZONES.get(zone, '')}".strip()


_ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
