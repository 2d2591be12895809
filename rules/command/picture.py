"""A command as a picture 流程图: what the case waits for, in the lane of whoever owes it; proved by exploration."""

from __future__ import annotations

from rules.command.acts import CommandAct as Act
from rules.picture import BEGIN, END, Arrow, Picture, Step

_COUNTY, _OFFICE = "县政府、安委办", "指挥部办公室"
_PARTS = (Act.APPOINT, Act.ADOPT, Act.CARD, Act.TEAM, Act.EQUIP, Act.STATION)

PICTURE = Picture(
    lanes=(_COUNTY, _OFFICE),
    steps=(
        Step(Act.REGISTER, _COUNTY),
        *(Step(act, _OFFICE) for act in _PARTS),
        Step(Act.CONFIRM, _OFFICE),
        Step(Act.TRAIN, _OFFICE),
        Step(Act.RELIEVE, _OFFICE),
        Step(Act.WITHDRAW, _OFFICE),
        Step(Act.DISSOLVE, _COUNTY),
    ),
    arrows=(
        Arrow(BEGIN, Act.REGISTER),
        *(Arrow(Act.REGISTER, act) for act in _PARTS),
        Arrow(Act.REGISTER, Act.CONFIRM),
        Arrow(Act.CONFIRM, Act.CONFIRM, "下一次"),
        Arrow(Act.REGISTER, Act.TRAIN),
        Arrow(Act.TRAIN, Act.TRAIN, "下一次"),
        Arrow(Act.RELIEVE, Act.APPOINT, "无人在任"),
        Arrow(Act.WITHDRAW, Act.TEAM, "没有队伍或者人数不足"),
        Arrow(Act.TEAM, Act.TEAM, "人数减到不足"),
        Arrow(Act.WITHDRAW, Act.EQUIP, "没有装备"),
        Arrow(Act.WITHDRAW, Act.STATION, "没有前置点"),
        Arrow(Act.DISSOLVE, END),
    ),
)
