"""Messages of the county's WeCom app to one member: the token, the wrong member, and a repeat that is seen once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from notifications.channel import Verdict
from notifications.exchange import Network
from notifications.message import Message
from notifications.rate import Limiter, MemoryRateStore, Rate
from notifications.wecom_app import SEEN_ONCE_SECONDS, WecomApp, WecomAppChannel

_NO_PERSON = "企业微信成员账号无效、未激活或不在应用可见范围"


@pytest.fixture
def make(members: Any, loopback: Network, limiter: Limiter, clock: Any) -> Callable[..., WecomAppChannel]:
    """Return the maker of channels to the county's app."""

    def channel(secret: str = "app-canary-secret", **changes: Any) -> WecomAppChannel:  # noqa: S107 - invented
        facts = {"network": loopback, "limiter": limiter, "now": clock.now, **changes}
        return WecomAppChannel(WecomApp("ww-county", 1000002, secret, members.origin), **facts)

    return channel


@pytest.fixture
def app(make: Callable[..., WecomAppChannel]) -> WecomAppChannel:
    """Return a channel to the county's app."""
    return make()


def send(app: WecomAppChannel, message: Message, address: str | None = "zhangwei", number: str = "T00000002") -> Any:
    """Send to a member."""
    return app.send(message, address=address, number=number)


