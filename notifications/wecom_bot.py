"""WeCom group bot 企业微信群机器人: plain text, people called out by mobile or user id, codes in the body.

Facts: text at most 2,048 bytes, Markdown 4,096, 20 messages a minute for one bot, mentions in text alone
(developer.work.weixin.qq.com/document/path/91770). We send text: only there can a mobile be called out, and no word
of a message can become a link or a colour. 45009 for too many and 93000 for a wrong key were seen in public issue
reports; how long 45009 lasts is unverified, a minute is the window that is documented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from notifications.bot import BotKey, Posting
from notifications.judgement import Codes
from notifications.parts import in_bytes

if TYPE_CHECKING:
    from pendulum import DateTime

TEXT_BYTES = 2048
OFFICIAL = "https://qyapi.weixin.qq.com"
MOBILE = re.compile(r"1[3-9][0-9]{9}")
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class WecomBot:
    """How WeCom's bots are spoken to; a county with its own WeCom server gives its address."""

    origin: str = OFFICIAL
    schema: str = "wecomx"
    limit: int = TEXT_BYTES
    measure = staticmethod(in_bytes)
    codes = Codes(
        ("errcode",),
        waits={45009: _A_MINUTE, 45033: _A_MINUTE},
        lasting={
            93000: "机器人密钥无效或机器人已移出群",
            40008: "消息类型不被接受",
            40058: "消息内容不被接受",
            45002: "消息内容过长",
        },
    )

    def posting(self, text: str, bot: BotKey, *, calls: str, now: DateTime) -> Posting:
        """Return what to post: a person is called out by mobile where it is one, else by user id."""
        del now
        content: dict[str, Any] = {"content": text}
        if MOBILE.fullmatch(calls):
            content["mentioned_mobile_list"] = [calls]
        elif _USER.fullmatch(calls):
            content["mentioned_list"] = [calls]
        return Posting(
            f"{self.origin}/cgi-bin/webhook/send?key={quote(bot.key, safe='')}", {"msgtype": "text", "text": content}
        )
