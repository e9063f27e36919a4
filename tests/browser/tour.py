"""Somebody who looks closely at every page shown, and notes what is wrong instead of stopping at it.

Where a tour in Indonesian looks, the same page is asked for in English, too, and its words are tried for
room: an English page differs from its Indonesian one in nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page, Response
from werkzeug.exceptions import HTTPException

from app.i18n import COOKIE, LOCALES
from tests.app.public.steps import open_case
from tests.browser.people import fill
from tests.factories import PASSWORD
from tests.support.browser import LiveServer, strict_page
from tests.support.client import StrictClient
from tests.support.looks import find_all, source, speak, speak_as_before

INDONESIAN, ENGLISH = LOCALES

PRIMARY = "main form[method=post] button.govuk-button:visible"
"""The button that a page is there for: the last one of the component library in its form."""


@dataclass
class Tour:
    """A browser in one language, and what it saw.

    :ivar seen: endpoint and last part of the address of every page that was looked at and answered as itself
    :ivar found: findings, each with the pages and states that it was found in
    :ivar only_once: paths of pages that an act was answered with, which can't be asked for again in English
    :ivar status: of the page shown
    :ivar method: that it was asked for with
    :ivar sent: body and kind of the form that it answers, if it does
    """

    page: Page
    server: LiveServer
    language: str = INDONESIAN
    seen: set[tuple[str, str]] = field(default_factory=set)
    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    only_once: set[str] = field(default_factory=set)
    status: int = 200
    method: str = "GET"
    sent: Mapping[str, str] | None = None

    @property
    def app(self) -> Flask:
        """The application that is looked at."""
        return self.server.app

    def look(self, state: str, *, both: bool = False) -> None:
        """Look at the page as it stands.

        :param both: whether it speaks both languages at once
        """
        path = urlsplit(self.page.url).path
        assert both or self.page.locator("html").get_attribute("lang") == self.language, path
        self.seen.add((self._endpoint(path), path.rpartition("/")[2]))
        others: list[Callable[[], None]] = []
        if self.method == "POST" and self.status < 400:
            self.only_once.add(path)
        elif self.language == INDONESIAN and not both:
            others.append(self._put_english)
        for finding in find_all(self.page, *others):
            self.found[finding].append(f"{path} ({state})")
        if others:
            speak_as_before(self.page)

    def _put_english(self) -> None:
        assert speak(self.page, ENGLISH, self.sent) == (self.status, ENGLISH), self.page.url
        self._choose_language()

    def _choose_language(self) -> None:
        self.page.context.add_cookies([{"name": COOKIE, "value": self.language, "url": self.server.url}])

    def goto(self, path: str) -> int:
        """Open a page without looking at it; gives the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return self._note(answer)

    def may_open(self, path: str) -> bool:
        """Whether a page answers as itself, asked without showing it."""
        return self.page.request.get(path, max_redirects=0).status == 200

    def _note(self, answer: Response) -> int:
        request = answer.request
        body = request.post_data
        self.status, self.method = answer.status, request.method
        self.sent = None if body is None else {"body": body, "kind": request.headers["content-type"]}
        return answer.status

    def open(self, path: str, state: str = "empty", *, status: int = 200) -> None:
        """Open a page by its address and look at it."""
        assert (path, self.goto(path)) == (path, status)
        self.look(state)

    def push(self, button: str = PRIMARY) -> int:
        """Press a button without looking at what comes; gives the status of the answer."""
        with self.page.expect_navigation() as navigation:
            self.page.locator(button).last.click()
        assert navigation.value is not None
        return self._note(navigation.value)

    def press(self, button: str = PRIMARY, *, state: str, status: int = 200) -> None:
        """Press a button, and look at what comes."""
        before = self.page.url
        assert (before, self.push(button)) == (before, status)
        self.look(state)

    def fill(self, values: Mapping[str, object]) -> None:
        """Enter what a person would, by the names of the fields."""
        fill(self.page, values)

    def enter_case(self, number: str, code: str) -> None:
        """Open a case by number and code."""
        client = self.app.test_client()
        assert isinstance(client, StrictClient)
        assert open_case(client, number, code).status_code == 303
        self.take_over(client)

    def sign_in(self, who: str) -> None:
        """Come in as one of the people of the first station, or as its reviewer."""
        client = self.app.test_client()
        assert isinstance(client, StrictClient)
        client.environ_base["HTTP_USER_AGENT"] = self.page.evaluate("navigator.userAgent")
        assert client.submit("/masuk", {"username": who, "password": PASSWORD}).status_code == 302
        self.take_over(client)

    def take_over(self, client: StrictClient) -> None:
        """Go on in the browser where a client without a screen has come to."""
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        self.page.context.add_cookies([{"name": name, "value": cookie.value, "url": self.server.url}])

    def leave(self) -> None:
        """Forget everything but the language."""
        self.page.context.clear_cookies(name=self.app.config["SESSION_COOKIE_NAME"])

    def _endpoint(self, path: str) -> str:
        try:
            endpoint, _values = self.app.url_map.bind("localhost").match(path)
        except HTTPException:
            return "none"
        return str(endpoint)


@contextmanager
def tour(
    browser: Browser,
    server: LiveServer,
    *,
    language: str = INDONESIAN,
    width: int = 360,
    kind: type[Tour] = Tour,
) -> Iterator[Tour]:
    """A tour in one language that fails at its end with all that was found."""
    with strict_page(browser, server.url, fails=True) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.context.add_init_script(source())
        visitor = kind(page, server, language)
        visitor._choose_language()
        yield visitor
    report = [f"{finding}\n    on {', '.join(places[:5])}" for finding, places in visitor.found.items()]
    assert not report, "\n".join([f"{len(report)} findings:", *report])
