"""A table handed in and handed back 导入: the same way for each of them, and what became of it in words."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from deployments.language import say
from deployments.options import principal
from rules.errors import ImportRefused
from rules.incoming import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deployments.options import Who
    from deployments.output import Printer
    from tasks.resources import Resources
    from tasks.table_job import Report

_SHOWN = 20


def bring_table(
    tools: Resources, printer: Printer, file: Path, who: Who, *, table: str, mode: Mode, about: str = ""
) -> Report:
    """Bring in a table, or look at it only. Raises `ImportRefused` for a file that is not there or no such table."""
    from tasks.table_importing import bring_in  # noqa: PLC0415 - spreadsheets are loaded only here
    from tasks.table_job import Job  # noqa: PLC0415

    if not file.is_file():
        raise ImportRefused(f"没有文件 {file.name}。请核对路径。")
    actor = principal(tools, who)
    with printer.progress(say("导入", "Importing")) as progress:
        job = Job(path=file, actor=actor, key=secrets.token_hex(8), mode=mode, about=about, progress=progress)
        return bring_in(tools, table, job)


def good_rows(*, dry_run: bool) -> Mode:
    """Return what is asked of a table whose good rows may enter alone."""
    return Mode.CHECK if dry_run else Mode.GOOD


def handed_back(file: Path, annotated: Path | None, report: Report) -> Path | None:
    """Return where the answer to a table was written: where it was asked for, else beside the table."""
    from tasks.table_job import hand_back  # noqa: PLC0415 - spreadsheets are loaded only here

    target = annotated or file.with_name(f"{file.stem}-导入结果.xlsx")
    return target if hand_back(file, report.table, target) else None


def faults_of(report: Report) -> list[dict[str, Any]]:
    """Return the rows at fault by their numbers, with their faults in words."""
    return [
        {"row": row.row_no, "faults": [f"{note.title}：{note.text}" for note in row.errors]}
        for row in report.table.bad_rows
    ]


def say_what_became(printer: Printer, report: Report, counted: Mapping[str, Any], written: Path | None) -> None:
    """Print what became of a table: counts as JSON, or words, the first faults and where every row is answered."""
    faults = faults_of(report)
    printer.document({**counted, "bad": report.bad, "faults": faults, "annotated": str(written) if written else None})
    printer.line(report.words)
    for fault in faults[:_SHOWN]:
        printer.line(say(f"  第 {fault['row']} 行：", f"  row {fault['row']}: ") + "；".join(fault["faults"]))
    if written:
        printer.line(say(f"逐行结果：{written}", f"Row by row: {written}"))
