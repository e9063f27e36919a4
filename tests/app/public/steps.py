"""A citizen's way through the pages, for tests: answers by question, and a walk through all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lxml.html
from werkzeug.test import TestResponse

from tests.support.client import StrictClient

ANSWERS: dict[str, dict[str, Any]] = {
    "jenis": {"kind": "service"},
    "layanan": {"service": "skck"},
    "produk": {"product": "skck_new"},
    "perihal": {"issue": "slow"},
    "bahaya": {"danger": "no"},
    "kejadian": {"narrative": "Tiga hari saya menunggu SKCK di loket tujuh."},
    "waktu-tempat": {"on": ["2", "3", "2026"], "place": "Loket SKCK lantai satu"},
    "pengajuan": {"applied_on": ["26", "2", "2026"], "promised_on": ["27", "2", "2026"]},
    "petugas": {"respondent": "Petugas berkumis di loket tujuh"},
    "kerugian": {"loss": "Upah dua hari kerja hilang."},
    "permintaan": {"remedy": "SKCK diterbitkan hari ini.", "claim": "Rp 150.000"},
    "pihak": {"party": "self"},
    "bukti": {},
    "identitas": {"mode": "withheld"},
    "data-diri": {
        "name": "Siti Rahmawati",
        "address": "Jalan Raya Cilegon 12, Serang",
        "email": "siti.rahmawati@example.id",
        "phone": "0812-3456-7890",
        "notices": "yes",
    },
}
"""A complete complaint, question by question."""

FORM = "//form[@id='question']"
"""The form of a question, where the page has others."""

MARKERS = (
    "Siti Rahmawati",
    "Cilegon",
    "siti.rahmawati",
    "6281234567890",
    "Tiga hari saya menunggu",
    "berkumis",
    "Upah dua hari",
)
"""Texts of the complaint that must turn up nowhere but where they belong."""


def answer(
    client: StrictClient, slug: str, values: Mapping[str, Any] | None = None, *, query: str = ""
) -> TestResponse:
    """Answer one question, with the usual answer unless told otherwise."""
    given = ANSWERS[slug] if values is None else values
    return client.submit(f"/lapor/{slug}{query}", given, form=FORM, button="forward")


def walk(
    client: StrictClient, *, until: str | None = None, closely: bool = False, **changes: Mapping[str, Any]
) -> list[str]:
    """Answer every question that is asked; gives their slugs.

    :param until: stop before this question
    :param closely: open each page and use its form, as a person would; else one token serves for all, since
        the way is only there to lead somewhere
    :param changes: other answers, by question (``data_diri`` for ``data-diri``)
    """
    asked = []
    path = client.get("/lapor").headers["Location"]
    token = None if closely else token_of(client.get(path))
    while True:
        slug = urlsplit(path).path.rpartition("/")[2]
        if slug in ("periksa", until):
            return asked
        asked.append(slug)
        change = changes.get(slug.replace("-", "_"))
        values = ANSWERS[slug] if change is None else change
        if token is None:
            response = answer(client, slug, values)
        else:
            response = client.post(path, data={**values, "csrf_token": token, "forward": "1"})
        assert response.status_code == 303, response.get_data(as_text=True)
        path = response.headers["Location"]
        assert not parse_qs(urlsplit(path).query), "nothing of an answer stands in an address"


def token_of(page: TestResponse) -> str:
    """The CSRF token that a page holds."""
    (token,) = set(lxml.html.fromstring(page.get_data()).xpath("//main//input[@name='csrf_token']/@value"))
    return str(token)


def send(client: StrictClient) -> TestResponse:
    """Sign and send."""
    return client.submit("/lapor/periksa", {"consent": "y"})


def texts(response: TestResponse, path: str) -> list[str]:
    """Texts of the elements that an XPath finds, blanks made one."""
    tree = lxml.html.fromstring(response.get_data(as_text=True))
    return [" ".join(element.text_content().split()) for element in tree.xpath(path)]


def errors_of(response: TestResponse) -> list[str]:
    """The messages of the error summary."""
    return texts(response, "//div[contains(@class, 'govuk-error-summary')]//li")


def keepsakes(response: TestResponse) -> list[str]:
    """Number and code, as shown to be kept."""
    return texts(response, "//p[@class='sahut-keepsake__value']")


def open_case(client: StrictClient, number: str, code: str) -> TestResponse:
    """Enter number and code."""
    return client.submit("/status", {"number": number, "code": code})
