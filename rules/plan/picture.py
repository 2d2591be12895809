"""A plan as a picture 流程图: what the case waits for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.picture import BEGIN, END, Arrow, Picture, Step
from rules.plan.acts import PlanAct as Act

_MAKER, _HEAD, _OFFICE, _CLOCK = "编制单位", "签署、审批人", "审核、备案机关", "系统时钟"

PICTURE = Picture(
    lanes=(_MAKER, _HEAD, _OFFICE, _CLOCK),
    steps=(
        Step(Act.INITIATE, _MAKER),
        Step(Act.DRAFT, _MAKER),
        Step(Act.REVIEW, _OFFICE),
        Step(Act.APPROVE, _HEAD),
        Step(Act.PUBLISH, _MAKER),
        Step(Act.FILE, _MAKER),
        Step(Act.CHECK, _OFFICE),
        Step(Act.LAPSE, _CLOCK),
        Step(Act.ASSESS, _MAKER),
        Step(Act.DECIDE_REVISION, _HEAD),
        Step(Act.ABOLISH, _HEAD),
    ),
    arrows=(
        Arrow(BEGIN, Act.INITIATE),
        Arrow(Act.INITIATE, Act.DRAFT),
        Arrow(Act.DRAFT, Act.REVIEW),
        Arrow(Act.DRAFT, Act.APPROVE, "修订不涉及主要内容"),
        Arrow(Act.REVIEW, Act.DRAFT, "退回修改"),
        Arrow(Act.REVIEW, Act.APPROVE, "通过"),
        Arrow(Act.APPROVE, Act.DRAFT, "退回"),
        Arrow(Act.APPROVE, Act.PUBLISH, "同意"),
        Arrow(Act.PUBLISH, Act.FILE, "应当备案"),
        Arrow(Act.PUBLISH, Act.ASSESS),
        Arrow(Act.FILE, Act.CHECK, "单位预案"),
        Arrow(Act.CHECK, Act.FILE, "一次性告知补齐"),
        Arrow(Act.CHECK, Act.LAPSE, "逾期未核对，视为已备案"),
        Arrow(Act.ASSESS, Act.ASSESS, "不需修订"),
        Arrow(Act.ASSESS, Act.DRAFT, "应当修订"),
        Arrow(Act.DECIDE_REVISION, Act.DRAFT, "应当修订"),
        Arrow(Act.ABOLISH, END),
    ),
)
