"""The duty roster as a table 值班表: a row for each shift, as people fill it in and as it is written out again."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from documents.columns import Choice, Column, ColumnKind, TableSpec
from documents.ledger_choices import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rules.watch import Shift

RANKS = (
    Choice("head", "正职", words("主要负责人 一把手 办公室负责人 办公室主任")),
    Choice("deputy", "副职", words("分管负责人 其他领导 班子成员")),
)

DUTY_ROSTER = TableSpec(
    name="duty_roster",
    title="值班表",
    columns=(
        Column(
            key="day",
            title="日期",
            synonyms=words("值班日期 班次日期"),
            fallbacks=words("时间"),
            kind=ColumnKind.DAY,
            required=True,
            note="班次开始的那一天。",
        ),
        Column(
            key="starts",
            title="开始",
            synonyms=words("开始时间 起 上班时间"),
            longest=8,
            required=True,
            note="例：08:00。",
        ),
        Column(
            key="ends",
            title="结束",
            synonyms=words("结束时间 止 下班时间"),
            longest=8,
            required=True,
            note="例：08:00；不晚于开始的，为次日。",
        ),
        Column(
            key="leader",
            title="带班领导",
            synonyms=words("带班领导姓名 值班领导 带班"),
            longest=40,
            required=True,
            note="姓名；重名的写登录名。",
        ),
        Column(
            key="rank",
            title="带班级别",
            synonyms=words("领导级别 级别"),
            kind=ColumnKind.CHOICE,
            choices=RANKS,
            required=True,
            note="节假日应由正职或者办公室负责人带班，填「正职」。",
        ),
        Column(
            key="keepers",
            title="值班人员",
            synonyms=words("值班员 值守人员 值班人"),
            longest=200,
            required=True,
            note="姓名，多人用顿号隔开；重名的写登录名。",
        ),
    ),
)


def rows_of(shifts: Iterable[Shift], name: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return shifts as rows that can be read again; `name` tells how a person is written."""
    return [
        {
            "day": shift.starts_at.date(),
            "starts": f"{shift.starts_at:%H:%M}",
            "ends": f"{shift.ends_at:%H:%M}",
            "leader": name(shift.leader),
            "rank": "head" if shift.by_head else "deputy",
            "keepers": "、".join(name(keeper) for keeper in shift.keepers),
        }
        for shift in shifts
    ]


EXAMPLES = MappingProxyType(
    {
        DUTY_ROSTER.name: (
            {"day": "2026-12-01", "starts": "08:00", "ends": "08:00", "leader": "示例甲", "rank": "deputy",
             "keepers": "示例乙、示例丙"},
            {"day": "2027-01-01", "starts": "08:00", "ends": "20:00", "leader": "示例丁", "rank": "head",
             "keepers": "示例乙、示例丙"},
        ),
    }
)  # fmt: skip
