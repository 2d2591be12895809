"""The picture of a quota: which act leads to owing which; the exploration proves every arrow."""

from __future__ import annotations

from rules.obligation.acts import ObligationAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_CLOCK, _OWNER = "系统时钟", "应办人"

PICTURE = Picture(
    lanes=(_CLOCK, _OWNER),
    steps=(
        Step(Act.OPEN, _CLOCK),
        Step(Act.VISIT, _OWNER),
        Step(Act.REFER, _OWNER),
        Step(Act.RUNG, _CLOCK),
        Step(Act.EXPLAIN, _OWNER),
        Step(Act.ABSENCE, _OWNER),
        Step(Act.RELEASE, _CLOCK),
    ),
    arrows=(
        Arrow(BEGIN, Act.OPEN),
        Arrow(Act.OPEN, Act.VISIT, "周期首日"),
        Arrow(Act.VISIT, Act.REFER, "发现问题，尚无隐患编号"),
        Arrow(Act.VISIT, END, "数量已够"),
        Arrow(Act.REFER, END),
        Arrow(Act.RUNG, Act.EXPLAIN, "届满未完成"),
        Arrow(Act.EXPLAIN, END),
        Arrow(Act.ABSENCE, END, "整个周期不在岗"),
        Arrow(Act.RELEASE, END),
    ),
)
