"""Processes to be killed: forked from one that has everything imported, as fast as the machine can record and tell.

Started with the number of a socket. Each request on it is a piece of work in JSON, with the pipe on which the worker
says what it does; the answer carries a handle on the worker's process. What a worker says before it acts is what it
wants, what it says afterwards is what it was told.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pendulum

from models.installation import describe
from models.ledger import Ledger
from models.receipt import Deed
from models.store import Reading, Store, Writing, open_store
from notifications.channel import Channels, Delivery
from notifications.message import Message
from rules.actor import OFFICERS, Actor, Certificate, Reach, Role, Scope
from rules.errors import StorageError
from rules.rulebook import Rulebook
from settings import Settings
from tasks.resources import Resources

RULEBOOK = Rulebook.load()
_PATIENCE = 300


class Voice:
    """The pipe on which a worker speaks, a line at a time, whole or not at all."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def say(self, **words: Any) -> None:
        """Say one thing."""
        os.write(self._pipe, json.dumps(words).encode() + b"\n")


# --- recording -----------------------------------------------------------------------------------


def actor_from(entry: dict[str, str]) -> Actor:
    """Return a principal from the words in which a test hands it over."""
    scope = Scope(Reach(entry["reach"]), entry["at"])
    role = Role(entry["role"])
    held = (Certificate(f"示例-{role}", date(2020, 1, 1), date(2035, 12, 31)),) if role in OFFICERS else ()
    return Actor(entry["person"], f"account-{entry['person']}", entry["post"], role, scope, certificates=held)


def deed_from(intent: dict[str, Any], actors: dict[str, Any]) -> Deed:
    """Return the deed that an intent describes; the same intent is the same deed in every process."""
    values = {name: date.fromisoformat(v) if name == "ends_on" else v for name, v in intent["values"].items()}
    return Deed(intent["kind"], actor_from(actors[intent["who"]]), intent["key"], values)


def intents(worker: str, thread: int) -> Iterator[dict[str, Any]]:
    """Yield what one thread wants to record: a case is opened, graded, ordered, noted upon twice; then the next."""
    for number in range(1_000_000):
        mark = f"{worker}-{thread}-{number}"
        words = {"description": f"隐患 {mark}", "place": "破碎车间", "category": "machinery"}
        yield {"key": f"{mark}-a", "kind": "report", "who": "dept_officer", "values": words}
        grade = {"grade": "general", "basis": "synthesis", "reason": f"理由 {mark}"}
        yield {"key": f"{mark}-b", "kind": "grade", "who": "dept_officer", "values": grade}
        order = {"ends_on": "2026-03-16", "requirement": f"要求 {mark}"}
        yield {"key": f"{mark}-c", "kind": "order", "who": "dept_officer", "values": order}
        for note in range(2):
            yield {"key": f"{mark}-{note}", "kind": "note", "who": "town_clerk", "values": {"note": f"{mark} {note}"}}


def record(request: dict[str, Any], voice: Voice) -> None:
    """Record acts as fast as the store takes them, on many cases from several threads, until killed."""
    ledger = Ledger(open_store(request["url"]), RULEBOOK, county_id="dai")
    now = pendulum.parse(request["now"]).in_timezone("Asia/Shanghai")  # type: ignore[union-attr]

    def work(thread: int) -> None:
        case: str | None = None
        for intent in intents(request["worker"], thread):
            case = None if intent["kind"] == "report" else case
            voice.say(wants=intent | {"number": case})
            receipt = _insist(ledger, case, deed_from(intent, request["actors"]), now, voice)
            case = receipt.number
            voice.say(told=intent["key"], receipt=receipt.as_json())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(request["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _insist(ledger: Ledger, case: str | None, deed: Deed, now: Any, voice: Voice) -> Any:
    """Record a deed; when the database is away, submit the same again, as people are told to."""
    for _ in range(_PATIENCE):
        try:
            return ledger.record(case, deed, now) if case else ledger.open_case("hazard", "redstar", deed, now)
        except StorageError as error:
            voice.say(away=error.message)
            time.sleep(0.02)
    raise TimeoutError


# --- telling -------------------------------------------------------------------------------------


class FakeDeath:
    """Kills the process at one of the points between two things that happen; counts them all where it does not."""

    def __init__(self, at: int | None) -> None:
        self._at = at
        self.passed = 0

    def point(self) -> None:
        """Pass a point, or die there."""
        self.passed += 1
        if self.passed == self._at:
            os.kill(os.getpid(), signal.SIGKILL)


class FakeMortalStore:
    """A store in a process that may die before or after each transaction."""

    def __init__(self, store: Store, death: FakeDeath) -> None:
        self._store, self._death = store, death
        self.dialect, self.url = store.dialect, store.url

    def write(self, work: Callable[[Writing], Any], /) -> Any:
        self._death.point()
        result = self._store.write(work)
        self._death.point()
        return result

    def read(self) -> AbstractContextManager[Reading]:
        return self._store.read()

    def close(self) -> None:
        self._store.close()


class FakeDurableChannel:
    """A channel whose letters are lines of a file, on disk before the channel says that it took them."""

    def __init__(self, path: str, death: FakeDeath) -> None:
        self._path, self._death = Path(path), death

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        del address
        self._death.point()
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"number": number, "title": message.title}, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._death.point()
        return Delivery(accepted=True, answer="ok")


def tell(request: dict[str, Any], voice: Voice) -> None:
    """Tell one leg of a story without an engine, until it rests or the process dies."""
    story = importlib.import_module("flows.hazard").tell
    told_without_engine = importlib.import_module("flows.stories").told_without_engine
    death = FakeDeath(request["dies_at"])
    store = FakeMortalStore(open_store(request["url"]), death)
    with store.read() as reading:
        facts = describe(reading)
    assert facts is not None
    now = pendulum.parse(request["now"]).in_timezone("Asia/Shanghai")  # type: ignore[union-attr]
    folder = Path(request["folder"])
    ledger = Ledger(store, RULEBOOK, county_id="dai")
    channels = Channels({"preview": FakeDurableChannel(request["outbox"], death)})
    tools = Resources(Settings(data_folder=folder), store, ledger, facts, channels, folder, now=lambda: now)
    voice.say(begins=True)
    rests_on = told_without_engine(tools, request["number"], story, run_id=request["run"])
    voice.say(rests_on=sorted(rests_on or ()), points=death.passed)


# --- the process that is never killed ------------------------------------------------------------

_WORK = {"record": record, "tell": tell}


def serve(requests: socket.socket) -> None:
    """Fork a worker for each request and hand back a handle on it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, pipes, _, _ = socket.recv_fds(requests, 65536, 1)
        if not message:
            return
        request = json.loads(message)
        if request["work"] == "tell":
            importlib.import_module("flows.hazard")  # two seconds, once: it brings Prefect with it
        worker = os.fork()
        if worker == 0:
            with contextlib.suppress(BrokenPipeError):
                requests.close()
                _WORK[request["work"]](request, Voice(pipes[0]))
            os._exit(0)
        os.close(pipes[0])
        handle = os.pidfd_open(worker)
        socket.send_fds(requests, [b"!"], [handle])
        os.close(handle)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
