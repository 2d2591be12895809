"""The dispatcher 派发: turns what waits in the ledger into runs of the warm worker, and sees each of them to its end.

It looks five times a second, without taking the writer's time when nothing waits. A story whose run fails waits a
little longer each time. While one is told its lease is held; one whose worker died is soon told by another.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

from models import alarms, runs, wakes
from rules.runnable import RUNNABLE

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pendulum import DateTime
    from prefect import State
    from prefect.client.schemas.objects import FlowRun

    from deployments.worker import WarmWorker
    from models.wakes import Waking
    from tasks.resources import Resources

log = logging.getLogger("anlan.dispatcher")

_LOOK_EVERY_SECONDS = 0.2
_BEAT_EVERY_LOOKS = 75
_HOLD_EVERY_SECONDS = 10
# A run that hangs holds its story no longer than this.
_HOLD_AT_MOST_SECONDS = 120
_CASE_TAG = "case:"


class Dispatcher:
    """One thread beside a warm worker."""

    def __init__(self, tools: Resources, worker: WarmWorker, *, name: str) -> None:
        self._tools = tools
        self._worker = worker
        self._name = name
        self._busy = 0
        self._batches: set[str] = set()
        self._told_since: dict[int, DateTime] = {}
        self._held_at: DateTime | None = None
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="anlan-dispatcher", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; what runs is left to the worker's draining."""
        self._ending.set()
        self._thread.join()

    def let_go(self) -> None:
        """Leave to others what was not told to its end."""
        wakes.let_go(self._tools.store, who=self._name)

    def look(self) -> None:
        """Hold what is being told, and start what waits."""
        now = self._tools.now()
        self._hold(now)
        if self._worker.is_connected:
            self._dispatch(now)

    def on_crashed(self, run: FlowRun) -> None:
        """Tell the story of a lost run again, and close the run's line."""
        now = self._tools.now()
        runs.end_run(
            self._tools.store, run_id=str(run.id), state="Crashed", message="执行进程中断，已重新办理", now=now
        )
        ticket = (run.parameters or {}).get("ticket")
        if ticket:
            runs.answer_order(self._tools.store, ticket=ticket, answer="运行中断，请重新发起", now=now)
        for tag in run.tags or []:
            if tag.startswith(_CASE_TAG):
                wakes.wake_again(
                    self._tools.store, self._tools.installation.county_id, tag.removeprefix(_CASE_TAG), now=now
                )

    # --- private -----------------------------------------------------------------------------

    def _serve(self) -> None:
        looks = 0
        while not self._ending.wait(_LOOK_EVERY_SECONDS):
            try:
                if looks % _BEAT_EVERY_LOOKS == 0:
                    alarms.beat(self._tools.store, "worker", self._tools.now())
                looks += 1
                self.look()
            except Exception:
                # Whatever it is, the next look must come: nothing else tells the stories.
                log.exception("dispatching failed")
                self._ending.wait(1)

    def _hold(self, now: DateTime) -> None:
        """Say of what is being told that it is, every few seconds."""
        if self._held_at is not None and (now - self._held_at).total_seconds() < _HOLD_EVERY_SECONDS:
            return
        self._held_at = now
        oldest = now.subtract(seconds=_HOLD_AT_MOST_SECONDS)
        with self._lock:
            held = [case_id for case_id, since in self._told_since.items() if since > oldest]
        if held:
            wakes.hold(self._tools.store, held, who=self._name, now=now)

    def _dispatch(self, now: DateTime) -> None:
        store = self._tools.store
        free = self._worker.plan.threads * 2 - self._busy
        if free <= 0:
            return
        with store.read() as reading:
            any_story = wakes.any_waiting(reading, now)
            batches = [batch for batch in wakes.waiting_batches(reading, now) if batch not in self._batches]
            orders = runs.untaken_orders(reading, most=free)
        for order in orders:
            self._start_order(order)
        for batch in batches:
            self._start_batch(batch)
        if any_story:
            for waking in wakes.claim(store, who=self._name, now=now, most=free):
                self._start_story(waking, now)

    def _start_story(self, waking: Waking, now: DateTime) -> None:
        with self._lock:
            self._told_since[waking.case_id] = now
        tags = [f"{_CASE_TAG}{waking.number}", f"kind:{waking.kind}", f"town:{waking.path.strip('/').split('/')[-1]}"]
        future = self._worker.run_now(
            f"{waking.kind}/{waking.kind}",
            parameters={"case_no": waking.number},
            tags=[*tags, "overdue"] if waking.overdue else tags,
            idempotency_key=f"{waking.number}:{waking.seq}:{waking.tries}",
            name=waking.number,
        )
        self._follow(future, lambda state: self._told(waking, state))

    def _start_batch(self, batch: str) -> None:
        self._batches.add(batch)
        future = self._worker.run_now("catch-up/catch-up", parameters={"batch": batch}, tags=["batch"], name="catch-up")
        self._follow(future, lambda _state: self._batches.discard(batch))

    def _start_order(self, order: runs.RunOrder) -> None:
        ticket = order.ticket
        if not runs.take_orders(self._tools.store, run_id_of={ticket: f"ticket:{ticket}"}):
            return
        future = self._worker.run_now(
            RUNNABLE[order.flow].deployment,
            parameters={**order.parameters, "ticket": ticket},
            tags=["ordered"],
            idempotency_key=f"ticket:{ticket}",
            name=f"{order.flow}-{ticket[:6].lower()}",
        )
        self._follow(future, lambda state: self._ordered(ticket, state))

    def _told(self, waking: Waking, state: State[Any] | None) -> None:
        now = self._tools.now()
        with self._lock:
            self._told_since.pop(waking.case_id, None)
        if state is not None and state.is_completed():
            wakes.finish(self._tools.store, waking, who=self._name, now=now)
        else:
            wakes.retry_later(self._tools.store, waking, who=self._name, now=now)

    def _ordered(self, ticket: str, state: State[Any] | None) -> None:
        if state is None:
            words = "调度引擎未能开始这次运行，请稍后重新发起"
            runs.answer_order(self._tools.store, ticket=ticket, answer=words, now=self._tools.now())

    def _follow(self, future: Future[State[Any]], end: Any) -> None:
        with self._lock:
            self._busy += 1

        def ended(done: Future[State[Any]]) -> None:
            with self._lock:
                self._busy -= 1
            error = done.exception()
            if error is not None:
                log.warning("a run could not be started: %s", error)
            end(None if error else done.result())

        future.add_done_callback(ended)
