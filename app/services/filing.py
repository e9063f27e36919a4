"""What is handed in when a complaint is lodged, and what its writer gets back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.security.vault import new_case_key
from app.services.files import StoredFile
from workflows.particulars import Circumstances, Fee
from workflows.vocabulary import IdentityMode


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complains; empty for a tip. Sealed at once, kept nowhere else."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    proxy: str = ""
    """Who acts for the complainant, if somebody does: name and relation on the first line, then the rest."""
    wants_notices: bool = True

    @property
    def named(self) -> str:
        """As the receipt names who complains (UU 25/2009 Pasal 44 ayat (2) huruf a), the proxy included."""
        name, proxy = self.name.strip(), self.proxy.strip()
        return f"{name}, diwakili oleh {proxy.splitlines()[0]}" if name and proxy else name


@dataclass(frozen=True, slots=True)
class Filing:
    """A complaint as handed in, checked for shape by the form.

    ``received_at`` is given at the desk for a letter that lay there; None means now.
    """

    agency_code: str
    channel: str
    identity_mode: IdentityMode
    narrative: str
    language: str = "id"
    identity: Identity = field(default_factory=Identity)
    category: str | None = None
    service_code: str | None = None
    product_code: str | None = None
    service_date: date | None = None
    place: str = ""
    loss: str = ""
    remedy_sought: str = ""
    respondent_text: str = ""
    compensation_claim_idr: int | None = None
    in_danger: bool = False
    fee: Fee | None = None
    circumstances: Circumstances | None = None
    external_number: str | None = None
    external_source: str | None = None
    received_at: datetime | None = None
    case_key: bytes = field(default_factory=new_case_key)
    """Made before the files are stored under it."""
    files: Sequence[StoredFile] = ()

    @property
    def is_anonymous(self) -> bool:
        """A tip: nobody's name is kept, whatever was typed."""
        return self.identity_mode == IdentityMode.ANONYMOUS


@dataclass(frozen=True, slots=True)
class Lodged:
    """Number and secret of a new case; the code is shown once and stored nowhere."""

    number: str
    tracking_code: str
    complaint_id: int


class ReceivedInFuture(ValueError):
    """The desk gave a receipt instant after now."""
