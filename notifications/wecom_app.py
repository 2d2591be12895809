"""WeCom corp-app message 企业微信应用消息: to one person, by an access token that is fetched, kept and renewed once.

Facts: text at most 2,048 bytes; receivers that do not exist or may not see the app are named in `invaliduser` below
code 0, and the call fails with 81013 only when nobody is left; a token that ran out is 42001, a wrong one 40014; the
server's address must be registered (60020); a repeat whose JSON is the same is shown once for up to four hours where
`enable_duplicate_check` asks for it (developer.work.weixin.qq.com/document/path/90236, as copied at
qiyeweixin.apifox.cn/api-10061693). A repeat must therefore carry no mark while that time lasts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from notifications import exchange
from notifications.carrier import carry
from notifications.channel import Delivery, held_back, refused, refused_for_good
from notifications.judgement import Codes, code_of, judge, read_object
from notifications.parts import pages
from notifications.wecom_bot import OFFICIAL, TEXT_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from notifications.exchange import Network, Reply
    from notifications.message import Message
    from notifications.rate import Limiter

SCHEMA = "wecomappx"
SEEN_ONCE_SECONDS = 14_400
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_TOKEN = re.compile(r"[A-Za-z0-9_.=+/-]{1,600}")
_EXPIRED = frozenset({40014, 42001})
_A_MINUTE, _EARLIER_SECONDS, _LONGEST_SECONDS = 60, 300, 7200
_NO_PERSON = "企业微信成员账号无效、未激活或不在应用可见范围"
_NO_TOKEN = "未能取得企业微信访问凭证，消息未发出"  # noqa: S105 - words
_CODES = Codes(
    ("errcode",),
    waits={45009: _A_MINUTE, 45033: _A_MINUTE},
    lasting={
        40001: "应用密钥无效",
        40013: "企业编号无效",
        40056: "应用编号无效",
        60011: "应用无权向该成员发送",
        60020: "本机的出口地址不在应用的可信名单中",
        81013: _NO_PERSON,
        82001: _NO_PERSON,
        301002: "应用无权发送",
    },
    reference="msgid",
)
_NOT_REACHED = ("invaliduser", "unlicenseduser")


@dataclass(frozen=True, slots=True)
class WecomApp:
    """The county's own app in its WeCom: number of the corporation, number and secret of the app."""

    corporation: str
    agent: int
    secret: str = field(repr=False)
    origin: str = OFFICIAL


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    until: DateTime


class WecomAppChannel:
    """Sends to one member of the county's WeCom; the address is the member's user id."""

    seen_once_seconds = SEEN_ONCE_SECONDS

    def __init__(self, app: WecomApp, *, network: Network, limiter: Limiter, now: Callable[[], DateTime]) -> None:
        self._app, self._network, self._limiter, self._now = app, network, limiter, now
        self._token: _Token | None = None
        self._lock = Lock()

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Send one text to one person; it is never divided, the app's page tells the rest."""
        del after
        if not address or not _USER.fullmatch(address):
            return refused_for_good("没有可用的企业微信成员账号")
        wait = self._limiter.take(f"{SCHEMA}:{self._app.agent}")
        if wait:
            return held_back(f"应用消息发送将超过每分钟上限，{wait} 秒后再发", seconds=wait)
        (text,) = pages(replace(message, whole=False), number=number, limit=TEXT_BYTES)
        return carry(SCHEMA, text, lambda body: self._post(self._content(body, address)))

    def _content(self, text: str, person: str) -> dict[str, Any]:
        return {
            "touser": person,
            "msgtype": "text",
            "agentid": self._app.agent,
            "text": {"content": text},
            "safe": 0,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": SEEN_ONCE_SECONDS,
        }

    def _post(self, content: dict[str, Any]) -> Delivery:
        """Post with the token at hand; one that is no longer good is renewed once."""
        token = self._fetched()
        if isinstance(token, Delivery):
            return token
        reply = self._posted(token, content)
        if isinstance(reply, exchange.Reply) and code_of(read_object(reply) or {}, _CODES) in _EXPIRED:
            self._forget(token)
            token = self._fetched()
            if isinstance(token, Delivery):
                return token
            reply = self._posted(token, content)
        return reply if isinstance(reply, Delivery) else _judged(reply)

    def _posted(self, token: str, content: dict[str, Any]) -> Reply | Delivery:
        address = f"{self._app.origin}/cgi-bin/message/send?access_token={quote(token, safe='')}"
        return exchange.post(self._network, address, content)

    # --- the token -------------------------------------------------------------------------------

    def _fetched(self) -> str | Delivery:
        with self._lock:
            if self._token is None or self._token.until <= self._now():
                found = self._fetch()
                if isinstance(found, Delivery):
                    return found
                self._token = found
            return self._token.text

    def _forget(self, text: str) -> None:
        with self._lock:
            if self._token is not None and self._token.text == text:
                self._token = None

    def _fetch(self) -> _Token | Delivery:
        app = self._app
        asked = f"corpid={quote(app.corporation, safe='')}&corpsecret={quote(app.secret, safe='')}"
        reply = exchange.get(self._network, f"{app.origin}/cgi-bin/gettoken?{asked}")
        if isinstance(reply, Delivery):
            # Whatever became of this request, the message itself has not been sent.
            return reply if reply.lasting else refused(_NO_TOKEN)
        verdict, said = judge(reply, _CODES), read_object(reply) or {}
        text, seconds = said.get("access_token"), said.get("expires_in")
        if not verdict.accepted:
            return replace(verdict, answer=f"{_NO_TOKEN}：{verdict.answer}", unknown=False)
        if not isinstance(text, str) or not _TOKEN.fullmatch(text) or type(seconds) is not int:
            return refused(_NO_TOKEN)
        # Renewed before it ends, by a clock that may be a little off.
        lasts = max(min(seconds, _LONGEST_SECONDS) - _EARLIER_SECONDS, 0)
        return _Token(text, self._now().add(seconds=lasts))


def _judged(reply: Reply) -> Delivery:
    """Return what the answer says of the one person it was for: success with a name in `invaliduser` is none."""
    verdict = judge(reply, _CODES)
    said = read_object(reply) or {}
    if verdict.accepted and any(said.get(name) for name in _NOT_REACHED):
        return refused_for_good(_NO_PERSON)
    return verdict