def test_a_message_reaches_one_member_and_the_platforms_number_is_kept(
    app: WecomAppChannel, members: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(app, letter())

    assert (delivery.verdict, delivery.reference) == (Verdict.ACCEPTED, "MSG1")
    (shown,) = members.read()
    assert (shown.where, shown.text) == ("zhangwei", f"{letter().title}\n{letter().body}")


@pytest.mark.parametrize("person", ["nobody", "ZHANGWEI2"])
def test_a_member_who_is_not_there_is_a_refusal_though_the_code_is_none(
    person: str, app: WecomAppChannel, letter: Callable[..., Message]
) -> None:
    delivery = send(app, letter(), person)

    assert (delivery.verdict, delivery.lasting, delivery.answer) == (Verdict.REFUSED, True, _NO_PERSON)


@pytest.mark.parametrize("name", ["invaliduser", "unlicenseduser"])
def test_a_member_named_as_not_reached_is_a_refusal(
    name: str, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.RAW, body=f'{{"errcode":0,"errmsg":"ok","{name}":"zhangwei","msgid":"1"}}'.encode())

    assert send(app, letter()).answer == _NO_PERSON


@pytest.mark.parametrize("empty", ["invaliduser", "unlicenseduser"])
def test_nobody_named_as_not_reached_is_success(
    empty: str, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.RAW, body=f'{{"errcode":0,"{empty}":"","msgid":"AZ_1-x"}}'.encode())

    assert (send(app, letter()).accepted, members.read()) == (True, [])


@pytest.mark.parametrize("reference", ['"s3 cret"', '["x"]', "null", '"' + "x" * 65 + '"'])
def test_a_number_of_an_odd_form_is_not_kept(
    reference: str, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.RAW, body=f'{{"errcode":0,"msgid":{reference}}}'.encode())

    assert send(app, letter()).reference == ""


@pytest.mark.parametrize("address", [None, "", "@all", "zhangwei|lina", "zhang wei", "张伟", "x" * 65, "a\nb", "-a"])
def test_what_is_no_single_member_goes_nowhere(
    address: str | None, app: WecomAppChannel, members: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(app, letter(), address)

    assert (delivery.lasting, members.connections) == (True, 0)


def test_a_repeat_that_is_the_same_to_the_byte_is_seen_once(
    app: WecomAppChannel, members: Any, letter: Callable[..., Message]
) -> None:
    members.expect("T00000002")

    assert send(app, letter()).accepted
    assert send(app, letter()).accepted
    assert app.seen_once_seconds == SEEN_ONCE_SECONDS == 4 * 3600


def test_a_long_message_is_shortened_and_never_divided(
    app: WecomAppChannel, members: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(app, letter(body="隐患" * 2000 + "\n" + letter().body, whole=True))

    (shown,) = members.read()
    assert delivery.accepted
    assert len(shown.text.encode()) <= 2048
    assert shown.text.endswith("通知编号：T00000002")


# --- the token -----------------------------------------------------------------------------------


def test_a_token_is_fetched_once_and_kept(app: WecomAppChannel, members: Any, letter: Callable[..., Message]) -> None:
    members.expect("T00000002", "T00000003")

    send(app, letter())
    send(app, letter(body="通知编号：T00000003"), number="T00000003")

    assert members.tokens_given == 1


@pytest.mark.parametrize(("seconds", "fetched"), [(6899, 1), (6900, 2)], ids=["a second before", "five minutes early"])
def test_a_token_is_renewed_before_it_ends(
    seconds: int, fetched: int, app: WecomAppChannel, members: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    send(app, letter())
    clock.passes(seconds)
    send(app, letter(title="【重发】x"))

    assert members.tokens_given == fetched
    members.read()


def test_a_token_that_ended_early_is_renewed_once_and_the_message_sent(
    app: WecomAppChannel, members: Any, letter: Callable[..., Message]
) -> None:
    members.expect("T00000002", "T00000002")
    send(app, letter())
    members.expire()

    assert send(app, letter(title="【重发】x")).accepted
    assert members.tokens_given == 2


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_is_never_good_is_renewed_once_and_no_more(
    code: int, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.CODE, code=code)
    members.will(kind.CODE, code=code)

    delivery = send(app, letter())

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, f"渠道未接收（{code}）")
    assert (members.tokens_given, len(members.heard)) == (2, 2)


def test_no_token_after_one_that_ended_is_a_refusal(
    app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.CODE, code=42001)
    members.token_answers.append(_answer(kind.WELL))
    members.token_answers.append(_answer(kind.CODE, code=40001))

    delivery = send(app, letter())

    assert (delivery.verdict, delivery.lasting) == (Verdict.REFUSED, True)
    assert delivery.answer.startswith("未能取得企业微信访问凭证，消息未发出：应用密钥无效")


def test_a_wrong_secret_is_refused_for_good(
    make: Callable[..., WecomAppChannel], members: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make("wrong"), letter())

    assert (delivery.verdict, delivery.lasting, members.heard) == (Verdict.REFUSED, True, [])


@pytest.mark.parametrize("how", ["cut", "silent_close", "huge", "drip"])
def test_whatever_becomes_of_the_token_the_message_was_not_sent(
    how: str, make: Callable[..., WecomAppChannel], hurried: Network, members: Any, kind: Any,
    letter: Callable[..., Message],
) -> None:  # fmt: skip
    members.token_answers.append(_answer(kind(how)))

    delivery = send(make(network=hurried), letter())

    assert (delivery.verdict, delivery.answer) == (Verdict.REFUSED, "未能取得企业微信访问凭证，消息未发出")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b'{"errcode":0}', b'{"errcode":0,"access_token":"a","expires_in":"7200"}',
        b'{"errcode":0,"access_token":"","expires_in":7200}', b'{"errcode":0,"access_token":7,"expires_in":7200}',
        b'{"errcode":0,"access_token":"a b","expires_in":7200}', b'{"errcode":0,"access_token":"a","expires_in":true}',
    ],
)  # fmt: skip
def test_an_answer_without_a_usable_token_is_a_refusal(
    body: bytes, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.token_answers.append(_answer(kind.RAW, body=body))

    delivery = send(app, letter())

    assert (delivery.verdict, members.heard) == (Verdict.REFUSED, [])
    assert delivery.answer.startswith("未能取得企业微信访问凭证，消息未发出")


@pytest.mark.parametrize(("seconds", "fetched"), [(300, 2), (0, 2), (-5, 2), (301, 1), (10**12, 1)])
def test_a_token_is_not_kept_longer_than_it_may_be(
    seconds: int, fetched: int, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    body = f'{{"errcode":0,"access_token":"token-canary-1","expires_in":{seconds}}}'.encode()
    members.token_answers += [_answer(kind.RAW, body=body), _answer(kind.RAW, body=body)]

    send(app, letter())
    send(app, letter(title="【重发】x"))

    assert 2 - len(members.token_answers) == fetched
    members.read()


def test_an_address_that_is_not_listed_is_refused_for_good(
    make: Callable[..., WecomAppChannel], members: Any, letter: Callable[..., Message]
) -> None:
    delivery = send(make(network=Network(frozenset({"qyapi.weixin.qq.com"}))), letter())

    assert (delivery.lasting, delivery.answer, members.connections) == (True, "地址不在允许的主机名单中", 0)


# --- what else comes back ------------------------------------------------------------------------


@pytest.mark.parametrize("code", [45009, 45033])
def test_too_often_is_refused_for_a_minute(
    code: int, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.CODE, code=code)

    assert send(app, letter()).retry_after == 60


def test_our_own_limit_comes_first(
    make: Callable[..., WecomAppChannel], members: Any, clock: Any, letter: Callable[..., Message]
) -> None:
    app = make(limiter=Limiter(MemoryRateStore(), Rate(2, 60, 1), clock.now))
    members.expect("T00000002")

    delivery = [send(app, letter()) for _ in range(2)][1]

    assert (delivery.retry_after, delivery.verdict) == (60, Verdict.REFUSED)
    assert len(members.heard) == 1


@pytest.mark.parametrize("code", [81013, 60020, 301002])
def test_what_only_a_correction_ends_is_refused_for_good(
    code: int, app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.CODE, code=code)

    assert send(app, letter()).lasting


def test_a_message_that_was_posted_and_not_answered_may_have_arrived(
    app: WecomAppChannel, members: Any, kind: Any, letter: Callable[..., Message]
) -> None:
    members.will(kind.SILENT_CLOSE)

    assert send(app, letter()).verdict is Verdict.UNKNOWN
    members.read()


def test_neither_token_nor_secret_is_told(
    app: WecomAppChannel, members: Any, letter: Callable[..., Message], heard: Callable[[], str]
) -> None:
    delivery = send(app, letter())

    app_told = WecomApp("ww-county", 1, "app-canary-secret")
    assert "canary" not in f"{delivery}{heard()}{app_told!r}{app._token!r}"
    members.read()


def _answer(kind: Any, **how: Any) -> Any:
    import sys  # noqa: PLC0415 - the fakes are loaded by the conftest

    return sys.modules["fakes_of_gateways"].Answer(kind, **how)
