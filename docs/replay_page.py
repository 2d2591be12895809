"""The page of the public accidents that are replayed 公开案例: how far their facts suffice, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deployments.replays import all_replayed
from docs.markdown import table
from rules.incident.acts import VERDICTS
from rules.incident.replay import Agreement
from rules.rulebook import Rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.incident.replay import Replay


def replays() -> Iterable[str]:
    """Yield the lines of the page."""
    rulebook = Rulebook.load()
    found = all_replayed(rulebook)
    applicable = [entry for entry in found if not entry.refused]
    measurable = sum(len(entry.measurable) for entry in applicable)
    judged = sum(len(entry.judged) for entry in applicable)
    yield "# 公开案例 Replays of public accidents\n"
    yield "覆盖率说的是来源给出的事实够不够判断，与结论对不对是两回事；两者分开统计。"
    yield "「已判断」的分母是当时有法定数字的环节；没有数字的（立即、同时）只列经过，不计入。"
    yield "来源没有写的事实一律未知：多数公开报道不写单位负责人何时接报，所以多数环节不能判断。"
    yield "「未报告」取自来源本身的叙述，与认定瞒报一致不算独立印证；由时刻算出的超时才是。\n"
    yield f"共 {len(found)} 起，其中 {len(found) - len(applicable)} 起早于条例，不作判断。"
    yield f"其余 {len(applicable)} 起有数字的环节 {measurable} 个，已判断 {judged} 个。\n"
    yield from table(
        (
            "案例",
            "事故",
            "等级（推算／与官方）",
            "已判断",
            "超时、未报的环节",
            "调查期限已判断",
            "官方认定",
            "与官方认定",
        ),
        [_replayed(entry) for entry in found],
    )
    compared = [entry.agreement for entry in applicable if entry.agreement is not Agreement.NOTHING_OFFICIAL]
    yield (
        "与官方认定："
        + "，".join(f"{kind.label} {sum(entry.agreement is kind for entry in applicable)} 起" for kind in Agreement)
        + f"；有官方认定的共 {len(compared)} 起。\n"
    )
    yield "## 来源\n"
    for entry in found:
        yield f"- `{entry.timeline.id}` " + "；".join(f"<{source}>" for source in entry.timeline.sources)


def _replayed(entry: Replay) -> tuple[str, ...]:
    terms = [term for term in entry.terms if term.id != "window"]
    findings = dict.fromkeys(f"{one.against}{VERDICTS[one.verdict.value]}" for one in entry.timeline.findings)
    return (
        f"`{entry.timeline.id}`",
        entry.timeline.name,
        f"{entry.assessment.label}／{entry.grade_agreement.label}",
        "不作判断" if entry.refused else f"{len(entry.judged)}/{len(entry.measurable)}",
        "；".join(f"{hop.label} {hop.said.partition('（')[0]}" for hop in entry.indicated) or "—",
        f"{sum(term.verdict.is_judged for term in terms)}/{len(terms)}",
        "；".join(findings) or "未见",
        "不作判断" if entry.refused else entry.agreement.label,
    )
