"""Feishu and Lark group bot 飞书群机器人: signed by HMAC-SHA256 with the instant in the key, people by their Feishu id.

Facts, from open.feishu.cn/document/client-docs/bot-v3/add-custom-bot: a body of at most 20 KB, 100 messages a minute
and 5 a second for one bot, 11232 when too many, 19021 for a signature or an instant more than an hour off, 19022 for
the sender's address, 19024 for a missing keyword. The code is `code`; an older answer has `StatusCode` alone. 9499 is
a body that cannot be read, though some report it with "too many request": we take it as the former. People cannot be
called out by mobile. A text may hold tags, so that every < becomes its full-width twin.
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

if TYPE_CHECKING:
    from pendulum import DateTime

OFFICIAL, LARK = "https://open.feishu.cn", "https://open.larksuite.com"
BODY_BYTES = 20_000
_FRAME_BYTES = 500
_PERSON = re.compile(r"[A-Za-z0-9_-]{4,64}")
_MOBILE = re.compile(r"[0-9+]+")
_A_MINUTE = 60


def _in_feishu(text: str) -> int:
    return in_json(_untagged(text))


@dataclass(frozen=True, slots=True)
class FeishuBot:
    """How Feishu's bots are spoken to; Lark's have another address."""

    origin: str = OFFICIAL
    schema: str = "feishux"
    limit: int = BODY_BYTES - _FRAME_BYTES
    measure = staticmethod(_in_feishu)
    codes = Codes(
        ("code", "StatusCode"),
        waits={11232: _A_MINUTE, 11220: _A_MINUTE},
        lasting={
            19001: "机器人令牌无效；请在群设置中重新复制",
            19021: "签名不符或者本机时间相差一小时以上",
            19022: "本机的出口地址不在机器人的白名单中",
            19024: "消息不含机器人要求的关键词",
        },
    )

    def posting(self, text: str, bot: BotKey, *, calls: str, now: DateTime) -> Posting:
        """Return what to post; signed where the bot has a secret."""
        said = _untagged(text)
        if _PERSON.fullmatch(calls) and not _MOBILE.fullmatch(calls):
            said = f'<at user_id="{calls}"></at> {said}'
        content: dict[str, Any] = {"msg_type": "text", "content": {"text": said}}
        if bot.secret:
            stamp = now.int_timestamp
            content |= {"timestamp": str(stamp), "sign": sign(stamp, bot.secret)}
        return Posting(f"{self.origin}/open-apis/bot/v2/hook/{quote(bot.key, safe='')}", content)


def sign(stamp: int, secret: str) -> str:
    """Return the signature for an instant in seconds: over nothing, with instant and secret as the key."""
    digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _untagged(text: str) -> str:
    return text.replace("<", "＜")
