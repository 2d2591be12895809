"""Backup 备份: a checked copy of ledger, evidence and papers, the latest fourteen kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models import alarms
from models.backup import back_up, prune
from models.receipt import Deed
from rules.actor import clock
from rules.errors import SafetyError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

_KEPT = 14


@flow(name="backup", flow_run_name=by_minute("backup"), persist_result=False)
def make_backup(ticket: str = "") -> State[None]:
    """备份：复制数据库、照片与文书，逐页逐链核对后才算完成。"""
    with under(ticket, "backup") as order:
        tools = order.tools
        folder = tools.settings.folder("backups")
        target = folder / tools.now().format("YYYYMMDDTHHmmss")
        try:
            manifest = back_up(
                tools.settings.database,
                tools.settings.data_folder.resolve(),
                target,
                now=tools.now(),
                progress=order.progress,
            )
        except SafetyError as error:
            alarms.raise_alarm(tools.store, "backup", error.message, tools.now())
            raise
        alarms.quiet(tools.store, "backup")
        tools.ledger.journal(
            Deed("back-up", clock(tools.installation.county_id), f"backup:{order.run_id}", {"file": manifest.database}),
            tools.now(),
        )
        gone = prune(folder, keep=_KEPT)
        order.counts = {"cases": manifest.cases, "acts": manifest.acts, "files": manifest.files, "pruned": len(gone)}
        order.answer = (
            f"已备份至 backups/{target.name}：{manifest.cases} 个事项、{manifest.acts} 个行为、{manifest.files} 个文件"
        )
    return Completed(name="BackedUp", message=order.answer)
