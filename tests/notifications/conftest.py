"""Servers on this machine alone that channels talk to, and what they heard."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class MailRoom:
    """What a mail server does and what it heard: each letter as its sender, its recipients and its text."""

    port: int = 0
    refuses: str = ""
    hangs_at: str = ""
    connections: int = 0
    commands: list[str] = field(default_factory=list)
    letters: list[tuple[str, list[str], str]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


_REPLIES = {
    "EHLO": ("250-mail.example", "250 AUTH PLAIN LOGIN"),
    "AUTH": ("235 known",),
    "DATA": ("354 go on",),
    "QUIT": ("221 bye",),
}


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as a relay needs to take a letter."""

    def handle(self) -> None:
        room: MailRoom = self.server.room  # type: ignore[attr-defined]
        room.connections += 1
        if room.hangs_at == "connection":
            room.released.wait(30)
            return
        self._say("220 mail.example")
        sender, recipients = "", list[str]()
        while line := self.rfile.readline().decode().strip():
            room.commands.append(line)
            verb = line.split(" ", 1)[0].upper()
            if verb == room.hangs_at:
                room.released.wait(30)
                return
            if verb == room.refuses:
                self._say("550 no canary-of-the-server")
                continue
            if verb == "MAIL":
                sender = line.split(":", 1)[1].split(" ")[0].strip("<>")
            if verb == "RCPT":
                recipients.append(line.split(":", 1)[1].strip("<>"))
            self._say(*_REPLIES.get(verb, ("250 ok",)))
            if verb == "DATA":
                lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                room.letters.append((sender, recipients, "".join(lines)))
                self._say("250 taken")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def mail_room() -> Iterator[MailRoom]:
    """Return a mail server on loopback."""
    room = MailRoom()
    server = _Server(("127.0.0.1", 0), _MailHandler)
    server.room = room  # type: ignore[attr-defined]
    room.port = server.server_address[1]
    yield from _serving(server, room.released)


@dataclass
class Hook:
    """What a webhook's server answers and what it was posted: path and JSON of each request."""

    port: int = 0
    status: int = 200
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
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hook.posted.append((self.path, json.loads(body)))
        hook.headers.append(dict(self.headers))
        if hook.hangs:
            hook.released.wait(30)
            return
        self.send_response(hook.status)
        if hook.location:
            self.send_header("Location", hook.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _HookServer(ThreadingHTTPServer):
    def process_request(self, request: Any, client_address: Any) -> None:
        self.hook.connections += 1  # type: ignore[attr-defined]
        super().process_request(request, client_address)


def _serving(server: socketserver.BaseServer, released: threading.Event) -> Iterator[Any]:
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.01), daemon=True)
    thread.start()
    yield getattr(server, "room", None) or getattr(server, "hook", None)
    released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _hook_server() -> Iterator[Hook]:
    hook = Hook()
    server = _HookServer(("127.0.0.1", 0), _HookHandler)
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
