"""Each look finds what it is for, and nothing on a page without fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support import looks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGE = """
<!DOCTYPE html><html lang="id"><head><title>Uji</title><meta name="viewport" content="width=device-width">
<style>a, button {{ display: inline-block; min-width: 44px; min-height: 44px; outline-offset: 2px }}
:focus {{ outline: 3px solid #14213d }} {style}</style></head>
<body><main><h1>Judul</h1>{body}</main></body></html>
"""
CASES: dict[str, tuple[Callable[[Page], list[str]], str, str, str]] = {
    "contrast": (looks.find_as_shown, "", '<p style="color:#bbb">Pucat</p>', "color-contrast"),
    "unnamed field": (looks.find_as_shown, "", "<input>", "label"),
    "skipped heading": (looks.find_as_shown, "", "<h4>Jauh</h4>", "heading-order"),
    "too wide": (looks.find_cut_parts, "", '<p style="width:400px">Lebar</p>', "at 400 %: the page is 4"),
    "cut": (
        looks.find_cut_parts,
        "p { width: 9em; overflow: hidden; white-space: nowrap }",
        "<p>Kalimat yang tidak muat di sini</p>",
        "cut off at its side",
    ),
    "no room for spacing": (
        looks.find_cut_parts,
        "p { width: 300px; font: 10px monospace; white-space: nowrap; overflow: hidden }",
        f"<p>{'x' * 46}</p>",
        "with wide spacing: p",
    ),
    "small": (
        looks.find_as_shown,
        "button { min-width: 0; min-height: 0; width: 20px; height: 20px; padding: 0 }",
        "<button>x</button>",
        "is only 20 by 20 px",
    ),
    "focus unseen": (looks.find_as_shown, "button:focus { outline: 0 }", "<button>x</button>", "show"),
    "focus by colour": (
        looks.find_lost_by_own_settings,
        "button:focus { outline: 0; background: yellow }",
        "<button>x</button>",
        "under the reader's settings: button",
    ),
    "state by ground": (
        looks.find_lost_by_own_settings,
        ".sahut-state { background: yellow }",
        '<span class="sahut-state">Terlambat</span>',
        "has no edge",
    ),
    "motion": (looks.find_lost_by_own_settings, "p { transition: color 1s }", "<p>Gerak</p>", "moves"),
}


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    """A page apart from any server, which each test fills anew."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", CASES)
def test_a_look_finds_its_fault(blank: Page, name: str) -> None:
    look, style, body, finding = CASES[name]
    blank.set_content(PAGE.format(style=style, body=body))
    found = look(blank)
    assert any(finding in one for one in found), found


def test_a_sound_page_is_left_in_peace_and_as_it_was(blank: Page) -> None:
    blank.set_content(PAGE.format(style="", body="<p>Isi</p><button id=b>Kirim</button>"))
    blank.focus("#b")
    assert looks.find_all(blank) == []
    assert blank.evaluate("[document.activeElement.id, innerWidth, document.adoptedStyleSheets.length]") == [
        "b",
        360,
        0,
    ]
