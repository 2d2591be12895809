"""Run history 运行记录: what ran when, for which case, with which result, who was told and who confirmed.

The ledger's own line is joined with what the engine says; where they differ, both are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from console.errors import NotThere
from console.pages.reached import words_of
from console.paging import page_asked
from console.rendering import FLOW_LABELS, run_words
from models import run_history
from models.reached import callers, told_in
from models.run_history import RunReach, RunSearch
from rules.actor import Reach, Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.responses import Response

    from console.engine import EngineRun, Stage
    from console.visit import Visit
    from models.reached import Told
    from models.runs import RunRecord

_ON_A_PAGE = 50
_MOST_CASES, _LONGEST_NUMBER = 20, 40
# The engine has given these up; a line of ours that still says that the run goes on was never ended.
_GIVEN_UP = frozenset({"CRASHED", "FAILED", "CANCELLED"})
_SEES_ALL = frozenset({Role.IT_ADMIN, Role.AUDITOR})
_CAUSES = {"act": "事项里的行为", "schedule": "按计划", "person": "由人发起"}
# What Prefect calls its states, by name, and by type where a story gave the state a name of its own.
_STAGES = {
    "Scheduled": "已排定", "Late": "到点没有开始", "Pending": "准备运行", "Running": "正在运行",
    "AwaitingRetry": "等待重试", "Retrying": "重试", "Cancelling": "正在取消",
    "AwaitingConcurrencySlot": "等待前一次运行结束",
}  # fmt: skip
_KINDS = {"COMPLETED": "完成", "FAILED": "失败", "CRASHED": "中断", "CANCELLED": "已取消"}


@dataclass(frozen=True, slots=True)
class Telling:
    """One notice that a run tried to deliver: of which case, in which words; `names` are those who recorded answers."""

    number: str
    words: str
    notice: Told
    names: Mapping[str, str]


def show(visit: Visit) -> Response:
    """Show a page of runs, the latest first, and those that should have begun and have not."""
    wanted = _wanted(visit)
    with visit.desk.store.read() as reading:
        found = run_history.search(reading, visit.actor.scope, wanted, reach=_reach(visit), most=_ON_A_PAGE)
    listed = found[:_ON_A_PAGE]
    late = visit.desk.engine.late() if _reach(visit) is not RunReach.CASES else ()
    return visit.page(
        "run-history.html",
        runs=listed,
        known=visit.desk.engine.runs([run.id for run in listed]),
        late=late,
        wanted=wanted,
        labels=FLOW_LABELS,
        troubled=run_history.TROUBLED,
        has_more=len(found) > _ON_A_PAGE,
        verdict=verdict,
        engine_words=partial(_engine_words, visit),
        page_at=partial(_page_at, wanted),
    )


def show_run(visit: Visit, run_id: str) -> Response:
    """Show one run: the line of the ledger, the stages in the engine, and who was told in it."""
    with visit.desk.store.read() as reading:
        run = run_history.run_within(reading, visit.actor.scope, run_id, reach=_reach(visit))
        sent = run_history.sent_by(reading, run_id) if run else {}
        asker = run_history.asker_of(reading, run) if run else ""
    if run is None:
        raise NotThere
    stages = visit.desk.engine.stages(run_id)
    known = visit.desk.engine.runs([run_id])
    tellings = [entry for number in list(sent)[:_MOST_CASES] for entry in _told(visit, number, sent[number])]
    return visit.page(
        "run-story.html",
        run=run,
        label=FLOW_LABELS.get(run.flow, run.flow),
        cause=_CAUSES.get(run.trigger, run.trigger),
        asker=asker,
        stages=stages,
        stage_words=_stage_words,
        tellings=tellings,
        cases=len(sent),
        shown=_MOST_CASES,
        notices=sum(len(numbers) for numbers in sent.values()),
        seen=verdict(run, known),
        engine_words=partial(_engine_words, visit),
        engine_window=visit.desk.settings.engine_address.removesuffix("/api"),
    )


def verdict(run: RunRecord, known: Mapping[str, EngineRun] | None) -> EngineRun | None:
    """Return what the engine says of a run where it contradicts the ledger or tells of a second try, None otherwise."""
    seen = known.get(run.id) if known else None
    if seen is None:
        return None
    contradicts = run.ended_at is None and seen.kind in _GIVEN_UP
    return seen if contradicts or seen.tries > 1 else None


def _engine_words(visit: Visit, seen: EngineRun) -> str:
    """Return in words what the engine says that the ledger does not."""
    said = [visit.language.say("调度引擎记为：{state}", state=visit.language.say(_state_words(seen.kind, seen.state)))]
    if seen.tries > 1:
        said.append(visit.language.say("共运行 {n} 次", n=seen.tries))
    return " · ".join(said)


def _stage_words(stage: Stage) -> str:
    return _state_words(stage.kind, stage.name)


def _state_words(kind: str, name: str) -> str:
    if name in _STAGES:
        return _STAGES[name]
    return run_words(name) if kind == "COMPLETED" and run_words(name) != "已结束" else _KINDS.get(kind, name)


def _page_at(wanted: RunSearch, page: int) -> str:
    asked = {"number": wanted.number, "flow": wanted.flow, "troubled": "1" if wanted.troubled else "", "page": page}
    return f"/runs?{urlencode({key: value for key, value in asked.items() if value})}"


def _told(visit: Visit, number: str, notices: frozenset[str]) -> Sequence[Telling]:
    """Return the notices of one case that a run tried to deliver, with their words; nothing of a case not seen."""
    try:
        dossier = visit.dossier(number)
    except NotThere:
        return ()
    with visit.desk.store.read() as reading:
        told = [
            entry
            for entry in told_in(reading, dossier.header.id)
            if any(each.number in notices for reader in entry.readers for each in reader.sent)
        ]
        names = callers(reading, told)
    return [Telling(number, words_of(visit, dossier, entry), entry, names) for entry in told]


def _wanted(visit: Visit) -> RunSearch:
    flow = visit.asked("flow")
    return RunSearch(
        flow=flow if flow in FLOW_LABELS else "",
        number=visit.asked("number").strip().upper()[:_LONGEST_NUMBER],
        troubled=visit.asked("troubled") == "1",
        page=page_asked(visit.asked("page")),
    )


def _reach(visit: Visit) -> RunReach:
    """Return which runs the post sees: those of its cases, the county's too, or, for whoever runs the machine, all."""
    if visit.actor.role in _SEES_ALL:
        return RunReach.ALL
    scope = visit.actor.scope
    is_county_wide = scope.reach is Reach.SUBTREE and scope.at == f"/{visit.desk.installation.county_id}/"
    return RunReach.COUNTY if is_county_wide else RunReach.CASES
