"""A hazard ledger of many rows comes in: rows a second into durable cases, and where the processor's time goes."""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.county import UNITS, Players, found
from benchmarks.figures import load, show
from deployments.memory import keep_what_is_loaded
from documents.ledgers import HAZARD_LEDGER
from documents.templates import SheetContent, write_workbook
from models.clock import now
from rules.actor import Role
from rules.incoming import Mode
from settings import Settings
from tasks.importing import bring_in
from tasks.resources import open_resources
from tasks.table_job import Job

if TYPE_CHECKING:
    from tasks.resources import Resources

_ROWS, _FEW_ROWS = 20_000, 2_000


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Import a ledger, then the same once more, which finds every row on record."""
    rows = _FEW_ROWS if small else _ROWS
    with tempfile.TemporaryDirectory(prefix="anlan-import-") as folder:
        settings = Settings(data_folder=Path(folder))
        found(settings.database)
        path = Path(folder) / "ledger.xlsx"
        write_workbook(path, [_sheet(rows)])
        tools = open_resources(settings)
        keep_what_is_loaded()  # as the worker does, in which imports run
        lines = [_timed(tools, path, title) for title in ("登记", "再次上传")]
        tools.store.close()
    show(("导入台账", "行", "秒", "行／秒", "处理器秒", "行／处理器秒", "负载"), lines)


def ledger_rows(rows: int) -> list[dict[str, Any]]:
    """Return so many rows over all units, every fifth of them rectified long ago."""
    today = now().date()
    return [
        {
            "number": f"OLD-{number}",
            "unit": f"矿{number % UNITS}",
            "place": f"{number % 97} 号巷道",
            "description": f"第 {number} 处护栏松动，踏板缺失",
            "grade": "general",
            "found_on": today - timedelta(days=number % 300),
            "status": "signed_off" if number % 5 == 0 else "open",
        }
        for number in range(rows)
    ]


def _sheet(rows: int) -> SheetContent:
    titled = HAZARD_LEDGER
    return SheetContent(name=titled.title, title=titled.title, columns=titled.columns, rows=ledger_rows(rows))


def _timed(tools: Resources, path: Path, title: str) -> list[str]:
    began, used = time.monotonic(), time.process_time()
    report = bring_in(tools, Job(path=path, actor=Players().of(Role.BUREAU_OFFICER), key=title, mode=Mode.GOOD))
    seconds, processor = time.monotonic() - began, time.process_time() - used
    done = report.new + report.same
    return [title, str(done), f"{seconds:.1f}", f"{done / seconds:.0f}", f"{processor:.1f}",
            f"{done / processor:.0f}", load()]  # fmt: skip
