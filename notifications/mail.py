"""E-mail 邮件: one letter to one person through the county's relay, numbered so that mailboxes know a repeat.

Until the letter's last line is written nothing has been sent; what the relay says to that line decides.
"""

from __future__ import annotations

import re
import ssl
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as LETTER
from email.utils import format_datetime, parseaddr
from smtplib import SMTP, SMTP_SSL, SMTPAuthenticationError, SMTPException, SMTPNotSupportedError
from time import monotonic
from typing import TYPE_CHECKING, Any

from notifications.carrier import carry
from notifications.channel import Delivery, refused, refused_for_good, taken, unclear
from notifications.exchange import Bounded, left
from notifications.parts import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from notifications.message import Message

SCHEMA = "mailx"
# Only an address that holds no separator, no blank and no second address is one person's.
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_BEGINS_WITH_DOT = re.compile(rb"^\.", re.MULTILINE)
_SECURE_PORT = 465
_WELL, _NEVER, _HUNDRED = 250, 500, 100
_TAKES = frozenset({2, 3})


@dataclass(frozen=True, slots=True)
class MailServer:
    """The relay for e-mail; `password` is in no log and no representation.

    `timeout_seconds` is for the whole sending, which ends before a claim's lease of a minute. Port 465 is encrypted
    from the first byte, any other by STARTTLS. `authorities` is a file of certificates for a relay of the county's
    own.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: bool = True
    timeout_seconds: float = 30
    authorities: str = ""

    @property
    def domain(self) -> str:
        """Return the sender's domain, by which we name ourselves."""
        _, at, domain = parseaddr(self.sender)[1].rpartition("@")
        return domain if at else "localhost"


class MailChannel:
    """Sends e-mail through one relay."""

    def __init__(self, server: MailServer, *, now: Callable[[], DateTime]) -> None:
        self._server, self._now = server, now

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Send one message to one person."""
        del after
        if not address or not _MAIL_ADDRESS.fullmatch(address):
            return refused_for_good("没有可用的邮箱地址")
        letter = self._letter(message, address, number)
        return carry(SCHEMA, f"{message.title}\n{message.body}", lambda _: self._post(letter, address))

    def _letter(self, message: Message, address: str, number: str) -> bytes:
        letter = EmailMessage(policy=LETTER)
        letter["Subject"] = clean(message.title).replace("\n", " ")
        letter["From"], letter["To"] = self._server.sender, address
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = f"<{number}@{self._server.domain}>"
        letter.set_content(clean(message.body), cte="base64")
        return letter.as_bytes()

    def _post(self, letter: bytes, address: str) -> Delivery:
        until = monotonic() + self._server.timeout_seconds
        try:
            relay = self._connected(until)
        except SMTPNotSupportedError:
            return refused_for_good("邮件中继不支持加密或者登录，邮件未发出")
        except SMTPAuthenticationError:
            return refused_for_good("邮件中继不接受账号或密码")
        except ssl.SSLCertVerificationError:
            return refused("邮件中继证书不可信，邮件未发出")
        except (SMTPException, OSError, ValueError):
            return refused("邮件中继连接不上或者未答复，邮件未发出")
        try:
            return self._handed_over(relay, letter, address)
        finally:
            relay.close()

    def _connected(self, until: float) -> _Relay:
        server = self._server
        trust = ssl.create_default_context(cafile=server.authorities or None) if server.encrypted else None
        if trust is not None and server.port == _SECURE_PORT:
            relay: _Relay = _SecureRelay(server, until, trust)
        else:
            relay = _Relay(server, until)
        with ExitStack() as undo:
            undo.callback(relay.close)
            if trust is not None and server.port != _SECURE_PORT:
                relay.starttls(context=trust)
            if server.user:
                relay.login(server.user, server.password)
            relay.ehlo_or_helo_if_needed()
            undo.pop_all()
        return relay

    def _handed_over(self, relay: _Relay, letter: bytes, address: str) -> Delivery:
        try:
            for verb in (f"MAIL FROM:<{parseaddr(self._server.sender)[1]}>", f"RCPT TO:<{address}>", "DATA"):
                code, _ = relay.docmd(verb)
                if code // _HUNDRED not in _TAKES:
                    return _not_taken(verb, code)
        except (SMTPException, OSError, ValueError):
            return refused("邮件中继中途不答复，邮件未发出")
        try:
            relay.send(_BEGINS_WITH_DOT.sub(b"..", letter) + b".\r\n")
            code, _ = relay.getreply()
        except (SMTPException, OSError, ValueError):
            return unclear("邮件已交出但中继未答复，是否送达不明")
        with suppress(SMTPException, OSError, ValueError):
            relay.docmd("QUIT")
        return taken() if code == _WELL else _not_taken("", code)


def _not_taken(verb: str, code: int) -> Delivery:
    if verb.startswith("RCPT") and code >= _NEVER:
        return refused_for_good(f"邮件中继不接受收件地址（{code}）")
    return refused(f"邮件中继未接收（{code}）")


class _Relay(SMTP):
    """A relay that answers until an instant and not beyond, however slowly its bytes drip."""

    def __init__(self, server: MailServer, until: float) -> None:
        self._until = until
        super().__init__(server.host, server.port, local_hostname=server.domain, timeout=left(until))

    def getreply(self) -> tuple[int, bytes]:
        """Read an answer within the time that is left."""
        if self.file is None and self.sock is not None:
            self.file = Bounded(self.sock, self._until).makefile("rb")
        try:
            return super().getreply()
        except ValueError:
            self.close()
            raise

    def send(self, s: Any) -> None:
        """Write within the time that is left."""
        if self.sock is not None:
            self.sock.settimeout(left(self._until))
        super().send(s)


class _SecureRelay(_Relay, SMTP_SSL):
    """The same, encrypted from the first byte."""

    def __init__(self, server: MailServer, until: float, trust: ssl.SSLContext) -> None:
        self._until = until
        SMTP_SSL.__init__(
            self, server.host, server.port, local_hostname=server.domain, timeout=left(until), context=trust
        )
