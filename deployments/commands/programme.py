"""`anlan programme show|template|import`: programmes with their counts, and lists from a spreadsheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from deployments.language import say
from deployments.options import Options, Who, opened, principal, told
from deployments.tables import bring_table, good_rows, handed_back, say_what_became
from rules.errors import SetupError

if TYPE_CHECKING:
    from models.programme_listing import Line
    from rules.rulebook import Rulebook

_OPTIONS, _WHO = Options(), Who()


def show(
    programme: Annotated[str, told("专项编号，不写的列出全部", "A programme's id; without one, all")] = "",
    /,
    *,
    year: Annotated[int, told("年度，默认今年", "The year, by default this one")] = 0,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Print the programmes of a year within scope, each with what is reached, closed, open, lost and late."""
    with opened(options) as (tools, printer):
        from models.programme_listing import names_by_code, programmes_within  # noqa: PLC0415 - loaded only here

        actor = principal(tools, who, to_read=True)
        wanted = year or tools.now().year
        with tools.store.read() as reading:
            found = programmes_within(reading, actor.scope, date(wanted, 1, 1), date(wanted, 12, 31))
            names = names_by_code(reading, tools.installation.county_id)
        shown = [line for line in found if programme in {"", line.programme}]
        printer.document([_as_data(line, tools.rulebook) for line in shown])
        printer.table(
            [say("编号", "Number"), say("专项", "Programme"), say("承办单位", "Holder"), say("节点", "Milestones"),
             say("已销号/清单", "Closed"), say("退出", "Lost"), say("逾期", "Late")],
            [
                (line.number, line.programme, names.get(line.holder, line.holder), f"{line.reached}/{line.milestones}",
                 f"{line.closed}/{line.listed}", str(line.lost), str(line.late))
                for line in shown
            ],
            title=say(f"{wanted}年专项", f"Programmes of {wanted}"),
        )  # fmt: skip


def _as_data(line: Line, rulebook: Rulebook) -> dict[str, Any]:
    keys = (
        "number", "programme", "holder", "first", "last", "milestones", "reached", "listed", "open", "closed", "lost",
        "late", "outcome",
    )  # fmt: skip
    title = rulebook.programmes.named(line.programme, date.fromisoformat(line.first)).title
    return {"title": title, **{key: getattr(line, key) for key in keys}}


def template(
    number: Annotated[str, told("事项编号", "The case")],
    file: Annotated[Path, told("写到哪个文件（xlsx）", "The workbook to write")],
    /,
    *,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Write an empty table of a programme's list, with explanations."""
    with opened(options) as (tools, printer):
        from documents.incoming import spec_of  # noqa: PLC0415
        from documents.templates import write_template  # noqa: PLC0415 - spreadsheets are loaded only here
        from models.incoming import listed_at  # noqa: PLC0415

        actor = principal(tools, who, to_read=True)
        if not file.parent.is_dir():
            raise SetupError(f"没有文件夹 {file.parent}。请核对路径。")
        with tools.store.read() as reading:
            county, rulebook = tools.installation.county_id, tools.rulebook
            listed = listed_at(reading, county, actor.scope, table="programme_list", number=number, rulebook=rulebook)
        write_template(spec_of("programme_list", listed), file)
        printer.document({"file": str(file)})
        printer.line(say(f"已写出 {file}", f"Wrote {file}"))


def import_(
    number: Annotated[str, told("事项编号", "The case")],
    file: Annotated[Path, told("填好的清单", "The list that was filled in")],
    /,
    *,
    dry_run: Annotated[bool, told("只检查，不写入", "Check only")] = False,
    annotated: Annotated[Path | None, told("逐行结果写入的文件，默认在原文件旁", "Where the answer is written")] = None,
    who: Who = _WHO,
    options: Options = _OPTIONS,
) -> None:
    """Enter the rows that are not on the list yet; hand the table back with the outcome of every row."""
    with opened(options) as (tools, printer):
        mode = good_rows(dry_run=dry_run)
        report = bring_table(tools, printer, file, who, table="programme_list", mode=mode, about=number)
        counted = {"dry_run": dry_run, "entered": report.new, "same": report.same}
        say_what_became(printer, report, counted, handed_back(file, annotated, report))
