"""Stories told over a real ledger without an engine: hazards that chance leads, a channel that keeps count."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pendulum import DateTime

from environment import inherited_environment
from flows.hazard import tell
from flows.stories import told_without_engine
from models.case_state import find_by_number
from models.escalation import fire_due, next_wake
from models.history import read_history
from models.installation import describe
from models.ledger import Ledger
from models.receipt import Deed
from models.store import Store, open_store
from notifications.channel import Channels, Delivery
from notifications.message import Message
from rules.act import Act
from rules.actor import Actor, Role
from rules.hazard import HAZARD, HazardAct
from settings import Settings
from tasks.resources import Resources

_ROOT = Path(__file__).parents[2]


def _borrowed(folder: str) -> ModuleType:
    """Load the fixtures of another folder's tests; pytest shares a conftest only with the folders below it."""
    name = f"conftest_of_the_{folder}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / folder / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


_models, _journeys = _borrowed("models"), _borrowed("journeys")
sqlite_template, new_sqlite, sqlite_county, crowd = (
    _models.sqlite_template, _models.new_sqlite, _models.sqlite_county, _models.crowd,
)  # fmt: skip
chance = _journeys.chance
populated = _models.populated


# --- how long to go on ---------------------------------------------------------------------------


@pytest.fixture(scope="session")
def is_long() -> bool:
    """Tell whether the hours are there for hundreds of cycles instead of dozens."""
    return bool(inherited_environment().get("ANLAN_LONG_TESTS"))


# --- a channel that keeps count ------------------------------------------------------------------


@dataclass
class Tally:
    """A channel that takes everything and remembers it."""

    sent: list[tuple[str, Message]] = field(default_factory=list)

    def send(self, message: Message, *, address: str | None, number: str) -> Delivery:
        """Take the message."""
        del address
        self.sent.append((number, message))
        return Delivery(accepted=True, answer="已记")

    @property
    def times(self) -> Counter[str]:
        """Return how often each number was sent."""
        return Counter(number for number, _ in self.sent)

    @property
    def titles(self) -> list[str]:
        """Return the titles in order."""
        return [message.title for _, message in self.sent]


@pytest.fixture
def tally() -> Tally:
    """Return a channel that has seen nothing yet."""
    return Tally()


@pytest.fixture
def county(sqlite_county: Any) -> Any:
    """Return a small county in a SQLite store."""
    return sqlite_county


@pytest.fixture
def equipped(tmp_path: Path) -> Callable[..., Resources]:
    """Return what makes the tools of a process that works for a county, at the county's time."""

    def make(county: Any, channel: Any, *, store: Store | None = None, **changes: Any) -> Resources:
        settings = Settings(data_folder=tmp_path, public_address="https://anlan.example", **changes)
        used = store or county.store
        with used.read() as reading:
            facts = describe(reading)
        assert facts is not None
        ledger = Ledger(used, county.ledger.rulebook, county_id="dai", channels=("preview",))
        channels = Channels({"preview": channel})
        return Resources(settings, used, ledger, facts, channels, settings.folder("papers"), now=lambda: county.now)

    return make


@pytest.fixture
def tools(county: Any, tally: Tally, equipped: Callable[..., Resources]) -> Resources:
    """Return the tools of one process whose one channel keeps count."""
    return equipped(county, tally)


# --- a hazard that chance leads ------------------------------------------------------------------


@dataclass
class Hazard:
    """A hazard in a real ledger, which chance can lead as it leads one that is only rehearsed."""

    county: Any
    tools: Resources
    number: str = ""
    legs: int = 0

    @property
    def now(self) -> DateTime:
        return self.county.now

    @property
    def acts(self) -> list[Act]:
        """Return the history as the ledger has it."""
        if not self.number:
            return []
        with self.tools.store.read() as reading:
            header = find_by_number(reading, "dai", self.number)
            assert header is not None
            return list(read_history(reading, header.id, HAZARD))

    @property
    def facts(self) -> Any:
        """Return what the rules read from the history."""
        return HAZARD.read(self.acts, self.tools.rulebook)

    def do(self, kind: HazardAct | str, who: Actor, /, **values: Any) -> None:
        """Record an act."""
        actor = replace(who, role=Role(who.role))
        asked = {entry.key for entry in HAZARD.forms[kind].asked}
        said = {key: value for key, value in values.items() if value is not None and key in asked}
        deed = Deed(str(kind), actor, os.urandom(8).hex(), values=said)
        if self.number:
            self.tools.ledger.record(self.number, deed, self.now)
        else:
            self.number = self.tools.ledger.open_case("hazard", "redstar", deed, self.now).number

    def let_pass(self, **duration: int) -> None:
        """Let time pass; the clock does its acts at their instants."""
        until = self.county.now.add(**duration)
        while True:
            with self.tools.store.read() as reading:
                due = next_wake(reading)
            if due is None or due > until:
                break
            self.county.now = max(self.county.now, due)
            fire_due(self.tools.ledger, self.county.now)
        self.county.now = until

    def leg(self) -> frozenset[str] | None:
        """Tell the story once; return what it waits for, None when it is over."""
        self.legs += 1
        return told_without_engine(self.tools, self.number, tell, run_id=f"leg-{self.legs}")

    def effects(self) -> dict[str, tuple[str, str | None, str | None]]:
        """Return status, run and reason of every effect that is the story's own, by key."""
        rows = self.county.rows("SELECT key, status, run_id, reason FROM effects WHERE by_clock = 0 ORDER BY id")
        return {key: (status, run, reason) for key, status, run, reason in rows}


