"""DingTalk group bot 钉钉群机器人: signed by HMAC-SHA256 over the instant, people called out by mobile or user id.

Facts: 20 messages a minute for one bot, then silence for ten minutes; a message of more than 20,000 bytes is refused
(460101); the instant is milliseconds and may differ by an hour; refusals come with HTTP 200. 130101 and 310000 are in
Alibaba's own table, 410100 and 400102 in a copy of the interface's description, 300005 was seen for an unknown token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from notifications.bot import BotKey, Posting
from notifications.judgement import Codes
from notifications.parts import in_json
from notifications.rate import micros
from notifications.wecom_bot import MOBILE

if TYPE_CHECKING:
    from pendulum import DateTime

OFFICIAL = "https://oapi.dingtalk.com"
BODY_BYTES = 20_000
_FRAME_BYTES = 500
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TEN_MINUTES, _A_DAY = 600, 86_400
_WRONG_TOKEN = "机器人令牌无效；请在群设置中重新复制"  # noqa: S105 - words
_GONE = "机器人已停用或群已解散"


@dataclass(frozen=True, slots=True)
class DingtalkBot:
    """How DingTalk's bots are spoken to."""

    origin: str = OFFICIAL
    schema: str = "dingtalkx"
    limit: int = BODY_BYTES - _FRAME_BYTES
    measure = staticmethod(in_json)
    codes = Codes(
        ("errcode",),
        waits={130101: _TEN_MINUTES, 410100: _TEN_MINUTES, 90030: _A_DAY},
        lasting={
            310000: "签名、关键词或者出口地址不符合机器人的安全设置",
            300001: _WRONG_TOKEN,
            300005: _WRONG_TOKEN,
            400101: _WRONG_TOKEN,
            40035: _WRONG_TOKEN,
            400102: _GONE,
            400013: _GONE,
            400106: _GONE,
            460101: "消息内容过长",
        },
    )

    def posting(self, text: str, bot: BotKey, *, calls: str, now: DateTime) -> Posting:
        """Return what to post; signed where the bot has a secret."""
        content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
        if MOBILE.fullmatch(calls):
            content["at"] = {"atMobiles": [calls], "isAtAll": False}
        elif _USER.fullmatch(calls):
            content["at"] = {"atUserIds": [calls], "isAtAll": False}
        signed = ""
        if bot.secret:
            stamp = micros(now) // 1000
            signed = f"&timestamp={stamp}&sign={quote(sign(stamp, bot.secret), safe='')}"
        return Posting(f"{self.origin}/robot/send?access_token={quote(bot.key, safe='')}{signed}", content)


def sign(stamp: int, secret: str) -> str:
    """Return the signature for an instant in milliseconds."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")
