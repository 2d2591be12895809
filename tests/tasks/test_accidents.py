"""Casualties never travel through chat: what the real channels hand to a group, a person's app and a telephone."""

from __future__ import annotations

import re
from typing import Any

from models.receipt import Deed
from rules.actor import Role
from tasks.delivery import deliver_waiting

_ADDRESSES = {"wecom_bot": "阳明堡镇", "wecom_app": "zhangwei", "sms": "13800000000"}
_REPORT = {
    "place": "三号井西翼", "in_county": "yes", "kind": "other", "sector": "mine", "origin": "unit",
    "occurred_at": "2026-03-02 08:20", "head_informed_at": "2026-03-02 08:25", "received_at": "2026-03-02 08:50",
    "deaths": "37", "missing": "41", "serious": "53", "loss_wan": "6789", "course": "张三被埋", "scene": "井口坍塌",
}  # fmt: skip
_SECRETS = ("37", "41", "53", "6789", "张三", "李四", "坍塌", "三号井", "红星", "死亡", "伤", "失踪", "万元", "38")
_NOT_FIGURES = re.compile(r"SG-2026-\d{4}|T\d{8}|\d{4}年\d{1,2}月\d{1,2}日 \d\d:\d\d|https://\S+")


def test_of_an_accident_with_deaths_no_channel_is_handed_a_figure_or_a_word_of_the_report(outside: Any) -> None:
    tools = outside.tools(*_ADDRESSES)
    for channel, address in _ADDRESSES.items():
        for role in ("bureau_officer", "bureau_head", "committee_office", "county_leader"):
            outside.reach(role, channel, address)
    county = outside.county
    deed = Deed("report", county.actor(Role.BUREAU_OFFICER), "report", _REPORT)
    number = tools.ledger.open_case("incident", "redstar", deed, county.now).number
    seen: list[str] = []
    said = {"known_at": "2026-03-02 08:55", "deaths": "38", "note": "李四不治"}
    tools.ledger.record(number, Deed("supplement", county.actor(Role.BUREAU_OFFICER), "more", said), county.now)
    for _ in range(6):
        outside.passes(60)
        deliver_waiting(tools, run_id="clock")
        seen += [shown.text for gateway in outside.gateways.values() for shown in gateway.read()]

    told = {channel for (channel,) in county.rows("SELECT DISTINCT channel FROM notices WHERE status = 'sent'")}
    assert told == set(_ADDRESSES)
    assert len(seen) > len(_ADDRESSES)
    assert any("接到事故报告" in text for text in seen)
    for text in seen:
        bare = _NOT_FIGURES.sub("", text)
        assert [secret for secret in _SECRETS if secret in bare] == [], text
