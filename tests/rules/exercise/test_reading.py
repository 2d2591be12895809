"""A scenario file is read strictly: what is wrong is said with its line and its field, and nothing is guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pendulum
import pytest

from rules.actor import Role
from rules.deadlines import SHANGHAI
from rules.errors import ContentInvalid
from rules.exercise.reading import read_scenario
from rules.exercise.scenario import Scenario, said
from rules.rulebook import Rulebook

_RULES, _DAY = Rulebook.load("dai"), date(2026, 11, 27)
_ROOT = Path(__file__).parents[3]
_SHIPPED = _ROOT / "rules" / "exercise" / "shipped"
_GOOD = """[[scenario]]
name = "small"
title = "小推演"
sources = ["https://example.invalid/1"]
starts = "07:20"
minutes = 60
sectors = ["矿"]

[scenario.preset]
kind = "other"

[[player]]
role = "unit_head"
by = "script"
answers_after = 3

[[recipient]]
role = "bureau_officer"
channel = "email"
address = "one@example.invalid"

[[inject]]
after_minutes = 0
to = ["unit_head", "watch_keeper"]
says = "透水"
answer_within = 5

[[inject.expect]]
act = "report"
by = "unit_head"
within_minutes = 60
clause = "inc-unit-1h"
acts_after = 12

[inject.expect.values]
place = "三号井"
occurred_at = "{start}"

[[inject]]
after_minutes = 30
to = ["bureau_officer"]
says = "请上报"
answer_within = 5

