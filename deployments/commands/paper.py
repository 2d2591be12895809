"""`anlan paper verify`: whether the PDFs of papers are what they were when they were made, and can be made again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

from deployments.language import say
from deployments.options import Options, opened, told
from rules.errors import LedgerBroken, UnknownRecord

if TYPE_CHECKING:
    from tasks.printing import Checked

_OPTIONS = Options()
_SHOWN = 12


def verify(
    number: Annotated[str, told("事项编号，不写的核对全部", "Case; without one, everything")] = "",
    /,
    *,
    options: Options = _OPTIONS,
) -> None:
    """Check every PDF against the ledger and by making it again; exit 1 when one differs or is lost."""
    with opened(options) as (tools, printer):
        from models.imprints import batches  # noqa: PLC0415 - not needed for --help
        from tasks.printing import State, check  # noqa: PLC0415 - as above

        with tools.store.read() as reading:
            spoilt = [each.journal for each in batches(reading, tools.installation.county_id) if not each.holds]
        checked = check(tools, number)
        if number and not checked:
            raise UnknownRecord(f"「{number}」没有已经定稿的文书。请核对编号；新出具的文书十分钟内定稿。")
        printer.document({"papers": [_as_json(each) for each in checked], "spoilt": spoilt})
        printer.table(
            [say("事项", "Case"), say("文书", "Paper"), say("页面", "Page"), "PDF", say("排版程序", "Made by"),
             say("结果", "Result")],
            [_row(each) for each in checked],
            title=say("文书", "Papers"),
        )  # fmt: skip
        for state, count in sorted(Counter(each.state for each in checked).items()):
            printer.line(f"{count}  {state.label}")
        wrong = [each for each in checked if each.state in {State.DIFFERS, State.LOST}]
        if spoilt or wrong:
            raise LedgerBroken(_trouble(spoilt, len(wrong)))


def _trouble(spoilt: list[str], wrong: int) -> str:
    said = [f"{wrong} 份文书与台账记录的指纹不符或者缺失"] if wrong else []
    said += [f"系统日志 {'、'.join(spoilt)} 记录的清单与库中不符"] if spoilt else []
    return f"{'；'.join(said)}。请保留现场，从备份中取出原件核对。"


def _row(each: Checked) -> tuple[str, ...]:
    imprint = each.imprint
    return (
        imprint.case_number or "—", imprint.name, imprint.page_sha256[:_SHOWN], imprint.pdf_sha256[:_SHOWN],
        imprint.made_by, each.state.label.partition("：")[0].partition("；")[0],
    )  # fmt: skip


def _as_json(each: Checked) -> dict[str, object]:
    return {"state": each.state.value, "imprint": each.imprint}
