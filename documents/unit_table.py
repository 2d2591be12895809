"""The one form as a table that people hand in 一张表: a row for each unit; what is exported can be imported again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from documents.columns import Choice, Column, ColumnKind, TableSpec
from documents.ledger_choices import words
from rules.unit_file import COLOURS, GRADES, KINDS, LICENCES, SEATS
from rules.unit_file.acts import LEADS, PARTIES

if TYPE_CHECKING:
    from collections.abc import Mapping


def _choices(labels: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(slug, label, (label.partition("（")[0],)) for slug, label in labels.items())


UNIT_TABLE = TableSpec(
    name="unit_table",
    title="一张表",
    columns=(
        Column(
            key="code",
            title="单位编码",
            synonyms=words("单位代码 企业编码 企业代码"),
            fallbacks=words("编码 代码"),
            kind=ColumnKind.CODE,
            required=True,
            note="单位名录中的编码。",
        ),
        Column(key="name", title="单位名称", synonyms=words("企业名称 公司名称"), longest=100, note="只供核对。"),
        Column(key="kind", title="单位类别", kind=ColumnKind.CHOICE, choices=_choices(KINDS)),
        Column(
            key="colour",
            title="风险等级",
            synonyms=words("风险颜色 安全风险等级"),
            kind=ColumnKind.CHOICE,
            choices=_choices(COLOURS),
            note="与单位类别一并填写。",
        ),
        *(
            Column(
                key=seat.value,
                title=SEATS[seat],
                synonyms=words(f"{SEATS[seat]}单位 {SEATS[seat]}责任"),
                longest=60,
                note="机构的名称或者编码。",
            )
            for seat in PARTIES
        ),
        *(
            Column(key=seat.value, title=SEATS[seat], longest=40, note="姓名或者登录名；同名的填登录名。")
            for seat in LEADS
        ),
        Column(key="licence_sort", title="证照种类", kind=ColumnKind.CHOICE, choices=_choices(LICENCES)),
        Column(key="licence_number", title="证照编号", longest=80),
        Column(key="licence_authority", title="发证机关", longest=80),
        Column(key="licence_from", title="证照有效期起", kind=ColumnKind.DAY),
        Column(key="licence_until", title="证照有效期止", kind=ColumnKind.DAY),
        Column(key="insurance_number", title="保单号", longest=80),
        Column(key="insurance_authority", title="保险机构", longest=80),
        Column(key="insurance_from", title="保险期起", kind=ColumnKind.DAY),
        Column(key="insurance_until", title="保险期止", kind=ColumnKind.DAY),
        Column(key="insurance_sum", title="每人限额（万元）", kind=ColumnKind.WHOLE, note="登记新保单时填写。"),
        Column(key="insurance_insured", title="投保人数", kind=ColumnKind.WHOLE, note="登记新保单时填写。"),
        Column(key="standard_level", title="标准化等级", kind=ColumnKind.CHOICE, choices=_choices(GRADES)),
        Column(key="standard_number", title="标准化证书编号", longest=80),
        Column(key="standard_authority", title="定级单位", longest=80),
        Column(key="standard_from", title="标准化有效期起", kind=ColumnKind.DAY),
        Column(key="standard_until", title="标准化有效期止", kind=ColumnKind.DAY),
    ),
)  # fmt: skip
