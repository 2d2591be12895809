"""Sessions 会话: the cookies of a visit, the token in every form, and where one may go after signing in."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from settings import Settings

_SAFE_PATH = re.compile(r"/(?:[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*/?)?(?:\?[A-Za-z0-9_.~%&=+-]*)?")
_YEAR_SECONDS, _ERRAND_SECONDS = 365 * 24 * 3600, 600
_TOKEN_BYTES = 32


class Cookies:
    """Names and attributes of the console's cookies; over HTTPS their names forbid any other site to set them."""

    def __init__(self, settings: Settings) -> None:
        self._secure = settings.secure_cookies
        self._hours = settings.session_hours
        prefix = "__Host-" if self._secure else ""
        self.session = f"{prefix}anlan"
        self.visit = f"{prefix}anlan-visit"
        self.device = f"{prefix}anlan-device"
        self.language = f"{prefix}anlan-language"
        self.errand = f"{prefix}anlan-errand"

    def keep(self, response: Response, name: str, value: str) -> None:
        """Let the browser keep a cookie; a session's for as long as the session may last."""
        age = {self.session: self._hours * 3600, self.visit: None, self.errand: _ERRAND_SECONDS}.get(
            name, _YEAR_SECONDS
        )
        response.set_cookie(name, value, max_age=age, path="/", secure=self._secure, httponly=True, samesite="lax")

    def drop(self, response: Response, name: str) -> None:
        """Let the browser forget a cookie."""
        response.delete_cookie(name, path="/", secure=self._secure, httponly=True, samesite="lax")


def read_cookie(request: Request, name: str) -> str:
    """Return the value of a cookie, empty when there is none."""
    return request.cookies.get(name, "")


def fresh_token() -> str:
    """Return a value that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def same(given: str, expected: str) -> bool:
    """Tell whether two tokens are the same, in time that tells nothing; an empty one never is."""
    return bool(expected) and hmac.compare_digest(given.encode(), expected.encode())


def signed(secret: bytes, *parts: Any) -> str:
    """Return the signature over what a form must bring back unchanged."""
    return hmac.new(secret, json.dumps(parts, ensure_ascii=False, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def local_path(wanted: str) -> str:
    """Return a path of this console to go on to, the first page for anything else: no address leads elsewhere."""
    return wanted if _SAFE_PATH.fullmatch(wanted) else "/"
