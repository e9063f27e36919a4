"""What a desk chooses from: the people and units of an agency, its services, the last draft of a decision."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Complaint, Message, Notice, Service, ServiceProduct, Unit, User, UserRole
from app.queries.visibility import visible_to
from workflows.snapshot import Actor
from workflows.vocabulary import CASE_ROLES, Role


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can be given a case, or be complained of."""

    id: int
    name: str
    title: str
    unit_id: int | None
    unit_name: str | None


def list_colleagues(
    session: Session, agency_id: int, *, roles: frozenset[Role] = CASE_ROLES
) -> list[Colleague]:
    """Active people of an agency in one of the roles, by unit and name."""
    holders = select(UserRole.user_id).where(UserRole.role.in_(sorted(role.value for role in roles)))
    rows = session.execute(
        select(User.id, User.full_name, User.title, User.unit_id, Unit.name)
        .outerjoin(Unit, Unit.id == User.unit_id)
        .where(User.agency_id == agency_id, User.is_active, User.id.in_(holders))
        .order_by(Unit.name, User.full_name)
    )
    return [Colleague(*row) for row in rows]


def list_services(session: Session, agency_id: int) -> list[Service]:
    """Services of an agency, in the order in which they were set up."""
    return list(session.scalars(select(Service).where(Service.agency_id == agency_id).order_by(Service.id)))


def list_products(session: Session, agency_id: int) -> list[tuple[Service, ServiceProduct]]:
    """Products of an agency with their services, in the order in which they were set up."""
    rows = session.execute(
        select(Service, ServiceProduct)
        .join(ServiceProduct, ServiceProduct.service_id == Service.id)
        .where(Service.agency_id == agency_id)
        .order_by(Service.id, ServiceProduct.id)
    )
    return [(service, product) for service, product in rows]


def find_external(session: Session, actor: Actor, source: str, number: str) -> str | None:
    """Number of the case of the actor's agency that another register's number was already recorded under.

    :returns: None where it is not recorded; empty where the case does not exist for the actor
    """
    found = session.execute(
        select(Complaint.number, visible_to(actor).label("is_visible")).where(
            Complaint.agency_id == actor.agency_id,
            Complaint.import_source == source,
            Complaint.external_number == number,
        )
    ).first()
    if found is None:
        return None
    return str(found.number) if found.is_visible else ""


def find_last_note(session: Session, complaint_id: int) -> str:
    """The newest internal note of a case: what was handed to review, or the draft of a decision."""
    body = session.scalar(
        select(Message.body)
        .where(Message.complaint_id == complaint_id, Message.kind == "note")
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
    return body or ""


def get_unreceived_notice(session: Session, complaint_id: int, notice_id: int) -> Notice | None:
    """A letter of the case whose receipt is not known yet."""
    notice = session.get(Notice, notice_id)
    if notice is None or notice.complaint_id != complaint_id or notice.received_at is not None:
        return None
    return notice
