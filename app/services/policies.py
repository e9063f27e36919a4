"""Local policies of an agency, set by whoever has the machine and logged: what no law fixes is a setting.

Each is read where it is used (`app.queries.settings.find_setting`); here is the table of all of them, what
each takes, and the one way to change it. A change counts from the moment it is made: nothing that was
announced, promised or published under the earlier value is moved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import run_in_unit
from app.models import Agency, Setting
from app.models.code_reissue import LEAST_DELAY_HOURS
from app.queries.catalogue import PLEDGE_SETTING
from app.queries.settings import THRESHOLD_SETTING
from app.queries.survey import ROUNDED_WEIGHT_SETTING
from app.queries.withdrawals import COOLING_OFF_KEY, LONGEST_COOLING_OFF_DAYS
from app.services.audit_log import append_agency_entry
from app.services.examination_reports import DAYS_SETTING
from app.services.link_checks import LINK_CHECKS_SETTING
from app.services.reissue import DELAY_SETTING
from workflows.snapshot import SYSTEM
from workflows.vocabulary import Role

MOST_DELAY_HOURS = 14 * 24
MOST_ACTION_DAYS = 365
LEAST_THRESHOLD, MOST_THRESHOLD = 2, 100
PLEDGE_FIELDS = ("text", "signed_on", "signer_name", "signer_title")


class PolicyRefused(ValueError):
    """A policy can't be set as asked.

    :ivar code: ``unknown_key``, ``unknown_agency`` or ``unfit_value``
    :ivar expected: what the value must be, in Indonesian, for ``unfit_value``
    """

    def __init__(self, code: str, expected: str = "") -> None:
        super().__init__(f"{code}: {expected}" if expected else code)
        self.code = code
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Policy:
    """A local policy.

    :ivar meaning: what it does, in Indonesian, for the person at the terminal
    :ivar expected: what it takes, in Indonesian
    :ivar read: the value from what was typed; raises ValueError
    """

    key: str
    meaning: str
    expected: str
    read: Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value that somebody set; `agency_code` None stands for all agencies."""

    key: str
    agency_code: str | None
    value: object
    updated_at: datetime


def set_policy(key: str, typed: str, *, agency_code: str, at: datetime) -> object:
    """Set a policy of one agency; returns the value as it is kept.

    :raises PolicyRefused: no such policy or agency, or the value doesn't fit
    """
    policy = POLICIES.get(key)
    if policy is None:
        raise PolicyRefused("unknown_key")
    try:
        value = policy.read(typed)
    except ValueError:
        raise PolicyRefused("unfit_value", policy.expected) from None

    def work(session: Session) -> object:
        row, agency = _row_of(session, key, agency_code)
        if row is None:
            session.add(Setting(key=key, agency_id=agency.id, value=value, updated_at=at))
        else:
            row.value, row.updated_at = value, at
        _log(session, agency, "setting.set", {"key": key, "value": _fact(value)}, at)
        return value

    return run_in_unit(work)


def clear_policy(key: str, *, agency_code: str, at: datetime) -> bool:
    """Return to what holds without a setting; whether there was one.

    :raises PolicyRefused: no such policy or agency
    """
    if key not in POLICIES:
        raise PolicyRefused("unknown_key")

    def work(session: Session) -> bool:
        row, agency = _row_of(session, key, agency_code)
        if row is None:
            return False
        session.delete(row)
        _log(session, agency, "setting.cleared", {"key": key}, at)
        return True

    return run_in_unit(work)


def list_policies(session: Session) -> tuple[Chosen, ...]:
    """What was set, by key and agency."""
    rows = session.execute(
        select(Setting.key, Agency.code, Setting.value, Setting.updated_at)
        .outerjoin(Agency, Agency.id == Setting.agency_id)
        .where(Setting.key.in_(POLICIES))
        .order_by(Setting.key, Agency.code)
    )
    return tuple(Chosen(*row) for row in rows)


def _row_of(session: Session, key: str, agency_code: str) -> tuple[Setting | None, Agency]:
    agency = session.scalars(select(Agency).where(Agency.code == agency_code).with_for_update()).one_or_none()
    if agency is None:
        raise PolicyRefused("unknown_agency")
    row = session.scalars(select(Setting).where(Setting.key == key, Setting.agency_id == agency.id))
    return row.one_or_none(), agency


def _log(session: Session, agency: Agency, kind: str, facts: Mapping[str, str], at: datetime) -> None:
    append_agency_entry(session, agency, kind=kind, actor=SYSTEM, role=Role.SYSTEM, at=at, facts=facts)


def _fact(value: object) -> str:
    """The value as the log keeps it; of a text only the digest, since it may name people."""
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return told if isinstance(value, (int, bool)) else hashlib.sha256(told.encode()).hexdigest()


def _whole(least: int, most: int) -> Callable[[str], object]:
    def read(typed: str) -> int:
        number = int(typed)
        if not least <= number <= most:
            raise ValueError(typed)
        return number

    return read


def _yes_or_no(typed: str) -> bool:
    words = {"ya": True, "yes": True, "true": True, "tidak": False, "no": False, "false": False}
    if typed.strip().lower() not in words:
        raise ValueError(typed)
    return words[typed.strip().lower()]


def _pledge(typed: str) -> dict[str, str]:
    told = json.loads(typed)
    if not isinstance(told, dict) or set(told) != set(PLEDGE_FIELDS):
        raise ValueError("fields")
    if not all(isinstance(one, str) and one.strip() for one in told.values()):
        raise ValueError("empty")
    date.fromisoformat(told["signed_on"])
    return {field: told[field].strip() for field in PLEDGE_FIELDS}


POLICIES: dict[str, Policy] = {
    policy.key: policy
    for policy in (
        Policy(
            COOLING_OFF_KEY,
            "Jeda sebelum pencabutan pengaduan berlaku.",
            f"hari, 0 sampai {LONGEST_COOLING_OFF_DAYS}",
            _whole(0, LONGEST_COOLING_OFF_DAYS),
        ),
        Policy(
            DELAY_SETTING,
            "Jeda antara persetujuan petugas kedua dan pengambilan kode baru.",
            f"jam, {LEAST_DELAY_HOURS} sampai {MOST_DELAY_HOURS}",
            _whole(LEAST_DELAY_HOURS, MOST_DELAY_HOURS),
        ),
        Policy(
            DAYS_SETTING,
            "Jangka tindakan korektif yang diusulkan pada LHP baru.",
            f"hari kalender, 1 sampai {MOST_ACTION_DAYS}",
            _whole(1, MOST_ACTION_DAYS),
        ),
        Policy(
            THRESHOLD_SETTING,
            "Kelompok pengaduan terkecil yang ditampilkan sendiri dalam statistik.",
            f"jumlah, {LEAST_THRESHOLD} sampai {MOST_THRESHOLD}",
            _whole(LEAST_THRESHOLD, MOST_THRESHOLD),
        ),
        Policy(
            ROUNDED_WEIGHT_SETTING,
            "SKM dihitung dengan bobot 0,11, bukan sepersembilan.",
            "ya atau tidak",
            _yes_or_no,
        ),
        Policy(
            LINK_CHECKS_SETTING,
            "Tautan bukti zona integritas dibuka dari server ini untuk diperiksa.",
            "ya atau tidak",
            _yes_or_no,
        ),
        Policy(
            PLEDGE_SETTING,
            "Maklumat pelayanan yang tampil di /maklumat.",
            "JSON dengan " + ", ".join(PLEDGE_FIELDS) + "; signed_on seperti 2026-01-31",
            _pledge,
        ),
    )
}
"""Every local policy that is a setting of an agency, by key."""
