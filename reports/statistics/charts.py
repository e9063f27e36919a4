"""Charts as SVG text: columns over time, bars of groups and of shares.

Positions are percentages and letters keep their size, so that a chart is as readable at 360 pixels as at
1,280 and never scrolls. Each is one image with a title and a description; the table beside it says the same.
Nothing stands on colour alone: every bar has its figure beside it (columns where there is room; else the
table below tells), and what isn't certain is hatched. Classes let the page's style sheet turn to the
system's colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil
from textwrap import wrap

from reports.palette import INK, LINE, MUTED, TEAL, TEAL_SOFT

LETTERS = 37
"""Of a line at 360 pixels, label and figure together."""
_FEWEST = 14
_NARROWEST = 290
"""Pixels of a chart on the narrowest screen."""
_LETTER = 8
"""Pixels of a digit, at most."""
_LINE = 20
_BAR = 18
_GAP = 16
_PLOT = 180
_TOP = 26
_FOOT = 30
_FONT = 14


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    :ivar weight: how much of the axis it takes, as months it covers
    :ivar text: its figure, as written above it
    """

    label: str
    value: int
    text: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, at full length ``1``: first what is certain, then what may be, hatched.

    :ivar text: its figure, as written at the right
    """

    label: str
    sure: float
    text: str
    perhaps: float = 0.0


def columns(name: str, title: str, description: str, rows: Sequence[Column]) -> str:
    """A column chart from left to right, with a scale in round numbers.

    :param name: unlike that of any other chart on the page
    """
    top = round_top(max((row.value for row in rows), default=0))
    whole = sum(row.weight for row in rows) or 1
    figures_fit = max((len(row.text) for row in rows), default=0) * _LETTER * len(rows) <= _NARROWEST
    parts = [_scale(top)]
    left = 0.0
    for row in rows:
        width = 100 * row.weight / whole
        height = _PLOT * row.value / top
        y = _TOP + _PLOT - height
        middle = f"{left + width / 2:.2f}%"
        parts += [
            (
                f'<rect class="sahut-chart__bar" x="{left + width * 0.14:.2f}%" y="{y:.1f}" '
                f'width="{width * 0.72:.2f}%" height="{height:.1f}" fill="#{TEAL}"/>'
            ),
            _text(middle, y - 6, row.text, anchor="middle", strong=True) if figures_fit else "",
            _text(middle, _TOP + _PLOT + 20, row.label, anchor="middle"),
        ]
        left += width
    return _svg(name, title, description, _TOP + _PLOT + _FOOT, parts)


def bars(name: str, title: str, description: str, rows: Sequence[Bar]) -> str:
    """Bars below each other, each under its label and figure.

    :param name: unlike that of any other chart on the page
    """
    parts: list[str] = [_hatch(name)] if any(row.perhaps for row in rows) else []
    y = 0
    for row in rows:
        lines = wrap(row.label, max(LETTERS - len(row.text), _FEWEST)) or [""]
        for number, line in enumerate(lines):
            parts.append(_text("0", y + _FONT + number * _LINE, line))
        parts.append(_text("100%", y + _FONT, row.text, anchor="end", strong=True))
        y += len(lines) * _LINE
        parts.append(_box("sahut-chart__ground", 0, y, 1, TEAL_SOFT))
        parts.append(_box("sahut-chart__bar", 0, y, row.sure, TEAL))
        if row.perhaps:
            parts.append(
                f'<rect class="sahut-chart__perhaps" x="{100 * row.sure:.2f}%" y="{y}" '
                f'width="{100 * row.perhaps:.2f}%" height="{_BAR}" fill="url(#{name}-hatch)"/>'
            )
        y += _BAR + _GAP
    return _svg(name, title, description, max(y - _GAP, 1) + 2, parts)


def round_top(greatest: int) -> int:
    """Upper end of a scale: the next of 5, 10, 20, 30, 50, 100, 200, …"""
    if greatest <= 5:
        return 5
    power: int = 10 ** (len(str(greatest)) - 1)
    return next(step * power for step in (1, 2, 3, 5, 10) if step * power >= greatest)


def _scale(top: int) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = _TOP + _PLOT * (1 - share)
        lines.append(
            f'<line class="sahut-chart__line" x1="0" x2="100%" y1="{y:.0f}" y2="{y:.0f}" stroke="#{LINE}"/>'
        )
        if share == 1.0:
            lines.append(_text("0", y - 6, f"{ceil(top * share):,}".replace(",", "."), colour=MUTED))
    return "".join(lines)


def _hatch(name: str) -> str:
    return (
        f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><path class="sahut-chart__hatch" d="M1 0v6" stroke="#{TEAL}" '
        'stroke-width="2"/></pattern></defs>'
    )


def _box(kind: str, x: float, y: float, share: float, colour: str) -> str:
    return (
        f'<rect class="{kind}" x="{100 * x:.2f}%" y="{y}" width="{100 * share:.2f}%" height="{_BAR}" '
        f'fill="#{colour}"/>'
    )


def _text(
    x: str, y: float, text: str, *, anchor: str = "start", strong: bool = False, colour: str = INK
) -> str:
    weight = ' font-weight="700"' if strong else ""
    where = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{x}" y="{y:.0f}"{where}{weight} fill="#{colour}">{escape(text)}</text>'


def _svg(name: str, title: str, description: str, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg class="sahut-chart" role="img" aria-labelledby="{name}-title {name}-desc" width="100%" '
        f'height="{height}" font-size="{_FONT}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )
