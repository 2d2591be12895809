"""`anlan move`: the ledger goes from SQLite to the PostgreSQL database that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.language import say
from deployments.locks import alone
from deployments.options import Options, opened
from deployments.output import reporting
from models.moving import move as move_ledger
from models.receipt import Deed
from models.verification import verify
from rules.actor import clock
from rules.errors import LedgerBroken, SetupError

if TYPE_CHECKING:
    from deployments.output import Printer
    from models.moving import Moved
    from models.verification import Report

_OPTIONS = Options()


def move(*, options: Options = _OPTIONS) -> None:
    """With everything stopped, move the ledger, verify it where it is now, and note it in its journal."""
    with reporting(options.printer):
        settings = options.settings()
        if settings.database.startswith("sqlite"):
            raise SetupError(
                "没有写明搬到哪里。请先在数据文件夹的 anlan.toml 里写 database_url（以 postgresql:// 开头），"
                "再运行 anlan move。"
            )
        with alone(settings), options.printer.progress(say("搬库", "Moving")) as progress:
            moved = move_ledger(settings.own_database, settings.database, progress=progress)
    with opened(options) as (tools, printer):
        with tools.store.read() as reading:
            report = verify(reading, rulebook=tools.rulebook)
        rows = sum(moved.rows.values())
        content = {"to": moved.to, "rows": str(rows), "root": moved.fingerprint}
        tools.ledger.journal(
            Deed("move", clock(tools.installation.county_id), f"move:{moved.fingerprint}", content), tools.now()
        )
        _tell(printer, moved, rows, report)


def _tell(printer: Printer, moved: Moved, rows: int, report: Report) -> None:
    printer.document({"moved": moved, "cases": report.cases, "acts": report.acts, "findings": report.findings})
    printer.line(
        say(
            f"✓ 已搬到 {moved.to}：{len(moved.rows)} 张表 {rows} 行，逐行核对一致；"
            f"{report.cases} 个事项、{report.acts} 个行为。原来的 anlan.db 留作存底，不再接受办理",
            f"✓ Moved to {moved.to}: {len(moved.rows)} tables, {rows} rows, each compared; {report.cases} cases, "
            f"{report.acts} acts. The old anlan.db stays as a record and takes no further act",
        )
    )
    if report.holds:
        return
    if printer.as_json:
        raise SystemExit(1)
    raise LedgerBroken(
        f"台账已原样搬到新库，其中有 {len(report.findings)} 处不符，是搬库以前就有的。"
        "请运行 anlan ledger verify 查看，并保全原来的数据库文件。"
    )
