"""Adopting improvements 采纳改进: what an exercise suggests becomes duties in earnest, by a person's own act alone.

The act is the report 总结报告 of a drill in the county's ledger: the exercise was one way to hold that drill. Its
improvements are owed by their posts, reported done and confirmed there, like those of any drill.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from deployments.exercise_report import proposals, report_of
from deployments.language import choose, say
from deployments.options import principal
from documents.report import as_markdown
from models.exercise import RUNNING, read_exercise
from models.receipt import Deed
from rules.actor import WATCH_ROLES, Role
from rules.drill import DRILL, DrillAct
from rules.errors import ContentInvalid, NotYourTurn
from tasks.exercise_folders import opened
from tasks.resources import open_resources
from tasks.reviewing import review

if TYPE_CHECKING:
    from deployments.exercise_report import Proposal
    from deployments.options import Who
    from deployments.output import Printer
    from models.receipt import Receipt
    from settings import Settings

_FINGERPRINT_LETTERS = 16


def adopt(
    real: Settings,
    printer: Printer,
    name: str,
    wanted: tuple[int, ...],
    *,
    drill: str,
    by: str,
    owner: str,
    revise: bool,
    who: Who,
) -> None:
    """Record the chosen improvements in the report of a drill. Raises `ActRefused` of the fitting kind.

    `by` is the day until which they are owed, `revise` that the plan must be revised too. `owner` is the post that sees
    to them, empty for those that the report names.
    """
    ends_on = _day(by)
    spoken = choose([], say("zh", "en"))
    # What stands in the county's ledger is written in its language, whoever reads the screen in another.
    choose([], "zh")
    try:
        suggested, fingerprint = _suggested(real, name)
    finally:
        choose([], spoken)
    chosen = _chosen(suggested, wanted)
    numbers = "、".join(str(each.no) for each in chosen)
    values = {
        "actions": "\n".join(_line(each, ends_on, owner) for each in chosen),
        "revise": "yes" if revise else "no",
        "summary": f"采纳推演「{name}」评估报告的建议 {numbers}（报告指纹 {fingerprint}）",
    }
    receipt = _record(real, name, drill, values, who)
    printer.document({"name": name, "adopted": [each.no for each in chosen], "receipt": receipt})
    printer.line(
        say(
            f"已写入 {receipt.number} 的总结报告，{len(chosen)} 项改进成为应办，{ends_on} 到期。",
            f"On record in the report of {receipt.number}: {len(chosen)} improvements are owed by {ends_on}.",
        )
    )


def _suggested(real: Settings, name: str) -> tuple[tuple[Proposal, ...], str]:
    with opened(real, name) as (tools, scenario):
        with tools.store.read() as reading:
            phase = read_exercise(reading).phase
        if phase == RUNNING:
            raise NotYourTurn(f"演练「{name}」还没有结束，建议还会变。请先结束（resume）或者中止（abort）。")
        report = as_markdown(report_of(tools, scenario))
        found = proposals(review(tools, scenario), tools.rulebook)
    return found, hashlib.sha256(report.encode()).hexdigest()[:_FINGERPRINT_LETTERS]


def _chosen(suggested: tuple[Proposal, ...], wanted: tuple[int, ...]) -> tuple[Proposal, ...]:
    known = {each.no: each for each in suggested}
    unknown = [no for no in wanted if no not in known]
    if unknown or not wanted:
        what = f"没有序号为 {'、'.join(map(str, unknown))} 的建议" if unknown else "没有写明采纳哪几条"
        have = "、".join(map(str, known)) or "无"
        raise ContentInvalid(f"{what}，可采纳的序号：{have}。请对照 anlan exercise report 选择。")
    return tuple(known[no] for no in dict.fromkeys(wanted))


def _line(each: Proposal, ends_on: date, owner: str) -> str:
    # Whoever keeps the watch changes with the shift; the bureau sees to it.
    named = Role.BUREAU_OFFICER if each.owner in WATCH_ROLES else each.owner
    return f"{each.no}|{each.what.replace('|', '／')}|{owner or named.label}|{ends_on.isoformat()}"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ContentInvalid(f"「{written}」不是日期，应如 2026-12-31。请改正 --by 后重试。") from error


def _record(real: Settings, name: str, drill: str, values: dict[str, str], who: Who) -> Receipt:
    if not drill.startswith(f"{DRILL.prefix}-"):
        raise ContentInvalid(
            f"改进写进一次演练的总结报告，应写明演练编号（{DRILL.prefix}-年-序号），不能为「{drill}」。请改正 --drill。"
        )
    tools = open_resources(real)
    try:
        actor = principal(tools, who)
        deed = Deed(DrillAct.REPORT, actor, f"exercise:adopt:{name}:{drill}", values)
        return tools.ledger.record(drill, deed, tools.now())
    finally:
        tools.store.close()
