"""The list of a programme as a table that people hand in 专项清单: its own columns beside those that all lists have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents.columns import Column, ColumnKind, TableSpec
from documents.ledger_choices import words

if TYPE_CHECKING:
    from rules.programmes import Roster

#: Keys of the columns of its own begin with this, in their order.
OWN = "own-"
#: Who does what, in lists that name people.
_NAMED = (
    Column(
        key="person",
        title="责任人",
        synonyms=words("整改责任人 负责人 责任人员"),
        required=True,
        longest=40,
        note="姓名或者登录名；同名的填登录名。",
    ),
    Column(
        key="measure",
        title="措施",
        synonyms=words("整改措施 治理措施 制度措施清单 工作措施"),
        required=True,
        longest=100,
        note="不写姓名。",
    ),
)


def table_of(roster: Roster) -> TableSpec:
    """Return the table of a list: object, person, measure, day, then what its line asks besides."""
    own = tuple(
        Column(key=f"{OWN}{number}", title=title, required=True, longest=60)
        for number, title in enumerate(roster.columns)
    )
    return TableSpec(
        name="programme_list",
        title=roster.name,
        columns=(
            Column(
                key="object",
                title="对象",
                synonyms=words("名称 问题 项目名称 工程名称 单位编码 村编码 地点"),
                required=True,
                longest=60,
                note="村、单位写编码；其他的写名称，不写姓名。",
            ),
            *(_NAMED if roster.named else ()),
            Column(
                key="due",
                title="期限",
                synonyms=words("完成期限 整改期限 完成时限 完成时间"),
                kind=ColumnKind.DAY,
                note="不填的为专项末日。",
            ),
            *own,
        ),
    )
