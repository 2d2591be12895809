"""Audit 稽核: watches the watchers; derives from the acts what the clock should have done, does it, raises alarm.

It shares nothing with the clock but the rules and the door. Its alarms go to a file, to the console's red bar and to
the administrator's log, not through the channels that may be what failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import flow, get_run_logger
from prefect.states import Completed

from flows.naming import by_minute
from flows.orders import under
from models import alarms, audit, wakes
from tasks.delivery import deliver_waiting

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from tasks.resources import Resources

_TOLERANCE_SECONDS = 120
_STUCK_SECONDS = 900
_SILENT_SECONDS = 120


@flow(name="audit", flow_run_name=by_minute("audit"), persist_result=False)
def watch(ticket: str = "") -> State[None]:
    """稽核：独立核对到期催办、待办唤醒与各进程心跳，补做遗漏并告警。"""
    with under(ticket, "audit") as order:
        tools = order.tools
        missed, unreadable = _make_up_for_the_clock(tools)
        deliver_waiting(tools, run_id=order.run_id)
        stuck = _look_for_stuck_effects(tools)
        silent = _listen_for_heartbeats(tools)
        alarms.beat(tools.store, "audit", tools.now())
        order.counts = {"missed": missed, "unreadable": unreadable, "stuck": stuck, "silent": silent}
        order.answer = (
            f"补做时钟行为 {missed} 个，滞留应达事项 {stuck} 个，失联进程 {silent} 个，无法读取的事项 {unreadable} 个"
        )
        get_run_logger().info(order.answer)
    name = "AuditedWithFindings" if any(order.counts.values()) else "Audited"
    return Completed(name=name, message=order.answer)


def _make_up_for_the_clock(tools: Resources) -> tuple[int, int]:
    """Return how many acts were made up, and how many cases cannot be read."""
    done, numbers_found = 0, set[str]()
    while (found := _look_over(tools)).missed:
        made_up = sum(tools.ledger.record_clock(entry.case_id, entry.duty_key, tools.now()) for entry in found.missed)
        numbers_found |= {entry.number for entry in found.missed}
        done += made_up
        if not made_up:
            break
    _name_the_unreadable(tools, found.unreadable)
    if done:
        numbers = "、".join(sorted(numbers_found)[:5])
        _alarm(tools, "clock-missed", f"时钟遗漏了 {done} 个到期催办（{numbers}…），稽核已补做。请检查时钟与调度引擎。")
    else:
        alarms.quiet(tools.store, "clock-missed")
    return done, len(found.unreadable)


def _look_over(tools: Resources) -> audit.Findings:
    """Return what is missing now: the next step of each duty, which may not be the last that is due."""
    with tools.store.read() as reading:
        return audit.look_over(reading, tools.rulebook, tools.now(), tolerance_seconds=_TOLERANCE_SECONDS)


def _name_the_unreadable(tools: Resources, numbers: list[str]) -> None:
    if numbers:
        named = "、".join(numbers[:5])
        words = (
            f"{len(numbers)} 个事项的记录无法读取（{named}），其期限无人核对。请运行 anlan ledger verify，从备份恢复。"
        )
        _alarm(tools, "unreadable", words)
    else:
        alarms.quiet(tools.store, "unreadable")


def _look_for_stuck_effects(tools: Resources) -> int:
    with tools.store.read() as reading:
        stuck = audit.stuck_effects(reading, tools.now(), older_than_seconds=_STUCK_SECONDS)
        waiting = wakes.waiting(reading)
    if stuck:
        numbers = "、".join(number for number, _ in stuck[:5])
        _alarm(tools, "stuck", f"{len(stuck)} 个事项的通知或文书迟迟没有办理（{numbers}…），等待唤醒 {waiting} 个。")
    else:
        alarms.quiet(tools.store, "stuck")
    return sum(count for _, count in stuck)


def _listen_for_heartbeats(tools: Resources) -> int:
    silent = 0
    for name in ("clock", "worker"):
        with tools.store.read() as reading:
            last = alarms.last_beat(reading, name)
        if last is not None and (tools.now() - last).total_seconds() > _SILENT_SECONDS:
            silent += 1
            _alarm(tools, f"silent-{name}", f"进程 {name} 自 {last.format('HH:mm:ss')} 起没有心跳。请检查并重新启动。")
        else:
            alarms.quiet(tools.store, f"silent-{name}")
    return silent


def _alarm(tools: Resources, name: str, words: str) -> None:
    get_run_logger().error(words)
    if alarms.raise_alarm(tools.store, name, words, tools.now()):
        stamp = tools.now().format("YYYYMMDDTHHmmss")
        (tools.settings.folder("alarms") / f"{stamp}-{name}.txt").write_text(words + "\n", encoding="utf-8")
