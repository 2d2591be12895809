"""The picture of hazard rectification: which act leads to waiting for which; the exploration proves every arrow."""

from __future__ import annotations

from rules.hazard.acts import HazardAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_UNIT, _OFFICE, _SIGNER = "生产经营单位", "监管部门", "部门负责人"

PICTURE = Picture(
    lanes=(_UNIT, _OFFICE, _SIGNER),
    steps=(
        Step(Act.REPORT, _UNIT),
        Step(Act.GRADE, _OFFICE),
        Step(Act.ORDER, _OFFICE),
        Step(Act.MAJOR_REPORT, _UNIT),
        Step(Act.PLAN, _UNIT),
        Step(Act.LIST, _SIGNER),
        Step(Act.RECTIFY, _UNIT),
        Step(Act.ACCEPT, _UNIT),
        Step(Act.RECHECK, _OFFICE),
        Step(Act.APPLY_REVIEW, _UNIT),
        Step(Act.REVIEW, _OFFICE),
        Step(Act.SIGN_OFF, _SIGNER),
        Step(Act.DELIST, _SIGNER),
        Step(Act.LOOK_BACK, _OFFICE),
    ),
    arrows=(
        Arrow(BEGIN, Act.REPORT),
        Arrow(Act.REPORT, Act.RECTIFY, "单位自查，一般"),
        Arrow(Act.REPORT, Act.ACCEPT, "当场已整改"),
        Arrow(Act.REPORT, Act.GRADE, "检查发现或者可能重大"),
        Arrow(Act.GRADE, Act.RECTIFY, "单位自判一般"),
        Arrow(Act.GRADE, Act.ORDER, "一般"),
        Arrow(Act.GRADE, Act.MAJOR_REPORT, "重大"),
        Arrow(Act.GRADE, Act.PLAN, "重大"),
        Arrow(Act.GRADE, Act.LIST, "监管部门判为重大"),
        Arrow(Act.MAJOR_REPORT, Act.LIST, "单位自判重大"),
        Arrow(Act.ORDER, Act.RECTIFY),
        Arrow(Act.PLAN, Act.RECTIFY),
        Arrow(Act.LIST, Act.RECTIFY),
        Arrow(Act.RECTIFY, Act.ACCEPT, "单位自查"),
        Arrow(Act.RECTIFY, Act.RECHECK, "责令整改"),
        Arrow(Act.RECTIFY, Act.APPLY_REVIEW, "重大"),
        Arrow(Act.ACCEPT, Act.RECTIFY, "不合格"),
        Arrow(Act.ACCEPT, END, "合格"),
        Arrow(Act.RECHECK, Act.RECTIFY, "不合格"),
        Arrow(Act.RECHECK, Act.SIGN_OFF, "合格"),
        Arrow(Act.SIGN_OFF, Act.RECHECK, "退回"),
        Arrow(Act.SIGN_OFF, END, "同意"),
        Arrow(Act.APPLY_REVIEW, Act.REVIEW),
        Arrow(Act.REVIEW, Act.RECTIFY, "不合格"),
        Arrow(Act.REVIEW, Act.DELIST, "合格"),
        Arrow(Act.MAJOR_REPORT, Act.DELIST, "审查已合格"),
        Arrow(Act.PLAN, Act.DELIST, "审查已合格"),
        Arrow(Act.LIST, Act.DELIST, "审查已合格"),
        Arrow(Act.DELIST, Act.REVIEW, "退回"),
        Arrow(Act.DELIST, Act.LOOK_BACK, "同意"),
        Arrow(Act.LOOK_BACK, Act.RECTIFY, "已反弹"),
        Arrow(Act.LOOK_BACK, END, "未反弹"),
    ),
)
