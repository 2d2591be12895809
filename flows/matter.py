"""Staged matters 分步事项 as stories: one flow for each process that is described as data, all told alike.

What follows from each act stands in the process's file; the story performs what is owed to the world and rests on what
the case waits for. It may be told again from its first line at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow

from flows.stories import told
from flows.telling import Rest
from rules.matter import MATTERS
from rules.matter.schema import RECORD
from rules.process import TOLD
from rules.processes import PROCESSES
from rules.standing import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from prefect import Flow
    from prefect.client.schemas.objects import State

    from flows.telling import Story
    from rules.matter import Facts


def tell(story: Story, facts: Facts) -> None:
    """Tell one matter: everybody asked and told, every record drawn up; rest on what it waits for until it ends."""
    for name in _NAMES:
        story.effect(name)
    awaited = frozenset(duty.act for duty in facts.live.values() if duty.blocks)
    if facts.status is not Status.CLOSED:
        raise Rest(awaited)


def _named(name: str, label: str) -> Flow[Any, Any]:
    """Return the flow of one process; a worker finds it by the name of its function in this module."""

    def matter(case_no: str) -> State[None]:
        return told(case_no, tell)

    matter.__name__ = matter.__qualname__ = name
    described = f"{label}：按流程文件把事项从开立讲到办结，办理应达事项，停在尚待人办理之处。"
    return flow(name=name, flow_run_name="{case_no}", persist_result=False, description=described)(matter)


_ACTS = tuple(dict.fromkeys(act for name in MATTERS for act in PROCESSES[name].forms))
_NAMES = tuple(f"{prefix}{act}" for prefix in ("asked-", TOLD, RECORD) for act in _ACTS)
FLOWS: Mapping[str, Flow[Any, Any]] = {name: _named(name, matter.label) for name, matter in MATTERS.items()}
# A deployment finds a flow as an attribute of its module.
globals().update(FLOWS)
