"""A table handed back 导入结果: what became of it in words, and of each row that is at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deployments.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deployments.output import Printer
    from documents.table_import import TableResult

_SHOWN = 20


def answer_beside(file: Path, annotated: Path | None) -> Path:
    """Return where the answer to a table is written: where it was asked for, else beside the table."""
    return annotated or file.with_name(f"{file.stem}-导入结果.xlsx")


def faults_of(table: TableResult) -> list[dict[str, Any]]:
    """Return the rows at fault by their numbers, with their faults in words."""
    return [
        {"row": row.row_no, "faults": [f"{note.title}：{note.text}" for note in row.errors]} for row in table.bad_rows
    ]


def say_what_became(
    printer: Printer, words: str, table: TableResult, counted: Mapping[str, Any], *, written: Path | None
) -> None:
    """Print what became of a table: counts as JSON, or words, the first faults and where every row is answered."""
    faults = faults_of(table)
    printer.document({**counted, "faults": faults, "annotated": str(written) if written else None})
    printer.line(words)
    for fault in faults[:_SHOWN]:
        printer.line(say(f"  第 {fault['row']} 行：", f"  row {fault['row']}: ") + "；".join(fault["faults"]))
    if written:
        printer.line(say(f"逐行结果：{written}", f"Row by row: {written}"))
