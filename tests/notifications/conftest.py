"""Servers on this machine alone that channels talk to, and what they heard."""

from __future__ import annotations

import importlib.util
import json
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pendulum
import pytest
from pendulum import DateTime

from notifications.exchange import Network
from notifications.message import Message
from notifications.rate import Limiter, MemoryRateStore, Rate
from rules.deadlines import SHANGHAI


def _loaded(name: str) -> ModuleType:
    """Load a file of fakes; other folders' tests do the same."""
    module = f"fakes_of_{name}"
    if module not in sys.modules:
        path = Path(__file__).parent / "fakes" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(module, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[module] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[module])
    return sys.modules[module]


gateways = _loaded("gateways")


# --- platforms -----------------------------------------------------------------------------------


@dataclass
class Clock:
    """The instant that channels are told and that the gateways count by; tests let it pass."""

    instant: DateTime = field(default_factory=lambda: pendulum.datetime(2026, 9, 21, 14, 13, 20, tz=SHANGHAI))
    gateways: list[Any] = field(default_factory=list)

    def now(self) -> DateTime:
        """Return the instant."""
        return self.instant

    def passes(self, seconds: float) -> None:
        """Let time pass, here and at every gateway."""
        self.instant = self.instant.add(microseconds=round(seconds * 1_000_000))
        for gateway in self.gateways:
            gateway.second += seconds


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


def _gateway(name: str, clock: Clock) -> Iterator[Any]:
    for gateway in gateways.serving(name):
        gateway.second = clock.instant.timestamp()
        clock.gateways.append(gateway)
        yield gateway


@pytest.fixture
def wecom(clock: Clock) -> Iterator[Any]:
    """Return WeCom's group bots."""
    yield from _gateway("wecom_bot", clock)


@pytest.fixture
def dingtalk(clock: Clock) -> Iterator[Any]:
    """Return DingTalk's group bots."""
    yield from _gateway("dingtalk_bot", clock)


@pytest.fixture
def feishu(clock: Clock) -> Iterator[Any]:
    """Return Feishu's group bots."""
    yield from _gateway("feishu_bot", clock)


@pytest.fixture
def members(clock: Clock) -> Iterator[Any]:
    """Return WeCom's messages to members."""
    yield from _gateway("wecom_app", clock)


@pytest.fixture
def short_messages(clock: Clock) -> Iterator[Any]:
    """Return a gateway for short messages."""
    yield from _gateway("sms", clock)


@pytest.fixture
def kind() -> Any:
    """Return the kinds of answers that a gateway can be told to give."""
    return gateways.Kind


@pytest.fixture
def loopback() -> Network:
    """Return a network that reaches this machine alone."""
    return Network(frozenset(), loopback=True, timeout_seconds=5)


@pytest.fixture
def hurried() -> Network:
    """Return the same, for servers that fall silent."""
    return Network(frozenset(), loopback=True, timeout_seconds=0.25)


@pytest.fixture
def limiter(clock: Clock) -> Limiter:
    """Return the limit of a platform: twenty a minute, twelve of them at once."""
    return Limiter(MemoryRateStore(), Rate(burst=12), clock.now)


@pytest.fixture
def letter() -> Callable[..., Message]:
    """Return the maker of messages as `compose` makes them."""

    def make(**changes: Any) -> Message:
        link = "https://anlan.example/cases/YH-2026-0001"
        facts: dict[str, Any] = {
            "title": "YH-2026-0001 请办理：判定等级",
            "body": f"请办理：判定等级\n期限：2026年3月3日 24:00\n查看：{link}\n通知编号：T00000002",
            "topic": "hazard/asked",
            "case_number": "YH-2026-0001",
            "link": link,
        }
        return Message(**{**facts, **changes})

    return make


# --- mail ----------------------------------------------------------------------------------------


