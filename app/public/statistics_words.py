"""What the counts are called on the page: outcomes, clocks, groups of months and of services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from babel.dates import get_month_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.i18n import current_language
from app.law import get_law
from app.queries.catalogue import ServiceRow
from app.templating import label, number_id
from reports.statistics.measures import ENDINGS, NO_SERVICE
from reports.statistics.suppression import Share
from reports.statistics.year import MonthsRow
from workflows.vocabulary import Binding, ComplaintClass, LimitUnit, Party

OUTCOMES: Mapping[str, Any] = {
    "substantiated": _l("Terbukti"),
    "partly_substantiated": _l("Terbukti sebagian"),
    "settled": _l("Disepakati bersama"),
    "not_substantiated": _l("Tidak terbukti"),
    "answered": _l("Dijawab"),
    "withdrawn": _l("Dicabut pelapor"),
    "lapsed": _l("Dianggap dicabut karena tidak dilengkapi"),
    "no_jurisdiction": _l("Diteruskan ke instansi lain"),
    "before_court": _l("Sedang diperiksa pengadilan"),
    "duplicate": _l("Ganda"),
    "too_vague": _l("Tidak jelas"),
    "non_supervisory_answered": _l("Dijawab dan diarsipkan"),
    "no_reply": _l("Pelapor tidak menanggapi"),
    "compensation_paid": _l("Ganti rugi dibayar"),
    "decided": _l("Diputus"),
}

STAGES: Mapping[str, Any] = {
    "acknowledgement": _l("Tanda terima diberikan"),
    "completeness_notice": _l("Diberi tahu lengkap atau belum"),
    "first_response": _l("Tanggapan pertama"),
    "result_notice": _l("Hasil klarifikasi diberitahukan"),
    "resolution": _l("Pengaduan diputus"),
    "resolution_kip": _l("Permintaan informasi dijawab"),
    "decision_delivery": _l("Keputusan disampaikan"),
    "objection_review": _l("Keberatan diputus"),
}

_MOST_NAMED = 3
"""Members of a group that are all named; of more, the first ones."""
_CLASSES = (
    ComplaintClass.SERVICE,
    ComplaintClass.SUPERVISORY,
    ComplaintClass.INFORMATION_REQUEST,
    ComplaintClass.ASPIRATION,
    ComplaintClass.URGENT,
)
_LAWFUL = (Binding.STATUTE, Binding.REGULATION)


def months_words(row: MonthsRow, *, width: Literal["abbreviated", "wide"] = "wide") -> str:
    """``Maret``, or of several months ``Januari–Maret``; abbreviated for charts."""
    names = get_month_names(width, locale=current_language())
    if row.first == row.last:
        return str(names[row.first])
    return f"{names[row.first]}–{names[row.last]}"


def outcome_words(members: Sequence[str]) -> str:
    """A group of outcomes: all named where they are few."""
    if len(members) == len(ENDINGS):
        return _("Semua sebab")
    first, *others = (str(OUTCOMES[one]) for one in members)
    return _joined([first, *(one[0].lower() + one[1:] for one in others)])


def service_words(members: Sequence[str], services: Sequence[ServiceRow]) -> str:
    """A service by its name; a group by the short names."""
    if members == (NO_SERVICE,):
        return _("Tanpa menyebut layanan")
    if len(members) == 1:
        return next((str(label(one)) for one in services if one.code == members[0]), members[0])
    return _joined([_("tanpa layanan") if one == NO_SERVICE else one.upper() for one in members])


def _joined(names: list[str]) -> str:
    if len(names) > _MOST_NAMED:
        return _("%(names)s, atau sebab lain", names=", ".join(names[:_MOST_NAMED]))
    return _(" atau ").join(names)


def limit_words(limit: int, unit: LimitUnit) -> str:
    """``14 hari``, ``20 hari kerja``; nothing is ``saat itu juga``."""
    if limit == 0:
        return _("hari itu juga")
    pattern = {
        LimitUnit.WORKING_DAY: _("%(n)s hari kerja", n=limit),
        LimitUnit.CALENDAR_DAY: _("%(n)s hari", n=limit),
        LimitUnit.HOUR: _("%(n)s jam", n=limit),
        LimitUnit.YEAR: _("%(n)s tahun", n=limit),
    }
    return pattern[unit]


def clock_steps(clock: str) -> list[Any]:
    """Steps of the law data that a clock counts, each limit once."""
    stage, _dot, basis = clock.rpartition(".")
    found: dict[tuple[int, LimitUnit], Any] = {}
    for kind in _CLASSES:
        for step in get_law().policies[kind].steps:
            is_law = step.binding in _LAWFUL
            if step.stage == stage and step.party is Party.STATION and is_law == (basis == "law"):
                found.setdefault((step.limit, step.unit), step)
    return list(found.values())


def clock_words(clock: str) -> str:
    """What must have happened, and within which limit."""
    stage, _dot, basis = clock.rpartition(".")
    limits = _limits([(step.limit, step.unit) for step in clock_steps(clock)])
    if basis == "law":
        return _("%(what)s dalam %(limits)s", what=STAGES[stage], limits=limits)
    return _("%(what)s dalam %(limits)s (pedoman)", what=STAGES[stage], limits=limits)


def _limits(limits: Sequence[tuple[int, LimitUnit]]) -> str:
    """``60 hari``; of several kinds of complaints ``5, 14, atau 60 hari kerja``."""
    units = {unit for _limit, unit in limits}
    numbers = sorted(limit for limit, _unit in limits)
    if len(units) > 1 or len(numbers) < 2:
        return _(" atau ").join(limit_words(limit, unit) for limit, unit in limits)
    before = ", ".join(map(str, numbers[:-1]))
    return _("%(before)s, atau %(last)s", before=before, last=limit_words(numbers[-1], units.pop()))


def share_words(share: Share | None, threshold: int) -> str:
    """A share exactly, or as far as it may be told."""
    if share is None:
        return _("kurang dari %(k)s", k=threshold)
    if share.least == share.most:
        return _("%(percent)s%%", percent=_percent(share.least, share.n))
    if (share.least, share.most) == (0, share.n):
        return _("tidak dirinci")
    if share.most == share.n:
        return _("≥ %(percent)s%%", percent=_percent(share.least, share.n))
    return _("%(least)s–%(most)s%%", least=_percent(share.least, share.n), most=_percent(share.most, share.n))


def share_counts(share: Share | None) -> str:
    """How many of how many: ``54 dari 60``; ``88–92 dari 92``."""
    if share is None:
        return "–"
    if share.least == share.most:
        return _("%(part)s dari %(whole)s", part=number_id(share.least), whole=number_id(share.n))
    part = f"{number_id(share.least)}–{number_id(share.most)}"
    return _("%(part)s dari %(whole)s", part=part, whole=number_id(share.n))


def _percent(part: int, whole: int) -> str:
    """Rounded down, so that it never says too much."""
    return number_id(part * 100 // whole)
