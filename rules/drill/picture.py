"""A drill as a picture 流程图: what the case waits for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.drill.acts import DrillAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_HOST, _HEAD, _JUDGE, _OWNER, _OFFICE = "组织单位", "审批人", "评估人员", "改进责任人", "监管部门"

PICTURE = Picture(
    lanes=(_HOST, _HEAD, _JUDGE, _OWNER, _OFFICE),
    steps=(
        Step(Act.PREPARE, _HOST),
        Step(Act.APPROVE, _HEAD),
        Step(Act.AMEND, _HOST),
        Step(Act.DECIDE_CHANGE, _HEAD),
        Step(Act.START, _HOST),
        Step(Act.TURN_REAL, _HOST),
        Step(Act.FINISH, _HOST),
        Step(Act.EVALUATE, _JUDGE),
        Step(Act.REPORT, _HOST),
        Step(Act.SUBMIT, _HOST),
        Step(Act.IMPROVE, _OWNER),
        Step(Act.CONFIRM, _HOST),
        Step(Act.REVISE, _HOST),
        Step(Act.ARCHIVE, _HOST),
        Step(Act.SPOT_CHECK, _OFFICE),
        Step(Act.ORDER_CORRECTION, _OFFICE),
        Step(Act.CORRECT, _HOST),
        Step(Act.RECHECK, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.PREPARE),
        Arrow(Act.PREPARE, Act.APPROVE),
        Arrow(Act.APPROVE, Act.AMEND, "退回"),
        Arrow(Act.AMEND, Act.APPROVE),
        Arrow(Act.APPROVE, Act.START, "同意"),
        Arrow(Act.DECIDE_CHANGE, Act.START, "延期"),
        Arrow(Act.DECIDE_CHANGE, END, "取消、合并"),
        Arrow(Act.START, Act.FINISH),
        Arrow(Act.TURN_REAL, END, "转为实战"),
        Arrow(Act.FINISH, Act.EVALUATE, "每个科目"),
        Arrow(Act.EVALUATE, Act.REPORT, "评估完"),
        Arrow(Act.REPORT, Act.IMPROVE, "有改进措施"),
        Arrow(Act.REPORT, Act.REVISE, "须修订预案"),
        Arrow(Act.REPORT, Act.SUBMIT, "重点单位"),
        Arrow(Act.REPORT, Act.ARCHIVE, "别无应办"),
        Arrow(Act.IMPROVE, Act.CONFIRM),
        Arrow(Act.CONFIRM, Act.IMPROVE, "不符合要求"),
        Arrow(Act.CONFIRM, Act.ARCHIVE, "全部完成"),
        Arrow(Act.REVISE, Act.ARCHIVE, "全部完成"),
        Arrow(Act.SUBMIT, Act.ARCHIVE, "全部完成"),
        Arrow(Act.ARCHIVE, END),
        Arrow(Act.SPOT_CHECK, Act.ORDER_CORRECTION, "不符合要求"),
        Arrow(Act.ORDER_CORRECTION, Act.CORRECT),
        Arrow(Act.CORRECT, Act.RECHECK),
        Arrow(Act.RECHECK, Act.CORRECT, "不符合要求"),
        Arrow(Act.RECHECK, END, "符合要求"),
    ),
)
