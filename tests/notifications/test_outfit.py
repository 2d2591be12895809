"""The outfit: the settings of an installation become its channels, and what cannot work is said before it starts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notifications.channel import Channels, Verdict
from notifications.message import Message
from notifications.rate import MemoryRateStore
from rules.errors import SetupError
from settings import Settings
from tasks.resources import _channels

_SMS = {
    "sms_signature": "代县应急",
    "sms_templates": {"default": ("SMS_1", "{title}，查看{link}，编号{number}")},
    "sms_request": {
        "mobile": "{mobile}", "sign": "{signature}", "template": "{template}", "parameters": "{parameters}",
        "serial": "{number}",
    },
    "sms_headers": {"Authorization": "Bearer sms-canary-key"},
    "sms_reference_at": "id",
    "sms_seen_once_seconds": 600,
}  # fmt: skip


@pytest.fixture
def outfit(tmp_path: Path, clock: Any) -> Callable[..., Channels]:
    """Return what makes the channels of an installation for trial."""

    def make(*names: str, **told: Any) -> Channels:
        settings = Settings(**{"data_folder": tmp_path, "channels": names, "outside_loopback": True, **told})
        return _channels(settings, MemoryRateStore(), clock.now, exercise="")

    return make


def test_every_channel_of_the_settings_reaches_its_platform(
    outfit: Callable[..., Channels], wecom: Any, dingtalk: Any, feishu: Any, members: Any, short_messages: Any,
    hook: Any, mail_room: Any, letter: Callable[..., Message],
) -> None:  # fmt: skip
    channels = outfit(
        "preview", "email", "webhook", "wecom_bot", "dingtalk_bot", "feishu_bot", "wecom_app", "sms",
        mail_host="127.0.0.1", mail_port=mail_room.port, mail_sender="a@county.example", mail_encrypted=False,
        wecom_bots={"阳明堡镇": "wecom-canary-key"},
        dingtalk_address=f"{dingtalk.origin}/", dingtalk_bots={"峪口镇": "ding-canary-token SEC-canary-secret"},
        feishu_address=f"{feishu.origin}/", feishu_bots={"聂营镇": "feishu-canary-token feishu-canary-secret"},
        wecom_corporation="ww-county", wecom_agent=1000002, wecom_secret="app-canary-secret",
        wecom_address=f"{wecom.origin}/", sms_address=f"{short_messages.origin}/sms/send", **_SMS,
    )  # fmt: skip
    to = {
        "preview": None, "email": "a@example.com", "webhook": hook.url(), "wecom_bot": "阳明堡镇",
        "dingtalk_bot": "峪口镇", "feishu_bot": "聂营镇", "sms": "13800000000",
    }  # fmt: skip

    found = {
        name: channels.send(name, letter(link="https://a.cn/1"), address=address, number="T00000002")
        for name, address in to.items()
    }

    assert {name: delivery.verdict for name, delivery in found.items()} == dict.fromkeys(to, Verdict.ACCEPTED)
    assert found["sms"].reference == "BIZ^T00000002"
    assert channels.seen_once_seconds("sms") == 600
    assert [len(gateway.read()) for gateway in (wecom, dingtalk, feishu, short_messages)] == [1, 1, 1, 1]
    assert members.connections == 0


def test_the_app_of_the_settings_reaches_a_member(
    outfit: Callable[..., Channels], members: Any, letter: Callable[..., Message]
) -> None:
    channels = outfit(
        "wecom_app", wecom_corporation="ww-county", wecom_agent=1000002, wecom_secret="app-canary-secret",
        wecom_address=members.origin,
    )  # fmt: skip
    members.expect("T00000002")

    assert channels.send("wecom_app", letter(), address="zhangwei", number="T00000002").accepted


def test_this_machine_is_not_reached_where_nobody_allowed_it(
    outfit: Callable[..., Channels], wecom: Any, hook: Any, letter: Callable[..., Message]
) -> None:
    channels = outfit(
        "wecom_bot", "webhook", outside_loopback=False, wecom_bots={"镇": "k"}, wecom_address=wecom.origin,
    )  # fmt: skip

    assert channels.send("webhook", letter(), address=hook.url(), number="T1").lasting
    assert channels.send("wecom_bot", letter(), address="镇", number="T1").lasting
    assert hook.connections == wecom.connections == 0


def test_a_host_of_the_countys_own_network_may_do_without_encryption(
    outfit: Callable[..., Channels], hook: Any, letter: Callable[..., Message]
) -> None:
    channels = outfit("webhook", outside_loopback=False, outside_plain_hosts=("127.0.0.1",))

    assert channels.send("webhook", letter(), address=hook.url(), number="T1").accepted


def test_the_limit_of_the_settings_is_that_of_each_bot(
    outfit: Callable[..., Channels], wecom: Any, letter: Callable[..., Message]
) -> None:
    channels = outfit(
        "wecom_bot", messages_a_minute=2, wecom_bots={"镇": "wecom-canary-key"}, wecom_address=wecom.origin
    )
    wecom.expect("T00000002")

    found = [channels.send("wecom_bot", letter(), address="镇", number="T00000002") for _ in range(2)]

    assert [delivery.retry_after for delivery in found] == [None, 60]


@pytest.mark.parametrize(
    ("names", "told", "words"),
    [
        (("fax",), {}, "没有名为 fax 的通知渠道"), (("email",), {}, "ANLAN_MAIL_HOST"),
        (("wecom_bot",), {}, "wecom_bots"), (("dingtalk_bot",), {}, "dingtalk_bots"),
        (("feishu_bot",), {"feishu_bots": {"镇": " "}}, "feishu_bots"), (("wecom_app",), {}, "ANLAN_WECOM_CORPORATION"),
        (("wecom_app",), {"wecom_corporation": "ww", "wecom_agent": 1}, "ANLAN_WECOM_SECRET"),
        (("wecom_app",), {"wecom_corporation": "ww", "wecom_secret": "x"}, "ANLAN_WECOM_AGENT"),
        (("wecom_app",), {"wecom_agent": 1, "wecom_secret": "x"}, "ANLAN_WECOM_CORPORATION"),
        (("sms",), {}, "ANLAN_SMS_ADDRESS"), (("sms",), {"sms_address": "https://sms.example/"}, "短信网关设置"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_said_with_the_setting_that_is_missing(
    names: tuple[str, ...], told: dict[str, Any], words: str, outfit: Callable[..., Channels]
) -> None:
    with pytest.raises(SetupError, match=words):
        outfit(*names, **told)


def test_no_secret_is_in_the_settings_as_printed() -> None:
    told = Settings(
        wecom_bots={"镇": "canary"}, dingtalk_bots={"镇": "canary"}, feishu_bots={"镇": "canary"},  # type: ignore[arg-type,dict-item]
        wecom_secret="canary", sms_headers={"Authorization": "canary"},  # type: ignore[arg-type,dict-item]
    )  # fmt: skip

    assert "canary" not in repr(told)
    assert told.revealed("wecom_bots") == {"镇": "canary"}