@pytest.fixture
def hazard(county: Any, tools: Resources) -> Hazard:
    """Return a hazard that nobody has found yet."""
    return Hazard(county, tools)


@pytest.fixture
def another_hazard() -> Callable[[Any, Resources], Hazard]:
    """Return the maker of hazards."""
    return Hazard


# --- processes that are killed -------------------------------------------------------------------


class Laboratory:
    """A process that has loaded everything once and forks a child for each job; children may be told to die."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "laboratory.py")],
            cwd=_ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(_ROOT), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"},
        )  # fmt: skip

    def begin(self, **order: Any) -> None:
        """Begin a job in a child."""
        self._say(order)

    def end(self, how: str = "wait") -> int:
        """Wait for the child, or kill it; return its exit code, negative when it was killed."""
        self._say({"end": how})
        return int(self._process.stdout.readline())

    def do(self, **order: Any) -> int:
        """Do a job in a child and return its exit code."""
        self.begin(**order)
        return self.end()

    def close(self) -> None:
        """End the laboratory."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        if self._process.wait(30):
            pytest.fail("the laboratory fell over")
        self._process.stdout.close()

    def _say(self, order: dict[str, Any]) -> None:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    """Return the laboratory, with everything loaded."""
    found = Laboratory()
    yield found
    found.close()


@pytest.fixture
def another_laboratory() -> Iterator[Laboratory]:
    """Return a second one, for two children at once."""
    found = Laboratory()
    yield found
    found.close()


@dataclass
class Bench:
    """A county's database before something happens, and copies of it in which that something is killed."""

    laboratory: Laboratory
    master: Path
    folder: Path
    county: Any
    made: int = 0

    @property
    def place(self) -> Path:
        """The folder of the copy in use."""
        return self.folder / f"copy-{self.made}"

    def fresh(self) -> Path:
        """Make another copy and return its folder."""
        shutil.rmtree(self.place, ignore_errors=True)
        self.made += 1
        self.place.mkdir()
        shutil.copy(self.master, self.place / "anlan.db")
        return self.place

    def order(self, job: str, *, later: int = 0, **more: Any) -> dict[str, Any]:
        """Return what the laboratory is told: the job, in the copy in use, so many seconds after now."""
        return {"job": job, "folder": str(self.place), "now": self.county.now.add(seconds=later).isoformat(), **more}

    def die(self, job: str, at: int, when: str, **more: Any) -> bool:
        """Let a child die at its write or message number `at`; tell whether it came that far."""
        code = self.laboratory.do(**self.order(job, die={"at": at, "when": when}, **more))
        assert code in {0, -signal.SIGKILL}
        return code != 0

    @contextlib.contextmanager
    def opened(self) -> Iterator[Any]:
        """Open the county in the copy in use."""
        store = open_store(f"sqlite:///{self.place / 'anlan.db'}")
        yield replace(self.county, store=store, ledger=Ledger(store, self.county.ledger.rulebook, county_id="dai"))
        store.close()

    def sent(self) -> list[tuple[str, str]]:
        """Return number and words of every message that left, in order."""
        log = self.place / "sent.jsonl"
        return [tuple(json.loads(line)) for line in log.read_text("utf-8").splitlines()] if log.exists() else []


@pytest.fixture
def bench(laboratory: Laboratory, county: Any, tmp_path: Path) -> Callable[[], Bench]:
    """Return what takes the county as it stands now to the bench; afterwards nothing more is recorded in it."""

    def take() -> Bench:
        county.store.close()
        return Bench(laboratory, county.store.path, tmp_path, county)

    return take
