"""LEGS: from an act to the end of the flow run that tells its story; runs a second; memory of every process.

A whole installation runs as `anlan up` starts it: console, clock, Prefect's server, warm worker. Acts go through the
ledger at two a second, then as fast as they can. Each act's leg is the first run of its case that began after it.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from benchmarks import county, house
from benchmarks.figures import load, middle, show, tail
from models import clock
from models.case import Case
from models.organisation import Unit
from models.receipt import Deed
from models.run import Run, Wake
from models.statements import Statement, table
from settings import Settings
from tasks.resources import open_resources

if TYPE_CHECKING:
    from benchmarks.house import House
    from tasks.resources import Resources

_CASES, _MANY, _PACE_SECONDS = 9, 200, 0.5
_FEW_CASES, _FEW = 2, 30
_PATIENCE_SECONDS, _LOOK_EVERY_SECONDS, _REST_SECONDS = 180, 0.2, 3
_runs, _wakes, _cases, _units = table(Run), table(Wake), table(Case), table(Unit)
_WAITING = Statement(select(func.count()).select_from(_wakes))
_GOING = Statement(select(func.count()).where(_runs.c.case_id.is_not(None), _runs.c.ended_at.is_(None)))
_LEGS = Statement(
    select(_runs.c.started_at, _runs.c.ended_at)
    .select_from(_runs.join(_cases, _cases.c.id == _runs.c.case_id))
    .where(_cases.c.number == bindparam("number"), _runs.c.started_at >= bindparam("since"))
    .order_by(_runs.c.started_at)
    .limit(1)
)
_UNITS = Statement(select(_units.c.code).order_by(_units.c.code))


@dataclass(frozen=True)
class Acted:
    """An act, by the number of its case and the instant at which it was recorded."""

    number: str
    at: int


@dataclass(frozen=True)
class Leg:
    """Seconds from an act to the beginning and to the end of its run."""

    begun: float
    ended: float


def run(*, small: bool = "--small" in sys.argv) -> None:
    """Measure and print."""
    cases, many = (_FEW_CASES, _FEW) if small else (_CASES, _MANY)
    print(f"LEGS, load before: {load()}")
    with house.running() as home:
        time.sleep(_REST_SECONDS)
        before = home.memory()
        tools = open_resources(Settings(data_folder=home.data))
        paced = _legs(tools, _at_a_pace(tools, cases))
        burst = _burst(tools, home, many)
        tools.store.close()
        after = home.memory()
    show(
        ("从行为到流程办完", "次", "p50 秒", "p95 秒", "最长 秒", "其中到开始 p50"),
        [(f"每秒 {1 / _PACE_SECONDS:.0f} 个", *_figures(paced)), ("一齐来", *_figures(burst[0]))],
    )
    print(burst[1])
    show(
        ("内存 MB", *before, "合计"),
        [
            (f"{when}，{kind}", *(f"{each[place]:.0f}" for each in all_.values()),
             f"{sum(each[place] for each in all_.values()):.0f}")
            for when, all_ in (("启动后", before), (f"{many} 次以后", after))
            for place, kind in enumerate(("RSS", "PSS"))
        ],
    )  # fmt: skip
    print(f"load after: {load()}")


def _figures(legs: list[Leg]) -> tuple[str, ...]:
    ended, begun = [leg.ended for leg in legs], [leg.begun for leg in legs]
    return (
        str(len(legs)), f"{middle(ended) / 1000:.2f}", f"{tail(ended) / 1000:.2f}", f"{max(ended):.2f}",
        f"{middle(begun) / 1000:.2f}",
    )  # fmt: skip


def _at_a_pace(tools: Resources, cases: int) -> list[Acted]:
    """Play cases side by side, an act here and an act there, so that each is told before its next."""
    players, codes = county.Players(), _codes(tools)
    numbers: list[str] = []
    acted: list[Acted] = []
    for place, step in enumerate(county.steps()):
        for case in range(cases):
            time.sleep(_PACE_SECONDS)
            deed = Deed(step.kind, players.of(step.role), f"paced-{case}-{place}", values=step.values)
            at = tools.now()
            if place:
                tools.ledger.record(numbers[case], deed, at)
            else:
                numbers.append(tools.ledger.open_case("hazard", codes[case], deed, at).number)
            acted.append(Acted(numbers[case], clock.micros(at)))
    return acted


def _burst(tools: Resources, home: House, many: int) -> tuple[list[Leg], str]:
    """Report hazards as fast as possible; return the legs and, in words, what they took of the processor."""
    players, codes, step = county.Players(), _codes(tools), county.steps()[0]
    acted: list[Acted] = []
    used = {name: home.processor(name) for name in house.ENGINE}
    begun = time.monotonic()
    for place in range(many):
        at = tools.now()
        deed = Deed(step.kind, players.of(step.role), f"burst-{place}", values=step.values)
        acted.append(
            Acted(tools.ledger.open_case("hazard", codes[place % len(codes)], deed, at).number, clock.micros(at))
        )
    acting = time.monotonic() - begun
    legs = _legs(tools, acted)
    seconds = (
        max(one.at / 1_000_000 + leg.ended for one, leg in zip(acted, legs, strict=True)) - acted[0].at / 1_000_000
    )
    each = {name: (home.processor(name) - used[name]) / many for name in house.ENGINE}
    spent = "、".join(f"{name} {value * 1000:.0f} ms" for name, value in each.items())
    return legs, (
        f"{many} 个行为 {acting:.2f} 秒登记完，{seconds:.1f} 秒办完：每秒 {many / seconds:.1f} 次运行；"
        f"每次处理器 {spent}，即每个核每秒 {1 / sum(each.values()):.1f} 次"
    )


def _codes(tools: Resources) -> list[str]:
    with tools.store.read() as reading:
        return [code for (code,) in reading.all(_UNITS)]


def _legs(tools: Resources, acted: list[Acted]) -> list[Leg]:
    """Wait until every story is told, and return the leg of each act."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while _is_waited_for(tools):
        if time.monotonic() > deadline:
            raise SystemExit("流程没有在规定时间内办完。")
        time.sleep(_LOOK_EVERY_SECONDS)
    legs: list[Leg] = []
    with tools.store.read() as reading:
        for one in acted:
            ((started, ended),) = reading.all(_LEGS, number=one.number, since=one.at)
            legs.append(Leg((started - one.at) / 1_000_000, (ended - one.at) / 1_000_000))
    return legs


def _is_waited_for(tools: Resources) -> bool:
    with tools.store.read() as reading:
        return any((reading.one(statement) or (0,))[0] for statement in (_WAITING, _GOING))
