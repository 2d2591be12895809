"""One exchange 一次往来: a request to a listed host and its bounded answer, or what is known when there is none.

Redirects are never followed, certificates always checked, proxies taken from nowhere but our own settings. Whatever
fails before the request is written has certainly not been sent; whatever fails after it may have been. No address,
header or body is ever put into words or logs. The machine's resolver of names keeps its own time, which is not ours
to limit.
"""

from __future__ import annotations

import io
import json
import re
import socket
import ssl
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import SplitResult, quote, urlsplit

from notifications.channel import Delivery, refused, refused_for_good, unclear

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
NOT_LISTED = "地址不在允许的主机名单中"
_NOT_TRUSTED = "对方证书不可信，消息未发出；请核对网络出口和证书"
_NOT_CONNECTED = "连接不上，消息未发出"
_NO_PROXY = "代理服务器不肯转接，消息未发出"
_NO_TIME = "连接超时，消息未发出"
_SILENT = "已发出但未等到答复，是否送达不明"
_BROKEN = "已发出但连接中断，是否送达不明"
_TOO_LARGE = "已发出但答复过大，是否送达不明"
_MOST_BYTES = 65_536
_SECURE_PORT, _PLAIN_PORT = 443, 80
_WELL, _REDIRECTS = 200, 300
_SAFE_PATH, _SAFE_QUERY = "/%:@!$&'()*+,;=-._~", "/%:@!$&'()*+,;=-._~?"
_BELOW_SPACE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Network:
    """Where requests may go, and how long one may take from the first packet to the last.

    `loopback`: this machine may be asked without encryption, for a trial or a gateway that runs here. `plain_hosts` are
    gateways of the county's own network that speak no TLS. `proxy` is host:port; `authorities` a file of certificates.
    """

    hosts: frozenset[str]
    loopback: bool = False
    plain_hosts: frozenset[str] = frozenset()
    timeout_seconds: float = 10
    proxy: str = ""
    authorities: str = ""

    def permits(self, parts: SplitResult) -> bool:
        """Tell whether a request may go there at all."""
        if "@" in parts.netloc or "\\" in parts.netloc:
            return False
        host = parts.hostname or ""
        if self.loopback and host in LOOPBACK and parts.scheme in {"http", "https"}:
            return True
        if parts.scheme == "https":
            return host in self.hosts
        return parts.scheme == "http" and host in self.plain_hosts


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole and within bounds. `wait_seconds` is what the answer's head asks for, 0 for nothing."""

    status: int
    body: bytes
    wait_seconds: int = 0

    @property
    def is_well(self) -> bool:
        """Tell whether the transport went well; what the platform says of the message is another matter."""
        return _WELL <= self.status < _REDIRECTS


def post(
    network: Network, address: str, content: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Reply | Delivery:
    """Post JSON and return the answer, or the evidence that there is none."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    told = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return _exchange(network, address, "POST", body, told)


def get(network: Network, address: str) -> Reply | Delivery:
    """Ask for something and return the answer, or the evidence that there is none."""
    return _exchange(network, address, "GET", None, {})


def _exchange(
    network: Network, address: str, method: str, body: bytes | None, headers: Mapping[str, str]
) -> Reply | Delivery:
    parts = _listed(network, address)
    if parts is None:
        return refused_for_good(NOT_LISTED)
    until = monotonic() + network.timeout_seconds
    link = _connect(network, parts, until)
    if isinstance(link, Delivery):
        return link
    with closing(link):
        try:
            return _ask(link, until, parts, method, body, headers)
        except TimeoutError:
            return unclear(_SILENT)
        except TooLarge:
            return unclear(_TOO_LARGE)
        except (OSError, HTTPException, ValueError):
            return unclear(_BROKEN)


def _listed(network: Network, address: str) -> SplitResult | None:
    if _BELOW_SPACE.search(address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if network.permits(parts) else None


# --- to the other side ---------------------------------------------------------------------------


def _connect(network: Network, parts: SplitResult, until: float) -> socket.socket | Delivery:
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (_SECURE_PORT if secure else _PLAIN_PORT)
    through, _, at = network.proxy.rpartition(":")
    first = (through, int(at)) if through else (host, port)
    try:
        link = socket.create_connection(first, timeout=left(until))
        with ExitStack() as undo:
            undo.callback(link.close)
            if through and not _is_passed_on(link, host, port, until):
                return refused(_NO_PROXY)
            if secure:
                link.settimeout(left(until))
                link = _trust(network.authorities).wrap_socket(link, server_hostname=host)
            undo.pop_all()
            return link
    except ssl.SSLCertVerificationError:
        return refused(_NOT_TRUSTED)
    except TimeoutError:
        return refused(_NO_TIME)
    except (OSError, HTTPException, ValueError):
        return refused(_NOT_CONNECTED)


def _is_passed_on(link: socket.socket, host: str, port: int, until: float) -> bool:
    link.settimeout(left(until))
    link.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode("ascii"))
    return _answer(link, until, "CONNECT").status == _WELL


@lru_cache(maxsize=4)
def _trust(authorities: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities or None)


def _ask(
    link: socket.socket,
    until: float,
    parts: SplitResult,
    method: str,
    body: bytes | None,
    headers: Mapping[str, str],
) -> Reply:
    query = f"?{quote(parts.query, safe=_SAFE_QUERY)}" if parts.query else ""
    speaker = HTTPConnection(parts.hostname or "", parts.port)
    speaker.sock = link
    link.settimeout(left(until))
    ours = {"User-Agent": "Anlan", "Connection": "close", **headers}
    speaker.request(method, (quote(parts.path, safe=_SAFE_PATH) or "/") + query, body, ours)
    answer = _answer(link, until, method)
    return Reply(answer.status, answer.read(), _seconds(answer))


def _answer(link: socket.socket, until: float, method: str) -> HTTPResponse:
    answer = HTTPResponse(cast("socket.socket", Bounded(link, until)), method=method)
    answer.begin()
    return answer


def _seconds(answer: HTTPResponse) -> int:
    # Feishu names its own header; both count seconds.
    told = answer.getheader("Retry-After") or answer.getheader("x-ogw-ratelimit-reset") or ""
    return min(int(told), 3600) if re.fullmatch(r"[0-9]{1,6}", told) else 0


# --- bounds in time and size ---------------------------------------------------------------------


class TooLarge(ValueError):
    """More came than any answer needs."""


def left(until: float) -> float:
    """Return the seconds until an instant of the monotonic clock. Raises `TimeoutError` when it has passed."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


class Bounded(io.RawIOBase):
    """Reads a connection until an instant and up to a size: a byte a second would outlast any limit on one read."""

    def __init__(self, link: socket.socket, until: float) -> None:
        super().__init__()
        self._link, self._until, self._room = link, until, _MOST_BYTES

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return itself as the library wants a connection to be read."""
        del mode
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what has come."""
        self._link.settimeout(left(self._until))
        count = self._link.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise TooLarge
        return count
