"""A unit's file as a picture 流程图: what is waited for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.picture import BEGIN, END, Arrow, Picture, Step
from rules.unit_file.acts import UnitAct as Act

_OFFICE, _UNIT = "监管部门、乡镇、安委办", "生产经营单位"

PICTURE = Picture(
    lanes=(_OFFICE, _UNIT),
    steps=(
        Step(Act.OPEN, _OFFICE),
        Step(Act.CLASSIFY, _OFFICE),
        Step(Act.SEAT, _OFFICE),
        Step(Act.LICENSE, _UNIT),
        Step(Act.INSURE, _UNIT),
        Step(Act.STANDARDISE, _UNIT),
        Step(Act.RISK, _UNIT),
        Step(Act.CONFIRM, _OFFICE),
        Step(Act.STRIKE, _OFFICE),
        Step(Act.CLOSE, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.OPEN),
        Arrow(Act.OPEN, Act.SEAT),
        Arrow(Act.OPEN, Act.CLASSIFY),
        Arrow(Act.OPEN, Act.CONFIRM),
        Arrow(Act.CLASSIFY, Act.SEAT, "红色单位无县级包保领导"),
        Arrow(Act.CLASSIFY, Act.LICENSE, "依法应有许可"),
        Arrow(Act.CLASSIFY, Act.INSURE, "依法应当投保"),
        Arrow(Act.CLASSIFY, Act.STANDARDISE, "应达标准化等级"),
        Arrow(Act.CLASSIFY, Act.RISK, "应有风险台账"),
        Arrow(Act.LICENSE, Act.LICENSE, "更正为已过期"),
        Arrow(Act.INSURE, Act.INSURE, "更正为已过期"),
        Arrow(Act.STANDARDISE, Act.STANDARDISE, "等级不够或者已过期"),
        Arrow(Act.STRIKE, Act.LICENSE, "没有许可"),
        Arrow(Act.STRIKE, Act.INSURE, "没有保险"),
        Arrow(Act.STRIKE, Act.STANDARDISE, "没有等级"),
        Arrow(Act.STRIKE, Act.RISK, "没有风险点"),
        Arrow(Act.CONFIRM, Act.CONFIRM, "下一次"),
        Arrow(Act.CLOSE, END),
    ),
)
