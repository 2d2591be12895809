"""`anlan doctor --send`: one real message through a channel to a person, and the channel's verdict in plain words."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_MOBILE = "13800000000"
_REQUEST = {
    "mobile": "{mobile}", "sign": "{signature}", "template": "{template}", "parameters": "{parameters}",
    "serial": "{number}",
}  # fmt: skip


def _fakes() -> ModuleType:
    """Load the strict fakes of the platforms; they fail a test on any message that was not expected or not read."""
    name = "fakes_of_gateways"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "notifications" / "fakes" / "gateways.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def short_messages(county: Any) -> Iterator[Any]:
    """Return a gateway for short messages that the county uses."""
    for gateway in _fakes().serving("sms"):
        lines = (
            'channels = ["preview", "sms"]', f'sms_address = "{gateway.origin}/sms/send"', 'sms_signature = "代县应急"',
            'sms_reference_at = "id"', "outside_loopback = true", "outside_timeout_seconds = 5", "[sms_templates]",
            'default = ["SMS_1", "{title}，查看{link}，编号{number}"]', "[sms_headers]",
            'Authorization = "Bearer sms-canary-key"', "[sms_request]",
            *(f"{name} = {json.dumps(words)}" for name, words in _REQUEST.items()),
        )  # fmt: skip
        (county.folder / "anlan.toml").write_text("\n".join(lines), "utf-8")
        yield gateway


@pytest.fixture
def login(county: Any, back_door: Callable[[str], Any], short_messages: Any) -> str:
    """Return the login of somebody whose mobile is registered."""
    del short_messages
    door = back_door(county.settings.database)
    ((found, person),) = door.rows("SELECT login, person_id FROM accounts ORDER BY login LIMIT 1")
    door.run("INSERT INTO contacts (person_id, channel, address) VALUES (?, 'sms', ?)", person, _MOBILE)
    return str(found)


def test_a_trial_reaches_the_person_and_prints_what_the_channel_said(
    anlan: Callable[..., Any], login: str, short_messages: Any
) -> None:
    answer = anlan("doctor", "--send", "sms", "--to", login)
    (shown,) = short_messages.read()
    assert answer.code == 0
    assert (shown.where, "测试消息，请勿办理" in shown.text) == (_MOBILE, True)
    assert answer.out.splitlines() == [
        f"✓ sms {shown.number}：渠道已接收（渠道已接收，回执 BIZ^{shown.number}）",
        "    → 请收件人核对是否看到这个编号；渠道接收不等于看到",
    ]


def test_every_trial_has_a_number_of_its_own(anlan: Callable[..., Any], login: str, short_messages: Any) -> None:
    first, second = (anlan("doctor", "--send", "sms", "--to", login, "--json").document for _ in range(2))
    assert first["number"] != second["number"]
    assert {shown.number for shown in short_messages.read()} == {first["number"], second["number"]}
    assert (first["verdict"], first["reference"]) == ("accepted", f"BIZ^{first['number']}")


def test_a_refusal_and_silence_are_told_apart_and_end_with_failure(
    anlan: Callable[..., Any], short_messages: Any
) -> None:
    kind = _fakes().Kind
    short_messages.will(kind.CODE, code="isv.SMS_TEMPLATE_ILLEGAL")
    refused = anlan("doctor", "--send", "sms", "--address", _MOBILE)
    assert (refused.code, refused.out.startswith("✗ sms T9")) == (1, True)
    assert "渠道未接收（渠道未接收（isv.SMS_TEMPLATE_ILLEGAL））" in refused.out
    short_messages.will(kind.SILENT_CLOSE)
    unknown = anlan("doctor", "--send", "sms", "--address", _MOBILE)
    assert (unknown.code, unknown.out.startswith("! sms T9")) == (1, True)
    assert "没有看到的，请检查网络出口后再试" in unknown.out
    assert len(short_messages.read()) == 1


def test_the_pace_of_the_channel_holds_for_trials_too(anlan: Callable[..., Any], short_messages: Any) -> None:
    answers = [anlan("doctor", "--send", "sms", "--address", _MOBILE) for _ in range(6)]
    assert [answer.code for answer in answers] == [0, 0, 0, 0, 0, 1]
    assert "秒后再试" in answers[-1].out
    assert len(short_messages.read()) == 5


def test_a_preview_needs_no_address(anlan: Callable[..., Any], county: Any) -> None:
    answer = anlan("doctor", "--send", "preview", "--json")
    number = answer.document["number"]
    assert (answer.code, answer.document["verdict"]) == (0, "accepted")
    assert "测试消息" in (county.folder / "outbox" / f"{number}.txt").read_text("utf-8")


@pytest.mark.usefixtures("short_messages")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--send", "pigeon"), "已启用：preview、sms"),
        (("--send", "sms"), "--to 登录名"),
        (("--send", "sms", "--to", "nobody"), "没有登录名为「nobody」的账号"),
        (("--to", "nobody"), "与 --send 渠道名一起使用"),
    ],
)
def test_what_cannot_be_sent_is_said_before_anything_is(
    words: tuple[str, ...], told: str, anlan: Callable[..., Any]
) -> None:
    answer = anlan("doctor", *words)
    assert answer.code != 0
    assert told in answer.err


@pytest.mark.usefixtures("short_messages")
def test_a_person_whom_the_channel_does_not_reach_is_named(
    anlan: Callable[..., Any], county: Any, back_door: Callable[[str], Any]
) -> None:
    ((login,),) = back_door(county.settings.database).rows("SELECT login FROM accounts ORDER BY login LIMIT 1")
    answer = anlan("doctor", "--send", "sms", "--to", login)
    assert (answer.code, f"「{login}」没有登记 sms 的地址" in answer.err) == (1, True)


# --- the county's hours in the checkup -----------------------------------------------------------


def test_the_checkup_tells_the_countys_hours_and_that_they_are_no_law(anlan: Callable[..., Any]) -> None:
    checks = {entry["name"]: entry for entry in anlan("doctor", "--json").document["checks"]}
    assert checks["通知时段"]["state"] == "good"
    assert checks["通知时段"]["words"] == (
        "要 08:30、15:00，常 17:00，免打扰 22:00 至 07:00，每日至多 6 条（本县规定，非法定）"
    )
