"""A tip-off as a picture 流程图: what the case waits for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.picture import BEGIN, END, Arrow, Picture, Step
from rules.tipoff.acts import TipAct as Act

_OFFICER, _CHECKERS, _HEAD, _CLOCK = "受理机关承办人", "两名核查人员", "受理机关负责人", "系统时钟"

PICTURE = Picture(
    lanes=(_OFFICER, _CHECKERS, _HEAD, _CLOCK),
    steps=(
        Step(Act.RECEIVE, _OFFICER),
        Step(Act.IDENTIFY, _OFFICER),
        Step(Act.ACCEPT, _OFFICER),
        Step(Act.HAND_OVER, _OFFICER),
        Step(Act.ASSIGN, _HEAD),
        Step(Act.VERIFY, _CHECKERS),
        Step(Act.COUNTERSIGN, _CHECKERS),
        Step(Act.LINK, _OFFICER),
        Step(Act.ENFORCE, _OFFICER),
        Step(Act.PENALTY, _OFFICER),
        Step(Act.REPLY, _OFFICER),
        Step(Act.AWARD, _OFFICER),
        Step(Act.APPROVE_AWARD, _HEAD),
        Step(Act.NOTIFY, _OFFICER),
        Step(Act.PAY, _OFFICER),
        Step(Act.LAPSE, _CLOCK),
    ),
    arrows=(
        Arrow(BEGIN, Act.RECEIVE),
        Arrow(Act.RECEIVE, Act.IDENTIFY, "实名"),
        Arrow(Act.RECEIVE, Act.ACCEPT),
        Arrow(Act.ACCEPT, Act.ASSIGN, "受理"),
        Arrow(Act.ACCEPT, Act.HAND_OVER, "移送"),
        Arrow(Act.ACCEPT, Act.REPLY, "不予受理、并入"),
        Arrow(Act.HAND_OVER, Act.REPLY),
        Arrow(Act.ASSIGN, Act.VERIFY),
        Arrow(Act.VERIFY, Act.COUNTERSIGN),
        Arrow(Act.COUNTERSIGN, Act.VERIFY, "退回"),
        Arrow(Act.COUNTERSIGN, Act.REPLY),
        Arrow(Act.COUNTERSIGN, Act.LINK, "发现隐患"),
        Arrow(Act.COUNTERSIGN, Act.ENFORCE, "涉嫌违法"),
        Arrow(Act.COUNTERSIGN, Act.AWARD, "不待处罚"),
        Arrow(Act.ENFORCE, Act.PENALTY),
        Arrow(Act.PENALTY, Act.AWARD, "应当奖励"),
        Arrow(Act.AWARD, Act.APPROVE_AWARD),
        Arrow(Act.APPROVE_AWARD, Act.AWARD, "退回"),
        Arrow(Act.APPROVE_AWARD, Act.NOTIFY, "同意"),
        Arrow(Act.NOTIFY, Act.PAY),
        Arrow(Act.PAY, Act.LAPSE, "逾期未领"),
        Arrow(Act.REPLY, END),
        Arrow(Act.PAY, END),
        Arrow(Act.LAPSE, END),
    ),
)
