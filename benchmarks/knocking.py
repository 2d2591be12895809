"""Asking the console as a browser does, without a network: one request through the whole application."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message

_HOST = "console.test"


@dataclass(slots=True)
class Answer:
    """What came back: status, kind, the bytes as sent, and how long it took by the clock and by the processor."""

    status: int = 0
    kind: str = ""
    body: bytes = b""
    seconds: float = 0.0
    processor: float = 0.0


@dataclass(slots=True)
class Browser:
    """Somebody who is signed in, and asks one thing after the other."""

    app: ASGIApp
    cookies: dict[str, str]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def get(self, address: str) -> Answer:
        """Ask for a page and wait for the whole of it."""
        parts = urlsplit(address)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"host": _HOST, "cookie": cookies, "accept-encoding": "gzip", "accept": "text/html"}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": unquote(parts.path), "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
            "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1), "server": (_HOST, 80),
        }  # fmt: skip
        answer, parcels = Answer(), list[bytes]()
        incoming: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if incoming:
                return incoming.pop()
            await asyncio.Event().wait()  # nobody hangs up
            raise AssertionError

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.kind = dict(message["headers"]).get(b"content-type", b"").decode()
            else:
                parcels.append(message.get("body", b""))

        began, used = time.perf_counter(), time.process_time()
        self.loop.run_until_complete(self.app(scope, receive, send))
        answer.seconds, answer.processor = time.perf_counter() - began, time.process_time() - used
        answer.body = b"".join(parcels)
        return answer


class Page(HTMLParser):
    """The addresses that a page names: links to go on to, and files that it needs at once."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.files: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag points to."""
        found: dict[str, Any] = {name: value or "" for name, value in attrs}
        if tag == "a" and found.get("href", "").startswith("/"):
            self.links.append(found["href"].partition("#")[0])
        needed = {"script": "src", "img": "src", "link": "href"}.get(tag, "")
        if found.get(needed, "").startswith("/"):
            self.files.append(found[needed])
