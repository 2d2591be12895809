"""Channels 渠道: one message to one address, and what came of it; redirects off, hosts listed, no secrets told."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl, quote, urlsplit

from rules.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from notifications.message import Message

_ACCEPTED, _REFUSED = "渠道已接收", "渠道未接收"
# The library splits what it is given at commas, semicolons and blanks, and decodes it more than once: only an address
# that holds none of it is one person's.
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
# These write addresses, whole with password or key, into their logs; what there is to know stands in the delivery.
_TALKATIVE = ("apprise", "urllib3")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The evidence of one attempt: whether the channel took the message, and its answer in words without secrets."""

    accepted: bool
    answer: str


class Channel(Protocol):
    """One way to reach people."""

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Hand the message over; `number` lets a receiver recognise a repeat."""
        ...


class PreviewChannel:
    """Writes each message to a file of its own below a folder; nothing leaves the machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Write the file whole or not at all; a repeat replaces it by the same number."""
        del address
        self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / f"{number}.txt"
        draft = target.with_suffix(f".{os.getpid()}.part")
        draft.write_text(f"{message.title}\n\n{message.body}\n", encoding="utf-8")
        draft.replace(target)
        return Delivery(accepted=True, answer=f"预览文件 {target.name}")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The relay for e-mail; `password` stays here and in the address that is built for one sending.

    `timeout_seconds` is for each of the eight steps of a sending: all together end before a claim's lease of a minute.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: bool = True
    timeout_seconds: float = 5


class MailChannel:
    """Sends e-mail through one relay."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Send one message to one person."""
        del number
        if not address or not _MAIL_ADDRESS.fullmatch(address):
            return Delivery(accepted=False, answer="没有可用的邮箱地址")
        server = self._server
        login = f"{quote(server.user, safe='')}:{quote(server.password, safe='')}@" if server.user else ""
        scheme, mode = ("mailtos", "starttls") if server.encrypted else ("mailto", "insecure")
        target = (
            f"{scheme}://{login}{server.host}:{server.port}/?from={quote(server.sender)}"
            f"&to={quote(address)}&mode={mode}&format=text&cto={server.timeout_seconds}"
        )
        return _notify(target, message)


class WebhookChannel:
    """Posts JSON to addresses on hosts that the county allows."""

    def __init__(self, hosts: frozenset[str], *, timeout_seconds: float = 5) -> None:
        self._hosts = hosts
        self._timeouts = f"cto={timeout_seconds}&rto={timeout_seconds}"

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Post one message to one address. A host that is not listed is refused without a connection."""
        target = self._target(address or "", number)
        if target is None:
            return Delivery(accepted=False, answer="地址不在允许的主机名单中")
        return _notify(target, message)

    def _target(self, address: str, number: str) -> str | None:
        """Return the library's address for one that is listed, rebuilt from its parts; None for any other."""
        try:
            parts = urlsplit(address)
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            return None
        if parts.scheme not in {"http", "https"} or parts.hostname not in self._hosts or "@" in parts.netloc:
            return None
        scheme = "jsons" if parts.scheme == "https" else "json"
        told = "".join(f"&-{quote(name)}={quote(value, safe='')}" for name, value in parse_qsl(parts.query))
        path = quote(parts.path, safe="/%")
        return f"{scheme}://{parts.hostname}{port}{path}?method=POST&:number={quote(number)}&{self._timeouts}{told}"


class Channels:
    """The channels of an installation by name."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = dict(channels)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names in order."""
        return tuple(self._channels)

    def send(self, name: str, message: Message, *, address: str | None, number: str) -> Delivery:
        """Send through the named channel; whatever goes wrong there is an answer, not an accident here."""
        channel = self._channels.get(name)
        if channel is None:
            return Delivery(accepted=False, answer=f"没有名为 {name} 的渠道")
        try:
            return channel.send(message, address=address, number=number)
        except (DeliveryError, OSError, ValueError, LookupError) as error:
            return Delivery(accepted=False, answer=type(error).__name__)


def _notify(target: str, message: Message) -> Delivery:
    import apprise  # noqa: PLC0415 - a quarter of a second, and most installations only preview

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asset = apprise.AppriseAsset(
        app_id="Anlan", app_desc="安澜", app_url="", http_redirects=False, secure_logging=True, async_mode=False
    )
    sender: Any = apprise.Apprise(asset=asset)
    if not sender.add(target):
        return Delivery(accepted=False, answer="渠道地址无法识别")
    accepted = bool(sender.notify(title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT))
    return Delivery(accepted=accepted, answer=_ACCEPTED if accepted else _REFUSED)


def read_preview(folder: Path, number: str) -> str | None:
    """Return a previewed message by its number, None when there is none."""
    target = folder / f"{number}.txt"
    return target.read_text(encoding="utf-8") if number.isalnum() and target.is_file() else None
