"""What lists, counts and searches show is what the rules let be seen: SQL against ``can_see``."""

from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import unit_of_work
from app.models import Complaint, Respondent, RespondentSuperior
from app.queries.actors import list_line_above
from app.queries.snapshots import get_snapshot
from app.queries.visibility import visible_to
from tests.factories import add_user, complaint_of, lodge, make_station, walk
from workflows.permissions import can_see
from workflows.snapshot import SYSTEM, Actor, complainant_of
from workflows.vocabulary import ComplaintClass, Event, Role


def name_officer(number: str, user_id: int, unit_id: int) -> None:
    with unit_of_work() as session:
        complaint = session.scalars(select(Complaint).where(Complaint.number == number)).one()
        line = list_line_above(session, user_id)
        session.add(
            Respondent(
                complaint_id=complaint.id,
                user_id=user_id,
                unit_id=unit_id,
                superiors=[
                    RespondentSuperior(user_id=above, rank=rank) for rank, above in enumerate(line, 1)
                ],
            )
        )


@pytest.fixture
def world(session: Session) -> tuple[list[str], list[Actor]]:
    """Cases of every kind that the rule tells apart, and everybody who might look at them."""
    here, there = make_station(), make_station("CLG", prefix="clg-")
    clerk = add_user(here, "juru", Role.INVESTIGATOR, unit="lantas", superior="kasatlantas")
    mixed = add_user(here, "rangkap", Role.UNIT_HEAD, unit="intelkam", superior="kapolresta")
    numbers = []
    for station, (service, unit, complaint_class, named) in product(
        (here, there),
        (
            ("sim", None, None, None),
            ("sim", "lantas", ComplaintClass.SERVICE, None),
            ("sim", "sipropam", ComplaintClass.SUPERVISORY, "kasatlantas"),
            ("skck", "sipropam", ComplaintClass.SUPERVISORY, "penyidik"),
            ("spkt", "siwas", ComplaintClass.SUPERVISORY, "kasiwas"),
            ("skck", "intelkam", ComplaintClass.SERVICE, "petugas"),
        ),
    ):
        number = lodge(station, service_code=service, product_code=None).number
        if unit is not None and complaint_class is not None:
            walk(station, number, Event.CLASSIFY, complaint_class=complaint_class)
            with unit_of_work() as writing:
                case = writing.scalars(select(Complaint).where(Complaint.number == number)).one()
                case.owner_unit_id = station.units[unit]
        if named is not None:
            unit_of = (
                "siwas" if named in ("kasiwas", "petugas") else "lantas" if "lantas" in named else "sipropam"
            )
            name_officer(number, station.people[named], station.units[unit_of])
        numbers.append(number)
    with unit_of_work() as writing:
        case = writing.scalars(select(Complaint).where(Complaint.number == numbers[0])).one()
        case.case_officer_id = clerk
    actors = [station.actor(who) for station in (here, there) for who in station.people]
    actors += [here.actor("ombudsman"), SYSTEM, complainant_of(numbers[1]), complainant_of("SRG-2026-999999")]
    actors += [
        Actor(
            roles=frozenset({Role.INVESTIGATOR}),
            user_id=clerk,
            agency_id=here.agency_id,
            unit_id=here.units["lantas"],
        ),
        Actor(
            roles=frozenset({Role.UNIT_HEAD, Role.COORDINATOR}),
            user_id=mixed,
            agency_id=here.agency_id,
            unit_id=here.units["intelkam"],
        ),
        Actor(roles=frozenset({Role.COORDINATOR}), user_id=mixed, agency_id=here.agency_id),
        Actor(roles=frozenset({Role.OMBUDSMAN}), user_id=mixed, agency_id=here.agency_id),
        Actor(roles=frozenset(), user_id=mixed, agency_id=here.agency_id),
    ]
    return numbers, actors


def test_sql_and_rule_agree(session: Session, world: tuple[list[str], list[Actor]]) -> None:
    numbers, actors = world
    seen_by_somebody, hidden_from_somebody = set[str](), set[str]()
    for actor in actors:
        listed = set(session.scalars(select(Complaint.number).where(visible_to(actor))))
        for number in numbers:
            may_see = can_see(get_snapshot(session, complaint_of(number)), actor)
            assert (number in listed) == may_see, (number, actor)
            (seen_by_somebody if may_see else hidden_from_somebody).add(number)
    assert seen_by_somebody == hidden_from_somebody == set(numbers)
