"""The trial message 测试消息: one real message through one channel to one address, and what the channel answered.

It passes through the same channel, limits and checks as every notice. It is no notice of any case: it has a number of
its own, from T9 and the year on, and leaves no evidence but what is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.contacts import address_of
from models.numbers import draw_count
from notifications.message import Message
from rules.errors import SetupError

if TYPE_CHECKING:
    from tasks.resources import Resources

_SERIES = "trial"
_SAID = {
    "zh": ("测试消息，请勿办理", "{county}安全生产系统的渠道测试，{at}。\n通知编号：{number}"),
    "en": ("Trial message, nothing to do", "A trial of the channel by {county}, {at}.\nNotice no.: {number}"),
}
_A_CENTURY, _A_YEARS = 100, 100_000


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: `verdict` is accepted, refused or unknown; only whoever reads it can say that it arrived."""

    channel: str
    number: str
    verdict: str
    words: str
    reference: str
    remedy: str


def send_trial(tools: Resources, channel: str, *, login: str = "", address: str = "", language: str = "zh") -> Trial:
    """Send the message to whoever signs in so, or to an address.

    Raises `SetupError` for a channel that is not in use or a person it does not reach.
    """
    if channel not in tools.channels.names:
        in_use = "、".join(tools.channels.names)
        words = f"没有启用名为「{channel}」的渠道，已启用：{in_use}。请核对名称，或者修改 anlan.toml 的 channels。"
        raise SetupError(words)
    target = address or _address(tools, channel, login)
    number = _number(tools)
    delivery = tools.channels.send(channel, _message(tools, number, language), address=target, number=number)
    if not delivery.asked:
        remedy = f"请 {delivery.retry_after} 秒后再试"
    elif delivery.accepted:
        remedy = "请收件人核对是否看到这个编号；渠道接收不等于看到"
    elif delivery.unknown:
        remedy = "请收件人核对是否看到这个编号；没有看到的，请检查网络出口后再试"
    else:
        remedy = "请按上面的原因检查地址、密钥、模板和网络出口后再试"
    return Trial(channel, number, delivery.verdict.value, delivery.answer, delivery.reference, remedy)


def _address(tools: Resources, channel: str, login: str) -> str | None:
    if channel == "preview":
        return None
    if not login:
        raise SetupError("请写明发给谁：--to 登录名，或者 --address 地址。")
    with tools.store.read() as reading:
        found = address_of(reading, login, channel)
    if found is None:
        raise SetupError(f"「{login}」没有登记 {channel} 的地址。请先登记，或者用 --address 直接写地址。")
    return found


def _number(tools: Resources) -> str:
    """Return a number that no notice has: a gateway that knows numbers must not take a trial for a repeat."""
    county, year = tools.installation.county_id, tools.now().year
    drawn = tools.store.write(lambda writing: draw_count(writing, county, _SERIES, year))
    return f"T9{year % _A_CENTURY:02d}{drawn % _A_YEARS:05d}"


def _message(tools: Resources, number: str, language: str) -> Message:
    county, at = tools.installation.county_name, tools.now().format("YYYY-MM-DD HH:mm:ss")
    title, body = (words.format(county=county, at=at, number=number) for words in _SAID[language])
    return Message(title, body, topic="trial", case_number=number, link=tools.settings.address)
