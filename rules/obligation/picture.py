"""The picture of a quota: which act leads to owing which; the exploration proves every arrow."""

from __future__ import annotations

from rules.obligation.acts import ObligationAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_CLOCK, _OWNER, _TASK = "系统时钟", "应办人", "任务的责任领导、责任人"

PICTURE = Picture(
    lanes=(_CLOCK, _OWNER, _TASK),
    steps=(
        Step(Act.OPEN, _CLOCK),
        Step(Act.VISIT, _OWNER),
        Step(Act.MEET, _OWNER),
        Step(Act.FULFIL, _OWNER),
        Step(Act.REGISTER, _OWNER),
        Step(Act.ADOPT, _OWNER),
        Step(Act.PLEDGE, _OWNER),
        Step(Act.TRAIN, _OWNER),
        Step(Act.LEARN, _OWNER),
        Step(Act.SIGN_FORM, _OWNER),
        Step(Act.REFER, _OWNER),
        Step(Act.RUNG, _CLOCK),
        Step(Act.EXPLAIN, _OWNER),
        Step(Act.ABSENCE, _OWNER),
        Step(Act.RELEASE, _CLOCK),
        Step(Act.ASSIGN, _OWNER),
        Step(Act.FINISH, _TASK),
        Step(Act.CONFIRM, _TASK),
        Step(Act.REASSIGN, _OWNER),
    ),
    arrows=(
        Arrow(BEGIN, Act.OPEN),
        Arrow(Act.OPEN, Act.VISIT, "周期首日"),
        Arrow(Act.VISIT, Act.REFER, "发现问题，尚无隐患编号"),
        Arrow(Act.VISIT, END, "数量已够"),
        Arrow(Act.OPEN, Act.MEET, "周期首日"),
        Arrow(Act.MEET, Act.REFER, "有议定任务或者问题"),
        Arrow(Act.MEET, END, "数量已够"),
        Arrow(Act.OPEN, Act.FULFIL, "周期首日"),
        Arrow(Act.FULFIL, Act.REFER, "发现问题，尚无隐患编号"),
        Arrow(Act.FULFIL, END, "数量已够"),
        Arrow(Act.REFER, END),
        *(
            arrow
            for kind in (Act.REGISTER, Act.ADOPT, Act.PLEDGE, Act.TRAIN, Act.LEARN, Act.SIGN_FORM)
            for arrow in (Arrow(Act.OPEN, kind), Arrow(kind, END, "数量已够"))
        ),
        Arrow(Act.RUNG, Act.EXPLAIN, "届满未完成"),
        Arrow(Act.EXPLAIN, END),
        Arrow(Act.ABSENCE, END, "整个周期不在岗"),
        Arrow(Act.RELEASE, END),
        Arrow(BEGIN, Act.ASSIGN),
        Arrow(Act.ASSIGN, Act.FINISH),
        Arrow(Act.FINISH, Act.CONFIRM),
        Arrow(Act.CONFIRM, Act.FINISH, "退回"),
        Arrow(Act.CONFIRM, END, "已完成"),
        Arrow(Act.REASSIGN, Act.FINISH),
    ),
)
