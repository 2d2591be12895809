"""The identity provider 统一身份认证: signing in through OpenID Connect where a county has it; off by default.

Authorization code with PKCE, state and nonce. What a browser carries there and back is signed, lasts ten minutes and is
used once. Whatever the provider does amiss is told, and signing in with a password goes on.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from console.errors import NotThere
from console.session import fresh_token, same, signed
from rules.errors import SignInRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pendulum import DateTime

    from settings import Settings

_DISCOVERY = "/.well-known/openid-configuration"
_ALGORITHMS = ["RS256", "PS256", "ES256"]
_LASTS_SECONDS, _LEEWAY_SECONDS, _PATIENCE_SECONDS = 600, 60, 8
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
BACK = "/sign-in/back"


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser carries to the provider and back: `wanted` is where to go on, `again` that one proves it anew."""

    state: str
    nonce: str
    verifier: str
    wanted: str
    again: bool
    began: int

    def written(self, secret: bytes) -> str:
        """Return it as a cookie holds it, signed."""
        text = base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()
        return f"{text}.{signed(secret, 'errand', text)}"


def errand(now: DateTime, *, wanted: str, again: bool) -> Errand:
    """Return a new errand."""
    return Errand(fresh_token(), fresh_token(), fresh_token(), wanted, again, int(now.timestamp()))


def errand_from(written: str, secret: bytes, now: DateTime) -> Errand:
    """Return an errand that a cookie holds. Raises `SignInRefused` for one that is missing, changed or too old."""
    text, _, mark = written.partition(".")
    if not same(mark, signed(secret, "errand", text)):
        raise _failed("本次登录不是从这个浏览器开始的")
    found = Errand(**json.loads(base64.urlsafe_b64decode(text)))
    if now.timestamp() - found.began > _LASTS_SECONDS:
        raise _failed("用时太久，已经过期")
    return found


class Provider:
    """The provider that the settings name. Raises `NotThere` where there is none, or only half of one."""

    def __init__(self, settings: Settings) -> None:
        if not is_configured(settings):
            raise NotThere
        self._issuer, self._client = settings.oidc_issuer.rstrip("/"), settings.oidc_client
        self._secret = settings.oidc_secret.get_secret_value()
        self._back = f"{settings.address}{BACK}"
        self._loopback = settings.outside_loopback

    def address(self, errand: Errand) -> str:
        """Return where the browser goes to prove who it is. Raises `SignInRefused` where the provider is not there."""
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._back,
            "scope": "openid",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": _challenge(errand.verifier),
            "code_challenge_method": "S256",
        }
        if errand.again:
            asked |= {"prompt": "login", "max_age": "0"}
        endpoint = self._endpoint(self._metadata(), "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def subject(self, errand: Errand, answer: Mapping[str, str], now: DateTime) -> str:
        """Return who came back, by the provider's own unchanging name. Raises `SignInRefused` saying what failed."""
        if not same(answer.get("state", ""), errand.state):
            raise _failed("返回的内容与本次登录不符")
        if "error" in answer or not answer.get("code"):
            raise _failed("对方没有确认身份")
        metadata = self._metadata()
        token = self._token(self._endpoint(metadata, "token_endpoint"), answer["code"], errand.verifier)
        keys = self._ask("GET", self._endpoint(metadata, "jwks_uri"))
        claims = self._checked(token, keys, errand, now)
        if errand.again and int(claims.get("auth_time") or 0) < errand.began - _LEEWAY_SECONDS:
            raise _failed("对方没有重新确认身份")
        return str(claims["sub"])

    def _metadata(self) -> dict[str, Any]:
        found = self._ask("GET", f"{self._issuer}{_DISCOVERY}")
        if str(found.get("issuer", "")).rstrip("/") != self._issuer:
            raise _failed("对方自称的地址与设置不符")
        return found

    def _endpoint(self, metadata: Mapping[str, Any], name: str) -> str:
        found = str(metadata.get(name) or "")
        self._refuse_plain(found)
        return found

    def _token(self, endpoint: str, code: str, verifier: str) -> str:
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._client,
            "code_verifier": verifier,
        }
        if self._secret:
            said["client_secret"] = self._secret
        return str(self._ask("POST", endpoint, said).get("id_token") or "")

    def _checked(self, token: str, keys: Any, errand: Errand, now: DateTime) -> dict[str, Any]:
        """Return what a token claims, once signature, issuer, addressee, term and nonce are good."""
        from joserfc import jwt  # noqa: PLC0415 - loaded only where a county has a provider
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above
        from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "values": [self._issuer, f"{self._issuer}/"]},
            aud={"essential": True, "value": self._client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": errand.nonce},
        )
        try:
            claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims
            registry.validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _failed("对方的签名或者内容不对") from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._client:
            raise _failed("对方的签名或者内容不对")
        return claims

    def _ask(self, method: str, address: str, said: dict[str, str] | None = None) -> dict[str, Any]:
        import httpx  # noqa: PLC0415 - loaded only where a county has a provider

        self._refuse_plain(address)
        try:
            answer = httpx.request(
                method, address, data=said, timeout=_PATIENCE_SECONDS, follow_redirects=False, trust_env=False
            )
            found = answer.raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise _failed("对方没有正常答复") from error
        if not isinstance(found, dict):
            raise _failed("对方没有正常答复")
        return found

    def _refuse_plain(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (self._loopback and parts.hostname in _LOOPBACK):
            raise _failed("对方的地址没有加密")


def is_configured(settings: Settings) -> bool:
    """Tell whether signing in through a provider is on."""
    return bool(settings.oidc_issuer and settings.oidc_client)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _failed(reason: str) -> SignInRefused:
    return SignInRefused(f"统一身份认证没有成功：{reason}。请重试，或者用账号和密码登录。")
