"""Security 防护: headers on every answer, forms from this console alone, bodies of bounded size."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders

from console.errors import BodyTooLarge, FormRefused

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from settings import Settings

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; connect-src 'self'"
)
PAPER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; sandbox"
_ALWAYS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
_KEPT_FOR_EVER = "public, max-age=31536000, immutable"
_OURS = frozenset({"same-origin", "none"})


class Guard:
    """Around the whole application: adds the headers to whatever goes out, and counts what comes in."""

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most_bytes:
                raise BodyTooLarge(most_mib=self._most_bytes // 2**20)
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"].startswith("/static/") and message["status"] == 200:  # noqa: PLR2004 - HTTP's own word
                    headers["cache-control"] = _KEPT_FOR_EVER
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, counted, guarded)


def refuse_foreign(request: Request, settings: Settings) -> None:
    """Raise `FormRefused` for a form that another site sent.

    Browsers say where a form comes from; with our referrer policy older ones say `null`, then the token alone decides.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in _OURS:
            raise FormRefused
        return
    origin = request.headers.get("origin")
    if origin is None or origin == "null":
        return
    ours = {request.headers.get("host", ""), urlsplit(settings.address).netloc}
    if urlsplit(origin).netloc not in ours:
        raise FormRefused
