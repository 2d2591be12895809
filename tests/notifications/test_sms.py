"""Short messages: at most seventy characters, by a registered template, under a number that makes repeats safe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from notifications.channel import Verdict
from notifications.exchange import Network
from notifications.judgement import Codes
from notifications.message import Message
from notifications.parts import in_short_message
from notifications.rate import Limiter, MemoryRateStore, Rate
from notifications.sms import Gateway, SmsChannel, Template
from rules.errors import SetupError

_MOBILE = "13800000000"
_REQUEST = {
    "mobile": "{mobile}", "sign": "{signature}", "template": "{template}", "parameters": "{parameters}",
    "serial": "{number}",
}  # fmt: skip
_TEXT = "{title}，查看{link}，编号{number}"
_CODES = Codes.from_texts("code", ("OK", "0"), ("isv.BUSINESS_LIMIT_CONTROL", "7"), "id")


def _short(letter: Callable[..., Message], **changes: Any) -> Message:
    return letter(**{"link": "https://a.cn/c/1", **changes})


@pytest.fixture
def make(short_messages: Any, loopback: Network, limiter: Limiter) -> Callable[..., SmsChannel]:
    """Return the maker of channels to the gateway."""

    def channel(limit: Limiter = limiter, network: Network = loopback, **changes: Any) -> SmsChannel:
        facts: dict[str, Any] = {
            "address": f"{short_messages.origin}/sms/send",
            "signature": "代县应急",
            "templates": {"default": Template("SMS_1", _TEXT)},
            "request": _REQUEST,
            "headers": {"Authorization": "Bearer sms-canary-key"},
            "codes": _CODES,
        }
        return SmsChannel(Gateway(**{**facts, **changes}), network=network, limiter=limit)

    return channel


def send(channel: SmsChannel, message: Message, address: str | None = _MOBILE, number: str = "T00000002") -> Any:
    """Send to a mobile."""
    return channel.send(message, address=address, number=number)


def test_a_message_is_sent_by_template_with_signature_and_number(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(), _short(letter))

    assert (delivery.verdict, delivery.reference) == (Verdict.ACCEPTED, "BIZ^T00000002")
    (shown,) = short_messages.read()
    assert shown.where == _MOBILE
    assert shown.text == "YH-2026-0001 请办理：判定等级，查看https://a.cn/c/1，编号T00000002"
    assert short_messages.heard[0].content["serial"] == "T00000002"


def test_a_repeat_under_the_same_number_is_seen_once_where_the_gateway_says_so(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    short_messages.expect("T00000002")
    channel = make(seen_once_seconds=600)

    assert [send(channel, _short(letter)).accepted for _ in range(2)] == [True, True]
    assert (channel.seen_once_seconds, make().seen_once_seconds) == (600, 0)


def test_a_long_title_gives_way_so_that_one_short_message_holds_it(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    assert send(make(), _short(letter, title="很长的标题" * 30)).accepted

    (shown,) = short_messages.read()
    assert in_short_message(f"【代县应急】{shown.text}") == 70
    assert "…，查看https://a.cn/c/1，编号T00000002" in shown.text


def test_what_cannot_be_short_is_refused_for_good(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(), letter(link="https://anlan.example/" + "x" * 60))

    assert (delivery.lasting, short_messages.connections) == (True, 0)
    assert "70" in delivery.answer


@pytest.mark.parametrize("over", [0, 1])
def test_seventy_characters_fit_and_seventy_one_do_not(
    over: int, make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    frame = in_short_message("【代县应急】，查看，编号T00000002")

    delivery = send(make(), letter(link="x" * (70 - frame + over)))

    assert delivery.accepted is (over == 0)
    short_messages.read()


@pytest.mark.parametrize(
    ("topic", "template"),
    [("hazard/overdue", "SMS_3"), ("hazard/asked", "SMS_2"), ("incident/asked", "SMS_1"), ("", "SMS_1")],
)
def test_the_nearest_template_is_used(
    topic: str, template: str, make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    known = {"default": "SMS_1", "hazard": "SMS_2", "hazard/overdue": "SMS_3"}
    short_messages.templates = dict.fromkeys(known.values(), _TEXT)
    channel = make(templates={name: Template(number, _TEXT) for name, number in known.items()})

    assert send(channel, _short(letter, topic=topic)).accepted
    assert short_messages.heard[0].content["template"] == template
    short_messages.read()


def test_a_message_without_any_template_is_refused_for_good(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(templates={"incident": Template("SMS_1", _TEXT)}), _short(letter))

    assert (delivery.lasting, short_messages.connections) == (True, 0)


@pytest.mark.parametrize("address", [None, "", "12800000000", "1380000000", "138000000000", "+8613800000000", "张三"])
def test_what_is_no_mobile_goes_nowhere(
    address: str | None, make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(), _short(letter), address)

    assert (delivery.lasting, delivery.answer, short_messages.connections) == (True, "没有可用的手机号码", 0)


@pytest.mark.parametrize("code", ["isv.MOBILE_NUMBER_ILLEGAL", 40, "E-1"])
def test_a_gateways_own_code_is_a_refusal(
    code: Any, make: Callable[..., SmsChannel], short_messages: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    short_messages.will(kind.CODE, code=code)

    delivery = send(make(), _short(letter))

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, f"渠道未接收（{code}）")


@pytest.mark.parametrize("code", ["isv.BUSINESS_LIMIT_CONTROL", 7, "7"])
def test_too_often_is_refused_for_a_minute(
    code: Any, make: Callable[..., SmsChannel], short_messages: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    short_messages.will(kind.CODE, code=code)

    assert send(make(), _short(letter)).retry_after == 60


@pytest.mark.parametrize("code", ["OK", "0", 0])
def test_every_code_of_success_is_one(
    code: Any, make: Callable[..., SmsChannel], short_messages: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    short_messages.will(kind.CODE, code=code)

    assert send(make(), _short(letter)).accepted


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (b'{"result":[{"code":"OK","id":"B1"}]}', True), (b'{"result":[{"code":"NO"}]}', False),
        (b'{"result":[]}', False), (b'{"result":{"0":{"code":"OK"}}}', True), (b'{"result":"OK"}', False),
        (b'{"code":"OK"}', False),
    ],
)  # fmt: skip
def test_a_code_may_stand_deep_in_an_answer(
    body: bytes, accepted: bool, make: Callable[..., SmsChannel], short_messages: Any, kind: Any,
    letter: Callable[..., Message],
) -> None:  # fmt: skip
    short_messages.will(kind.RAW, body=body)
    codes = Codes.from_texts("result.0.code", ("OK",), (), "result.0.id")

    delivery = send(make(codes=codes), _short(letter))

    assert delivery.accepted is accepted
    assert delivery.reference == ("B1" if b"B1" in body else "")


def test_our_own_limit_comes_first(
    make: Callable[..., SmsChannel], short_messages: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    short_messages.expect("T00000002")
    channel = make(limit=Limiter(MemoryRateStore(), Rate(2, 60, 1), clock.now))

    assert [send(channel, _short(letter)).retry_after for _ in range(2)] == [None, 60]


def test_a_gateway_that_is_not_listed_is_refused_for_good(
    make: Callable[..., SmsChannel], short_messages: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(network=Network(frozenset({"sms.example"}))), _short(letter))

    assert (delivery.answer, short_messages.connections) == ("地址不在允许的主机名单中", 0)


@pytest.mark.parametrize("body", [b'{"code":"sms-canary-key"}', b'{"code":"OK","id":"sms-canary-key"}'])
def test_a_key_that_a_gateway_gives_back_is_not_told(
    body: bytes, make: Callable[..., SmsChannel], short_messages: Any, kind: Any, letter: Callable[..., Message],
    heard: Callable[[], str],
) -> None:  # fmt: skip
    short_messages.will(kind.RAW, body=body)

    delivery = send(make(), _short(letter))

    assert "canary" not in f"{delivery}{heard()}"


def test_no_key_is_in_what_is_printed(make: Callable[..., SmsChannel]) -> None:
    assert "canary" not in f"{make()._gateway!r}"


def test_an_empty_header_hides_nothing(
    make: Callable[..., SmsChannel], short_messages: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    short_messages.will(kind.CODE, code=40)

    assert send(make(headers={"X-Empty": ""}), _short(letter)).answer == "渠道未接收（40）"


def test_a_request_may_be_nested_and_hold_what_is_no_text(
    short_messages: Any, loopback: Network, limiter: Limiter, letter: Callable[..., Message]
) -> None:
    request = {"list": [{"to": "{mobile}"}, 1, None, True], "说明": "固定", "text": "{text}"}
    gateway = Gateway(
        f"{short_messages.origin}/sms/send", "代县应急", {"default": Template("SMS_1", _TEXT)}, request,
    )  # fmt: skip

    send(SmsChannel(gateway, network=loopback, limiter=limiter), _short(letter, title="标题"))

    assert short_messages.heard[0].content == {
        "list": [{"to": _MOBILE}, 1, None, True],
        "说明": "固定",
        "text": "【代县应急】标题，查看https://a.cn/c/1，编号T00000002",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"request": {"a": ["{mobil}"]}}, {"request": {"a": {"b": "{password}"}}}, {"templates": {}}, {"signature": ""},
        {"templates": {"default": Template("SMS_1", "{mobile}")}},
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_said_at_the_start(changes: Any, make: Callable[..., SmsChannel]) -> None:
    with pytest.raises(SetupError, match="短信网关设置"):
        make(**changes)