[[inject.expect]]
act = "send"
about = "county-city"
by = "bureau_officer"
within_minutes = 20
clause = "inc-upward-2h"
"""


def _read(text: str) -> Scenario:
    return read_scenario(text, _RULES, _DAY)


def test_a_scenario_is_read_whole() -> None:
    found = _read(_GOOD)

    assert (found.name, found.title, found.starts, found.minutes) == ("small", "小推演", "07:20", 60)
    assert (found.sectors, found.preset["kind"], found.note) == (("矿",), "other", "")
    assert [one.key for one in found.expectations] == ["1.1", "2.1"]
    report, send = found.expectations
    assert (report.act, report.by, report.within_minutes, report.acts_after) == ("report", Role.UNIT_HEAD, 60, 12)
    assert (send.about, send.acts_after, send.clause_id) == ("county-city", None, "inc-upward-2h")
    assert found.roles == (Role.UNIT_HEAD, Role.WATCH_KEEPER, Role.BUREAU_OFFICER)
    assert [(entry.role, entry.channel) for entry in found.recipients] == [(Role.BUREAU_OFFICER, "email")]


def test_who_is_played_by_the_script_and_when_they_answer() -> None:
    found = _read(_GOOD)

    assert found.is_scripted(Role.UNIT_HEAD, everybody=False)
    assert not found.is_scripted(Role.BUREAU_OFFICER, everybody=False)
    assert found.is_scripted(Role.BUREAU_OFFICER, everybody=True)
    assert (found.answers_after(Role.UNIT_HEAD), found.answers_after(Role.BUREAU_OFFICER)) == (3, None)


def test_a_script_writes_instants_of_the_exercise() -> None:
    begun_at = pendulum.datetime(2026, 11, 27, 7, 20, tz=SHANGHAI)
    values = {"occurred_at": "{start}", "known_at": "{now}", "place": "三号井"}

    assert said(values, start=begun_at, now=begun_at.add(minutes=5)) == {
        "occurred_at": "2026-11-27 07:20", "known_at": "2026-11-27 07:25", "place": "三号井",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("was", "now", "line", "words"),
    [
        ('name = "small"', 'name = "Small Mine"', 2, "小写字母"),
        ('name = "small"', "name = 5", 2, "非空文字"),
        ('title = "小推演"\n', "", 1, "「scenario」的 title 应为非空文字"),
        ('sources = ["https://example.invalid/1"]', "sources = []", 4, "一列非空文字"),
        ('sources = ["https://example.invalid/1"]', 'sources = "x"', 4, "一列非空文字"),
        ('starts = "07:20"', 'starts = "25:00"', 5, "应为时刻"),
        ("minutes = 60", "minutes = 0", 6, "不小于 1 的整数"),
        ("minutes = 60", "minutes = true", 6, "不小于 1 的整数"),
        ("minutes = 60", "minutes = 10", 6, "短于最后一条情景的 30 分钟"),
        ('kind = "other"', "kind = 5", 1, "preset 应为一组文字"),
        ('[scenario.preset]\nkind = "other"\n', 'preset = "x"\n', 9, "preset 应为一组文字"),
        ('sectors = ["矿"]', 'sectors = ["矿"]\ncolour = "red"', 8, "colour 是不认识的键"),
        ('role = "unit_head"\nby = "script"', 'role = "mayor"\nby = "script"', 13, "不能为「mayor」，可用："),
        ('by = "script"', 'by = "robot"', 14, "不能为「robot」，可用：script、people"),
        ("answers_after = 3", "answers_after = -1", 15, "不小于 0 的整数"),
        ("[[recipient]]", '[[player]]\nrole = "unit_head"\n[[recipient]]', 18, "写了两次"),
        ('address = "one@example.invalid"', "", 17, "address 应为非空文字"),
        ('to = ["unit_head", "watch_keeper"]', 'to = ["mayor"]', 24, "不能为「mayor」"),
        ("answer_within = 5\n", "\n", 22, "answer_within"),
        ('act = "report"', 'act = "rung"', 29, "不能为「rung」"),
        ('act = "report"\nby = "unit_head"', 'act = "report"\nby = "auditor"', 30, "不能办理「事故首报」"),
        ('clause = "inc-unit-1h"', 'clause = "inc-nothing"', 32, "没有条款「inc-nothing」"),
        ('about = "county-city"', 'about = "moon"', 47, "不能为「moon」"),
        ('place = "三号井"', 'spot = "三号井"', 28, "没有「spot」这一项"),
        ("after_minutes = 30", "after_minutes = 30\nbefore = 1", 41, "before 是不认识的键"),
        ("after_minutes = 0", "after_minutes = 40", 40, "早于前一条情景的 40 分钟"),
        ("[[player]]", "[player]", 1, "player 应写作 [[player]]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_line_and_field(was: str, now: str, line: int, words: str) -> None:
    assert _GOOD.count(was) >= 1

    with pytest.raises(ContentInvalid) as raised:
        _read(_GOOD.replace(was, now, 1))

    assert words in raised.value.message
    assert f"第 {line} 行" in raised.value.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "应恰有一个 [[scenario]]，现有 0 个"),
        (_GOOD + _GOOD.split("[[player]]", maxsplit=1)[0], "现有 2 个"),
        (_GOOD.split("[[inject]]", maxsplit=1)[0], "没有 [[inject]]"),
        ("player = [1]\n" + _GOOD.replace("[[player]]", "[[other]]", 1), "应为一组键值"),
        (_GOOD + "\n[[colour]]\n", "colour 是不认识的键"),
        ("name = ", "不是有效的 TOML"),
    ],
)
def test_a_file_without_its_parts_is_refused(text: str, words: str) -> None:
    with pytest.raises(ContentInvalid) as raised:
        _read(text)

    assert words in raised.value.message


@pytest.mark.parametrize("path", sorted(_SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_can_be_read_and_names_its_sources(path: Path) -> None:
    found = _read(path.read_text("utf-8"))

    assert found.name == path.stem
    assert all(source.startswith("http") for source in found.sources)
    assert {one.by for one in found.expectations} <= set(found.roles)


def test_the_flooded_mine_keeps_the_hour_of_the_public_case() -> None:
    case = (_ROOT / "deployments" / "replays_shipped" / "dai-dahongcai-2021.toml").read_text("utf-8")
    found = _read((_SHIPPED / "flooded-mine.toml").read_text("utf-8"))

    assert f'at = "2021-06-10T{found.starts}"' in case
    assert all(source in case for source in found.sources)
    assert "13人" in found.injects[0].says
