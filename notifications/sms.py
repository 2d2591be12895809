"""Short messages 短信: through a gateway that speaks JSON, by templates and a signature that are registered with it.

Gateways differ in names alone, so that the request is a mapping in the settings and the answer is read at given places.
The carrier's receipt comes later and elsewhere: here a message is accepted or refused, never delivered. Networks count
70 characters for one short message, the signature 【…】 included, and charge and join longer ones by 67
(help.aliyun.com/zh/sms/user-guide/message-rules); ours are never longer than one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from notifications import exchange
from notifications.carrier import carry
from notifications.channel import Delivery, held_back, refused_for_good
from notifications.judgement import Codes, judge
from notifications.parts import clean, cut, in_short_message
from notifications.wecom_bot import MOBILE
from rules.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from notifications.exchange import Network
    from notifications.message import Message
    from notifications.rate import Limiter

SCHEMA = "smsx"
LONGEST = 70
_NAMED = re.compile(r"\{([a-z_]+)\}")
_FIRST_OF_GATEWAY = "default"
_IN_TEXT = frozenset({"title", "case", "link", "number"})
_IN_REQUEST = _IN_TEXT | {"mobile", "signature", "template", "text", "parameters"}
_TOO_LONG = f"短信超过 {LONGEST} 字；请缩短模板或链接前缀"
_UNMARKED = "短信模板放不下【演练】字样，演练消息不发；请在模板中加入 {title} 或者缩短模板"


@dataclass(frozen=True, slots=True)
class Template:
    """A registered text: its number with the gateway, and its words with {title}, {case}, {link} and {number}."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """How one gateway is spoken to.

    `request` is the JSON to post, whose texts may hold {mobile}, {signature}, {template}, {text}, {parameters} (the
    template's words as JSON) and whatever a template may hold; `headers` hold the key. `templates` are found by
    wording (`hazard/overdue`), then by process (`hazard`), then as `default`. `seen_once_seconds`: so long it drops a
    repeat with the same number, none where it does not say so.
    """

    address: str
    signature: str
    templates: Mapping[str, Template]
    request: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    codes: Codes = field(default_factory=lambda: Codes(("code",), good=frozenset({"OK", 0})))
    seen_once_seconds: int = 0

    def check(self) -> None:
        """Raise `SetupError` where a name is not known or there is nothing to send by."""
        unknown = {name for text in _texts(self.request) for name in _NAMED.findall(text)} - _IN_REQUEST
        unknown |= {name for each in self.templates.values() for name in _NAMED.findall(each.text)} - _IN_TEXT
        if unknown or not self.templates or not self.signature:
            what = f"有不认识的占位符 {'、'.join(sorted(unknown))}" if unknown else "缺少短信模板或者签名"
            message = f"短信网关设置{what}。请修改 anlan.toml 中以 sms_ 开头的设置。"
            raise SetupError(message)


class SmsChannel:
    """Sends one short message to one mobile."""

    def __init__(self, gateway: Gateway, *, network: Network, limiter: Limiter) -> None:
        gateway.check()
        self._gateway, self._network, self._limiter = gateway, network, limiter
        self.seen_once_seconds = gateway.seen_once_seconds

    def send(self, message: Message, *, address: str | None, number: str, after: int = 0) -> Delivery:
        """Send by the template for the message's wording, its title shortened until one short message holds it."""
        del after
        if not address or not MOBILE.fullmatch(address):
            return refused_for_good("没有可用的手机号码")
        template = self._template(message.topic)
        if template is None:
            return refused_for_good("没有适用的短信模板；请补充 default 模板")
        words = self._fitted(template, message, number)
        if words is None:
            return refused_for_good(_UNMARKED if message.exercise else _TOO_LONG)
        wait = self._limiter.take(SCHEMA)
        if wait:
            return held_back(f"短信发送将超过每分钟上限，{wait} 秒后再发", seconds=wait)
        return carry(SCHEMA, words["text"], lambda _: self._post(words | {"mobile": address}))

    def _template(self, topic: str) -> Template | None:
        templates = self._gateway.templates
        return templates.get(topic) or templates.get(topic.partition("/")[0]) or templates.get(_FIRST_OF_GATEWAY)

    def _fitted(self, template: Template, message: Message, number: str) -> dict[str, str] | None:
        """Return all words of the request with the longest title that still fits, None where nothing does."""
        frame = f"【{self._gateway.signature}】"
        words, room = {"title": "", "case": message.case_number, "link": "", "number": number}, -1
        # The link by which one answers is longer; where it does not fit, the case's page asks for the answer.
        for words["link"] in dict.fromkeys((message.answer_link or message.link, message.link)):
            room = LONGEST - in_short_message(frame + _filled(template.text, words))
            if room >= 0:
                break
        if room < 0:
            return None
        words["title"] = cut(clean(message.title).replace("\n", " "), limit=room, measure=in_short_message)
        if not words["title"].startswith(message.exercise) or (message.exercise and "{title}" not in template.text):
            return None
        used = {name: words[name] for name in _NAMED.findall(template.text)}
        return words | {
            "text": frame + _filled(template.text, words),
            "template": template.id,
            "signature": self._gateway.signature,
            "parameters": json.dumps(used, ensure_ascii=False),
        }

    def _post(self, words: Mapping[str, str]) -> Delivery:
        gateway = self._gateway
        content = _mapped(gateway.request, lambda text: _filled(text, words))
        reply = exchange.post(self._network, gateway.address, content, gateway.headers)
        delivery = reply if isinstance(reply, Delivery) else judge(reply, gateway.codes)
        return replace(
            delivery, answer=self._without_secrets(delivery.answer), reference=self._without_secrets(delivery.reference)
        )

    def _without_secrets(self, text: str) -> str:
        """Return the text without our key, should a gateway give it back as its code."""
        for secret in self._gateway.headers.values():
            for part in (secret, *secret.split()):
                text = text.replace(part, "•••") if part else text
        return text


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _NAMED.sub(lambda found: words[found[1]], text)


def _mapped(value: Any, work: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return work(value)
    if isinstance(value, dict):
        return {key: _mapped(each, work) for key, each in cast("dict[str, Any]", value).items()}
    return [_mapped(each, work) for each in cast("list[Any]", value)] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a request."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        held = cast("dict[str, Any] | list[Any]", value)
        for each in held.values() if isinstance(held, dict) else held:
            yield from _texts(each)
