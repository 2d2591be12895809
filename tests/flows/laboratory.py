"""A process that forks a child for each job it is told and lets the child die where it is told; see `Laboratory`.

The child works on a copy of a county with the product's own stores and flows. It dies by SIGKILL of its own hand, in
front of the n-th write or message, in the middle of the n-th write, or right after it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pendulum
from prefect.logging import disable_run_logger

from flows.audit import watch
from flows.catch_up import TELLERS, tell_some
from flows.stories import told_without_engine
from models.installation import describe
from models.ledger import Ledger
from models.store import open_store
from notifications.channel import Channels, Delivery
from rules.deadlines import SHANGHAI
from rules.processes import process_of
from rules.rulebook import Rulebook
from settings import Settings
from tasks.delivery import sweep
from tasks.resources import Resources, open_resources, using

_RULEBOOK = Rulebook.load()


class Fate:
    """Counts steps and ends the process at the one it was told."""

    def __init__(self, at: int, when: str) -> None:
        self._at, self._when, self._count = at, when, 0

    def step(self) -> None:
        self._count += 1

    def meet(self, when: str) -> None:
        if self._count == self._at and self._when == when:
            os.kill(os.getpid(), signal.SIGKILL)


class DoomedStore:
    """A store whose process may die before, within or after a write."""

    def __init__(self, store: Any, fate: Fate) -> None:
        self._store, self._fate = store, fate
        self.dialect, self.url = store.dialect, store.url

    def write(self, work: Callable[[Any], Any], /) -> Any:
        self._fate.step()
        self._fate.meet("before")

        def within(writing: Any) -> Any:
            result = work(writing)
            self._fate.meet("within")
            return result

        result = self._store.write(within)
        self._fate.meet("after")
        return result

    def read(self) -> Any:
        return self._store.read()

    def close(self) -> None:
        self._store.close()


class LoggingChannel:
    """A channel that writes down what leaves, whatever becomes of the process."""

    def __init__(self, path: Path, fate: Fate) -> None:
        self._path, self._fate = path, fate

    def send(self, message: Any, *, address: str | None, number: str) -> Delivery:
        del address
        self._fate.meet("before sending")
        line = json.dumps([number, f"{message.title}\n{message.body}"], ensure_ascii=False) + "\n"
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, line.encode())
        os.close(handle)
        self._fate.meet("after sending")
        return Delivery(accepted=True, answer="已记")


class DoomedChannels(Channels):
    """Real channels whose process may die before or after a message goes out."""

    def __init__(self, channels: Channels, fate: Fate) -> None:
        super().__init__(channels._channels)
        self._fate = fate

    def send(self, name: str, message: Any, **how: Any) -> Delivery:
        self._fate.step()
        self._fate.meet("before")
        delivery = super().send(name, message, **how)
        self._fate.meet("after")
        return delivery


def outside_tools(order: dict[str, Any]) -> Resources:
    """Return what the product itself opens from its settings, and lets it die where it was told."""
    die = order.get("die") or {"at": 0, "when": ""}
    fate, now = Fate(die["at"], die["when"]), pendulum.parse(order["now"]).in_timezone(SHANGHAI)
    settings = Settings(data_folder=Path(order["folder"]), public_address="https://anlan.example", **order["settings"])
    tools = open_resources(settings, now=lambda: now)
    store = DoomedStore(tools.store, fate)
    ledger = Ledger(store, tools.rulebook, county_id="dai", channels=tools.channels.names)
    return replace(tools, store=store, ledger=ledger, channels=DoomedChannels(tools.channels, fate))


def tools_for(order: dict[str, Any]) -> Resources:
    if "settings" in order:
        return outside_tools(order)
    folder, now = Path(order["folder"]), pendulum.parse(order["now"]).in_timezone(SHANGHAI)
    die = order.get("die") or {"at": 0, "when": ""}
    fate = Fate(die["at"], die["when"])
    store = DoomedStore(open_store(f"sqlite:///{folder / 'anlan.db'}"), fate)
    with store.read() as reading:
        facts = describe(reading)
    ledger = Ledger(store, _RULEBOOK, county_id="dai")
    channels = Channels({"preview": LoggingChannel(folder / "sent.jsonl", fate)})
    settings = Settings(data_folder=folder, public_address="https://anlan.example")
    return Resources(settings, store, ledger, facts, channels, settings.folder("papers"), now=lambda: now)


def leg(tools: Resources, order: dict[str, Any]) -> None:
    tell = TELLERS[process_of(order["number"]).name]
    told_without_engine(tools, order["number"], tell, run_id=f"run-{os.getpid()}")


def batch(tools: Resources, order: dict[str, Any]) -> None:
    with using(tools), disable_run_logger():
        while any(tell_some.fn(order["batch"])):
            pass


def swept(tools: Resources, order: dict[str, Any]) -> None:
    del order
    sweep(tools, run_id=f"run-{os.getpid()}", now=tools.now())


def audited(tools: Resources, order: dict[str, Any]) -> None:
    del order
    with using(tools), disable_run_logger():
        watch.fn()


JOBS = {"leg": leg, "batch": batch, "sweep": swept, "audit": audited}


def child(order: dict[str, Any]) -> None:
    tools = tools_for(order)
    JOBS[order["job"]](tools, order)
    tools.store.close()


def main() -> None:
    """Read orders until there are no more: begin a job, kill whoever is at it, say how it ended.

    A child that has ended is kept until somebody asks, so that nobody else can be killed in its place.
    """
    pid = 0
    for line in sys.stdin:
        order = json.loads(line)
        if "job" in order:
            pid = os.fork()
            if pid == 0:
                child(order)
                os._exit(0)
            continue
        if order["end"] == "kill":
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
