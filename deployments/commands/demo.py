"""`anlan demo --live`: on a running demonstration things go on happening, one after the other, until it is stopped."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Annotated, Protocol

from deployments.language import say
from deployments.options import Options, opened, told
from rules.errors import ContentInvalid

if TYPE_CHECKING:
    from collections.abc import Generator

    from deployments.demo.live import Happened
    from deployments.output import Printer
    from tasks.resources import Resources

_OPTIONS = Options()
_PACE_SECONDS, _SLOWEST_SECONDS = 5.0, 3600.0


class Stop(Protocol):
    """What is waited on between two things, and what ends the waiting: an event."""

    def wait(self, timeout: float) -> bool:
        """Wait so many seconds; tell whether to stop."""
        ...


def demo(
    *,
    live: Annotated[bool, told("不断有事发生，直到停止", "Let things go on happening", negative="")] = False,
    pace: Annotated[float, told("两件事之间的秒数", "Seconds between two things")] = _PACE_SECONDS,
    rounds: Annotated[int, told("最多几轮，0 为不限", "Rounds at most, 0 for no end")] = 0,
    options: Options = _OPTIONS,
) -> None:
    """Let things happen in the demonstration, each recorded under the post of who does it."""
    with opened(options) as (tools, printer):
        from deployments.demo.live import require_demonstration  # noqa: PLC0415 - not needed for --help
        from deployments.locks import LIVE, alone  # noqa: PLC0415 - as above

        require_demonstration(tools)
        if not live:
            raise ContentInvalid("请写明 anlan demo --live：演示县将不断有事发生，直到按 Ctrl-C。")
        if not 0 <= pace <= _SLOWEST_SECONDS or rounds < 0:
            raise ContentInvalid("「--pace」为 0 至 3600 秒，「--rounds」不小于 0。请改正后重试。")
        with alone(tools.settings, LIVE), until_stopped() as stop:
            printer.line(
                say(
                    f"【演示】现场演示：每 {pace:g} 秒办理一件，全部标明演示；看板 {tools.settings.address}/overview",
                    f"[DEMO] One thing every {pace:g} s, all marked as a demonstration; board {tools.settings.address}",
                )
            )
            lead(tools, printer, pace=pace, rounds=rounds, stop=stop)


def lead(tools: Resources, printer: Printer, *, pace: float, rounds: int, stop: Stop) -> None:
    """Let one thing after the other happen, `pace` seconds apart, until `stop` says so or the rounds are over."""
    from deployments.demo.live import play  # noqa: PLC0415 - as above

    done = left_out = 0
    for happened in play(tools, rounds=rounds):
        done, left_out = done + (not happened.reason), left_out + bool(happened.reason)
        printer.line(_line(happened))
        if stop.wait(pace):
            printer.line(say("已停止；再次运行将接着办理。", "Stopped; run it again to go on."))
            break
    printer.document({"recorded": done, "left_out": left_out})


@contextlib.contextmanager
def until_stopped() -> Generator[threading.Event]:
    """Yield an event that an interrupt or a terminate signal sets, so that what is being recorded is finished first."""
    stop = threading.Event()

    def ask(*_: object) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _line(happened: Happened) -> str:
    who = f"{happened.name}（{happened.role.label}）"
    if happened.reason:
        return f"  {happened.number} {happened.label} · {who} {say('略过', 'left out')}：{happened.reason}"
    return f"  {happened.number} #{happened.seq} {happened.label} · {who}"