@dataclass
class MailRoom:
    """What a mail server does and what it heard: each letter as its sender, its recipients and its text.

    `refuses` is the verb that is answered with `code`; at `hangs_at` it says nothing more, at `hangs_up_at` it is gone.
    `end` is the verb for the end of a letter.
    """

    port: int = 0
    refuses: str = ""
    code: int = 550
    hangs_at: str = ""
    hangs_up_at: str = ""
    drips: bool = False
    secure: ssl.SSLContext | None = None
    offers: tuple[str, ...] = ("AUTH PLAIN LOGIN",)
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    letters: list[tuple[str, list[str], str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


_REPLIES = {"AUTH": "235 known", "DATA": "354 go on", "QUIT": "221 bye", "END": "250 taken", "STARTTLS": "220 go on"}


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as a relay needs to take a letter."""

    def handle(self) -> None:
        room: MailRoom = self.server.room  # type: ignore[attr-defined]
        room.connections += 1
        if room.hangs_at == "connection":
            room.released.wait(30)
            return
        self._say("220 mail.example")
        self._sender, self._recipients = "", list[str]()
        while line := self.rfile.readline().decode().strip():
            room.commands.append(line)
            verb = line.split(" ", 1)[0].upper()
            if not self._answer(room, verb, line):
                return

    def _answer(self, room: MailRoom, verb: str, line: str = "") -> bool:
        if verb == room.hangs_at:
            room.released.wait(30)
            return False
        if verb == room.hangs_up_at:
            return False
        if verb == room.refuses:
            self._say(f"{room.code} no canary-of-the-server")
            return True
        if verb == "EHLO":
            offers = [*room.offers, *(("STARTTLS",) if room.secure else ())]
            self._say("250-mail.example", *(f"250-{offer}" for offer in offers), "250 SIZE 1000000")
            return True
        if verb == "MAIL":
            self._sender = line.split(":", 1)[1].split(" ", 1)[0].strip("<>")
        if verb == "RCPT":
            self._recipients.append(line.split(":", 1)[1].strip("<>"))
        self._say(_REPLIES.get(verb, "250 ok"))
        if verb == "STARTTLS" and room.secure:
            self._secured(room.secure)
        if verb == "DATA":
            text = "".join(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
            if room.refuses != "END":
                room.letters.append((self._sender, self._recipients, text))
            return self._answer(room, "END")
        return True

    def finish(self) -> None:
        super().finish()
        self.rfile.close()
        self.connection.close()

    def _secured(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", buffering=0)

    def _say(self, *lines: str) -> None:
        room: MailRoom = self.server.room  # type: ignore[attr-defined]
        for byte in (text := "".join(f"{line}\r\n" for line in lines).encode()):
            if not room.drips:
                self.wfile.write(text)
                return
            if room.released.wait(0.05):
                return
            self.wfile.write(bytes([byte]))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave a client that hangs up alone."""


class _SecureServer(_Server):
    def finish_request(self, request: Any, client_address: Any) -> None:
        with self.room.secure.wrap_socket(request, server_side=True) as secured:  # type: ignore[attr-defined]
            super().finish_request(secured, client_address)


def _mail_server(kind: type[_Server], room: MailRoom) -> Iterator[MailRoom]:
    server = kind(("127.0.0.1", 0), _MailHandler)
    server.room = room  # type: ignore[attr-defined]
    room.port = server.server_address[1]
    yield from _serving(server, room.released)


@pytest.fixture
def mail_room() -> Iterator[MailRoom]:
    """Return a mail server on loopback."""
    yield from _mail_server(_Server, MailRoom())


# --- certificates --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that nobody's browser knows: whoever trusts the file trusts the server."""

    file: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Return a certificate of our own making."""
    folder = tmp_path_factory.mktemp("certificate")
    file, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", file],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    return Certificate(file, context)


# --- webhooks ------------------------------------------------------------------------------------


@dataclass
class Hook:
    """What a webhook's server answers and what it was posted: path and JSON of each request."""

    port: int = 0
    status: int = 200
    body: bytes = b""
    location: str = ""
    hangs: bool = False
    connections: int = 0
    posted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook") -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.port}{path}"


class _HookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        hook: Hook = self.server.hook  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        hook.posted.append((self.path, json.loads(body or b"{}")))
        hook.headers.append(dict(self.headers))
        if hook.hangs:
            hook.released.wait(30)
            return
        self.send_response(hook.status)
        if hook.location:
            self.send_header("Location", hook.location)
        self.send_header("Content-Length", str(len(hook.body)))
        self.end_headers()
        self.wfile.write(hook.body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _HookServer(ThreadingHTTPServer):
    secure: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.secure is None:
            super().finish_request(request, client_address)
            return
        with self.secure.wrap_socket(request, server_side=True) as secured:
            super().finish_request(secured, client_address)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.hook.connections += 1  # type: ignore[attr-defined]
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave a client that hangs up alone."""


def _serving(server: socketserver.BaseServer, released: threading.Event) -> Iterator[Any]:
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield getattr(server, "room", None) or getattr(server, "hook", None)
    released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _hook_server(secure: ssl.SSLContext | None = None) -> Iterator[Hook]:
    hook = Hook()
    server = _HookServer(("127.0.0.1", 0), _HookHandler)
    server.secure = secure
    server.hook = hook  # type: ignore[attr-defined]
    hook.port = server.server_address[1]
    yield from _serving(server, hook.released)


@pytest.fixture
def hook() -> Iterator[Hook]:
    """Return a webhook's server on loopback."""
    yield from _hook_server()


@pytest.fixture
def elsewhere() -> Iterator[Hook]:
    """Return another server, to which nothing may be sent."""
    yield from _hook_server()


@pytest.fixture
def secure_hook(certificate: Certificate) -> Iterator[Hook]:
    """Return a webhook's server with a certificate of our own making."""
    yield from _hook_server(certificate.server)


@dataclass
class Proxy:
    """A proxy that connects where it is asked to, or answers with another status."""

    port: int = 0
    status: int = 200
    asked: list[str] = field(default_factory=list)
    hook: Any = None


class _ProxyHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        proxy: Proxy = self.server.hook  # type: ignore[attr-defined]
        proxy.asked.append(self.rfile.readline().decode().strip())
        while self.rfile.readline().strip():
            pass
        self.wfile.write(f"HTTP/1.1 {proxy.status} so\r\n\r\n".encode())
        if proxy.status != 200:
            return
        _, port = proxy.asked[-1].split()[1].rsplit(":", 1)
        with socket.create_connection(("127.0.0.1", int(port))) as far:
            back = threading.Thread(target=_pump, args=(far, self.connection), daemon=True)
            back.start()
            _pump(self.connection, far)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Return a proxy on loopback."""
    proxy = Proxy()
    server = _Server(("127.0.0.1", 0), _ProxyHandler)
    server.hook = proxy  # type: ignore[attr-defined]
    proxy.port = server.server_address[1]
    yield from _serving(server, threading.Event())


@pytest.fixture
def dead_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return what gives every log record, the most talkative included."""
    caplog.set_level(0)
    return lambda: "\n".join(f"{record.name} {record.getMessage()}" for record in caplog.records)
