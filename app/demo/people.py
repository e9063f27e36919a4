"""People of the demo's stations, with the line above each. Invented, all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy.orm import Session

from app.demo.agencies import OFFICE, STATION
from app.models import Agency, Unit, User, UserRole
from app.security.passwords import Passwords
from workflows.vocabulary import Role

PASSWORD = "sahut-demo"  # noqa: S105 (printed on the demo's front page)
DEMO_ACCOUNTS = (
    "petugas",
    "kasiwas",
    "kasipropam",
    "penyidik",
    "kaspkt",
    "kasatintelkam",
    "kasatlantas",
    "kapolresta",
    "ombudsman",
    "admin",
)


@dataclass(frozen=True, slots=True)
class Post:
    """One post at a station.

    :ivar key: username at the main station; elsewhere ``key.code``
    :ivar above: key of the next one up the line
    """

    key: str
    name: str
    title: str
    unit: str
    role: Role
    above: str | None


POSTS = (
    Post("kapolresta", "Kombes Pol. Hendra Kusumanegara", "Kapolresta", "pimpinan", Role.APPROVER, None),
    Post(
        "wakapolresta",
        "AKBP Kartika Wangsaatmaja",
        "Wakapolresta",
        "pimpinan",
        Role.APPROVER,
        "kapolresta",
    ),
    Post("kasiwas", "AKP Rukmini Sastrawinata", "Kasiwas", "siwas", Role.COORDINATOR, "wakapolresta"),
    Post("petugas", "Aipda Bayu Irawansyah", "Petugas SPDT", "siwas", Role.INTAKE, "kasiwas"),
    Post("petugas2", "Bripka Citra Mulyasari", "Petugas SPDT", "siwas", Role.INTAKE, "kasiwas"),
    Post(
        "kasipropam",
        "AKP Fajar Darmakusuma",
        "Kasipropam",
        "sipropam",
        Role.INVESTIGATOR_LEAD,
        "wakapolresta",
    ),
    Post("penyidik", "Ipda Eka Natadireja", "Kanit Paminal", "sipropam", Role.INVESTIGATOR, "kasipropam"),
    Post("provos", "Ipda Sahrul Gandasasmita", "Kanit Provos", "sipropam", Role.INVESTIGATOR, "kasipropam"),
    Post("kaspkt", "AKP Tatang Bratadipura", "Ka SPKT", "spkt", Role.UNIT_HEAD, "wakapolresta"),
    Post("pamapta1", "Ipda Dewi Tirtanagari", "Pamapta I", "spkt", Role.INVESTIGATOR, "kaspkt"),
    Post("pamapta2", "Ipda Asep Jayasantika", "Pamapta II", "spkt", Role.INVESTIGATOR, "kaspkt"),
    Post(
        "kasatintelkam",
        "Kompol Lilis Cahyaningtyas",
        "Kasat Intelkam",
        "intelkam",
        Role.UNIT_HEAD,
        "wakapolresta",
    ),
    Post(
        "skck1",
        "Aiptu Wawan Rahmatulloh",
        "Kepala urusan SKCK",
        "intelkam",
        Role.INVESTIGATOR,
        "kasatintelkam",
    ),
    Post("skck2", "Bripka Titin Priyatnasari", "Banit SKCK", "intelkam", Role.INVESTIGATOR, "skck1"),
    Post(
        "kasatlantas", "Kompol Gilang Hidayatullah", "Kasat Lantas", "lantas", Role.UNIT_HEAD, "wakapolresta"
    ),
    Post("regident", "Iptu Nuraini Lesmana", "Kanit Regident", "lantas", Role.INVESTIGATOR, "kasatlantas"),
    Post("satpas", "Aipda Rohmat Abdulkarim", "Baur SIM", "lantas", Role.INVESTIGATOR, "regident"),
    Post("admin", "Zulfa Fatahillahwati", "Admin sistem", "pimpinan", Role.ADMIN, "wakapolresta"),
)
"""Polresta Serang Kota; the neighbours get the first of each role, with names of their own."""

SMALL = (
    "kapolresta",
    "kasiwas",
    "petugas",
    "kasipropam",
    "penyidik",
    "kaspkt",
    "kasatintelkam",
    "kasatlantas",
)
"""Posts of a neighbouring station."""


@cache
def demo_password_hash() -> str:
    """One hash for all: the password is public, and each hash costs a tenth of a second."""
    return Passwords().hash(PASSWORD)


def make_people(
    session: Session, agency: Agency, units: Mapping[str, Unit], *, at: datetime
) -> dict[str, User]:
    """The people of a station by the keys of their posts."""
    main = agency.code == STATION
    made: dict[str, User] = {}
    for post in POSTS:
        if not main and post.key not in SMALL:
            continue
        above = post.above if main or post.above != "wakapolresta" else "kapolresta"
        made[post.key] = _user(
            session,
            post.key if main else f"{post.key}.{agency.code.lower()}",
            post.name if main else f"Pejabat Contoh {agency.code}",
            post.title if main else post.title.replace("Kapolresta", "Kapolres"),
            post.role,
            agency,
            units[post.unit],
            made[above].id if above else None,
            at,
        )
    return made


def make_reviewer(session: Session, agency: Agency, *, at: datetime) -> User:
    """The Ombudsman's reviewer."""
    assert agency.code == OFFICE
    return _user(
        session,
        "ombudsman",
        "Halimah Wangsaatmaja",
        "Asisten Ombudsman",
        Role.OMBUDSMAN,
        agency,
        None,
        None,
        at,
    )


def _user(
    session: Session,
    username: str,
    name: str,
    title: str,
    role: Role,
    agency: Agency,
    unit: Unit | None,
    superior_id: int | None,
    at: datetime,
) -> User:
    user = User(
        username=username,
        full_name=name,
        title=title,
        email=f"{username}@{agency.code.lower()}.contoh.example",
        password_hash=demo_password_hash(),
        must_change_password=False,
        agency_id=agency.id,
        unit_id=unit.id if unit else None,
        superior_id=superior_id,
        created_at=at,
        roles=[UserRole(role=role.value)],
    )
    session.add(user)
    session.flush()
    return user
