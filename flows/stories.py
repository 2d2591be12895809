"""Telling a case as a Prefect run: what it performs become tasks, where it rests becomes the run's state.

A run is short. It tells the story from the first line, performs what nobody has performed, and ends in a state named
after what the case waits for; the next act starts the next run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.telling import Rest, Story
from models import runs
from models.case_state import find_by_number
from models.chains import chain_of
from models.storybook import Tale, open_tale
from rules.actor import Role
from tasks.effects import call_off, cancel_effect, perform, perform_effect, this_run
from tasks.resources import Resources, resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from prefect.client.schemas.objects import State

    from rules.agenda import Effect

_VOID, _CLOSED, _OPEN = "void", "closed", "open"


def told(case_number: str, tell: Callable[[Story, Any], None]) -> State[None]:
    """Tell one case in the run that is going on, and return the state in which it rests."""
    tools, run_id = resources(), this_run()
    tale = _open(tools, case_number)
    runs.begin_run(
        tools.store,
        run_id=run_id,
        flow=tale.process.name,
        trigger=str(flow_run.parameters.get("trigger", "act")) if flow_run.parameters else "act",
        case_id=tale.case_id,
        principal=f"case:{case_number}",
        now=tools.now(),
    )
    names = _TaskNames()
    counts = {"performed": 0, "cancelled": 0}

    def do(effect: Effect) -> None:
        if effect.key in tale.waiting:
            return
        counts["performed"] += 1
        perform.with_options(task_run_name=names.next(effect))(case_number, effect.key)

    def call(effect: Effect, reason: str) -> None:
        counts["cancelled"] += 1
        call_off.with_options(task_run_name=names.next(effect))(case_number, effect.key, reason)

    awaited = _tell(tale, tell, perform=do, cancel=call)
    state = _state(tale, awaited)
    _draw_timeline(tools, tale)
    runs.end_run(
        tools.store, run_id=run_id, state=state.name or "", message=state.message or "", now=tools.now(), counts=counts
    )
    return state


def told_without_engine(
    tools: Resources, case_number: str, tell: Callable[[Story, Any], None], *, run_id: str
) -> frozenset[str] | None:
    """Tell one of many cases inside a run that tells them all; return what it waits for, None when it is over."""
    tale = _open(tools, case_number)
    return _tell(
        tale,
        tell,
        perform=lambda effect: perform_effect(tools, case_number=case_number, effect_key=effect.key, run_id=run_id),
        cancel=lambda effect, reason: cancel_effect(
            tools, case_number=case_number, effect_key=effect.key, reason=reason, run_id=run_id
        ),
    )


def _open(tools: Resources, case_number: str) -> Tale:
    with tools.store.read() as reading:
        return open_tale(reading, tools.installation.county_id, case_number, tools.rulebook)


def _tell(
    tale: Tale,
    tell: Callable[[Story, Any], None],
    *,
    perform: Callable[[Effect], None],
    cancel: Callable[[Effect, str], None],
) -> frozenset[str] | None:
    story = Story(tale.history, tale.owed, open_duties=frozenset(tale.facts.live), perform=perform, cancel=cancel)
    try:
        tell(story, tale.facts)
    except Rest as rest:
        if tale.facts.status == _VOID:
            story.call_off("事项已作废")
            return frozenset()
        return rest.awaited
    return None


def _state(tale: Tale, awaited: frozenset[str] | None) -> State[None]:
    if tale.facts.status == _VOID:
        return Completed(name="Void", message="已作废")
    if awaited is None:
        return Completed(name="Closed", message=tale.process.labels["status"][_CLOSED])
    acts = [duty.act for duty in tale.facts.live.values() if duty.act in awaited]
    words = "、".join(tale.process.label_of(act) for act in dict.fromkeys(acts))
    first = "".join(part.capitalize() for part in re.split(r"\W", tale.facts.waits_for))
    if tale.overdue:
        return Completed(name=f"Overdue{first}", message=f"逾期未办：{words}")
    return Completed(name=f"Waiting{first}", message=f"等待：{words}")


class _TaskNames:
    """Names that Prefect's graph can draw: a number and plain letters; Chinese would show as a dash there."""

    def __init__(self) -> None:
        self._count = 0

    def next(self, effect: Effect) -> str:
        self._count += 1
        addressee = f"-{effect.addressee}" if effect.addressee else ""
        return f"{self._count:02d}-{effect.name}{addressee}"


def _draw_timeline(tools: Resources, tale: Tale) -> None:
    """Show the whole story beside the run: numbers, kinds of acts and fingerprints, never a person or a place."""
    with tools.store.read() as reading:
        chain = {seq: digest.hex()[:12] for seq, _, _, digest in chain_of(reading, tale.case_id)}
        header = find_by_number(reading, tools.installation.county_id, tale.number)
    lines = [
        f"# {tale.number}",
        "",
        f"[在控制台打开]({tools.settings.address}/cases/{tale.number})",
        "",
        "| 序号 | 行为 | 岗位 | 发生 | 记录 | 指纹 |",
        "|---|---|---|---|---|---|",
    ]
    for act in tale.history:
        role = act.actor.role.label if act.actor.role is not Role.ENGINE else "时钟"
        happened, recorded = (at.format("YYYY-MM-DD HH:mm") for at in (act.happened_at, act.recorded_at))
        label = tale.process.label_of(act.kind)
        lines.append(f"| {act.seq} | {label} | {role} | {happened} | {recorded} | `{chain.get(act.seq, '')}` |")
    status = "逾期" if header is not None and header.overdue else ""
    create_markdown_artifact(
        key=f"case-{tale.number.lower()}", markdown="\n".join(lines), description=f"{tale.number} {status}".strip()
    )
