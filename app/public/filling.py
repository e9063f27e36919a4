"""A complaint on its way: what was answered so far, and what that makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.law import get_law
from app.public.forms import UNKNOWN
from app.queries.catalogue import (
    ProductRow,
    ServiceRow,
    Station,
    list_services,
    list_services_around,
    list_stations,
)
from app.services.drafts import Content
from workflows.vocabulary import ComplaintClass, IdentityMode

KIND_CATEGORY = {"suggestion": "aspirasi", "information": "permintaan_informasi"}
"""Kinds that are no complaint, by their report type in the law data."""

CONDUCT_ISSUES = ("rude", "illegal_fee")
"""Issues of services that are also kinds of conduct; asked of both, since people don't draw that line."""

TELLING_OF_MONEY = frozenset({"illegal_fee", "middleman", "corruption"})
TELLING_OF_DELAY = frozenset({"slow", "no_progress_notice"})
TELLING_OF_REFUSAL = frozenset({"report_refused"})
TELLING_OF_WITNESSES = frozenset({"rude", "abuse", "discriminatory"})
"""Matters, by their code in the law data, that more is asked of."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What is known while a question is asked.

    :ivar stations: all that take complaints; never empty
    :ivar services: of the chosen station
    """

    stations: tuple[Station, ...]
    services: tuple[ServiceRow, ...]
    content: Content

    @property
    def station(self) -> Station:
        """The station complained of; the first one until another is chosen."""
        chosen = self.answer("satuan", "station")
        return next((one for one in self.stations if one.code == chosen), self.stations[0])

    def answer(self, question: str, field: str) -> Any:
        """The accepted answer; None where the question wasn't answered yet."""
        return self.content.answers.get(question, {}).get(field)

    @property
    def kind(self) -> str | None:
        """``service``, ``conduct``, ``suggestion`` or ``information``."""
        return self.answer("jenis", "kind")

    @property
    def is_complaint(self) -> bool:
        """Whether somebody is complained of, as is taken for granted until the answer: only then loss, remedy
        and the like are asked."""
        return self.kind not in KIND_CATEGORY

    @property
    def service(self) -> ServiceRow | None:
        """The service that it is about, where known."""
        chosen = self.answer("layanan", "service")
        return next((one for one in self.services if one.code == chosen), None)

    @property
    def product(self) -> ProductRow | None:
        """What of the service, where known."""
        chosen = self.answer("produk", "product")
        products = self.service.products if self.service else ()
        return next((one for one in products if one.code == chosen), None)

    @property
    def is_product_asked(self) -> bool:
        """Whether the service issues different things; counted in until the service is known."""
        if self.answer("layanan", "service") is None:
            return True
        return bool(self.service and self.service.products)

    @property
    def mode(self) -> IdentityMode | None:
        """How the identity is treated."""
        chosen = self.answer("identitas", "mode")
        return IdentityMode(chosen) if chosen else None

    @property
    def in_danger(self) -> bool:
        """Danger to life or a threat."""
        return self.is_complaint and self.answer("bahaya", "danger") == "yes"

    def tells_of(self, matters: frozenset[str]) -> bool:
        """Whether the matter is one of these, for a complaint; not while it is unknown."""
        return self.is_complaint and self.answer("perihal", "issue") in matters

    @property
    def acts_for_another(self) -> bool:
        """Whether somebody with a power of attorney writes (UU 25/2009 Pasal 42 ayat (1))."""
        return self.is_complaint and self.answer("pihak", "party") == "other"

    @property
    def tariff_sources(self) -> tuple[str, ...]:
        """Where the product's fee is laid down, from the law data; what the catalogue says otherwise."""
        known = get_law().services.get(self.service.code) if self.service else None
        product = known.products.get(self.product.code) if known and self.product else None
        if product and product.fee_source:
            return tuple(str(one) for one in product.fee_source)
        return self.product.sources if self.product else ()

    @property
    def over_tariff_idr(self) -> int | None:
        """Rupiah asked above the product's fee; None where either isn't known."""
        amount = self.answer("uang", "amount")
        tariff = self.product.fee_idr if self.product else None
        return None if amount is None or tariff is None else max(0, amount - tariff)

    def issues(self) -> dict[str, Any]:
        """What may have gone wrong, by code, in the order of the law data."""
        law = get_law()
        if self.kind == "conduct":
            conduct = {
                code: node
                for code, node in law.conduct.items()
                if node.default_class is ComplaintClass.SUPERVISORY
            }
            return {code: law.issues[code] for code in CONDUCT_ISSUES} | conduct
        service = self.service
        return {
            code: issue
            for code, issue in law.issues.items()
            if service is None or service.code in issue.applies
        }

    @property
    def category(self) -> str | None:
        """The citizen's own category, as the rules know it."""
        if self.kind in KIND_CATEGORY:
            return KIND_CATEGORY[self.kind]
        chosen = self.answer("perihal", "issue")
        return None if chosen == UNKNOWN else chosen


def read_filling(session: Session, content: Content) -> Filling | None:
    """Everything that the next question needs; None where no station takes complaints yet."""
    stations = list_stations(session)
    if not stations:
        return None
    station = Filling(stations, (), content).station
    return Filling(stations, list_services(session, station.id), content)


def read_chosen(session: Session, content: Content) -> Filling | None:
    """As `read_filling`, for a complaint to which no answer is added any more: of its service alone there are
    products, in one statement instead of two."""
    stations = list_stations(session)
    if not stations:
        return None
    known = Filling(stations, (), content)
    services = list_services_around(session, known.station.id, known.answer("layanan", "service"))
    return Filling(stations, services, content)
