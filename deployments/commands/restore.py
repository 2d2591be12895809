"""`anlan restore`: put a checked backup in the place of the database; nothing is sent before somebody confirms."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.locks import refuse_while_running
from deployments.options import Options, opened, told
from deployments.output import reporting
from models import alarms, installation, schema
from models.backup import backups
from models.backup import restore as put_back
from models.receipt import Deed
from rules.actor import clock
from rules.errors import SetupError

_OPTIONS = Options()


def restore(
    source: Annotated[Path | None, told("备份文件夹", "Folder of the backup")] = None,
    /,
    *,
    confirm: Annotated[
        bool, told("确认恢复无误，重新开始发送通知", "Confirm, and start sending again", negative="")
    ] = False,
    options: Options = _OPTIONS,
) -> None:
    """Put a backup in place; sending pauses until somebody confirms."""
    printer = options.printer
    with reporting(printer):
        settings = options.settings()
        found = backups(settings.folder("backups"))
        if confirm:
            _confirm(options)
            return
        if source is None:
            printer.document({"backups": [str(path) for path in found]})
            printer.table([say("现有备份", "Backups")], [(str(path),) for path in found])
            return
        refuse_while_running(settings)
        if not source.is_dir():
            raise SetupError(f"没有备份文件夹 {source}。不带参数运行 anlan restore 可列出现有备份。")
        manifest = put_back(settings.database, settings.data_folder.resolve(), source)
        schema.upgrade(settings.database)
        _note(options, manifest.database)
        printer.document({"restored": str(source), "manifest": manifest})
        printer.line(
            say(
                f"已恢复 {manifest.made_at} 的备份：{manifest.cases} 个事项、{manifest.acts} 个行为。"
                "通知暂停发送；请核对备份之后的纸面办理并补录，再运行 anlan restore --confirm。",
                f"Restored the backup of {manifest.made_at}. Sending is paused until anlan restore --confirm.",
            )
        )


def _note(options: Options, digest: str) -> None:
    with opened(options) as (tools, _):
        tools.store.write(lambda writing: installation.write_fact(writing, installation.SENDING, installation.PAUSED))
        key = f"restore:{secrets.token_hex(6)}"
        tools.ledger.journal(Deed("restore", clock(tools.installation.county_id), key, {"file": digest}), tools.now())
        alarms.raise_alarm(tools.store, "restored", "数据库由备份恢复，通知暂停发送，待确认。", tools.now())


def _confirm(options: Options) -> None:
    with opened(options) as (tools, printer):
        tools.store.write(lambda writing: installation.write_fact(writing, installation.SENDING, "on"))
        alarms.quiet(tools.store, "restored")
        printer.document({"sending": "on"})
        printer.line(say("已重新开始发送通知。", "Sending has started again."))
