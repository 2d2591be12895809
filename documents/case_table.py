"""The list of the cases of a process as a table that goes out 事项清单: one row for each case."""

from __future__ import annotations

from documents.columns import Column, ColumnKind, TableSpec

CASES = TableSpec(
    name="cases",
    title="事项清单",
    columns=(
        Column(key="number", title="编号"),
        Column(key="unit", title="单位或机构"),
        Column(key="town", title="乡镇"),
        Column(key="subject", title="事由", longest=2000),
        Column(key="grade", title="等级"),
        Column(key="status", title="状态"),
        Column(key="duty", title="当前应办"),
        Column(key="opened_on", title="开立日期", kind=ColumnKind.DAY),
        Column(key="due", title="期限"),
        Column(key="overdue", title="是否逾期"),
    ),
)
