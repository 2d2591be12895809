"""`anlan backup`: a checked copy of ledger, evidence and papers, made without the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from deployments.language import say
from deployments.options import Options, opened, told
from models.backup import back_up
from models.receipt import Deed
from rules.actor import clock

_OPTIONS = Options()


def backup(
    target: Annotated[Path | None, told("存到哪个文件夹", "Where it is written")] = None,
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Make a checked backup; without a target, below the data folder."""
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
