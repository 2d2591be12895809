"""Group bots 群机器人: what WeCom, DingTalk and Feishu have in common; each says in its own file how it differs.

An address is the name of a group whose key stands in the settings, so that no key is in the database. A person of that
group follows behind an @: 「阳明堡镇@13800000000」, and is called out only by messages that say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from notifications import exchange
from notifications.carrier import carry
from notifications.channel import Delivery, held_back, refused_for_good, refused_for_now
from notifications.judgement import judge
from notifications.parts import pages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pendulum import DateTime

    from notifications.exchange import Network
    from notifications.judgement import Codes
    from notifications.message import Message
    from notifications.parts import Measure
    from notifications.rate import Limiter

# So many requests at their longest end before a claim's lease of a minute.
_PARTS_AT_ONCE = 4
_NO_SUCH_GROUP = "设置中没有这个群的机器人；请核对联系方式或补充机器人密钥"


@dataclass(frozen=True, slots=True)
class BotKey:
    """What lets us speak in a group: the key of its bot, and the secret to sign with where the platform has one."""

    key: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Posting:
    """What is posted, and where; the address holds the key."""

    address: str = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)


class Platform(Protocol):
    """How one platform differs. `limit` is what a text may be long in its `measure`."""

    @property
    def schema(self) -> str:
        """Return the schema of its plugin."""
        ...

    @property
    def limit(self) -> int:
        """Return how long a text may be."""
        ...

    @property
    def measure(self) -> Measure:
        """Return how a text is measured."""
        ...

    @property
    def codes(self) -> Codes:
        """Return what its codes mean."""
        ...

    def posting(self, text: str, bot: BotKey, *, calls: str, now: DateTime) -> Posting:
        """Return what to post for a text; `calls` is whom it calls out, empty for nobody."""
        ...


class BotChannel:
    """Speaks in the groups of one platform."""

    seen_once_seconds = 0

    def __init__(
        self,
        platform: Platform,
        bots: Mapping[str, BotKey],
        *,
        network: Network,
        limiter: Limiter,
        now: Callable[[], DateTime],
    ) -> None:
        self._platform, self._bots = platform, dict(bots)
        self._network, self._limiter, self._now = network, limiter, now

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Post the message to a group, part by part; the first part that is not taken ends it."""
        group, person = self._addressed(address or "")
        if group not in self._bots:
            return refused_for_good(_NO_SUCH_GROUP)
        texts = pages(message, number=number, limit=self._platform.limit, measure=self._platform.measure)
        calls = person if message.calls_out else ""
        delivery = Delivery(accepted=True, answer="各部分此前均已接收")
        done = min(after, len(texts))
        for text in texts[done : done + _PARTS_AT_ONCE]:
            delivery = self._post(text, group, calls)
            if not delivery.accepted:
                break
            done += 1
        if delivery.accepted and done < len(texts):
            delivery = refused_for_now("其余部分随后发送", seconds=1)
        asked = delivery.asked or done > min(after, len(texts))
        answer = _counted(delivery, done, len(texts))
        return replace(delivery, answer=answer, parts_taken=done, parts=len(texts), asked=asked)

    def _addressed(self, address: str) -> tuple[str, str]:
        """Return the group and the person meant in it; a group's own name may hold an @."""
        if address in self._bots:
            return address, ""
        group, _, person = address.rpartition("@")
        return group, person

    def _post(self, text: str, group: str, calls: str) -> Delivery:
        name = f"{self._platform.schema}:{group}"
        wait = self._limiter.take(name)
        if wait:
            return held_back(f"本群机器人发送将超过每分钟上限，{wait} 秒后再发", seconds=wait)

        def post(body: str) -> Delivery:
            posting = self._platform.posting(body, self._bots[group], calls=calls, now=self._now())
            reply = exchange.post(self._network, posting.address, posting.content)
            return reply if isinstance(reply, Delivery) else judge(reply, self._platform.codes)

        delivery = carry(self._platform.schema, text, post)
        if delivery.retry_after:
            self._limiter.hold(name, delivery.retry_after)
        return delivery


def _counted(delivery: Delivery, done: int, parts: int) -> str:
    """Return the answer, with how many parts were taken where there are several."""
    return delivery.answer if parts == 1 else f"{delivery.answer}；共 {parts} 部分，已接收 {done} 部分"
