"""Fill what a file lacked, without touching what it already says."""

from dataclasses import dataclass
from datetime import date

from app.models import Complainant
from app.security.vault import seal
from app.services.effects import Act
from app.services.texts import get_case_key
from workflows.vocabulary import IdentityMode


@dataclass(frozen=True, slots=True)
class Supplements:
    """Fields of UU 25/2009 Pasal 42 ayat (3) that came later; empty means not given."""

    loss: str = ""
    remedy_sought: str = ""
    service_date: date | None = None
    place: str = ""
    full_name: str = ""
    full_address: str = ""


def supplement(act: Act, given: Supplements) -> None:
    """Write the given fields where the file has none; what was filed first stays as it was filed."""
    complaint = act.complaint
    filled: list[str] = []
    for name in ("loss", "remedy_sought", "place"):
        text = getattr(given, name).strip()
        if text and not getattr(complaint, name).strip():
            setattr(complaint, name, text)
            filled.append(name)
    if given.service_date is not None and complaint.service_date is None:
        complaint.service_date = given.service_date
        filled.append("service_date")
    filled += _supplement_identity(act, given)
    act.facts["supplemented"] = ",".join(filled)


def _supplement_identity(act: Act, given: Supplements) -> list[str]:
    identity = act.session.get(Complainant, act.complaint.id)
    if identity is None or identity.identity_mode == IdentityMode.ANONYMOUS:
        return []
    filled = []
    for column, field, text in (
        ("name_sealed", "name", given.full_name),
        ("address_sealed", "address", given.full_address),
    ):
        if text.strip() and getattr(identity, column) is None:
            case_key = get_case_key(act.session, act.complaint.id)
            blob = seal(
                case_key,
                case_id=act.complaint.id,
                field=field,
                version=identity.key_version,
                text=text.strip(),
            )
            setattr(identity, column, blob)
            filled.append(f"full_{field}")
    return filled
