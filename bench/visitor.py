"""A person with cookies, for getting to the page that is measured: opens pages and fills in their forms."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

import lxml.html

from bench.load import Request, UnexpectedAnswerError

Values = Mapping[str, str | Sequence[str]]
"""What a person enters, by field name; several for fields that share a name."""


class Visitor:
    """One browser session at the server on `port`; redirects within the server are followed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}
        self.path = "/"
        """Where the last answer came from."""
        self.text = ""
        """The last page."""

    @property
    def headers(self) -> dict[str, str]:
        """Headers that make a `Request` this visitor's own."""
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def get(self, path: str) -> str:
        """The page at `path`."""
        return self._go("GET", path, b"")

    def submit(self, path: str, values: Values) -> str:
        """Fill in the form on the page at `path` and send it; the page that follows."""
        request = self.filled(path, values)
        return self._go("POST", request.path, request.body)

    def filled(self, path: str, values: Values, *, status: int = 302) -> Request:
        """The request that sending the filled-in form would be: what a bench of writing measures.

        The page is opened unless the visitor stands on it; the form is the first that has all these fields.

        :raises UnexpectedAnswerError: if the page has no such form.
        """
        page = lxml.html.fromstring(self.text if path == self.path and self.text else self.get(path))
        forms = page.xpath("//main//form[@method='post']") or page.xpath("//form[@method='post']")
        found = next((form for form in forms if set(values) <= set(form.fields.keys())), None)
        if found is None:
            raise UnexpectedAnswerError(f"{self.path}: no form with the fields {sorted(values)}")
        fields = {**dict(found.form_values()), **values}
        return Request(
            "POST",
            urljoin(self.path, found.get("action") or self.path),
            status=status,
            headers={**self.headers, "Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(fields, doseq=True).encode(),
        )

    def _go(self, method: str, path: str, body: bytes) -> str:
        for _ in range(10):
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            headers = {**self.headers, "Referer": f"http://127.0.0.1:{self._port}{self.path}"}
            if method == "POST":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, path, body=body or None, headers=headers)
            response = connection.getresponse()
            self.text = response.read().decode()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
            connection.close()
            self.path = path
            if response.status in {301, 302, 303, 307}:
                method, path, body = "GET", urljoin(path, response.headers["Location"]), b""
                continue
            if response.status != 200:
                raise UnexpectedAnswerError(f"{path}: {response.status} on the way to the page")
            return self.text
        raise UnexpectedAnswerError(f"{path}: redirected without end")
