"""The alarm clock 时钟进程: sleeps until the next duty falls due, does what is due, sends what nobody has taken.

Two loops, so that a slow gateway holds up no rung: one climbs, one hands over and sends, and the first rings for the
second. It imports no Prefect and needs none. What it does by the instant, the escalation flow does by the minute and
the audit flow by the derivation; each is enough alone.
"""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING

from deployments.memory import keep_what_is_loaded
from models import alarms, clock
from models.escalation import fire_due, next_wake, read_ahead
from rules.errors import SafetyError
from settings import load
from tasks.delivery import Delivered, deliver_due
from tasks.resources import open_resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from pendulum import DateTime

    from tasks.resources import Resources

log = logging.getLogger("anlan.clock")

_LONGEST_NAP_SECONDS = 1.0
_SHORT_NAP_SECONDS = 0.05
# So long before a duty falls due its case is read: at the instant itself only the writing is left, by a processor that
# has not gone cold.
_AHEAD_SECONDS = 0.005
_BEAT_EVERY_SECONDS = 15
_RUN = "clock"
# The machine's clock may be set; more than this between two looks is no waiting but somebody setting it.
_JUMP_SECONDS = 300


class AlarmClock:
    """Two loops over one ledger."""

    def __init__(self, tools: Resources) -> None:
        self._tools = tools
        self._last_beat = 0.0
        self._last_look: tuple[DateTime, float] | None = None
        self._read_ahead: DateTime | None = None
        self._bell = threading.Event()
        self._is_ending: Callable[[], bool] = lambda: False

    def run(self, ending: threading.Event) -> None:
        """Look, do, sleep, in both loops, until told to end."""
        self._is_ending = ending.is_set
        sending = threading.Thread(target=self._repeat, args=(self.deliver, ending, self._bell), name="sending")
        sending.start()
        try:
            self._repeat(self.fire, ending, ending)
        finally:
            ending.set()
            self._bell.set()
            sending.join()

    def fire(self) -> float:
        """Let the clock act on what is due now and return for how many seconds nothing will be."""
        tools, now = self._tools, self._tools.now()
        self._watch_the_clock(now)
        with tools.store.read() as reading:
            due_at = next_wake(reading)
        if due_at is None or due_at > now:
            self._beat(now)
            return _LONGEST_NAP_SECONDS if due_at is None else self._wait_for(due_at, now)
        fired = fire_due(tools.ledger, now, clock=tools.now)
        if fired.failed:
            words = f"时钟有 {fired.failed} 个应办无法处理，其余不受影响。请运行 anlan doctor。"
            alarms.raise_alarm(tools.store, "clock-failed", words, now)
        self._beat(now)
        self._bell.set()
        # What fails now fails again in a moment: a case that cannot be read must not keep a core busy.
        return 0.0 if fired.acts else _LONGEST_NAP_SECONDS

    def deliver(self) -> float:
        """Ask new holders, send what nobody has taken; return for how many seconds to rest unless somebody rings."""
        tools = self._tools
        delivered = deliver_due(tools, run_id=_RUN, now=tools.now(), is_ending=self._is_ending)
        return _LONGEST_NAP_SECONDS if delivered == Delivered() else _SHORT_NAP_SECONDS

    def _repeat(self, look: Callable[[], float], ending: threading.Event, bell: threading.Event) -> None:
        """Look again and again until told to end; nothing that goes wrong in one look stops the next."""
        while not ending.is_set():
            if bell is not ending:
                bell.clear()
            try:
                nap = look()
            except SafetyError as error:
                log.error("%s", error.message)  # noqa: TRY400 - a sentence for the administrator
                nap = _LONGEST_NAP_SECONDS
            except Exception:
                log.exception("a look failed")
                nap = _LONGEST_NAP_SECONDS
            bell.wait(nap)

    def _wait_for(self, due_at: DateTime, now: DateTime) -> float:
        """Return for how many seconds to sleep before another look; a moment before the instant, get ready for it."""
        left = _until(due_at, self._tools.now())
        if left > _AHEAD_SECONDS:
            return min(left - _AHEAD_SECONDS, _LONGEST_NAP_SECONDS)
        if self._read_ahead == due_at:
            return left
        self._read_ahead = due_at
        read_ahead(self._tools.ledger, now)
        return _until(due_at, self._tools.now())

    def _beat(self, now: DateTime) -> None:
        if clock.ticks() - self._last_beat >= _BEAT_EVERY_SECONDS:
            alarms.beat(self._tools.store, "clock", now)
            self._last_beat = clock.ticks()

    def _watch_the_clock(self, now: DateTime) -> None:
        ticks = clock.ticks()
        if self._last_look is not None:
            before, ticks_before = self._last_look
            jump = (now - before).total_seconds() - (ticks - ticks_before)
            if abs(jump) > _JUMP_SECONDS:
                words = f"本机时钟跳变 {jump:+.0f} 秒，到期催办可能早发或者迟发。请核对时间同步。"
                alarms.raise_alarm(self._tools.store, "clock-jump", words, now)
        self._last_look = (now, ticks)


def _until(due_at: DateTime, now: DateTime) -> float:
    return max((due_at - now).total_seconds(), 0.0)


def main() -> None:
    """Run the clock until a signal says stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    tools = open_resources(load())
    keep_what_is_loaded()
    try:
        AlarmClock(tools).run(ending)
    finally:
        tools.store.close()


if __name__ == "__main__":
    main()
