"""`anlan import`: a hazard ledger from Excel, csv or jsonl becomes cases; dry run first, row by row answer after."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.tables import answer_beside, say_what_became
from models.receipt import Deed
from rules.errors import ImportRefused

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
        from tasks.importing import bring_in, judge, write_report  # noqa: PLC0415 - spreadsheets are loaded only here

        if not file.is_file():
            raise ImportRefused(f"没有文件 {file.name}。请核对路径。")
        actor = principal(tools, who)
        if dry_run:
            report = judge(tools, file, actor)
        else:
            batch = f"import:{secrets.token_hex(6)}"
            with printer.progress(say("导入", "Importing")) as progress:
                report = bring_in(tools, file, actor, batch=batch, progress=progress)
            values = {"what": "隐患台账", "rows": str(report.imported), "file": file.name[:100]}
            tools.ledger.journal(Deed("import", actor, batch, values), tools.now())
        target = answer_beside(file, annotated)
        counted = {
            "dry_run": dry_run, "imported": report.imported, "known": report.known, "bad": report.bad,
            "unmapped": [heading.text for heading in report.table.unmapped], "other_sheets": report.table.other_sheets,
        }  # fmt: skip
        written = target if write_report(file, report, target) else None
        say_what_became(printer, report.words, report.table, counted, written=written)
