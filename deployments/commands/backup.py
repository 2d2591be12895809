"""`anlan backup`: a checked copy of ledger, evidence and papers, made without the engine."""

from __future__ import annotations

from pathlib import Path

from deployments.language import say
from deployments.options import Options, opened
from models.backup import back_up
from models.receipt import Deed
from rules.actor import clock

_OPTIONS = Options()


def backup(target: Path | None = None, /, *, options: Options = _OPTIONS) -> None:
    """备份数据库、照片与文书，逐页逐链核对后才算完成；不写位置的，存入数据文件夹的 backups。"""
    with opened(options) as (tools, printer):
        folder = target or tools.settings.folder("backups") / tools.now().format("YYYYMMDDTHHmmss")
        with printer.progress(say("备份", "Backing up")) as progress:
            manifest = back_up(
                tools.settings.database,
                tools.settings.data_folder.resolve(),
                folder,
                now=tools.now(),
                progress=progress,
            )
        county = clock(tools.installation.county_id)
        deed = Deed("back-up", county, f"backup:{manifest.database}:{manifest.made_at}", {"file": manifest.database})
        tools.ledger.journal(deed, tools.now())
        printer.document({"folder": str(folder), "manifest": manifest})
        printer.line(
            say(
                f"已备份至 {folder}：{manifest.cases} 个事项、{manifest.acts} 个行为、{manifest.files} 个文件，已核对",
                f"Backed up to {folder}: {manifest.cases} cases, {manifest.acts} acts, {manifest.files} files, checked",
            )
        )
