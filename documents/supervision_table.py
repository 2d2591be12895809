"""The supervision list as a table that goes out 督办清单: the columns of its workbook, one row for each duty."""

from __future__ import annotations

from documents.columns import Column, ColumnKind, TableSpec

SUPERVISION = TableSpec(
    name="supervision",
    title="督办清单",
    columns=(
        Column(key="number", title="编号"),
        Column(key="process", title="流程"),
        Column(key="unit", title="单位或机构"),
        Column(key="town", title="乡镇"),
        Column(key="department", title="监管部门"),
        Column(key="subject", title="事由", longest=2000),
        Column(key="grade", title="等级"),
        Column(key="duty", title="应办"),
        Column(key="holder", title="应办岗位"),
        Column(key="since", title="起算"),
        Column(key="due", title="法律上最迟"),
        Column(key="days", title="超期天数", kind=ColumnKind.WHOLE),
        Column(key="clause", title="条款", longest=600),
        Column(key="verification", title="核实程度"),
        Column(key="derivation", title="期限推算", longest=2000),
        Column(key="urged", title="最近催办"),
    ),
)
