"""What `anlan up` shows: who may sign in, what is due next, and how the installation stands now."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from deployments.demo.county import Cast
from deployments.language import plain_output, say
from deployments.wording import countdown
from models import alarms, figures, outbox, wakes
from models.listing import due_soonest
from rules.actor import Role
from rules.processes import process_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from deployments.output import Printer
    from tasks.resources import Resources

#: What the roll-over opens for everybody would hide the cases that people brought.
_RECURRING = "obligation"
_SHOWN_ROLES = (
    Role.UNIT_SAFETY, Role.UNIT_FIXER, Role.TOWN_CLERK, Role.DEPT_OFFICER, Role.DEPT_HEAD, Role.BUREAU_HEAD,
    Role.COMMITTEE_OFFICE, Role.COUNTY_LEADER, Role.IT_ADMIN,
)  # fmt: skip


def sign_in_lines(tools: Resources) -> list[str]:
    """Return where and as whom to sign in."""
    address = f"{tools.settings.address}/sign-in"
    if not tools.installation.demonstration:
        return [say(f"登录：{address}", f"Sign in: {address}")]
    cast = Cast.read()
    logins = "、".join(f"{role.label} {cast.anyone(role)}" for role in _SHOWN_ROLES)
    return [
        say(
            f"【演示】打开 {address}，选择任一身份进入；命令行用 --as 登录名",
            f"[DEMO] Open {address} and choose anybody; on the command line use --as LOGIN",
        ),
        say(f"  例如：{logins}", f"  for example: {logins}"),
        say(
            "  想看它动起来：另开一个终端运行 anlan demo --live",
            "  To see it move: run anlan demo --live in another terminal",
        ),
    ]


def due_next(tools: Resources, most: int = 5) -> list[tuple[str, str, str, str]]:
    """Return what falls due next in the county."""
    with tools.store.read() as reading:
        items = due_soonest(reading, tools.now(), most=most)
    return [
        (countdown(item.due_alert, tools.now()), process_of(item.number).label_of(item.act), item.number, item.unit)
        for item in items
    ]


@contextlib.contextmanager
def live_status(tools: Resources, printer: Printer) -> Generator[Callable[[Mapping[str, int]], None]]:
    """Show one status in place; where nobody watches, print a line when something has changed."""
    if printer.as_json or plain_output():
        last = [""]

        def tell(memory: Mapping[str, int]) -> None:
            words = _words(tools, dict.fromkeys(memory, 0))
            if words != last[0]:
                last[0] = words
                printer.line(words)

        yield tell
        return
    from rich.live import Live  # noqa: PLC0415 - a terminal only
    from rich.text import Text  # noqa: PLC0415

    with Live(Text(""), refresh_per_second=2, transient=False) as live:
        yield lambda memory: live.update(Text(_words(tools, memory)))


def _open(standing: Iterable[figures.StandingCount]) -> int:
    return sum(count.cases for count in standing if count.status == "open")


def _late(standing: Iterable[figures.StandingCount]) -> int:
    return sum(count.cases for count in standing if count.overdue)


def _words(tools: Resources, memory: Mapping[str, int]) -> str:
    with tools.store.read() as reading:
        standing = figures.standing(reading)
        waiting, queued = wakes.waiting(reading), outbox.count_waiting(reading)
        raised = alarms.alarms(reading)
    cases = [count for count in standing if count.kind not in {"journal", _RECURRING}]
    recurring = [count for count in standing if count.kind == _RECURRING]
    closed = sum(count.cases for count in standing if count.status == "closed")
    parts = [
        say(
            f"在办 {_open(cases)}（逾期 {_late(cases)}）· 周期应办 {_open(recurring)}（逾期 {_late(recurring)}）"
            f"· 已销号 {closed}",
            f"open {_open(cases)} (overdue {_late(cases)}) · recurring {_open(recurring)} (overdue {_late(recurring)})"
            f" · closed {closed}",
        ),
        say(f"待续流程 {waiting} · 待送通知 {queued}", f"stories to tell {waiting} · notices to send {queued}"),
    ]
    if any(memory.values()):
        total = sum(memory.values())
        each = " ".join(f"{name} {size}" for name, size in memory.items())
        parts.append(say(f"内存 {total} MB（{each}）", f"memory {total} MB ({each})"))
    if raised:
        parts.append(say(f"告警：{raised[0].words}", f"alarm: {raised[0].words}"))
    return "  |  ".join(parts)
