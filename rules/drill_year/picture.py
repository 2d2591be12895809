"""A year of drills as a picture 流程图: what the case waits for, in the lane of whoever owes it."""

from __future__ import annotations

from rules.drill_year.acts import YearAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_OFFICE, _LEADER, _CLOCK = "应急局", "县领导", "系统时钟"

PICTURE = Picture(
    lanes=(_LEADER, _OFFICE, _CLOCK),
    steps=(
        Step(Act.COMPILE, _OFFICE),
        Step(Act.APPROVE, _LEADER),
        Step(Act.RECOMPILE, _OFFICE),
        Step(Act.RECORD, _OFFICE),
        Step(Act.CHANGE, _OFFICE),
        Step(Act.DECIDE_CHANGE, _OFFICE),
        Step(Act.LAPSE, _CLOCK),
        Step(Act.EXPLAIN, _OFFICE),
        Step(Act.ANNOUNCE, _OFFICE),
        Step(Act.DRAW, _OFFICE),
        Step(Act.CHECK, _OFFICE),
        Step(Act.SUMMARISE, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.COMPILE),
        Arrow(Act.COMPILE, Act.APPROVE),
        Arrow(Act.APPROVE, Act.RECOMPILE, "退回"),
        Arrow(Act.RECOMPILE, Act.APPROVE),
        Arrow(Act.APPROVE, Act.RECORD, "每一项"),
        Arrow(Act.APPROVE, Act.SUMMARISE, "年末"),
        Arrow(Act.CHANGE, Act.DECIDE_CHANGE),
        Arrow(Act.DECIDE_CHANGE, Act.RECORD, "增加一项"),
        Arrow(Act.LAPSE, Act.EXPLAIN, "逾期未演练"),
        Arrow(Act.ANNOUNCE, Act.DRAW),
        Arrow(Act.DRAW, Act.CHECK, "抽中的每一项"),
        Arrow(Act.SUMMARISE, END),
    ),
)
