"""`anlan init`: a real county begins, from four Excel tables that are written out first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from deployments.language import say
from deployments.options import Options, told
from deployments.output import Printer, reporting
from rules.errors import SetupError

if TYPE_CHECKING:
    from deployments.founding import Founded

_OPTIONS = Options()
_TABLES = Path("开库表格")


def init(
    *,
    from_: Annotated[
        Path | None,
        Parameter(name="--from", help=say("填好的四张表所在文件夹", "Folder with the four tables filled in")),
    ] = None,
    tables: Annotated[Path, told("空表写到哪个文件夹", "Where the empty tables are written")] = _TABLES,
    county: Annotated[str, told("县的编码，字母，如 dai", "Code of the county, such as dai")] = "",
    name: Annotated[str, told("县名，如 代县", "Name of the county")] = "",
    options: Options = _OPTIONS,
) -> None:
    """Write the empty tables, or found the county from those that were filled in and check everything."""
    printer = options.printer
    with reporting(printer):
        from deployments.founding import found_county, write_tables  # noqa: PLC0415 - not needed for --help

        if from_ is None:
            written = write_tables(tables)
            printer.document({"tables": [str(path) for path in written]})
            _explain(printer, written, tables)
            return
        if not from_.is_dir():
            raise SetupError(f"没有文件夹 {from_}。请先运行 anlan init 写出空表，填好后再用 --from 指向它。")
        settings = options.settings()
        with printer.progress(say("生成初始密码", "Making first passwords")) as progress:
            founded = found_county(settings, from_, county=county, name=name, progress=progress)
        _tell(printer, founded)
        from deployments.commands.doctor import show  # noqa: PLC0415 - as above

        show(printer, settings, {"registered": founded.registered, "passwords": founded.passwords})


def _explain(printer: Printer, written: list[Path], folder: Path) -> None:
    printer.line(say("已写出空表，请用 Excel 填写：", "Empty tables, to be filled in with Excel:"))
    for path in written:
        printer.line(f"  {path}")
    command = f"anlan init --from {folder} --county dai --name 代县"
    printer.line(say(f"填好后运行：{command}", f"Then run: {command}"))


def _tell(printer: Printer, founded: Founded) -> None:
    for title, (added, known) in founded.registered.items():
        printer.line(say(f"✓ {title}：新登记 {added}，此前已登记 {known}", f"✓ {title}: {added} new, {known} known"))
    if founded.passwords is not None:
        printer.line(
            say(
                f"✓ 初始密码：{founded.passwords}（首次登录须修改；请当面分发后删除此文件）",
                f"✓ First passwords: {founded.passwords} (to be changed at first use; delete after handing out)",
            )
        )
