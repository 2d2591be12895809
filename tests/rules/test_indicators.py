"""Indicators as data: read strictly, about what exists; and the burden of a case, which only people bear."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rules.actor import Role
from rules.burden import Burden, burden_of
from rules.errors import RulebookError, UnknownRecord
from rules.hazard import HAZARD
from rules.indicators import Direction, Measure, indicator_named, indicators, read_indicators
from rules.periods import PeriodKind

ONE = {
    "id": '"x"',
    "title": '"甲"',
    "english": '"A"',
    "measure": '"opened"',
    "direction": '"up"',
    "process": '"hazard"',
}


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a file of indicators, each a table of what stands behind the equals sign."""

    def write(*lines: dict[str, str]) -> Path:
        path = tmp_path / "x.toml"
        path.write_text(
            "\n".join("[[indicator]]\n" + "\n".join(f"{k} = {v}" for k, v in line.items() if v) for line in lines),
            "utf-8",
        )
        return path

    return write


def test_the_burden_on_people_is_shown_before_any_result() -> None:
    assert [entry.measure for entry in indicators()[:2]] == [Measure.TYPED, Measure.ACTS]
    assert all(entry.direction is Direction.DOWN for entry in indicators()[:2])


def test_an_indicator_is_found_by_its_name() -> None:
    assert indicator_named("leader-visits").quota == "leader-visit"
    with pytest.raises(UnknownRecord, match=r"burden-typed.*请核对名称"):
        indicator_named("ranking")


def test_a_target_is_met_in_the_direction_that_is_better(written: Callable[..., Path]) -> None:
    line = {**ONE, "target": "90", "basis": '"示范"'}
    (up,), (down,), (watched,) = (
        read_indicators(written({**line, "direction": f'"{way}"'})) for way in ("up", "down", "watch")
    )
    assert [up.meets(value) for value in (89.9, 90, 91)] == [False, True, True]
    assert [down.meets(value) for value in (89.9, 90, 91)] == [True, True, False]
    assert watched.meets(90) is None
    assert read_indicators(written(ONE))[0].meets(1) is None


def test_a_line_is_monthly_unless_it_says_so(written: Callable[..., Path]) -> None:
    monthly, yearly = read_indicators(written(ONE, {**ONE, "id": '"y"', "period": '"year"'}))
    assert (monthly.period, yearly.period) == (PeriodKind.MONTH, PeriodKind.YEAR)
    assert (monthly.rows, monthly.grades, monthly.clauses, monthly.quota) == ((), (), (), "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({**ONE, "measure": '"rank"'}, "不能为「rank」"),
        ({**ONE, "target": "90"}, "target 和 basis"),
        ({**ONE, "basis": '"示范"'}, "target 和 basis"),
        ({**ONE, "process": ""}, "应写明计量的对象"),
        ({**ONE, "measure": '"on_time"'}, "应写明计量的对象"),
        ({**ONE, "measure": '"quota"'}, "应写明计量的对象"),
        ({**ONE, "colour": '"red"'}, "不认识的键 colour"),
    ],
)
def test_a_line_that_is_wrong_is_named(written: Callable[..., Path], line: dict[str, str], words: str) -> None:
    with pytest.raises(RulebookError, match="请") as caught:
        read_indicators(written(line))
    assert words in caught.value.message


def test_two_indicators_do_not_share_a_name(written: Callable[..., Path]) -> None:
    with pytest.raises(RulebookError, match="同名"):
        read_indicators(written(ONE, ONE))


@pytest.mark.parametrize("measure", list(Measure))
def test_every_measure_says_what_it_counts_and_in_which_unit(measure: Measure) -> None:
    assert measure.counts
    assert measure.unit
    assert bool(measure.among) is (measure not in {Measure.OPENED, Measure.CLOSED})
    assert not (measure.is_share and measure.is_mean)


@pytest.mark.parametrize("direction", list(Direction))
def test_every_direction_has_a_name(direction: Direction) -> None:
    assert direction.label


def test_only_what_people_type_burdens_them(rehearsal: Any, report: dict[str, Any]) -> None:
    rehearsal.do("report", Role.UNIT_SAFETY, own_grade="general", **report)
    typed = {entry.key for entry in HAZARD.forms["report"].fields if entry.is_typed} & report.keys()
    assert typed == {"description", "place"}
    assert burden_of(rehearsal.acts, HAZARD) == Burden(1, 2)
    rehearsal.let_pass(days=6)
    assert len(rehearsal.acts) > 1
    assert burden_of(rehearsal.acts, HAZARD) == Burden(1, 2), "the clock burdens nobody"
    rehearsal.do("rectify", Role.UNIT_FIXER, measure="已加装护罩")
    rehearsal.do("accept", Role.UNIT_SAFETY, passed="yes")
    assert burden_of(rehearsal.acts, HAZARD) == Burden(3, 3)
