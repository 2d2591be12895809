"""`anlan import`: a hazard ledger from Excel, csv or jsonl becomes cases; dry run first, row by row answer after."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.options import Options, Who, opened, told
from deployments.tables import bring_table, good_rows, handed_back, say_what_became

_OPTIONS, _WHO = Options(), Who()


def import_ledger(
    file: Annotated[Path, told("台账文件", "The ledger")],
    /,
    *,
    dry_run: Annotated[bool, told("只检查，不写入", "Check only")] = False,
    annotated: Annotated[Path | None, told("逐行结果写入的文件，默认在原文件旁", "Where the answer is written")] = None,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Import a ledger, or judge it only; hand it back with the outcome of every row."""
    with opened(options) as (tools, printer):
        mode = good_rows(dry_run=dry_run)
        report = bring_table(tools, printer, file, who, table="hazard_ledger", mode=mode)
        counted = {
            "dry_run": dry_run, "imported": report.new, "known": report.same,
            "unmapped": [heading.text for heading in report.table.unmapped], "other_sheets": report.table.other_sheets,
        }  # fmt: skip
        say_what_became(printer, report, counted, handed_back(file, annotated, report))
