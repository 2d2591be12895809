"""Webhook 推送接口: JSON to an address on a host that the county lists, such as the county's own platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notifications import exchange
from notifications.carrier import carry
from notifications.channel import Delivery, taken
from notifications.judgement import Codes, code_of, judge, read_object

if TYPE_CHECKING:
    from notifications.exchange import Network, Reply
    from notifications.message import Message

SCHEMA = "webhookx"
# A platform that has codes at all refuses by one; a webhook that has none is believed by its status.
_CODES = Codes(("errcode",))


class WebhookChannel:
    """Posts JSON to addresses on hosts that the county allows."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Post one message to one address. A host that is not listed is refused without a connection."""
        del after
        content = {"version": "1.0", "title": message.title, "message": message.body, "type": "info", "number": number}

        def post(_: str) -> Delivery:
            reply = exchange.post(self._network, address or "", content, {"Idempotency-Key": _in_head(number)})
            return reply if isinstance(reply, Delivery) else _judged(reply)

        return carry(SCHEMA, f"{message.title}\n{message.body}", post)


def _judged(reply: Reply) -> Delivery:
    code = code_of(read_object(reply) or {}, _CODES)
    return taken() if code is None and reply.is_well else judge(reply, _CODES)


def _in_head(number: str) -> str:
    """Return a number as a header may hold it."""
    return "".join(char for char in number if char.isascii() and char.isalnum())
