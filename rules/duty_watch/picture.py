"""The picture of the duty watch: which act leads to owing which; the exploration proves every arrow."""

from __future__ import annotations

from rules.duty_watch.acts import WatchAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_OFFICE, _SHIFT, _CLOCK, _LEADER = "排班机构", "当班人员", "系统时钟", "带班领导"

PICTURE = Picture(
    lanes=(_OFFICE, _SHIFT, _CLOCK, _LEADER),
    steps=(
        Step(Act.PUBLISH, _OFFICE),
        Step(Act.CHECK_IN, _SHIFT),
        Step(Act.LAPSE, _CLOCK),
        Step(Act.ZERO_REPORT, _SHIFT),
        Step(Act.HAND_OVER, _SHIFT),
        Step(Act.TAKE_OVER, _SHIFT),
        Step(Act.ROLL_CALL, _OFFICE),
        Step(Act.LEAVE, _SHIFT),
        Step(Act.SUBSTITUTE, _LEADER),
        Step(Act.SWAP, _SHIFT),
        Step(Act.AGREE_SWAP, _SHIFT),
        Step(Act.AMEND, _OFFICE),
        Step(Act.EXPLAIN, _LEADER),
        Step(Act.ARCHIVE, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.PUBLISH),
        Arrow(Act.PUBLISH, Act.CHECK_IN, "第一班"),
        Arrow(Act.PUBLISH, Act.ZERO_REPORT, "第一日"),
        Arrow(Act.PUBLISH, Act.ARCHIVE, "最后一班结束后"),
        Arrow(Act.CHECK_IN, Act.CHECK_IN, "下一班"),
        Arrow(Act.CHECK_IN, Act.HAND_OVER, "本班结束时"),
        Arrow(Act.CHECK_IN, Act.EXPLAIN, "前班有缺漏"),
        Arrow(Act.LAPSE, Act.CHECK_IN, "无人签到，下一班照常"),
        Arrow(Act.LAPSE, Act.HAND_OVER, "无人签到，本班照样交班"),
        Arrow(Act.LAPSE, Act.ZERO_REPORT, "未报，次日照报"),
        Arrow(Act.LAPSE, Act.EXPLAIN, "有缺漏"),
        Arrow(Act.ZERO_REPORT, Act.ZERO_REPORT, "次日"),
        Arrow(Act.HAND_OVER, Act.TAKE_OVER),
        Arrow(Act.ROLL_CALL, Act.EXPLAIN, "未应答或者超时"),
        Arrow(Act.LEAVE, Act.SUBSTITUTE, "没有代班人"),
        Arrow(Act.SWAP, Act.AGREE_SWAP),
        Arrow(Act.AGREE_SWAP, Act.CHECK_IN, "换到下一班"),
        Arrow(Act.AMEND, Act.CHECK_IN, "调整了下一班"),
        Arrow(Act.ARCHIVE, END),
    ),
)
