"""Group bots: what the members of a group see, and what is known when they may not have seen it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from notifications.bot import BotChannel, BotKey
from notifications.channel import Verdict
from notifications.dingtalk_bot import DingtalkBot
from notifications.exchange import Network
from notifications.feishu_bot import FeishuBot
from notifications.message import Message
from notifications.wecom_bot import WecomBot

_KEYS = {
    "wecom": BotKey("wecom-canary-key"),
    "dingtalk": BotKey("ding-canary-token", "SEC-canary-secret"),
    "feishu": BotKey("feishu-canary-token", "feishu-canary-secret"),
}
_GROUPS = {"wecom": "阳明堡镇", "dingtalk": "峪口镇", "feishu": "聂营镇"}
_PLATFORMS = {"wecom": WecomBot, "dingtalk": DingtalkBot, "feishu": FeishuBot}
_TOO_OFTEN = {"wecom": (45009, 60), "dingtalk": (130101, 600), "feishu": (11232, 60)}
_WRONG_KEY = {"wecom": 93000, "dingtalk": 300005, "feishu": 19001}
_MOBILE = "13800000000"


@dataclass
class Group:
    """A group of one platform: its gateway, the channel to it, and how it is addressed."""

    name: str
    gateway: Any
    channel: BotChannel
    network: Network
    make: Callable[..., BotChannel]

    @property
    def address(self) -> str:
        """Return the address of the group."""
        return _GROUPS[self.name]

    def send(self, message: Message, number: str = "T00000002", **how: Any) -> Any:
        """Send to the group."""
        return self.channel.send(message, **{"address": self.address, "number": number, **how})


@pytest.fixture(params=["wecom", "dingtalk", "feishu"])
def group(request: pytest.FixtureRequest, loopback: Network, limiter: Any, clock: Any) -> Group:
    """Return a group of each platform."""
    return _group(request.param, request, loopback, limiter, clock)


@pytest.fixture(params=["dingtalk", "feishu"])
def signed_group(request: pytest.FixtureRequest, loopback: Network, limiter: Any, clock: Any) -> Group:
    """Return a group of each platform whose bots sign."""
    return _group(request.param, request, loopback, limiter, clock)


@pytest.fixture(params=["wecom", "dingtalk", "feishu"])
def hurried_group(request: pytest.FixtureRequest, hurried: Network, limiter: Any, clock: Any) -> Group:
    """Return a group of each platform, and a network that waits a quarter of a second."""
    return _group(request.param, request, hurried, limiter, clock)


def _group(name: str, request: pytest.FixtureRequest, network: Network, limiter: Any, clock: Any) -> Group:
    gateway = request.getfixturevalue(name)

    def make(**changes: Any) -> BotChannel:
        facts = {"network": network, "limiter": limiter, "now": clock.now, **changes}
        key = facts.pop("key", _KEYS[name])
        origin = facts.pop("origin", gateway.origin)
        return BotChannel(_PLATFORMS[name](origin), {_GROUPS[name]: key}, **facts)

    return Group(name, gateway, make(), network, make)


# --- what is seen --------------------------------------------------------------------------------


def test_a_message_is_seen_once_with_title_body_and_number(group: Group, letter: Callable[..., Message]) -> None:
    message = letter()

    delivery = group.send(message)

    assert (delivery.verdict, delivery.answer, delivery.parts_taken) == (Verdict.ACCEPTED, "渠道已接收", 1)
    (shown,) = group.gateway.read()
    assert (shown.where, shown.text, shown.calls) == (group.address, f"{message.title}\n{message.body}", ())


def test_a_message_without_its_number_is_given_it(group: Group, letter: Callable[..., Message]) -> None:
    group.gateway.expect("T00000009")

    assert group.send(letter(body="请办理"), number="T00000009").accepted


def test_a_repeat_says_so_under_the_same_number(group: Group, letter: Callable[..., Message]) -> None:
    group.gateway.expect("T00000002", "T00000002")

    assert group.send(letter()).accepted
    assert group.send(letter(title="【重发】YH-2026-0001 请办理：判定等级")).accepted


def test_somebody_is_called_out_only_by_a_message_that_says_so(group: Group, letter: Callable[..., Message]) -> None:
    person = "ou_18eac8" if group.name == "feishu" else _MOBILE
    address = f"{group.address}@{person}"

    group.send(letter(), address=address)
    group.send(letter(title="【重发】x", calls_out=True), address=address)

    quiet, loud = group.gateway.read()
    assert (quiet.where, quiet.calls) == (group.address, ())
    assert (loud.where, loud.calls) == (group.address, (person,))
    assert person not in loud.text


@pytest.mark.parametrize("person", ["", "@all", "all people", "a|b", '"><at', "张三", "x" * 100, "-"])
def test_nobody_is_called_out_by_what_is_no_person(person: str, group: Group, letter: Callable[..., Message]) -> None:
    assert group.send(letter(calls_out=True), address=f"{group.address}@{person}").verdict in set(Verdict)

    assert [shown.calls for shown in group.gateway.read()] in ([], [()])


def test_a_user_id_is_called_out_where_the_platform_knows_them(group: Group, letter: Callable[..., Message]) -> None:
    group.send(letter(calls_out=True), address=f"{group.address}@zhangwei")

    assert [shown.calls for shown in group.gateway.read()] == [("zhangwei",)]


def test_a_mobile_calls_out_nobody_on_a_platform_that_knows_none(
    feishu: Any, loopback: Network, limiter: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    channel = BotChannel(
        FeishuBot(feishu.origin), {"聂营镇": _KEYS["feishu"]}, network=loopback, limiter=limiter, now=clock.now
    )

    channel.send(letter(calls_out=True), address=f"聂营镇@{_MOBILE}", number="T00000002")

    assert [shown.calls for shown in feishu.read()] == [()]


def test_a_group_may_have_an_at_in_its_name(
    wecom: Any, loopback: Network, limiter: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    wecom.keys = {"wecom-canary-key": "值班@县局"}
    channel = BotChannel(
        WecomBot(wecom.origin), {"值班@县局": _KEYS["wecom"]}, network=loopback, limiter=limiter, now=clock.now
    )

    assert channel.send(letter(), address="值班@县局", number="T00000002").accepted
    assert [shown.where for shown in wecom.read()] == ["值班@县局"]


def test_a_tag_in_a_text_is_no_tag_on_feishu(
    feishu: Any, loopback: Network, limiter: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    channel = BotChannel(
        FeishuBot(feishu.origin), {"聂营镇": _KEYS["feishu"]}, network=loopback, limiter=limiter, now=clock.now
    )

    channel.send(letter(body='<at user_id="all">所有人</at>'), address="聂营镇", number="T00000002")

    (shown,) = feishu.read()
    assert shown.calls == ()
    assert "＜at" in shown.text


@pytest.mark.parametrize("old_answers", [True, False])
def test_feishus_old_and_new_answers_are_both_read(
    old_answers: bool, feishu: Any, loopback: Network, limiter: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    feishu.old_answers = old_answers
    channel = BotChannel(
        FeishuBot(feishu.origin), {"聂营镇": _KEYS["feishu"]}, network=loopback, limiter=limiter, now=clock.now
    )
    feishu.expect("T00000002")

    assert channel.send(letter(), address="聂营镇", number="T00000002").accepted


def test_a_bot_without_a_secret_is_not_signed(signed_group: Group, letter: Callable[..., Message]) -> None:
    key = _KEYS[signed_group.name].key
    signed_group.gateway.bots = {key: (signed_group.address, "")}
    signed_group.gateway.expect("T00000002")

    assert signed_group.make(key=BotKey(key)).send(letter(), address=signed_group.address, number="T00000002").accepted


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [None, "", "上馆镇", "wecom-canary-key", "@13800000000", "阳明堡镇@峪口镇@聂营镇@1"]
)
def test_a_group_without_a_bot_is_refused_for_good_and_not_named(
    address: str | None, group: Group, letter: Callable[..., Message]
) -> None:
    delivery = group.send(letter(), address=address)

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, True)
    assert group.gateway.connections == 0
    assert "canary" not in delivery.answer


def test_a_code_below_http_200_is_a_refusal(group: Group, kind: Any, letter: Callable[..., Message]) -> None:
    group.gateway.will(kind.CODE, code=40099)

    delivery = group.send(letter())

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, "渠道未接收（40099）")
    assert (delivery.lasting, delivery.retry_after, delivery.parts_taken) == (False, None, 0)


def test_a_wrong_key_is_refused_for_good(group: Group, letter: Callable[..., Message]) -> None:
    delivery = group.make(key=BotKey("wrong")).send(letter(), address=group.address, number="T00000002")

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, True)
    assert str(_WRONG_KEY[group.name]) in delivery.answer


def test_a_wrong_secret_is_refused_for_good(signed_group: Group, letter: Callable[..., Message]) -> None:
    wrong = BotKey(_KEYS[signed_group.name].key, "wrong")

    delivery = signed_group.make(key=wrong).send(letter(), address=signed_group.address, number="T00000002")

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, True)
    assert "签名" in delivery.answer


def test_a_signature_of_another_hour_is_refused(signed_group: Group, letter: Callable[..., Message]) -> None:
    signed_group.gateway.second += 3601

    assert "签名" in signed_group.send(letter()).answer


# --- how often -----------------------------------------------------------------------------------


def test_a_platform_that_has_had_enough_says_for_how_long(
    group: Group, kind: Any, letter: Callable[..., Message], clock: Any
) -> None:
    code, seconds = _TOO_OFTEN[group.name]
    group.gateway.will(kind.CODE, code=code)

    delivery = group.send(letter())
    again = group.send(letter())

    assert (delivery.verdict, delivery.retry_after) == (Verdict.REFUSED, seconds)
    assert (again.verdict, again.retry_after) == (Verdict.REFUSED, seconds)
    assert len(group.gateway.heard) == 1
    clock.passes(seconds)
    group.gateway.expect("T00000002")
    assert group.send(letter()).accepted


def test_no_minute_holds_more_than_the_limit_and_nothing_is_lost(
    group: Group, letter: Callable[..., Message], clock: Any
) -> None:
    numbers = [f"T{no:08d}" for no in range(1, 41)]
    waiting, sent = list(numbers), 0
    group.gateway.expect(*numbers)
    while waiting:
        delivery = group.send(letter(body=f"通知编号：{waiting[0]}"), number=waiting[0])
        if delivery.accepted:
            waiting.pop(0)
            sent += 1
        else:
            assert delivery.retry_after
            clock.passes(delivery.retry_after)

    assert sent == len(group.gateway.heard) == 40


def test_two_groups_do_not_wait_for_each_other(
    wecom: Any, loopback: Network, limiter: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    wecom.keys = {"one": "阳明堡镇", "two": "上馆镇"}
    channel = BotChannel(
        WecomBot(wecom.origin), {"阳明堡镇": BotKey("one"), "上馆镇": BotKey("two")},
        network=loopback, limiter=limiter, now=clock.now,
    )  # fmt: skip
    while channel.send(letter(title="【重发】x"), address="阳明堡镇", number="T00000002").accepted:
        pass

    assert channel.send(letter(), address="上馆镇", number="T00000002").accepted
    wecom.read()


# --- in parts ------------------------------------------------------------------------------------

_LONG = "\n".join(f"第{no}行：" + "隐患" * 300 for no in range(1, 80))


def test_a_long_message_is_one_post_that_ends_with_link_and_number(
    group: Group, letter: Callable[..., Message]
) -> None:
    message = letter(body=f"{_LONG}\n{letter().body}")

    delivery = group.send(message)

    (shown,) = group.gateway.read()
    assert (delivery.parts, delivery.parts_taken) == (1, 1)
    assert shown.text.endswith(f"……全文见链接\n查看：{message.link}\n通知编号：T00000002")


def test_a_message_that_must_be_told_whole_goes_out_in_numbered_parts(
    group: Group, letter: Callable[..., Message], clock: Any
) -> None:
    message, after, shown = letter(body=_LONG, whole=True), 0, []
    while True:
        delivery = group.send(message, after=after)
        shown += group.gateway.read()
        if delivery.accepted:
            break
        assert delivery.parts_taken > after or delivery.retry_after
        after = delivery.parts_taken
        clock.passes(delivery.retry_after)

    assert delivery.parts == delivery.parts_taken == len(shown)
    assert [each.part for each in shown] == [f"（{no}/{len(shown)}）" for no in range(1, len(shown) + 1)]
    told = "\n".join(each.text.split("\n", 1)[1].rsplit("\n", 1)[0] for each in shown)
    assert told.replace("\n", "") == _LONG.replace("\n", "")


def test_what_was_taken_is_not_sent_again_when_a_later_part_is_refused(
    group: Group, kind: Any, letter: Callable[..., Message]
) -> None:
    message = letter(body=_LONG, whole=True)
    group.gateway.will(kind.WELL)
    group.gateway.will(kind.CODE, code=40099)

    first = group.send(message)

    assert (first.verdict, first.parts_taken) == (Verdict.REFUSED, 1)
    assert first.answer == f"渠道未接收（40099）；共 {first.parts} 部分，已接收 1 部分"
    assert [each.part for each in group.gateway.read()] == [f"（1/{first.parts}）"]
    second = group.send(letter(title=f"【重发】{message.title}", body=_LONG, whole=True), after=first.parts_taken)
    assert group.gateway.read()[0].part == f"（2/{first.parts}）"
    assert second.parts == first.parts


def test_no_more_parts_go_out_at_once_than_fit_into_a_claim(group: Group, letter: Callable[..., Message]) -> None:
    delivery = group.send(letter(body=_LONG, whole=True))

    assert len(group.gateway.read()) == delivery.parts_taken <= 4
    if delivery.parts > 4:
        assert (delivery.accepted, delivery.retry_after) == (False, 1)
        assert delivery.answer == f"其余部分随后发送；共 {delivery.parts} 部分，已接收 4 部分"


@pytest.mark.parametrize("after", [1, 7])
def test_a_message_whose_parts_were_all_taken_is_not_sent_again(
    after: int, group: Group, letter: Callable[..., Message]
) -> None:
    delivery = group.send(letter(), after=after)

    assert (delivery.accepted, delivery.parts_taken, delivery.parts) == (True, 1, 1)
    assert group.gateway.connections == 0


# --- what nobody knows ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["slow", "drip"])
def test_a_server_that_answers_too_late_leaves_it_open(
    how: str, hurried_group: Group, kind: Any, letter: Callable[..., Message]
) -> None:
    hurried_group.gateway.will(kind(how))

    delivery = hurried_group.send(letter())

    assert (delivery.verdict, delivery.answer) == (Verdict.UNKNOWN, "已发出但未等到答复，是否送达不明")
    assert len(hurried_group.gateway.read()) == 1


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("cut", "连接中断"), ("silent_close", "连接中断"), ("huge", "答复过大"), ("huge_head", "答复过大"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_whole_leaves_it_open(
    how: str, words: str, group: Group, kind: Any, letter: Callable[..., Message]
) -> None:
    group.gateway.will(kind(how))

    delivery = group.send(letter())

    assert (delivery.verdict, delivery.accepted) == (Verdict.UNKNOWN, False)
    assert words in delivery.answer
    group.gateway.read()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "答复为空"), (b"  \r\n", "答复为空"), (b" <!DOCTYPE html><html>login</html>", "答复是网页"),
        (b"ok", "答复无法识别"), (b"[]", "答复无法识别"), (b"{}", "答复无法识别"), (b"null", "答复无法识别"),
        (b'{"errcode":true,"code":true}', "答复无法识别"), (b'{"errcode":"0","code":"0"}', "答复无法识别"),
        (b'{"errcode":null,"code":null}', "答复无法识别"), (b'{"errcode":0.0,"code":0.0}', "答复无法识别"),
        (b'{"errcode":0', "答复无法识别"), (b"\xff\xfe", "答复无法识别"), (b"[" * 60_000, "答复无法识别"),
    ],
)  # fmt: skip
def test_an_answer_that_says_nothing_of_the_message_is_no_success(
    body: bytes, words: str, group: Group, kind: Any, letter: Callable[..., Message]
) -> None:
    group.gateway.will(kind.RAW, body=body)

    delivery = group.send(letter())

    assert (delivery.verdict, delivery.lasting) == (Verdict.UNKNOWN, False)
    assert words in delivery.answer


def test_a_redirect_is_a_refusal_and_is_not_followed(
    group: Group, kind: Any, elsewhere: Any, letter: Callable[..., Message]
) -> None:
    group.gateway.will(kind.REDIRECT, status=307, location=elsewhere.url())

    delivery = group.send(letter())

    assert (delivery.verdict, elsewhere.connections) == (Verdict.REFUSED, 0)
    assert "未跟随" in delivery.answer


def test_a_dead_server_was_certainly_told_nothing(group: Group, letter: Callable[..., Message]) -> None:
    group.gateway.die()

    delivery = group.send(letter())

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, "连接不上，消息未发出")


def test_what_a_gateway_shows_twice_or_loses_is_the_same_to_us(
    group: Group, kind: Any, letter: Callable[..., Message]
) -> None:
    """A lying gateway cannot be detected by whoever sends; hence only a reader's 「收到」 counts."""
    group.gateway.will(kind.DUPLICATING)
    group.gateway.will(kind.LYING)
    group.gateway.expect("T00000002", "T00000002")

    twice, lost = group.send(letter()), group.send(letter(body="通知编号：T00000003"), number="T00000003")

    assert twice == lost


# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["well", "code", "cut", "redirect", "raw"])
def test_no_key_secret_or_signature_is_told(
    how: str, group: Group, kind: Any, letter: Callable[..., Message], heard: Callable[[], str]
) -> None:
    group.gateway.will(kind(how), code=310000, body=b'{"errcode":1,"code":1,"errmsg":"s3cret-canary"}', location="/x")

    delivery = group.send(letter())

    assert "canary" not in f"{delivery}{heard()}"
    group.gateway.read()


def test_no_key_is_in_what_is_printed(group: Group, clock: Any) -> None:
    key = _KEYS[group.name]
    posting = _PLATFORMS[group.name]().posting("x", key, calls="", now=clock.now())

    assert "canary" not in f"{key!r}{posting!r}{group.channel!r}"


def test_the_library_is_kept_quiet(group: Group, letter: Callable[..., Message]) -> None:
    group.send(letter())

    assert logging.getLogger("apprise").level == logging.CRITICAL
    group.gateway.read()


def test_the_official_addresses_are_the_default() -> None:
    assert {name: _PLATFORMS[name]().origin for name in _PLATFORMS} == {
        "wecom": "https://qyapi.weixin.qq.com",
        "dingtalk": "https://oapi.dingtalk.com",
        "feishu": "https://open.feishu.cn",
    }
