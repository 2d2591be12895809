"""A programme as a picture 流程图: what is waited for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.picture import BEGIN, END, Arrow, Picture, Step
from rules.programme.acts import ProgrammeAct as Act

_CLOCK, _HOLDER, _ABOVE = "系统时钟", "承办单位", "核查、验收岗位"

PICTURE = Picture(
    lanes=(_CLOCK, _HOLDER, _ABOVE),
    steps=(
        Step(Act.OPEN, _CLOCK),
        Step(Act.ENTER, _HOLDER),
        Step(Act.ENTER_LIST, _HOLDER),
        Step(Act.FINISH, _HOLDER),
        Step(Act.CHECK, _ABOVE),
        Step(Act.AMEND, _HOLDER),
        Step(Act.RESTORE, _ABOVE),
        Step(Act.REACH, _HOLDER),
        Step(Act.REPORT, _HOLDER),
        Step(Act.REFER, _HOLDER),
        Step(Act.COMPLETE, _HOLDER),
        Step(Act.ACCEPT, _ABOVE),
        Step(Act.RELEASE, _CLOCK),
    ),
    arrows=(
        Arrow(BEGIN, Act.OPEN),
        Arrow(Act.OPEN, Act.REACH),
        Arrow(Act.OPEN, Act.REPORT, "每月、每季度"),
        Arrow(Act.OPEN, Act.COMPLETE),
        Arrow(Act.REPORT, Act.REPORT, "下一期"),
        Arrow(Act.REPORT, Act.REFER, "有困难和问题"),
        Arrow(Act.ENTER, Act.FINISH),
        Arrow(Act.ENTER_LIST, Act.FINISH),
        Arrow(Act.FINISH, Act.CHECK),
        Arrow(Act.CHECK, Act.FINISH, "退回"),
        Arrow(Act.AMEND, Act.FINISH, "改期"),
        Arrow(Act.RESTORE, Act.FINISH, "事故不成立"),
        Arrow(Act.COMPLETE, Act.ACCEPT),
        Arrow(Act.ACCEPT, Act.COMPLETE, "退回"),
        Arrow(Act.ACCEPT, END),
        Arrow(Act.RELEASE, END),
    ),
)
