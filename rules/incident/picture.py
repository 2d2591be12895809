"""An accident as a picture 流程图: what the case waits for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.incident.acts import IncidentAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_OFFICE, _COUNTY, _UNIT = "应急局、部门", "安委办、县政府", "单位"
_ENDS = (Act.ARCHIVE, Act.PUBLISH, Act.MEASURES, Act.EDUCATE, Act.EVALUATE)

PICTURE = Picture(
    lanes=(_UNIT, _OFFICE, _COUNTY),
    steps=(
        Step(Act.REPORT, _OFFICE),
        Step(Act.TRANSFER, _OFFICE),
        Step(Act.SEND, _OFFICE),
        Step(Act.END_RESCUE, _OFFICE),
        Step(Act.HAND_UP, _COUNTY),
        Step(Act.TEAM, _COUNTY),
        Step(Act.SUBMIT, _OFFICE),
        Step(Act.APPROVE, _COUNTY),
        Step(Act.ARCHIVE, _OFFICE),
        Step(Act.PUBLISH, _COUNTY),
        Step(Act.MEASURES, _UNIT),
        Step(Act.EDUCATE, _UNIT),
        Step(Act.EVALUATE, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.REPORT),
        Arrow(Act.REPORT, Act.TRANSFER, "不在本县"),
        Arrow(Act.REPORT, Act.SEND),
        Arrow(Act.REPORT, Act.END_RESCUE),
        Arrow(Act.REPORT, Act.HAND_UP, "较大以上"),
        Arrow(Act.REPORT, Act.TEAM, "一般"),
        Arrow(Act.REPORT, Act.SUBMIT, "一般"),
        Arrow(Act.SEND, Act.SEND, "接报者再报"),
        Arrow(Act.HAND_UP, Act.APPROVE),
        Arrow(Act.SUBMIT, Act.APPROVE),
        Arrow(Act.SUBMIT, Act.ARCHIVE),
        Arrow(Act.APPROVE, Act.MEASURES),
        Arrow(Act.APPROVE, Act.EDUCATE),
        Arrow(Act.APPROVE, Act.PUBLISH, "本县调查"),
        Arrow(Act.APPROVE, Act.EVALUATE, "本县调查"),
        Arrow(Act.TRANSFER, END),
        *(Arrow(act, END) for act in _ENDS),
    ),
)
