"""POST a checkpoint to an outside witness: a few tries, a limit of time, and what it answered.

Redirects are not followed: the address was given by whoever runs Sahut, and nobody else may send checkpoints
elsewhere. What the witness writes back is not read, only its status.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO

TIMEOUT_S = 10.0
"""Longest silence of the witness, connecting and answering."""
TRIES = 3
"""In one run; after that the next run goes on, later each time."""
PAUSE_S = 0.5
"""Before the second try; twice as long before the third."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a post.

    :ivar taken: the witness has it (any 2xx)
    :ivar words: its HTTP status, or the class of the fault: never an address
    """

    taken: bool
    words: str

    @property
    def may_pass(self) -> bool:
        """Whether trying again at once could help: no answer at all, or a fault of the server's."""
        return not self.taken and (not self.words.isdecimal() or self.words.startswith("5"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> None:
        """Nowhere else."""


@dataclass(frozen=True, slots=True)
class Poster:
    """The witness's address, and the token that it asks for."""

    url: str
    token: str | None = None
    timeout_s: float = TIMEOUT_S
    pause_s: float = PAUSE_S

    def post(self, content: bytes, *, size: int, log: str) -> Answer:
        """Send a witness file, up to `TRIES` times.

        ``Idempotency-Key`` names log and size, by which the witness knows what it has already.
        """
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": f"{log}/{size}",
            "User-Agent": "Sahut",
        }
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url, data=content, headers=headers, method="POST")  # noqa: S310 - https, or loopback: config.py
        opener = urllib.request.build_opener(_NoRedirect)
        answer = self._try(opener, request)
        for turn in range(1, TRIES):
            if not answer.may_pass:
                break
            time.sleep(self.pause_s * turn)
            answer = self._try(opener, request)
        return answer

    def _try(self, opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Answer:
        try:
            with opener.open(request, timeout=self.timeout_s) as response:
                return Answer(taken=True, words=str(response.status))
        except urllib.error.HTTPError as error:
            error.close()
            return Answer(taken=False, words=str(error.code))
        except (OSError, HTTPException) as error:
            cause = error.reason if isinstance(error, urllib.error.URLError) else error
            return Answer(taken=False, words=type(cause).__name__[:40])
