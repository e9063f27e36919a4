"""A real browser, and the application served on the loopback for it."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from tests.support.run import missing

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first one shows pages as the others do, but draws no window with tabs and buttons around them."""
PHONE = ViewportSize(width=360, height=740)


@dataclass(frozen=True)
class LiveServer:
    """An application that answers real connections at `url`."""

    app: Flask
    url: str


@contextmanager
def live(app: Flask) -> Iterator[LiveServer]:
    """Serve `app` from a thread on a free port, until the block ends."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield LiveServer(app, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def strict_page(
    browser: Browser, base_url: str, *, javascript: bool = True, pictures: bool = True, fails: bool = False
) -> Iterator[Page]:
    """A new page the size of a small phone, in Indonesian.

    The block fails at its end if a script failed, the console complained (a breach of the content policy
    does), or the page asked any other host for anything.

    :param pictures: False for a reader who loads none
    :param fails: whether pages of a broken server are looked at, too
    """
    expected = f"the server responded with a status of {'[45]' if fails else '4'}"
    context = browser.new_context(
        base_url=base_url,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        viewport=PHONE,
        java_script_enabled=javascript,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # Chromium calls every 4xx page an error of the console; refused pages are a normal sight in tests.
        if message.type in {"error", "warning"} and not re.search(expected, message.text):
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            complaints.append(f"asked {request.url}")
            if not request.url.startswith((base_url, "data:", "blob:"))
            else None
        ),
    )
    if not pictures:
        page.route("**/*", drop_pictures)
    try:
        yield page
    finally:
        context.close()
    assert not complaints, f"the browser complained: {complaints[:5]}"


def drop_pictures(route: Route) -> None:
    """Answers a request as a browser does that loads no pictures: not at all."""
    if route.request.resource_type == "image":
        route.abort("blockedbyclient")
    else:
        route.continue_()
