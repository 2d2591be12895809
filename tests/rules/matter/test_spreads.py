"""What goes on from the county to the towns: written in the file, checked when it is read, followed in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pendulum
import pytest

from rules.actor import Role, clock
from rules.deadlines import SHANGHAI
from rules.errors import NotYourTurn, RulebookError
from rules.matter import FOLDER, MATTERS
from rules.matter.reading import read_matter
from rules.processes import PROCESSES

_BEGUN = pendulum.datetime(2026, 7, 10, 15, tz=SHANGHAI)
_SAID: dict[str, Any] = {
    "source": "YJ-2026-0001", "headline": "橙色预警", "level": "orange", "until": date(2026, 7, 12),
    "hazard": "rain", "advice": "转移住户",
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('opens = "deliver"', 'opens = "confirm"', "提到的「confirm」应为系统时钟办理的行为"),
        ('opens = "deliver"', 'opens = "nothing"', "提到的「nothing」应为系统时钟办理的行为"),
        ('act = "update"\nto', 'act = "deliver"\nto', "提到的「deliver」应为系统时钟办理的行为"),
        ('carries = ["headline", "checked"]', 'carries = ["headline", "level"]', "「level」不是它的项"),
        ('to = "towns"', 'to = "level"', "to「level」不是本行为的列表项"),
        ('to = "towns"', 'to = "villages"', "to「villages」不是本行为的列表项"),
        ('not_after = ["lift"]', 'not_after = ["lifted"]', "提到了没有的行为「lifted」"),
        ("opens = true\n", 'opens = true\nnot_after = ["lift"]\n', "是开立行为，不能有"),
    ],
)  # fmt: skip
def test_what_cannot_go_on_to_towns_is_refused_when_the_file_is_read(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (FOLDER / "warning.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "warning.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as refusal:
        read_matter(path)
    assert said in refusal.value.message


def test_the_file_says_what_is_opened_where_and_with_which_words() -> None:
    (line,) = MATTERS["warning"].acts["issue"].spreads
    assert (line.opens, line.act, line.to) == ("deliver", "update", "towns")
    assert "advice" in line.carries
    (line,) = MATTERS["warning"].acts["lift"].spreads
    assert (line.opens, line.act, line.to) == ("", "all-clear", "")
    assert MATTERS["warning"].acts["confirm"].spreads == ()


@pytest.fixture
def town(empty_case: Callable[..., Any]) -> Any:
    """Return a town's case to which a warning was just delivered."""
    case = empty_case(now=_BEGUN, process=PROCESSES["warning"])
    case.do("deliver", clock("dai"), **_SAID)
    return case


def test_a_town_waits_for_its_people_before_it_waits_for_the_county(town: Any, somebody: Callable[..., Any]) -> None:
    clerk = somebody(Role.TOWN_CLERK, "zhao")
    assert town.facts.waits_for == "confirm"
    town.do("confirm", clerk)
    assert town.facts.waits_for == "measures"
    town.do("measures", clerk, evidence=("x",), evacuation="no", villages="3", measures="值守")
    assert town.facts.waits_for == "all-clear"
    town.do("all-clear", clock("dai"), source="YJ-2026-0001", headline="解除", checked="site")
    assert town.facts.waits_for == "sum-up"
    town.do("sum-up", clerk, moved="0", losses="无")
    assert (town.facts.waits_for, town.facts.status) == ("", "closed")


def test_nobody_is_brought_away_after_the_all_clear(town: Any, somebody: Callable[..., Any]) -> None:
    town.do("all-clear", clock("dai"), source="YJ-2026-0001", headline="解除", checked="site")
    with pytest.raises(NotYourTurn, match="「解除送达」之后不再办理「组织转移」"):
        town.do("evacuate", somebody(Role.TOWN_LEADER, "head"), groups=["一村|2户|小学"])
