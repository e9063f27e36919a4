"""``python -m bench.usable``: how long until a page for citizens can be used on a slow line.

A browser is held to 250 kbit/s and 300 ms of latency. After a first visit, which fills its cache, each page
is opened as by a person who comes back. Told are the first sight of something, the end of the HTML with its
scripts, and the first moment at which the page's first control takes the focus; the last of them is judged
against three seconds. The first visit itself is told, too, without being judged.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from playwright.sync_api import sync_playwright

from bench.cache import loaded_demo
from bench.doors import Door
from bench.servers import Databases, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BYTES_PER_S = 250_000 // 8
LATENCY_MS = 300
LIMIT_MS = 3_000
CASES = 100
"""How long a list is does not change a citizen's page."""
PAGES = ("/", "/lapor", "/status", "/layanan", "/layanan/skck", "/maklumat", "/statistik", "/verifikasi")

TIMES = """async () => {
    await new Promise(seen => new PerformanceObserver(list => {
        if (list.getEntriesByName('first-contentful-paint').length) seen();
    }).observe({type: 'paint', buffered: true}));
    const first = document.querySelector('main a[href], main button, main input:not([type=hidden])');
    first.focus();
    if (document.activeElement !== first) throw new Error('nothing takes the focus');
    const focused = performance.now();
    const painted = performance.getEntriesByName('first-contentful-paint')[0].startTime;
    return [painted, performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd, focused];
}"""


class Times(NamedTuple):
    """Milliseconds since the page was asked for."""

    painted: float
    loaded: float
    focused: float

    @property
    def usable(self) -> float:
        """When the page can be seen and used."""
        return max(self)


@contextmanager
def slow_page(browser: Browser, url: str) -> Iterator[Page]:
    """A phone with an empty cache on a slow line."""
    context = browser.new_context(base_url=url, viewport={"width": 360, "height": 740})
    context.set_default_timeout(60_000)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_S,
            "uploadThroughput": BYTES_PER_S,
        },
    )
    yield page
    context.close()


def visit(page: Page, path: str) -> Times:
    """Open a page and wait until it can be used."""
    page.goto(path, wait_until="domcontentloaded")
    return Times(*page.evaluate(TIMES))


def enter(page: Page, door: Door) -> None:
    """Open a case by number and code."""
    page.goto("/status")
    page.fill("main [name=number]", door.number)
    page.fill("main [name=code]", door.code)
    page.press("main [name=code]", "Enter")
    page.wait_for_url("**/status/kasus")


def measured(browser: Browser, url: str, door: Door, rounds: int) -> Iterator[tuple[str, Times]]:
    """Each page by its name: the first visit of all, then every page as a person meets it who comes back."""
    first = []
    for _round in range(rounds):
        with slow_page(browser, url) as page:
            first.append(visit(page, "/"))
    yield "/ (first visit)", middle(first)
    with slow_page(browser, url) as page:
        visit(page, "/")
        enter(page, door)
        for path in (*PAGES, "/status/kasus"):
            target = "/status?nomor=" + door.number if path == "/status" else path
            visit(page, target)
            yield path, middle([visit(page, target) for _round in range(rounds)])


def middle(times: list[Times]) -> Times:
    """The medians, each for itself."""
    return Times(*(median(one) for one in zip(*times, strict=True)))


def main() -> int:
    """Measure and print; 1 where a page of somebody who comes back takes longer than the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.usable", description=__doc__.split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        print("bench: needs Chromium.", file=sys.stderr)
        return 2
    slow = []
    with tempfile.TemporaryDirectory(prefix="sahut-usable-") as folder, sync_playwright() as playwright:
        url, instance, doors = loaded_demo(Databases(Path(folder)), CASES, fresh=True)
        assert doors is not None
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with serving("bench.product:app", url=url, instance=instance) as port:
            print(f"{'page':<20} {'painted':>9} {'loaded':>9} {'usable':>9}   ms at 250 kbit/s and 300 ms")
            for name, times in measured(browser, f"http://127.0.0.1:{port}", doors.lived, rounds):
                print(
                    f"{name:<20} {times.painted:>9.0f} {times.loaded:>9.0f} {times.usable:>9.0f}", flush=True
                )
                if times.usable > LIMIT_MS and "first visit" not in name:
                    slow.append(name)
        browser.close()
    if slow:
        print(f"Longer than {LIMIT_MS} ms: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
