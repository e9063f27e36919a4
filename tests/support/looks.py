"""What is looked for on a page as a browser shows it: axe-core's findings, and what axe does not measure.

Each look gives plain sentences, one a finding, and nothing where all is well. Looks that change the window or
its media put them back. The questions themselves stand in `looks.js`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.run import run_folder

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


def find_as_shown(page: Page, *, in_other_words: bool = False) -> list[str]:
    """What is wrong with the page as it stands: what axe-core says against it (WCAG 2.2 A and AA, and good
    practice), what is too small to be hit (2.5.8), what does not show that it has the focus (2.4.7).

    :param in_other_words: the same page is looked at in another language, too: colours are left to that
    """
    axe = {"tags": TAGS, "without": ("color-contrast",) if in_other_words else ()}
    questions = [("axeViolations", axe), ("smallTargets", SMALLEST_TARGET_PX)]
    return _ask(page, *questions, *([] if in_other_words else [("hiddenFocus", False)]))


def find_lost_by_own_settings(page: Page) -> list[str]:
    """What the reader's own colours take away: sight of the focus, the edge of what speaks by its ground; and
    what moves though the reader asked for rest."""
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    found = _ask(page, ("hiddenFocus", True), ("vanishedParts", STATES), ("movingParts", None))
    page.emulate_media(forced_colors="none", reduced_motion="no-preference")
    return [f"under the reader's settings: {one}" for one in found]


def find_cut_parts(page: Page, *others: Callable[[], None]) -> list[str]:
    """What scrolls sideways or is cut off at 400 % zoom, and then with the reader's own spacing of text
    (WCAG 2.2, 1.4.10 and 1.4.12).

    :param others: each puts another text onto the page, which is looked at, too
    """
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": NARROW_PX, "height": 256})
    found = _find_cut_parts_now(page)
    for put in others:
        put()
        found += _find_cut_parts_now(page)
    page.set_viewport_size(size)
    return found


def _find_cut_parts_now(page: Page) -> list[str]:
    zoomed, spaced = _answers(page, ("cutParts", NARROW_PX), ("cutPartsWhenWidened", NARROW_PX))
    return [f"at 400 %: {one}" for one in zoomed] + [f"with wide spacing: {one}" for one in spaced]


LOOKS: tuple[Callable[[Page], list[str]], ...] = (find_as_shown, find_lost_by_own_settings, find_cut_parts)


def find_all(page: Page, *others: Callable[[], None]) -> list[str]:
    """Everything that any of the looks finds.

    All but cut parts lie in a page's structure and its styles: of pages that differ in their words alone, the
    first of a run is looked at in full, axe-core's part in each of its texts (but for the colours, which no
    text changes). One that something was found on is looked at again each time.

    :param others: as for `find_cut_parts`
    """
    found = find_cut_parts(page, *others)
    (shape,) = _answers(page, ("shape", None))
    sound = run_folder() / f"shape{shape}"
    if sound.exists():
        return found
    in_structure = find_as_shown(page, in_other_words=bool(others))
    if others:  # that was the last of the other texts
        speak_as_before(page)
        in_structure += find_as_shown(page)
    in_structure += find_lost_by_own_settings(page)
    if not in_structure:
        sound.touch()
    return in_structure + found


def speak(page: Page, language: str, sent: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Ask for the same page in another language and put that onto the page.

    :param sent: body and kind of the form that the page answers, if it does
    :returns: status and language of the answer
    """
    ((status, spoken),) = _answers(page, ("speak", {"language": language, "sent": sent}))
    return status, spoken


def speak_as_before(page: Page) -> None:
    """Put the page back as it was."""
    _answers(page, ("speakAsBefore", None))


@cache
def source() -> str:
    """The script that the looks need on a page; best there from its beginning (`add_init_script`)."""
    return OURS.read_text(encoding="utf-8")


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def _ask(page: Page, *questions: tuple[str, object]) -> list[str]:
    return [finding for found in _answers(page, *questions) for finding in found]


def _answers(page: Page, *questions: tuple[str, object]) -> list[Any]:
    needed = {"sahutLooks"} | ({"axe"} if any(name == "axeViolations" for name, _ in questions) else set())
    asking = """async ([needed, questions]) => {
        const missing = needed.filter(name => !window[name]);
        return [missing, missing.length ? null : await sahutLooks.answers(questions)];
    }"""
    missing, answers = page.evaluate(asking, [sorted(needed), questions])
    if missing:
        # axe-core is twenty times as long as all else on a page, and not every page needs it.
        page.evaluate("".join(_axe() if name == "axe" else source() for name in missing))
        missing, answers = page.evaluate(asking, [sorted(needed), questions])
    found: list[Any] = answers
    assert not missing
    return found
