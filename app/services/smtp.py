"""The way to the mail server: one connection for many letters, and an answer for each.

What the server answered decides what happens next: taken, refused for good, or to be tried again. Where no
answer was seen (the connection broke, time ran out) the letter may have been taken all the same; it goes out
again under the same Message-ID, by which mail programs know it for the same.
"""

from __future__ import annotations

import contextlib
import enum
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Self

from config import SmtpSecurity, SmtpServer

TIMEOUT_S = 20.0
"""How long the server may take for each answer."""


class Fate(enum.StrEnum):
    """What became of a letter that was handed over."""

    TAKEN = "taken"
    REFUSED = "refused"
    """For good: another try would end the same way."""
    LATER = "later"
    UNSEEN = "unseen"
    """No answer was seen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said.

    :ivar code: step and number, as ``recipient_550``; never its words, which may repeat the address
    """

    fate: Fate
    code: str


class ServerUnreachable(Exception):
    """No connection, or the server does not let us in.

    :ivar code: class of the fault, never an address or the server's words
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MailDoor:
    """A connection that opens when first needed, and again after it broke."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take leave of the server, if there is a connection."""
        if self._smtp is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    def open(self) -> None:
        """Connect and sign in, unless that is done.

        :raises ServerUnreachable: that did not succeed
        """
        if self._smtp is not None:
            return
        try:
            self._smtp = self._connect()
        except smtplib.SMTPResponseException as error:
            raise ServerUnreachable(f"greeting_{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise ServerUnreachable(type(error).__name__) from None

    def hand_over(self, message: EmailMessage, recipient: str) -> Answer:
        """Hand one letter to the server and wait for its answer.

        :raises ServerUnreachable: there is no connection; nothing was sent
        """
        self.open()
        assert self._smtp is not None
        try:
            self._smtp.send_message(message, self._server.sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            return _judge("recipient", error.recipients[recipient][0])
        except smtplib.SMTPDataError as error:
            return _judge("data", error.smtp_code)
        except smtplib.SMTPNotSupportedError:
            return Answer(Fate.REFUSED, "address_not_supported")
        except smtplib.SMTPResponseException as error:
            # The server has something against us or the sender, not against this letter.
            self._drop()
            return Answer(Fate.LATER, f"sender_{error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            return Answer(Fate.UNSEEN, type(error).__name__)
        return Answer(Fate.TAKEN, "")

    def _connect(self) -> smtplib.SMTP:
        server, name = self._server, self._server.sender.rpartition("@")[2]
        context = ssl.create_default_context()
        if server.security is SmtpSecurity.TLS:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, local_hostname=name, timeout=TIMEOUT_S, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=TIMEOUT_S)
        try:
            if server.security is SmtpSecurity.STARTTLS:
                smtp.starttls(context=context)
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _judge(step: str, code: int) -> Answer:
    return Answer(Fate.REFUSED if 500 <= code < 600 else Fate.LATER, f"{step}_{code}")
