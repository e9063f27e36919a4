"""What is looked for on a page as a browser shows it: axe-core's findings, and what axe does not measure.

Each look gives plain sentences, one a finding, and nothing where all is well. Looks that change the window or
its media put them back. The questions themselves stand in `looks.js`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = Path(__file__).parent.parent / "data" / "vendor" / "axe-core-4.14.1" / "axe.min.js"
OURS = Path(__file__).with_suffix(".js")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW_PX = 320
"""What a window of 1280 px is at 400 % zoom (WCAG 2.2, 1.4.10)."""
SMALLEST_TARGET_PX = 24
"""WCAG 2.2, 2.5.8."""
STATES = ".sahut-state, .sahut-due:not(.sahut-due--running), .sahut-aside, .sahut-card"
"""Parts that tell something by their ground."""


def find_axe_violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core says against the page: WCAG 2.2 A and AA, and good practice.

    Seen from the top, since a part that is scrolled away below another counts as hard to hit.

    :param without: rules that are left out
    """
    page.evaluate("scrollTo(0, 0)")
    return _ask(page, "axeViolations", {"tags": TAGS, "without": without})


def find_cut_parts(page: Page) -> list[str]:
    """What scrolls sideways or is cut off at 400 % zoom, and then with the reader's own spacing of text
    (WCAG 2.2, 1.4.10 and 1.4.12)."""
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROW_PX, "height": 256})
    found = [f"at 400 %: {one}" for one in _ask(page, "cutParts", NARROW_PX)]
    page.evaluate("sahutLooks.widenText()")
    found += [f"with wide spacing: {one}" for one in _ask(page, "cutParts", NARROW_PX)]
    page.evaluate("document.adoptedStyleSheets = []")
    page.set_viewport_size(size)
    return found


def find_small_targets(page: Page) -> list[str]:
    """What is too small to be hit (WCAG 2.2, 2.5.8)."""
    return _ask(page, "smallTargets", SMALLEST_TARGET_PX)


def find_hidden_focus(page: Page) -> list[str]:
    """What does not show that it has the focus."""
    held = page.evaluate_handle("document.activeElement")
    found = _ask(page, "hiddenFocus", False)
    page.evaluate("held => held !== document.body && held.focus({preventScroll: true})", held)
    return found


def find_lost_in_forced_colours(page: Page) -> list[str]:
    """What the reader's own colours take away: sight of the focus, the edge of what speaks by its ground."""
    held = page.evaluate_handle("document.activeElement")
    page.emulate_media(forced_colors="active")
    found = _ask(page, "hiddenFocus", True) + _ask(page, "vanishedParts", STATES)
    page.emulate_media(forced_colors="none")
    page.evaluate("held => held !== document.body && held.focus({preventScroll: true})", held)
    return [f"in forced colours: {one}" for one in found]


def find_motion(page: Page) -> list[str]:
    """What moves though the reader asked for rest."""
    page.emulate_media(reduced_motion="reduce")
    found = _ask(page, "movingParts")
    page.emulate_media(reduced_motion="no-preference")
    return found


LOOKS: tuple[Callable[[Page], list[str]], ...] = (
    find_axe_violations,
    find_cut_parts,
    find_small_targets,
    find_hidden_focus,
    find_lost_in_forced_colours,
    find_motion,
)


OF_NO_LANGUAGE = ("color-contrast",)
"""The dearest of axe-core's rules; colours are the same in every language."""


def find_all(page: Page) -> list[str]:
    """Everything that any of the looks finds."""
    return [finding for look in LOOKS for finding in look(page)]


def find_in_words(page: Page) -> list[str]:
    """What may be wrong in one language alone: for a page that was looked at in the other one already."""
    return find_axe_violations(page, without=OF_NO_LANGUAGE) + find_cut_parts(page)


@cache
def _sources() -> str:
    return AXE.read_text(encoding="utf-8") + OURS.read_text(encoding="utf-8")


def _ask(page: Page, look: str, argument: object = None) -> list[str]:
    if not page.evaluate("'sahutLooks' in window"):
        page.evaluate(_sources())
    found: list[str] = page.evaluate(f"argument => sahutLooks.{look}(argument)", argument)
    return found
