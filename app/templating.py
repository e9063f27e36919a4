"""How Jinja is set up: where templates come from, and how dates, numbers, money and law are written.

Filters take what they need as arguments (instant, zone) and never read the clock; only the language comes
from the request. Months and days are spelled out, times carry the zone's Indonesian name (WIB, WITA, WIT).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from markupsafe import Markup

from app.assets import asset_url, init_assets
from app.i18n import LOCALE_NAMES, LOCALES, current_language, gettext, language_url, ngettext
from app.i18n import gettext as _
from app.law import get_law
from app.rendering import text_of

DEFAULT_ZONE = "Asia/Jakarta"

ZONE_NAMES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
"""Indonesia's zones by their official abbreviations; others keep the name of the zone data."""

END_OF_DAY = (23, 59)

WARN_DAYS = 3
"""A running deadline counts as near when it falls due within this many local dates."""

Zone = str | tzinfo


@lru_cache(maxsize=64)
def _zone(zone: Zone) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def to_local(instant: datetime, zone: Zone = DEFAULT_ZONE) -> datetime:
    """The instant on the wall clock of `zone`.

    :raises ValueError: where the instant is naive
    """
    if instant.tzinfo is None:
        raise ValueError("a naive datetime has no place on a screen")
    return instant.astimezone(_zone(zone))


def zone_name(instant: datetime, zone: Zone = DEFAULT_ZONE) -> str:
    """What the zone calls itself at that instant: ``WIB``, ``WITA``, ``WIT``."""
    key = zone if isinstance(zone, str) else getattr(zone, "key", "")
    return ZONE_NAMES.get(key) or instant.astimezone(_zone(zone)).tzname() or ""


def local_time(instant: datetime, zone: Zone = DEFAULT_ZONE) -> str:
    """``14.05 WIB`` (English: ``14:05 WIB``)."""
    return _time_of(to_local(instant, zone), zone)


def _time_of(local: datetime, zone: Zone) -> str:
    mark = "." if current_language() == "id" else ":"
    return f"{local.hour:02d}{mark}{local.minute:02d} {zone_name(local, zone)}"


def local_date(value: datetime | date, zone: Zone = DEFAULT_ZONE, *, weekday: bool = False) -> str:
    """``24 November 2026``, or with its weekday ``Selasa, 24 November 2026``; a plain date has no zone."""
    day = to_local(value, zone).date() if isinstance(value, datetime) else value
    return _spelled(day, "EEEE, d MMMM y" if weekday else "d MMMM y", current_language())


@lru_cache(maxsize=4096)
def _spelled(day: date, pattern: str, language: str) -> str:
    return format_date(day, pattern, locale=language)


def local_datetime(instant: datetime, zone: Zone = DEFAULT_ZONE, *, weekday: bool = True) -> str:
    """``Selasa, 24 November 2026, 14.05 WIB``."""
    local = to_local(instant, zone)
    return f"{local_date(local.date(), weekday=weekday)}, {_time_of(local, zone)}"


def short_datetime(instant: datetime, zone: Zone = DEFAULT_ZONE) -> str:
    """``24 Nov 2026, 14.05 WIB``, for dense tables."""
    local = to_local(instant, zone)
    return f"{_spelled(local.date(), 'd MMM y', current_language())}, {_time_of(local, zone)}"


def iso_datetime(value: datetime | date, zone: Zone = DEFAULT_ZONE) -> str:
    """The same for machines, as the ``datetime`` attribute of ``<time>`` wants it."""
    if isinstance(value, datetime):
        return to_local(value, zone).isoformat(timespec="minutes")
    return value.isoformat()


def number_id(value: float | Decimal, decimals: int | None = None) -> str:
    """A number in local form: ``1.234.567`` or, with two decimals, ``82,09`` (English: ``82.09``)."""
    pattern = None if decimals is None else "#,##0." + "0" * decimals if decimals else "#,##0"
    return str(format_decimal(value, format=pattern, locale=current_language()))


def rupiah(value: int | Decimal) -> str:
    """Whole rupiah: ``Rp30.000``."""
    return f"Rp{number_id(value, 0)}"


def file_size(size: int) -> str:
    """Size of a file in bytes, in words: ``812 B``, ``24 kB``, ``2,4 MB``."""
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{number_id(size / 1_000, 0)} kB"
    return f"{number_id(size / 1_000_000, 1)} MB"


def label(node: Any) -> str:
    """The label of a node of the law data in the reader's language; Indonesian where no English is given.

    It begins with a capital in either language: in the data many English ones don't.
    """
    read = node.get if isinstance(node, Mapping) else lambda name: getattr(node, name, None)
    if current_language() == "en" and (english := read("label_en")):
        return str(english)[:1].upper() + str(english)[1:]
    return str(read("label_id"))


def is_end_of_day(due: datetime, zone: Zone = DEFAULT_ZONE) -> bool:
    """True for a deadline that is counted in days, hence due when the local day ends."""
    local = to_local(due, zone)
    return (local.hour, local.minute) == END_OF_DAY


def _late_words(late: timedelta) -> str:
    minutes = int(late.total_seconds() // 60)
    if minutes < 1:
        return _("baru saja lewat")
    if minutes < 60:
        return ngettext("terlambat %(num)d menit", "terlambat %(num)d menit", minutes)
    if late < timedelta(days=1):
        return ngettext("terlambat %(num)d jam", "terlambat %(num)d jam", minutes // 60)
    return ngettext("terlambat %(num)d hari", "terlambat %(num)d hari", late.days)


def relative_due(due: datetime, now: datetime, zone: Zone = DEFAULT_ZONE) -> str:
    """A deadline as one would say it: ``jatuh tempo besok, 14.00 WIB``; ``terlambat 3 hari``.

    Days ahead are local dates; lateness is elapsed time, rounded down, so that it never says too much.
    """
    if now > due:
        return _late_words(now - due)
    left = due - now
    days = (to_local(due, zone).date() - to_local(now, zone).date()).days
    if left < timedelta(hours=1):
        minutes = max(1, int(left.total_seconds() // 60))
        return ngettext("jatuh tempo %(num)d menit lagi", "jatuh tempo %(num)d menit lagi", minutes)
    if days == 0:
        return _("jatuh tempo hari ini, %(time)s", time=local_time(due, zone))
    if days == 1:
        return _("jatuh tempo besok, %(time)s", time=local_time(due, zone))
    on = local_date(due, zone, weekday=days < 7)
    return ngettext(
        "jatuh tempo %(num)d hari lagi, %(on)s",
        "jatuh tempo %(num)d hari lagi, %(on)s",
        days,
        on=on,
    )


def deadline_state(
    due: datetime,
    now: datetime,
    zone: Zone = DEFAULT_ZONE,
    *,
    met_at: datetime | None = None,
    void_at: datetime | None = None,
) -> str:
    """How a deadline stands: ``met``, ``met_late``, ``void``, ``overdue``, ``near`` or ``running``."""
    if met_at is not None:
        return "met" if met_at <= due else "met_late"
    if void_at is not None:
        return "void"
    if now > due:
        return "overdue"
    days = (to_local(due, zone).date() - to_local(now, zone).date()).days
    return "near" if days < WARN_DAYS else "running"


_ARTICLE = re.compile(r"^(?:Pasal )?(\d+[A-Z]?)(\(.+)$")
_LETTER = re.compile(r"\)([a-z])\b")


def spell_locator(locator: str) -> str:
    """An article as the law writes it: ``Pasal 24(1)c`` becomes ``Pasal 24 ayat (1) huruf c``.

    In English ``Article 24(1)(c)``. What isn't an article (``langkah 4``) stays as it is.
    """
    english_page = current_language() == "en"
    before, letter = ("", r")(\1)") if english_page else (" ayat ", r") huruf \1")
    parts = []
    for part in locator.split(", "):
        match = _ARTICLE.match(part)
        parts.append(f"Pasal {match[1]}{before}{_LETTER.sub(letter, match[2])}" if match else part)
    spelled = ", ".join(parts)
    if english_page:
        for word, english in (
            ("Penjelasan", "Elucidation of"),
            ("Pasal", "Article"),
            ("huruf", "letter"),
        ):
            spelled = spelled.replace(word, english)
    return spelled


def short_title(title: str) -> str:
    """The name a rule goes by: ``UU 25/2009 tentang Pelayanan Publik (LN …)`` becomes ``UU 25/2009``."""
    return re.split(r" tentang |[:;(,]", title, maxsplit=1)[0].strip()


def cite(source: str, titles: Mapping[str, str]) -> str:
    """A source of the law data in words: ``uu25_2009 | Pasal 50(1)`` is ``Pasal 50 ayat (1) UU 25/2009``.

    A decree that set a year's holidays is no key of the data and stands under its own name.

    :param titles: full title of every source key
    """
    key, _bar, locator = (piece.strip() for piece in source.partition("|"))
    if key == "local_policy":
        return _("kebijakan satuan")
    if key not in titles:
        return source
    title = short_title(titles[key])
    if not locator:
        return title
    spelled = spell_locator(locator)
    if re.match(r"Pasal|Penjelasan|Article|Elucidation", spelled):
        return _("%(article)s %(law)s", article=spelled, law=title)
    return f"{title}, {spelled}"


def citations(sources: Iterable[object]) -> list[str]:
    """Every source of a node in words, each once, with the titles of the law in force.

    :param sources: as they stand in the law data or on a deadline: ``uu25_2009 | Pasal 50(1)``
    """
    language = current_language()
    return list(dict.fromkeys(_cited(str(source), language) for source in sources))


@lru_cache(maxsize=1024)
def _cited(source: str, _language: str) -> str:
    return cite(source, {key: known.title for key, known in get_law().sources.items()})


def translate(message: str, /, **values: Any) -> Markup:
    """What pages call as ``_``: the message in the reader's language, values put in and escaped.

    Letters and mails have a template for each language instead.
    """
    text = _marked(message, current_language())
    if not values:
        return text % () if "%%" in text else text
    # Markup has an operator for this, at five times the cost.
    plain = {name: value if isinstance(value, int) else text_of(value) for name, value in values.items()}
    return Markup(str.__mod__(text, plain))  # noqa: S704  (catalogues are ours)


@lru_cache(maxsize=4096)
def _marked(message: str, _language: str) -> Markup:
    return Markup(gettext(message))  # noqa: S704


MOST_FRAGMENTS = 2048


class Fragments:
    """Parts of pages that say the same to everybody, rendered once a language and kept.

    Only for what hangs on nothing but the language and what it names; never for what is somebody's.
    """

    def __init__(self, *, most: int = MOST_FRAGMENTS) -> None:
        self._most = most
        self._rendered: dict[tuple[str, str, str], str] = {}

    def once(self, name: str, of: object = "", *, caller: Callable[[], str]) -> str:
        """``{% call once("footer") %}…{% endcall %}``; ``of`` is what else it hangs on."""
        return self._kept(name, of, caller)

    def drawn_once(self, macro: Callable[..., str]) -> Callable[..., str]:
        """``{% set icon = drawn_once(icon_macro) %}``: a macro whose text hangs on its arguments alone."""
        name = getattr(macro, "name", "")

        def drawn(*of: Any) -> str:
            return self._kept(name, of, lambda: macro(*of))

        return drawn

    def _kept(self, name: str, of: object, render: Callable[[], str]) -> str:
        key = (current_language(), name, str(of))
        found = self._rendered.get(key)
        if found is None:
            found = render()
            if len(self._rendered) < self._most:
                self._rendered[key] = found
        return found


FILTERS = (
    local_date,
    local_datetime,
    local_time,
    short_datetime,
    iso_datetime,
    number_id,
    rupiah,
    file_size,
    label,
    relative_due,
    citations,
    is_end_of_day,
)

GLOBALS = {
    "asset_url": asset_url,
    "current_language": current_language,
    "deadline_state": deadline_state,
    "language_url": language_url,
    "languages": [(code, LOCALE_NAMES[code]) for code in LOCALES],
}


def init_templating(app: Flask) -> None:
    """Gives `app` the component library's templates, the filters and globals above, and its static files."""
    init_assets(app)
    app.jinja_loader = ChoiceLoader(
        [
            *([app.jinja_loader] if app.jinja_loader else []),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    for function in FILTERS:
        app.add_template_filter(function)
    app.jinja_env.globals.update(GLOBALS)
    fragments = Fragments(most=0 if app.debug else MOST_FRAGMENTS)
    app.jinja_env.globals.update(
        {
            "_": translate,
            "gettext": translate,
            "once": fragments.once,
            "drawn_once": fragments.drawn_once,
        }
    )
