"""`anlan units export|import`: the one form goes out as a workbook and comes back; unchanged rows record nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.tables import bring_table, good_rows, handed_back, say_what_became
from rules.errors import SetupError

_OPTIONS, _WHO = Options(), Who()


def export(
    file: Annotated[Path, told("写到哪个文件（xlsx）", "The workbook to write")],
    /,
    *,
    town: Annotated[str, told("只要一个乡镇，写机构编码", "One township alone, by its code")] = "",
    empty: Annotated[bool, told("只要空表和填写说明", "An empty table with explanations")] = False,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Write the one form of the units within scope, or an empty one."""
    with opened(options) as (tools, printer):
        from documents.templates import SheetContent, write_template, write_workbook  # noqa: PLC0415 - loaded only here
        from documents.unit_table import UNIT_TABLE  # noqa: PLC0415
        from models.unit_table import lines_within  # noqa: PLC0415

        actor = principal(tools, who, to_read=True)
        if not file.parent.is_dir():
            raise SetupError(f"没有文件夹 {file.parent}。请核对路径。")
        lines = []
        if empty:
            write_template(UNIT_TABLE, file)
        else:
            with tools.store.read() as reading:
                lines = lines_within(reading, actor.scope, town=town)
            title = UNIT_TABLE.title
            rows = [line.row for line in lines]
            write_workbook(file, [SheetContent(name=title, title=title, columns=UNIT_TABLE.columns, rows=rows)])
        printer.document({"file": str(file), "units": len(lines)})
        printer.line(say(f"已写出 {file}，{len(lines)} 家单位", f"Wrote {file}, {len(lines)} units"))


def import_(
    file: Annotated[Path, told("填好的一张表", "The table that was filled in")],
    /,
    *,
    dry_run: Annotated[bool, told("只检查，不写入", "Check only")] = False,
    annotated: Annotated[Path | None, told("逐行结果写入的文件，默认在原文件旁", "Where the answer is written")] = None,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Enter what the rows say otherwise than the files; hand the table back with the outcome of every row."""
    with opened(options) as (tools, printer):
        mode = good_rows(dry_run=dry_run)
        report = bring_table(tools, printer, file, who, table="unit_table", mode=mode)
        counted = {"dry_run": dry_run, "changed": report.new, "same": report.same, "acts": report.more["acts"]}
        say_what_became(printer, report, counted, handed_back(file, annotated, report))
